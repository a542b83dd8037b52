"""Whatever a reader's function does, the checker explains it and raises nothing."""

import contextlib
import time

import numpy as np
import pytest

from bnbook import exercises
from bnbook.exercises.exercise import Exercise
from explorable.writing.answering import trials
from explorable.writing.answering.limit import TookTooLong, time_limit

SOLVE = exercises.forward.solve
BACK = exercises.parameters.solve


def says(answer, kind, *words):
    assert answer.kind == kind and not answer and not answer.right, f"{answer.kind}: {answer}"
    text = " ".join(str(answer).replace("`", "").split())
    missing = [word for word in words if word not in text]
    assert not missing, f"{missing} not in: {text}"
    assert answer._repr_html_().count("<p") >= 1
    return True


def raising(x, gamma, beta, eps):
    scale = gamma / "spread"
    return scale * x


def writing(x, gamma, beta, eps):
    result = SOLVE(x.copy(), gamma, beta, eps)
    x -= x.mean(axis=0)
    return result


def writing_and_wrong(x, gamma, beta, eps):
    gamma *= 2
    return 5 * x


class Odd:
    """Something that is no number."""


class Foreign:
    """An array of another library that does not want to become one of ours."""

    def __array__(self, *args, **named):
        raise RuntimeError("call detach first")


def endless(x, gamma, beta, eps):
    return endless(x, gamma, beta, eps)


def leaving(x, gamma, beta, eps):
    raise SystemExit


@pytest.mark.parametrize(
    ("function", "kind", "words"),
    [
        (np.ones((2, 2)), "not a function", ["array of shape (2, 2)", "check(my_function)"]),
        (None, "not a function", ["NoneType"]),
        (lambda x, gamma: x, "arguments", ["(x, gamma)", "called with 4: (x, gamma, beta, eps)"]),
        (lambda: 0, "arguments", ["()"]),
        (raising, "exception", ["TypeError", 'scale = gamma / "spread"', "a batch of 5 examples"]),
        (lambda x, g, b, e: (x.mean(1) - x), "exception", ["ValueError", "do not fit", "keepdims=True"]),
        (lambda x, g, b, e: [][3], "exception", ["IndexError"]),
        (endless, "exception", ["RecursionError"]),
        (leaving, "exception", ["SystemExit"]),
        (lambda x, g, b, e: Foreign(), "type", ["a Foreign, which is no array"]),
        (lambda x, g, b, e: None, "type", ["returns nothing", "return forgotten"]),
        (lambda x, g, b, e: "y", "type", ["y is a str"]),
        (lambda x, g, b, e: {"y": x}, "type", ["y is a dict"]),
        (lambda x, g, b, e: Odd(), "type", ["Odd"]),
        (lambda x, g, b, e: [[1.0, 2.0], [3.0]], "type", ["y is a list, which is no array of numbers"]),
        (lambda x, g, b, e: SOLVE(x, g, b, e) * (1 + 0j), "type", ["complex", "negative number"]),
        (lambda x, g, b, e: SOLVE(x, g, b, e).astype(np.float16), "type", ["float16"]),
        (lambda x, g, b, e: (x, g), "count", ["returns 2 things", "Wanted is one: y"]),
        (lambda x, g, b, e: SOLVE(x, g, b, e).T, "shape", ["(4, 5)", "(5, 4)", "transpose"]),
        (lambda x, g, b, e: SOLVE(x, g, b, e).ravel(), "shape", ["(20,)", "numbers are right"]),
        (lambda x, g, b, e: SOLVE(x, g, b, e)[None], "shape", ["numbers are right"]),
        (lambda x, g, b, e: x.sum(), "shape", ["one number for everything"]),
        (lambda x, g, b, e: x.mean(axis=0), "shape", ["axis has disappeared"]),
        (lambda x, g, b, e: x[..., None] * np.ones(3), "shape", ["axis too many"]),
        (lambda x, g, b, e: np.full_like(x, np.nan), "not finite", ["NaN", "index (0, 0)"]),
        (lambda x, g, b, e: x / 0, "not finite", ["infinite", "divided by zero"]),
        (writing, "changed", ["changes its argument x", "Work on a copy", "numbers that it returns are right"]),
        (writing_and_wrong, "wrong", ["changes its argument gamma", "Not yet."]),
        (lambda x, g, b, e: 3 * SOLVE(x, g, b, e), "wrong", ["none of the mistakes", "times 3, on all inputs"]),
        (lambda x, g, b, e: -SOLVE(x, g, b, e), "wrong", ["opposite sign"]),
        (lambda x, g, b, e: len(x) * SOLVE(x, g, b, e), "wrong", ["too large by the number of examples", "sum"]),
        (lambda x, g, b, e: SOLVE(x, g, b, e) / len(x), "wrong", ["too small by the number of examples"]),
        (lambda x, g, b, e: SOLVE(x, g, b, 0.3) + 1, "wrong", ["does not depend on eps"]),
        (lambda x, g, b, e: SOLVE(x, g, b, e) + (len(x) == 3), "wrong", ["right with a batch of 5", "in the others"]),
        (lambda x, g, b, e: np.ones_like(x), "wrong", ["off by up to", "does not depend on x"]),
        (lambda x, g, b, e: SOLVE(x, g, b, e) + (x == x[0, 1]) / 3, "wrong", ["There y[0] should be [", "] and is ["]),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_explained(function, kind, words):
    assert says(exercises.forward.check(function), kind, *words)


@pytest.mark.parametrize(
    ("function", "kind", "words"),
    [
        (lambda dy, x, eps: BACK(dy, x, eps)[0], "count", ["returns 4 things", "Wanted are 2: dgamma, dbeta"]),
        (lambda dy, x, eps: 3.0, "count", ["the number 3.0", "Wanted are 2"]),
        (lambda dy, x, eps: "ab", "count", ["a str"]),
        (lambda dy, x, eps: np.array(3.0), "count", ["shape ()"]),
        (lambda dy, x, eps: (value for value in BACK(dy, x, eps)), "count", ["a generator"]),
        (lambda dy, x, eps: (BACK(dy, x, eps)[0], None), "type", ["dbeta is None"]),
        (lambda dy, x, eps: (BACK(dy, x, eps)[0], dy), "shape", ["dbeta has the shape (5, 4)", "should be (4,)"]),
        (lambda dy, x, eps: (BACK(dy, x, eps)[0][None], dy.sum(0)), "shape", ["dgamma", "numbers are right"]),
    ],
)  # fmt: skip
def test_several_results(function, kind, words):
    assert says(exercises.parameters.check(function), kind, *words)


def test_each_result_is_recognized_by_itself():
    """Two different mistakes at once, one in each result."""
    means, centered = (exercises.parameters.mistakes[name].function for name in ("means", "centered"))
    answer = exercises.parameters.check(lambda dy, x, eps: (centered(dy, x, eps)[0], means(dy, x, eps)[1]))
    assert says(answer, "wrong", "dgamma looks like a known mistake", "dbeta looks like a known mistake")
    assert answer.mistakes[0] == "centered" and len(answer.mistakes) == 2


def test_a_known_mistake_that_gives_nan_is_named():
    """eps = 0 at a constant feature: not finite, and still no exception."""
    answer = exercises.forward.check(lambda x, g, b, e: g * (x - x.mean(0)) / np.sqrt(x.var(0) - x.var(0)) + b)
    assert says(answer, "not finite", "infinite")


def test_lists_loops_and_tuples_are_as_good_as_arrays():
    assert exercises.forward.check(lambda x, g, b, e: SOLVE(x, g, b, e).tolist())
    assert exercises.forward.check(lambda x, g, b, e: (SOLVE(x, g, b, e),))
    assert exercises.parameters.check(lambda dy, x, eps: np.array(BACK(dy, x, eps)))
    assert exercises.forward.check(lambda x, g, b, e=1.0: SOLVE(x, g, b, e))
    assert exercises.forward.check(lambda *args: SOLVE(*args))


def test_digits_are_not_counted_beyond_the_tolerance():
    """1e-6 of the largest entry in float64, 1e-4 in float32; the docstring says so."""
    assert exercises.forward.check(lambda *args: SOLVE(*args) * (1 + 5e-7))
    assert not exercises.forward.check(lambda *args: SOLVE(*args) * (1 + 5e-6))
    assert exercises.forward.check(lambda *args: np.float32(SOLVE(*args) * (1 + 5e-5)))
    assert not exercises.forward.check(lambda *args: np.float32(SOLVE(*args) * (1 + 5e-4)))
    assert "1e-6" in Exercise.check.__doc__ and "1e-4" in Exercise.check.__doc__


def test_warnings_of_the_function_stay_silent(recwarn):
    exercises.forward.check(lambda x, g, b, e: np.log(-np.abs(x)) / 0)
    assert not recwarn


def test_an_interrupt_is_not_swallowed():
    def stopped(x, gamma, beta, eps):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercises.forward.check(stopped)


def looping(x, gamma, beta, eps):
    while True:
        x = x + 1


def looping_and_stubborn(x, gamma, beta, eps):
    while True:
        with contextlib.suppress(BaseException):
            x = x + 1


@pytest.mark.parametrize("function", [looping, looping_and_stubborn])
def test_a_loop_that_never_ends_is_stopped_and_told(function, monkeypatch):
    monkeypatch.setattr(trials, "SECONDS", 0.3)
    answer = exercises.forward.check(function)
    assert says(answer, "too long", "still running after 0.3 seconds and was stopped", "a loop that never ends", "with")
    if function is looping:
        assert "`x = x + 1`" in str(answer) or "`while True:`" in str(answer)
    assert exercises.forward.check(SOLVE), "the next answer is judged as always"


def test_what_ends_in_time_is_not_disturbed():
    with time_limit(0.05):
        pass
    time.sleep(0.1)  # nothing comes late
    with pytest.raises(TookTooLong), time_limit(0.05):
        while True:
            pass


def test_the_hint_comes_before_the_solution(monkeypatch):
    monkeypatch.setattr(exercises.backward, "asked", 0)
    first = str(exercises.backward.solution())
    assert first.startswith("Hint") and "def " not in first and "`exercises.backward.solution()`" in first
    assert "def backward_solution(dy, x, gamma, eps):" in str(exercises.backward.solution())
    monkeypatch.setattr(exercises.backward, "asked", 0)
    assert str(exercises.backward.hint()) == first
    assert "return gamma / s" in exercises.backward.solution()._repr_html_()


def test_an_answer_does_not_hold_the_solution():
    """Looks and hints point; they do not print the formula."""
    for exercise in exercises.EXERCISES.values():
        line = [part.strip() for part in str(_solution(exercise)).splitlines() if "return" in part][-1]
        told = [exercise.help, *(m.look for m in exercise.mistakes.values())]
        assert not [text for text in told if len(line) > 20 and line.removeprefix("return ") in text]


def _solution(exercise):
    exercise.asked = 1
    text = exercise.solution()
    exercise.asked = 0
    return text


def test_the_list_names_every_exercise():
    text = str(exercises.all())
    assert all(f"`{e.name}{e.signature}`: {e.title}" in text for e in exercises.EXERCISES.values())
    assert "forward" not in str(exercises.all(1)).replace("exercises.forward", "") and "orders" in str(exercises.all(1))
    with pytest.raises(ValueError, match="chapter is 99; allowed are 1, 2"):
        exercises.all(99)
    assert exercises.forward is exercises.EXERCISES["forward"] and "forward" in exercises.__all__


def test_html_says_what_the_text_says_and_is_escaped():
    page = exercises.forward.check(lambda x, g, b, e: {"<b>": 1}["<i>"])
    html = page._repr_html_()
    assert "&lt;i&gt;" in html and "<i>" not in html and 'role="group"' in html
    assert "<code>exercises.forward.check(your_function)</code>" in exercises.forward._repr_html_()
    assert repr(exercises.forward).startswith("The transform (chapter 2)")


def test_a_mistake_of_rounding_is_recognized_whatever_its_digits_are():
    """The one-pass variance, far from zero, with its sums in another order."""

    def one_pass(x, gamma, beta, eps):
        squares = sum(row * row for row in x[::-1]) / len(x)
        mean = sum(row for row in x[::-1]) / len(x)
        return gamma * (x - mean) / np.sqrt(squares - mean * mean + eps) + beta

    known = exercises.forward.mistakes["one-pass"].function
    case = exercises.forward.inputs()[-1]
    assert case.wide and np.abs(known(*case.args) - one_pass(*case.args)).max() > 1e-6
    assert exercises.forward.check(one_pass).mistakes == ("one-pass",)
