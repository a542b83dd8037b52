"""The largest curvature of the loss, while gradient descent trains on all examples at once, against 2 over the rate.

Where the loss is a parabola, a step of gradient descent with the rate eta overshoots by more than it came from if the
curvature is above 2 / eta. Cohen and co-authors (2021) report that networks train just there. Digits, 200 images as one
batch, 64-32-32-10, squared error against one-hot targets, float64; plain and with batch
norm (eps = 0), the same start weights. The curvature is the eigenvalue of the Hessian that is largest in size, by power
iteration; the vector that one look ends with is the next one's start.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.hessian import hessian_vector_product
from bn.network import init, loss_and_grads
from bn.optim import train
from bnbook.experiments.common import NORMS

RATES = (0.05, 0.1, 0.2, 0.3)
KINDS = {"tanh": "lecun", "relu": "he"}  # with their start weights
IMAGES, STEPS, EVERY = 200, 1200, 40
FIRST, MORE = 40, 10  # iterations at the first look, and at each later one


def of_seed(seed, kinds=tuple(KINDS), norms=NORMS, steps=STEPS):
    """One seed; A kinds of activation, N norms, L rates, R looks, every EVERY steps:

    curvature (A, N, L, R) : the largest eigenvalue of the Hessian in all parameters.
    equal (A, N, L, R) : that in the weights alone, every weight matrix in units of its own length.
    length (A, N, L, R) : of all hidden weights, as one vector.   loss (A, N, L, R) : of all images.
    diverged_at (A, N, L).
    """
    rows = [[_followed(seed, kind, norm, steps) for norm in norms] for kind in kinds]
    return {name: np.array([[run[name] for run in row] for row in rows]) for name in rows[0][0]}


def _followed(seed, kind, norm, steps):
    data = digits((seed,))
    wanted = np.eye(10)[data.train_y[:, :IMAGES]]
    data = replace(data, train_x=data.train_x[:, :IMAGES], train_y=wanted)
    seeds = np.full(len(RATES), seed)
    eps = {"eps": 0.0} if norm == "batch" else {}
    net = init((64, 32, 32, 10), norm=norm, activation=kind, init=KINDS[kind], seeds=seeds, **eps)
    look = _Looking(seed)
    at = range(0, steps + 1, EVERY)
    _, history = train(
        net, data, np.array(RATES), batch_size=None, steps=steps, loss="squared", record=look, record_at=at
    )
    found = {name: np.array([record[name] for record in history.records]).T for name in history.records[0]}
    return {**found, "diverged_at": history.diverged_at}


class _Looking:
    """What `train` records; keeps the vectors of the last look."""

    def __init__(self, seed):
        self.seed, self.vectors = seed, {}

    def __call__(self, step, net, x, labels):
        units = [{n: np.ones_like(p) for n, p in layer.items()} for layer in net.params]
        own = [{n: _unit_of(n, p) for n, p in layer.items()} for layer in net.params]
        hidden = [layer["w"] for layer in net.params[:-1]]
        return {
            "curvature": self._largest("raw", net, x, labels, units),
            "equal": self._largest("equal", net, x, labels, own),
            "length": np.sqrt(sum((w**2).sum(axis=(1, 2)) for w in hidden)),
            "loss": loss_and_grads(net, x, labels, "squared")[0],
        }

    def _largest(self, name, net, x, labels, units):
        """(k,) the largest eigenvalue in size, of D H D with D the units."""
        times = FIRST if name not in self.vectors else MORE
        rng = np.random.default_rng([self.seed, 21])
        start = [{n: rng.normal(size=p[:1].shape) + np.zeros_like(p) for n, p in layer.items()} for layer in net.params]
        vector = _normal(self.vectors.get(name) or [_scaled(u, layer) for u, layer in zip(units, start)])
        for _ in range(times):
            moved = [_scaled(u, layer) for u, layer in zip(units, vector)]
            product = hessian_vector_product(net, x, labels, moved, "squared")
            product = [_scaled(u, layer) for u, layer in zip(units, product)]
            value = _inner(vector, product)
            vector = _normal(product)
        self.vectors[name] = vector
        return value


def _unit_of(name, p):
    """A weight matrix's own length; what is no weight stays where it is."""
    length = np.sqrt((p**2).sum(axis=(1, 2), keepdims=True)) if name == "w" else 0.0
    return length + np.zeros_like(p)


def _scaled(units, layer):
    return {name: units[name] * p for name, p in layer.items()}


def _inner(a, b):
    return sum((one[n] * two[n]).sum(axis=(1, 2)) for one, two in zip(a, b) for n in one)


def _normal(vector):
    length = np.sqrt(_inner(vector, vector))[:, None, None]
    return [{n: p / np.where(length > 0, length, 1.0) for n, p in layer.items()} for layer in vector]
