"""One tape for all sizes, blocks of tapes, and the same bytes however they are made."""

import json

import numpy as np
import pytest

from explorable import Choice, DeclarationError, Slider
from explorable.models import Program, compiling
from explorable.models.draws import Shuffled
from explorable.tracing import sizes
from explorable.tracing.tape import Library
from tests.explorable import programs

STEP = Slider("step", "step", low=0, high=20, step=1, start=0)
SEED = Slider("seed", "seed", values=(0, 1), start=0)
RATE = Slider("rate", "rate", low=0, high=1, step=0.1, start=0.5)
WIDTH = Slider("width", "width", values=(4, 8, 12, 32), start=8)
BATCH = Slider("batch", "batch", values=(1, 2, 5, 16), start=5)
DATA = np.random.default_rng(0).standard_normal((30, 6))


def start(seed, width):
    return {"w": np.random.default_rng(seed).standard_normal((width, 6)) / np.sqrt(width), "out": np.zeros(width)}


def step(state, x, index, rate):
    """Products, transposes, means, and m / (m - 1): what sizes can turn up in."""
    h = np.tanh(x[index] @ state["w"].T)
    m, d = h.shape
    grown = h.T @ x[index] / m
    spread = h.var() * (d / (d - 1))
    out = state["out"] + rate * h.mean(axis=0)
    return {"w": state["w"] - rate * grown, "out": out}, {"loss": np.square(h).mean() + spread, "top": h.max()}


def look(state):
    w = state["w"]
    return {"length": np.sqrt(np.square(w).sum()) / np.sqrt(w.shape[0]), "half": state["out"].reshape(2, -1).sum()}


def growing(**changes):
    parts = {
        "data": {"x": DATA},
        "batches": {"index": Shuffled("x", "batch")},
        "sizes": {"width": 4, "batch": 1},
    }
    program = Program(start, changes.pop("step", step), look, **(parts | changes))
    program.check([STEP, SEED, RATE, WIDTH, BATCH])
    return program


def traced_at(program, lengths, library):
    """The tapes of a program traced at these very sizes."""
    tracing = compiling.Tracing(program, lengths, library)
    return tracing.tapes()


@pytest.mark.parametrize("lengths", [{"width": w, "batch": b} for w, b in ((8, 5), (12, 16), (32, 2))])
def test_one_tape_is_the_tape_of_every_length(lengths):
    """Texts of kernels, extents, strides and constants: all but which buffer is used again for what."""
    program, library = growing(), Library()
    made = compiling.combined(program, {}, library)
    many = len(library.kernels)
    own = traced_at(program, lengths, library)
    assert len(library.kernels) == many  # no kernel of its own
    for name, tape in made.items():
        assert json.loads(json.dumps(sizes.sized(tape, list(lengths.values())))) == json.loads(json.dumps(own[name]))


@pytest.mark.parametrize(
    ("one", "other", "form"),
    [
        (11 * 17, 13 * 19, ["product", 1, 1, 1, 1]),
        (11 * 17 * 3, 13 * 19 * 3, ["product", 3, 1, 1, 1]),
        (1 / 11, 1 / 13, ["quotient", 1, 1, -1, 0]),
        (6 / (11 * 17), 6 / (13 * 19), ["quotient", 6, 1, -1, -1]),
        (11**0.5, 13**0.5, ["root", 1, 1, 1, 0]),
        ((1 / 17) ** 0.5, (1 / 19) ** 0.5, ["root", 1, 1, 0, -1]),
        (11 / 10, 13 / 12, ["corrected", 1, 1, 1, 0]),
    ],
)
def test_forms_of_sizes(one, other, form):
    units = {"width": 1, "batch": 1}
    made = sizes.fitted({"calls": [one, 5]}, {"calls": [other, 5]}, units)
    assert made == {"calls": ["#0", 5], "sized": [form]}
    assert sizes.sized(made, [11, 17]) == {"calls": [one, 5]}
    assert sizes.sized(made, [13, 19]) == {"calls": [other, 5]}


@pytest.mark.parametrize(
    ("one", "other"), [(12, 14), (11**2 + 1, 13**2 + 1), (np.log(11), np.log(13)), ("add", "multiply"), ([1], [1, 2])]
)
def test_what_is_no_function_of_sizes_is_refused(one, other):
    with pytest.raises(DeclarationError, match="something depends on width, batch in a way of its own"):
        sizes.fitted({"calls": one}, {"calls": other}, {"width": 1, "batch": 1})


def test_and_it_says_at_which_combination():
    def odd(state, x, index, rate):
        return state, {"loss": x[index].sum() * np.log(len(index))}

    with pytest.raises(
        DeclarationError, match=r"^step at \{\}: something depends on width, batch in a way of its own: "
    ):
        growing(step=odd).bake(None)


def test_too_many_sizes_are_refused():
    many = {f"s{k}": 1 for k in range(4)}
    controls = [STEP, SEED, *(Slider(name, name, values=(1, 2), start=1) for name in many)]
    program = Program(lambda seed: {"x": np.zeros(2)}, lambda state: (state, {}), lambda state: {}, sizes=many)
    program.check(controls)
    with pytest.raises(ValueError, match="4 sizes; allowed are at most 3"):
        program.bake(controls)


def words(**many):
    """A program with a structure of several arguments."""
    choices = [
        Choice(name, name, options={f"{name}{k}": f"{name}{k}" for k in range(n)}, start=f"{name}0")
        for name, n in many.items()
    ]

    def worked(state, a, b, c, d):
        factor = 1.0 + len(a) + int(b[1:]) + 10 * int(c[1:]) + len(d)
        x = state["x"] * factor if b == "b0" else np.tanh(state["x"]) + factor
        return {"x": x}, {"kept": x.sum()}

    program = Program(
        lambda seed: {"x": np.random.default_rng(seed).random(3)},
        worked,
        lambda state: {"now": state["x"]},
        structure=tuple(many),
    )
    controls = [STEP, SEED, *choices]
    program.check(controls)
    return program, controls


def test_tapes_lie_in_blocks_by_the_first_three_of_the_structure():
    program, controls = words(a=2, b=1, c=2, d=3)
    program.bake(controls)
    blocks = program._compiled.blocks
    assert list(blocks) == ["a0|b0|c0", "a0|b0|c1", "a1|b0|c0", "a1|b0|c1"]
    assert list(blocks["a1|b0|c1"]) == ["a1|b0|c1|d0", "a1|b0|c1|d1", "a1|b0|c1|d2"]
    assert set(blocks["a1|b0|c1"]["a1|b0|c1|d2"]) == {"start", "step", "look"}
    assert program.payload(controls)[0]["apart"] == 3, "the page finds a block by as many"


def bytes_of(program, controls):
    written = {}

    def apart(text):
        name = f"block-{len(written)}.js"
        written[name] = text
        return name

    wire, javascript = program.payload(controls, (), apart)
    return json.dumps(wire, sort_keys=True), javascript, written


def test_two_bakes_and_several_processes_give_the_same_bytes(monkeypatch):
    def baked(cores):
        monkeypatch.setattr(compiling.os, "sched_getaffinity", lambda _: range(cores), raising=False)
        return bytes_of(*words(a=3, b=2, c=1, d=2))

    first = baked(1)
    assert first == baked(1)
    assert first == baked(2)
    assert len(first[2]) == 6 and all(f'"block-{k}.js"' in first[1] for k in range(6))


def test_without_files_everything_is_in_one_text():
    program, controls = words(a=2, b=1, c=1, d=1)
    _, javascript, blocks = bytes_of(program, controls)
    _, whole = program.payload(controls)
    assert all(json.dumps(text) in whole for text in blocks.values()) and len(whole) > len(javascript)


def test_the_page_form_of_a_program_has_no_number_that_json_lacks():
    widget = programs.fitting()
    wire, _ = widget.bake().model.payload(widget.controls)
    json.dumps(wire, allow_nan=False)
    assert wire["lanes"]["b"]["rule"] == "rule_b" and wire["restart"] == ["rule", "spread"]
    assert wire["batches"] == {"index": ["shuffled", "x", "batch"]} and wire["pace"] == "speed"
