"""Products of matrices in all their forms against NumPy's."""

import numpy as np
import pytest

from explorable.tracing.graph import CannotTrace
from tests.explorable.tracing.engine import agree

FORMS = [
    *[((3,), (3,)), ((3,), (3, 4)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((1, 3), (3, 1)), ((2, 1), (1, 4))],
    *[((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((1, 2, 3), (5, 3, 4)), ((5, 2, 3), (1, 3, 4))],
    *[
        ((5, 2, 3), (3,)),
        ((3,), (5, 3, 4)),
        ((1, 1, 1), (1, 1, 1)),
        ((0, 3), (3, 4)),
        ((2, 0), (0, 4)),
        ((2, 3), (3, 0)),
    ],
    *[((17, 9), (9, 13)), ((3, 8, 12), (12, 8))],
]
CLOSE = 1e-12
LAYOUTS = {
    "plain": lambda x: x,
    "transposed": lambda x: np.swapaxes(x.swapaxes(-1, -2).copy(), -1, -2),
    "reversed": lambda x: x[..., ::-1],
    "every other": lambda x: np.concatenate([x, x], axis=-1)[..., ::2],
    "a sum": lambda x: x + 1,
}


def arrays(a, b, dtype=float):
    rng = np.random.default_rng(3)
    return [np.asarray(rng.normal(size=shape) * 5).astype(dtype) for shape in (a, b)]


@pytest.mark.parametrize(("a", "b"), FORMS)
def test_forms(a, b):
    agree(lambda x, y: (x @ y, np.matmul(x, y)), *arrays(a, b), within=CLOSE)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_operands_that_are_views(layout):
    how = LAYOUTS[layout]
    for a, b in [((2, 3), (3, 4)), ((5, 2, 3), (5, 3, 4)), ((5, 2, 3), (3, 4))]:
        agree(lambda x, y: (how(x) @ y, x @ how(y), how(x) @ how(y)), *arrays(a, b), within=CLOSE)


def test_back_and_forth():
    x, w = arrays((6, 3), (3, 4))
    agree(lambda x, w: (x.T @ (x @ w), (x @ w) @ w.T, np.swapaxes(x @ w, 0, 1) @ x), x, w, within=CLOSE)


@pytest.mark.parametrize(("a", "b"), [((2, 3), (3, 4)), ((3,), (3,)), ((5, 2, 3), (3, 4))])
def test_types(a, b):
    for one, other in [(int, int), (bool, int), (int, float), (bool, float), (bool, bool)]:
        x, y = arrays(a, b)
        x, y = (z > 0 if t is bool else z.astype(t) for z, t in ((x, one), (y, other)))
        agree(lambda x, y: x @ y, x, y, within=CLOSE)


def test_rows_of_ones_are_sums():
    x = np.random.default_rng(0).normal(size=(4, 3))
    case = agree(lambda x: (np.ones((1, 4)) @ x, x @ np.ones((3, 1)), np.ones(4) @ x, x @ np.ones(3)), x, within=CLOSE)
    assert "matmul" not in {node.op for node in case.graph.nodes}
    agree(lambda x: (np.ones((5, 1, 4)) @ x, x @ np.ones((2, 3, 1))), x, within=CLOSE)
    agree(lambda x: (np.ones((1, 4)) @ (x > 0), np.ones((1, 4), int) @ (x > 0), np.ones((1, 4), bool) @ (x > 0)), x)


def test_a_stack_of_ones():
    x = np.random.default_rng(0).normal(size=(5, 4, 3))
    agree(lambda x: (np.ones((1, 1, 4)) @ x, np.ones((1, 4)) @ x, x @ np.ones((3, 1))), x, within=CLOSE)


def test_dot_and_outer():
    x, y = arrays((3,), (4,))
    agree(lambda x, y: (np.outer(x, y), np.dot(x, x), np.dot(2.0, x), np.dot(np.outer(x, y), y)), x, y, within=CLOSE)
    agree(lambda x, y: np.dot(x, np.arange(3.0)), x, y, within=CLOSE)


def test_lists_and_constants():
    x = np.random.default_rng(0).normal(size=(2, 3))
    agree(lambda x: (x @ [1, 2, 3], [[1, 2]] @ x, np.eye(2) @ x, np.arange(3.0) @ x.T), x, within=CLOSE)


def test_results_may_be_changed_in_place():
    def function(x, y):
        z = x @ y
        z += 1
        v = x @ y[:, 0]
        v *= 2
        return z, v

    agree(function, *arrays((2, 3), (3, 4)), within=CLOSE)


def test_more_than_three_axes_are_refused():
    with pytest.raises(CannotTrace, match=r"4 axes; at most 3 \(test_products.py, line"):
        agree(lambda x: x @ x, np.ones((2, 2, 3, 3)))
    with pytest.raises(CannotTrace, match=r"np\.dot of more than two axes"):
        agree(lambda x: np.dot(x, x), np.ones((3, 3, 3)))
