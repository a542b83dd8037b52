"""Sixteen bits: the error of normalized values by the spread of the feature, for three recipes and two formats."""

import numpy as np

from bnbook.experiments import half_precision as experiment
from explorable import Axis, Band, Cases, Chart, Choice, Dot, Drag, Explorable, Line, Rule, Sampled, Slider, Text

SPREADS = tuple(float(f"{10 ** (k / 3):.3g}") for k in range(-15, 16))
OFFSETS = (0, 1, 3, 10, 30, 100)
EPS = (1e-8, 1e-5, 1e-3)
NAMES = ("one", "two", "float32")  # in the order of experiment.RECIPES
WORDS = {"one": "16 bits, one pass", "two": "16 bits, two passes", "float32": "statistics in 32 bits"}
COLORS = {"one": "ink", "two": "muted", "float32": "batchnorm"}
FLOOR, TOP = 1e-4, 10.0
EDGE = 4.0  # of the picture on the right
LINE = (1e-12, 1e17)  # the number line
RANGES = {"float16": (6e-8, 65504.0), "bfloat16": (1e-38, 3e38)}  # smallest and largest number of the format
SHOWN = 24  # examples drawn on the right


def tables(spread, offset, eps, form):
    """Errors of the three recipes for every spread, and some normalized values at the chosen ones."""
    run = experiment.run(form, float(offset), float(eps), SPREADS)
    at = [SPREADS.index(s) for s in spread]
    outputs = {"truth": run["truth"][at][:, :SHOWN]} | on_the_line(np.array(spread), offset, form)
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


def on_the_line(spread, offset, form):
    """Root mean square of the inputs, of their squares and of the sum of 256 squares; and the format's
    numbers."""
    square = spread**2 * (1 + offset**2)
    low, high = RANGES[form]
    return {
        "x_at": np.sqrt(square),
        "square_at": square,
        "sum_at": experiment.M * square,
        "normal": np.array([[max(low, LINE[0]), min(high, LINE[1])]]),
        "smallest": np.array([max(low, LINE[0])]),
        "largest": np.array([min(high, LINE[1])]),
        "overflow": (experiment.M * square > high).astype(int),
        "vanish": (square < low).astype(int),
    }


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
            gaps=(*errors, *(f"now_{n}" for n in NAMES), *(f"found_{n}" for n in NAMES), "truth"),
        ),
        figures=[_errors(), _values(), _line()],
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
        caption="First, the root mean square error of 256 normalized values against exact arithmetic on the same "
        "rounded inputs; a line ends where the result is no finite number, and leaves the picture where the error is "
        "above 10. Second, 24 of the values at the spread chosen; on the diagonal they are right, and those beyond 4 "
        "are left out. Third, where the numbers of the one-pass recipe lie; grey, the numbers that the format has.",
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
    names = (("x_at", "x", "moved"), ("square_at", "x²", "truth"), ("sum_at", "Σ x²", "truth"))
    return Chart(
        [
            Band("normal", [0, 0], [1, 1], color="muted", opacity=0.25),
            *(Rule(x=end, color="muted", dash=False) for end in ("smallest", "largest")),
            Dot("sum_at", 0.5, color="truth", size=6),
            Dot("square_at", 0.5, color="truth", size=6),
            Dot("x_at", 0.5, color="moved", size=7, drag=Drag("spread", "path")),
            *(Text(at, 0.5, words, color=color, dy=-22) for at, words, color in names),
            Text("sum_at", 0.5, "too large", color="plain", dy=22, when="overflow"),
            Text("square_at", 0.5, "becomes 0", color="plain", dy=22, when="vanish"),
        ],
        title="On the number line",
        x=Axis("size", log=True, domain=LINE),
        y=Axis(domain=(0, 1), ticks=()),
        height=130,
        alt="The inputs have a size of {x_at:.1g}, their squares {square_at:.1g}, the sum of 256 squares {sum_at:.1g}; "
        "the format has numbers from {smallest:.1g} to {largest:.1g}.",
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
