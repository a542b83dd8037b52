"""Other shapes of the same numbers, arrays put together, and arrays made of nothing."""

import numpy as np
from hypothesis import given

from tests.explorable.writing.arrays import inpage
from tests.explorable.writing.arrays.drawn import Drawn, search, seeds


def regrouped(drawn, size):
    """A shape of so many numbers, as code; now and then one that does not fit."""
    shape = []
    while size > 1 and drawn.rng.random() < 0.7:
        shape.append(drawn.one([n for n in range(1, size + 1) if size % n == 0]))
        size //= shape[-1]
    shape = [*shape, size] if drawn.rng.random() < 0.95 else [*shape, size + 1]
    return str(tuple(shape))


@search
@given(seeds)
def test_shapes(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(20):
        x = drawn.array(drawn.shape())
        seen, n = drawn.seen("x", x.ndim), max(x.ndim, 1)
        a, b = drawn.count(-n, n), drawn.count(-n, n)
        axes = tuple(drawn.rng.permutation(x.ndim).tolist())
        lines = [
            f"({seen}).reshape({regrouped(drawn, x.size)})",
            f"np.reshape({seen}, -1)",
            f"({seen}).reshape(-1, {drawn.one(['1', '2', '3'])})"
            if drawn.rng.random() < 0.5 and x.size % 6 == 0
            else "x",
            f"np.transpose({seen}, {axes})",
            f"({seen}).transpose()",
            f"np.swapaxes({seen}, {a}, {b})",
            f"np.moveaxis({seen}, {a}, {b})",
            f"np.squeeze({seen})",
            f"np.expand_dims({seen}, {a})",
            f"np.expand_dims({seen}, (0, {n}))",
            f"np.flip({seen}, {drawn.axis(x.ndim)})",
            f"np.roll({seen}, {a})",
            f"np.repeat({seen}, 2)",
            f"np.tile({seen}, {drawn.one(['2', '(2, 1)', '(1, 2, 2)', '0'])})",
            f"np.broadcast_to({seen}, (2,) + x.shape)" if seen == "x" else "x",
            f"np.atleast_1d({seen}), np.atleast_2d({seen})",
            f"({seen}).ravel(), ({seen}).flatten()",
            f"np.zeros_like({seen}), np.ones_like({seen}), np.full_like({seen}, 2.5)",
            f"({seen}).astype(int), ({seen}).astype(bool), ({seen}).astype(float)"
            if x.dtype.kind != "f"
            else "x.copy()",
        ]
        cases.append((drawn.one(lines), {"x": x}))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_together_and_apart(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(15):
        x = drawn.array((drawn.count(1, 4), *drawn.shape(2)))
        other = list(x.shape)
        axis = drawn.count(-x.ndim, x.ndim)
        if drawn.rng.random() < 0.7:
            other[axis] = drawn.count(0, 4)
        y = drawn.array(tuple(other))
        lines = [
            f"np.concatenate([x, y], axis={axis})",
            "np.concatenate((x, y, x), axis=None)",
            f"np.stack([x, x + 1], axis={axis})",
            "np.vstack([x, y])",
            "np.hstack([x, y])",
            "np.column_stack([x, x])",
            f"np.split(x, {drawn.count(1, 4)})",
            f"np.split(x, [1, 2], axis={axis})",
            "np.array_split(x, 2)",
            f"np.roll(x, 1, axis={axis})",
            f"np.repeat(x, 3, axis={axis})",
            f"np.take(x, [0], axis={axis})" if 0 not in x.shape else "x",
            "np.array([x, x])",
            "np.array([list(x), list(x)])" if x.size else "x",
            f"np.delete(x, 0, axis={axis})" if False else "np.outer(x, y)",
            "np.meshgrid(x.ravel(), y.ravel())",
            "np.diag(x.ravel())",
        ]
        cases.append((drawn.one(lines), {"x": x, "y": y}))
        square = drawn.array((drawn.count(1, 5), drawn.count(1, 5)))
        k = drawn.count(-3, 4)
        lines = [f"np.tril(x, {k})", f"np.triu(x, {k})", f"np.trace(x, {k})", f"np.diag(x, {k})", "np.diag(x)"]
        cases.append((drawn.one(lines), {"x": square}, 1e-15))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_made(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(15):
        a, b, n = drawn.count(-5, 6), drawn.count(-5, 12), drawn.count(0, 9)
        x, y = round(float(drawn.rng.normal()), 3), round(float(drawn.rng.normal() * 9), 3)
        step = drawn.one([1, 2, -1, 0.5, 0.1, -0.25, 3])
        lines = [
            f"np.arange({n})",
            f"np.arange({a}, {b})",
            f"np.arange({a}, {b}, {step})",
            f"np.arange({x}, {y}, 0.3)",
            f"np.linspace({x}, {y}, {n})",
            f"np.linspace({a}, {b}, {n}, endpoint=False)",
            f"np.zeros(({n}, 2))",
            f"np.ones({n}, dtype=int)",
            f"np.full((2, {n}), {x})",
            f"np.full({n}, [{a}] * {n})",
            f"np.eye({n}, {n + 1}, {a})",
            f"np.identity({n})",
            f"np.array([[{a}, {x}], [True, {b}]])",
            f"np.array([{a}, {b}]), np.array([True]), np.array([]), np.array([[], []]), np.array({x})",
            f"np.array([{a}, {b}], dtype=float), np.array([{x}, {y}]).astype(int)",
            f"np.zeros(3, bool), np.asarray([{x}] * {n}), np.array(range({n})), np.array((({x},), ({y},)))",
            f"np.arange({n} * 1.0).tolist()",
        ]
        cases.append((drawn.one(lines), {}))
        cases.append((f"np.logspace({x}, {x + 2}, {n})", {}, 4e-15))
    inpage.compare(page, cases)


def test_a_list_of_many_numbers(page):
    numbers = np.random.default_rng(0).normal(size=(700, 3))
    inpage.compare(page, [("np.array(x.tolist())", {"x": numbers}), ("x.tolist()", {"x": numbers})])
