"""The lines of Python that a widget's menu shows: who makes the widget, or what its author has written."""

import sys
import types

import numpy as np
import pytest

from bnbook.widgets import front
from explorable import Axis, Chart, DeclarationError, Dot, Explorable, Slider, Symbolic
from explorable.page import form
from explorable.page.recipe import beginning, recipe


def declare(**parts):
    import sympy as sp

    return Explorable(
        "square",
        "A square",
        [Slider("a", "a", values=(1, 2, 3), start=2)],
        Symbolic({"b": sp.Symbol("a") ** 2}),
        Chart([Dot("a", "b", "moved")], x=Axis("a", domain=(0, 3)), y=Axis("b", domain=(0, 9)), alt="A dot."),
        "The square is {b:d}.",
        "A number and its square.",
        **parts,
    )


def make(size=1, names=()):
    return declare()


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("import x\n\nfront.chosen(1)", "from bnbook.widgets.front import chosen\n\nwidget = chosen(1)"),
        ("make(3, names=['a'])", f"from {__name__} import make\n\nwidget = make(3, names=['a'])"),
        ("make(size)", ""),  # what `size` is, nobody knows elsewhere
        ("make(**options)", ""),
        ("one = 1\nshown = make()\nshown", f"from {__name__} import make\n\nwidget = make()"),
        ("shown, other = make(), 1\nshown", ""),
        ("shown", ""),
        ("Explorable('key')", ""),
        ("unknown.thing()", ""),
        ("make()(", ""),
        ("", ""),
    ],
)
def test_the_last_call_of_a_cell_says_what_makes_the_widget(cell, said):
    assert beginning(cell, {"front": front, "make": make, "Explorable": Explorable}) == said


def test_a_function_of_the_notebook_itself_cannot_be_imported():
    own = types.FunctionType(make.__code__, {"__name__": "__main__"}, "make")
    own.__qualname__, own.__module__ = "make", "__main__"
    assert beginning("make()", {"make": own}) == "# in the notebook of this page\nwidget = make()"


@pytest.fixture
def cell(monkeypatch):
    """cell(text): the notebook's cell that runs."""

    def run(text):
        shell = types.SimpleNamespace(user_ns={"In": ["", text], "make": make})
        monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))

    return run


def filled(lines, **values):
    for name, value in values.items():
        lines = lines.replace(f"{{{name}}}", repr(value))
    return lines


def test_the_lines_compute_what_the_widget_shows(cell):
    cell("make()")
    lines = recipe(declare())
    assert 'data-python="from ' in form.html(declare(), "")
    names = {}
    exec(filled(lines, a=3), names)
    assert names["numbers"]["b"] == 9


def test_outside_of_a_notebook_there_are_none(cell):
    assert recipe(declare()) == "" and "data-python" not in form.html(declare(), "")
    cell("widget")
    assert recipe(declare()) == ""


def test_an_author_can_write_the_lines(cell):
    cell("make()")
    widget = declare(python="import numpy as np\n\nnumbers = {{'b': np.square({a})}}\n")
    names = {}
    exec(filled(recipe(widget), a=3).replace("{{", "{").replace("}}", "}"), names)
    assert names["numbers"] == {"b": np.int64(9)}


@pytest.mark.parametrize("lines", ["f({b})", "{'b': {a}}", {"a": 1}])
def test_lines_that_name_no_control_are_refused(lines):
    with pytest.raises(DeclarationError, match='widget "square": python'):
        declare(python=lines)
