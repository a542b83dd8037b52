"""Three norms, three ways to step, each at its own best learning rate or at another's."""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments.best_rates import NORMS, PLACES, RATES, WAYS
from bnbook.experiments.own_best import chosen
from bnbook.experiments.spread import bands, paired
from explorable import Axis, Band, Chart, Choice, Dot, Explorable, Line, Sampled

RUN = kept.load("best-rates")  # accuracy (S, P, N, W, L, R), seen (S, P, R)
LINES = dict(zip(("plain", "batchnorm", "othernorm"), NORMS, strict=True))
WORDS = {"plain": "no norm", "batchnorm": "batch norm", "othernorm": "layer norm"}
STEPS_UP = np.array([round(rate / RATES["sgd"][0], 2) for rate in RATES["sgd"]])  # the same for every way
WHERE = {
    "usual": "4 layers, batches of 64",
    "large batches": "batches of 512",
    "small start": "start 3 times too small",
    "deep": "8 layers",
}
STEPPED = {"sgd": "SGD", "clip": "clipped SGD", "adam": "Adam"}
AT = {"own": "each at its own best", "none": "all at the best of no norm", "batch": "all at the best of batch norm"}


def tables(place, way, at):
    """Accuracy in percent over the images seen, at the rates asked for, and at the end by rate: median and interval."""
    p, w = list(PLACES).index(place), list(WAYS).index(way)
    final = 100.0 * RUN["accuracy"][:, p, :, w, :, -1].astype(float)  # S, N, L
    outputs, ends = {"seen": RUN["seen"][0, p].astype(float)}, {}
    for line, norm in LINES.items():
        n = NORMS.index(norm)
        judge = n if at == "own" else NORMS.index(at)
        picks = chosen(final[:, judge])
        paths = 100.0 * RUN["accuracy"][np.arange(len(picks)), p, n, w, picks].astype(float)  # S, R
        for name, values in ((line, paths), (f"rates_{line}", final[:, n])):
            outputs[name], outputs[f"low_{name}"], outputs[f"high_{name}"] = bands(values)
        ends[norm] = paths[:, -1]
        outputs[f"end_{line}"] = np.median(paths[:, -1])
        outputs[f"rate_{line}"] = RATES[way][int(np.bincount(picks).argmax())]
    more = paired(ends["batch"], ends["none"])
    return outputs | {"more": more.median, "more_low": more.low, "more_high": more.high, "ahead": more.more}


def best():
    """What three norms reach, each at its own best rate or all at one."""
    return Explorable(
        key="best-rates",
        title="Each at its own best rate",
        controls=[
            Choice("place", "network", options=WHERE, start="deep"),
            Choice("way", "steps by", options=STEPPED, start="sgd"),
            Choice("at", "learning rates", options=AT, start="batch"),
        ],
        model=Sampled(tables),
        figures=[_over(), _rates()],
        columns=2,
        wide=True,
        readout="No norm {end_plain:.1f}%, batch norm {end_batchnorm:.1f}%, layer norm {end_othernorm:.1f}%; batch "
        "norm minus no norm: {more:.1f} points ({more_low:.1f} to {more_high:.1f}), {ahead:d} of 8 seeds.",
        caption="Held-out accuracy on MNIST at 14 × 14 pixels; line, median of 8 seeds, band, the interval that holds "
        "it. First, over training, at the learning rates chosen above; the best rate for a seed is chosen by the other "
        "seven. Second, at the end, for all six rates, counted from the lowest.",
    )


def _over():
    marks = []
    for name, words in WORDS.items():
        marks += [
            Band("seen", f"low_{name}", f"high_{name}", color=name),
            Line("seen", name, color=name, label=words),
        ]
    return Chart(
        marks,
        direct=True,
        title="Over training",
        x=Axis("images seen", domain=(0, 12_800), format="d"),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        alt="Held-out accuracy over training; at the end {end_plain:.1f} percent without a norm, {end_batchnorm:.1f} "
        "with batch norm, {end_othernorm:.1f} with layer norm.",
    )


def _rates():
    marks = []
    for name in WORDS:
        marks += [
            Band(STEPS_UP, f"low_rates_{name}", f"high_rates_{name}", color=name),
            Line(STEPS_UP, f"rates_{name}", color=name),
            Dot(STEPS_UP, f"rates_{name}", color=name, size=3),
        ]
    return Chart(
        marks,
        title="At the end, by learning rate",
        x=Axis("learning rate, times the lowest", log=True, domain=(0.8, 400), ticks=(1, 10, 100), format="d"),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        alt="Held-out accuracy at the end for six learning rates. Judged at {rate_plain:.3g} without a norm, "
        "{rate_batchnorm:.3g} with batch norm, {rate_othernorm:.3g} with layer norm.",
    )
