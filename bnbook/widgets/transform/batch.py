"""A batch in the reader's hands: every step of batch normalization as points on a line and as numbers."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import transform
from explorable import (
    Axis,
    Bind,
    Cases,
    Chart,
    Diagram,
    Dot,
    Drag,
    Explorable,
    Label,
    Line,
    Numbers,
    Rule,
    Slider,
    Symbolic,
    Text,
    Vector,
)
from explorable.models import component, count, mean

MOST = 8  # examples that fit into the table
REACH = 10  # inputs lie in -REACH .. REACH
EPS_STOPS = (0, *(float(f"{a}e{b}") for b in range(-8, 0) for a in (1, 2, 5)), 1)
STEPS = ("input x", "x − μ", "normalized x̂", "output y")


def batch_in_your_hands():
    """Up to eight examples, gamma, beta and eps, through the four steps of Algorithm 1."""
    return Explorable(
        key="batch-in-your-hands",
        title="A batch in your hands",
        wide=True,
        controls=[
            Numbers("x", "the batch", start=(-2, 0.5, 1, 3, 5), low=-REACH, high=REACH, step=0.1, max_count=MOST),
            Slider("gamma", "γ (gamma)", low=-3, high=3, step=0.1, start=1.5, format="+.1f"),
            Slider("beta", "β (beta)", low=-5, high=5, step=0.1, start=-2, format="+.1f"),
            Slider("eps", "ε (eps)", values=EPS_STOPS, start=1e-5),
        ],
        model=Symbolic(outputs(), constants={"row": np.array([3.0, 2.0, 1.0, 0.0]), "eps_axis": EPS_AXIS}),
        figures=[_lines(), _eps(), _table()],
        readout=Cases(
            "constant",
            {
                0: "Mean μ = {mu:.3g}, variance σ² = {variance:.3g}. The normalized values have mean square "
                "{square:.4g}; eps makes up {percent:.3g}% of σ² + ε.",
                1: "All examples equal their mean μ = {mu:.3g}: the variance is 0, the normalized values are 0, and "
                "every output is β. Here eps is all of σ² + ε.",
                2: "All examples equal their mean μ = {mu:.3g}, and ε is 0: the formula says 0/0. Here and in the "
                "library the normalized values then count as 0, and every output is β.",
            },
        ),
        caption="A thin line joins the four positions of each example, from the top: the input, what is left after "
        "subtracting the mean, the normalized value, the output. Drag the points of the top line. In the curve below, "
        "ε = 0 stands at the left edge.",
    )


EPS_AXIS = np.logspace(-8, 2, 81)


def outputs():
    """Algorithm 1 on the reader's batch; 0 / 0 of a constant batch at eps = 0 counts as 0, as in `bn.layers`."""
    gamma, beta, eps = sp.symbols("gamma beta eps")
    x, row, eps_axis = Vector("x"), Vector("row", axis="row"), Vector("eps_axis", axis="eps_axis")
    step = transform.steps(x, mean, gamma, beta, eps)
    mu, var = step["mu"], step["var"]
    whole = var + eps
    xhat = sp.Piecewise((step["xhat"], whole > 0), (0, True))
    y = gamma * xhat + beta
    path = sp.Piecewise(*((values, sp.Eq(row, 3 - i)) for i, values in enumerate((x, x - mu, xhat))), (y, True))
    cells = [[component(values, i, 0) for i in range(MOST)] for values in (x, x - mu, xhat, y)]
    return {
        "mu": mu,
        "variance": var,
        "square": mean(xhat**2),
        "percent": sp.Piecewise((100 * eps / whole, whole > 0), (0, True)),
        "path": path,
        "levels": sp.Max(row, x - 1000),  # the row for every example: SymPy would drop 0 * x and with it the axis
        "table": [cell for row in cells for cell in row],
        "absent": [sp.Piecewise((1, count(x) <= i), (0, True)) for i in range(MOST)],
        "kept": sp.sqrt(transform.mean_square_of_xhat(var, eps_axis)),
        "kept_now": sp.Piecewise((sp.sqrt(transform.mean_square_of_xhat(var, eps)), whole > 0), (0, True)),
        "shown_eps": sp.Max(eps, sp.Float("1e-8")),
        "shown_var": sp.Max(var, sp.Float("1e-8")),
        "constant": sp.Piecewise((0, var > 0), (1, eps > 0), (2, True)),
    }


def _lines():
    levels = [Rule(y=level, color="grid", dash=False, width=1) for level in range(4)]
    names = [Text(-REACH, 3 - i, name, color="muted", anchor="start", dy=-14) for i, name in enumerate(STEPS)]
    return Chart(
        [
            *levels,
            Line("path", "levels", color="muted", width=1, opacity=0.6),
            Dot("path", "levels", color="truth", size=4),
            Dot("x", 3, color="moved", size=7, drag=Drag("x", along="x")),
            *names,
        ],
        title="The four steps",
        x=Axis("value", domain=(-REACH, REACH)),
        y=Axis(domain=(-0.4, 3.5), ticks=()),
        height=320,
        alt="Four number lines one below the other: inputs, differences from the mean {mu:.2f}, normalized values "
        "and outputs of the batch {x}; a thin line joins the four positions of each example.",
    )


def _eps():
    return Chart(
        [
            Line(EPS_AXIS, "kept", color="batchnorm"),
            Rule(x="shown_var", color="predicted", label="ε equal to the variance"),
            Dot("shown_eps", "kept_now", color="moved", size=7, drag=Drag("eps", along="x")),
        ],
        title="When eps begins to matter",
        x=Axis("ε", log=True, domain=(1e-8, 100)),
        y=Axis("spread of x̂", domain=(0, 1.05)),
        height=200,
        alt="The spread of the normalized values against eps: nearly 1 as long as eps is far below the variance "
        "{variance:.3g}, falling around it; now {kept_now:.3f}.",
    )


def _table():
    wide = _grid(lambda step, i: (150 + 66 * i, 46 + 34 * step), lambda step: (10, 46 + 34 * step), 680, 170)
    narrow = _grid(lambda step, i: (75 + 78 * step, 50 + 28 * i), lambda step: (75 + 78 * step, 20), 350, 270, 12)
    bindings = []
    for step in range(4):
        for i in range(MOST):
            name = f"cell{step}_{i}"
            bindings += [
                Bind(name, "text", "table", index=step * MOST + i, format=".3g"),
                Bind(name, "hidden", "absent", index=i),
            ]
    return Diagram(
        *wide,
        bindings=bindings,
        narrow=Diagram(*narrow, alt=""),
        title="The same as numbers",
        alt="A table with one column for each example: the batch {x} and, below, its value after each step.",
    )


def _grid(cell_at, name_at, width, height, size=15):
    elements = []
    for step, name in enumerate(STEPS):
        x, y = name_at(step)
        anchor = "start" if x < 60 else "middle"
        elements.append(Label(f"name{step}", x, y, name, size=size, anchor=anchor, tone="muted"))
        for i in range(MOST):
            tone = "moved" if step == 0 else "ink"
            elements.append(Label(f"cell{step}_{i}", *cell_at(step, i), size=size, tone=tone))
    return width, height, elements
