"""Where the norm stands in a residual network, and how long the gradients are at the start."""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import norm_places as experiment
from bnbook.experiments.spread import bands
from explorable import Axis, Band, Chart, Choice, Explorable, Line, Sampled, Slider

WORDS = {"post": "behind the sum", "pre": "first in the branch"}
COLORS = {"post": "othernorm", "pre": "batchnorm"}


def tables(depth, norm):
    """Lengths of gradients over the way up, those of the last branch, and both over the depth."""
    gradient = kept.load("norm_places")["gradient"][:, experiment.NORMS.index(norm)]  # seeds, places, depths, shares
    at = [experiment.DEPTHS.index(int(each)) for each in depth]
    outputs = {}
    for p, place in enumerate(experiment.PLACES):
        middle, low, high = bands(gradient[:, p])
        outputs |= {f"middle_{place}": middle[at], f"low_{place}": low[at], f"high_{place}": high[at]}
        outputs |= {f"last_{place}": middle[at, -1], f"first_{place}": middle[at, 0]}
        outputs |= {f"lasts_{place}": middle[None, :, -1]}
    return outputs


def norm_places():
    """The gradient of every branch at the start, with the norm behind the sum and first in the branch."""
    return Explorable(
        key="norm-places",
        title="Before the branch, or behind the sum",
        controls=[
            Slider("depth", "branches", values=experiment.DEPTHS, start=24),
            Choice("norm", "norm", options={"layer": "layer norm", "batch": "batch norm"}, start="layer"),
        ],
        model=Sampled(tables, along="depth", error=0.001),
        figures=[_way_up(), _last()],
        columns=2,
        readout="With {depth:d} branches the last one's gradient is {last_post:.2f} long behind the sum and "
        "{last_pre:.2f} in the branch, the first one's {first_post:.2f} and {first_pre:.2f}.",
        caption="First, how long the gradient by each branch's weights is before the first step, from the lowest "
        "branch to the highest. Second, that of the highest branch against the number of branches; the thin line falls "
        "like one over its root. Median of 8 seeds, and the interval that holds it; both axes are logarithmic where "
        "powers of ten are marked.",
    )


def _way_up():
    marks = []
    for place in experiment.PLACES:
        marks += [
            Band(experiment.SHARES, f"low_{place}", f"high_{place}", color=COLORS[place]),
            Line(
                experiment.SHARES,
                f"middle_{place}",
                color=COLORS[place],
                label=WORDS[place],
                dash=place == "post",
            ),
        ]
    return Chart(
        marks,
        title="On the way up",
        x=Axis("share of the branches passed", domain=(0, 1), format=".0%"),
        y=Axis("length of the gradient", domain=(0.1, 100), log=True),
        height=280,
        alt="Length of the gradient from the lowest branch to the highest: behind the sum {first_post:.2f} to "
        "{last_post:.2f}, first in the branch {first_pre:.2f} to {last_pre:.2f}.",
    )


def _last():
    depths = np.array(experiment.DEPTHS, float)
    marks = [Line(depths, 0.43 * np.sqrt(depths[0] / depths), color="muted", width=1, label="one over the root")]
    for place in experiment.PLACES:
        marks.append(Line(depths, f"lasts_{place}", color=COLORS[place], label=WORDS[place], dash=place == "post"))
    return Chart(
        marks,
        title="The last branch",
        x=Axis("branches", domain=(6, 48), log=True, ticks=list(experiment.DEPTHS), format="d"),
        y=Axis("length of its gradient", domain=(0.1, 3), log=True),
        height=280,
        alt="Length of the last branch's gradient against the number of branches; at {depth:d}: {last_post:.2f} and "
        "{last_pre:.2f}.",
    )
