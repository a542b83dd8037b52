"""One normalized neuron with two weights: its loss does not see their length, and gradient descent only adds to it."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import invariance, reparam
from bnbook.proofs.formulas.inner import written_out
from bnbook.widgets.reparam import plane
from explorable import (
    Arrow,
    Axis,
    Chart,
    Dot,
    Drag,
    Explorable,
    Line,
    Point,
    Recurrence,
    Rule,
    Slider,
    Symbolic,
    Vector,
)
from explorable.models import component, maximum, mean, position

LENGTH = 101  # entries of a path: the start and 100 steps
BEST = 35  # direction of the best weights, degrees
REACH = 3  # the start lies in -REACH .. REACH
CIRCLE = np.linspace(0, 360, 73)
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10)
EPS_STOPS = (0, 0.001, 0.01, 0.03, 0.1, 0.3, 1)
DECAYS = (0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1)  # times RATES at most 1: decay alone never turns the weights over


def one_neuron():
    """Gradient descent on two weights of a unit with batch norm on white inputs, gamma fixed at 1."""
    square = (-REACH, REACH)
    noise = np.round(np.random.default_rng(0).normal(size=LENGTH), 3)
    return Explorable(
        key="one-neuron",
        title="One neuron on the circle",
        wide=True,
        controls=[
            Slider("step", "step", values=range(LENGTH), start=3, play=10),
            Slider("lr", "learning rate η", values=RATES, start=0.3),
            Slider("decay", "weight decay λ", values=DECAYS, start=0),
            Slider("eps", "ε (eps)", values=EPS_STOPS, start=0),
            Slider("noise", "noise of the mini-batches", low=0, high=60, step=5, start=0, unit="°"),
            Point("start", "start", start=(-0.6, 0.6), x=square, y=square, step=0.05, fold=True),
        ],
        model=Symbolic(
            outputs(),
            constants={"noise_drawn": noise, "circle": CIRCLE},
            recurrences=[Recurrence(axis="t", steps=LENGTH, state=_states())],
        ),
        figures=[_plane(), _length(), _effective(), _angle()],
        columns=2,
        readout="At step {step} the gradient has length {grad_now:.3f}, {radial_now:.3f} of it along the weights; "
        "their squared length goes from {square_now:.3f} to {square_next:.3f}.",
        caption="First, the two weights and their path. The loss sees only their direction; the dashed ray is the "
        "best one. The arrow is the gradient's step. Second, their length; then the effective step η/‖w‖² and the "
        "angle that is still to go. Drag the start.",
    )


W = plane.vector(Vector("w_first", axis="t"), Vector("w_second", axis="t"))


def gradient(w, best):
    """Gradient by w of |w~ - best|^2, where w~ = w / sqrt(|w|^2 + eps) and best is a vector of length 1."""
    eps = sp.Symbol("eps")
    off = 2 * (reparam.normalized(w, 1, 1, written_out, eps) - best)
    return reparam.normalized_gradient(w, 1, off, 1, written_out, eps)


def _best_of_batch():
    """The best direction for the mini-batch of each step, turned at random by the noise."""
    return plane.unit(BEST + sp.Symbol("noise") * Vector("noise_drawn", axis="t"))


def _states():
    lr, decay = sp.symbols("lr decay")
    start = plane.aside(plane.vector(*sp.symbols("start_x start_y")), "0.05")
    following = (1 - lr * decay) * W - lr * gradient(W, _best_of_batch())
    return {W[k]: (start[k], following[k]) for k in (0, 1)}


def outputs():
    """The path up to the chosen step, and lengths, effective steps and angles of all steps."""
    step, lr, decay, eps = sp.symbols("step lr decay eps")
    t, best = position("t"), _best_of_batch()
    length = sp.sqrt(written_out(W, W))
    grad = gradient(W, best)
    grad_square = written_out(grad, grad)
    unit_square = grad_square * written_out(W, W)  # the square of the gradient at length 1, for eps = 0
    now, grad_now = (plane.vector(*(component(part, step) for part in v)) for v in (W, grad))
    after = now - lr * grad_now
    square = written_out(now, now)
    effective = invariance.effective_step(lr, length)
    balance = invariance.equilibrium_fourth(lr, decay, sp.sqrt(mean(unit_square))) ** sp.Rational(1, 4)
    reach = sp.Max(sp.Rational(23, 20) * maximum(length), sp.Rational(6, 5))
    angle = plane.angle_from(W, BEST) - BEST
    circle = plane.unit(Vector("circle", axis="circle"))
    ray = plane.unit(sp.Integer(BEST))
    return {
        "path_x": sp.Piecewise((W[0], t <= step), (now[0], True)),
        "path_y": sp.Piecewise((W[1], t <= step), (now[1], True)),
        "now_x": now[0],
        "now_y": now[1],
        "after_x": after[0],
        "after_y": after[1],
        "circle_x": sp.sqrt(square) * circle[0],
        "circle_y": sp.sqrt(square) * circle[1],
        "ray_x": [0, 2 * reach * ray[0]],
        "ray_y": [0, 2 * reach * ray[1]],
        "window": [-reach, reach],
        "length": length,
        "length_now": component(length, step),
        "effective": effective,
        "effective_now": component(effective, step),
        "angle": angle,
        "angle_now": component(angle, step),
        "grad_now": sp.sqrt(written_out(grad_now, grad_now)),
        "radial_now": invariance.radial_slope(now, grad_now, written_out) / sp.sqrt(square),
        "square_now": square,
        "square_next": (1 - lr * decay) ** 2 * square
        - 2 * (1 - lr * decay) * lr * invariance.radial_slope(now, grad_now, written_out)
        + lr**2 * written_out(grad_now, grad_now),
        "growth": lr**2 * written_out(grad_now, grad_now),
        "balance": sp.Piecewise((balance, decay > 0), (0, True)),
        "balanced": sp.Piecewise((1, sp.And(decay > 0, sp.Symbol("noise") > 0, eps < sp.Float("1e-6"))), (0, True)),
    }


def _plane():
    axis = {"domain": "window", "ticks": 3}
    return Chart(
        [
            Line("circle_x", "circle_y", color="grid", width=1.5),
            Line("ray_x", "ray_y", color="truth", width=1.5, dash=True, label="the best direction"),
            Line("path_x", "path_y", color="batchnorm", width=1.5),
            Dot("path_x", "path_y", color="batchnorm", size=2.5),
            Arrow("now_x", "now_y", "after_x", "after_y", color="upstream", label="−η times the gradient"),
            Dot(0, 0, color="ink", size=3),
            Dot("start_x", "start_y", color="moved", size=7, drag=Drag("start", along="xy")),
        ],
        title="The two weights",
        x=Axis("first weight", **axis),
        y=Axis("second weight", **axis),
        height=320,
        aspect=1,
        alt="The path of two weights from {start}. At step {step} they are at ({now_x:.2f}, {now_y:.2f}), on a circle "
        "of radius {length_now:.2f}; an arrow shows the gradient's step to ({after_x:.2f}, {after_y:.2f}).",
    )


STEPS = np.arange(LENGTH)


def _over_steps(title, label, name, extra, alt, height=220, **axis):
    return Chart(
        [*extra, Line(STEPS, name, color="batchnorm"), Rule(x="step", color="moved", dash=False)],
        title=title,
        x=Axis("step", domain=(0, LENGTH - 1)),
        y=Axis(label, **axis),
        height=height,
        alt=alt,
    )


def _length():
    balance = Rule(y="balance", color="predicted", when="balanced", label="predicted balance")
    return _over_steps(
        "Their length",
        "‖w‖",
        "length",
        [balance],
        "The length of the weights against the step: {length_now:.3f} at step {step}.",
        height=320,
    )


def _effective():
    limit = [Rule(y=1, color="predicted", label="above it the best direction is unstable")]
    return _over_steps(
        "The effective step",
        "η/‖w‖²",
        "effective",
        limit,
        "The effective step against the step, on a logarithmic axis: {effective_now:.3g} at step {step}.",
        log=True,
    )


def _angle():
    return _over_steps(
        "Still to go",
        "angle (°)",
        "angle",
        [],
        "The angle between the weights and the best direction: {angle_now:.1f} degrees at step {step}.",
        domain=(-180, 180),
        ticks=(-180, -90, 0, 90, 180),
    )
