"""How many directions ten examples still have in a deep random network: effective rank and cosines, layer by layer.

Daneshmand et al. (2020), arXiv:2003.01652, and Daneshmand, Joudaki & Bach (2021), arXiv:2106.03970. The effective rank
is (sum of the squared lengths)^2 over the sum of all squared products, as in the code of their Figure 1. A layer is
linear -> norm -> activation, without biases. `INPUTS`: ten digits, one of each class; or the first of them ten
times, each with a little noise. Controls: layer norm, and plain networks with orthogonal weights.
"""

import numpy as np

from bn.data import digits
from bn.layers import checks
from bn.network import forward, init

NETWORKS = {"plain": "none", "batchnorm": "batch", "layernorm": "layer", "orthogonal": "none"}
ACTIVATIONS = {"relu": "he", "linear": "lecun"}
INPUTS = ("digits", "alike")
DEPTH = 50
SHOWN = (0, 1, 2, 3, 5, 8, 12, 20, 30, 40, 50)  # layers whose plane is kept; 0 are the inputs
NOISE = 0.3  # of what is alike, in units of the image's own root mean square


def effective_rank(h):
    """(..., m, d) -> (...): 1 if all examples point into one direction or its opposite, m at most."""
    products = h @ np.swapaxes(h, -1, -2)
    return np.trace(products, axis1=-2, axis2=-1) ** 2 / np.square(products).sum(axis=(-2, -1))


def mean_cosine(h):
    """(..., m, d) -> (...): the mean cosine of two different examples."""
    unit = h / np.linalg.norm(h, axis=-1, keepdims=True)
    m = h.shape[-2]
    return ((unit @ np.swapaxes(unit, -1, -2)).sum(axis=(-2, -1)) - m) / (m * (m - 1))


def plane(h):
    """(m, d) -> (m, 2): the directions of the examples, vectors of length 1, seen along the two strongest of all.

    Signs are such that most lie to the right, and the first above.
    """
    u, s, _ = np.linalg.svd(h / np.linalg.norm(h, axis=1, keepdims=True), full_matrices=False)
    places = u[:, :2] * s[:2]
    return places * np.where(np.array([places[:, 0].sum(), places[0, 1]]) < 0, -1, 1)


def ten(seed, kind):
    """Ten inputs (10, 64): "digits", one of each class; "alike", one digit with noise of `NOISE`."""
    checks.one_of("kind", kind, INPUTS)
    data = digits((seed,))
    x, labels = data.train_x[0], data.train_y[0]
    chosen = np.stack([x[np.flatnonzero(labels == label)[0]] for label in range(10)])
    if kind == "digits":
        return chosen
    rng = np.random.default_rng([2003, int(seed)])
    return chosen[:1] + NOISE * np.sqrt(np.square(chosen[0]).mean()) * rng.normal(size=chosen.shape)


def orthogonal(w):
    """(n, d) with n <= d -> (n, d): rows of length 1 at right angles, which span what those of w span."""
    return np.linalg.qr(w.T)[0].T


def network(name, activation, width, seed, depth=DEPTH):
    """A random network of `NETWORKS`, as `bn.network.Network`."""
    checks.one_of("network", name, NETWORKS)
    checks.one_of("activation", activation, ACTIVATIONS)
    if name == "orthogonal" and width < 64:
        raise ValueError(f"width is {width}; allowed with orthogonal weights is 64, the size of the inputs, or more")
    sizes = (64, *[width] * depth, 1)
    net = init(sizes, norm=NETWORKS[name], activation=activation, init=ACTIVATIONS[activation], seeds=(seed,))
    if name == "orthogonal":
        gain = np.sqrt(2) if activation == "relu" else 1
        for layer in net.params[:-1]:
            layer["w"] = gain * orthogonal(layer["w"][0])[None]
    return net


def of_seed(seed, widths=(64, 256), inputs=INPUTS, networks=tuple(NETWORKS)):
    """One seed. I inputs, W widths, A activations, N networks, depth + 1 layers of which the first are the inputs.

    rank, cosine (I, W, A, N, depth + 1).   planes (I, A, N, shown layers, 10, 2) : of the first width.
    """
    shape = (len(inputs), len(widths), len(ACTIVATIONS), len(networks))
    rank, cosine = np.empty((*shape, DEPTH + 1)), np.empty((*shape, DEPTH + 1))
    planes = np.empty((shape[0], *shape[2:], len(SHOWN), 10, 2), np.float32)
    for at in np.ndindex(shape):
        i, v, a, n = at
        x = ten(seed, inputs[i])
        net = network(networks[n], list(ACTIVATIONS)[a], widths[v], seed)
        layers = [x, *(layer[0] for layer in forward(net, x)[1].a)]
        rank[at] = [effective_rank(h) for h in layers]
        cosine[at] = [mean_cosine(h) for h in layers]
        if v == 0:
            planes[i, a, n] = [plane(layers[layer]) for layer in SHOWN]
    return {"rank": rank, "cosine": cosine, "planes": planes}
