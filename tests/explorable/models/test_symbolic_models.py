"""The compiled formulas say what NumPy says when it is written by hand, and JavaScript says the same."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from explorable import Numbers, Point, Slider
from explorable.declare.errors import DeclarationError
from explorable.models import (
    Recurrence,
    Symbolic,
    Vector,
    component,
    histogram,
    maximum,
    mean,
    minimum,
    total,
)
from explorable.models.javascript import JavaScript
from explorable.models.nodes import Region
from explorable.models.numpy_source import NumpySource
from tests.explorable.models.symbolic_examples import EXAMPLES, random_values, slider


def compiled(name):
    controls, model = EXAMPLES[name][0]()
    model.check(controls)
    return controls, model


def assert_close(got, wanted, name, tolerance):
    """Equal within `tolerance`, relative to the largest number there; NaN and inf in the same places."""
    got, wanted = np.asarray(got, float), np.asarray(wanted, float)
    assert got.shape == wanted.shape, name
    finite = np.isfinite(wanted)
    assert np.array_equal(got[~finite], wanted[~finite], equal_nan=True), (name, got, wanted)
    scale = max(1, np.abs(wanted[finite]).max(initial=0))
    assert np.abs(got[finite] - wanted[finite]).max(initial=0) <= tolerance * scale, name


@pytest.mark.parametrize("name", EXAMPLES)
def test_compiled_numpy_is_numpy_by_hand(name):
    controls, model = compiled(name)
    rng = np.random.default_rng(1)
    for _ in range(200):
        values = random_values(controls, rng)
        got, wanted = model.evaluate(values), EXAMPLES[name][1](values)
        assert list(got) == model.output_names(controls)
        for output in wanted:
            assert_close(got[output], wanted[output], (output, values), 1e-10)


def from_page(value):
    """What the page returned for one output, as an array."""
    return np.array(value["data"]).reshape(value["shape"]) if isinstance(value, dict) else np.array(value)


def test_javascript_in_the_browser_is_numpy(in_page):
    models = {name: compiled(name) for name in EXAMPLES}
    run = in_page({name: model.payload(controls)[1] for name, (controls, model) in models.items()})
    for name, (controls, model) in models.items():
        rng = np.random.default_rng(2)
        states = [random_values(controls, rng) for _ in range(200)]
        for values, outputs in zip(states, run(name, states)):
            wanted = model.evaluate(values)
            assert list(outputs) == list(wanted)
            for output in wanted:
                assert_close(from_page(outputs[output]), wanted[output], (name, output, values), 1e-10)


def test_both_hosts_round_alike_where_everything_hangs_on_it(in_page):
    """A constant feature at eps = 0 is 0 / 0 or rounding noise over itself: senseless, but the same."""
    controls, model = compiled("batchnorm")
    rng = np.random.default_rng(3)
    states = [random_values(controls, rng) | {"gain": 0, "eps": 0} for _ in range(20)]
    run = in_page({"m": model.javascript})
    for state, outputs in zip(states, run("m", states)):
        for name, value in model.evaluate(state).items():
            assert np.array_equal(outputs[name], value, equal_nan=True), name


def test_no_value_changes_its_bin_between_the_hosts(in_page):
    """Counts are equal, also for values on edges of bins, outside, NaN and infinite."""
    low, high = sp.symbols("low high")
    edges = np.linspace(-1, 2, 31)
    values = np.concatenate([edges, np.nextafter(edges, 9), np.nextafter(edges, -9), [np.nan, np.inf, -np.inf, 9]])
    controls = [slider("low", -4, 4, 0.5, -1), slider("high", -4, 4, 0.5, 2)]
    model = Symbolic({"counts": histogram(Vector("x"), low, high, 30)}, constants={"x": values})
    model.check(controls)
    states = [{"low": a, "high": b} for a, b in [(-1, 2), (-1, 1.9), (-0.1, 0.1), (0.3, 0.3), (1, 0), (-4, 4)]]
    run = in_page({"bins": model.javascript})
    for state, outputs in zip(states, run("bins", states)):
        assert outputs["counts"] == model.evaluate(state)["counts"].tolist()
    inside = model.evaluate(states[0])["counts"]
    assert inside.sum() == 31 * 3 - 2, "all but one value below the left edge and one above the right"
    assert inside[-1] >= 4, "the right edge belongs to the last bin"


def test_extreme_values_reduce_alike_in_both_hosts(in_page):
    x, a = Vector("x"), sp.Symbol("a")
    model = Symbolic(
        {
            "max": maximum(a * x),
            "min": minimum(a * x),
            "sum": total(a * x),
            "mean": mean(1 / (x - a)),
            "odd": (a * x) ** a,
            "even": (x**2) ** a,
        },
        constants={"x": [1, -1, -2, 0, 1e300]},
    )
    model.check([slider("a")])
    states = [{"a": a} for a in (0, 1, -1, float("nan"), float("inf"), -float("inf"), 1e300)]
    run = in_page({"m": model.javascript})
    for state, outputs in zip(states, run("m", states)):
        wanted = model.evaluate(state)
        for name in wanted:
            assert np.array_equal(outputs[name], wanted[name], equal_nan=True), (name, state)


def test_a_name_of_javascript_or_python_needs_no_care_inside_the_model(in_page):
    t1, n0, k, c = sp.symbols("t1 n0 k c0")
    r, i0 = Vector("p0", "k"), Vector("i0")
    controls = [slider(name) for name in ("t1", "n0", "k", "c0")]
    model = Symbolic({"np": t1 + n0 * k, "b": i0 + c, "q": r}, {"i0": [1, 2]}, [Recurrence("k", 3, {r: (k, r * n0)})])
    model.check(controls)
    (outputs,) = in_page({"m": model.javascript})("m", [{"t1": 2, "n0": 3, "k": 4, "c0": 5}])
    assert outputs == {"np": 14, "b": [6, 7], "q": [4, 12, 36]}
    assert {
        name: np.asarray(value).tolist() for name, value in model.evaluate({"t1": 2, "n0": 3, "k": 4, "c0": 5}).items()
    } == outputs


def test_common_subexpressions_are_computed_once_even_inside_reductions():
    _, model = compiled("batchnorm")
    for text in (model.javascript, model.numpy_source):
        assert text.count("sqrt") == 1
    assert model.javascript.count("for (") == 4, "two passes for the moments, one forward, one backward"
    model = Symbolic({"y": sp.sin(a) * (sp.sin(a) + 2) ** 3, "z": sp.cos(sp.sin(a))})
    model.check([A])
    assert model.javascript.count("sin") == model.numpy_source.count("sin") == 1


def test_nothing_is_evaluated_from_text_in_the_page():
    model = compiled("recurrences")[1]
    assert "eval" not in model.javascript and "Function(" not in model.javascript


def test_parentheses_keep_the_meaning():
    region = Region(())
    one, two, three = (region.make("control", data=(name,), axes=()) for name in ("a", "b", "c"))
    add, times = region.make("add", two, three), region.make("multiply", two, three)
    quotient = region.make("divide", two, three)
    values = {"in_a": 7.0, "in_b": 0.3, "in_c": -0.7}
    minus = lambda node: region.make("negate", node)
    cases = [
        (region.make("add", one, minus(add)), 7 - (0.3 - 0.7)),
        (region.make("add", minus(add), one), -(0.3 - 0.7) + 7),
        (region.make("multiply", one, add), 7 * (0.3 - 0.7)),
        (region.make("multiply", one, quotient), 7 * (0.3 / -0.7)),
        (region.make("divide", one, times), 7 / (0.3 * -0.7)),
        (region.make("divide", one, quotient), 7 / (0.3 / -0.7)),
        (minus(add), -(0.3 - 0.7)),
        (minus(minus(one)), 7.0),
        (minus(region.number(-2)), 2.0),
        (region.make("add", one, region.number(-2)), 5.0),
    ]
    for node in region.nodes:
        node.place = "inline"
    for make in (NumpySource, lambda scope: JavaScript(scope, [])):
        for node, wanted in cases:
            text = make(None).text(node)
            assert eval(text, {}, values) == wanted, text
            assert "--" not in text


def test_what_does_not_vary_stays_outside_the_loop():
    x, a, b = Vector("x"), *sp.symbols("a b")
    model = Symbolic({"y": x * sp.exp(a) / sp.sqrt(b) + sp.sin(a * b)}, constants={"x": np.arange(9.0)})
    model.check([slider("a"), slider("b")])
    loop = model.javascript[model.javascript.index("for (") :]
    assert "Math" not in loop


PROGRAM = """
from tests.explorable.models.symbolic_examples import EXAMPLES
for make, _ in EXAMPLES.values():
    controls, model = make()
    model.check(controls)
    print(model.javascript, model.numpy_source)
"""


def test_the_same_text_comes_out_in_every_process():
    texts = set()
    for seed in "12":
        settings = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            capture_output=True,
            encoding="utf-8",
            env=settings,
            cwd=Path(__file__).parents[3],
        )
        assert done.returncode == 0, done.stderr
        texts.add(done.stdout)
    assert len(texts) == 1


def test_outputs_belong_to_the_caller():
    _, model = compiled("edited")
    x = np.array([1.0, 2, 3])
    values = {"x": x, "gamma": 1, "beta": 0, "eps": 0.1}
    model.evaluate(values)["rows"][:] = 99
    assert x.tolist() == [1, 2, 3] and model.evaluate(values)["rows"][0].tolist() == [1, 2, 3]


def fault(outputs, controls=(), **options):
    with pytest.raises(DeclarationError) as caught:
        Symbolic(outputs, **options).check(list(controls))
    return str(caught.value)


A = slider("a")
LIST = Numbers("x", "x", start=(1,), low=0, high=2, step=1)
a, n, x, t = sp.Symbol("a"), sp.Symbol("n"), Vector("x"), Vector("t", "time")


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ({"y": sp.erf(a) + 1}, ['"y"', "erf(a)", "cannot be computed in the page"]),
        ({"y": sp.factorial(a)}, ['"y"', "factorial(a)"]),
        ({"y": sp.Sum(n, (n, 1, a))}, ['"y"', "Sum(n, (n, 1, a))"]),
        ({"y": sp.Derivative(sp.Function("f")(a), a)}, ['"y"', "Derivative"]),
        ({"y": mean(x**2).diff(x)}, ['"y"', "Derivative(total(x**2, 'batch'), x)"]),
        ({"y": sp.Function("f")(a)}, ['"y"', "f(a)"]),
        ({"y": a + sp.I}, ['"y"', "I is no real number"]),
        ({"y": a + sp.zoo}, ['"y"', "zoo"]),
        ({"y": sp.Symbol("b") * a}, ['"y"', "symbol b", "a"]),
        ({"fine": a, "y": Vector("b")}, ["vector b", "nothing that the model knows"]),
        ({"y": Vector("a")}, ["vector a is a slider"]),
        ({"y": sp.Symbol("x")}, ['"y"', 'use Vector("x", axis)']),
        ({"y": [x, Vector("t", "time")]}, ['"y"', "different axes"]),
        ({"y": []}, ['"y"', "empty list"]),
        ({"y": "x +"}, ['"y"']),
        ({"a b": a}, ["'a b'"]),
        ({"class": a}, ["'class'", "reserved word"]),
        ({}, ["at least one output"]),
        ({"y": x + Vector("x", "time")}, ["vector x", "('batch',)", "('time',)"]),
        ({"y": total(a * x, "space")}, ['"y"', "space"]),
        ({"y": sp.Matrix([[a, 1], [2, 3]])}, ['"y"', "list of numbers"]),
    ],
)
def test_what_cannot_be_compiled_is_named(outputs, words):
    message = fault(outputs, [A, LIST], constants={"t": [1, 2, 3]})
    for word in words:
        assert word in message


def test_faults_of_names_and_lengths_are_named():
    place = Point("p", "p", start=(0, 0), x=(-1, 1), y=(-1, 1), step=0.1)
    assert "use the symbols p_x and p_y" in fault({"y": sp.Symbol("p")}, [place])
    assert 'gaps names "z"' in fault({"y": a}, [A], gaps=("z",))
    assert '"a" is given twice' in fault({"y": a}, [A], constants={"a": 1})
    assert "differ in length: t 3, u 4" in fault(
        {"y": t + Vector("u", "time")}, constants={"t": [1, 2, 3], "u": [1] * 4}
    )
    assert "differ in length" in fault({"y": x + Vector("d")}, [LIST], constants={"d": [1] * 7})
    assert "has 1 axes" in fault({"y": t}, constants={"t": [[1, 2]]})
    assert "must be a number or an array of numbers" in fault({"y": t}, constants={"t": ["a"]})
    assert "empty" in fault({"y": t}, constants={"t": []})
    assert "at most two axes" in fault(
        {"y": t * Vector("u", "v") * Vector("w", "z")}, constants={"t": [1, 2], "u": [1, 2], "w": [1, 2]}
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Vector("x", ()), "axis of vector"),
        (lambda: total(a), "no vector to run over"),
        (lambda: histogram(a, 0, 1, 4), "no vector to count"),
        (lambda: histogram(x, 0, 1, 0), "positive whole number of bins"),
        (lambda: histogram(x, x, 1, 4), "single numbers as low and high"),
        (lambda: component(a, 0), "needs one axis"),
        (lambda: component(x, 0, axis="time"), "needs one axis"),
        (lambda: Recurrence("time", 0, {t: (0, t)}), "steps >= 1"),
        (lambda: Recurrence("time", 3, {}), "no state"),
        (lambda: Recurrence("time", 3, {x: (0, x)}), 'axis "time"'),
        (lambda: Recurrence("time", 3, {t: (0,)}), "needs (start, next)"),
        (lambda: Recurrence("time", 3, {t: (x, t)}), "start of state t"),
        (lambda: Recurrence("time", 3, {t: (0, t + x)}), "next of state t"),
    ],
)
def test_the_language_refuses_nonsense_at_once(make, words):
    with pytest.raises(DeclarationError, match=words.replace("(", r"\(").replace(")", r"\)")):
        make()


def test_a_recurrence_must_not_look_ahead():
    message = fault({"y": t}, recurrences=[Recurrence("time", 5, {t: (1, t - mean(t))})])
    assert "looks along its own axis" in message and "name the axis" in message


def test_sums_can_be_differentiated_by_a_number():
    loss = mean((a * x - 1) ** 2)
    model = Symbolic({"slope": loss.diff(a)})
    model.check([A, LIST])
    assert model.evaluate({"a": 0.5, "x": [1.0, 2, 3]})["slope"] == pytest.approx(2 * np.mean([-0.5 * 1, 0, 0.5 * 3]))


def test_stops_of_a_slider_are_not_needed():
    model = Symbolic({"y": a**2})
    model.check([Slider("a", "a", values=(1, 2), start=1)])
    assert model.evaluate({"a": 1.3}) == {"y": pytest.approx(1.69)}
