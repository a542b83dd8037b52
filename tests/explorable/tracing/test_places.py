"""Where numbers lie: views, gathers at traced places, arrays joined; against NumPy, all of it exact."""

import numpy as np
import pytest

from explorable.tracing.graph import CannotTrace
from tests.explorable.tracing.engine import agree, traced

X = np.arange(24.0).reshape(2, 3, 4) ** 2 - 50
VIEWS = {
    "a number": lambda x: x[1, 2, 3],
    "a row": lambda x: x[1],
    "from the end": lambda x: x[-1, :, -2],
    "slices": lambda x: x[:, 1:, ::2],
    "backwards": lambda x: x[::-1, ::-1, ::-2],
    "backwards from a place": lambda x: x[:, 1::-1, -2:0:-1],
    "new axes": lambda x: x[None, :, None, 0],
    "ellipsis": lambda x: (x[..., 0], x[1, ...], x[..., 1, None], x[...]),
    "nothing": lambda x: (x[:, 1:1], x[2:], x[:, :, 4:].sum(axis=2)),
    "transpose": lambda x: (x.T, x.transpose(1, 0, 2), np.transpose(x, (2, 0, 1)), x.transpose((0, 2, 1))),
    "swapaxes": lambda x: (x.swapaxes(0, 2), np.swapaxes(x, -1, 1)),
    "moveaxis": lambda x: (np.moveaxis(x, 0, -1), np.moveaxis(x, (0, 1), (1, 2))),
    "flip": lambda x: (np.flip(x), np.flip(x, 1), np.flip(x, axis=(0, 2))),
    "diagonal": lambda x: (np.diagonal(x), np.diagonal(x, 1), np.diagonal(x, axis1=1, axis2=2)),
    "broadcast_to": lambda x: (np.broadcast_to(x, (3, 2, 3, 4)), np.broadcast_to(x[:, :1], (2, 3, 4))),
    "expand_dims": lambda x: (np.expand_dims(x, 1), np.expand_dims(x, (0, -1))),
    "squeeze": lambda x: (np.squeeze(x[:1]), x[:1, :, :1].squeeze(), x[:1].squeeze(0), np.squeeze(x[:, :1], axis=1)),
    "reshape": lambda x: (
        x.reshape(6, 4),
        x.reshape((3, -1)),
        np.reshape(x, (2, 12)),
        x.reshape(-1),
        x.reshape(2, 2, 6),
    ),
    "reshape of one number": lambda x: (x[0, 0, :1].reshape(()), x[0, 0, 0].reshape(1, 1)),
    "ravel": lambda x: (x.ravel(), np.ravel(x), x.flatten()),
    "at least": lambda x: (np.atleast_1d(x[0, 0, 0]), np.atleast_2d(x[0, 0]), np.atleast_1d(x)),
    "iterated": lambda x: [row[0] for plane in x for row in plane][4],
    "unpacked": lambda x: (lambda a, b: a - b)(*x),
}
BEFORE = {
    "itself": lambda x: x,
    "computed": lambda x: x + 1,
    "a view": lambda x: x[:, ::-1],
    "a transposed view": lambda x: x.reshape(4, 3, 2).T,
    "broadcast": lambda x: np.broadcast_to(x[:1], x.shape),
}
AFTER = {"itself": lambda v: v, "computed": lambda v: v * 2 - 1, "summed": lambda v: v.sum(axis=-1) if v.ndim else v}


@pytest.mark.parametrize("name", VIEWS)
def test_views_of_anything_used_for_anything(name):
    def function(x):
        found = {}
        for before, first in BEFORE.items():
            made = VIEWS[name](first(x))
            for i, view in enumerate(made if isinstance(made, tuple) else (made,)):
                found.update({f"{before} {i} {after}": then(view) for after, then in AFTER.items()})
        return found

    agree(function, X)


RESHAPES = {
    "of a transpose": lambda x: x.T.reshape(6, 4),
    "of a flip": lambda x: x[::-1].reshape(-1),
    "of a broadcast": lambda x: np.broadcast_to(x[:, :1], (2, 3, 4)).reshape(4, 6),
    "of a slice": lambda x: x[:, :, 1:].reshape(2, 9),
    "in the order of columns": lambda x: (x.reshape(6, 4, order="F"), x.reshape(-1, order="F")),
    "of a copied one": lambda x: x.T.reshape(-1)[::-1].reshape(2, 12).T.reshape(3, 8),
}


@pytest.mark.parametrize("name", RESHAPES)
def test_a_reshape_that_must_copy(name):
    agree(RESHAPES[name], X)
    agree(lambda x: RESHAPES[name](x * 2), X)


def test_views_of_constants_and_counts():
    table, count = np.arange(12.0).reshape(3, 4) ** 0.5, np.arange(4.0)
    agree(lambda x: (x + table.T[0, :2, None, None], x * count[::-1], x + np.full((3, 4), 2.5)), X)
    agree(lambda x: (np.where(x[0] > 0, np.arange(4), np.arange(3)[:, None]), x + np.zeros(4), x * np.eye(3, 4)), X)
    agree(lambda x: x + np.array([-0.0, 0.0, 0.0, -0.0]), -0.0 * np.ones((1, 4)), signs=True)
    agree(lambda x: x * np.full(4, np.nan), X)


def test_a_constant_is_what_it_was_when_it_was_used():
    def function(x):
        table = np.array([1.0, 3.0, 2.0, 7.0])
        first = x * table
        table += 5
        return first, x * table

    agree(function, X)


INDEX = np.array([2, 0, 1, 2, 2])
GATHERS = {
    "rows": lambda x, i, j: x[:, i],
    "of the first axis": lambda x, i, j: x[i % 2],
    "of the last": lambda x, i, j: (x[..., i], x[:, :, i]),
    "two arrays": lambda x, i, j: (x[:, i, i], x[i % 2, i], x[:, i[:, None], j]),
    "three arrays": lambda x, i, j: x[i % 2, i, i + 1],
    "with slices": lambda x, i, j: (x[1:, i], x[:, i, ::-1], x[::-1, 1:, i], x[:, i, 1:3]),
    "a table of places": lambda x, i, j: (x[:, i.reshape(5, 1) * np.ones(2, int)], x[..., np.stack([i, i])]),
    "from the end": lambda x, i, j: (x[:, i - 3], x[:, -1 - i], x[:, -i]),
    "of a view": lambda x, i, j: (
        x.T[i],
        x.swapaxes(1, 2)[..., i],
        x[:, ::-1][:, i],
        np.broadcast_to(x[:1], x.shape)[:, i],
    ),
    "constants": lambda x, i, j: (
        x[:, [2, 0]],
        x[:, np.array([[0, -1], [1, 1]])],
        x[:, i, [3, -1, 0, 1, 2]],
        x[[1, 1]],
    ),
    "of one place": lambda x, i, j: (x[:, i[0]], x[i[1] % 2], x[..., i[2], :][..., i[1]], x[:, i[:1]]),
    "of what is computed": lambda x, i, j: ((x + 1)[:, i], (x * x)[:, i].sum(axis=0), (2 * x)[:, (i + 1) % 3]),
    "of itself": lambda x, i, j: (i[i], i[i[i]], (i + 0)[i]),
    "of a constant": lambda x, i, j: (
        np.take_along_axis(np.array([5.0, -1.0, 2.5]), i, 0) + np.take_along_axis(np.arange(3), i, 0)
    ),
    "a reversed index": lambda x, i, j: (x[:, i[::-1]], x[:, (i * 1)[::-1]] + (i * 1)[:, None], x[:, (i % 2)[::-1]]),
    "take": lambda x, i, j: (
        np.take(x, i),
        np.take(x, i, axis=1),
        np.take(x, i, axis=-1),
        np.take(x, 5),
        np.take(x, [1, -1]),
    ),
    "of an empty index": lambda x, i, j: x[:, i[:0]],
}


@pytest.mark.parametrize("name", GATHERS)
def test_gathers(name):
    agree(lambda x, i, j: GATHERS[name](x, i, j), X, INDEX, np.array([[3, 1, 0, -1, 2]] * 2 + [[0] * 5] * 3))


def test_a_batch_is_drawn_by_places_that_are_never_negative():
    case = agree(lambda x, i: x[i].sum(axis=1), X.reshape(6, 4), INDEX, origins=["data", "draw"])
    assert "where" not in {node.attr for node in case.graph.nodes if node.op == "map"}
    agree(lambda x, i: (x[i - 1], x[i - 2] + x[-i]), X.reshape(6, 4), INDEX, origins=["data", "draw"])


def test_an_index_computed_in_the_same_loop_and_read_elsewhere():
    def function(x, i):
        j = (i + 1) % 5
        return x[j[::-1]] + j, x[j] * j, x[np.flip(j)] + x[j]

    agree(function, np.random.default_rng(0).normal(size=5), INDEX)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_along_an_axis(axis):
    rng = np.random.default_rng(0)
    n = X.shape[axis]
    index = rng.integers(-n, n, size=X.shape)
    one = np.take(index, [0], axis=axis)
    agree(lambda x, i: np.take_along_axis(x, i, axis), X, index)
    agree(lambda x, i: np.take_along_axis(x, i, axis=axis), X, one)
    agree(lambda x, i: np.take_along_axis(x, x.argmax(axis=axis, keepdims=True), axis), X, one)
    agree(
        lambda x, i: np.take_along_axis(x.swapaxes(0, 1), i.swapaxes(0, 1), 2) + 1, X, rng.integers(0, 4, size=X.shape)
    )

    def put(x, i):
        y = x * 2
        np.put_along_axis(y, i, 7.5, axis)
        z = x.copy()
        np.put_along_axis(z, i, np.take_along_axis(x, i, axis) - 1, axis)
        return y, z

    agree(put, X, one)


def test_along_axes_that_are_broadcast():
    rng = np.random.default_rng(1)
    agree(lambda x, i: np.take_along_axis(x, i, 1), rng.normal(size=(1, 5)), rng.integers(0, 5, size=(3, 2)))
    agree(lambda x, i: np.take_along_axis(x, i, 1), rng.normal(size=(3, 5)), rng.integers(0, 5, size=(1, 2)))
    agree(lambda x: np.take_along_axis(x, np.array([[1], [0]]), 1), rng.normal(size=(2, 5)))
    agree(lambda x, i: np.take_along_axis(np.arange(6.0).reshape(2, 3) ** 2, i, 1), X, np.array([[2, 1], [0, -1]]))


JOINS = {
    "concatenate": lambda x, y: (
        np.concatenate([x, x]),
        np.concatenate([x, y, x[:, :1]], axis=1),
        np.concatenate([x, y], -2),
    ),
    "flat": lambda x, y: np.concatenate([x, y], axis=None),
    "views": lambda x, y: np.concatenate([x.T, x[:, :, ::-1].T, (x + 1).T], axis=2),
    "types": lambda x, y: (
        np.concatenate([x, np.arange(4) + np.zeros((2, 3, 1), int)], 0),
        np.concatenate([x > 0, y > 0], 1),
    ),
    "mixed": lambda x, y: np.concatenate([x > 0, y.astype(int)], axis=1),
    "constants": lambda x, y: np.concatenate([np.ones((2, 1, 4)), x, np.arange(8.0).reshape(2, 1, 4)], axis=1),
    "nothing": lambda x, y: np.concatenate([x[:, :0], x], axis=1),
    "stack": lambda x, y: (np.stack([x, x + 1]), np.stack([x, x], axis=-1), np.stack([x, -x], axis=1), np.stack([x])),
    "of numbers": lambda x, y: np.stack([x.sum(), y.max(), x[0, 0, 0]]),
    "of a sum": lambda x, y: np.concatenate([x.sum(axis=1), y[:, 0] * 2], axis=0) + 1,
}


@pytest.mark.parametrize("name", JOINS)
def test_joined(name):
    agree(JOINS[name], X, X[:, :2] * 0.5)


def test_many_short_axes_are_joined_and_more_long_ones_refused():
    agree(lambda x: np.concatenate([x, x]), np.arange(8.0).reshape(2, 1, 2, 1, 1, 2))
    with pytest.raises(CannotTrace, match=r"at most 4 axes \(test_places.py, line"):
        traced(lambda x: np.concatenate([x, x]), np.ones((2, 2, 2, 2, 2)))


def test_likes():
    def function(x):
        a, b, c, d = np.zeros_like(x), np.ones_like(x), np.full_like(x, 2.5), np.zeros_like(x, dtype=int)
        a += x
        d += 3
        return a, b, c, d, np.empty_like(x).shape[0] + x

    agree(function, X)
    agree(lambda x: (np.shape(x)[1] * x, np.ndim(x) + x, np.size(x) * x, np.size(x, 1) + x, len(x) * x), X)
