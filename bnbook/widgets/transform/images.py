"""Which elements of a batch of images share a mean and a variance."""

import numpy as np
import sympy as sp

import bnbook.widgets.palette  # noqa: F401  registers the colors
from bn.data import digits
from explorable import (
    Bind,
    Choice,
    Diagram,
    Diverging,
    Explorable,
    Label,
    Map,
    Rect,
    Select,
    Slider,
    Symbolic,
    Toggle,
    Vector,
)
from explorable.models import total

EXAMPLES, CHANNELS, SIDE = 4, 3, 4
FILTERS = {"ink": [[0, 0], [1, 0]], "upright edge": [[-1, 1], [-1, 1]], "level edge": [[-1, -1], [1, 1]]}
EPS = sp.Float("1e-5")


def feature_maps():
    """Four digits seen through three 2 x 2 filters with stride 2: (N, C, H, W) = (4, 3, 4, 4), 2 decimals."""
    images = digits(prepare="pixels").train_x[0][:EXAMPLES].reshape(EXAMPLES, SIDE, 2, SIDE, 2)
    kernels = np.array(list(FILTERS.values()), dtype=float)
    return np.round(np.einsum("nhawb,cab->nchw", images, kernels), 2)


def shared_statistics():
    """Choose a channel and a number of examples; see who shares a mean and a variance."""
    maps = feature_maps()
    n, c, _, _ = np.indices(maps.shape)
    names = list(FILTERS)
    return Explorable(
        key="shared-statistics",
        title="Who shares a mean and a variance?",
        controls=[
            Choice("channel", "channel", options=dict(enumerate(names)), start=1),
            Slider("examples", "examples in the batch", values=range(1, EXAMPLES + 1), start=4),
            Toggle("normalized", "show the normalized values", start=False),
        ],
        model=Symbolic(
            _outputs(),
            constants={"value": maps.ravel(), "example": n.ravel() * 1.0, "which": c.ravel() * 1.0},
        ),
        figures=[_diagram()],
        readout="{shared:d} numbers share one mean, {mu:.3f}, and one variance, {variance:.3f}: "
        "{examples:d} × {side:d} × {side:d}.",
        caption="Four digits, each seen through three small filters: a tensor with N = 4 examples, C = 3 channels and "
        "4 × 4 places. The framed elements share their statistics. Click a tile to choose its channel.",
    )


def _outputs():
    channel, examples, normalized = sp.symbols("channel examples normalized")
    value, example, which = (Vector(name, axis="element") for name in ("value", "example", "which"))
    shares = sp.Piecewise((1, sp.And(sp.Eq(which, channel), example < examples)), (0, True))
    m = total(shares)
    mu = total(shares * value) / m
    var = total(shares * (value - mu) ** 2) / m
    xhat = (value - mu) / sp.sqrt(var + EPS)
    return {
        "shade": value + normalized * shares * (xhat / 2 - value),
        "strength": sp.Rational(1, 4) + sp.Rational(3, 4) * shares,
        "framed": [
            sp.Piecewise((1, sp.And(sp.Eq(channel, c), examples > n)), (0, True))
            for n in range(EXAMPLES)
            for c in range(CHANNELS)
        ],
        "shared": m,
        "side": sp.Integer(SIDE),
        "mu": mu,
        "variance": var,
    }


TILE, GAP = 104, 16  # sizes of a tile and of the space between two


def _diagram():
    wide, bindings = _tensor(left=120, top=40, row_gap=GAP)
    narrow, _ = _tensor(left=4, top=64, row_gap=44)
    return Diagram(
        *wide,
        bindings,
        narrow=Diagram(*narrow, alt=""),
        alt="Twelve tiles of 4 x 4 cells, four examples wide and three channels high. The {shared:d} cells of channel "
        "{channel} in the first {examples} share one mean and one variance.",
    )


def _tensor(left, top, row_gap):
    """The twelve tiles with their names: ((width, height, elements), bindings). On a phone, names stand above rows."""
    elements, bindings = [], []
    for n in range(EXAMPLES):
        elements.append(Label(f"example{n}", left + n * (TILE + GAP) + TILE / 2, 20, f"n = {n}", tone="muted"))
    for c, name in enumerate(FILTERS):
        y = top + c * (TILE + row_gap)
        above = left < 100
        elements.append(Label(f"channel{c}", 4, y - 16 if above else y + TILE / 2, name, anchor="start", tone="muted"))
        for n in range(EXAMPLES):
            tile, bound = _tile(n, c, left + n * (TILE + GAP), y)
            elements += tile
            bindings += bound
    return (left + EXAMPLES * (TILE + GAP), top + CHANNELS * (TILE + row_gap), elements), bindings


def _tile(n, c, x, y):
    """The 16 cells of one example and channel, under a frame that can be clicked to choose the channel."""
    cell = TILE / SIDE
    elements, bindings = [], []
    for h in range(SIDE):
        for w in range(SIDE):
            name = f"cell{n}_{c}_{h}_{w}"
            index = ((n * CHANNELS + c) * SIDE + h) * SIDE + w
            elements.append(Rect(name, x + w * cell, y + h * cell, cell - 1, cell - 1, radius=1, stroke="none"))
            bindings += [
                Bind(name, "fill", "shade", index=index, scale=Diverging(1)),
                Bind(name, "opacity", "strength", index=index),
            ]
    frame, spoken = f"frame{n}_{c}", f"channel {list(FILTERS)[c]}, example {n}"
    elements.append(
        Rect(frame, x - 3, y - 3, TILE + 5, TILE + 5, fill="none", spoken=spoken, select=Select("channel", c))
    )
    bindings.append(Bind(frame, "stroke", "framed", index=n * CHANNELS + c, scale=Map({0: "grid", 1: "moved"})))
    return elements, bindings
