"""The gradient of three examples, drawn in the plane of vectors whose sum is zero."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import gradient, transform
from explorable import (
    Arrow,
    Axis,
    Cases,
    Chart,
    Dot,
    Drag,
    Explorable,
    Line,
    Numbers,
    Rule,
    Slider,
    Symbolic,
    Text,
    Vector,
)
from explorable.models import component, mean, total

M = 3
EPS_STOPS = (0, *(float(f"{a}e{b}") for b in range(-2, 2) for a in (1, 2, 5)), 100)
# An orthonormal basis of the plane: example 1 points to the right, along the line that the chart draws at 0.
ACROSS = np.array([2, -1, -1]) / np.sqrt(6)
UP = np.array([0, 1, -1]) / np.sqrt(2)
LONGEST = np.sqrt(M)  # |xhat| at eps = 0
REACH = 3.4  # half the height of the picture
INPUT, UPSTREAM, RESULT = 3, 2, 1  # heights of the three number lines
COLORS = {INPUT: "moved", UPSTREAM: "upstream", RESULT: "truth"}


def geometry():
    """Move three inputs and three upstream gradients; two directions of the latter are removed, up to eps."""
    return Explorable(
        key="geometry",
        title="What is left of the upstream gradient",
        controls=[
            _three("x", "inputs x", (-2, 1, 4), 5),
            _three("dy", "upstream gradient dy", (1.5, 1, -1), 2),
            Slider("eps", "ε (eps)", values=EPS_STOPS, start=0, format=".3g"),
        ],
        model=Symbolic(outputs(), constants={"across": ACROSS, "up": UP}),
        figures=[_lines(), _plane()],
        columns=2,
        readout=Cases(
            "problem",
            {
                0: "dx = ({dx[0]:+.3f}, {dx[1]:+.3f}, {dx[2]:+.3f}), of length {length:.3f}; without mean and spread "
                "{naive:.3f}. Along x̂ {leak:.1f}% comes through (κ), along (1, 1, 1) nothing.",
                1: "The three inputs agree and ε is 0: the spread is 0, and there is no gradient.",
            },
        ),
        caption="First, the numbers; drag the upper two rows. Second, the same as arrows in the plane of all triples "
        "that add up to 0: the normalized inputs x̂, the upstream gradient without its mean, and what is left of it, "
        "which is dx up to the factor 1/s. The dashed line is at right angles to x̂.",
    )


def _three(name, label, start, reach):
    limits = {"low": -reach, "high": reach, "step": 0.1, "min_count": M, "max_count": M}
    return Numbers(name, label, start=start, paste=False, **limits)


def outputs():
    """Every arrow of the picture; all zero for a constant batch at eps = 0, which has no gradient."""
    eps, x, dy = sp.Symbol("eps"), Vector("x"), Vector("dy")
    across, up = Vector("across"), Vector("up")
    step = transform.steps(x, mean, 1, 0, eps)
    whole = step["var"] + eps

    def safe(value):
        return sp.Piecewise((value, whole > 0), (0, True))

    def place(vector):
        return [total(across * vector, "batch"), total(up * vector, "batch")]

    xhat, s = safe(step["xhat"]), sp.sqrt(whole)
    left = safe(gradient.dx_means(dy, xhat, 1, 1, mean))  # dx in units of 1 / s
    dx = safe(left / s)
    xhat_across, xhat_up = place(xhat)
    length = sp.Max(sp.sqrt(xhat_across**2 + xhat_up**2), sp.Float("1e-9"))
    centered = place(dy - mean(dy))
    result = place(left)
    return {
        "dx": [component(dx, i, 0) for i in range(M)],
        **{f"dx{i + 1}": component(dx, i, 0) for i in range(M)},
        "length": sp.sqrt(total(dx**2)),
        "naive": safe(sp.sqrt(total(dy**2)) / s),
        "leak": safe(100 * transform.kappa(step["var"], eps)),
        "xhat_across": xhat_across,
        "xhat_up": xhat_up,
        "upstream_across": centered[0],
        "upstream_up": centered[1],
        "left_across": result[0],
        "left_up": result[1],
        "removed_across": [centered[0], result[0]],
        "removed_up": [centered[1], result[1]],
        "free_across": [sign * 2 * REACH * xhat_up / length for sign in (-1, 1)],
        "free_up": [sign * -2 * REACH * xhat_across / length for sign in (-1, 1)],
        "problem": sp.Piecewise((0, whole > 0), (1, True)),
    }


def _lines():
    names = {INPUT: "inputs x", UPSTREAM: "upstream gradient dy", RESULT: "gradient dx"}
    marks = [Rule(y=height, color="grid", dash=False, width=1) for height in names]
    marks += [Text(-5, height, name, color="muted", anchor="start", dy=-24) for height, name in names.items()]
    for height, values in ((INPUT, "x"), (UPSTREAM, "dy"), (RESULT, "dx")):
        drag = Drag(values, along="x") if height != RESULT else None
        marks += [
            Dot(values, height, color=COLORS[height], size=7 if drag else 5, drag=drag),
        ]
        marks += _numbered(values, height)
    return Chart(
        marks,
        title="Three examples",
        x=Axis("value", domain=(-5, 5)),
        y=Axis(domain=(0.5, 3.6), ticks=()),
        height=320,
        alt="Three number lines: the inputs {x}, the upstream gradients {dy}, and the gradients by the inputs, "
        "{dx:.2f}.",
    )


def _numbered(values, height):
    """The number of each example at its dot. Gradients may lie close together, so theirs stand at three heights."""
    if height != RESULT:
        return [Text(values, height, [str(i + 1) for i in range(M)], color=COLORS[height], dy=18)]
    return [Text(f"dx{i + 1}", height, str(i + 1), color=COLORS[height], dy=dy) for i, dy in enumerate((-15, 17, 32))]


def _plane():
    turn = np.linspace(0, 2 * np.pi, 73)
    axes = [(float(a), float(b)) for a, b in np.transpose([ACROSS, UP]) / np.hypot(ACROSS, UP)[:, None]]
    far = 2 * REACH
    marks = [Line([-far * a, far * a], [-far * b, far * b], color="grid", width=1) for a, b in axes]
    marks += [Text(3 * a, 3 * b, str(i + 1), color="muted", dx=9, dy=-9) for i, (a, b) in enumerate(axes)]
    marks += [
        Line(LONGEST * np.cos(turn), LONGEST * np.sin(turn), color="muted", width=1, opacity=0.7),
        Line("free_across", "free_up", color="predicted", dash=True, width=1.5, label="at right angles to x̂"),
        Line("removed_across", "removed_up", color="muted", dash=True, width=1.5),
        Arrow(0, 0, "xhat_across", "xhat_up", color="batchnorm", label="x̂"),
        Arrow(0, 0, "upstream_across", "upstream_up", color="upstream", label="dy without its mean"),
        Arrow(0, 0, "left_across", "left_up", color="truth", label="s · dx", width=3),
        Text("xhat_across", "xhat_up", "x̂", color="batchnorm", dx=12, dy=12),
        Text("upstream_across", "upstream_up", "dy", color="upstream", dx=14, dy=-4),
        Text("left_across", "left_up", "s dx", color="truth", dx=-20, dy=4),
    ]
    return Chart(
        marks,
        title="The plane of sum zero",
        x=Axis(domain=(-REACH, REACH), ticks=()),
        y=Axis(domain=(-REACH, REACH), ticks=()),
        height=320,
        aspect=1,
        alt="A plane with a circle of radius 1.73, on which x̂ ends if ε is 0. The upstream gradient without its mean "
        "points to ({upstream_across:.2f}, {upstream_up:.2f}); what is left of it points to ({left_across:.2f}, "
        "{left_up:.2f}).",
    )
