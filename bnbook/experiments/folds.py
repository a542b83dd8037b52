"""The folds of a network in the plane: where its units turn on and off, at the start and while it learns.

A unit of a ReLU network is on at one side of its fold and off at the other. In the first layer a fold is a straight
line; in the second it is bent wherever it meets a line of the first. `start`, `step` and `look` are what the page runs:
plain NumPy on `bn`'s own network, two hidden layers of `WIDTH` units, all points in one batch.
"""

from dataclasses import replace

import numpy as np

from bn.layers import Running
from bn.network import Network, accuracy, forward, init, loss_and_grads
from bn.steps import sgd_step

WIDTH = 8
POINTS = 60
REACH = 4.0  # the window is -REACH .. REACH, both ways
GRID = 41  # places a side, from edge to edge of the window
SHAPES = ("two moons", "a ring", "three heaps")


def points(seed=0):
    """{"clouds": (3, POINTS, 2), one for each of SHAPES, with mean 0 and spread about 1; "sides": (3, POINTS)}."""
    rng = np.random.default_rng([seed, 33])
    half = POINTS // 2
    along = np.linspace(0, np.pi, half)
    moons = np.concatenate(
        [
            np.stack([np.cos(along), np.sin(along)], axis=1),
            np.stack([1 - np.cos(along), 0.4 - np.sin(along)], axis=1),
        ]
    )
    around = np.linspace(0, 2 * np.pi, half, endpoint=False)
    ring = np.concatenate([np.stack([np.cos(around), np.sin(around)], axis=1) * 1.3, 0.35 * rng.normal(size=(half, 2))])
    middles = np.array([[-1.1, -0.6], [1.1, -0.6], [0.0, 1.2]])
    heaps = np.repeat(middles, POINTS // 3, axis=0) + 0.3 * rng.normal(size=(POINTS, 2))
    clouds = np.stack([moons, ring, heaps])
    clouds[:2] += 0.08 * rng.normal(size=(2, POINTS, 2))
    clouds = np.round(clouds - clouds.mean(axis=1, keepdims=True), 3)
    halves = np.arange(POINTS) >= half
    sides = np.stack([halves, halves, np.arange(POINTS) >= 2 * POINTS // 3]).astype(int)
    return {"clouds": clouds, "sides": sides}


def prepare(clouds, sides):
    """The places of the grid, (GRID GRID, 2), row by row from below."""
    middles = np.linspace(-REACH, REACH, GRID)
    return {"grid": np.stack([np.tile(middles, GRID), np.repeat(middles, GRID)], axis=1)}


def start(seed, norm, spread):
    """Parameters before the first step; biases, which batch norm has none of, are drawn with this spread."""
    net = init((2, WIDTH, WIDTH, 2), norm=norm, seeds=(seed,))
    drawn = np.random.default_rng(seed + 100).standard_normal((2, 1, 1, WIDTH))
    params = [
        {**layer, "b": spread * drawn[i]} if i < 2 and "b" in layer else layer for i, layer in enumerate(net.params)
    ]
    return {"params": params, "learned": np.zeros(())}


def network(state, norm, running=(None, None)):
    """The `Network` of a state."""
    return Network(state["params"], list(running), np.zeros(1, int), norm)


def placed(clouds, sides, shape, right, up):
    """The points (POINTS, 2) where the reader has put them, and which of the two sides each is on (POINTS,)."""
    cloud = np.where(shape == 0, clouds[0], np.where(shape == 1, clouds[1], clouds[2]))
    which = np.where(shape == 0, sides[0], np.where(shape == 1, sides[1], sides[2]))
    return cloud + right * np.array([1.0, 0.0]) + up * np.array([0.0, 1.0]), which


def step(state, clouds, sides, norm, shape, right, up, rate):
    """One step of plain SGD on all points: the new state, and the loss before it."""
    x, labels = placed(clouds, sides, shape, right, up)
    net = network(state, norm)
    losses, grads, _ = loss_and_grads(net, x, labels)
    return {"params": sgd_step(net, grads, rate).params, "learned": np.ones(())}, {"loss": losses[0]}


def look(state, clouds, sides, grid, norm, shape, right, up, shown):
    """What is seen: points, lines of the first layer, heights on the grid of whose zeros the other folds are.

    line_x, line_y (WIDTH, 2) : both ends of the first layer's folds.   heights_1 ... (GRID, GRID) : of each unit of the
    second layer, what its ReLU is given.   answer (GRID, GRID) : by how much the second class is ahead.
    parting : how many of the folds have points on both sides.   regions : into how many pieces they part the points.
    distance : root of the mean square distance of the points to the first layer's folds.   right_now : share of points
    that are classed right.   Folds of units that are not `shown` lie outside of the window.
    """
    x, labels = placed(clouds, sides, shape, right, up)
    net = network(state, norm)
    logits, trace = forward(net, x)
    running = [cache if cache is None else Running(cache.mu, cache.var) for cache in trace.norm_caches]
    seen, there = forward(replace(net, running=running), grid, training=False)
    w, level = first_layer(net, trace, net.eps)
    length = np.sqrt((w * w).sum(axis=0))  # (WIDTH,)
    away = np.where(np.arange(WIDTH) < shown, level / length, 100.0)
    foot, along = away * w / length, np.stack([-w[1], w[0]]) / length  # (2, WIDTH) each
    ends = np.array([-3.0, 3.0]) * REACH
    on = np.concatenate([trace.y[0][0] > 0, trace.y[1][0] > 0], axis=1)
    distances = (x @ (w / length)) - level / length
    heights = np.where(np.arange(WIDTH) < shown, _sunk(there, net), 1.0)
    tables = {f"heights_{k + 1}": heights[:, k].reshape(GRID, GRID) for k in range(WIDTH)}
    return {
        "x_all": x[:, 0],
        "y_all": x[:, 1],
        "x_second": x[:, 0] + np.where(labels == 1, 0.0, 100.0),
        "line_x": foot[0][:, None] + along[0][:, None] * ends,
        "line_y": foot[1][:, None] + along[1][:, None] * ends,
        **tables,
        "answer": (seen[0, :, 1] - seen[0, :, 0]).reshape(GRID, GRID),
        "parting": (on.any(axis=0) & ~on.all(axis=0)).sum(),
        "regions": pieces(on),
        "distance": np.sqrt((distances * distances).mean()),
        "right_now": accuracy(logits, labels)[0],
        "learned": state["learned"],
        "is_plain": np.array(norm != "batch"),
        "is_batch": np.array(norm == "batch"),
    }


def _sunk(trace, net):
    """What the second layer's ReLUs are given on the grid.

    Where all of the first layer is off it may be exactly 0, a whole region of zeros: there it is made to lie below 0,
    so that the zeros are at the region's edge.
    """
    below, given = trace.y[0][0], trace.y[1][0]
    nearest = below.max(axis=1, keepdims=True)  # of the unit that is the next to be on
    sunk = -np.abs((below * (below == nearest)) @ net.params[1]["w"][0])
    return np.where((nearest <= 0) & (given == 0), sunk, given)


def first_layer(net, trace, eps):
    """The folds of the first layer as w . x = level: w (2, WIDTH), level (WIDTH,)."""
    layer = net.params[0]
    w = layer["w"][0]
    if net.norm != "batch":
        return w, -layer["b"][0, 0]
    cache = trace.norm_caches[0]
    return w, cache.mu[0, 0] - layer["beta"][0, 0] * cache.std[0, 0] / layer["gamma"][0, 0]


def pieces(on):
    """How many different rows on (m, units) has: the regions that have points in them."""
    codes = (on * 2.0 ** np.arange(on.shape[1])).sum(axis=1)
    same = codes[:, None] == codes[None, :]
    earlier = np.arange(len(on))[:, None] > np.arange(len(on))[None, :]
    return (~(same & earlier).any(axis=1)).sum()
