"""Ten examples seen layer by layer: their directions in a plane, and how many directions are left."""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import rank as experiment
from bnbook.experiments.spread import bands
from explorable import Axis, Band, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider

COLORS = {"plain": "plain", "batchnorm": "batchnorm", "layernorm": "othernorm", "orthogonal": "accelerated"}
WORDS = {"plain": "plain", "batchnorm": "batch norm", "layernorm": "layer norm", "orthogonal": "orthogonal weights"}
LAYERS = np.arange(experiment.DEPTH + 1)
CIRCLE = np.linspace(0, 2 * np.pi, 73)


def tables(layer, inputs, activation):
    """Of the networks of width 64: the plane of seed 0 at every shown layer, and ranks and cosines of all seeds."""
    run = kept.load("rank")
    i, a = experiment.INPUTS.index(inputs), list(experiment.ACTIVATIONS).index(activation)
    outputs = {}
    for n, name in enumerate(experiment.NETWORKS):
        middle, low, high = bands(run["rank"][:, i, 0, a, n])  # (layers,)
        cosines = np.median(run["cosine"][:, i, 0, a, n], axis=0)
        outputs |= {f"middle_{name}": middle[None], f"low_{name}": low[None], f"high_{name}": high[None]}
        at = [int(place) for place in layer]
        outputs |= {f"rank_{name}": middle[at], f"cosine_{name}": cosines[at]}
        places = run["planes"][0, i, a, n][[experiment.SHOWN.index(place) for place in at]]  # shown, 10, 2
        outputs |= {f"x_{name}": places[..., 0], f"y_{name}": places[..., 1]}
    return outputs


def directions():
    """Ten examples in plain and normalized random networks, layer by layer."""
    return Explorable(
        key="directions",
        title="Ten examples on their way up",
        controls=[
            Slider("layer", "layer", values=experiment.SHOWN, start=5),
            Choice(
                "inputs",
                "ten inputs",
                options={"digits": "one digit of each class", "alike": "one digit, ten times with noise"},
                start="digits",
            ),
            Choice("activation", "layers", options={"relu": "ReLU", "linear": "linear"}, start="relu"),
        ],
        model=Sampled(tables, along="layer", error=0.001),
        figures=[_plane(), _ranks()],
        columns=2,
        readout="Layer {layer}: effective rank {rank_plain:.1f} plain, {rank_batchnorm:.1f} with batch norm; mean "
        "cosine {cosine_plain:.2f} and {cosine_batchnorm:.2f}.",
        caption="First, the directions of ten examples behind a layer, as points of a sphere, seen from where they "
        "differ most: one network of each kind with layers of 64, and the circle is the sphere's rim. Where ten points "
        "are one, the layers above can no longer tell the examples apart. Second, how many directions are left, layer "
        "by layer: median of 8 seeds, and the interval that holds it.",
    )


def _plane():
    marks = [Line(np.cos(CIRCLE), np.sin(CIRCLE), color="muted", width=1)]
    for name, size, symbol in (("plain", 6, "circle"), ("batchnorm", 5, "diamond")):
        marks.append(
            Dot(f"x_{name}", f"y_{name}", color=name, size=size, symbol=symbol, opacity=0.75, label=WORDS[name])
        )
    return Chart(
        marks,
        title="Ten directions",
        x=Axis("along the strongest direction", domain=(-1.08, 1.08)),
        y=Axis("along the second", domain=(-1.08, 1.08)),
        height=340,
        aspect=1,
        alt="Ten points of each network in a circle. Plain: effective rank {rank_plain:.1f}; batch norm: "
        "{rank_batchnorm:.1f}.",
    )


def _ranks():
    marks = []
    for name in reversed(experiment.NETWORKS):
        marks += [
            Band(LAYERS, f"low_{name}", f"high_{name}", color=COLORS[name]),
            Line(
                LAYERS,
                f"middle_{name}",
                color=COLORS[name],
                label=WORDS[name],
                dash={"layernorm": True, "orthogonal": "dots"}.get(name, False),
            ),
        ]
    return Chart(
        [Rule(x="layer", color="moved", dash=False), *marks],
        title="How many directions are left",
        x=Axis("layer", domain=(0, experiment.DEPTH)),
        y=Axis("effective rank", domain=(0.8, 10.2), ticks=[1, 2, 4, 6, 8, 10]),
        height=340,
        alt="Effective rank against the layer; at layer {layer}: plain {rank_plain:.1f}, batch norm "
        "{rank_batchnorm:.1f}, layer norm {rank_layernorm:.1f}, orthogonal weights {rank_orthogonal:.1f}.",
    )
