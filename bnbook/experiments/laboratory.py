"""A network that is trained step by step: what the page of the laboratory runs, and `bn.train` as well.

Every function here is plain NumPy on `bn`'s own. They are traced for the page, so they never ask what a number is.
"""

from dataclasses import dataclass, replace

import numpy as np

from bn.data import TRAINING, Data, load_digits, load_mnist
from bn.layers import checks, standardizing
from bn.network import Network, accuracy, forward, init, loss_and_grads, update_statistics
from bn.steps import adam_start, adamw_step, momentum_start, momentum_step

CLASSES = 10
PICTURES = 1797  # of each data set
WATCHED = 256  # held-out digits on which the networks are looked at
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)  # of the ribbons
COMPANY = 31  # digits that a drawing shares a batch with
COMPARED = 64  # examples on which two gradients are compared
MOVED = 0.01  # how far all layers below move between the two, in parts of the length of their weights
LONGEST = 16.0  # length of weights that the picture has room for, or twice, four times, ... as much
MOST_LAYERS = 8
APART = 1000  # what the seed of the noise is above that of the start
SPAN = 4  # half the height of a layer's row, in units of what is shown
EDGES = np.linspace(-6, 6, 25)  # of the histogram
LETTING = (
    (checks, "as_number", (1, "value")),  # asks whether a momentum lies between 0 and 1
    (standardizing, "sqrt", np.sqrt),  # of eps, by math
)


def raw_data(name="digits", seed=0):
    """Pictures of handwritten digits and what it takes to prepare them, as the page stores them.

    name : "digits", 8 x 8 pixels, in the order of `bn.data.digits`; or "mnist", as many pictures of `bn.data.mnist`
    with 14 x 14 pixels.   Returns {"pixels": (1797, d) whole numbers from 0 to levels, "digits": (1797,), "levels":
    (1,), "singly": (1,), 1 if each pixel is standardized by itself, and 0 if all are together, "enlarge": (d, 64), what
    makes a picture of a drawing on 8 x 8 fields}.
    """
    found, levels = (load_digits(), 16) if name == "digits" else (load_mnist(14), 32)
    order = np.random.default_rng(1000 + seed).permutation(len(found["images"]))[:PICTURES]
    pixels = np.rint(levels * found["images"][order]).astype(int)
    return {
        "pixels": pixels.reshape(len(pixels), -1),
        "digits": found["labels"][order],
        "levels": np.array([levels]),
        "singly": np.array([int(name == "digits")]),
        "enlarge": np.eye(64) if name == "digits" else enlarging(8, 10, 2),
    }


def enlarging(small, large, margin):
    """What makes of a picture of small x small one of large x large with a margin: (side^2, small^2)."""
    at = np.clip((np.arange(large) + 0.5) * small / large - 0.5, 0, small - 1)
    weights = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(small)))  # linear, between the two nearest
    rows = np.pad(weights, ((margin, margin), (0, 0)))
    return np.kron(rows, rows)


def prepare(pixels, digits, levels, singly):
    """The data as `bn.data` gives it, and what it takes to standardize other pictures alike."""
    raw = pixels / levels
    train = raw[:TRAINING]
    mean = np.where(singly == 1, train.mean(axis=0), train.mean())
    spread = np.where(singly == 1, train.std(axis=0) + 0.01, train.std())
    watched = slice(TRAINING, TRAINING + WATCHED)
    return {
        "images": (train - mean) / spread,
        "labels": digits[:TRAINING],
        "watched": raw[watched],
        "answers": digits[watched],
        "mean": mean,
        "spread": spread,
    }


def pictures(name):
    """(The same pictures as `bn.train` takes them, a function that gives the new ones in another light)."""
    raw = raw_data(name)
    made = prepare(**{each: raw[each] for each in ("pixels", "digits", "levels", "singly")})
    data = Data(
        made["images"][None],
        made["labels"][None],
        ((made["watched"] - made["mean"]) / made["spread"])[None],
        made["answers"][None],
    )
    return data, lambda light: (light * made["watched"] - made["mean"]) / made["spread"]


@dataclass(frozen=True)
class Kind:
    """What a network is built of besides its parameters."""

    norm: str
    activation: str
    residual: str
    eps: float = 1e-5

    def network(self, state):
        """The `Network` of a state."""
        skips = None if self.residual == "none" else self.residual
        return Network(state["params"], state["running"], np.zeros(1, int), self.norm, self.activation, self.eps, skips)


def start(seed, norm, activation, residual, depth, width, scale, images):
    """The state before the first step: parameters, running statistics, and what both optimizers remember."""
    skips = None if residual == "none" else residual
    sizes = (images.shape[1], *[width] * depth, CLASSES)
    net = init(sizes, norm=norm, activation=activation, residual=skips, seeds=(seed,))
    return {
        "params": scaled(net.params, scale),
        "running": net.running,
        "momentum": momentum_start(net),
        "adam": adam_start(net),
    }


def scaled(layers, scale):
    """The parameters with all weights times `scale`, which may be traced, as that of `init` may not."""
    return [{name: p * scale if name == "w" else p for name, p in layer.items()} for layer in layers]


def step(
    state,
    images,
    labels,
    index,
    draws,
    norm,
    activation,
    residual,
    optimizer,
    rate,
    inertia,
    decay,
    momentum,
    eps,
    noise,
):
    """One step on the examples `index`: the new state, and what is kept of it over time.

    draws : (MOST_LAYERS, 2, width) standard normal numbers of this step: behind the norm every unit is multiplied by
    1 + noise times the first and moved by noise times the second, for all examples alike.
    optimizer : 0 is gradient descent with momentum `inertia`, 1 is AdamW. Both see every gradient, so that one can take
    over from the other on the way.
    """
    net = Kind(norm, activation, residual, eps).network(state)
    pushes = [(1 + noise * factor, noise * shift) for factor, shift in draws[: net.hidden]]
    losses, grads, trace = loss_and_grads(net, images[index], labels[index], noise=pushes)
    net = update_statistics(net, trace, momentum)
    slow, velocity = momentum_step(net, grads, state["momentum"], rate, decay, inertia)
    fast, adam = adamw_step(net, grads, state["adam"], rate, decay)
    params = [
        {name: np.where(optimizer == 0, own[name], other[name]) for name in own}
        for own, other in zip(slow.params, fast.params)
    ]
    new = {"params": params, "running": net.running, "momentum": velocity, "adam": adam}
    return new, {
        "loss": losses[0],
        "gradients": lengths(grads),
        "weights": lengths(params),
    }


def look(
    state,
    images,
    labels,
    watched,
    answers,
    mean,
    spread,
    enlarge,
    norm,
    activation,
    residual,
    eps,
    light,
    layer,
    unit,
    measure,
    drawing,
):
    """What is seen of a state on held-out digits, in a picture with this `light`.

    middle, low, high, lowest, highest : percentiles of what one unit of each hidden layer hands to its activation,
    (layers,), each in the row of its layer.   histogram : shares of the same in the chosen layer.
    agreement : see `agreement`.
    accuracy, own : with the running statistics, and with those of the watched digits themselves.
    answer, company : probabilities of the ten digits for a drawing (64,), alone in use, and in a batch with others.
    is_drawn, shows_... : whether there is one, and which of the three measures is asked for.
    """
    net = Kind(norm, activation, residual, eps).network(state)
    x = (light * watched - mean) / spread
    logits, trace = forward(net, x)
    in_use, _ = forward(net, x, training=False)
    drawn = ((enlarge @ drawing - mean) / spread)[None]
    among = np.concatenate([(watched[:COMPANY] - mean) / spread, drawn])
    seen = np.stack([_unit(y[0], unit) for y in trace.y])
    rows = np.arange(len(seen)) + 1
    lowest, low, middle, high, highest = in_rows(np.quantile(seen, LEVELS, axis=1), rows)
    here = (seen * (rows[:, None] == np.minimum(layer, len(seen)))).sum(axis=0)
    return {
        "rows": rows.astype(float),
        "extent": np.array([0.4, len(seen) + 0.6]),
        "lowest": lowest,
        "low": low,
        "middle": middle,
        "high": high,
        "highest": highest,
        "histogram": shares(here),
        "agreement": agreement(net, images[:COMPARED], labels[:COMPARED]),
        "scale": chosen(measure, (0.0, 3.0), (0.0, 1.0), (0.0, 2.0), (0.0, room(lengths(net.params))), (-1.0, 1.0)),
        "is_drawn": (drawing > 0).any(),
        "answer": probabilities(forward(net, drawn, training=False)[0])[0, 0],
        "company": probabilities(forward(net, among)[0])[0, -1],
        "shows_loss": measure == 0,
        "shows_accuracy": measure == 1,
        "shows_gradients": measure == 2,
        "shows_weights": measure == 3,
        "shows_agreement": measure == 4,
        "accuracy": accuracy(in_use, answers)[0],
        "own": accuracy(logits, answers)[0],
    }


def lengths(layers):
    """Euclidean lengths of the weights of all layers, or of their gradients."""
    return np.stack([np.sqrt(np.square(own["w"]).sum()) for own in layers])


def agreement(net, images, labels):
    """The cosine of two gradients of the output layer: before and after all layers below have moved.

    Each moves against its own gradient by MOVED of its length, so all networks move alike. The change of a layer's
    gradient by the layers below is what Santurkar et al. 2018, definition 2.1, call internal covariate shift.
    """
    _, grads, _ = loss_and_grads(net, images, labels)
    below = [
        {**own, "w": own["w"] - MOVED * g["w"] * (length / (1e-30 + gradient))}
        for own, g, length, gradient in zip(net.params[:-1], grads, lengths(net.params), lengths(grads))
    ]
    _, moved, _ = loss_and_grads(replace(net, params=[*below, net.params[-1]]), images, labels)
    before, after = grads[-1]["w"], moved[-1]["w"]
    return (before * after).sum() / (1e-30 + np.sqrt(np.square(before).sum() * np.square(after).sum()))


def room(values):
    """LONGEST, doubled until the largest value has room."""
    return LONGEST * np.exp2(np.maximum(0.0, np.ceil(np.log2(values.max() / LONGEST))))


def chosen(which, *pairs):
    """The pair of that number, (2,)."""
    return sum(np.where(which == i, np.stack(pair), 0.0) for i, pair in enumerate(pairs))


def probabilities(logits):
    """Softmax along the last axis."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def in_rows(values, rows):
    """Numbers from -SPAN to SPAN in rows of height 1, those of row r around r; what lies beyond is cut to the row."""
    return rows + np.clip(values / (2 * SPAN), -0.49, 0.49)


def _unit(y, unit):
    """The numbers of one unit, counted from 1, of y (m, d); a unit beyond the last is the last."""
    d = y.shape[1]
    return (y * (np.arange(d) == np.minimum(unit, d) - 1)).sum(axis=1)


def shares(values):
    """The share of the values between neighboring EDGES; what lies beyond the ends counts for the outermost."""
    inside = np.clip(values, EDGES[0], EDGES[-1] - 1e-9)
    return ((inside >= EDGES[:-1, None]) & (inside < EDGES[1:, None])).mean(axis=1)


def scale_layer(state, layer, kick):
    """All weights of a hidden layer times `kick`."""
    return _with_weights(state, layer, lambda w: w * kick)


def shift_layer(state, layer, kick):
    """To all weights of a hidden layer `kick` is added, over the root of how many feed one unit."""
    return _with_weights(state, layer, lambda w: w + kick / np.sqrt(w.shape[1]))


def turn_layer(state, layer, kick):
    """Units of a hidden layer are turned into their neighbors, two by two, by `kick` in radians."""
    return _with_weights(state, layer, lambda w: _turned(w, kick))


def _turned(w, angle):
    first, second = w[..., 0::2], w[..., 1::2]
    turned = [first * np.cos(angle) - second * np.sin(angle), first * np.sin(angle) + second * np.cos(angle)]
    return np.stack(turned, axis=-1).reshape(w.shape)


def _with_weights(state, layer, change):
    params = list(state["params"])
    for i, own in enumerate(params[:-1]):
        params[i] = {**own, "w": np.where(layer == i + 1, change(own["w"]), own["w"])}
    return {**state, "params": params}
