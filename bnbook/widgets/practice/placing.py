"""What the next layer receives from one unit, with the norm before its ReLU and behind it."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import transform
from bnbook.widgets.front import two_main_directions
from explorable import Axis, Bar, Chart, Explorable, Rule, Slider, Symbolic, Text, Vector
from explorable.models import histogram, mean

IMAGES = 300
LOW, HIGH, BINS = -3, 6, 45
WIDTH = (HIGH - LOW) / BINS
MOST = 195  # digits in one bar that the picture has room for
EPS = sp.Float("1e-5")


def placing():
    """One unit, both orders: move its own mean, gamma and beta."""
    return Explorable(
        key="before-or-after",
        title="Before the ReLU, or after it?",
        controls=[
            Slider("offset", "mean of the unit, in spreads", low=-3, high=3, step=0.1, start=0, format="+.1f"),
            Slider("gamma", "γ", low=0.1, high=2, step=0.1, start=1, format=".1f"),
            Slider("beta", "β", low=-2, high=2, step=0.1, start=0, format="+.1f"),
        ],
        model=Symbolic(_outputs(), constants={"unit": two_main_directions(IMAGES)[:, 0]}),
        figures=[_chart("before", "Norm, then ReLU"), _chart("after", "ReLU, then norm")],
        columns=2,
        readout="Norm first: {off_before:.0f}% zeros, mean {mean_before:.2f}. ReLU first: {off_after:.0f}% of its "
        "inputs are cut off, mean {beta:.2f}.",
        caption="What one unit hands on for 300 digits. First, with batch norm before its ReLU; second, with the ReLU "
        "first. Drag the mean in the second picture: it is β. What is higher than the frame is cut.",
    )


def _outputs():
    offset, gamma, beta = sp.symbols("offset gamma beta")
    unit = Vector("unit") + offset
    normalized = transform.batch_norm(unit, mean, gamma, beta, EPS)
    before, on = sp.Max(normalized, 0), sp.Max(unit, 0)
    after = transform.batch_norm(on, mean, gamma, beta, EPS)
    return {
        "before": histogram(before, LOW, HIGH, BINS),
        "after": histogram(after, LOW, HIGH, BINS),
        "mean_before": mean(before),
        "off_before": 100 * mean(sp.Piecewise((0, normalized > 0), (1, True))),
        "off_after": 100 * mean(sp.Piecewise((0, unit > 0), (1, True))),
    }


def _chart(place, title):
    middle, color = ("beta", "moved") if place == "after" else ("mean_before", "ink")
    return Chart(
        [
            Bar(LOW + WIDTH * (np.arange(BINS) + 0.5), place, color="batchnorm", width=WIDTH, opacity=0.8),
            Rule(x=middle, color=color),
            Text(middle, MOST * 0.65, f"mean {{{middle}:.2f}}", color=color, anchor="start", dx=9),
        ],
        title=title,
        x=Axis("what the next layer receives", domain=(LOW, HIGH)),
        y=Axis("digits", domain=(0, MOST)),
        height=230,
        alt=f"Histogram of what the next layer receives. {title}: its mean is {{{middle}:.2f}}, and "
        f"{{off_{place}:.0f}} percent of the digits lie where the ReLU is off.",
    )
