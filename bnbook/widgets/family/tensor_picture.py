"""The picture of the tensor: tiles of numbers, and the arithmetic of the chosen one beside them."""

from explorable import Bind, Diagram, Diverging, Label, Map, Rect, Select

STEPS = (  # what stands before each number of the arithmetic: for the four usual norms, RMS norm, dynamic tanh
    ("x, the chosen number",) * 3,
    ("mean μ", "no mean: 0", "α, learned"),
    ("spread √(σ² + ε)", "root mean square", "α x"),
    ("x̂ = (x − μ) / spread", "x̂ = x / r", "t = tanh(α x)"),
    ("y = γ x̂ + β", "y = γ x̂", "y = γ t + β"),
)
WIDE = {"size": (690, 420), "left": 76, "top": 30, "cell": (48, 40), "gap": (18, 12), "font": 14}
NARROW = {"size": (340, 606), "left": 4, "top": 48, "cell": (53, 36), "gap": (7, 26), "font": 14}


def diagram(shape):
    """Examples side by side, channels one below the other."""
    wide, narrow = (_drawing(shape, places) for places in (WIDE, NARROW))
    return Diagram(
        *wide,
        tuple(_bindings(shape)),
        narrow=Diagram(*narrow, alt=""),
        alt="Three examples side by side, four channels one below the other, each tile 2 by 2 numbers. With {norm} "
        "{shared:d} of the 48 numbers share the statistics of the chosen one, {steps[0]:.1f}; its output is "
        "{steps[4]:.3f}.",
    )


def indices(shape):
    """Every element's (n, c, h, w), in the order of the flat tensor."""
    return [(n, c, h, w) for n in range(shape[0]) for c in range(shape[1]) for h in range(2) for w in range(2)]


def _drawing(shape, places):
    left, top = places["left"], places["top"]
    (w, h), (gap_x, gap_y) = places["cell"], places["gap"]
    narrow = left < 50
    elements = []
    for n in range(shape[0]):
        elements.append(Label(f"example{n}", left + n * (2 * w + gap_x) + w, 14, f"example {n}", size=13, tone="muted"))
    for c in range(shape[1]):
        y = top + c * (2 * h + gap_y)
        elements.append(
            Label(f"channel{c}", 4, y - 12 if narrow else y + h, f"channel {c}", size=13, anchor="start", tone="muted")
        )
    for k, (n, c, row, column) in enumerate(indices(shape)):
        x, y = left + n * (2 * w + gap_x) + column * w, top + c * (2 * h + gap_y) + row * h
        spoken = f"example {n}, channel {c}, row {row}, column {column}"
        elements += [
            Rect(f"shade{k}", x, y, w - 2, h - 2, radius=2, stroke="none"),
            Label(f"number{k}", x + w / 2 - 1, y + h / 2 - 1, size=places["font"]),
            Rect(f"cell{k}", x, y, w - 2, h - 2, radius=2, fill="none", spoken=spoken, select=Select("cell", k)),
        ]
    return (*places["size"], [*elements, *_arithmetic(narrow, top + shape[1] * (2 * h + gap_y))])


def _arithmetic(narrow, below):
    """Five numbers, one after the other, each with what it is."""
    for k in range(len(STEPS)):
        x, y = (4 + 172 * (k % 2), below + 4 + 58 * (k // 2)) if narrow else (446, 34 + 72 * k)
        yield Label(f"what{k}", x, y, size=13, anchor="start", tone="muted")
        yield Label(
            f"step{k}", x, y + 24, size=20, anchor="start", tone="moved" if k == 0 else "forward" if k < 4 else "ink"
        )


def _bindings(shape):
    for k in range(len(indices(shape))):
        yield Bind(f"shade{k}", "fill", "shown", index=k, scale=Diverging(9))
        yield Bind(f"shade{k}", "opacity", "strength", index=k)
        yield Bind(f"number{k}", "text", "shown", index=k, format=".1f")
        yield Bind(f"cell{k}", "stroke", "state", index=k, scale=Map({0: "grid", 1: "othernorm", 2: "moved"}))
    for k, (usual, rms, tanh) in enumerate(STEPS):
        words = {**dict.fromkeys(range(4), usual), 4: rms, 5: tanh}
        yield Bind(f"what{k}", "text", "norm", scale=Map(words))
        yield Bind(f"step{k}", "text", "steps", index=k, format=".3f" if k else ".1f")
