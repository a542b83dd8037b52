"""Learning rates up to divergence, plain and with batch normalization."""

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import lr_sweep as experiment
from explorable import Axis, Band, Cases, Chart, Dot, Explorable, Line, Rule, Sampled, Slider

NETWORKS = {"plain": "plain", "batchnorm": "batch norm"}
RATES = experiment.LEARNING_RATES
DEPTHS = (2, 4, 6, 8)
SEEDS = tuple(range(6))


def tables(depth, lr):
    """Accuracy of all networks of one depth, what became of each, and a count at the chosen learning rate."""
    run = experiment.run(depth=int(depth), learning_rates=RATES, seeds=SEEDS)
    chosen = np.searchsorted(RATES, lr)
    outputs = {}
    for n, name in enumerate(NETWORKS):
        accuracy, diverged = 100 * run["accuracy"][n], run["diverged_at"][n]
        for part, pick in (("low", accuracy.min), ("mean", accuracy.mean), ("high", accuracy.max)):
            values = pick(axis=1)
            outputs[f"{part}_{name}"] = values[None, :]
            outputs[f"{part}_now_{name}"] = values[chosen]
        outputs[f"diverged_{name}"] = np.where(diverged >= 0, diverged + 1.0, np.nan).T.ravel()[None, :]
        outputs[f"lost_{name}"] = (diverged[chosen] >= 0).sum(axis=1)
        first = np.where(diverged[chosen] >= 0, diverged[chosen] + 1.0, np.inf).min(axis=1)
        outputs[f"words_{name}"] = np.isfinite(first).astype(int)
        outputs[f"first_{name}"] = np.where(np.isfinite(first), first, 0)
    outputs["outcome"] = outputs["words_plain"] + 2 * outputs["words_batchnorm"]
    return outputs


def sweep():
    """Accuracy against the learning rate for both networks, and the step at which each seed diverged."""
    return Explorable(
        key="sweep",
        title="How far can the learning rate be pushed?",
        controls=[
            Slider("depth", "hidden layers", values=DEPTHS, start=6),
            Slider("lr", "learning rate to look at", values=RATES, start=1.0),
        ],
        model=Sampled(tables, along="lr", error=0.01, gaps=("diverged_plain", "diverged_batchnorm")),
        figures=[_accuracy(), _divergence()],
        columns=2,
        readout=Cases("outcome", {n: _sentence(n & 1, n & 2) for n in range(4)}),
        caption="First, accuracy on the training images after 300 steps: line, mean of 6 seeds; band, from the worst "
        "to the best. Second, one mark for each network that diverged, at the step where its loss passed one million "
        "or was no longer a number; the six seeds of a learning rate stand side by side.",
    )


def _sentence(plain_lost, batchnorm_lost):
    words = {
        "plain": "Plain: mean accuracy {mean_now_plain:.0f}% (from {low_now_plain:.0f}% to {high_now_plain:.0f}%)",
        "batchnorm": "With batch normalization: {mean_now_batchnorm:.0f}% (from {low_now_batchnorm:.0f}% to "
        "{high_now_batchnorm:.0f}%)",
    }
    lost = "; {lost_NAME:d} of 6 seeds diverged, the first at step {first_NAME:d}"
    parts = []
    for name, gone in (("plain", plain_lost), ("batchnorm", batchnorm_lost)):
        parts.append(words[name] + (lost.replace("NAME", name) if gone else "; no seed diverged") + ".")
    return "At learning rate {lr}. " + " ".join(parts)


def _accuracy():
    marks = [Rule(y=10, color="grid", dash=False), Rule(x="lr", color="moved", dash=False)]
    for name, words in NETWORKS.items():
        marks += [
            Band(RATES, f"low_{name}", f"high_{name}", color=name),
            Line(RATES, f"mean_{name}", color=name, label=words),
        ]
    return Chart(
        marks,
        title="What they have learned",
        x=Axis("learning rate", log=True, domain=(RATES[0], RATES[-1])),
        y=Axis("training accuracy", unit="%", domain=(0, 100)),
        alt="Training accuracy against the learning rate, both networks; guessing gives 10 percent. At learning rate "
        "{lr}: plain {mean_now_plain:.0f} percent, with batch normalization {mean_now_batchnorm:.0f} percent.",
    )


def _divergence():
    beside = 10 ** (0.035 * (np.arange(len(SEEDS)) - (len(SEEDS) - 1) / 2))  # so that no seed hides another
    everyone = np.outer(beside, RATES).ravel()
    marks = [Rule(x="lr", color="moved", dash=False)]
    for name, symbol in (("plain", "cross"), ("batchnorm", "circle")):
        marks.append(
            Dot(everyone, f"diverged_{name}", color=name, size=5, symbol=symbol, label=f"{NETWORKS[name]} diverged")
        )
    return Chart(
        marks,
        title="When they diverge",
        x=Axis("learning rate", log=True, domain=(RATES[0], 1.5 * RATES[-1])),
        y=Axis("step of divergence", log=True, domain=(1, 300)),
        alt="Steps at which networks diverged. At learning rate {lr}: {lost_plain:d} of 6 plain networks, "
        "{lost_batchnorm:d} of 6 with batch normalization.",
    )
