"""The loss along the gradient while networks train: ridges, and three measures, as they are or at equal scale."""

from functools import lru_cache

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import landscape as experiment
from explorable import Arrow, Axis, Band, Chart, Choice, Explorable, Line, Rule, Sampled, Slider, Text, Toggle

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
TENFOLD = 22.0  # of the axis of steps: how much a ridge rises where the loss is ten times that at its start
MOST = 2.1 * TENFOLD  # no ridge rises or falls by more
PARTS = {"low": np.min, "middle": np.median, "high": np.max}


@lru_cache(maxsize=3)
def result(config):
    """The experiment and its summary."""
    run = experiment.kept_run(RUN, list(CONFIGS).index(config))
    settings = {"steps": STEPS, "multiples": experiment.MULTIPLES, "distances": experiment.DISTANCES}
    return {**{k: np.array(v) for k, v in settings.items()}, **run}, experiment.summary(run)


def tables(config, matched, twin, step):
    """The loss on the way at every step, as ridges; the three measures at every probe, and their medians."""
    run, found = result(config)
    scale = int(matched)
    left = (run["diverged_at"][: len(NORMS)] < 0).all(axis=0)  # the seeds in which no network has diverged
    far = run["distances"] if matched else run["multiples"]
    outputs = {"steps": run["steps"][None, :], "way": np.concatenate([[0], far])[None, :]}
    outputs["way_window"] = np.array([[0, far[-1]]])
    outputs["bracket"] = np.array([0.04 * far[-1]])
    for n, name in enumerate(NETWORKS):
        outputs |= ridges(name, run["losses"][n, scale])
        for q, measure in enumerate(MEASURES):
            outputs |= spread(measure, name, found[measure][n, scale][None], name == "twin" and not twin)
            outputs[f"{measure}_all_{name}"] = [np.median(found["median"][q, n, scale, left])]
    return outputs


def ridges(name, losses):
    """What the ridges of a network show, of losses (S, R, 1 + D).

    loss : medians over the seeds.   ridge, low, high : how far above the step's own height median, least and largest of
    loss over loss at the start stand.   now, ... : the same at the step.   NaN where a seed has diverged.
    """
    good = (losses < CAP).all(axis=0)
    losses = np.where(losses < CAP, losses, CAP)
    middle = np.median(losses, axis=0)
    ratio = losses / losses[..., :1]
    base = np.array(STEPS)[:, None]
    rise = {how: base + TENFOLD * np.log10(pick(ratio, axis=0)) for how, pick in PARTS.items()}
    rise = {how: np.where(good, np.clip(at, base - MOST, base + MOST), np.nan) for how, at in rise.items()}
    outputs = {
        f"ridge_{name}": rise["middle"][None],
        f"loss_{name}": np.where(good, middle, np.nan)[None],
        f"start_{name}": middle[:, 0],
        f"end_{name}": np.minimum(middle[:, -1], CAP),
    }
    return outputs | {f"now_{how}_{name}": at for how, at in rise.items()}


def spread(part, name, values, hidden):
    """Least, median and largest over the seeds, the second axis; NaN where a seed has diverged, or if hidden."""
    good = (values < CAP).all(axis=1) & (not hidden)
    values = np.where(values < CAP, values, 0)
    return {f"{part}_{how}_{name}": np.where(good, pick(values, axis=1), np.nan) for how, pick in PARTS.items()}


def landscape():
    """Plain against batch norm along the gradient, with scale matched or not, and with a frozen twin."""
    parts = [f"{part}_{name}" for part in ("ridge", "loss", *(f"now_{how}" for how in PARTS)) for name in NETWORKS]
    gaps = parts + [f"{measure}_{part}_{name}" for measure in MEASURES for part in PARTS for name in NETWORKS]
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
            Toggle(
                "twin", "measures of the frozen twin", start=False, help="Its mean and spread do not answer to a step."
            ),
        ],
        model=Sampled(tables, along="step", error=None, gaps=gaps),
        figures=[
            *(_ridges(name, words) for name, words in NETWORKS.items()),
            *(_chart(measure, *words) for measure, words in MEASURES.items()),
        ],
        columns=3,
        layout="stacked",
        readout="At step {step}, at the far end, the loss is {end_plain:.3g} plain, {end_batchnorm:.3g} with batch "
        "norm and {end_twin:.3g} for the frozen twin.",
        caption="Above, what lies ahead: each ridge is one step of training; it rises and falls as the loss does along "
        "the negative gradient, half to four learning rates ahead, or, at equal scale, up to 0.3 of the length of the "
        "weights. Ridges are medians of 8 seeds; around that of the step chosen, a band from the least to the largest. "
        "Below, at every step, the range of these losses, the largest change of the gradient on the way, and the "
        "largest ratio of that change to the distance; smaller is smoother. The written numbers are medians over "
        "training and the seeds that survive it. A line ends where a seed has diverged.",
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


def _ridges(name, words):
    color, at = COLORS[name], np.array(STEPS, float)[:, None]
    base = np.repeat(at, RUN["losses"].shape[-1], axis=1)
    top = STEPS[-1] + MOST - 2
    tells = {"training step": base, "loss": f"loss_{name}"}
    marks = [
        Band("way", base, f"ridge_{name}", color=color, opacity=0.12),
        Band("way", f"now_low_{name}", f"now_high_{name}", color="moved", opacity=0.35),
        Line("way", f"ridge_{name}", color=color, width=1.75, tells=tells),
        Line("way", f"now_middle_{name}", color="moved", width=2.5, tells={}),
        Rule(y="step", color="moved", dash=False, width=1),
    ]
    scale = [
        Arrow("bracket", top - TENFOLD, "bracket", top, color="muted", width=1.5),
        Text("bracket", top, "loss × 10", color="muted", anchor="start", dx=7, dy=4),
    ]
    return Chart(
        marks + scale,
        title=f"{words.capitalize()}: the ground ahead",
        x=Axis("how far ahead", domain="way_window"),
        y=Axis("training step", domain=(-20, STEPS[-1] + MOST), ticks=STEPS[::2]),
        height=330,
        low=220,
        alt=f"Ten ridges above each other, {words}: the loss along the negative gradient at every tenth step. At step "
        f"{{step}} it goes from {{start_{name}:.3g}} to {{end_{name}:.3g}}.",
    )


def _chart(measure, title, label):
    return Chart(
        [Rule(x="step", color="moved", dash=False, width=1), *_marks(measure, "steps"), *_medians(measure)],
        title=title,
        x=Axis("training step", domain=(0, 90)),
        y=Axis(label, log=True),
        height=210,
        low=170,
        alt=f"{title} over training. Median: plain {{{measure}_all_plain:.3g}}, batch norm "
        f"{{{measure}_all_batchnorm:.3g}}.",
    )
