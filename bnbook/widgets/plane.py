"""Two networks that divide the plane, side by side in the page."""

from bnbook.experiments import plane
from bnbook.widgets.laboratory import COLORS, NORMS
from explorable import Axis, Cases, Chart, Choice, Dot, Explorable, Line, Raster, Slider
from explorable.models import Program, Shuffled

STEPS = 2000
READINGS = {
    0: "Step {step}. Of 300 new points A puts {right_a:.0%} on the right side and B {right_b:.0%}.",
    1: "Step {step}. A diverged at step {diverged_a:d}; B puts {right_b:.0%} of 300 new points on the right side.",
    2: "Step {step}. B diverged at step {diverged_b:d}; A puts {right_a:.0%} of 300 new points on the right side.",
    3: "Step {step}. A diverged at step {diverged_a:d}, B at step {diverged_b:d}.",
}


def plane_laboratory():
    """Two networks, A and B, that learn which side of the plane a point belongs to."""
    return Explorable(
        key="plane",
        title="Two networks divide the plane",
        controls=_controls(),
        model=_model(),
        figures=[_picture("a"), _picture("b"), _over_time()],
        columns=3,
        wide=True,
        readout=Cases("stopped", READINGS),
        caption="The more a place is tinted, the surer the network is, in use, that a point there belongs to the side "
        "of the same color. The points are those that it learns from.",
    )


def _controls():
    return [
        Slider("step", "step", low=0, high=STEPS, step=1, start=0, play=20),
        Choice("norm_a", "network A", options=NORMS, start="none"),
        Choice("norm_b", "network B", options=NORMS, start="batch"),
        Slider("rate", "learning rate", low=0.001, high=10, log=True, per_decade=10, start=0.1, format=".2g"),
        Choice("problem", "the points", options={0: "two moons", 1: "two spirals"}, start=0),
        Slider("offset", "all points moved by", low=0, high=10, step=0.5, start=0),
        Slider("depth", "hidden layers", values=(1, 2, 3, 4), start=2, fold=True),
        Slider("width", "units in a layer", values=(8, 16, 32, 64), start=16, fold=True),
        Choice(
            "activation",
            "activation",
            options={"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh"},
            start="relu",
            fold=True,
        ),
        Slider("batch", "batch size", values=(2, 4, 8, 16, 32, 64, 150), start=32, fold=True),
        Slider("inertia", "momentum of SGD", values=(0.0, 0.5, 0.8, 0.9, 0.95), start=0.0, fold=True),
        Slider(
            "momentum", "momentum of the running statistics", values=(0.0, 0.01, 0.1, 0.5, 1.0), start=0.1, fold=True
        ),
        Slider("scale", "start weights times", values=(0.1, 0.25, 0.5, 1.0, 2.0, 4.0), start=1.0, fold=True),
        Slider("speed", "steps a second", values=(1, 2, 5, 10, 30, 60, 240), start=60, fold=True),
        Slider("seed", "seed", values=tuple(range(10)), start=0, fold=True),
    ]


def _model():
    return Program(
        plane.start,
        plane.step,
        plane.look,
        prepare=plane.prepare,
        data=plane.raw_data(),
        batches={"index": Shuffled("training", "batch")},
        structure=("norm", "depth", "activation"),
        sizes={"width": 8, "batch": 1},
        lanes={"a": {"norm": "norm_a"}, "b": {"norm": "norm_b"}},
        trail=("right", "own"),
        anew=("problem", "offset"),
        pace="speed",
        bound={"loss": 1e6},
        letting=plane.lab.LETTING,
    )


def _picture(lane):
    side = Axis("x", domain=(-plane.EDGE, plane.EDGE))
    return Chart(
        [
            Raster(
                f"side_{lane}",
                x=(-plane.EDGE, plane.EDGE),
                y=(-plane.EDGE, plane.EDGE),
                color="forward",
                smooth=True,
                opacity=0.6,
            ),
            Dot("first_x_a", "first_y_a", color="upstream", size=2.5),
            Dot("second_x_a", "second_y_a", color="forward", size=2.5),
        ],
        title=f"Network {lane.upper()}",
        x=side,
        y=Axis("y", domain=(-plane.EDGE, plane.EDGE)),
        height=300,
        alt=f"The plane, tinted by the side that network {lane.upper()} sees, after {{done_{lane}:d}} steps.",
    )


def _over_time():
    in_use = [Line(f"trail_steps_{k}", f"right_trail_{k}", color=c, label=k.upper()) for k, c in COLORS.items()]
    own = [
        Line(f"trail_steps_{k}", f"own_trail_{k}", color=c, dash="dots", label=f"{k.upper()}, by the points' own")
        for k, c in COLORS.items()
    ]
    return Chart(
        [*in_use, *own],
        title="New points on the right side",
        x=Axis("step", domain="window"),
        y=Axis("share", domain=(0.3, 1), format=".0%"),
        height=300,
        alt="Shares of new points on the right side, of both networks, over {done_a:d} and {done_b:d} steps.",
    )
