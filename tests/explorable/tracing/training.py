"""Training steps of `bn`, as NumPy runs them and as a traced program: small networks on a small task."""

from dataclasses import replace

import numpy as np

from bn.layers import checks
from bn.network import init, loss_and_grads, update_statistics
from bn.steps import OPTIMIZERS, adam_start, momentum_start
from explorable.tracing import trees
from tests.explorable.tracing.engine import traced

LETTING = [(checks, "as_number", (1, "value"))]  # it checks the momentum of running statistics by float()
STARTS = {"sgd": lambda net: None, "momentum": momentum_start, "adam": adam_start, "adamw": adam_start}
FEATURES, CLASSES, WIDTH, BATCH = 12, 4, 16, 24
RATE, MOMENTUM = np.array(0.1), np.array(0.2)


def task(rows=120):
    """Points and the side of which of four random directions they are on."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(rows, FEATURES))
    return x, (x @ rng.normal(size=(FEATURES, CLASSES))).argmax(axis=1)


X, Y = task()


def batches(steps, size=BATCH):
    """(steps, size) places in the data."""
    rng = np.random.default_rng(6)
    return np.stack([rng.permutation(len(X))[:size] for _ in range(steps)])


def network(depth=1, width=WIDTH, seeds=(0,), **how):
    return init((FEATURES, *[width] * depth, CLASSES), seeds=seeds, **how)


def start(net, optimizer="sgd"):
    """The state of training."""
    return {"params": net.params, "running": net.running, "memory": STARTS[optimizer](net)}


def step(net, state, x, y, lr, momentum, optimizer="sgd", loss="softmax"):
    """(losses, the next state), as `bn.optim.train` makes them of one batch."""
    net = replace(net, params=state["params"], running=state["running"])
    losses, grads, trace = loss_and_grads(net, x, y, loss)
    moved = update_statistics(net, trace, momentum)
    moved, memory = OPTIMIZERS[optimizer](moved, grads, state["memory"], lr, 0.01)
    return losses, {"params": moved.params, "running": moved.running, "memory": memory}


def by_numpy(net, places, optimizer="sgd", lr=RATE, momentum=MOMENTUM):
    """(losses of all steps, the flat state at the end)."""
    state, seen = start(net, optimizer), []
    for index in places:
        losses, state = step(net, state, X[index], Y[index], lr, momentum, optimizer)
        seen.append(losses)
    return np.ravel(seen), {name: np.asarray(leaf, float) for name, leaf in trees.flat(state).items()}


def compiled(net, places, optimizer="sgd", library=None):
    """(the `Case` of one step, what its inputs begin with)."""
    nest = start(net, optimizer)
    leaves = trees.flat(nest)
    given = {**leaves, "index": places[0], "x": X, "y": Y, "lr": RATE, "momentum": MOMENTUM}
    origins = [*["state"] * len(leaves), "draw", "data", "data", "setting", "setting"]

    def function(*arrays):
        named = dict(zip(given, arrays))
        state = trees.unflat(nest, {name: named[name] for name in leaves})
        x, y = named["x"][named["index"]], named["y"][named["index"]]
        losses, state = step(net, state, x, y, named["lr"], named["momentum"], optimizer)
        return {**trees.flat(state), "loss": losses}

    case = traced(function, *given.values(), origins=origins, names=list(given), library=library, letting=LETTING)
    return case, {name: value for name, value in given.items() if name != "index"}
