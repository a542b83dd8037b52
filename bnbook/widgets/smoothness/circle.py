"""One unit with two weights: the loss along the gradient, its curvature, and the nearest optimum."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import smoothness
from explorable import Arrow, Axis, Cases, Chart, Dot, Drag, Explorable, Line, Point, Slider, Symbolic, Text, Vector

REACH = 3
LENGTHS = np.linspace(0, 4, 61)  # how far the curves go along the negative gradient


def circle():
    """Whitened inputs, squared loss: the plain unit w against the normalized gamma w / |w|, one optimum t."""
    return Explorable(
        key="ray-and-circle",
        title="One unit, two weights",
        controls=[
            _point("w", "weights w", (-0.6, 1.6)),
            _point("t", "plain optimum t", (1.6, 1.4)),
            Slider("gamma", "γ (gamma)", low=0.2, high=3, step=0.1, start=1.2, format=".1f"),
        ],
        model=Symbolic(outputs(), constants={"turn": np.linspace(0, 2 * np.pi, 73), "length": LENGTHS}),
        figures=[_plane(), _curves()],
        columns=2,
        readout=Cases(
            "verdict",
            {
                0: _curvature("minus") + "The condition holds: the output overshoots.",
                1: _curvature("plus") + "The condition fails: the output falls short.",
                2: _curvature("plus") + "The condition fails, and no point of the ray is near w.",
                3: "Without a direction (w = 0) there is no gradient; without an optimum (t = 0) there is no ray.",
            },
        ),
        caption="Drag w and t in the first picture. Batch norm puts every w on the circle of radius γ and sees only "
        "its direction, so every point of the ray through t is as good as t. The arrows show the negative gradients of "
        "both networks; the cross is the point of the ray that is nearest to w. Second, the loss on the way along each "
        "network's own negative gradient; dashed, the parabola with the curvature of the theorem.",
    )


def _point(name, label, start):
    return Point(name, label, start=start, x=(-REACH, REACH), y=(-REACH, REACH), step=0.1, names=("first", "second"))


def _curvature(word):
    return (
        "Curvature along the gradient: plain 1, with batch norm {curvature:.3f}, which is {first:.3f} (γ²/σ²) "
        f"{word} {{size:.3f}}. "
    )


def outputs():
    """Losses |y - t|^2 / 2 with y = w or y = gamma w / |w|; inputs are whitened, so the spread of the unit is |w|.

    With h = 1 for the loss's own curvature and unit vectors u along the gradient, Theorem 4.2 reads
    u^T H u = gamma^2 / sigma^2 - gamma / sigma^2 <dy, xhat>, dy = gamma w / |w| - t.
    """
    w_x, w_y, t_x, t_y, gamma = sp.symbols("w_x w_y t_x t_y gamma")
    turn, length = Vector("turn", axis="turn"), Vector("length", axis="way")
    fine = sp.And(w_x**2 + w_y**2 > 0, t_x**2 + t_y**2 > 0)
    sigma = sp.sqrt(sp.Piecewise((w_x**2 + w_y**2, w_x**2 + w_y**2 > 0), (1, True)))
    square = sp.Piecewise((t_x**2 + t_y**2, t_x**2 + t_y**2 > 0), (1, True))
    out_x, out_y = w_x / sigma, w_y / sigma  # the direction of w, xhat of the theorem
    asked = out_x * t_x + out_y * t_y  # the scale that the loss asks for
    inner = smoothness.unit_overshoot(asked, gamma)  # <dy, xhat>
    across_x, across_y = t_x - asked * out_x, t_y - asked * out_y
    short = sp.sqrt(across_x**2 + across_y**2)
    slope = sp.sqrt(sp.Max(0, smoothness.unit_slope_square(asked, t_x**2 + t_y**2, gamma, sigma)))
    safe = sp.Piecewise((short, short > sp.Float("1e-9")), (1, True))
    down_x, down_y = across_x / safe, across_y / safe
    dot = w_x * t_x + w_y * t_y
    along_u, t_square = down_x * t_x + down_y * t_y, t_x**2 + t_y**2
    normalized, now = (
        smoothness.unit_loss_on_the_way(dot, along_u, t_square, sigma**2, gamma, far) for far in (length, 0)
    )
    first, second = gamma**2 / sigma**2, gamma / sigma**2 * inner
    curvature = smoothness.unit_curvature(asked, gamma, sigma)
    way = sp.sqrt((w_x - t_x) ** 2 + (w_y - t_y) ** 2)
    foot_x, foot_y = (smoothness.foot(dot, square) * t for t in (t_x, t_y))
    size = sp.sqrt(square)
    return {
        "circle_x": [gamma * sp.cos(turn)],
        "circle_y": [gamma * sp.sin(turn)],
        "ray_x": [0, 10 * t_x / size],
        "ray_y": [0, 10 * t_y / size],
        "out_x": gamma * out_x,
        "out_y": gamma * out_y,
        "spoke_x": [0, w_x],
        "spoke_y": [0, w_y],
        "foot_x": foot_x,
        "foot_y": foot_y,
        "near_x": [w_x, foot_x],
        "near_y": [w_y, foot_y],
        "plain_x": w_x + (t_x - w_x) / 2,
        "plain_y": w_y + (t_y - w_y) / 2,
        "own_x": w_x + slope * down_x,
        "own_y": w_y + slope * down_y,
        "plain": (way - length) ** 2 / 2,
        "normalized": normalized,
        "parabola": now - slope * length + curvature * length**2 / 2,
        "window": [0, sp.Float("1.15") * sp.Max(way**2 / 2, now, sp.Float("0.1"))],
        "curvature": curvature,
        "first": first,
        "second": second,
        "size": sp.Abs(second),
        "slope": slope,
        "far": way,
        "near": sp.sqrt(sp.Max(0, smoothness.foot_square(way**2, dot, square))),
        "ahead": sp.Piecewise((1, dot > 0), (0, True)),
        "verdict": sp.Piecewise((3, sp.Not(fine)), (2, dot <= 0), (0, inner >= 0), (1, True)),
    }


def _plane():
    return Chart(
        [
            Line("circle_x", "circle_y", color="batchnorm", width=1.5, opacity=0.7),
            Line("ray_x", "ray_y", color="batchnorm", width=5, opacity=0.3, label="optima with batch norm"),
            Line("spoke_x", "spoke_y", color="muted", width=1, dash=True),
            Line("near_x", "near_y", color="truth", width=1.5, dash=True, when="ahead"),
            Arrow("w_x", "w_y", "plain_x", "plain_y", color="plain", label="half a plain step"),
            Arrow("w_x", "w_y", "own_x", "own_y", color="batchnorm", label="a step with batch norm"),
            Dot("foot_x", "foot_y", color="truth", symbol="cross", size=6, when="ahead"),
            Dot("out_x", "out_y", color="batchnorm", size=5),
            Text("foot_x", "foot_y", "{near:.2f} from w", color="truth", dy=16, when="ahead"),
            Text("t_x", "t_y", "{far:.2f} from w", color="moved", dy=-19),
            Dot("t_x", "t_y", color="moved", size=7, symbol="diamond", drag=Drag("t")),
            Dot("w_x", "w_y", color="moved", size=7, drag=Drag("w")),
            Text("w_x", "w_y", "w", color="moved", dx=-14),
            Text("t_x", "t_y", "t", color="moved", dx=14),
        ],
        title="Weights, and what leaves the layer",
        x=Axis("first weight", domain=(-REACH, REACH)),
        y=Axis("second weight", domain=(-REACH, REACH)),
        height=340,
        aspect=1,
        alt="The weights w at ({w[0]}, {w[1]}) and the optimum t at ({t[0]}, {t[1]}); batch norm sees the point "
        "({out_x:.2f}, {out_y:.2f}) on the circle of radius {gamma}. The point of the ray nearest to w is "
        "({foot_x:.2f}, {foot_y:.2f}).",
    )


def _curves():
    return Chart(
        [
            Line(LENGTHS, "plain", color="plain", label="plain"),
            Line(LENGTHS, "parabola", color="predicted", dash=True, label="curvature of the theorem"),
            Line(LENGTHS, "normalized", color="batchnorm", label="batch norm"),
        ],
        direct=True,
        title="The loss along the negative gradient",
        x=Axis("distance", domain=(0, 4)),
        y=Axis("loss", domain="window"),
        height=340,
        alt="Loss against distance. Plain: a parabola of curvature 1. Batch norm: slope {slope:.3f} and curvature "
        "{curvature:.3f} at the start.",
    )
