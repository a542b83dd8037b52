"""The doctor at work: choose a fault, and see the network's statistics and what the doctor finds."""

import numpy as np

import bnbook.widgets.palette  # noqa: F401  registers the colors
from bn.doctor import diagnose
from bnbook.experiments import sick_networks
from bnbook.experiments.sick_networks import FAULTS, WIDTH
from explorable import (
    Axis,
    Bind,
    Cases,
    Chart,
    Choice,
    Diagram,
    Dot,
    Explorable,
    Label,
    Line,
    Linear,
    Rect,
    Sampled,
    Slider,
)

CODES = (
    "small-batch",
    "variance-near-eps",
    "one-example-rules",
    "dead-feature",
    "running-untouched",
    "running-far",
    "momentum",
    "forgotten-switch",
    "frozen",
)
READINGS = {
    0: "No finding in this layer.",
    1: "Only {first:.0f} numbers share a mean, so the scale of a batch is off by about {second:.0f}% by chance.",
    2: "{units:d} of 48 units have a variance near eps; the smallest is {first:.2g}, and eps takes {second:.0%} of "
    "the sum.",
    3: "In {units:d} of 48 units a single example owns nearly all of the variance, up to {first:.1%}.",
    4: "{units:d} of 48 units are dead: ReLU gives 0 for the whole batch; the worst reaches at most {first:.2f}.",
    5: "All running means are 0 and all running variances 1: they were never updated.",
    6: "{units:d} of 48 units have running statistics far from this batch's; for the worst the mean is off by "
    "{first:.2g} spreads and the variance is {second:.2g} times as large.",
    7: "A momentum of {first:.3g} as the weight of the new value: the running statistics are those of the last batch.",
    8: "The output was made with the statistics of this batch, where the running ones were meant; they are "
    "{second:.2g} apart, in units of gamma.",
    9: "The output was made with the running statistics, where those of the batch were meant; they are {first:.2g} "
    "apart.",
}


def tables(fault, layer):
    """Spreads of the units, and for each code how many units it concerns (a finding about the layer: all)."""
    seen = sick_networks.layers(fault)[int(layer) - 1]
    findings = diagnose(seen)
    units = {f.code: len(f.features) or WIDTH for f in findings}
    unknown = set(units) - set(CODES)
    if unknown:
        raise ValueError(f"the widget has no row for {unknown}")
    first = findings[0] if findings else None
    numbers = [v for k, v in first.numbers.items() if k not in ("features", "of")] if first else []
    numbers = [*numbers, 0.0, 0.0][:2]
    return {
        "batch_spread": np.sqrt(seen.var),
        "running_spread": np.sqrt(seen.running_var),
        "counts": np.array([units.get(code, 0) for code in CODES]),
        "found": len(findings),
        "main": CODES.index(first.code) + 1 if first else 0,
        "units": units[first.code] if first else 0,
        "first": numbers[0],
        "second": numbers[1],
    }


def clinic():
    """A network with a fault of your choice."""
    return Explorable(
        key="clinic",
        title="What ails this network?",
        controls=[
            Choice("fault", "what went wrong", options=FAULTS, start="camera"),
            Slider("layer", "hidden layer", values=range(1, sick_networks.DEPTH + 1), start=1),
        ],
        model=Sampled(tables),
        figures=[_findings(), _spreads()],
        columns=2,
        readout=Cases("main", READINGS),
        caption="First, what bn.diagnose finds in the layer chosen, and how many of its 48 units are concerned. "
        "Second, the spread of each unit in this batch and according to the running variance; on the diagonal the two "
        "agree.",
    )


def _findings():
    row, left, bar = 27, 150, 170
    elements, bindings = [], []
    for k, code in enumerate(CODES):
        y = 12 + row * k
        elements += [
            Label(f"name {code}", left - 8, y + 9, code, size=13, anchor="end", tone="ink"),
            Rect(f"rail {code}", left, y, bar, 18, radius=3, tone="grid", fill="none"),
            Rect(f"bar {code}", left, y, 0, 18, radius=3, fill="plain", stroke="none"),
            Label(f"count {code}", left + bar + 8, y + 9, "", size=13, anchor="start", tone="muted"),
        ]
        bindings += [
            Bind(f"bar {code}", "width", "counts", index=k, scale=Linear((0, WIDTH), (0, bar))),
            Bind(f"count {code}", "text", "counts", index=k, format="d"),
            Bind(f"name {code}", "opacity", "counts", index=k, scale=Linear((0, 1), (0.55, 1))),
        ]
    return Diagram(
        left + bar + 40,
        12 + row * len(CODES) + 6,
        elements,
        bindings,
        title="Findings, and units concerned",
        alt="{found:d} kinds of findings. Units concerned, in the order "
        + ", ".join(f"{code} {{counts[{k}]:d}}" for k, code in enumerate(CODES))
        + ".",
    )


def _spreads():
    low, high = 2e-3, 500
    return Chart(
        [
            Line([low, high], [low, high], color="truth", dash=True, width=1, label="equal"),
            Dot("batch_spread", "running_spread", color="batchnorm", size=4, opacity=0.7, label="a unit"),
        ],
        title="Spread of each unit",
        x=Axis("in this batch", log=True, domain=(low, high), ticks=(0.01, 0.1, 1, 10, 100)),
        y=Axis("running", log=True, domain=(low, high), ticks=(0.01, 0.1, 1, 10, 100)),
        alt="Spread of 48 units in this batch against their running spread.",
    )
