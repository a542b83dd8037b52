"""Every exercise: its solution and other right answers pass, each known mistake is recognized and is no other."""

import ast
import re
from itertools import combinations

import numpy as np
import pytest

from bnbook import exercises
from bnbook.exercises.chapters import PAGES
from explorable.writing.outputs import outputs_of
from explorable.writing.shared import judging
from tools.build import ROOT

ALL = list(exercises.EXERCISES.values())
MISTAKES = [(exercise, name) for exercise in ALL for name in exercise.mistakes]
APART = 1e-3  # how far two mistakes must lie apart; ten times what is allowed to float32


def single(function):
    """The same function with float32 inside and out."""

    def rounded(*args):
        given = function(*(np.float32(a) if isinstance(a, (np.ndarray, float)) else a for a in args))
        return tuple(map(np.float32, given)) if isinstance(given, (tuple, list)) else np.float32(given)

    return rounded


def by_name(pair):
    return f"{pair[0].name}-{pair[1]}"


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.name)
def test_right_answers_pass_in_every_form(exercise):
    answers = {"solution": exercise.solve, "float32": single(exercise.solve), **exercise.others}
    assert exercise.others, "at least one other form of the right answer"
    for name, function in answers.items():
        answer = exercise.check(function)
        assert answer and answer.right and answer.kind == "right", f"{name}: {answer}"


@pytest.mark.parametrize("pair", MISTAKES, ids=by_name)
def test_a_mistake_is_recognized(pair):
    exercise, name = pair
    answer = exercise.check(exercise.mistakes[name].function)
    assert not answer and answer.mistakes == (name,), str(answer)
    text = " ".join(str(answer).split())
    assert " ".join(exercise.mistakes[name].title.split()) in text and "Look at" in text
    assert exercise.check(single(exercise.mistakes[name].function)).mistakes in ((name,), ()), "float32 may be unclear"


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.name)
def test_no_two_mistakes_look_alike(exercise):
    """Each differs clearly, somewhere, from the solution and from each other mistake."""
    cases = exercise.inputs()
    functions = {"the solution": exercise.solve} | {n: m.function for n, m in exercise.mistakes.items()}
    made = {name: [outputs_of(function, case) for case in cases] for name, function in functions.items()}
    for one, other in combinations(made, 2):
        erratic = {label for n in (one, other) if n in exercise.mistakes for label in exercise.mistakes[n].erratic}
        alone = erratic and "the solution" in (one, other)
        kept = [
            gap
            for case, row in zip(cases, judging.differences(cases, made[one], made[other]))
            for gap in row
            if case.label not in erratic or alone
        ]
        assert max(kept) > (1e-5 if alone else APART), f"{one} and {other} differ by {max(kept):.1e}"


@pytest.mark.parametrize("exercise", ALL, ids=lambda e: e.name)
def test_inputs_can_tell(exercise):
    """No right answer is all zeros, and the inputs are the same each time."""
    first, second = exercise.inputs(), exercise.inputs()
    for one, other in zip(first, second):
        assert all(np.array_equal(a, b) for a, b in zip(one.args, other.args) if isinstance(a, np.ndarray))
        assert all(np.abs(array).max() > 1e-3 for array in outputs_of(exercise.solve, one))
    assert len({case.label for case in first}) == len(first) >= 3


def test_every_chapter_has_some():
    assert {exercise.chapter for exercise in ALL} == set(PAGES)


def test_no_exercise_hides_a_module():
    files = {path.stem for path in (ROOT / "bnbook" / "exercises").rglob("*.py")}
    assert not files & set(exercises.EXERCISES)


def test_every_exercise_is_imported_by_its_name():
    """Whoever looks for `exercises.backward` with a tool finds it; none that a chapter's files define is left out."""
    source = (ROOT / "bnbook" / "exercises" / "__init__.py").read_text(encoding="utf-8")
    imports = [node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names}
    assert set(exercises.EXERCISES) <= names
    assert all(getattr(exercises, name) is exercise for name, exercise in exercises.EXERCISES.items())
    files = sorted((ROOT / "bnbook" / "exercises").glob("*/*.py"))
    defined = [
        name for path in files for name in re.findall(r"^(\w+) = Exercise\($", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(defined) == sorted(exercises.EXERCISES)
