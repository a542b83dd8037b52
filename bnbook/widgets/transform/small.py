"""Small batches: what they make of each value, and what networks learn from them, counted in two ways."""

import numpy as np

from bnbook.experiments import batch_noise, kept
from bnbook.experiments.equal_examples import BATCH_SIZES, COUNTS, NORMS, RATES
from bnbook.experiments.spread import bands
from explorable import Axis, Band, Chart, Choice, Dot, Explorable, Line, Rule, Sampled, Slider

RUN = kept.load("equal-examples")  # accuracy (S, A, N, M, C, K), recomputed (S, A, M, C, K)
SIZES = tuple(sorted(BATCH_SIZES))
VALUES = np.linspace(-3, 3, 25)
BEST = 0  # as a learning rate: each network at its own best
LINES = {"plain": "none", "batchnorm": "batch", "othernorm": "layer"}
WORDS = {"plain": "plain", "batchnorm": "batch norm", "othernorm": "layer norm"}
COUNTED = {
    "examples": "6,400 examples (more steps with smaller batches)",
    "steps": "100 steps (fewer examples with smaller batches)",
}
NETWORKS = {0: "5 layers of 64", 1: "2 layers of 64"}


def tables(batch_size, count, rate, shape):
    """The map of a value, by batch size; accuracy by batch size, median of the seeds and interval."""
    sizes = np.atleast_1d(batch_size).tolist()
    maps = [batch_noise.squeeze(m, VALUES) for m in sizes]
    outputs = {f"map_{part}": [found[part] for found in maps] for part in ("mean", "low", "high")}
    outputs["slope"] = [batch_noise.slope(m) for m in sizes]
    outputs["beside"] = [1 - batch_noise.slope(m) ** 2 for m in sizes]
    at = [SIZES.index(m) for m in sizes]
    for name, (accuracy, lost) in accuracies(count, rate, shape).items():
        middle, low, high = bands(accuracy)
        outputs[name], outputs[f"low_{name}"], outputs[f"high_{name}"] = middle[None], low[None], high[None]
        outputs[f"now_{name}"] = middle[at]
        outputs[f"lost_{name}"] = lost[at]
    return outputs


def accuracies(count, rate, shape):
    """{line: (percent (S, M), number of diverged seeds (M,))}, batch sizes in the order of SIZES."""
    c = COUNTS.index(count)
    found = {}
    for line, norm in LINES.items():
        n = NORMS.index(norm)
        found[line] = _at_rate(RUN["accuracy"][:, shape, n, :, c], RUN["diverged"][:, shape, n], rate)
    found["recomputed"] = _at_rate(
        RUN["recomputed"][:, shape, :, c], RUN["diverged"][:, shape, NORMS.index("batch")], rate
    )
    return found


def _at_rate(accuracy, diverged, rate):
    """(S, M, K) at one rate, or for each batch size at the rate with the best median."""
    best = np.median(accuracy, axis=0).argmax(axis=-1)  # M
    if rate != BEST:
        best = np.full_like(best, RATES.index(rate))
    picked, lost = (np.take_along_axis(a, best[None, :, None], 2)[..., 0] for a in (accuracy, diverged))
    order = np.argsort(BATCH_SIZES)
    return 100 * picked[:, order], lost.sum(axis=0)[order]


def small_batches():
    """The price of a small batch: the map that it makes of each value, and the accuracy after training."""
    return Explorable(
        key="small-batches",
        title="What does a small batch cost?",
        controls=[
            Slider("batch_size", "batch size", values=SIZES, start=4),
            Choice("count", "trained for", options=COUNTED, start="examples"),
            Choice(
                "rate", "learning rate", options={BEST: "each its own best", **{r: f"{r}" for r in RATES}}, start=BEST
            ),
            Choice("shape", "network", options=NETWORKS, start=0),
        ],
        model=Sampled(tables, along="batch_size"),
        figures=[_map(), _accuracy()],
        columns=2,
        wide=True,
        readout="A normalized value follows its input with slope {slope:.2f}; {beside:.0%} of its variance is not on "
        "that line. Trained: {now_batchnorm:.0f}%, layer norm {now_othernorm:.0f}%.",
        caption="First, what training makes of a value that lies so many spreads from the mean of all inputs "
        "(Gaussian): line, mean over the companions it may have; band, eight in ten of them; dashed, what use makes of "
        "it. Second, held-out accuracy by batch size; line: median of 8 seeds, band: the interval that holds it.",
    )


def _map():
    return Chart(
        [
            Band(VALUES, "map_low", "map_high", color="batchnorm"),
            Line([-3, 3], [-3, 3], color="frozen", dash=True, label="in use"),
            Line(VALUES, "map_mean", color="batchnorm", label="in training"),
        ],
        direct=True,
        title="What becomes of a value",
        x=Axis("value, in spreads from the mean", domain=(-3, 3)),
        y=Axis("normalized value", domain=(-3, 3)),
        alt="Normalized value against the value, in batches of {batch_size}: a slope of {slope:.2f}, in use one of 1.",
    )


def _accuracy():
    marks = [Rule(x="batch_size", color="moved", dash=False)]
    for name, words in WORDS.items():
        marks += [
            Band(SIZES, f"low_{name}", f"high_{name}", color=name),
            Line(SIZES, name, color=name, label=words),
            Dot(SIZES, name, color=name, size=3),
        ]
    marks.append(Line(SIZES, "recomputed", color="truth", dash=True, width=1.5, label="batch norm, recomputed"))
    return Chart(
        marks,
        direct=True,
        title="What is learned",
        x=Axis("batch size", log=True, domain=(1.8, 72), ticks=SIZES, format="d"),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        alt="Held-out accuracy by batch size; in batches of {batch_size} {now_batchnorm:.0f} percent with batch norm, "
        "{now_othernorm:.0f} with layer norm, {now_plain:.0f} plain.",
    )
