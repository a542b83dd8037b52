"""What all widgets of the book have in common: something to grab, and a short sentence."""

import importlib
import inspect
import pkgutil
import re

import pytest

import bnbook.widgets
from explorable.page.form import readout_text

MOST_WORDS = 25
LONGER = {"family-tree"}  # its sentence is what the widget is there for: what a method is, and who uses it


def found():
    """{key: widget} of every function that makes one."""
    widgets = {}
    for module in pkgutil.walk_packages(bnbook.widgets.__path__, "bnbook.widgets."):
        room = vars(importlib.import_module(module.name))
        for name, make in room.items():
            own = inspect.isfunction(make) and make.__module__ == module.name and not name.startswith("_")
            if own and not inspect.signature(make).parameters and "    return Explorable(" in inspect.getsource(make):
                widget = make()
                widgets[widget.key] = widget
    return widgets


@pytest.fixture(scope="module")
def widgets():
    return found()


def handles(widget):
    """How many marks and elements can be dragged or pressed."""
    spec = widget.spec()
    figures = [part for figure in spec["figures"] for part in (figure, figure.get("flat")) if part]
    parts = [part for figure in figures for part in figure.get("marks", []) + figure.get("elements", [])]
    return sum(bool(part.get("drag") or part.get("select")) for part in parts)


def test_forty_widgets_and_more_have_something_to_grab(widgets):
    assert len(widgets) >= 44
    assert len([key for key, widget in widgets.items() if handles(widget)]) >= 40


def test_the_sentence_of_a_widget_is_short_at_rest(widgets):
    said = {key: readout_text(w.spec(), w.settings(), w.evaluate()) for key, w in widgets.items() if key not in LONGER}
    words = {key: len(re.findall(r"\S*\w\S*", text)) for key, text in said.items()}
    assert {key: (count, said[key]) for key, count in words.items() if count > MOST_WORDS} == {}


def test_no_two_keys_of_a_legend_look_alike(widgets):
    """But for the kinds of one thing, which the words tell apart."""
    alike = {}
    for key, widget in widgets.items():
        for figure in widget.spec()["figures"]:
            seen = {}
            for mark in (figure.get("flat") or figure).get("marks", []):
                if not mark.get("label"):
                    continue
                look = str([mark.get(name) for name in ("mark", "color", "dash", "symbol", "width", "opacity")])
                seen.setdefault(look, set()).add(mark["label"])
            alike[key, figure["title"]] = [sorted(words) for words in seen.values() if len(words) > 1]
    assert {place: words for place, words in alike.items() if words} == {}
