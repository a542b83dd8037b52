"""The noise experiment: must what enters a layer be steady for a network to learn?"""

import numpy as np

from bnbook.experiments import kept
from bnbook.experiments import noise as experiment
from explorable import Axis, Band, Chart, Dot, Drag, Explorable, Line, Rule, Sampled, Slider, Text

STRENGTHS, RATES = experiment.STRENGTHS, experiment.LEARNING_RATES
STEPS, EVERY = experiment.STEPS, 20
NETWORKS = ("plain", "batchnorm")
PARTS = {"low": np.min, "middle": np.median, "high": np.max}
FOUR = (
    ("clean", "plain", "plain", "plain"),
    ("noisy", "plain", "plain", "noisy plain"),
    ("clean", "batchnorm", "batchnorm", "batch norm"),
    ("noisy", "batchnorm", "noisy", "noisy batch norm"),
)
LEVELS = np.array(STRENGTHS)
SHOWN = np.maximum(LEVELS, 0.5)  # where the strengths stand on a logarithmic axis; 0 at its left end
LAST = 200 // experiment.SMOOTH  # windows of the last 200 steps
CURVES = [f"{who}_{part}_{name}" for who in ("clean", "noisy") for part in PARTS for name in NETWORKS]
FINALS = [f"{who}_final_{name}" for who in ("clean", "noisy") for name in NETWORKS]
UNITS = [f"unit_{part}_{name}" for part in ("low", "middle", "high") for name in ("plain", "noisy")]
# Largest errors of the packed values; the losses stand on a logarithmic axis that begins at 0.005.
ERRORS = dict.fromkeys(CURVES + FINALS, 0.0002) | dict.fromkeys(UNITS, 0.01)
RUN = kept.load("noise")  # seeds, networks, strengths, rates in front


def tables(lr, strength):
    """Training curves of the four networks, one unit's percentiles, and the final loss at every strength."""
    run = {name: values[:, :, :, RATES.index(float(lr))] for name, values in RUN.items()}
    places = [STRENGTHS.index(float(q)) for q in strength]
    final = run["loss"][..., -LAST:].mean(axis=-1)  # S, N, Q
    unrest = np.median(run["unrest"], axis=-1)
    steps = np.arange(0, STEPS - 1, EVERY)
    outputs = {"loss_steps": np.arange(experiment.SMOOTH, STEPS + 1, experiment.SMOOTH)[None, :]}
    outputs["times"] = np.stack([steps, steps + 1], axis=-1).ravel()[None, :]
    for n, name in enumerate(NETWORKS):
        for who, q in (("clean", [0]), ("noisy", places)):
            for part, pick in PARTS.items():
                outputs[f"{who}_{part}_{name}"] = pick(run["loss"][:, n, q], axis=0)
            outputs[f"{who}_final_{name}"] = np.median(final[:, n, q], axis=0)
            outputs[f"{who}_accuracy_{name}"] = 100 * np.median(run["accuracy"][:, n, q], axis=0)
            outputs[f"{who}_unrest_{name}"] = np.median(unrest[:, n, q], axis=0)
        for part, pick in PARTS.items():
            outputs[f"all_{part}_{name}"] = pick(final[:, n], axis=0)[None, :]
    outputs |= unit(run["unit_percentiles"][0, 0, :1], "plain")
    outputs |= unit(run["unit_percentiles"][0, 1, places], "noisy")
    low = np.minimum(outputs["unit_low_plain"].min(), outputs["unit_low_noisy"].min(axis=-1))
    high = np.maximum(outputs["unit_high_plain"].max(), outputs["unit_high_noisy"].max(axis=-1))
    outputs["window"] = np.stack([low, high], axis=-1)
    outputs["place"] = SHOWN[places]
    return outputs


def unit(percentiles, name):
    """Percentiles of one unit of the last hidden layer, (Q, R, 2, 3), both steps of each record in a row."""
    flat = percentiles.reshape(len(percentiles), -1, 3)
    return {f"unit_{part}_{name}": flat[..., k] for k, part in enumerate(("low", "middle", "high"))}


def noise():
    """Plain, batch norm, and both with noise that is redrawn at every step."""
    return Explorable(
        key="noise-experiment",
        title="Shake the distribution on purpose",
        controls=[
            Slider("strength", "strength of the noise", values=STRENGTHS, start=4.0, unit="× the paper's"),
            Slider("lr", "learning rate", values=RATES, start=2.0),
        ],
        model=Sampled(tables, along="strength", error=ERRORS),
        figures=[
            _curves(),
            _ends(),
            _unit("plain", "plain", "A unit of the plain network"),
            _unit("noisy", "noisy", "A unit with noisy batch norm"),
        ],
        columns=4,
        layout="stacked",
        wide=True,
        readout="A unit's inputs move by {clean_unrest_plain:.2g} of their spread per step plain, by "
        "{noisy_unrest_batchnorm:.2g} with noisy batch norm; final loss {clean_final_plain:.3f} and "
        "{noisy_final_batchnorm:.3f}.",
        caption="First, training loss (line: median of 8 seeds; band: from the least to the largest). Second, the "
        "loss at the end against the strength of the noise, whose line can be dragged; level lines are without noise. "
        "Then the 15th, 50th and 85th percentile of what enters one sigmoid of the last hidden layer, over the same 60 "
        "images, at 40 pairs of steps that follow each other (seed 0); the sentence tells the typical move of their "
        "mean and spread.",
    )


def _curves():
    return Chart(
        [
            *(
                Band("loss_steps", f"{who}_low_{name}", f"{who}_high_{name}", color=color)
                for who, name, color, _ in FOUR
            ),
            *(
                Line("loss_steps", f"{who}_middle_{name}", color=color, dash=who == "noisy", label=words)
                for who, name, color, words in FOUR
            ),
        ],
        direct=True,
        title="Training loss",
        x=Axis("training step", domain=(0, STEPS)),
        y=Axis("loss", log=True, domain=(0.005, 4)),
        alt="Training loss. At the end: plain {clean_final_plain:.3f}, batch norm {clean_final_batchnorm:.3f}, noisy "
        "batch norm {noisy_final_batchnorm:.3f}, noisy plain {noisy_final_plain:.3f}.",
    )


def _ends():
    marks = []
    for name, words, color, level in (
        ("plain", "noisy plain", "plain", "clean_final_plain"),
        ("batchnorm", "noisy batch norm", "noisy", "clean_final_batchnorm"),
    ):
        marks += [
            Band(SHOWN, f"all_low_{name}", f"all_high_{name}", color=color),
            Line(SHOWN, f"all_middle_{name}", color=color, dash=True, label=words),
            Rule(y=level, color=name, dash=False, width=1.5),
        ]
    return Chart(
        [
            *marks,
            Rule(x="place", color="moved", dash=False, drag=Drag("strength", "path")),
            Dot("place", "noisy_final_batchnorm", color="moved", size=6),
            Dot("place", "noisy_final_plain", color="moved", size=6),
            Text(0.5, 0.005, "none", color="muted", anchor="start", dy=-8),
        ],
        direct=True,
        title="Where does the advantage end?",
        x=Axis("strength of the noise", log=True, domain=(0.45, 18), ticks=(1, 4, 8, 16)),
        y=Axis("final loss", log=True, domain=(0.005, 4)),
        alt="Final training loss against the strength of the noise; level lines for the plain network, "
        "{clean_final_plain:.3f}, and for batch norm, {clean_final_batchnorm:.3f}, without noise.",
    )


UNREST = {"plain": "clean_unrest_plain", "noisy": "noisy_unrest_batchnorm"}


def _unit(name, color, title):
    return Chart(
        [
            Band("times", f"unit_low_{name}", f"unit_high_{name}", color=color, opacity=0.3),
            Line("times", f"unit_middle_{name}", color=color, width=1.5),
        ],
        title=title,
        x=Axis("training step", domain=(0, STEPS)),
        y=Axis("input of the sigmoid", domain="window"),
        height=280,
        alt=f"{title}: the 15th, 50th and 85th percentile of what enters it, over training. In a typical step its mean "
        f"and spread move by {{{UNREST[name]}:.2g}} of that spread.",
    )
