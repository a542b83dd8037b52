"""Page and Python print the same digits: readouts, alternative texts, words in pictures, spoken values, live prose.

A reader who moves a widget, one whose browser runs no scripts, and one who calls `evaluate` in a notebook are told the
same numbers, whatever error the curves may have.
"""

import re
from html import unescape

import numpy as np
import pytest

from explorable.declare.text import fill, parse, show_field, spoken
from explorable.page.form import readout_text
from tests.book import fuzz_notebook
from tests.book.pages import notebooks
from tests.book.records import MAKERS, declared, records
from tools.build import BOOK as OWN_BOOK

STATES = 40  # of each widget, besides its start
# [key, states] => what the page prints at the start and in each state, a state being {control: pick}.
PRINT = """async ([key, states]) => {
  const widget = explorable.widgets.get(key);
  widget.wake();
  await widget.ready.catch(() => {});
  const { figure } = widget;
  const texts = (selector) => [...figure.querySelectorAll(selector)].map((e) => e.textContent);
  const note = () => {
    widget.showState();
    return {
      values: widget.values,
      readout: figure.querySelector(".ex-readout").textContent,
      problem: figure.querySelector(".ex-problem").hidden ? "" : figure.querySelector(".ex-problem").textContent,
      alts: [...figure.querySelectorAll(".ex-canvas")].map((c) =>
        c.querySelector("svg.ex-marks, svg.ex-diagram")?.getAttribute("aria-label") ?? null),
      words: [...figure.querySelectorAll(".ex-canvas")].map((c) =>
        [...c.querySelectorAll(".ex-marks > g")].map((g) => [...g.querySelectorAll("text")].map((e) => e.textContent))),
      spoken: texts(".ex-state")[0],
      live: [...document.querySelectorAll(`.ex-live[data-key="${key}"]`)].map((e) =>
        [e.dataset.name, e.dataset.format || null, e.textContent]),
    };
  };
  const notes = [note()];
  for (const state of states) {
    for (const [name, pick] of Object.entries(state)) widget.move(name, pick);
    if (widget.waiting) widget.frame();
    notes.push(note());
  }
  return JSON.parse(JSON.stringify(notes, (_, v) => (ArrayBuffer.isView(v) ? [...v] : v)));
}"""


@pytest.mark.parametrize("name", notebooks())
def test_page_and_python_print_the_same_digits(book, watched_page, name):
    page, widgets, faults = watched_page(book / f"{name}.html"), declared(name), []
    for number, (key, (spec, packed)) in enumerate(records(book, name).items()):
        widget = widgets[key]
        if packed is not None and not fuzz_notebook.found(widget):  # it would be computed anew, which takes long
            assert book != OWN_BOOK or name not in MAKERS, f"{key}: the grid of this build is not in its cache"
            continue
        if spec["model"]["kind"] == "program":  # what it says depends on the way: tests/widgets/test_laboratory.py
            continue
        rng = np.random.default_rng([5, number])
        states = [random_picks(spec["controls"], rng) for _ in range(STATES)]
        for note in page.evaluate(PRINT, [key, states]):
            outputs = widget.evaluate(**taken(widget, note["values"]))
            if note["problem"]:
                assert widget.problem(outputs), f"{key} at {note['values']}: {note['problem']}"
                continue
            faults += [f"{key} at {note['values']}: {fault}" for fault in differences(spec, note, outputs)]
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:20])


def random_picks(controls, rng):
    """A pick of every control, as the page stores it."""
    return {control["name"]: random_pick(control, rng) for control in controls}


def random_pick(control, rng):
    if control["kind"] in ("slider", "choice"):
        return int(rng.integers(len(control.get("stops") or control["options"])))
    if control["kind"] == "toggle":
        return bool(rng.integers(2))
    point = control["kind"] == "point"
    count = 2 if point else rng.integers(control["min_count"], control["max_count"] + 1)
    spans = [control["x"], control["y"]] if point else [(control["low"], control["high"])] * count
    steps = [rng.integers(round((high - low) / control["step"]) + 1) for low, high in spans]
    return [round(low + int(k) * control["step"], 9) for k, (low, _) in zip(steps, spans)]


def taken(widget, values):
    """Values of the page as Python takes them."""
    toggles = {control.name for control in widget.controls if control.kind == "toggle"}
    return {name: bool(value) if name in toggles else value for name, value in values.items()}


def differences(spec, note, outputs):
    """Sentences about what the page prints and Python does not."""
    controls = spec["controls"]
    values = {name: np.asarray(value) if isinstance(value, list) else value for name, value in note["values"].items()}
    if note["readout"] != (wanted := readout_text(spec, values, outputs)):
        yield f"the readout says {note['readout']!r} and Python {wanted!r}"
    said = " · ".join(f"{control['label']}: {spoken(control, values[control['name']])}" for control in controls)
    if note["spoken"] != said:
        yield f"the page speaks of {note['spoken']!r} and Python of {said!r}"
    for record, alt, words in zip(spec["figures"], note["alts"], note["words"], strict=True):
        chart = record.get("flat") or record
        if alt != (wanted := fill(chart["alt"], controls, values, outputs)):
            yield f"a picture is {alt!r} and in Python {wanted!r}"
        for mark, shown in zip(chart.get("marks", []), words):
            known = [fill(text, controls, values, outputs) for text in templates(mark)]
            yield from (f"the picture says {text!r} and Python {known}" for text in shown if text not in known)
    for name, form, text in note["live"]:
        (field,) = parse(f"{{{name}{'' if form is None else ':' + form}}}")
        if text != (wanted := show_field(field, controls, values, outputs)):
            yield f"the prose says {text!r} for {name} and Python {wanted!r}"


def templates(mark):
    return [mark["text"]] if isinstance(mark.get("text"), str) else mark.get("text") or []


@pytest.mark.parametrize("name", notebooks())
def test_scripts_change_no_digit_of_the_page_as_it_opens(book, watched_page, name):
    """Readouts and live numbers in the file, read without scripts, are those that scripts put in their place."""
    text = re.sub(r"<!--.*?-->", "", (book / f"{name}.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    readouts = re.findall(r'<output class="ex-readout"[^>]*>(.*?)</output>', text, re.DOTALL)
    live = re.findall(r'<span class="ex-live"[^>]*>(.*?)</span>', text, re.DOTALL)
    page = watched_page(book / f"{name}.html")
    page.evaluate(
        "() => Promise.all([...(window.explorable?.widgets.values() ?? [])]"
        ".map((w) => (w.wake(), w.ready.catch(() => null))))"
    )
    found = [page.locator(selector).all_text_contents() for selector in (".ex-readout", ".ex-live")]
    assert found == [list(map(unescape, readouts)), list(map(unescape, live))]
