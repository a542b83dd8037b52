"""Networks that learn two problems in the plane: what the second figure of the laboratory runs.

As in `laboratory`, all functions are traced for the page.
"""

import numpy as np

from bn.network import accuracy, forward, init, loss_and_grads, update_statistics
from bn.steps import momentum_start, momentum_step
from bnbook.experiments import laboratory as lab

TRAINING, NEW = 300, 300  # points to train on, and to be judged by
SIDE = 36  # cells of the picture in each direction
EDGE = 2.5  # of the picture, in standard deviations of the points
TURNS = 1.25  # of each arm of the spirals
CELLS = (np.arange(SIDE) + 0.5) / SIDE * 2 * EDGE - EDGE
GRID = np.stack(np.meshgrid(CELLS, CELLS), axis=-1).reshape(-1, 2)  # row by row from below


def raw_data(seed=0):
    """{"points": (2, 600, 2), of the moons and of the spirals, "sides": (600,), 0 or 1}, the training points first."""
    rng = np.random.default_rng(seed)
    sides = np.arange(TRAINING + NEW) % 2
    along = rng.random(len(sides))
    noise = rng.standard_normal((2, len(sides), 2))
    points = np.stack([moons(along, sides) + 0.12 * noise[0], spirals(along, sides) + 0.03 * noise[1]])
    points = points - points.mean(axis=1, keepdims=True)
    return {"points": points / points.std(axis=1, keepdims=True), "sides": sides}


def moons(along, sides):
    """Two half circles that reach into each other; along : (n,), from 0 to 1."""
    angle = np.pi * along
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return np.where(sides[:, None] == 0, upper, lower)


def spirals(along, sides):
    """Two arms that turn around each other; evenly many points on equal lengths of an arm."""
    radius = np.sqrt(0.02 + 0.98 * along)
    angle = 2 * np.pi * TURNS * radius + np.pi * sides
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def start(seed, norm, activation, depth, width, scale):
    """The state before the first step."""
    net = init((2, *[width] * depth, 2), norm=norm, activation=activation, seeds=(seed,))
    return {"params": lab.scaled(net.params, scale), "running": net.running, "memory": momentum_start(net)}


def step(state, points, sides, index, problem, offset, norm, activation, rate, inertia, momentum):
    """One step of gradient descent with momentum `inertia` on the points `index`, all moved by `offset`."""
    x = of(points, problem)[index] + offset
    net = lab.Kind(norm, activation, "none").network(state)
    losses, grads, trace = loss_and_grads(net, x, sides[index])
    net = update_statistics(net, trace, momentum)
    net, memory = momentum_step(net, grads, state["memory"], rate, 0.0, inertia)
    return {"params": net.params, "running": net.running, "memory": memory}, {"loss": losses[0]}


def look(state, points, sides, problem, offset, norm, activation):
    """What is seen of a state.

    side : probability of side 1 in each cell of the picture, in use, (SIDE, SIDE).   right : share of the new points
    read right in use.   own : the same by the statistics of these points themselves.
    first_x, first_y, second_x, second_y : the training points of both sides, before they are moved.
    """
    net = lab.Kind(norm, activation, "none").network(state)
    shown = of(points, problem)
    x, answers = shown[TRAINING:] + offset, sides[TRAINING:]
    drawn = shown[:TRAINING]
    return {
        "side": lab.probabilities(forward(net, GRID + offset, training=False)[0])[0, :, 1].reshape(SIDE, SIDE),
        "right": accuracy(forward(net, x, training=False)[0], answers)[0],
        "own": accuracy(forward(net, x)[0], answers)[0],
        "first_x": drawn[0::2, 0],
        "first_y": drawn[0::2, 1],
        "second_x": drawn[1::2, 0],
        "second_y": drawn[1::2, 1],
    }


def of(points, problem):
    """The points of a problem: 0 is the moons, 1 the spirals."""
    return np.where(problem == 0, points[0], points[1])


def prepare(sides):
    """How many points there are to train on, as an array that has so many."""
    return {"training": sides[:TRAINING]}
