"""The doctor at work: choose a fault, and see the network's statistics and what the doctor finds."""

import numpy as np

from bn.doctor import diagnose
from bnbook.experiments import sick_networks
from bnbook.experiments.sick_networks import FAULTS, WIDTH
from explorable import (
    Arrow,
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
    Map,
    Presets,
    Rect,
    Sampled,
    Select,
    Slider,
    Text,
)

WORDS = {
    "small-batch": "batch too small",
    "variance-near-eps": "variance near eps",
    "one-example-rules": "one example rules",
    "dead-feature": "dead units",
    "running-untouched": "never updated",
    "running-far": "running far from batch",
    "momentum": "momentum",
    "forgotten-switch": "switch forgotten",
    "frozen": "frozen statistics",
}
CODES = tuple(WORDS)
READINGS = {
    0: "No finding in this layer.",
    1: "Only {first:.0f} numbers share a mean, so the scale of a batch is off by about {second:.0f}% by chance.",
    2: "{units:d} of 48 units have a variance near eps; of the smallest sum, eps takes {second:.0%}.",
    3: "In {units:d} of 48 units a single example owns nearly all of the variance, up to {first:.1%}.",
    4: "{units:d} of 48 units are dead: ReLU gives 0 for the whole batch; the worst reaches at most {first:.2f}.",
    5: "All running means are 0 and all running variances 1: they were never updated.",
    6: "{units:d} of 48 units have running statistics far from this batch's; at worst the mean is off by {first:.2g} "
    "spreads.",
    7: "A momentum of {first:.3g} as the weight of the new value: the running statistics are those of the last batch.",
    8: "The output was made with this batch's statistics where the running ones were meant: {second:.2g} gammas apart.",
    9: "The output was made with the running statistics where the batch's were meant: {first:.2g} apart.",
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
    both = np.concatenate([np.sqrt(seen.var), np.sqrt(seen.running_var)])
    window = np.array([both[both > 0].min() / 1.6, both.max() * 1.6])
    return {
        "window": window,
        "window_low": window[0],
        "window_high": window[1],
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
            Choice("fault", "what went wrong", options=FAULTS, start="camera", fold=True),
            Slider("layer", "hidden layer", values=range(1, sick_networks.DEPTH + 1), start=1),
        ],
        presets=Presets("Eleven patients: what went wrong?", {FAULTS[name]: {"fault": name} for name in FAULTS}),
        model=Sampled(tables),
        figures=[_findings(), _spreads()],
        columns=2,
        layout="stacked",
        wide=True,
        readout=Cases("main", READINGS),
        caption="First, what bn.diagnose finds in the layer chosen (press another one), and how many of its 48 units "
        "are concerned. Second, the spread of each unit in this batch and according to the running variance; on the "
        "diagonal the two agree.",
    )


def _findings():
    row, left, bar, top = 27, 178, 150, 46
    elements, bindings = [], []
    for n in range(1, sick_networks.DEPTH + 1):
        name, place = f"layer {n}", left - 170 + 118 * (n - 1)
        elements.append(Rect(name, place, 4, 108, 28, text=name, tone="muted", select=Select("layer", n)))
        bindings.append(Bind(name, "current", "layer", scale=Map({k: int(k == n) for k in range(1, 4)})))
    for k, code in enumerate(CODES):
        y = top + row * k
        elements += [
            Label(f"name {code}", left - 8, y + 9, WORDS[code], size=13, anchor="end", tone="ink"),
            Rect(f"rail {code}", left, y, bar, 18, radius=3, tone="grid", fill="none"),
            Rect(f"bar {code}", left, y, 0, 18, radius=3, fill="plain", stroke="none"),
            Label(f"count {code}", left + bar + 8, y + 9, "", size=13, anchor="start", tone="muted"),
        ]
        bindings += [
            Bind(f"bar {code}", "width", "counts", index=k, scale=Linear((0, WIDTH), (0, bar))),
            Bind(f"count {code}", "text", "counts", index=k, format="d"),
            Bind(f"name {code}", "opacity", "counts", index=k, scale=Linear((0, 1), (0.75, 1))),
        ]
    return Diagram(
        left + bar + 40,
        top + row * len(CODES) + 6,
        elements,
        bindings,
        title="Findings, and units concerned",
        alt="{found:d} kinds of findings. Units concerned, in the order "
        + ", ".join(f"{WORDS[code]} {{counts[{k}]:d}}" for k, code in enumerate(CODES))
        + ".",
    )


def _spreads():
    low, high = 2e-4, 2000
    return Chart(
        [
            Line([low, high], [low, high], color="truth", dash=True, width=1),
            Arrow("batch_spread", "running_spread", "batch_spread", "batch_spread", color="muted", width=1),
            Dot("batch_spread", "running_spread", color="batchnorm", size=4, opacity=0.8),
            Text(
                "window_low", "window_high", "arrows: from running to this batch", color="muted", anchor="start", dy=9
            ),
        ],
        title="Spread of each unit",
        x=Axis("in this batch", log=True, domain="window"),
        y=Axis("running", log=True, domain="window"),
        height=330,
        alt="Spread of 48 units in this batch against their running spread.",
    )
