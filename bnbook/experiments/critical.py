"""The start of deep networks, over the scale of the weights: gradients on their way back, and cosines on their way up.

Plain networks have a critical scale (Poole et al. 2016, Schoenholz et al. 2017): below it examples draw together and
gradients vanish, above it a tanh network tears examples apart and gradients explode. Batch norm takes the scale out of
the layer, and pays with growth at every scale (Yang et al. 2019, arXiv:1902.08129).
sigma : weights have variance sigma^2 / fan-in. No biases. The map is that of a wide layer, by Gauss-Hermite
quadrature; the measured networks are those of `explosion`.
"""

import numpy as np

from bn.layers import checks
from bn.network import forward, init
from bnbook.experiments.explosion import squared_gradients
from bnbook.experiments.rank import mean_cosine

SIGMAS = (0.5, 0.7, 0.85, 1.0, 1.2, 1.41, 1.7, 2.0, 2.5, 3.0)  # 1.41 stands for sqrt(2)
NORMS = {"plain": "none", "batchnorm": "batch", "layernorm": "layer"}
ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
}
DEPTH, EXAMPLES = 30, 64
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(100)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def exact(sigma):
    """The value that a stop of `SIGMAS` stands for."""
    return np.sqrt(2) if sigma == 1.41 else float(sigma)


def expected(function, q=1.0):
    """The mean of a function of a normal number of variance q."""
    return float(WEIGHTS @ function(np.sqrt(q) * NODES))


def length(activation, sigma, layers=400):
    """q, the variance of the values before the activation, that a plain tanh layer keeps; of ReLU any is as good: 1."""
    checks.one_of("activation", activation, ACTIVATIONS)
    q = 1.0
    if activation == "tanh":
        for _ in range(layers):
            q = exact(sigma) ** 2 * expected(lambda z: np.tanh(z) ** 2, q)
    return q


def cosine_map(activation, c, q=1.0):
    """The cosine of two examples behind a wide layer, from the cosines c (n,) of the values before the activation.

    Both have variance q. In a plain network the next layer's weights keep this cosine.
    """
    act = ACTIVATIONS[checks.one_of("activation", activation, ACTIVATIONS)][0]
    if activation == "relu":  # the closed form; a quadrature sees the corner badly
        c = np.clip(c, -1, 1)
        return (np.sqrt(1 - c**2) + c * (np.pi - np.arccos(c))) / np.pi
    first = np.sqrt(q) * NODES[:, None]
    rows = []
    for cosine in np.clip(np.atleast_1d(c), -1, 1):
        second = np.sqrt(q) * (cosine * NODES[:, None] + np.sqrt(1 - cosine**2) * NODES[None, :])
        rows.append(WEIGHTS @ (act(first) * act(second)) @ WEIGHTS)
    own = expected(lambda z: act(z) ** 2, q)
    return np.array(rows) / own if own > 0 else np.ones(len(rows))


def growth(activation, sigma, norm="plain", examples=EXAMPLES):
    """Growth per layer of the squared gradient in a wide network.

    Plain: sigma^2 E phi'^2. Batch norm: with ReLU the theorem of Yang et al. for this batch; with tanh the quotient of
    moments that is its limit in large batches, a heuristic.
    """
    act, slope = ACTIVATIONS[checks.one_of("activation", activation, ACTIVATIONS)]
    if norm == "plain":
        q = length(activation, sigma)
        kept = 0.5 if activation == "relu" else expected(lambda z: slope(z) ** 2, q)
        return exact(sigma) ** 2 * kept
    if activation == "relu":
        return batchnorm_growth(examples)
    return expected(lambda z: slope(z) ** 2) / expected(lambda z: act(z) ** 2)


def batchnorm_growth(examples):
    """Yang et al. (2019) for ReLU and batches of 4 or more; inf gives the limit, pi / (pi - 1)."""
    if examples < 4:
        raise ValueError(f"examples is {examples}; allowed is 4 or more")
    if np.isinf(examples):
        return np.pi / (np.pi - 1)
    c = -1 / (examples - 1)
    j = float(cosine_map("relu", np.array([c]))[0])
    slope = (np.pi - np.arccos(c)) / np.pi
    return (slope + examples - 1) / ((examples - 3) * (1 - j)) - 1 / (examples - 3)


def of_seed(seed, sigmas=SIGMAS, width=256, norms=tuple(NORMS)):
    """One seed. A activations, S sigmas, N norms, L layers.

    squared (A, S, N, L) : mean square of the gradient at every layer, in units of that at the last.
    cosine (A, S, N, L + 1) : mean cosine of two examples of the batch behind every activation; first, the inputs.
    """
    shape = (len(ACTIVATIONS), len(sigmas), len(norms))
    squared, cosine = np.empty((*shape, DEPTH)), np.empty((*shape, DEPTH + 1))
    for at in np.ndindex(shape):
        activation, sigma, norm = (part[i] for part, i in zip((list(ACTIVATIONS), sigmas, norms), at, strict=True))
        rng = np.random.default_rng([1902, int(seed)])
        start = exact(sigma) / np.sqrt(width)
        sizes = [*[width] * (DEPTH + 1), 1]
        net = init(sizes, norm=NORMS[norm], activation=activation, init=start, seeds=(seed,), dtype=np.float32, eps=0.0)
        common = rng.normal(size=(1, 1, width))
        x = np.sqrt(0.7) * common + np.sqrt(0.3) * rng.normal(size=(1, EXAMPLES, width))  # cosines of 0.7
        upstream = rng.normal(size=x.shape)
        x, upstream = x.astype(np.float32), upstream.astype(np.float32)
        squared[at] = squared_gradients(net, x, upstream)
        layers = [x[0], *(layer[0] for layer in forward(net, x)[1].a)]
        cosine[at] = [mean_cosine(h.astype(float)) for h in layers]
    return {"squared": squared, "cosine": cosine}
