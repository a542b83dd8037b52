"""The loss along the gradient while networks train: three measures, as they are and at matched scale."""

from functools import lru_cache

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import landscape as experiment
from explorable import Axis, Band, Chart, Choice, Explorable, Line, Sampled, Toggle

NETWORKS = {"plain": "plain", "batchnorm": "batch norm", "twin": "batch norm, statistics frozen"}
COLOURS = {"plain": "plain", "batchnorm": "batchnorm", "twin": "noisy"}
MEASURES = {
    "loss_range": ("Range of the loss", "range of the loss"),
    "gradient_change": ("Change of the gradient", "change of the gradient"),
    "beta": ("Effective smoothness of the loss", "change over distance"),
}
CONFIGS = {
    "A": "10 ReLU layers, learning rate 0.3",
    "B": "10 ReLU layers, learning rate 0.1",
    "C": "6 tanh layers, learning rate 0.3",
}
CAP = 1e7  # values beyond are drawn as gaps; a plain network of configuration A diverges


@lru_cache(maxsize=3)
def result(config):
    """The experiment and its summary."""
    run = experiment.run(config)
    return run, experiment.summary(run)


def tables(config, matched, twin):
    """The three measures at every probe: median over the seeds and their range; and medians over training."""
    run, found = result(config)
    scale = int(matched)
    outputs = {"steps": run["steps"]}
    for n, name in enumerate(NETWORKS):
        for q, measure in enumerate(MEASURES):
            values = np.where(found[measure][n, scale] < CAP, found[measure][n, scale], np.nan)  # S, R
            if name == "twin" and not twin:
                values = np.full_like(values, np.nan)
            missing = np.isnan(values).any(axis=0)
            for part, pick in (("low", np.nanmin), ("middle", np.nanmedian), ("high", np.nanmax)):
                outputs[f"{measure}_{part}_{name}"] = np.where(missing, np.nan, pick(np.nan_to_num(values), axis=0))
            outputs[f"{measure}_all_{name}"] = np.median(found["median"][q, n, scale])
    outputs["lost"] = int((~np.isfinite(found["final_loss"][0])).sum())
    return outputs


def landscape():
    """Plain against batch norm along the gradient, with scale matched or not, and with a frozen twin."""
    gaps = [f"{m}_{part}_{name}" for m in MEASURES for part in ("low", "middle", "high") for name in NETWORKS]
    return Explorable(
        key="landscape",
        title="How rough is the ground along the gradient?",
        controls=[
            Choice("config", "network", options=CONFIGS, start="A"),
            Toggle(
                "matched", "at equal scale", start=False, help="Weights in units of their own length, equal distances."
            ),
            Toggle("twin", "show the frozen twin", start=False, help="Batch norm whose mean and spread do not answer."),
        ],
        model=Sampled(tables, error=None, gaps=gaps),
        figures=[_chart(measure, *words) for measure, words in MEASURES.items()],
        columns=2,
        readout="Medians over training and 4 seeds. Range of the loss: plain {loss_range_all_plain:.3g}, batch norm "
        "{loss_range_all_batchnorm:.3g}, frozen twin {loss_range_all_twin:.3g}. Change of the gradient: "
        "{gradient_change_all_plain:.3g}, {gradient_change_all_batchnorm:.3g}, {gradient_change_all_twin:.3g}. "
        "Effective smoothness: {beta_all_plain:.3g}, {beta_all_batchnorm:.3g}, {beta_all_twin:.3g}. Smaller is "
        "smoother.",
        caption="At every fifth step the network looks ahead along its negative gradient, half to four learning "
        "rates far, or at equal scale 2 to 30 percent of the length of every weight matrix. Line: median of 4 seeds; "
        "band: from the least to the largest. A line ends where a network of a seed has diverged.",
    )


def _chart(measure, title, label):
    marks = []
    for name, words in NETWORKS.items():
        marks += [
            Band("steps", f"{measure}_low_{name}", f"{measure}_high_{name}", color=COLOURS[name]),
            Line(
                "steps",
                f"{measure}_middle_{name}",
                color=COLOURS[name],
                label=words,
                when="twin" if name == "twin" else None,
            ),
        ]
    return Chart(
        marks,
        title=title,
        x=Axis("training step", domain=(0, 95)),
        y=Axis(label, log=True),
        height=240,
        alt=f"{title} over training. Median: plain {{{measure}_all_plain:.3g}}, batch norm "
        f"{{{measure}_all_batchnorm:.3g}}, frozen twin {{{measure}_all_twin:.3g}}.",
    )
