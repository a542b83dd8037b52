"""What a fixed program cannot say is refused in words, with the file and the line; what depends on state is guarded."""

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from explorable.declare.errors import DeclarationError
from explorable.tracing import trees
from explorable.tracing.graph import CannotTrace
from explorable.tracing.recording import SEED, recording
from tests.explorable.tracing.engine import agree, fill, opened, outputs, run, traced, v8

X = np.array([[3.0, -1.0, 2.0], [0.5, 4.0, -2.0]])
ONE = np.array(0.5)
SQUARE = X[:, :2]
# Each on one line, which the message must name.
REFUSED = {
    # Python asks for a number.
    "float(), or a function of the module math": lambda x: float(x[0, 0]),
    "float(), or a function of the module math, ": lambda x: math.sqrt(x[1, 0]),
    "float(), or a function of the module math, of": lambda x: math.floor(x[0, 0]) + math.exp(x[0, 0]),
    "float(), or a": lambda x: math.cos(x[0, 0]),
    "int() of a traced number": lambda x: int(x.sum()),
    "complex()": lambda x: complex(x[0, 0]),
    "round()": lambda x: round(x[0, 0], 2),
    "math.trunc": lambda x: math.trunc(x[0, 0]),
    "a traced number as an index": lambda x: [1, 2, 3][x[0, 0].astype(int)],
    "a traced number as an index or": lambda x: range(x.argmax()),
    "a traced number as an index or a": lambda x: x[: x.argmax()],
    "a traced number as an index or a length": lambda x: np.zeros(x.argmax()),
    "item()": lambda x: x[0, 0].item(),
    "item() of": lambda x: x.tolist(),
    "written as text": lambda x: f"{x[0, 0]:.2f}",
    # NumPy asks for its numbers.
    "np.array": lambda x: np.array(x),
    "np.array, a plain array": lambda x: np.array([x[0, 0], x[0, 1]]),
    "np.array, a plain array at traced places": lambda x: np.arange(3.0)[x.argmax(axis=0)],
    "np.array, a plain array at traced places (": lambda x: np.take(np.arange(3.0), x.argmax(axis=0)),
    "np.array, a": lambda x: np.ascontiguousarray(x),
    "np.array, a p": lambda x: np.full(3, x[0, 0]),
    "np.add.a": lambda x: np.add.at(np.zeros(3), [0, 1], x[0, 0]),
    # Functions that are not known, or not in this form.
    "np.linalg.inv": lambda x: np.linalg.inv(x[:, :2]),
    "np.cumsum of a traced array": lambda x: np.cumsum(x),
    "np.unique of a traced array": lambda x: np.unique(x),
    "np.einsum of a traced array": lambda x: np.einsum("ij,ij->i", x, x),
    "np.nonzero of a traced array": lambda x: np.nonzero(x),
    "np.where: ": lambda x: np.where(x > 0),
    "np.add.at": lambda x: np.add.at(x, [0], 1.0),
    "np.add.accumulate": lambda x: np.add.accumulate(x),
    "np.multiply.outer": lambda x: np.multiply.outer(x, x),
    "np.add.reduceat": lambda x: np.add.reduceat(x, [0]),
    "np.arcsinh of float64": lambda x: np.arcsinh(x),
    "np.bitwise_and of int64 and int64": lambda x: x.astype(int) & 1,
    "np.divmod, which gives 2 arrays": lambda x: divmod(x, 2),
    "np.modf, which gives 2 arrays": lambda x: np.modf(x),
    "np.add with where": lambda x: np.add(x, 1, where=x > 0),
    "np.sum: ": lambda x: np.sum(x, where=x > 0),
    "np.argmax: ": lambda x: np.argmax(x, 0, None),
    "np.max: ": lambda x: np.max(x, 0, None, True),
    "np.quantile with keepdims": lambda x: np.quantile(x, 0.5, axis=0, keepdims=True),
    "np.quantile at a traced place": lambda x: np.quantile(x, x[0, 0]),
    "np.quantile: ": lambda x: np.quantile(x, 0.5, method="lower"),
    "np.sort: ": lambda x: np.sort(x, order="a"),
    "np.linalg.norm with ord=1": lambda x: np.linalg.norm(x, 1, axis=0),
    "np.linalg.norm with ord=2": lambda x: np.linalg.norm(x, 2),
    "np.put_along_axis of several places": lambda x: np.put_along_axis(x, np.array([[0, 1], [1, 0]]), 5.0, 1),
    "array.cumsum": lambda x: x.cumsum(),
    "array.flat": lambda x: x.flat,
    "array.sort": lambda x: x.sort(),
    "array.nbytes": lambda x: x.nbytes,
    # Types.
    "an array of float32": lambda x: x * np.ones(3, np.float32),
    "an array of complex128": lambda x: x * 1j,
    "an array as float32": lambda x: x.astype(np.float32),
    "an array as uint8": lambda x: x.astype("uint8"),
    "an array as complex128": lambda x: x.astype(complex),
    "an array of <U1": lambda x: x == np.array(["a", "b", "c"]),
    "an array as float3": lambda x: np.asarray(x, dtype=np.float32),
    "np.exp, which gives an array of float16": lambda x: np.exp(x > 0),
    # Places.
    "a mask as index": lambda x: x[x > 0],
    "a mask as index: ": lambda x: x[np.array([True, False])],
    "an index of type bool": lambda x: x[[True, False]],
    "an index of type float64": lambda x: x[x],
    "index arrays mixed": lambda x: x[0, x.argmax(axis=1)],
    "index arrays mixed with None": lambda x: x[None, [0, 1]],
    "not beside each other": lambda x: x[None].swapaxes(0, 1)[[0], :, [0]],
    "a part of a traced array is set": lambda x: x.__setitem__(0, 1.0),
    "a view is changed in place": lambda x: x[0].__iadd__(1),
    "a view is changed in": lambda x: np.negative(x[0], out=x[1]),
}


@pytest.mark.parametrize("words", REFUSED)
def test_refused_with_the_line(words):
    function = REFUSED[words]
    place = f"({__file__.rpartition('/')[2]}, line {function.__code__.co_firstlineno})"
    with pytest.raises(CannotTrace) as caught:
        traced(function, X)
    said = str(caught.value)
    assert words in said and said.endswith(place), said
    assert isinstance(caught.value, DeclarationError)


def test_a_line_inside_of_numpy_is_not_the_authors():
    def inner(x):
        return np.trapezoid(x[0])  # a function of NumPy's own, in Python

    with pytest.raises(CannotTrace, match=f"line {inner.__code__.co_firstlineno + 1}\\)"):
        traced(inner, X)


def test_arrays_of_narrow_types_are_no_inputs():
    for dtype in (np.float32, np.float16, complex, "U3", object):
        with pytest.raises(CannotTrace, match="an array of"):
            traced(lambda x: x, np.zeros(2).astype(dtype))


def test_narrow_whole_numbers_are_widened():
    for dtype in (np.uint8, np.int32):
        case = traced(lambda x, dtype=dtype: x * 2 + np.array([200, 1], dtype), np.array([200, 3], dtype))
        found, _ = run(case, np.array([200, 3]))
        assert found["y0"].tolist() == [600, 7]


BRANCHES = {
    "if": lambda x, s: x * 2 if s > 1 else x,
    "while": lambda x, s: [x := x * 2 for _ in iter(lambda: bool(s.sum() < 0), False)] or x,
    "and": lambda x, s: (s > 1) and x,
    "max": lambda x, s: max(s, 1.0) * x,
    "in": lambda x, s: x * (3.0 in s.reshape(1)),
    "not": lambda x, s: x if not (s < 7) else -x,
}


@pytest.mark.parametrize("name", BRANCHES)
def test_a_branch_on_a_setting_is_refused(name):
    function = BRANCHES[name]
    with pytest.raises(CannotTrace, match="a branch on a setting that moves") as caught:
        traced(function, X, ONE, origins=["state", "setting"])
    assert f"line {function.__code__.co_firstlineno})" in str(caught.value)


def grow(x, s):
    """A branch on what depends on state, and one on a constant."""
    if (x * s).max() > 10:  # the guarded line
        return x - 1
    if np.array([1.0, 2.0]).sum() > 2:
        return x + 1
    return x


def test_a_branch_on_state_leaves_a_guard():
    case = traced(grow, X, ONE, origins=["state", "setting"])
    line = grow.__code__.co_firstlineno + 2
    assert case.tape.wire()["guards"][0][1:] == [False, f"test_refusals.py, line {line}"]
    assert len(case.tape.guards) == 1
    found, failed = run(case, X, ONE)
    assert failed == "" and np.array_equal(found["y0"], X + 1)
    assert run(case, X, np.array(3.0))[1] == f"test_refusals.py, line {line}"
    assert run(case, X + 20, ONE)[1] == f"test_refusals.py, line {line}"


@pytest.mark.parametrize("number", [0.0, -0.0, 2.0, np.nan, np.inf])
def test_the_truth_of_a_number_is_pythons(number):
    case = traced(lambda x: x + 1 if x[1] else x - 1, np.array([0.0, 1.0]))
    assert bool(run(case, np.array([0.0, number]))[1]) == (not number)


def test_a_guard_reads_the_place_that_was_asked():
    case = traced(lambda x: x * 2 if (x > 1)[2] and not (x > 1)[::-1][3] else x, np.array([0.0, 0, 5, 0]))
    assert run(case, np.array([0.0, 7, 5, 7]))[1] == ""
    assert run(case, np.array([7.0, 7, 5, 7]))[1] and run(case, np.array([0.0, 7, 0, 7]))[1]


def test_the_first_guard_that_fails_is_named_and_equal_ones_are_one():
    def function(x):
        for _ in range(3):
            if x.sum() > 100:
                return x
        if x.min() < -100:
            return -x
        return x + 1

    case = traced(function, X)
    first, second = (where for _, _, where in case.tape.guards)
    assert (run(case, X * 1e4)[1], run(case, X - 1e4)[1]) == (first, second)
    assert re.fullmatch(r"test_refusals\.py, line \d+", first) and first != second


def test_whatever_has_one_number_has_a_truth_and_no_other():
    with pytest.raises(ValueError, match="ambiguous"):
        traced(lambda x: x if x > 0 else -x, X)
    agree(lambda x: x + 1 if x[:1, :1] > 0 else x, np.ones((2, 3)))


def test_settings_may_move_without_a_branch():
    case = traced(lambda x, s: np.where(s > 1, x * 2, x * s), X, ONE, origins=["state", "setting"])
    number = opened(case, {"x0": X})
    for setting in (0.25, 3.0, 1.0):
        fill(number, {"x1": setting})
        assert v8().eval(f"opened[{number}].run()") == ""
        assert np.array_equal(outputs(case, number)["y0"], X * 2 if setting > 1 else X * setting)


def test_draws_are_inputs_in_the_order_of_their_streams():
    with recording() as (graph, draws):
        first, second = np.random.default_rng(SEED), np.random.default_rng(SEED + 7)
        a = first.normal(2.0, [1.0, 3.0])
        b = second.uniform(-1, 1, size=(2, 3))
        c = first.standard_normal()
        d = second.random(4)
    assert [(d, [(kind, shape) for kind, shape, _ in asked]) for d, asked in draws.streams] == [
        (0, [("normal", (2,)), ("normal", ())]),
        (7, [("uniform", (2, 3)), ("uniform", (4,))]),
    ]
    assert (a.shape, b.shape, c.shape, d.shape) == ((2,), (2, 3), (), (4,))
    assert (np.abs(b.read().value) <= 1).all() and (d.read().value >= 0).all()
    assert len([node for node in graph.nodes if node.op == "input"]) == 4


@pytest.mark.parametrize("seed", [None, 0, 12345, "a", [SEED, 1]])
def test_another_seed_is_refused(seed):
    with recording(), pytest.raises(CannotTrace, match=re.escape(f"default_rng({seed!r})")):
        np.random.default_rng(seed)


def test_what_a_stream_cannot_draw_is_refused():
    with recording():
        for name in ("integers", "choice", "permutation", "exponential"):
            with pytest.raises(CannotTrace, match=f"Generator.{name} in a traced start"):
                getattr(np.random.default_rng(SEED), name)(3)


def test_numpy_is_itself_again_afterwards():
    before = np.asarray, np.random.default_rng, math.sqrt
    with pytest.raises(ZeroDivisionError), recording([(math, "sqrt", (0, "x"))]):
        assert np.asarray is not before[0] and math.sqrt is not before[2] and math.sqrt(4.0) == 2.0
        raise ZeroDivisionError
    assert (np.asarray, np.random.default_rng, math.sqrt) == before


class Pair(NamedTuple):
    mean: object
    count: int = 0


@dataclass(frozen=True)
class Net:
    params: list
    name: str
    running: Pair | None = None


def test_state_of_any_form_is_flat_and_nested_again():
    tree = {"net": Net([{"w": X, "b": 1.5}, (2, None)], "relu", Pair(ONE, 3)), "on": True, "empty": []}
    leaves = trees.flat(tree)
    assert list(leaves) == [
        *("net.params.0.w", "net.params.0.b", "net.params.1.0", "net.running.mean", "net.running.count"),
    ]
    again = trees.unflat(tree, {name: np.asarray(leaf) + 1 for name, leaf in leaves.items()})
    assert isinstance(again["net"], Net) and isinstance(again["net"].running, Pair) and again["on"] is True
    assert np.array_equal(again["net"].params[0]["w"], X + 1) and again["net"].running.count == 4
    assert again["net"].params[1] == (3, None) and again["net"].name == "relu" and again["empty"] == []


def test_a_state_that_is_one_array_and_names_that_collide():
    assert trees.flat(X) == {"": X} and trees.unflat(X, {"": 5}) == 5
    with pytest.raises(DeclarationError, match=r"two parts of the state are called a\.b"):
        trees.flat({"a.b": 1.0, "a": {"b": 2.0}})
