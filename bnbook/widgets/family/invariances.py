"""What each norm is invariant to: a table in which every number is computed from the layers themselves."""

from functools import lru_cache

import numpy as np

from bnbook.experiments import invariances as experiment
from explorable import (
    Axis,
    Bind,
    Cases,
    Chart,
    Choice,
    Diagram,
    Dot,
    Explorable,
    Label,
    Line,
    Map,
    Rect,
    Sampled,
    Select,
    Slider,
)

SIZES, EPS = (-1, 0.1, 0.5, 2, 10), (0, 1e-5, 0.01, 1)
# Of the outputs before and after, 4 examples and 3 units; among them the one that is changed alone.
SHOWN = (slice(experiment.CHANGED, None, 2), slice(experiment.CHANGED, None, 2))
NORMS = {
    "none": ("no norm", "none"),
    "batch": ("batch norm", "BN"),
    "weight": ("weight norm", "WN"),
    "standardized": ("weight standardization", "WS"),
    "layer": ("layer norm", "LN"),
    "group": ("group norm with 2 groups", "GN"),
    "rms": ("RMS norm", "RMS"),
    "tanh": ("dynamic tanh", "DyT"),
}
CHANGES = {
    "weights": "all weights times a",
    "unit": "the weights of one unit times a",
    "shared": "a vector added to all units' weights",
    "shift": "a number added to one unit's weights",
    "inputs": "all inputs times a",
    "vector": "a vector added to every input",
    "example": "one example times a",
    "others": "the other examples exchanged",
}
SHORT = {  # the same for a list that a phone can show
    "weights": "all weights × a",
    "unit": "one unit's weights × a",
    "shared": "all units' weights + vector",
    "shift": "one unit's weights + number",
    "inputs": "all inputs × a",
    "vector": "every input + vector",
    "example": "one example × a",
    "others": "others exchanged",
}
ALONE = "no other example occurs in its formula"
# Why an output cannot change (eps = 0, a > 0): labels of proved entries, or a reason in words.
PROVED = {
    ("batch", "weights"): "scale-ratio",
    ("batch", "unit"): "scale-ratio",
    ("batch", "inputs"): "scale-ratio",
    ("batch", "vector"): "shift-invariance",
    ("weight", "weights"): "weight-scale",
    ("weight", "unit"): "weight-scale",
    ("standardized", "weights"): "standardized-affine",
    ("standardized", "unit"): "standardized-affine",
    ("standardized", "shift"): "standardized-affine",
    ("layer", "weights"): "scale-ratio",
    ("layer", "shared"): "layer-shift",
    ("layer", "inputs"): "scale-ratio",
    ("layer", "example"): "scale-ratio",
    ("group", "weights"): "scale-ratio",
    ("group", "shared"): "layer-shift",
    ("group", "inputs"): "scale-ratio",
    ("group", "example"): "scale-ratio",
    ("rms", "weights"): "rms-scale",
    ("rms", "inputs"): "rms-scale",
    ("rms", "example"): "rms-scale",
    **{(norm, "others"): ALONE for norm in NORMS if norm != "batch"},
}
CELLS = [(change, norm) for change in CHANGES for norm in NORMS]


@lru_cache(maxsize=1)
def all_runs():
    """Everything at once: "moved" (sizes, eps, cells), "before" and "after" (cells, sizes, eps, 12)."""
    moved = np.empty((len(SIZES), len(EPS), len(CELLS)))
    points = np.full((2, len(CELLS), len(SIZES), len(EPS), 12), np.nan)
    for s, size in enumerate(SIZES):
        for e, eps in enumerate(EPS):
            for k, (change, norm) in enumerate(CELLS):
                run = experiment.run(norm, change, size, eps)
                moved[s, e, k] = run["moved"]
                for which, name in enumerate(("before", "after")):
                    shown = run[name][SHOWN].ravel() if change != "others" else run[name].ravel()
                    points[which, k, s, e, : len(shown)] = shown
    return moved, points


def tables(size, eps, cell):
    """How far every output moves, and outputs of the chosen cell before and after. Sizes and eps are in `all_runs`."""
    everything, points = all_runs()
    picks = np.ix_(
        [SIZES.index(s) for s in np.asarray(size).tolist()], [EPS.index(e) for e in np.asarray(eps).tolist()]
    )
    moved = everything[picks]
    before, after = (part[int(cell)][picks] for part in points)
    kind = np.where(moved < experiment.EXACT, 0, np.where(moved < 0.01, 1, 2))
    reach = np.nanmax(np.abs([before, after]), axis=(0, 3)) * 1.1
    return {
        "moved": np.where(kind == 1, rounded(moved), np.where(moved < 1, np.round(moved, 2), moved)),
        "kind": kind,
        "same": (kind > 0).astype(int),
        "now": np.where(kind[..., int(cell)] == 0, 0.0, moved[..., int(cell)]),
        "verdict": 10 * int(cell) + kind[..., int(cell)],
        "before": before,
        "after": after,
        "reach": np.stack([-reach, reach], axis=-1),
        "count": (kind == 0).sum(axis=-1),
    }


def rounded(values):
    """Small numbers to one digit."""
    grain = 10.0 ** np.floor(np.log10(np.maximum(values, 1e-16)))
    return np.round(values / grain) * grain


def invariances():
    """Eight norms by eight changes: what the output does not notice."""
    options = {k: f"{NORMS[norm][1]}: {SHORT[change]}" for k, (change, norm) in enumerate(CELLS)}
    return Explorable(
        key="invariances",
        title="What each is invariant to",
        controls=[
            Slider("size", "a, the size of the change", values=SIZES, start=10),
            Slider("eps", "ε (eps)", values=EPS, start=0),
            Choice("cell", "cell of the table", options=options, start=CELLS.index(("unit", "batch"))),
        ],
        model=Sampled(
            tables,
            along=("size", "eps"),
            error={"moved": None, "now": None, "before": 0.01, "after": 0.01, "reach": 0.01},
            gaps=("before", "after"),
        ),
        figures=[_table(), _scatter()],
        layout="stacked",
        wide=True,
        readout=Cases("verdict", _verdicts()),
        caption="One dense layer and a norm, 8 examples, 5 inputs, 6 units. Each cell: the largest change of the "
        "output, relative to its size; a tick means none, but for rounding. What is added is a times a fixed vector or "
        "number. Click a cell; below, outputs before and after the change: on the diagonal nothing has changed. Where "
        "the other examples are exchanged, only the outputs of the one that stays are shown.",
    )


def _verdicts():
    told = {}
    for k, (change, norm) in enumerate(CELLS):
        name = NORMS[norm][0]
        what = f"{name[0].upper()}{name[1:]}, {CHANGES[change]}: "
        reason = PROVED.get((norm, change))
        ledger = f"{reason} in the ledger"
        always, else_ = " Tested: no law forbids it.", " Tested: no law forbids it."
        if reason == ALONE:
            always = f" Proved: {reason}."
        elif reason:
            always = f" Proved for a > 0 and ε = 0: {ledger}."
            else_ = f" For a > 0 and ε = 0 it would not: {ledger}."
        told[10 * k] = f"{what}the output does not change.{always}"
        told[10 * k + 1] = f"{what}the output changes by {{now:.1g}} of its size, a little.{else_}"
        told[10 * k + 2] = f"{what}the output changes by {{now:.2g}} of its size.{else_}"
    return told


def _table():
    wide = _grid(left=262, top=34, cell=(52, 34), width=690, name_above=False)
    narrow = _grid(left=2, top=52, cell=(42, 32), width=340, name_above=True)
    bindings = []
    for k in range(len(CELLS)):
        bindings += [
            Bind(f"moved{k}", "text", "moved", index=k, format=".2g"),
            Bind(f"moved{k}", "hidden", "kind", index=k, scale=Map({0: 1, 1: 0, 2: 0})),
            Bind(f"tick{k}", "hidden", "same", index=k),
            Bind(f"cell{k}", "fill", "kind", index=k, scale=Map({0: "othernorm", 1: "grid", 2: "paper"})),
        ]
    return Diagram(
        *wide,
        bindings=tuple(bindings),
        narrow=Diagram(*narrow, alt=""),
        title="How far the output moves",
        alt="A table of eight changes by eight norms. At a = {size} and eps = {eps}, {count:d} of 64 outputs do not "
        "change; the chosen one changes by {now:.2g}.",
    )


def _grid(left, top, cell, width, name_above):
    w, h = cell
    row = h + (24 if name_above else 0)
    elements = [
        Label(f"norm{j}", left + j * w + w / 2 - 2, 16, short, size=13, tone="batchnorm" if norm == "batch" else "ink")
        for j, (norm, (_, short)) in enumerate(NORMS.items())
    ]
    for i, words in enumerate(CHANGES.values()):
        y = top + i * row
        elements.append(Label(f"change{i}", 2, y - 10 if name_above else y + h / 2 - 2, words, size=13, anchor="start"))
        for j, norm in enumerate(NORMS):
            k, x = i * len(NORMS) + j, left + j * w
            say = {"spoken": f"{NORMS[norm][0]}: {words}", "select": Select("cell", k)}
            elements += [
                Rect(f"cell{k}", x, y, w - 4, h - 4, radius=3, stroke="none"),
                Label(f"moved{k}", x + w / 2 - 2, y + h / 2 - 2, size=12),
                Label(f"tick{k}", x + w / 2 - 2, y + h / 2 - 2, "✓", size=15, tone="paper"),
                Rect(f"frame{k}", x, y, w - 4, h - 4, radius=3, fill="none", stroke="grid", **say),  # on top: to be hit
            ]
    return width, top + len(CHANGES) * row + 2, elements


def _scatter():
    return Chart(
        [
            Line(
                np.array([-1e4, 1e4]), np.array([-1e4, 1e4]), color="predicted", dash=True, width=1, label="unchanged"
            ),
            Dot("before", "after", color="othernorm", size=5, label="outputs"),
        ],
        title="The chosen cell",
        x=Axis("output before", domain="reach"),
        y=Axis("output after", domain="reach"),
        height=260,
        alt="Outputs after the change against those before: the largest difference is {now:.2g} of their size.",
    )
