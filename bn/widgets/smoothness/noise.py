"""The noise experiment: must what enters a layer be steady for a network to learn?"""

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import noise as experiment
from explorable import Axis, Band, Chart, Dot, Explorable, Line, Rule, Sampled, Slider, Text

STRENGTHS, RATES = (0.0, 1.0, 4.0, 8.0, 16.0), experiment.LEARNING_RATES
STEPS, EVERY = 1200, 24
NETWORKS = ("plain", "batchnorm")
PARTS = {"low": np.min, "mean": np.mean, "high": np.max}
FOUR = (
    ("clean", "plain", "plain", "plain"),
    ("noisy", "plain", "plain", "noisy plain"),
    ("clean", "batchnorm", "batchnorm", "batch norm"),
    ("noisy", "batchnorm", "noisy", "noisy batch norm"),
)
LEVELS = np.array(STRENGTHS)
SHOWN = np.maximum(LEVELS, 0.5)  # where the strengths stand on a logarithmic axis; 0 at its left end
LAST = 200 // experiment.SMOOTH  # windows of the last 200 steps
CURVES = [f"{who}_{part}_{name}" for who in ("clean", "noisy") for part in ("low", "mean", "high") for name in NETWORKS]
FINALS = [f"{who}_final_{name}" for who in ("clean", "noisy") for name in NETWORKS]
UNITS = [f"unit_{part}_{name}" for part in ("low", "middle", "high") for name in ("plain", "noisy")]
# Largest errors of the packed values; the losses stand on a logarithmic axis that begins at 0.005.
ERRORS = dict.fromkeys(CURVES + FINALS, 0.0002) | dict.fromkeys(UNITS, 0.01)


def tables(lr, strength):
    """Training curves of the four networks, one unit's percentiles, and the final loss at every strength."""
    run = experiment.run(
        learning_rates=(float(lr),), strengths=tuple(float(q) for q in strength), steps=STEPS, every=EVERY
    )
    loss = run["loss"][:, :, 0]  # N, Q, S, W
    final = loss[..., -LAST:].mean(axis=-1)
    outputs = {"loss_steps": run["loss_steps"][None, :]}
    times = np.stack([run["steps"], run["steps"] + 1], axis=-1).ravel()
    outputs["times"] = times[None, :]
    for n, name in enumerate(NETWORKS):
        for who, q in (("clean", slice(0, 1)), ("noisy", slice(None))):
            curves = loss[n, q]
            for part, pick in PARTS.items():
                outputs[f"{who}_{part}_{name}"] = pick(curves, axis=1)
            outputs[f"{who}_final_{name}"] = final[n, q].mean(axis=1)
            outputs[f"{who}_accuracy_{name}"] = 100 * run["accuracy"][n, q, 0].mean(axis=-1)
            outputs[f"{who}_unrest_{name}"] = run["instability"][n, q, 0, :, -1].mean(axis=-1)
        for part, pick in PARTS.items():
            outputs[f"all_{part}_{name}"] = pick(final[n], axis=1)[None, :]
    outputs |= unit(run["unit_percentiles"][0, :1, 0, 0, -1], "plain")
    outputs |= unit(run["unit_percentiles"][1, :, 0, 0, -1], "noisy")
    low = np.minimum(outputs["unit_low_plain"].min(), outputs["unit_low_noisy"].min(axis=-1))
    high = np.maximum(outputs["unit_high_plain"].max(), outputs["unit_high_noisy"].max(axis=-1))
    outputs["window"] = np.stack([low, high], axis=-1)
    outputs["place"] = SHOWN
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
            Slider("strength", "strength of the noise", values=STRENGTHS, start=1.0, unit="× the paper's"),
            Slider("lr", "learning rate", values=RATES, start=0.5),
        ],
        model=Sampled(tables, along="strength", error=ERRORS),
        figures=[
            _curves(),
            _ends(),
            _unit("plain", "plain", "A unit of the plain network"),
            _unit("noisy", "noisy", "A unit with noisy batch norm"),
        ],
        columns=2,
        readout="From step to step, mean and spread of what enters the last hidden layer's sigmoids move by "
        "{clean_unrest_plain:.2g} in the plain network, {clean_unrest_batchnorm:.2g} with batch norm and "
        "{noisy_unrest_batchnorm:.2g} with noisy batch norm. Final training loss: plain {clean_final_plain:.3f}, "
        "batch norm {clean_final_batchnorm:.3f}, noisy batch norm {noisy_final_batchnorm:.3f}, noisy plain "
        "{noisy_final_plain:.3f}.",
        caption="First, training loss (line: mean of 3 seeds; band: from the least to the largest). Second, "
        "the loss at the end against the strength of the noise; level lines are without noise. Then, the 15th, 50th "
        "and 85th percentile of what enters one sigmoid of the last hidden layer, at 50 pairs of steps that follow "
        "each other (seed 0).",
    )


def _curves():
    return Chart(
        [
            *(
                Band("loss_steps", f"{who}_low_{name}", f"{who}_high_{name}", color=color)
                for who, name, color, _ in FOUR
            ),
            *(
                Line("loss_steps", f"{who}_mean_{name}", color=color, dash=who == "noisy", label=words)
                for who, name, color, words in FOUR
            ),
        ],
        title="Training loss",
        x=Axis("training step", domain=(0, STEPS)),
        y=Axis("loss", log=True, domain=(0.005, 4)),
        alt="Training loss. At the end: plain {clean_final_plain:.3f}, batch norm {clean_final_batchnorm:.3f}, noisy "
        "batch norm {noisy_final_batchnorm:.3f}, noisy plain {noisy_final_plain:.3f}.",
    )


def _ends():
    marks = []
    for name, words, colour, level in (
        ("plain", "noisy plain", "plain", "clean_final_plain"),
        ("batchnorm", "noisy batch norm", "noisy", "clean_final_batchnorm"),
    ):
        marks += [
            Band(SHOWN, f"all_low_{name}", f"all_high_{name}", color=colour),
            Line(SHOWN, f"all_mean_{name}", color=colour, dash=True, label=words),
            Rule(y=level, color=name, dash=False, width=1.5),
        ]
    return Chart(
        [
            *marks,
            Dot("place", "noisy_final_batchnorm", color="moved", size=6),
            Dot("place", "noisy_final_plain", color="moved", size=6),
            Text(0.5, 0.005, "none", color="muted", anchor="start", dy=-8),
        ],
        title="Where does the advantage end?",
        x=Axis("strength of the noise", log=True, domain=(0.45, 18), ticks=(1, 4, 8, 16)),
        y=Axis("final loss", log=True, domain=(0.005, 4)),
        alt="Final training loss against the strength of the noise; level lines for the plain network, "
        "{clean_final_plain:.3f}, and for batch norm, {clean_final_batchnorm:.3f}, without noise.",
    )


def _unit(name, colour, title):
    return Chart(
        [
            Band("times", f"unit_low_{name}", f"unit_high_{name}", color=colour, opacity=0.3),
            Line("times", f"unit_middle_{name}", color=colour, width=1.5),
        ],
        title=title,
        x=Axis("training step", domain=(0, STEPS)),
        y=Axis("input of the sigmoid", domain="window"),
        height=220,
        alt=f"{title}: the 15th, 50th and 85th percentile of what enters it, over training.",
    )
