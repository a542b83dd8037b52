"""A network with batch norm on digits: length of its weights, effective step and angle per step through training.

Drawn from the kept finding "balance", eight seeds.
"""

import numpy as np

from bnbook.experiments import kept, lengths
from bnbook.widgets.reparam.digits import rounded
from explorable import Axis, Band, Cases, Chart, Dot, Drag, Explorable, Line, Rule, Sampled, Slider, Text

SCALES, RATES, DECAYS = lengths.SCALES, lengths.RATES, lengths.DECAYS
RUN = kept.load("balance")  # by value, so that the tables are made anew when the finding changes
WINDOWS = RUN["norm"].shape[-1]
STEPS = WINDOWS * lengths.EVERY * lengths.WINDOW
SHOWN = np.arange(0, STEPS, lengths.EVERY).reshape(-1, lengths.WINDOW).mean(axis=1)


def tables(scale, lr, decay):
    """Every pair of learning rate and decay, from one scale of the start weights; arrays (L, D, ...) over the seeds."""
    rows, columns = [RATES.index(float(r)) for r in lr], [DECAYS.index(float(d)) for d in decay]
    free = [DECAYS.index(0.0)] * len(decay)

    def of(name, columns=columns):
        """(seeds, L, D, ...)."""
        return RUN[name][:, SCALES.index(float(scale))][:, rows][:, :, columns]

    eta, lam = np.array(lr, float)[:, None], np.array(decay, float)[None, :]
    norm, angle, loss, half = of("norm"), np.degrees(of("angle")), of("loss"), WINDOWS // 2
    length, turn = predicted(eta, lam, of("unit_square")[..., half:].mean(axis=-1))
    outputs = {
        "norm_free": np.median(of("norm", free), axis=0),
        "effective_free": np.median(eta[..., None] / of("norm", free) ** 2, axis=0),
        "angle_free": np.median(np.degrees(of("angle", free)), axis=0),
        "balanced": np.broadcast_to(lam > 0, (len(lr), len(decay))).astype(int),
        "norm_balance": np.median(length, axis=0),
        "effective_balance": np.median(eta / length**2, axis=0),
        "angle_balance": np.degrees(turn),
        "norm_end": np.median(norm[..., -1], axis=0),
        "norm_start": np.median(of("start"), axis=0),
        "angle_end": np.median(angle[..., half:].mean(axis=-1), axis=0),
        "loss_end": np.median(loss[..., half:].mean(axis=-1), axis=0),
    }
    for name, values in (("norm", norm), ("effective", eta[..., None] / norm**2), ("angle", angle), ("loss", loss)):
        for part, pick in (("low", np.min), ("mid", np.median), ("high", np.max)):
            outputs[f"{name}_{part}"] = pick(values, axis=0)
    for name in ("norm", "angle"):
        outputs[f"{name}_first"] = outputs[f"{name}_mid"][..., 0]
        outputs[f"{name}_last"] = outputs[f"{name}_mid"][..., -1]
    return {name: rounded(values, 4) for name, values in outputs.items()}


def predicted(eta, lam, unit_square):
    """Length (seeds, L, D) and angle (L, D), in radians, at the balance; 1 where there is no decay and so no balance.

    eta (L, 1), lam (1, D), unit_square (seeds, L, D) : |g~|^2.
    """
    some = np.where(lam > 0, lam, 1.0)
    length = (eta * unit_square / (2 * some - eta * some**2)) ** 0.25
    both = np.broadcast_to(lam > 0, np.broadcast_shapes(eta.shape, lam.shape))
    return np.where(both, length, 1.0), np.where(both, np.arccos(1 - eta * lam), np.radians(1.0))


def balance():
    """Length, effective step, angle per step and loss, for every learning rate, decay and start."""
    end = "Length {norm_start:.3g} became {norm_end:.3g}; a step turns the weights by {angle_end:.3g}°"
    return Explorable(
        key="balance",
        title="Growth and decay on digits",
        controls=[
            Slider("decay", "weight decay λ", values=DECAYS, start=0.01),
            Slider("lr", "learning rate η", values=RATES, start=0.2),
            Slider("scale", "start weights, times", values=SCALES, start=1),
        ],
        model=Sampled(tables, along=("lr", "decay")),
        figures=[
            _walk(),
            _chart("norm", "Length of the weights", "‖w‖", (0.5, 100)),
            _chart("angle", "Angle per step", "degrees", (0.001, 100)),
            _loss(),
        ],
        columns=4,
        layout="stacked",
        wide=True,
        readout=Cases(
            "balanced",
            {
                0: end + ". Without decay there is no balance.",
                1: end + ". The balance predicts {norm_balance:.3g} and {angle_balance:.3g}°.",
            },
        ),
        caption="First, the walk of the weights through training: to the balance, which is the cross, from wherever "
        "you drag its beginning. Then the same over time; the angle of the sentence is the average of the second half. "
        "A network of 32 ReLU units with batch normalization (ε = 0) on digits of which 30 percent have random "
        "labels; weight decay on the hidden layer; means over 80 steps. Lines, medians of 8 seeds; bands, from the "
        "lowest seed to the highest. Dashed, the predicted balance; it uses the mean square of the gradient that was "
        "measured in the second half. Where a band widens at one blow, a unit of one network fell asleep, its weights "
        "shrank to nothing, and waking up threw them far out.",
    )


def _walk():
    return Chart(
        [
            Rule(x="norm_balance", color="predicted", dash="dots", when="balanced"),
            Rule(y="angle_balance", color="predicted", dash="dots", when="balanced"),
            Line("norm_mid", "angle_mid", color="batchnorm", width=2),
            Dot("norm_last", "angle_last", color="batchnorm", size=5),
            Dot("norm_balance", "angle_balance", color="predicted", symbol="cross", size=6, when="balanced"),
            Dot("norm_first", "angle_first", color="moved", size=7, drag=Drag("scale", "path")),
            Text("norm_first", "angle_first", "start", color="moved", dx=30, dy=8),
            Text("norm_last", "angle_last", "end", color="batchnorm", dy=16),
            Text("norm_balance", "angle_balance", "balance", color="predicted", dx=44, dy=-12, when="balanced"),
        ],
        title="The walk of the weights",
        x=Axis("length of the weights", log=True, domain=LENGTHS),
        y=Axis("angle per step, degrees", log=True, domain=ANGLES),
        height=230,
        alt="Angle per step against length, from a length of {norm_first:.3g} to {norm_last:.3g}.",
    )


LENGTHS, ANGLES = (1.5, 150), (0.02, 40)


def _chart(name, title, label, domain):
    return Chart(
        [
            Band(SHOWN, f"{name}_low", f"{name}_high", color="batchnorm"),
            Rule(y=f"{name}_balance", color="predicted", when="balanced", label="predicted balance"),
            Line(SHOWN, f"{name}_free", color="muted", width=1.5, when="balanced", label="without decay"),
            Line(SHOWN, f"{name}_mid", color="batchnorm"),
        ],
        title=title,
        x=Axis("training step", domain=(0, STEPS)),
        y=Axis(label, log=True, domain=domain),
        height=230,
        alt=f"{title} against the training step, on a logarithmic axis. " + ALT[name],
    )


ALT = {
    "norm": "From {norm_start:.3g} to {norm_end:.3g}.",
    "angle": "In the second half {angle_end:.3g} degrees on average.",
}


def _loss():
    return Chart(
        [Band(SHOWN, "loss_low", "loss_high", color="batchnorm"), Line(SHOWN, "loss_mid", color="batchnorm")],
        title="Training loss",
        x=Axis("training step", domain=(0, STEPS)),
        y=Axis("cross-entropy", domain=(0, 2.5)),
        height=230,
        alt="The training loss against the training step; {loss_end:.3g} on average in the second half.",
    )
