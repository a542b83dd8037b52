"""Gradient descent, its accelerated form and GDNP on one least squares problem in the plane."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import reparam
from bnbook.proofs.formulas.inner import written_out
from bnbook.widgets.reparam import plane
from explorable import (
    Axis,
    Chart,
    Choice,
    Dot,
    Drag,
    Explorable,
    Line,
    Point,
    Recurrence,
    Rule,
    Slider,
    Symbolic,
    Toggle,
    Vector,
)
from explorable.models import component, position

REACH = 3
LENGTH = 201  # entries of a path: the start and 200 steps
LEVELS = (0.1, 0.5, 1.5, 4.0, 9.0)  # of the loss above its minimum
AROUND = np.linspace(-180, 180, 61)
TURN = -30  # direction in which the inputs vary most, degrees
METHODS = {"gd": "gradient descent", "agd": "Nesterov", "gdnp": "GDNP"}
COLORS = {"gd": "plain", "agd": "accelerated", "gdnp": "batchnorm"}
FLOOR = sp.Float("1e-30")  # keeps an error of exactly 0 on a logarithmic axis
NEARLY_ZERO = sp.Float("1e-9")


def three_ways_down():
    """The three paths over level lines, and how far each is above the minimum after every step."""
    square = (-REACH, REACH)
    return Explorable(
        key="three-ways",
        title="Three ways down",
        controls=[
            Slider("condition", "condition number of S", low=1, high=1000, log=True, start=10, format=".4g"),
            Slider("step", "steps taken", values=(*range(21), *range(25, LENGTH, 5)), start=4, play=8),
            Choice(
                "best", "step of gradient descent", options={0: "1/(2 λmax), as GDNP", 1: "1/(λmax + λmin)"}, start=0
            ),
            Toggle("rescaled", "gradient descent with the best length after each step", start=False),
            Point("start", "start", start=(-0.2, -2.6), x=square, y=square, step=0.05, fold=True),
            Point("target", "best weights", start=(1.5, 1.2), x=square, y=square, step=0.05, fold=True),
        ],
        model=Symbolic(
            outputs(),
            constants={"level": np.sqrt(LEVELS), "around": AROUND},
            recurrences=[Recurrence(axis="t", steps=LENGTH, state=_states())],
        ),
        figures=[_paths(), _errors()],
        columns=2,
        wide=True,
        readout="After {step} steps, above the minimum: gradient descent {error_gd_now:.2g}, Nesterov "
        "{error_agd_now:.2g}, GDNP {error_gdnp_now:.2g}, which shrinks by {rate:.3f} a step; promised {promised:.3f}.",
        caption="First, the paths over the level lines; GDNP begins with the best length on the line of the start and "
        "walks on the blue ellipse. Second, the loss above its minimum. Drag the start (round) and the best weights "
        "(plus). With the switch on, crosses show gradient descent that takes the best length after each step.",
    )


def problem():
    """The `Quadratic` of the controls, with its largest and least eigenvalue."""
    condition = sp.Symbol("condition")
    target = plane.aside(plane.vector(*sp.symbols("target_x target_y")))
    loss = plane.Quadratic(condition, sp.Integer(TURN), target, sp.Integer(plane.BATCH_NORM))
    return loss, sp.sqrt(condition), 1 / sp.sqrt(condition)


def path(name):
    """The two states of a path."""
    return plane.vector(Vector(f"{name}_first", axis="t"), Vector(f"{name}_second", axis="t"))


def _states():
    """Every path with its start and its next step."""
    loss, largest, least = problem()
    start = plane.aside(plane.vector(*sp.symbols("start_x start_y")))
    half = 1 / (2 * largest)
    rate = sp.Piecewise((1 / (largest + least), sp.Symbol("best") > sp.Rational(1, 2)), (half, True))
    root = sp.sqrt(largest / least)
    momentum = (root - 1) / (root + 1)
    gd, agd, ahead, w, rescaled = (path(name) for name in ("gd", "agd", "ahead", "w", "rescaled"))
    agd_next = _descend(ahead, loss, half)
    direction = plane.unit(plane.angle_of(start))
    states = [
        (gd, start, _descend(gd, loss, rate)),
        (agd, start, agd_next),
        (ahead, start, agd_next + momentum * (agd_next - agd)),
        (w, direction, _where_defined(w, reparam.gdnp_step(w, loss.u, loss.s, written_out, largest), loss)),
        (rescaled, at_best_length(direction, loss), at_best_length(_descend(rescaled, loss, half), loss)),
    ]
    return {state[k]: (first[k], then[k]) for state, first, then in states for k in (0, 1)}


def _descend(v, loss, rate):
    return reparam.descent_step(v, loss.u, loss.s, rate)


def _where_defined(w, following, loss):
    """The step, except where u^T w = 0: there the theorem asks for another start, and GDNP stays."""
    there = sp.Abs(written_out(loss.u, w)) > NEARLY_ZERO
    return plane.vector(*(sp.Piecewise((after, there), (now, True)) for after, now in zip(following, w, strict=True)))


def at_best_length(w, loss):
    """The weights in direction w that have the best length; 0 for w = 0."""
    square = sp.Max(written_out(w, loss.s * w), FLOOR)
    return -written_out(loss.u, w) / square * w


def outputs():
    """Paths up to the chosen step, errors of all steps, and the theorem's bound."""
    loss, largest, least = problem()
    step, t = sp.Symbol("step"), position("t")
    weights = {"gd": path("gd"), "agd": path("agd"), "gdnp": at_best_length(path("w"), loss), "gl": path("rescaled")}
    results = {}
    for name, v in weights.items():
        error = sp.Max(loss.excess(v), FLOOR)
        for part, values in zip("xy", v, strict=True):
            results[f"{name}_{part}"] = sp.Piecewise((values, t <= step), (component(values, step), True))
        if name in METHODS:
            results |= {f"error_{name}": error, f"error_{name}_now": component(error, step) - FLOOR}
            results |= {f"{name}_now_{part}": component(values, step) for part, values in zip("xy", v, strict=True)}
    error = results["error_gdnp"]
    around = Vector("around", axis="around")
    line = loss.ring(Vector("level", axis="level"), around)
    thales = loss.ring(sp.sqrt(loss.excess(sp.zeros(2, 1))) / 2, around, middle=sp.Rational(1, 2))
    return {
        **results,
        "error_rescaled": sp.Max(loss.excess(weights["gl"]), FLOOR),
        "bound": sp.Max(reparam.theorem_factor(t, least, largest) * component(error, 0), FLOOR),
        "promised": (1 - least / largest) ** 2,
        "rate": (component(error, step) / component(error, 0)) ** (1 / sp.Max(step, 1)),
        "level_x": line[0],
        "level_y": line[1],
        "thales_x": thales[0],
        "thales_y": thales[1],
    }


def _paths():
    axis = {"domain": (-REACH, REACH), "ticks": (-2, 0, 2)}
    return Chart(
        [
            Line("level_x", "level_y", color="muted", width=1, opacity=0.5),
            Line("thales_x", "thales_y", color="batchnorm", width=1, opacity=0.7),
            *(Line(f"{name}_x", f"{name}_y", color=COLORS[name], width=1.5, label=METHODS[name]) for name in METHODS),
            *(Dot(f"{name}_x", f"{name}_y", color=COLORS[name], size=2.5) for name in METHODS),
            Dot("gl_x", "gl_y", color="moved", size=4, symbol="cross", when="rescaled", label="descent, best length"),
            Dot("target_x", "target_y", color="truth", size=7, symbol="plus", drag=Drag("target", along="xy")),
            Dot("start_x", "start_y", color="moved", size=7, drag=Drag("start", along="xy")),
        ],
        title="Over the weights",
        x=Axis("first weight", **axis),
        y=Axis("second weight", **axis),
        height=340,
        aspect=1,
        alt="Paths from {start} towards the best weights {target} over level lines. After {step} steps gradient "
        "descent is at ({gd_now_x:.2f}, {gd_now_y:.2f}), Nesterov's method at ({agd_now_x:.2f}, {agd_now_y:.2f}), GDNP "
        "at ({gdnp_now_x:.2f}, {gdnp_now_y:.2f}).",
    )


def _errors():
    steps = np.arange(LENGTH)
    return Chart(
        [
            Line(steps, "bound", color="predicted", dash=True, label="promised to GDNP"),
            *(Line(steps, f"error_{name}", color=COLORS[name], label=METHODS[name]) for name in METHODS),
            Line(steps, "error_rescaled", color="moved", dash=True, when="rescaled", label="descent, best length"),
            Rule(x="step", color="moved", dash=False),
        ],
        title="How far above the minimum",
        x=Axis("steps", domain=(0, LENGTH - 1)),
        y=Axis("loss above the minimum", log=True, domain=(1e-12, 100)),
        height=340,
        alt="The loss above its minimum against the steps, on a logarithmic axis: after {step} steps gradient descent "
        "{error_gd_now:.2g}, Nesterov {error_agd_now:.2g}, GDNP {error_gdnp_now:.2g}.",
    )
