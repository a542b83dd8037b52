"""The loss along the gradient while networks train: the way, and three measures, as they are or at equal scale."""

from functools import lru_cache

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import landscape as experiment
from explorable import Axis, Band, Cases, Chart, Choice, Explorable, Line, Rule, Sampled, Slider, Text, Toggle

NETWORKS = {"plain": "plain", "batchnorm": "batch norm", "twin": "frozen twin"}
COLORS = {"plain": "plain", "batchnorm": "batchnorm", "twin": "frozen"}
MEASURES = {
    "loss_range": ("Range of the loss", "range of the loss"),
    "gradient_change": ("Change of the gradient", "change of the gradient"),
    "beta": ("Effective smoothness of the loss", "change over distance"),
}
NORMS = ("plain", "batchnorm")  # trained; the twin is made of the second
CONFIGS = {
    "A": "10 ReLU layers, learning rate 0.3",
    "B": "10 ReLU layers, learning rate 0.1",
    "C": "6 tanh layers, learning rate 0.3",
}
STEPS = tuple(range(0, 100, 10))
RUN = kept.load("landscape")
CAP = 1e7  # values beyond are drawn as gaps; a plain network of configuration A diverges
PARTS = {"low": np.min, "middle": np.median, "high": np.max}


@lru_cache(maxsize=3)
def result(config):
    """The experiment and its summary."""
    run = experiment.kept_run(RUN, list(CONFIGS).index(config))
    settings = {"steps": STEPS, "multiples": experiment.MULTIPLES, "distances": experiment.DISTANCES}
    return {**{k: np.array(v) for k, v in settings.items()}, **run}, experiment.summary(run)


def tables(config, matched, twin, step):
    """The loss on the way at every step; the three measures at every probe, and their medians over training."""
    run, found = result(config)
    scale = int(matched)
    left = (run["diverged_at"][: len(NORMS)] < 0).all(axis=0)  # the seeds in which no network has diverged
    far = run["distances"] if matched else run["multiples"]
    outputs = {"steps": run["steps"][None, :], "way": np.concatenate([[0], far])[None, :]}
    outputs["way_window"] = np.array([[0, far[-1]]])
    for n, name in enumerate(NETWORKS):
        hidden = name == "twin" and not twin
        losses = run["losses"][n, scale].swapaxes(0, 1)  # R, S, 1 + D
        outputs |= spread("way", name, losses, hidden)
        outputs[f"end_{name}"] = np.minimum(np.median(losses[..., -1], axis=1), CAP)
        for q, measure in enumerate(MEASURES):
            outputs |= spread(measure, name, found[measure][n, scale][None], hidden)
            outputs[f"{measure}_all_{name}"] = [np.median(found["median"][q, n, scale, left])]
    return outputs


def spread(part, name, values, hidden):
    """Least, median and largest over the seeds, the second axis; NaN where a seed has diverged, or if hidden."""
    good = (values < CAP).all(axis=1) & (not hidden)
    values = np.where(values < CAP, values, 0)
    return {f"{part}_{how}_{name}": np.where(good, pick(values, axis=1), np.nan) for how, pick in PARTS.items()}


def landscape():
    """Plain against batch norm along the gradient, with scale matched or not, and with a frozen twin."""
    gaps = [f"{m}_{part}_{name}" for m in ("way", *MEASURES) for part in PARTS for name in NETWORKS]
    return Explorable(
        key="landscape",
        title="How rough is the ground along the gradient?",
        wide=True,
        controls=[
            Choice("config", "network", options=CONFIGS, start="B"),
            Slider("step", "training step", values=STEPS, start=20, play=8),
            Toggle(
                "matched", "at equal scale", start=False, help="Weights in units of their own length, equal distances."
            ),
            Toggle("twin", "show the frozen twin", start=False, help="Batch norm whose mean and spread do not answer."),
        ],
        model=Sampled(tables, along="step", error=None, gaps=gaps),
        figures=[_way(), *(_chart(measure, *words) for measure, words in MEASURES.items())],
        columns=2,
        readout=Cases(
            "twin",
            {
                0: "At step {step}, at the far end, the loss is {end_plain:.3g} plain and {end_batchnorm:.3g} with "
                "batch norm.",
                1: "At step {step}, at the far end, the loss is {end_plain:.3g} plain, {end_batchnorm:.3g} with batch "
                "norm and {end_twin:.3g} for the frozen twin.",
            },
        ),
        caption="First, the loss along the negative gradient at one step of training: half to four learning rates "
        "ahead, or, at equal scale, up to 0.3 of the length of the weights. The other pictures: at every tenth step, "
        "the range of these losses, the largest change of the gradient on the way, and the largest ratio of that "
        "change to the distance; smaller is smoother. The written numbers are medians over training and the seeds that "
        "survive it. Line: median of 8 seeds; band: from the least to the largest. A line ends where a "
        "seed has diverged.",
    )


def _marks(part, x):
    """Band and line of every network; those of the twin only if it is shown."""
    for name, words in NETWORKS.items():
        shown = {"when": "twin"} if name == "twin" else {}
        yield Band(x, f"{part}_low_{name}", f"{part}_high_{name}", color=COLORS[name], **shown)
        yield Line(x, f"{part}_middle_{name}", color=COLORS[name], label=words, **shown)


def _medians(measure):
    """The medians over training, each written at its height."""
    for name, (x, anchor) in zip(NETWORKS, ((2, "start"), (50, "middle"), (88, "end")), strict=True):
        shown = {"when": "twin"} if name == "twin" else {}
        words = f"median {{{measure}_all_{name}:.3g}}"
        yield Text(x, f"{measure}_all_{name}", words, color=COLORS[name], anchor=anchor, **shown)


def _way():
    return Chart(
        [*_marks("way", "way")],
        title="The loss on the way, at this step",
        x=Axis("how far ahead", domain="way_window"),
        y=Axis("loss", log=True, domain=(0.01, 2000)),
        height=240,
        alt="Loss along the negative gradient at step {step}. At the far end: plain {end_plain:.3g}, batch norm "
        "{end_batchnorm:.3g}.",
    )


def _chart(measure, title, label):
    return Chart(
        [Rule(x="step", color="moved", dash=False, width=1), *_marks(measure, "steps"), *_medians(measure)],
        title=title,
        x=Axis("training step", domain=(0, 90)),
        y=Axis(label, log=True),
        height=240,
        alt=f"{title} over training. Median: plain {{{measure}_all_plain:.3g}}, batch norm "
        f"{{{measure}_all_batchnorm:.3g}}.",
    )
