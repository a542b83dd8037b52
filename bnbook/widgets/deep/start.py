"""The start of a deep network over the scale of its weights: cosines on their way up, gradients on their way back."""

import numpy as np

from bnbook.experiments import critical as experiment
from bnbook.experiments import kept
from bnbook.experiments.explosion import growth_of
from bnbook.experiments.spread import bands
from explorable import Axis, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider

COSINES = np.linspace(-0.2, 1, 61)
FIRST = 0.7  # the cosine of the inputs
STEPS = 30
FINE = np.geomspace(0.5, 3, 41)  # scales of the curves
NETWORKS = {"plain": "plain", "batchnorm": "batch norm", "layernorm": "layer norm"}
COLORS = {"plain": "plain", "batchnorm": "batchnorm", "layernorm": "othernorm"}


def tables(sigma, activation):
    """The map of cosines and its staircase, with measured steps; growth of gradients over all scales, measured too."""
    run = kept.load("critical")
    a = list(experiment.ACTIVATIONS).index(activation)
    places = [experiment.SIGMAS.index(float(value)) for value in sigma]
    forgotten = float(experiment.cosine_map(activation, np.array([-1 / (experiment.EXAMPLES - 1)]))[0])
    outputs = {"forgotten": np.array([forgotten]), "flat": np.full((1, 2), forgotten)}
    maps, stairs_x, stairs_y = [], [], []
    for value in sigma:
        q = experiment.length(activation, value)
        maps.append(experiment.cosine_map(activation, COSINES, q))
        path = [FIRST]
        for _ in range(STEPS):
            path.append(float(experiment.cosine_map(activation, np.array([path[-1]]), q)[0]))
        stairs_x.append(np.repeat(path, 2)[:-1])
        stairs_y.append(np.concatenate([[FIRST], np.repeat(path[1:], 2)]))
    outputs |= {"map": np.array(maps), "stairs_x": np.array(stairs_x), "stairs_y": np.array(stairs_y)}
    for n, name in enumerate(NETWORKS):
        cosines = np.median(run["cosine"][:, a, :, n], axis=0)[places]  # sigmas, layers
        outputs |= {f"from_{name}": cosines[:, :-1], f"to_{name}": cosines[:, 1:], f"end_{name}": cosines[:, -1]}
        middle = bands(growth_of(run["squared"][:, a, :, n]))[0]
        outputs |= {f"growth_{name}": middle[None], f"now_{name}": middle[places]}
    fine = [experiment.growth(activation, value) for value in FINE]
    outputs["curve_plain"] = np.array(fine)[None]
    outputs["curve_batchnorm"] = np.full((1, len(FINE)), experiment.growth(activation, 1.0, "batchnorm"))
    outputs["theory_plain"] = np.array([experiment.growth(activation, value) for value in sigma])
    outputs["theory_batchnorm"] = np.array([experiment.growth(activation, 1.0, "batchnorm")])
    return outputs


def start():
    """Scale of the weights; the map of cosines, and what a gradient gains in each layer."""
    return Explorable(
        key="critical-start",
        title="The scale of the weights at the start",
        controls=[
            Slider("sigma", "scale of the weights σ", values=experiment.SIGMAS, start=1.41),
            Choice("activation", "layers", options={"relu": "ReLU", "tanh": "tanh"}, start="relu"),
        ],
        model=Sampled(tables, along="sigma", error=0.001),
        figures=[_map(), _growth()],
        columns=2,
        readout="Behind 30 layers the mean cosine is {end_plain:.2f}, with batch norm {end_batchnorm:.2f}. A squared "
        "gradient grows by {now_plain:.2f} a layer, with batch norm by {now_batchnorm:.2f}.",
        caption="First, the cosine of two examples from one layer to the next: curves for wide layers, dots measured "
        "in 30 layers of 256 on a batch of 64 (medians of 8 seeds). The staircase starts at 0.7 and leads to where the "
        "curve crosses the diagonal. Second, the growth of the squared gradient per layer, over all scales; above 1 it "
        "explodes, below it vanishes. Weights have the variance σ² / fan-in; 1.41 stands for √2.",
    )


def _map():
    ends = np.array([-0.2, 1.0])
    return Chart(
        [
            Line(ends, ends, color="muted", width=1, dash=True),
            Line("stairs_x", "stairs_y", color="moved", width=1),
            Line(COSINES, "map", color="plain", label="plain"),
            Line(ends, "flat", color="batchnorm", label="batch norm"),
            Dot("from_plain", "to_plain", color="plain", size=3.5),
            Dot("from_layernorm", "to_layernorm", color="othernorm", size=2.5, label="layer norm, measured"),
            Dot("from_batchnorm", "to_batchnorm", color="batchnorm", size=4),
        ],
        title="Cosines, from layer to layer",
        x=Axis("cosine behind one layer", domain=(-0.2, 1)),
        y=Axis("behind the next", domain=(-0.2, 1)),
        height=340,
        aspect=1,
        alt="The map of cosines. From 0.7 the plain network comes to {end_plain:.2f} in 30 layers; batch norm gives "
        "{forgotten:.2f} from any.",
    )


def _growth():
    marks = [
        Rule(x="sigma", color="moved", dash=False),
        Rule(y=1, color="muted"),
        Line(FINE, "curve_plain", color="plain", label="plain"),
        Line(FINE, "curve_batchnorm", color="batchnorm", label="batch norm"),
    ]
    for name, words in NETWORKS.items():
        label = f"{words}, measured" if name == "layernorm" else ""
        marks.append(Dot(experiment.SIGMAS, f"growth_{name}", color=COLORS[name], size=3.5, label=label))
    return Chart(
        marks,
        title="What a gradient gains in a layer",
        x=Axis("scale of the weights σ", log=True, domain=(0.47, 3.2), ticks=[0.5, 0.7, 1, 1.41, 2, 3], format=".3g"),
        y=Axis(
            "growth of the squared gradient", log=True, domain=(0.1, 6), ticks=[0.1, 0.2, 0.5, 1, 2, 5], format=".3g"
        ),
        height=340,
        alt="Growth per layer against the scale of the weights. At {sigma}: plain {now_plain:.2f}, batch norm "
        "{now_batchnorm:.2f}, layer norm {now_layernorm:.2f}.",
    )
