"""The folds of a small network, and the points they move onto."""

from bnbook.experiments import folds as plane
from explorable import Axis, Chart, Choice, Contour, Dot, Explorable, Line, Rule, Slider
from explorable.models import Program

WINDOW = (-plane.REACH, plane.REACH)
STEPS = 200
# The same numbers by NumPy, for the settings that held from the start.
PYTHON = """\
from bnbook.experiments import folds

data = folds.points()
state = folds.start({seed}, {norm}, {spread})
place = {{"norm": {norm}, "shape": {shape}, "right": {right}, "up": {up}}}
for _ in range({step}):
    state, _ = folds.step(state, **data, **place, rate={rate})
seen = folds.look(state, **data, **folds.prepare(**data), **place, shown={shown})
numbers = {{name: seen[name] for name in ("line_x", "line_y", "parting", "regions", "distance", "right_now")}}
"""


def folds():
    """Where the units of two layers turn on and off, in the plane of their inputs."""
    return Explorable(
        key="folds",
        title="Where the units fold the plane",
        controls=[
            Choice("norm", "network", options={"none": "plain", "batch": "batch norm"}, start="none"),
            Slider("right", "points to the right", low=-2.5, high=2.5, step=0.1, start=2.0),
            Slider("up", "points up", low=-2.5, high=2.5, step=0.1, start=1.4),
            Choice("shape", "points", options=dict(enumerate(plane.SHAPES)), start=0),
            Slider("step", "step", low=0, high=STEPS, step=1, start=0, play=20),
            Slider("rate", "learning rate", low=0.01, high=1, log=True, per_decade=10, start=0.1, format=".2g"),
            Slider("shown", "units shown of each layer", values=tuple(range(1, plane.WIDTH + 1)), start=8, fold=True),
            Slider("spread", "biases drawn with a spread of", low=0, high=2, step=0.1, start=0, fold=True),
            Slider("seed", "seed", values=tuple(range(10)), start=0, fold=True),
        ],
        model=Program(
            plane.start,
            plane.step,
            plane.look,
            prepare=plane.prepare,
            data=plane.points(),
            structure=("norm",),
            shown=("shown",),
            bound={"loss": 1e6},
        ),
        figures=[_plane(), _loss()],
        columns=2,
        wide=True,
        python=PYTHON,
        readout="Step {step}. {parting:d} of the 16 folds part the points, which lie in {regions:d} different regions; "
        "{right_now:.0%} of the points are read right.",
        caption="On one side of its fold a unit is on, on the other it is off. In color, the folds of eight units that "
        "look at the plane itself: straight lines. In gray, those of the eight units behind them, bent wherever they "
        "meet one of the lines. Throw the switch; then drag the two dashed lines, and the points with them. Training "
        "comes after that; the thick line is where the answer changes.",
    )


def _plane():
    edge = plane.REACH * plane.GRID / (plane.GRID - 1)  # of the cells whose middles are the places of the grid
    area = {"x": (-edge, edge), "y": (-edge, edge)}
    second = [Contour(f"heights_{k + 1}", **area, levels=(0,), color="muted", width=1.2) for k in range(plane.WIDTH)]
    return Chart(
        [
            *second,
            Line("line_x", "line_y", color="plain", width=1.5, when="is_plain"),
            Line("line_x", "line_y", color="batchnorm", width=1.5, when="is_batch"),
            Contour("answer", **area, levels=(0,), color="ink", width=3, when="learned"),
            Rule(x="right", color="moved", width=1),
            Rule(y="up", color="moved", width=1),
            Dot("x_all", "y_all", color="truth", size=3.5),
            Dot("x_second", "y_all", color="paper", size=2),
        ],
        title="The plane of the inputs",
        x=Axis("first input", domain=WINDOW),
        y=Axis("second input", domain=WINDOW),
        height=380,
        low=300,
        aspect=1,
        alt="Points around ({right}, {up}), and the folds of 16 units, of which {parting:d} part the points.",
    )


def _loss():
    return Chart(
        [
            Line("steps", "loss", color="plain", when="is_plain"),
            Line("steps", "loss", color="batchnorm", when="is_batch"),
        ],
        title="If it is trained",
        x=Axis("step", domain=(0, STEPS)),
        y=Axis("loss", domain=(0, 2)),
        height=380,
        alt="The loss over {done:d} steps.",
    )
