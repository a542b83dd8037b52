"""A network that is trained step by step: what the page of the laboratory runs, and `bn.train` as well.

Every function here is plain NumPy on `bn`'s own. They are traced for the page, so they never ask what a number is.
"""

from dataclasses import dataclass

import numpy as np

from bn.data import TRAINING, load_digits
from bn.layers import checks
from bn.network import Network, accuracy, forward, init, loss_and_grads, update_statistics
from bn.steps import adam_start, adamw_step, momentum_start, momentum_step

CLASSES = 10
WATCHED = 256  # held-out digits on which the networks are looked at
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)  # of the ribbons
COMPANY = 31  # digits that a drawing shares a batch with
MOST_LAYERS = 8
SPAN = 4  # half the height of a layer's row, in units of what is shown
EDGES = np.linspace(-6, 6, 25)  # of the histogram
LETTING = ((checks, "as_number", (1, "value")),)  # asks whether a momentum lies between 0 and 1


def raw_data(seed=0):
    """{"pixels": (1797, 64), whole numbers from 0 to 16, "digits": (1797,)}, in the order of `bn.data.digits`."""
    found = load_digits()
    order = np.random.default_rng(1000 + seed).permutation(len(found["images"]))
    pixels = np.rint(16 * found["images"][order]).astype(int)
    return {"pixels": pixels.reshape(len(pixels), -1), "digits": found["labels"][order]}


def prepare(pixels, digits):
    """The data as `bn.data.digits` gives it, and what it takes to standardize other pictures alike."""
    raw = pixels / 16
    mean, spread = raw[:TRAINING].mean(axis=0), raw[:TRAINING].std(axis=0) + 0.01
    watched = slice(TRAINING, TRAINING + WATCHED)
    return {
        "images": (raw[:TRAINING] - mean) / spread,
        "labels": digits[:TRAINING],
        "watched": raw[watched],
        "answers": digits[watched],
        "mean": mean,
        "spread": spread,
    }


@dataclass(frozen=True)
class Kind:
    """What a network is built of: all that decides what is computed."""

    norm: str
    activation: str

    def network(self, state):
        """The `Network` of a state."""
        return Network(state["params"], state["running"], np.zeros(1, int), self.norm, self.activation)


def start(seed, norm, activation, optimizer, depth, width, scale, images):
    """The state before the first step: parameters, running statistics, and what the optimizer remembers."""
    net = init((images.shape[1], *[width] * depth, CLASSES), norm=norm, activation=activation, seeds=(seed,))
    params = [{name: p * scale if name == "w" else p for name, p in layer.items()} for layer in net.params]
    memory = momentum_start(net) if optimizer == "momentum" else adam_start(net)
    return {"params": params, "running": net.running, "memory": memory}


def step(state, images, labels, index, norm, activation, optimizer, rate, inertia, decay, momentum):
    """One step on the examples `index`: the new state, and what is kept of it over time."""
    net = Kind(norm, activation).network(state)
    losses, grads, trace = loss_and_grads(net, images[index], labels[index])
    net = update_statistics(net, trace, momentum)
    if optimizer == "momentum":
        net, memory = momentum_step(net, grads, state["memory"], rate, decay, inertia)
    else:
        net, memory = adamw_step(net, grads, state["memory"], rate, decay)
    lengths = [np.sqrt(np.square(g["w"]).sum()) for g in grads]
    return {"params": net.params, "running": net.running, "memory": memory}, {
        "loss": losses[0],
        "gradients": np.stack(lengths),
    }


def look(state, watched, answers, mean, spread, norm, activation, light, layer, unit, measure, drawing):
    """What is seen of a state on held-out digits, in a picture with this `light`.

    middle, low, high, lowest, highest : percentiles of what one unit of each hidden layer hands to its activation,
    (layers,), each in the row of its layer.   histogram : shares of the same in the chosen layer.
    weights : lengths of all layers' weights.
    accuracy, own : with the running statistics, and with those of the watched digits themselves.
    answer, company : probabilities of the ten digits for a drawing (64,), alone in use, and in a batch with others.
    is_drawn, shows_... : whether there is one, and which of the three measures is asked for.
    """
    net = Kind(norm, activation).network(state)
    x = (light * watched - mean) / spread
    logits, trace = forward(net, x)
    in_use, _ = forward(net, x, training=False)
    drawn = ((drawing - mean) / spread)[None]
    among = np.concatenate([(watched[:COMPANY] - mean) / spread, drawn])
    seen = np.stack([_unit(y[0], unit) for y in trace.y])
    rows = np.arange(len(seen)) + 1
    lowest, low, middle, high, highest = in_rows(np.quantile(seen, LEVELS, axis=1), rows)
    here = (seen * (rows[:, None] == np.minimum(layer, len(seen)))).sum(axis=0)
    lengths = [np.sqrt(np.square(own["w"]).sum()) for own in net.params]
    return {
        "rows": rows.astype(float),
        "extent": np.array([0.4, len(seen) + 0.6]),
        "lowest": lowest,
        "low": low,
        "middle": middle,
        "high": high,
        "highest": highest,
        "histogram": shares(here),
        "weights": np.stack(lengths),
        "scale": np.where(
            measure == 2, np.array([0.0, 2.0]), np.where(measure == 1, np.array([0.0, 1.0]), np.array([0.0, 3.0]))
        ),
        "is_drawn": (drawing > 0).any(),
        "answer": probabilities(forward(net, drawn, training=False)[0])[0, 0],
        "company": probabilities(forward(net, among)[0])[0, -1],
        "shows_loss": measure == 0,
        "shows_accuracy": measure == 1,
        "shows_gradients": measure == 2,
        "accuracy": accuracy(in_use, answers)[0],
        "own": accuracy(logits, answers)[0],
    }


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


def _with_weights(state, layer, change):
    params = list(state["params"])
    for i, own in enumerate(params[:-1]):
        params[i] = {**own, "w": np.where(layer == i + 1, change(own["w"]), own["w"])}
    return {**state, "params": params}
