"""What an exercise says in a page is what it says in a notebook, for every attempt that was written down."""

import json
import re

import numpy as np
import pytest

from bnbook import exercises
from explorable.writing import baking, parts
from tests.exercises.clumsy import ATTEMPTS
from tests.exercises.test_in_chapters import CELLS

MODULE = "bnbook.exercises"
RUN = """async (text) => {
  const printed = [];
  const told = await explorableWriting.run(text, (piece) => printed.push(piece));
  return { ...told, printed: printed.join("") };
}"""


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """A page from disk with the editors' scripts and no editor."""
    folder = tmp_path_factory.mktemp("writing")
    (folder / "exercises").mkdir()
    for name, text in (parts.parts() | {"python.js": parts.python_script({MODULE: list(exercises.EXERCISES)})}).items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, exercise in exercises.EXERCISES.items():
        script = parts.exercise_script(f"{MODULE}.{name}", baking.baked(exercise))
        (folder / "exercises" / f"{MODULE}.{name}.js").write_text(script, encoding="utf-8")
    scripts = "".join(f'<script src="{name}.js"></script>' for name in ("write", "codemirror", "python", "editor"))
    (folder / "index.html").write_text(f'<!doctype html><meta charset="utf-8">{scripts}', encoding="utf-8")
    context = browser.new_context(offline=True)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    yield page
    context.close()


def said(told):
    """A verdict as (headline, notes), without what differs between two Pythons: the number of digits that are right."""
    return told["headline"], [[note[0], note[1]] for note in told["notes"]]


def in_a_notebook(answer):
    return answer.headline, [[note.title, note.text] for note in answer.notes]


def alike(name, mine, theirs):
    """The same words, but for the interpreter's own and the place in a file."""
    ours = re.sub(r"stopped with (\w+): .*", r"stopped with \1", str(theirs))
    here = re.sub(r"stopped with (\w+): .*", r"stopped with \1", str(mine))
    ours = ours.replace("UFuncTypeError", "TypeError")  # NumPy's own kind of it
    ours, here = (re.sub(r"\['', \"?'?It happened in line.*?\], ", "", text) for text in (ours, here))
    assert here == ours, name


@pytest.mark.parametrize("exercise", exercises.EXERCISES.values(), ids=list(exercises.EXERCISES))
def test_every_known_mistake_is_told_alike(page, exercise):
    """By its recorded numbers, handed back case by case."""
    text = f"""
import json
from bnbook import exercises
exercise, found = exercises.{exercise.name}, {{}}
rows = {{name: exercise.made(name) for name in exercise.mistakes}}
for name in rows:
    left = list(rows[name])
    def attempt(*args):
        arrays = left.pop(0) if left else [0.0]
        return tuple(arrays) if len(arrays) > 1 else arrays[0]
    found[name] = exercise.check(attempt).told
print(json.dumps(found))
"""
    told = page.evaluate(RUN, text)
    assert "error" not in told, told
    found = json.loads(told["printed"])
    assert set(found) == set(exercise.mistakes)
    for name, mistake in exercise.mistakes.items():
        alike(name, said(found[name]), in_a_notebook(exercise.check(mistake.function)))
        assert found[name]["mistakes"] == [name]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.exercise)
def test_the_first_attempt_of_a_chapter_is_told_alike_and_its_solution_is_right(page, cell):
    exercise = exercises.EXERCISES[cell.exercise]
    names = {"np": np, "exercises": exercises}
    head, _, call = cell.code.rpartition("\n\n\n")
    exec(head, names)
    told = page.evaluate(RUN, cell.code)
    alike(cell.exercise, said(told["shown"]), in_a_notebook(eval(call, names)))
    solved = f"{exercise.source}\n\nexercises.{exercise.name}.check({exercise.solve.__name__})"
    told = page.evaluate(RUN, solved)
    assert told.get("shown", told)["kind"] == "right" and told["milliseconds"] < 5000


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_clumsy_attempt_is_told_alike(page, name):
    text, kind = ATTEMPTS[name]
    names = {"np": np}
    exec(text, names)
    wanted = exercises.forward.check(names["attempt"])
    assert wanted.kind == kind
    told = page.evaluate(RUN, f"import numpy as np\n{text}\nexercises.forward.check(attempt)")
    assert "error" not in told and told["shown"]["kind"] == kind, told
    alike(name, said(told["shown"]), in_a_notebook(wanted))


def test_an_error_is_told_with_the_line_of_the_editor(page):
    told = page.evaluate(RUN, "def attempt(x, gamma, beta, eps):\n    y = x\n    return y / nothing\n\n"
                              "exercises.forward.check(attempt)")  # fmt: skip
    notes = [note[1] for note in told["shown"]["notes"]]
    assert told["shown"]["headline"] == ("Not yet: the function stopped with NameError: name 'nothing' is not defined")
    assert "It happened in line 3 of its file or cell: `return y / nothing`" in notes
    told = page.evaluate(RUN, "x = 1\nif x:\n    print('so far')\ny = x / 0\n")
    assert told["printed"] == "so far\n" and told["error"]["line"] == 4
    assert told["error"]["headline"] == "ZeroDivisionError: division by zero"
    assert page.evaluate(RUN, "a = 1\ndef f(:\n    pass\n")["error"]["line"] == 2
    assert page.evaluate(RUN, "a = 1\n\na.nothing")["error"]["line"] == 3, "in the last expression"


@pytest.mark.parametrize(("text", "shown"), [
    ("1 + 1", "2"), ("x = 3\nx", "3"), ("x = 3", None), ("print(1)", None), ("np.arange(3)", "array([0, 1, 2])"),
    ("def f(a):\n    return a\n\nf(\n    5,\n)", "5"), ("'''\nx\n'''", "'\\nx\\n'"), ("[\n1,\n2]", "[1, 2]"),
    ("x = [\n1,\n2]", None), ("for i in range(2):\n    i\n# the end", None), ("None", None), ("", None),
])  # fmt: skip
def test_the_last_line_is_shown_if_it_is_an_expression(page, text, shown):
    told = page.evaluate(RUN, text)
    assert "error" not in told, told
    assert (told["shown"] and told["shown"]["text"]) == shown


def test_nothing_is_left_of_a_run(page):
    page.evaluate(RUN, "kept = 1\nnp.mean = None")
    assert "NameError" in page.evaluate(RUN, "kept")["error"]["headline"]
    assert page.evaluate(RUN, "np.array([1.0, 3.0]).mean()")["shown"]["text"] in ("2.0", "np.float64(2.0)")


CLOSED = ["js", "jsffi", "explorable.writing.inside.driver", "asyncio", "vfs"]


@pytest.mark.parametrize("module", CLOSED)
def test_what_leads_out_cannot_be_imported(page, module):
    error = page.evaluate(RUN, f"import {module}")["error"]["headline"]
    assert error.startswith("ImportError: ") and "cannot be imported here" in error


@pytest.mark.parametrize("name", [
    "fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts", "indexedDB", "caches", "Worker",
    "BroadcastChannel", "navigator", "eval", "Function", "postMessage", "location", "close",
])  # fmt: skip
def test_who_gets_out_all_the_same_finds_nothing(page, name):
    """`del builtins.__import__` brings back the import that finds `js`; nothing is left there."""
    text = f"import builtins\ndel builtins.__import__\nimport js\nprint(getattr(js, {name!r}, None))"
    told = page.evaluate(RUN, text)
    assert told["printed"].strip() in ("None", "undefined", "<undefined>") or "error" in told, told


def test_no_function_makes_functions(page):
    text = (
        "import builtins\ndel builtins.__import__\nimport js\n"
        "made = js.Object.constructor\nprint(made)\nmade('return 1')()\nprint('escaped')"
    )
    assert "escaped" not in page.evaluate(RUN, text)["printed"]


def test_a_module_or_a_name_that_is_not_here_points_to_the_notebook(page):
    for text in ("import torch", "import bnbook.widgets", "exercises.nothing"):
        assert "in the notebook" in page.evaluate(RUN, text)["error"]["headline"], text


def test_the_hint_comes_before_the_solution(page):
    first = page.evaluate(RUN, "exercises.merge.solution()")["shown"]
    assert first["headline"] == "Hint for `exercises.merge`"
    second = page.evaluate(RUN, "exercises.merge.solution()")["shown"]
    assert second["headline"] == "Solution of `exercises.merge`" and "within + between" in second["notes"][0][1]
    about = page.evaluate(RUN, "exercises.merge")["shown"]
    assert about["headline"].startswith("Synchronized statistics") and about["notes"][1][2] == "list"
