"""One loss in two pictures: over the weights, and over their direction and length."""

import numpy as np
import sympy as sp

from bnbook.widgets.reparam import plane
from explorable import Axis, Chart, Choice, Dot, Drag, Explorable, Line, Point, Rule, Slider, Symbolic, Vector
from explorable.models import maximum

REACH = 3  # the picture of the weights goes from -REACH to REACH
LONGEST = 6  # length of the diamond
LEVELS = (0.1, 0.5, 1.5, 3.5, 8.0, 16.0)  # of the loss above its minimum
AROUND = np.linspace(-179.9, 179.9, 61)  # along a level line
ANGLES = np.linspace(-180, 180, 181)
KINDS = {
    plane.BATCH_NORM: "batch norm: length by S",
    plane.WEIGHT_NORM: "weight norm: length by I",
    plane.WHITENED: "whitening: both by S",
}
# Half a turn, with the sign of the length changed, is the same weights; and so is a whole one. Three copies and a
# fourth, a whole turn back or on, fill the picture wherever the best weights lie.
HALF_TURNS = (-1, 0, 1)
SIGNS = (1, 0, 1, 0)  # of the length, for each copy: level_length1 is -level_length0


def two_pictures():
    """Least squares in the plane, over the weights and over (direction, length), with one point to hold in each."""
    return Explorable(
        key="two-pictures",
        title="Two pictures of one loss",
        wide=True,
        controls=controls(),
        model=Symbolic(outputs(), constants={"level": np.sqrt(LEVELS), "around": AROUND, "phi": ANGLES}),
        figures=[_over_weights(), _over_coordinates(), _on_circle(), _over_directions()],
        columns=2,
        readout="The round point lies {loss:.3f} above the minimum. The best length in its direction, {angle:.0f}°, is "
        "{best:.2f} and leaves {least:.3f}; the diamond has {other_loss:.3f}.",
        caption="Above, level lines of the same loss, over the two weights and over their direction and length. Drag "
        "the round point or the best weights (plus) in the first picture, the diamond in the second; each is in both. "
        "The blue curve joins the best points of all directions. Below, the loss that is left on it: as the height "
        "above the circle of directions (plus, nothing), and over the angle.",
    )


def controls():
    """Three sliders and choices in view; the points are dragged, and typed in the fold."""
    square = (-REACH, REACH)
    diamond = {"x": (-180, 180), "y": (-LONGEST, LONGEST), "names": ("direction", "length")}
    return [
        Choice("kind", "direction and length as in", options=KINDS, start=plane.BATCH_NORM),
        Slider("condition", "condition number of S", low=1, high=50, log=True, start=10, format=".3g"),
        Slider("turn", "main direction of S", low=-90, high=90, step=5, start=-30, unit="°"),
        Point("weights", "round point", start=(2.2, -1.0), x=square, y=square, step=0.05, fold=True),
        Point("target", "best weights", start=(1.5, 1.2), x=square, y=square, step=0.05, fold=True),
        Point("held", "diamond", start=(120, 1.5), step=0.1, fold=True, **diamond),
    ]


def outputs():
    """Everything that the four charts draw, as functions of the controls."""
    target = plane.aside(plane.vector(*sp.symbols("target_x target_y")))
    loss = plane.Quadratic(*sp.symbols("condition turn"), target, sp.Symbol("kind"))
    weights = plane.vector(*sp.symbols("weights_x weights_y"))
    angle, length = loss.coordinates(weights)
    held_angle, held_length = sp.symbols("held_x held_y")
    other = held_length * loss.direction(held_angle)
    best_weights = loss.best_length(angle) * loss.direction(angle)
    ray = plane.unit(plane.angle_of(loss.direction(angle)))
    best_angle, best_length = loss.coordinates(target)
    phi = Vector("phi", axis="phi")
    highest = maximum(sp.Abs(loss.best_length(phi)))
    extent = sp.Max(1.4 * highest, 1.1 * length, sp.Rational(1, 2))
    return {
        **_level_lines(loss),
        **_curves(loss, phi, angle),
        "angle": angle,
        "length": length,
        "loss": loss.excess(weights),
        "best": loss.best_length(angle),
        "least": loss.reduced(angle),
        "best_x": best_weights[0],
        "best_y": best_weights[1],
        "ray_x": [-2 * REACH * ray[0], 2 * REACH * ray[0]],
        "ray_y": [-2 * REACH * ray[1], 2 * REACH * ray[1]],
        "other_x": other[0],
        "other_y": other[1],
        "other_loss": loss.excess(other),
        "best_angles": [best_angle - 360, best_angle - 180, best_angle, best_angle + 180, best_angle + 360],
        "best_lengths": [best_length, -best_length, best_length, -best_length, best_length],
        "extent": [-extent, extent],
    }


def _level_lines(loss):
    """The level lines (level, around) in both pictures; in the right one with their copies at half turns."""
    level, around = Vector("level", axis="level"), Vector("around", axis="around")
    line = loss.ring(level, around)
    angle, (_, length) = loss.unwound(line), loss.coordinates(line)
    turns = [180 * n for n in HALF_TURNS] + [-360 * sp.sign(loss.coordinates(loss.target)[0])]
    copies = {f"level_angle{k}": angle + turn for k, turn in enumerate(turns)}
    return {"level_x": line[0], "level_y": line[1], **copies, "level_length0": length, "level_length1": -length}


def _curves(loss, phi, angle):
    """The best points of all directions in both pictures, and the loss that is left there."""
    around = Vector("around", axis="around")
    radius = sp.sqrt(loss.excess(sp.zeros(2, 1))) / 2
    thales = loss.ring(radius, around, middle=sp.Rational(1, 2))
    share = loss.reduced(phi) / sp.Max(loss.excess(sp.zeros(2, 1)), sp.Float("1e-9"))
    own = loss.reduced(angle) / sp.Max(loss.excess(sp.zeros(2, 1)), sp.Float("1e-9"))
    e, here, valley = plane.unit(phi), plane.unit(angle), plane.unit(loss.coordinates(loss.target)[0])
    return {
        "thales_x": thales[0],
        "thales_y": thales[1],
        "best_curve": loss.best_length(phi),
        "left": loss.reduced(phi),
        "left_x": (1 + share) * e[0],
        "left_y": (1 + share) * e[1],
        "valley_x": [valley[0], -valley[0]],
        "valley_y": [valley[1], -valley[1]],
        "here_x": here[0],
        "here_y": here[1],
        "spoke_x": [here[0], (1 + own) * here[0]],
        "spoke_y": [here[1], (1 + own) * here[1]],
    }


def _over_weights():
    axis = {"domain": (-REACH, REACH), "ticks": (-2, 0, 2)}
    return Chart(
        [
            Line("level_x", "level_y", color="muted", width=1, opacity=0.6, label="equal loss"),
            Line("ray_x", "ray_y", color="moved", width=1, dash=True),
            Line("thales_x", "thales_y", color="batchnorm", width=2.5, label="best of each direction"),
            Dot(0, 0, color="ink", size=3),
            Dot("best_x", "best_y", color="batchnorm", size=5),
            Dot("other_x", "other_y", color="moved", size=6, symbol="diamond", label="moved in the second"),
            Dot(
                "target_x",
                "target_y",
                color="truth",
                size=7,
                symbol="plus",
                drag=Drag("target", along="xy"),
                label="best weights",
            ),
            Dot("weights_x", "weights_y", color="moved", size=7, drag=Drag("weights", along="xy"), label="moved here"),
        ],
        title="Over the weights",
        x=Axis("first weight", **axis),
        y=Axis("second weight", **axis),
        height=330,
        aspect=1,
        alt="Level lines, ellipses around the best weights {target}. The round point at {weights} has a loss of "
        "{loss:.3f} above the minimum; the diamond is at ({other_x:.2f}, {other_y:.2f}). An ellipse through 0 and "
        "the best weights joins the best points of all directions.",
    )


def _over_coordinates():
    copies = [
        Line(f"level_angle{k}", f"level_length{sign}", color="muted", width=1, opacity=0.6)
        for k, sign in enumerate(SIGNS)
    ]
    return Chart(
        [
            *copies,
            Rule(x="angle", color="moved", width=1),
            Line(ANGLES, "best_curve", color="batchnorm", width=2.5, label="best length"),
            Dot("best_angles", "best_lengths", color="truth", size=7, symbol="plus", label="best weights"),
            Dot("angle", "best", color="batchnorm", size=5),
            Dot("angle", "length", color="moved", size=7, label="moved in the first"),
            Dot(
                "held_x",
                "held_y",
                color="moved",
                size=6,
                symbol="diamond",
                drag=Drag("held", along="xy"),
                label="moved here",
            ),
        ],
        title="Over direction and length",
        x=DIRECTION,
        y=Axis("length g", domain="extent"),
        height=330,
        alt="The same level lines over direction and length. The round point is at {angle:.0f} degrees and length "
        "{length:.2f}, the diamond at {held}. A curve shows the best length of every direction; it is {best:.2f} at "
        "the round point's.",
    )


DIRECTION = Axis("direction", unit="°", domain=(-180, 180), ticks=(-180, -90, 0, 90, 180), format="d")


def _on_circle():
    circle = np.linspace(0, 2 * np.pi, 73)
    axis = {"domain": (-2.15, 2.15), "ticks": ()}
    return Chart(
        [
            Line(np.cos(circle), np.sin(circle), color="muted", width=1),
            Line("left_x", "left_y", color="batchnorm", width=2.5),
            Dot("valley_x", "valley_y", color="truth", size=6, symbol="plus"),
            Line("spoke_x", "spoke_y", color="moved", width=2.5),
            Dot("here_x", "here_y", color="moved", size=6),
        ],
        title="What is left, around the circle",
        x=Axis(**axis),
        y=Axis(**axis),
        height=250,
        aspect=1,
        alt="The circle of directions and, above it, the loss that is left at the best length: nothing in two opposite "
        "directions, and most in two between; {least:.3f} at the round point's direction of {angle:.0f} degrees.",
    )


def _over_directions():
    return Chart(
        [
            Line(ANGLES, "left", color="batchnorm", width=2.5),
            Rule(x="angle", color="moved", width=1),
            Dot("angle", "least", color="moved", size=6),
        ],
        title="What is left, over the angle",
        x=DIRECTION,
        y=Axis("loss above the minimum"),
        height=250,
        alt="The loss that is left at the best length, against the direction: 0 at the best weights' direction and at "
        "the opposite one; {least:.3f} at {angle:.0f} degrees.",
    )
