"""All controls of all widgets are moved at random and to their ends: nothing fails, and the picture tells the truth.

After every move: no script fails, no widget gives up, nothing that is not a number is shown as if it were one; the
controls hold what was entered, or say why not; the outputs are those that Python computes for the same values; every
mark and every sentence shows these outputs, in their colors. Then the same widgets in the notebook's view: the same
checks there, and Python holds what the view shows.

BN_FUZZ_SEED and BN_FUZZ_MOVES (random moves for each widget) ask for another run; a failure names both.
"""

import base64
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from explorable.declare.text import parse, show_field, spoken
from explorable.page.form import readout_text
from tests.book import fuzz_moves as moves
from tests.book import fuzz_notebook
from tests.book.drawn import FIGURES, Scope
from tests.book.pages import notebooks
from tests.book.records import MAKERS, declared, model_of, records
from tools.build import BOOK as OWN_BOOK

SEED = int(os.environ.get("BN_FUZZ_SEED", 1))
MOVES = int(os.environ.get("BN_FUZZ_MOVES", 12))
DRIVE = (Path(__file__).parent / "fuzz.js").read_text(encoding="utf-8").rstrip(";\n")
HANDLES = 3  # so many of a picture's handles are moved by every key and to every place
TOLERANCE = 1e-9  # of the largest number of an output: JavaScript and NumPy round sums differently
NOTEBOOK_MOVES = 6
# For outputs that may hold what is no finite number: the words in readout or caption that say so whenever they do.
ANNOUNCED = {
    "sweep": {"(low|middle|high)_layernorm": "Layer norm was trained with plain SGD only"},
    "running-statistics": {".*": "there is no unbiased variance"},
    "train-inference-gap": {
        "accuracy|each": "A batch of one has no unbiased variance",
        "low|middle|high|biased|precise": "A batch of one has no unbiased variance|In the last layer",
    },
    "the-race": {
        "need_now_(gd|gd_best|nesterov|gdnp)": "Not all come to one millionth",
        "need_.*": "has no point",
    },
    "edge": {"(share|equal)_plain_.*": "Plain diverged in"},
    "landscape": {".*": "A line ends where a seed has diverged"},
    "thickening-stream": {"(odd|even)_(low|high)": "each branch falls in from above"},
    "second-order": {".*": "one arrow for each"},  # the other units are in the other group of arrows
    "other-norms": {".*": "A line ends where a network diverges"},
    "other-side": {"forecast|theory": "Two examples normalize to"},
    "half": {
        "now_one": "In one pass the result is not a number|give no number|No recipe gives a number",
        "now_two": "Both recipes in 16 bits give no number|No recipe gives a number",
        "now_float32|truth": "No recipe gives a number",
        "error_.*": "a line ends where the result is no finite number",
        "bits|comb": "a filled square is a 1",  # with air between the parts; between the ticks is nothing
        "found_.*": "24 of the values",  # those beyond the frame are not drawn
    },
    "companions": {"faces": "those that share its batch"},  # fewer than the picture has room for
    "invariances": {"before|after": "only the outputs of the one that stays"},  # so there are fewer points
    "workers": {".*": "each worker"},  # there are fewer than the picture has room for
}


@pytest.mark.parametrize("name", notebooks())
def test_widgets_moved_at_random_show_what_python_computes(book, watched_page, browser, name):
    page = watched_page(book / f"{name}.html")
    widgets, faults = declared(name), []
    print(f"BN_FUZZ_SEED={SEED} BN_FUZZ_MOVES={MOVES}")
    for number, (key, (spec, packed)) in enumerate(records(book, name).items()):
        if spec["model"]["kind"] == "program":  # its outputs hang on the way: tests/explorable/runtime/test_programs.py
            continue
        rng = np.random.default_rng([SEED, number])
        made = list(all_moves(spec, rng))
        notes = json.loads(page.evaluate(f"given => ({DRIVE})(given)", [key, made]))
        model = model_of(spec, packed, widgets[key])
        faults += [f"{key} {fault}" for fault in told_of(spec, made, notes, model)]
        built_here = book == OWN_BOOK and name in MAKERS
        faults += [
            f"{key} in the notebook: {fault}" for fault in in_notebook(browser, widgets[key], model, rng, built_here)
        ]
    shown = "\n".join(faults[:20])
    assert not faults, f"BN_FUZZ_SEED={SEED} BN_FUZZ_MOVES={MOVES}: {len(faults)} faults\n{shown}"


def told_of(spec, made, notes, model):
    """What the checks find in the notes of a widget, before and after each move."""
    for acts, before, note in zip([[], *made], [notes[0], *notes], notes):
        told = [fault for check in CHECKS for fault in check(spec, acts, before, note)]
        told = told or list(model_faults(spec, note, model))
        yield from (f"after {acts}, at {note['values']}: {fault}" for fault in told)


def in_notebook(browser, widget, model, rng, built_here):
    """The same in the notebook's view, with fewer moves.   built_here : this book's build has left its grids."""
    if not fuzz_notebook.found(widget):
        if built_here:
            yield "the grid that the build has computed is not found in its cache"
        return  # it would be computed anew, which takes long
    controls = widget.spec()["controls"]
    made = [[act for _, high in map(moves.ends, controls) for act in high], [["reset"]]]
    made += moves.at_random(controls, rng, NOTEBOOK_MOVES)
    notes, values = fuzz_notebook.notes_of(browser, widget, made, DRIVE)
    yield from told_of(widget.spec(), made, notes, model)
    yield from fuzz_notebook.value_faults(values, notes[-1])


def all_moves(spec, rng):
    controls = spec["controls"]
    yield from moves.extremes(controls)
    yield from moves.bad_input(controls)
    yield from moves.in_picture(HANDLES if has_handles(spec) else 0)
    yield [["reset"]]
    yield from moves.at_random(controls, rng, MOVES)


def has_handles(spec):
    parts = [part for figure in spec["figures"] for part in figure.get("marks", figure.get("elements", []))]
    return any(part.get("drag") for part in parts)


def outputs_of(note):
    """{name: number or array} from a note of fuzz.js."""
    flat, outputs, at = np.frombuffer(base64.b64decode(note["outputs"])), {}, 0
    for name, shape in note["shapes"]:
        size = int(np.prod(shape))
        outputs[name] = flat[at : at + size].reshape(shape) if shape else float(flat[at])
        at += size
    return outputs


def health(spec, acts, before, note):
    """Nothing gives up, and no word of the machine reaches the page."""
    if note["problem"]:
        yield f"it says: {note['problem']}"
    if note["stray"]:
        yield f"{note['stray']!r} stands in the page"
    for name, value in outputs_of(note).items():
        if not np.isfinite(value).all() and not announced(spec, name, note["readout"]):
            yield f"{name} is not finite, and nothing says so"


def announced(spec, name, readout):
    """Whether readout or caption say that this output holds what is no number."""
    cases = ANNOUNCED.get(spec["key"], {}) if name in spec["gaps"] else {}
    words = next((words for pattern, words in cases.items() if re.fullmatch(pattern, name)), None)
    return bool(words and re.search(words, f"{readout} {spec['caption']}"))


def entered(spec, acts, before, note):
    """The controls hold what was entered, fields and sliders show it, and what could not be taken is told."""
    controls = spec["controls"]
    foreseen = moves.after(acts, controls, before["values"])
    if foreseen:
        values, told = foreseen
        for name, value in values.items():
            if not np.array_equal(value, note["values"][name]):
                yield f"{name} is {note['values'][name]} and not {value}"
        for name, words in told.items():
            if words not in note["remark"] + note["pasted"][name]:
                yield f"nothing tells that {name} is kept ({words!r}): {note['remark']!r} {note['pasted'][name]!r}"
    for control in controls:
        value = note["values"][control["name"]]
        if control["kind"] in ("numbers", "point"):
            fields = [float(text) for text in note["fields"][control["name"]]]
            if not (len(fields) == len(value) and np.allclose(fields, value, rtol=1e-11, atol=0)):
                yield f"the fields of {control['name']} say {fields} and not {value}"
        if control["kind"] == "slider" and note["spoken"][control["name"]] != spoken(control, value):
            yield f"the slider {control['name']} says {note['spoken'][control['name']]!r}"


def sentences(spec, acts, before, note):
    """Readout and live numbers of the text are those of the outputs."""
    values, outputs = note["values"], outputs_of(note)
    wanted = readout_text(spec, values, outputs)
    if note["readout"] != wanted:
        yield f"the readout says {note['readout']!r} and not {wanted!r}"
    if not note["readout"].strip():
        yield "the readout is empty"
    for name, form, text in note["live"]:
        (field,) = parse(f"{{{name}{'' if form is None else ':' + form}}}")
        if text != show_field(field, spec["controls"], values, outputs):
            yield f"the text says {text!r} for {name}"


def pictures(spec, acts, before, note):
    """Every mark is where its numbers are."""
    scope = Scope(spec["controls"], note["values"], outputs_of(note))
    for number, (record, drawn) in enumerate(zip(spec["figures"], note["pictures"], strict=True)):
        yield from (f"figure {number}: {fault}" for fault in FIGURES[record["kind"]](record, drawn, scope))


CHECKS = (health, entered, sentences, pictures)


def model_faults(spec, note, model):
    """The page's outputs are Python's."""
    found, wanted = outputs_of(note), model(note["values"])
    if list(found) != list(wanted):
        yield f"outputs {list(found)} and not {list(wanted)}"
        return
    for name, value in wanted.items():
        size = np.abs(np.where(np.isfinite(value), value, 0)).max(initial=1)
        if not np.allclose(found[name], value, rtol=0, atol=TOLERANCE * size, equal_nan=True):
            yield f"{name} is {found[name]} and not {value}"
