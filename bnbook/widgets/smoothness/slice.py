"""A plane of the loss around networks in training, as contours and as a surface to turn."""

from functools import lru_cache

import numpy as np

from bnbook.experiments import landscape_slice as experiment
from explorable import (
    Axis,
    Chart,
    Choice,
    Contour,
    Dot,
    Explorable,
    Line,
    PlotlyFigure,
    Raster,
    Rule,
    Sampled,
    Slider,
    Text,
)

NETWORKS = {"plain": "plain", "batchnorm": "batch norm", "twin": "frozen twin"}
COLORS = {"plain": "plain", "batchnorm": "batchnorm", "twin": "frozen"}
POINTS, REACH = 21, 0.5
LOW, HIGH = -1.5, 3.5  # decimal logarithms of the loss; beyond HIGH the ground is drawn flat
LEVELS = tuple(np.arange(LOW, HIGH, 0.25).tolist())
EDGE = REACH * POINTS / (POINTS - 1)  # the cells reach half a cell beyond the outermost points
AXIS = np.round(np.linspace(-REACH, REACH, POINTS), 3)


@lru_cache(maxsize=2)
def result(config, steps, points):
    """The experiment on one kind of network; the three surfaces share it."""
    return experiment.run(config, at=steps, points=points, reach=REACH)


def tables(config, step, surface):
    """Decimal logarithm of the loss around plain and batch norm, and around the network to draw as a surface."""
    run = result(config, tuple(int(s) for s in step), POINTS)
    loss = np.clip(np.log10(run["loss"]), LOW, HIGH)
    chosen = list(NETWORKS).index(surface)
    outputs = {"plain": loss[0], "batchnorm": loss[1], "twin": loss[2], "turned": loss[chosen]}
    for n, name in enumerate(NETWORKS):
        outputs[f"here_{name}"] = run["centre"][n]
        outputs[f"losses_{name}"] = run["centre"][n][None, :]
        outputs[f"end_{name}"] = run["centre"][n][-1:]
        outputs[f"worst_{name}"] = np.minimum(run["loss"][n].max(axis=(1, 2)), 1e9)
    outputs["peak"] = outputs[f"worst_{surface}"]
    return outputs


def landscape_slice():
    """Contours of both networks, and one of three as a surface, at a chosen step."""
    return Explorable(
        key="landscape-slice",
        title="A plane of the loss, at one step",
        controls=[
            Choice("config", "network", options={"B": "10 ReLU layers", "C": "6 tanh layers"}, start="B"),
            Slider("step", "training step", values=experiment.STEPS, start=10),
            Choice("surface", "surface", options=NETWORKS, start="plain"),
        ],
        model=Sampled(tables, along="step", error=0.01),
        figures=[*(_contours(name, words.capitalize()) for name, words in NETWORKS.items()), _surface(), _time()],
        columns=4,
        layout="stacked",
        wide=True,
        readout="In this square the loss rises from {here_plain:.3g} to {worst_plain:.0f} plain, from "
        "{here_batchnorm:.3g} to {worst_batchnorm:.1f} with batch norm, to {worst_twin:.0f} for the twin.",
        caption="Downhill goes down for every unit, across is a random direction; a distance of 0.5 moves the "
        "weights of every unit by half their length. Contours and heights of the decimal logarithm of the loss, four "
        "lines for a factor of ten; the stronger the blue, the higher; above 3.5 the ground is drawn flat. The dot is "
        "the network. The fourth is the chosen ground from the side, 21 walks downhill beside each other; turned "
        "in 3-D, it follows the pointer. Below, the loss of the networks over training, and the step, which can be "
        "dragged. Seed 0.",
    )


def _contours(name, title):
    return Chart(
        [
            Raster(name, x=(-EDGE, EDGE), y=(-EDGE, EDGE), domain=(LOW, HIGH), label="log₁₀ of the loss"),
            Contour(name, x=(-EDGE, EDGE), y=(-EDGE, EDGE), levels=LEVELS, color=COLORS[name]),
            Dot(0, 0, color="moved", size=5, label="the network"),
        ],
        title=title,
        x=Axis("downhill", domain=(-REACH, REACH)),
        y=Axis("across", domain=(-REACH, REACH)),
        aspect=1,
        alt=f"Contours of the loss around the network, {title.lower()}: {{here_{name}:.3g}} in the middle, up to "
        f"{{worst_{name}:.3g}} in the square.",
    )


def _time():
    """When in training the plane was taken."""
    steps = experiment.STEPS
    return Chart(
        [
            Line(steps, "losses_plain", color="plain"),
            Line(steps, "losses_batchnorm", color="batchnorm"),
            Rule(x="step", color="moved", dash=False),
            Text(steps[-1], "end_plain", "plain", color="plain", anchor="end", dy=-10),
            Text(steps[-1], "end_batchnorm", "batch norm", color="batchnorm", anchor="end", dy=12),
        ],
        title="The loss at the dot, over training",
        x=Axis("training step", domain=(0, steps[-1])),
        y=Axis("loss", log=True, domain=(0.01, 10)),
        height=130,
        alt="The loss over training; at step {step} it is {here_plain:.3g} plain and {here_batchnorm:.3g} with batch "
        "norm.",
    )


def _surface():
    def axis(text, **more):
        return {"title": {"text": text}, **more}

    scene = {
        "xaxis": axis("downhill"),
        "yaxis": axis("across"),
        "zaxis": axis("", range=[LOW, HIGH]),
        "camera": {"eye": {"x": 1.5, "y": 1.5, "z": 1.0}},
    }
    trace = {"type": "surface", "x": AXIS.tolist(), "y": AXIS.tolist(), "showscale": False}
    trace |= {"cmin": LOW, "cmax": HIGH, "colorscale": [[0, "ex:grid"], [1, "ex:batchnorm"]]}
    return PlotlyFigure(
        [trace],
        {"scene": scene},
        {"0.z": "turned"},
        title="The chosen ground from the side",
        flat=_side(),
        alt="A surface: the decimal logarithm of the loss over the same square, for the network chosen; its highest "
        "loss is {peak:.3g}.",
    )


def _side():
    """The surface from the side, one line for each row of the square; what the page shows until it is to be turned."""
    return Chart(
        [Line(AXIS, "turned", color="ink", width=1, opacity=0.5)],
        x=Axis("downhill", domain=(-REACH, REACH)),
        y=Axis("log₁₀ of the loss", domain=(LOW, HIGH)),
        alt="The surface from the side: the decimal logarithm of the loss along 21 walks downhill through the square, "
        "for the network chosen; its highest loss is {peak:.3g}.",
    )
