"""Sixteen bits: the error of normalized values by the spread of the feature, for three recipes and two formats."""

import numpy as np

from bnbook.experiments import half_precision as experiment
from explorable import (
    Arrow,
    Axis,
    Cases,
    Chart,
    Choice,
    Dot,
    Drag,
    Explorable,
    Line,
    Raster,
    Rule,
    Sampled,
    Slider,
    Text,
)

SPREADS = tuple(float(f"{10 ** (k / 3):.3g}") for k in range(-15, 16))
OFFSETS = (0, 1, 3, 10, 30, 100)
EPS = (1e-8, 1e-5, 1e-3)
NAMES = ("one", "two", "float32")  # in the order of experiment.RECIPES
WORDS = {"one": "16 bits, one pass", "two": "16 bits, two passes", "float32": "statistics in 32 bits"}
COLORS = {"one": "ink", "two": "muted", "float32": "batchnorm"}
FLOOR, TOP = 1e-4, 10.0
EDGE = 4.0  # of the picture on the right
LINE = (1e-12, 1e17)  # the number line
POWERS = 2.0 ** np.arange(-39, 57)  # of two, on the line
EDGES = (2e-12, 5e16)  # where on the line what became 0 or infinite lands
FORMATS = {"float16": (5, 10), "bfloat16": (8, 7)}  # bits of the exponent and of the fraction
SIZES = ("x", "square", "sum", "eps")  # what is on the line, from above
LANES = dict(zip(SIZES, (10.0, 7.2, 4.4, 1.6), strict=True))
LETTERS = {"x": "x", "square": "x²", "sum": "Σ x²", "eps": "eps"}
DOTS = {"x": "moved", "square": "truth", "sum": "truth", "eps": "ink"}
SHOWN = 24  # examples drawn on the right


def tables(spread, offset, eps, form):
    """Errors of the three recipes for every spread, and some normalized values at the chosen ones."""
    run = experiment.run(form, float(offset), float(eps), SPREADS)
    at = [SPREADS.index(s) for s in spread]
    outputs = {"truth": run["truth"][at][:, :SHOWN]} | on_the_line(np.array(spread), offset, eps, form)
    for k, name in enumerate(NAMES):
        outputs[f"error_{name}"] = run["error"][k][None]
        now = run["error"][k][at]
        outputs[f"now_{name}"] = now
        found = run["xhat"][k][at][:, :SHOWN]
        outputs[f"found_{name}"] = np.where(np.abs(found) < EDGE, found, np.nan)
    one, two, single = (outputs[f"now_{name}"] for name in NAMES)
    bad = [~np.isfinite(e) for e in (one, two, single)]
    outputs["broken"] = np.where(bad[2], 3, np.where(bad[1], 2, np.where(bad[0], 1, 0)))
    return outputs


def on_the_line(spread, offset, eps, form):
    """What the one-pass recipe meets, as it is, where it lands when it is stored, and the bits of that; the format.

    x : root mean square of the inputs.   square : of x.   sum : of 256 squares.
    """
    square = spread**2 * (1 + offset**2)
    sizes = {"x": np.sqrt(square), "square": square, "sum": experiment.M * square, "eps": np.full(len(spread), eps)}
    outputs, words = {}, []
    for name, size in sizes.items():
        stored = experiment.rounded(size, form)
        words.append(patterns(stored, form))
        over, under = np.isinf(stored), stored == 0
        outputs |= {
            f"{name}_at": size,
            f"{name}_place": np.where(over, EDGES[1], np.where(under, EDGES[0], size)),
            f"{name}_over": over.astype(int),
            f"{name}_under": under.astype(int),
            f"{name}_lost": (over | under).astype(int),
        }
    digits = digits_at(form)
    exponent, fraction = FORMATS[form]
    return outputs | {
        "bits": in_rows(np.stack(words, axis=1), exponent),
        "comb": np.stack([0 * digits, digits, np.full(len(digits), np.nan)], axis=1).reshape(1, -1),
        "digits": np.array([fraction + 1]),
        "exponent": np.array([2 + exponent / 2]),
        "fraction": np.array([3 + exponent + fraction / 2]),
    }


def digits_at(form):
    """How many bits a number has that lies at each of POWERS: fewer below the smallest exponent; NaN for no number."""
    low, high = (-14, 15) if form == "float16" else (-126, 127)
    at, most = np.log2(POWERS), FORMATS[form][1] + 1
    digits = np.minimum(most, most + at - low)
    return np.where((digits >= 1) & (at <= high), digits, np.nan)


def patterns(stored, form):
    """The 16 bits of numbers of the format, (..., 16), the sign first."""
    if form == "float16":
        codes = stored.astype(np.float16).view(np.uint16)
    else:
        codes = (stored.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    return (codes[..., None] >> np.arange(15, -1, -1)) & 1


def in_rows(bits, exponent):
    """Bits (S, 4, 16) as pictures (S, 7, 18), the first row above, with air between rows, and between the parts."""
    sheet = np.full((len(bits), 2 * bits.shape[1] - 1, 18), np.nan)
    for row in range(bits.shape[1]):
        parts = np.split(bits[:, row].astype(float), [1, 1 + exponent], axis=1)
        for part, left in zip(parts, (0, 2, 3 + exponent), strict=True):
            sheet[:, -1 - 2 * row, left : left + part.shape[1]] = part
    return sheet


def half():
    """Move the scale of a feature and see which recipe still normalizes it."""
    errors = [f"error_{name}" for name in NAMES]
    return Explorable(
        key="half",
        title="Batch norm in sixteen bits",
        controls=[
            Slider("spread", "spread of the feature", values=SPREADS, start=21.5),
            Slider("offset", "mean, in spreads", values=OFFSETS, start=0),
            Choice(
                "form",
                "format",
                options={"float16": "float16 (11 bits, up to 65,504)", "bfloat16": "bfloat16 (8 bits, wide range)"},
                start="float16",
            ),
            Slider("eps", "eps", values=EPS, start=1e-5),
        ],
        model=Sampled(
            tables,
            along="spread",
            error={"truth": 0.01, **{f"found_{n}": 0.01 for n in NAMES}},
            gaps=(*errors, *(f"now_{n}" for n in NAMES), *(f"found_{n}" for n in NAMES), "truth", "bits", "comb"),
        ),
        figures=[_line(), _bits(), _errors(), _values()],
        columns=2,
        wide=True,
        readout=Cases(
            "broken",
            {
                0: "Error of the normalized values: {now_one:.2g} in one pass, {now_two:.2g} in two passes, "
                "{now_float32:.2g} with statistics in 32 bits.",
                1: "In one pass the result is not a number. In two passes the error is {now_two:.2g}; with statistics "
                "in 32 bits it is {now_float32:.2g}.",
                2: "Both recipes in 16 bits give no number. With statistics in 32 bits the error is {now_float32:.2g}.",
                3: "No recipe gives a number: the inputs themselves do not fit into the format.",
            },
        ),
        caption="First, what the one-pass recipe meets, on a line with a tick for each factor of two, as high as "
        "numbers there have significant bits; above the last tick there is only infinity, below the first only 0. "
        "Second, how they are stored; a filled square is a 1. Third, the root mean square error of 256 normalized "
        "values against exact arithmetic on the same rounded inputs; a line ends where the result is no finite number, "
        "and leaves the picture where the error is above 10. Fourth, 24 of the values at the spread chosen; on the "
        "diagonal they are right, and those beyond 4 are left out.",
    )


def _errors():
    return Chart(
        [
            Rule(x="spread", color="moved", dash=False),
            *(
                Line(SPREADS, f"error_{name}", color=COLORS[name], label=WORDS[name], dash=name == "one")
                for name in NAMES
            ),
            *(Dot(SPREADS, f"error_{name}", color=COLORS[name], size=2.5) for name in NAMES),
        ],
        title="The error, by scale",
        x=Axis("spread of the feature", log=True, domain=(SPREADS[0], SPREADS[-1])),
        y=Axis("relative error", log=True, domain=(FLOOR, TOP)),
        alt="Error against the spread of the feature. At {spread}: {now_one:.2g} in one pass, {now_two:.2g} in two, "
        "{now_float32:.2g} in 32 bits.",
    )


def _line():
    ends = np.stack([POWERS, POWERS, POWERS], axis=1).ravel()
    marks = [
        Line(ends, "comb", color="grid", width=2, tells={}),
        Text(1, 12.6, "{digits:d} significant bits", color="muted"),
        *(Text(at, 12.6, words, color="ink") for at, words in zip(EDGES, ("0", "∞"), strict=True)),
    ]
    for name, height in LANES.items():
        at, place, color = f"{name}_at", f"{name}_place", DOTS[name]
        drag = Drag("spread", "path") if name == "x" else None
        marks += [
            Arrow(at, height, place, height, color="plain", when=f"{name}_lost"),
            Dot(place, height, color="plain", size=6, when=f"{name}_lost"),
            Dot(at, height, color=color, size=6, drag=drag),
            Text(at, height, LETTERS[name], color=color, dy=-19 if drag else -15),
            Text(place, height, "too large", color="plain", anchor="end", dy=16, when=f"{name}_over"),
            Text(place, height, "too small", color="plain", anchor="start", dy=16, when=f"{name}_under"),
        ]
    return Chart(
        marks,
        title="What fits on the number line",
        x=Axis("size", log=True, domain=LINE, ticks=(1e-10, 1e-5, 1, 1e5, 1e10, 1e15)),
        y=Axis(domain=(0, 13.4), ticks=()),
        height=280,
        low=250,
        alt="The inputs have a size of {x_at:.1g}, their squares {square_at:.1g}, the sum of 256 squares {sum_at:.1g}, "
        "eps is {eps_at:.1g}; the format has {digits:d} significant bits.",
    )


def _bits():
    rows = 2.0 * len(SIZES) - 1
    edges = np.repeat(np.arange(19.0)[:, None], 2, axis=1)
    tops = [rows - 0.5 - 2 * k for k in range(len(SIZES))]
    marks = [
        Raster("bits", x=(0, 18), y=(0, rows), domain=(-0.14, 1), color="ink"),
        Line(edges, np.array([[0, rows]] * 19), color="paper", width=2, tells={}),
        Text(0.5, rows + 0.6, "sign", color="muted"),
        Text("exponent", rows + 0.6, "exponent", color="muted"),
        Text("fraction", rows + 0.6, "fraction", color="muted"),
    ]
    for name, height in zip(SIZES, tops, strict=True):
        marks += [
            Text(-0.4, height, LETTERS[name], color=DOTS[name], anchor="end"),
            Text(17.9, height, "= ∞", color="plain", anchor="end", dy=22, when=f"{name}_over"),
            Text(17.9, height, "= 0", color="plain", anchor="end", dy=22, when=f"{name}_under"),
        ]
    return Chart(
        marks,
        title="The same in 16 bits",
        x=Axis(domain=(-2.6, 18.2), ticks=()),
        y=Axis(domain=(-1, rows + 1.2), ticks=()),
        height=280,
        low=220,
        alt="The sixteen bits in which the four numbers are stored: one for the sign, the exponent, and the fraction.",
    )


def _values():
    return Chart(
        [
            Line([-3.2, 3.2], [-3.2, 3.2], color="truth", dash=True, width=1),
            *(
                Dot("truth", f"found_{name}", color=COLORS[name], size=size, symbol=symbol)
                for name, size, symbol in (("one", 4, "cross"), ("two", 3.5, "diamond"), ("float32", 2.5, "circle"))
            ),
        ],
        title="Normalized values",
        x=Axis("exact", domain=(-3.2, 3.2)),
        y=Axis("computed", domain=(-EDGE, EDGE)),
        alt="24 normalized values, exact and as computed by the three recipes.",
    )
