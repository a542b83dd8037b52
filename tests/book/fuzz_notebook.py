"""The same widgets in the notebook's view: moved by the same hand, held to the same oracle, and heard by Python."""

import json

import numpy as np

from tests.explorable.notebook.conftest import MODEL, Notebook

PLACE = '<body style="background:#fff"><div id="one"></div></body>'
# fuzz.js looks for its widget where a page keeps them.
FOUND = (
    "(key) => { window.explorable = { widgets: new Map([[key, document.querySelector('#one figure').explorable]]) }; }"
)


def notes_of(browser, widget, moves, drive):
    """(notes of fuzz.js before and after the moves, the values that Python holds at the end) of a view of `widget`."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_content(PLACE)
    page.add_script_tag(content=MODEL)
    book = Notebook(page, widget)
    book.mount()
    page.evaluate(FOUND, widget.key)
    notes = json.loads(page.evaluate(f"given => ({drive})(given)", [widget.key, moves]))
    book.settle()
    values = dict(book.view.values)
    book.view.close()
    context.close()
    assert not problems, problems
    return notes, values


def found(widget):
    """Whether the whole grid of a sampled widget is in the cache; others need none."""
    widget.model.check(widget.controls)  # computes nothing, unlike the check of the widget
    return not hasattr(widget.model, "seconds_to_bake") or widget.model._cached() is not None


def value_faults(values, note):
    """What Python holds is what the view shows."""
    for name, value in note["values"].items():
        if not np.array_equal(values[name], value):
            yield f"Python has {values[name]} for {name}, and the view {value}"
