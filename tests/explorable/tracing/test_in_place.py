"""Changes in place are what NumPy makes of them, or refused: a view never shows old numbers."""

import operator

import numpy as np
import pytest

from explorable.tracing.graph import CannotTrace
from tests.explorable.tracing.engine import agree, traced

X = np.array([[1.0, -2.0, 3.5], [0.25, 5.0, -6.0]])
CHANGES = ["iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow"]


@pytest.mark.parametrize("name", CHANGES)
def test_operators_in_place(name):
    change = getattr(operator, name)

    def function(x, y):
        a = x + 1
        b = a  # the same array
        a = change(a, y)
        return a, b * 2, change(x, 2), x

    agree(function, X, np.array([2.0, -3.0, 4.0]), within=1e-15)


def test_truths_in_place():
    def function(x):
        good = x > 0
        good &= x < 4
        other = x < 0
        other |= good
        other ^= x > 3
        return good, other

    agree(function, X)


def test_matrix_product_in_place():
    def function(x):
        y = x @ x.T
        y @= y
        return y

    agree(function, X, within=1e-13)


def test_out():
    def function(x, y):
        room = np.empty_like(x)
        np.multiply(x, y, out=room)
        np.add(room, 1, out=room)
        made = np.exp(x * 0, out=np.zeros_like(x))
        total = np.zeros_like(x[0])
        np.subtract(y, 1, total)
        wide = np.zeros_like(x)
        np.negative(y, out=wide)  # a row into every row
        return room, made, total, wide

    agree(function, X, np.array([2.0, -3.0, 4.0]))


def test_whole_assignment():
    def function(x):
        a, b, c, whole = x + 0, x + 0, x + 0, x.astype(int)
        a[:] = 3
        b[...] = x[0]
        c[:] = c[::-1] * 2
        whole[:] = x * 1.5  # cut off
        return a, b, c, whole

    agree(function, X)


def test_masks():
    def function(x):
        a, c, d, e = x + 0, x + 0, x + 0, x > 100
        a[a > 1] = 0
        c[x[:, 0] > 0.5] = x[1]
        d[np.array([[True, False, True], [False, True, False]])] = np.nan
        e[x > 1] = True
        return a, c, d, e

    def rows(x):
        y = x + 0
        y[y[:, 0] > 0.5] = 9.0
        z = x + 0
        z[x > 0] = np.array([4.0])
        return y, z

    agree(function, X)
    agree(rows, X)


def test_what_a_mask_picks_is_not_read():
    def function(x):
        y = x + 0
        y[y < 0] *= 2
        return y

    with pytest.raises(CannotTrace, match="a mask as index"):
        traced(function, X)


@pytest.mark.parametrize("count", [2, 3, 6])
def test_several_values_where_a_mask_holds_are_refused(count):
    def function(x):
        y = x + 0
        y[y > 1] = np.arange(float(count))
        return y

    with pytest.raises(CannotTrace, match="where a mask holds"):
        traced(function, X)


def test_a_copy_is_another_array():
    def function(x):
        y = x + 1
        a, b, c, d, e = y.copy(), np.copy(y), y.astype(float), y.flatten(), y * 1
        y += 10
        a *= 2
        d -= 1
        e += 1
        return y, a, b, c, d, e

    agree(function, X)


def test_copies_by_pythons_copy_module():
    import copy

    def function(x):
        state = {"w": x + 1}
        kept, shallow = copy.deepcopy(state), copy.copy(state["w"])
        state["w"] += 10
        return state["w"], kept["w"], shallow

    agree(function, X)


def test_what_was_computed_before_a_change_stays():
    def function(x):
        y = x * 2
        total = y.sum(axis=0)
        first = y + 0
        y += total
        y -= y.mean()
        return total, first, y

    agree(function, X, within=1e-14)


def test_an_argument_that_is_changed():
    def function(x):
        x *= 2
        x += x[0]
        return x

    agree(function, X)


STALE = {
    "a slice": lambda y: y[0],
    "a transpose": lambda y: y.T,
    "a view of a view": lambda y: y[0][1:],
    "a reshape": lambda y: y.reshape(-1),
    "diagonal": np.diagonal,
}


@pytest.mark.parametrize("name", STALE)
def test_a_view_of_a_changed_array_is_refused(name):
    def stale(x):
        y = x + 0
        view = STALE[name](y)
        y += 1
        return view + 1

    def written(x):
        y = x + 0
        view = STALE[name](y)
        view += 1
        return y

    def anew(x):
        y = x + 0
        before = STALE[name](y) + 0
        y += 1
        return before + STALE[name](y)

    with pytest.raises(CannotTrace, match="a view is read after its array was changed in place"):
        traced(stale, X)
    with pytest.raises(CannotTrace, match="a view is changed in place"):
        traced(written, X)
    agree(anew, X)


@pytest.mark.parametrize("key", [0, (slice(None), 1), (0, 1), slice(0, 1), np.array([0]), [1]])
def test_a_part_that_is_set_is_refused(key):
    def function(x):
        y = x + 0
        y[key] = 1.0
        return y

    with pytest.raises(CannotTrace, match=r"a part of a traced array is set.*test_in_place.py, line"):
        traced(function, X)


def test_a_type_that_does_not_fit_is_refused():
    def function(x):
        y = x.astype(int)
        y += 0.5
        return y

    with pytest.raises(CannotTrace, match=r"np\.add gives float64, which is written into int64"):
        traced(function, X)


def test_an_array_that_is_not_traced_is_not_written_to():
    room = np.zeros(3)
    with pytest.raises(CannotTrace, match="written into an array that is not traced"):
        traced(lambda x: np.add(x[0], 1, out=room), X)
    with pytest.raises(CannotTrace, match="into an array that is not traced"):
        traced(lambda x: np.put_along_axis(np.zeros((2, 3)), x[:, :1].astype(int), 1.0, 1), X)
