"""Learning rates up to divergence, plain and with batch normalization, under three sets of rules."""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments.lr_sweep import DEPTHS, LEARNING_RATES, METHODS, largest_working
from explorable import Axis, Band, Cases, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider, Text

RUN = kept.load("rate_sweep")  # accuracy and diverged_at, (seeds, depths, methods, rates)
RATES = LEARNING_RATES
SEEDS = len(RUN["accuracy"])
WORKS = 0.95  # accuracy at which a rate counts as one that works
NAMES = {"plain": "plain", "batchnorm": "batch norm", "layernorm": "layer norm"}
COLORS = {"plain": "plain", "batchnorm": "batchnorm", "layernorm": "othernorm"}
RULES = {  # of the training, with the method that each network has in the experiment
    "plain SGD": {"plain": "plain", "batchnorm": "batchnorm", "layernorm": "layernorm"},
    "gradient clipped at length 1": {"plain": "plain_clipped", "batchnorm": "batchnorm_clipped"},
    "output layer at a tenth of the rate": {"plain": "plain_slow_output", "batchnorm": "batchnorm_slow_output"},
}


def runs(what, depth, method):
    """One array of the experiment at a depth: (seeds, rates)."""
    return RUN[what][:, DEPTHS.index(depth), list(METHODS).index(method)]


def largest(depth, method):
    """The largest rate that works, of every seed, and the largest up to which all seeds work: (seeds,), number."""
    accuracy = runs("accuracy", depth, method)
    return largest_working(accuracy, RATES, WORKS), float(largest_working(accuracy.min(axis=0), RATES, WORKS))


def tables(depth, rules, lr):
    """Accuracy of all networks of one depth, what became of each, and how far each method goes."""
    chosen, how = np.searchsorted(RATES, lr), list(RULES)[int(rules)]
    outputs = {"layer_norm_too": ["layernorm" in RULES[how]]}
    for name in NAMES:
        method = RULES[how].get(name)
        shape = SEEDS, len(RATES)
        accuracy = 100 * runs("accuracy", depth, method) if method else np.full(shape, np.nan)
        for part, values in zip(("low", "middle", "high"), np.percentile(accuracy, (0, 50, 100), axis=0), strict=True):
            outputs[f"{part}_{name}"] = values[None, :]
            outputs[f"{part}_now_{name}"] = np.nan_to_num(values[chosen])
        lost = (runs("diverged_at", depth, method) >= 0).sum(axis=0) if method else np.zeros(len(RATES))
        outputs[f"lost_{name}"] = lost[chosen]
        outputs[f"largest_{name}"] = [largest(depth, method)[1] if method else 0.0]
    for method in METHODS:
        own, _ = largest(depth, method)
        outputs[f"own_{method}"] = np.where(own > 0, own, np.nan)[None, :]
    return outputs


def sweep():
    """Accuracy against the learning rate for all networks, and the largest rate that works for each seed."""
    gaps = [f"{part}_{name}" for name in NAMES for part in ("low", "middle", "high")]
    return Explorable(
        key="sweep",
        title="How far can the learning rate be pushed?",
        controls=[
            Choice("depth", "hidden layers", options={depth: str(depth) for depth in DEPTHS}, start=6),
            Choice("rules", "training", options=dict(enumerate(RULES)), start=0),
            Slider("lr", "learning rate to look at", values=RATES, start=1.0),
        ],
        model=Sampled(
            tables, along="lr", error=dict.fromkeys(gaps, 0.01), gaps=(*gaps, *(f"own_{method}" for method in METHODS))
        ),
        figures=[_accuracy(), _largest()],
        columns=2,
        readout=Cases("layer_norm_too", {0: _sentence(), 1: _sentence(NAMES)}),
        caption="First, accuracy on the training images after 300 steps: line, median of 8 seeds; band, from the worst "
        "to the best. Second, one dot a seed: the largest learning rate at which it classifies at least 95 percent, "
        "for every way of training. Layer norm was trained with plain SGD only.",
    )


def _sentence(names=("plain", "batchnorm")):
    words = [f"{NAMES[name]} {{middle_now_{name}:.0f}}%" for name in names]
    largest = ", ".join(f"{{largest_{name}:.3g}} {NAMES[name]}" for name in names)
    return f"At {{lr}}: {', '.join(words)}. All 8 reach 95% up to {largest}."


def _accuracy():
    marks = [Rule(y=10, color="grid", dash=False), Rule(x="lr", color="moved", dash=False)]
    for name, words in NAMES.items():
        marks += [
            Band(RATES, f"low_{name}", f"high_{name}", color=COLORS[name]),
            Line(RATES, f"middle_{name}", color=COLORS[name], label=words),
        ]
    return Chart(
        marks,
        direct=True,
        title="What they have learned",
        x=Axis("learning rate", log=True, domain=(RATES[0], RATES[-1])),
        y=Axis("training accuracy", unit="%", domain=(0, 100)),
        alt="Training accuracy against the learning rate; guessing gives 10 percent, and {lost_plain:d} of 8 plain "
        "networks have diverged. At learning rate {lr}: plain "
        "{middle_now_plain:.0f} percent, with batch normalization {middle_now_batchnorm:.0f} percent.",
    )


def _largest():
    """One row for each way of training; the seeds of a network lie a little apart, so that none is hidden."""
    apart = 0.025 * (np.arange(SEEDS) - (SEEDS - 1) / 2)
    marks, rows, labeled = [Rule(x="lr", color="moved", dash=False)], np.arange(len(RULES), 0, -1), set()
    for row, (words, rule) in zip(rows, RULES.items(), strict=True):
        marks.append(Text([RATES[0]], [row + 0.42], words, anchor="start"))
        for place, (name, method) in enumerate(rule.items()):
            label = {} if name in labeled else {"label": NAMES[name]}
            labeled.add(name)
            y = row + 0.15 - 0.24 * place + apart
            marks.append(Dot(f"own_{method}", y, color=COLORS[name], size=4, opacity=0.7, **label))
    return Chart(
        marks,
        title="The largest rate that works",
        x=Axis("learning rate", log=True, domain=(RATES[0], RATES[-1])),
        y=Axis("", domain=(0.4, len(RULES) + 0.65), ticks=()),
        alt="Largest learning rates for every seed. With the chosen way of training all seeds work up to "
        "{largest_plain:.3g} plain and {largest_batchnorm:.3g} with batch normalization.",
    )
