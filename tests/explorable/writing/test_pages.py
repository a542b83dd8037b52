"""The parts of editors, and what an author of a book hears of a mistake."""

import ast
import hashlib
import json

import numpy as np
import pytest

from explorable.writing import baking, pages, parts
from explorable.writing.exercise import Case, Exercise, Mistake, Written


def made(**changes):
    """A small exercise of another subject: the length of vectors."""
    whole = {
        "name": "length",
        "title": "Length",
        "task": "Compute the length of each row.",
        "arguments": {"x": "(n, d)"},
        "returns": {"length": "(n,)"},
        "cases": lambda rng: [Case("three rows", (rng.normal(size=(3, 2)),), {"rows": 3})],
        "solve": lambda x: np.sqrt((x**2).sum(axis=1)),
        "mistakes": {"squared": Mistake("the root is missing", "the unit.", lambda x: (x**2).sum(axis=1))},
        "help": "Pythagoras.",
    }
    return Exercise(**whole | changes)


def test_vendored_files_are_what_the_table_says():
    rows = json.loads((parts.VENDOR / "VENDOR.json").read_text(encoding="utf-8"))
    named = {name: digest for row in rows for name, digest in row["sha256"].items()}
    assert set(named) == {path.name for path in parts.VENDOR.iterdir() if path.suffix in (".js", ".wasm")}
    for name, digest in named.items():
        assert hashlib.sha256((parts.VENDOR / name).read_bytes()).hexdigest() == digest, name
    for row in rows:
        assert (parts.VENDOR / row["license"].split(", ")[1]).stat().st_size > 300


def test_what_micropython_gets_is_the_code_without_its_words():
    for path, text in parts.inside().items():
        tree = ast.parse(text)
        assert '"""' not in text and not any(line.lstrip().startswith("#") for line in text.split("\n")), path
        assert all(ast.get_docstring(node) is None for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    words = '"""A module."""\n# Why.\ndef f():\n    """A function."""\n\n\nclass A:\n    """It.\n\n    B.\n    """\n'
    words = '"""A module."""\n# Why.\ndef f():\n    """A function."""\n\n\nclass A:\n    """It.\n\n    B.\n    """\n'
    bare = parts.bare(words + '    x = "# 1"\n')
    assert bare == 'def f():\n    pass\nclass A:\n    x = "# 1"\n'


def test_an_exercise_is_sent_in_words_and_numbers():
    sent = baking.baked(made())
    assert json.loads(json.dumps(sent, allow_nan=False)) is not None
    assert sent["arguments"] == [("x", "(n, d)")] and sent["wanted"][0][0]["shape"] == [3]
    assert sent["mistakes"][0][0] == "squared" and sent["moves"][0][0] == "x"


def test_odd_numbers_and_functions_can_be_sent():
    assert baking.sent(np.inf) == {"float": "inf"} and baking.sent(-2) == -2 and baking.sent(None) is None
    assert baking.sent(np.array([1, np.nan]))["numbers"] == [1.0, {"float": "nan"}]
    assert baking.sent(np.arange(2)) == {"shape": [2], "whole": True, "numbers": [0, 1]}
    double = Written("lambda x: k * x", k=2.0)
    assert double(3.0) == 6.0 and baking.sent(double) == {"code": "lambda x: k * x", "given": {"k": 2.0}}
    cases = lambda rng: [Case("one", (lambda x: x,), {})]
    with pytest.raises(TypeError, match="the exercise 'length': an argument is a function; allowed are numbers"):
        baking.baked(made(cases=cases, solve=lambda f: np.ones(1), mistakes={}))


class Config:
    def __init__(self, **named):
        self.explorable_exercises = named


def test_exercises_that_cannot_be_found_are_named():
    with pytest.raises(pages.ConfigError, match="'math:nothing' is no module:mapping of exercises"):
        pages.exercises(Config(here="math:nothing"))
    with pytest.raises(pages.ConfigError, match="'no_such_module:X'"):
        pages.exercises(Config(here="no_such_module:X"))


def test_a_cell_is_about_the_exercise_that_it_checks(monkeypatch):
    monkeypatch.setattr(pages, "exercises", lambda config: {"geometry": {"length": made()}})
    code = "def f(x):\n    return x\n\n\ngeometry.length.check(f)"
    address, exercise = pages.subject(None, code, "page")
    assert address == "geometry.length" and exercise.title == "Length"
    assert pages.subject(None, "x = 1\nprint(x)", "page") == ("", None)
    with pytest.raises(pages.WritingError, match=r"page: a cell checks 'width'.*those are length"):
        pages.subject(None, "geometry.width.check(f)", "page")


def test_a_task_is_written_as_html():
    html = pages.task(made(task="Compute `x` < 1 & more."))
    assert "<code>x</code> &lt; 1 &amp; more." in html and "<dt>It takes</dt><dd><code>x</code>: (n, d)</dd>" in html
