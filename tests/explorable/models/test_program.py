"""Programs as declared and as NumPy runs them: what is refused, what a run goes on from, what is kept of it."""

import numpy as np
import pytest

from explorable import Choice, DeclarationError, Slider
from explorable.models import Action, Chosen, Normals, Program, Shuffled
from explorable.models.draws import Order
from explorable.models.runs import CAPACITY, History, window
from tests.explorable import programs

STEP = Slider("step", "step", low=0, high=50, step=1, start=0)
SEED = Slider("seed", "seed", values=(0, 1), start=0)
RATE = Slider("rate", "rate", low=0, high=1, step=0.1, start=0.5)
WORD = Choice("word", "word", options={"one": "one", "two": "two"}, start="one")


def start(seed):
    return {"x": np.random.default_rng(seed).random(3)}


def step(state, rate):
    return {"x": state["x"] * rate}, {"kept": state["x"].sum()}


def look(state):
    return {"now": state["x"]}


def declared(controls=(STEP, SEED, RATE), **changes):
    """A checked program; of the parts some are others."""
    parts = {"start": start, "step": step, "look": look} | changes
    program = Program(parts.pop("start"), parts.pop("step"), parts.pop("look"), **parts)
    program.check(controls)
    return program


REFUSED = {
    "a function takes what nothing gives": (
        {"step": lambda state, rat: (state, {})},
        r'a function of the program takes "rat", which is nothing \(did you mean "rate"\?\)',
    ),
    "the clock is no control": ({"clock": "time"}, r'there is no control "time"'),
    "the seed is no control": ({"seed": "sed"}, r'there is no control "sed"'),
    "the pace is no control": ({"pace": "speed"}, r'there is no control "speed"'),
    "a structure without a control": (
        {"structure": ("kind",)},
        r'argument "kind" of lane "": there is no control "kind"',
    ),
    "sizes without a control": ({"sizes": {"many": 1}}, r'argument "many" of lane "": there is no control "many"'),
    "a lane without its control": ({"lanes": {"a": {"rate": "rate_a"}}}, r'of lane "a": there is no control "rate_a"'),
    "a lane's name": ({"lanes": {"A 1": {}}}, "lane"),
    "batches of nothing": ({"batches": {"index": Shuffled("x", 2)}}, r'batches "index" are of "x", which is no data'),
    "batches larger than their data": (
        {"batches": {"index": Shuffled("x", 9)}, "data": {"x": np.zeros(8)}},
        r'batches "index" take 9 of the 8 examples of "x"',
    ),
    "normal numbers of a length that nothing gives": (
        {"batches": {"noise": Normals((3, "many"))}},
        r'"noise" has a length "many", which is no size',
    ),
    "normal numbers of no length": ({"batches": {"noise": Normals((0,))}}, r'"noise" has a length 0; allowed are'),
    "normal numbers when nothing": (
        {"batches": {"noise": Normals((3,), when="rat")}},
        r'"noise" is drawn when "rat", which is no number that moves \(did you mean "rate"\?\)',
    ),
    "data for other values than the control has": (
        {
            "data": {"x": Chosen("word", {"one": np.zeros(3), "three": np.zeros(3)})},
            "controls": (STEP, SEED, RATE, WORD),
        },
        r'data "x" are there for one, three; "word" has one, two',
    ),
    "data chosen by a control that is not there": (
        {"data": {"x": Chosen("word", {"one": np.zeros(3), "two": np.zeros(3)})}},
        'there is no control "word"',
    ),
    "data chosen by two controls": (
        {"data": {"x": Chosen("word", {"one": 0}), "y": Chosen("rate", {"one": 0})}},
        "data are chosen by rate and word; allowed is one control",
    ),
    "data of two forms": (
        {"data": {"x": Chosen("word", {"one": np.zeros(3), "two": np.zeros((3, 1))})}},
        'data "x" differ in their type, or in how many axes they have',
    ),
    "data that differ in two lengths": (
        {"data": {"x": Chosen("word", {"one": np.zeros((3, 4)), "two": np.zeros((5, 6))})}},
        "at one data have lengths 3 and 4 that others do not; allowed is one such length",
    ),
    "a guard on nothing": ({"guarded": ("rat",)}, r'guarded names "rat", which is no number that moves'),
    "two things of one name": ({"data": {"rate": np.zeros(3)}}, r'"rate" is the name of a control and of data'),
    "an action of a name that is taken": (
        {"actions": (Action("step", "Step", lambda state: state),)},
        r'the action "step" has the name of another button',
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_named(case):
    changes, words = REFUSED[case]
    with pytest.raises(DeclarationError, match=words):
        declared(**changes)


@pytest.mark.parametrize(
    "clock", [{"values": (0, 2, 4)}, {"low": 1, "high": 9, "step": 1}, {"low": 0, "high": 5, "step": 0.5}]
)
def test_the_clock_counts_single_steps_from_0(clock):
    own = {"start": 4} if "values" in clock else {"start": 1}
    with pytest.raises(DeclarationError, match='the clock "step" counts steps: its stops are 0, 1, 2 and so on'):
        declared([Slider("step", "step", **clock, **own), SEED, RATE])


def test_words_must_be_structure():
    with pytest.raises(DeclarationError, match='"word" has words as values, so it must be listed as structure'):
        declared([STEP, SEED, RATE, WORD])
    declared([STEP, SEED, RATE, WORD], structure=("word",))


def test_sizes_are_multiples_of_their_unit():
    width = Slider("width", "width", values=(8, 12), start=8)
    with pytest.raises(DeclarationError, match='"width" counts by 8, so it cannot be 12'):
        declared([STEP, SEED, RATE, width], sizes={"width": 8})


def test_outputs_of_one_name_are_refused():
    with pytest.raises(DeclarationError, match='"now" is given twice'):
        declared(step=lambda state, rate: (state, {"now": rate})).output_names([STEP, SEED, RATE])
    with pytest.raises(DeclarationError, match='"done" is given twice'):
        declared(look=lambda state: {"done": state["x"]}).output_names([STEP, SEED, RATE])


def test_a_trail_is_something_that_the_look_gives():
    with pytest.raises(DeclarationError, match='trail names "new", which the look does not give'):
        declared(trail=("new",)).output_names([STEP, SEED, RATE])


def branching(state, rate):
    if rate > 0.3:
        return state, {}
    return {"x": state["x"] * 2}, {}


def as_float(state, rate):
    return {"x": state["x"] * float(rate)}, {}


UNTRACED = {
    "float()": (as_float, "float"),
    "a branch on a setting": (branching, "rate > 0.3|branch|setting"),
    "an unknown function": (lambda state, rate: ({"x": np.fft.fft(state["x"]).real}, {}), "fft"),
    "another form of state": (lambda state, rate: ({"y": state["x"]}, {}), "has other parts than the one of the start"),
    "another shape of state": (
        lambda state, rate: ({"x": state["x"][:2]}, {}),
        r'the part "x" .* shape \(2,\) .* shape \(3,\)',
    ),
    "another type in the state": (lambda state, rate: ({"x": state["x"] > 0}, {}), '"x" .*bool.*float64'),
    "another type of a number": (lambda state, rate: ({"x": np.rint(state["x"]).astype(int)}, {}), "int64.*float64"),
    "nothing kept": (lambda state, rate: state, "must return the state and a dict of what is kept"),
}


@pytest.mark.parametrize("case", UNTRACED)
def test_what_cannot_be_traced_is_named_with_its_function(case):
    function, words = UNTRACED[case]
    program = declared(step=function)
    with pytest.raises(DeclarationError, match=words) as caught:
        program.bake([STEP, SEED, RATE])
    assert function.__qualname__ in str(caught.value)


@pytest.mark.parametrize(("function", "line"), [(as_float, 1), (branching, 1)])
def test_and_with_file_and_line(function, line):
    with pytest.raises(DeclarationError) as caught:
        declared(step=function).bake([STEP, SEED, RATE])
    place = f"(test_program.py, line {function.__code__.co_firstlineno + line})"
    assert place in str(caught.value)


@pytest.mark.parametrize(
    ("part", "function", "words"),
    [
        ("look", lambda state: state["x"], "must return a dict of outputs"),
        ("start", lambda seed: {"x": np.random.default_rng(seed).integers(3)}, "Generator.integers in a traced start"),
        ("start", lambda seed: {"x": np.random.default_rng(5).random(3)}, r"default_rng\(5\)"),
    ],
)
def test_other_functions_are_named_too(part, function, words):
    with pytest.raises(DeclarationError, match=words):
        declared(**{part: function}).bake([STEP, SEED, RATE])


def test_a_part_of_the_state_is_called_like_nothing_else():
    with pytest.raises(DeclarationError, match='"rate" is a part of the state and the name of a control or of data'):
        declared(
            start=lambda seed: {"rate": np.zeros(3)},
            step=lambda state, rate: (state, {"kept": rate}),
            look=lambda state: {"now": state["rate"]},
        ).bake([STEP, SEED, RATE])


def test_a_run_is_what_the_functions_say():
    widget = programs.fitting()
    values = widget.settings(step=60, rate=0.1, batch=4, seed=2)
    found = widget.evaluate(step=60, rate=0.1, batch=4, seed=2)
    data = programs.standardized(programs.PLACES, programs.HEIGHTS)
    order, state, losses = Order(40, 2), programs.begin(2, 1.0, "heavy"), []
    for _ in range(60):
        state, kept = programs.descend(state, **data, index=order.take(4), rate=values["rate"], rule="heavy")
        losses.append(kept["loss"])
    np.testing.assert_array_equal(found["loss_b"], losses)
    np.testing.assert_array_equal(found["weights_b"], state["weights"])
    assert (found["done_b"], found["diverged_b"], found["stopped"]) == (60, -1, 0)
    assert found["pushes_b"].shape == (3, 60) and found["trail_steps_b"].tolist() == list(range(0, 61, 5))


def counting(**changes):
    """A program that tells how often a step was taken; its number is what came of r."""
    calls = []

    def counted(state, r):
        calls.append(float(r))
        return programs.grow(state, r)

    return programs.logistic(step=counted, **changes).check(), calls


def test_a_run_goes_on_from_where_it_is_and_another_value_begins_anew():
    widget, calls = counting()
    widget.evaluate(step=0)
    calls.clear()
    first = widget.evaluate(step=20)
    assert len(calls) == 20
    again = widget.evaluate(step=30)
    assert len(calls) == 30
    np.testing.assert_array_equal(again["seen"][:20], first["seen"])
    widget.evaluate(step=30, r=3.0)
    assert calls[30:] == [3.0] * 30
    back = widget.evaluate(step=20, r=3.0)
    assert len(calls) == 80 and back["done"] == 20
    widget.evaluate(step=20, r=3.0, seed=1)
    assert len(calls) == 100


def test_the_past_is_done_at_its_steps():
    widget, calls = counting(actions=(Action("halve", "Halve", lambda state: {"x": state["x"] / 2}),))
    widget.evaluate(step=0)
    calls.clear()
    values = widget.settings(step=9, r=3.5)
    found = widget.model.evaluate(values, [(2, {"r": (2.5, 3.0)}), (4, "halve"), (4, {"r": (3.0, 3.5)})])
    assert calls == [2.5] * 2 + [3.0] * 2 + [3.5] * 5
    x = np.random.default_rng(0).random()
    for k in range(9):
        x = x / 2 if k == 4 else x
        x = calls[k] * x * (1 - x)
    assert found["now"] == x
    undone = widget.model.evaluate(values, [])
    assert undone["now"] != x and calls[9:] == [3.5] * 9


@pytest.mark.parametrize(("where", "at"), [("the last", 9), ("past the end", 12)])
def test_what_is_done_at_the_last_step_is_seen_and_what_comes_later_is_not(where, at):
    widget, _ = counting(actions=(Action("halve", "Halve", lambda state: {"x": state["x"] / 2}),))
    plain = widget.model.evaluate(widget.settings(step=9))["now"]
    done = widget.model.evaluate(widget.settings(step=9), [(at, "halve")])["now"]
    assert done == (plain / 2 if where == "the last" else plain)


def test_divergence_stops_one_lane_at_its_step():
    found = programs.fitting().evaluate(step=300, rate=1.0)
    at = int(found["diverged_a"])
    assert 0 < at < 300 and found["done_a"] == at and len(found["loss_a"]) == at
    assert np.isfinite(found["loss_a"]).all() and (found["loss_a"] <= 1e6).all()
    assert found["stopped"] in (1.0, 3.0)
    assert programs.fitting().evaluate(step=300, rate=0.01)["stopped"] == 0


def test_without_a_bound_it_stops_where_a_number_is_not_finite():
    found = programs.logistic().evaluate(step=100, r=6.0)
    x, steps = np.random.default_rng(0).random(), 0
    with np.errstate(all="ignore"):
        while np.isfinite(x := 6.0 * x * (1 - x)):
            steps += 1
    assert found["diverged"] == steps and np.isfinite(found["seen"]).all() and np.isfinite(found["now"])
    assert found["stopped"] == 1


def test_a_gap_is_allowed_by_the_name_that_the_output_has():
    def holes(state, r):
        return {"x": state["x"] + 1}, {"hole": state["x"] * np.nan, "seen": state["x"]}

    lanes = {"a": {}, "b": {}}
    widget = programs.logistic(step=holes, gaps="hole_a", lanes=lanes)
    widget.model.check(widget.controls)
    outputs = widget.model.evaluate(widget.settings(step=5))
    assert (outputs["diverged_a"], outputs["diverged_b"], outputs["stopped"]) == (-1, 0, 2)


def test_what_a_step_refuses_is_a_divergence():
    def refusing(state, r):
        if state["x"] > 0.9:
            raise ValueError("too large")
        return {"x": state["x"] + 0.1}, {"seen": state["x"]}

    found = programs.logistic(step=refusing).evaluate(step=30)
    assert 0 < found["diverged"] < 10 and found["now"] > 0.9


@pytest.mark.parametrize("count", [0, 1, 399, 400, 401, 800, 801, 1601, 5000])
def test_a_history_holds_so_many_moments_evenly_spaced(count):
    history = History()
    for k in range(count):
        history.add(k, 3 * k, {"one": np.float64(k), "row": np.array([k, -k])})
    stride = history.stride
    assert len(history.steps) <= CAPACITY and stride & (stride - 1) == 0
    assert count <= CAPACITY or len(history.steps) >= CAPACITY // 2
    assert history.steps == [3.0 * k for k in range(0, count, stride)]
    if count:
        np.testing.assert_array_equal(history.array("one"), np.arange(0, count, stride))
        np.testing.assert_array_equal(history.array("row"), np.outer([1, -1], np.arange(0, count, stride)))


@pytest.mark.parametrize(("at", "end"), [(0, 50), (50, 50), (51, 100), (101, 200), (201, 500), (1001, 2000)])
def test_the_window_grows_seldom(at, end):
    assert window(at).tolist() == [0, end]


def test_batches_are_permutations_of_the_seed_without_their_rest():
    order, rng = Order(10, 7), np.random.default_rng(7)
    for _ in range(3):
        epoch = rng.permutation(10)
        assert [order.take(4).tolist() for _ in range(2)] == [epoch[:4].tolist(), epoch[4:8].tolist()]


def test_another_size_goes_on_in_the_same_epoch_if_it_fits():
    order, rng = Order(10, 0), np.random.default_rng(0)
    first, second = rng.permutation(10), rng.permutation(10)
    assert [order.take(n).tolist() for n in (4, 2, 4, 10)] == [
        first[:4].tolist(),
        first[4:6].tolist(),
        first[6:].tolist(),
        second.tolist(),
    ]
    for size in (0, 11):
        with pytest.raises(ValueError, match=f"size is {size}; allowed are 1 to 10"):
            order.take(size)
