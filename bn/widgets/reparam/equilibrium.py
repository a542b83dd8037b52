"""A network with batch norm on digits: length of its weights, effective step and angle per step through training."""

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import norm_growth as experiment
from bn.widgets.reparam.digits import rounded
from explorable import Axis, Band, Cases, Chart, Explorable, Line, Rule, Sampled, Slider

SCALES = (0.3, 1, 10)
RATES = (0.05, 0.2, 0.8)
DECAYS = (0, 0.003, 0.01, 0.03)
SEEDS = (0, 1, 2)
STEPS, EVERY, WINDOW = 4000, 10, 8  # what is shown are means over windows of 8 records, 80 steps
SHOWN = np.arange(0, STEPS, EVERY).reshape(-1, WINDOW).mean(axis=1)


def tables(scale, lr, decay):
    """Every pair of learning rate and decay, trained from one scale of the start weights; arrays (L, D, ...)."""
    trained = [0.0, *(float(d) for d in decay if d)]  # without decay first, to compare with
    pairs = [(float(r), d) for r in lr for d in trained]
    run = experiment.run(pairs, SEEDS, STEPS, EVERY, scale=float(scale))
    shape, columns = (len(lr), len(trained)), [trained.index(float(d)) for d in decay]

    def table(values, columns=columns):
        return rounded(values).reshape(*shape, *values.shape[1:])[:, columns]

    norm, angle = windows(run["norm"][:, :, 0]), windows(np.degrees(run["angle"][:, :, 0]))
    loss = run["loss"].reshape(len(pairs), len(SEEDS), len(SHOWN), -1).mean(axis=-1)
    rates, decays = run["settings"].T
    has_balance = decays > 0
    predicted = np.where(has_balance, run["predicted_fourth"][:, :, 0].mean(axis=1), 1.0) ** 0.25
    half = len(SHOWN) // 2
    outputs = {
        "norm": table(norm.mean(axis=1)),
        "norm_free": table(norm.mean(axis=1), [0] * len(decay)),
        "effective_free": table(rates[:, None] / norm.mean(axis=1) ** 2, [0] * len(decay)),
        "angle_free": table(angle.mean(axis=1), [0] * len(decay)),
        "effective": table(rates[:, None] / norm.mean(axis=1) ** 2),
        "balanced": table(has_balance.astype(int)),
        "norm_balance": table(predicted),
        "effective_balance": table(rates / predicted**2),
        "angle_balance": table(np.where(has_balance, np.degrees(run["predicted_angle"]), 1.0)),
        "norm_end": table(norm[:, :, -1].mean(axis=1)),
        "norm_start": table(run["norm"][:, :, 0, 0].mean(axis=1)),
        "angle_end": table(angle[:, :, half:].mean(axis=(1, 2))),
        "loss_end": table(loss[:, :, half:].mean(axis=(1, 2))),
    }
    for name, values in (("angle", angle), ("loss", loss)):
        for part, pick in (("low", np.min), ("mean", np.mean), ("high", np.max)):
            outputs[f"{name}_{part}"] = table(pick(values, axis=1))
    return outputs


def windows(records):
    """Means of the last axis over windows of WINDOW records."""
    return records.reshape(*records.shape[:-1], -1, WINDOW).mean(axis=-1)


def balance():
    """Length, effective step, angle per step and loss, for every learning rate, decay and start."""
    end = (
        "The weights began with length {norm_start:.3g} and end with {norm_end:.3g}. In the second half of training a "
        "step turns them by {angle_end:.3g}° on average"
    )
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
            _chart("norm", "Length of the weights", "‖w‖", (0.5, 100)),
            _chart("effective", "Effective step", "η/‖w‖²", (1e-6, 1)),
            _chart("angle", "Angle per step", "degrees", (0.001, 100)),
            _loss(),
        ],
        columns=2,
        readout=Cases(
            "balanced",
            {
                0: end + ". Without weight decay there is no balance.",
                1: end + "; the balance predicts a length of {norm_balance:.3g} and {angle_balance:.3g}°.",
            },
        ),
        caption="A network of 32 ReLU units with batch normalization (ε = 0) on digits of which 30 percent have random "
        "labels; weight decay on the hidden layer; means over 80 steps and 3 seeds, bands from lowest to highest seed. "
        "Dashed, the predicted balance; it uses the mean length of the gradient that was measured in the second half. "
        "Where a curve leaves the picture, a unit fell asleep, its weights shrank to nothing, and waking up threw them "
        "far out.",
    )


def _chart(name, title, label, domain):
    values = f"{name}_mean" if name == "angle" else name
    marks = [
        Rule(y=f"{name}_balance", color="predicted", when="balanced", label="predicted balance"),
        Line(SHOWN, f"{name}_free", color="muted", width=1.5, when="balanced", label="without decay"),
    ]
    if name == "angle":
        marks.append(Band(SHOWN, "angle_low", "angle_high", color="batchnorm"))
    return Chart(
        [*marks, Line(SHOWN, values, color="batchnorm")],
        title=title,
        x=Axis("training step", domain=(0, STEPS)),
        y=Axis(label, log=True, domain=domain),
        height=230,
        alt=f"{title} against the training step, on a logarithmic axis. " + ALT[name],
    )


ALT = {
    "norm": "From {norm_start:.3g} to {norm_end:.3g}.",
    "effective": "In inverse proportion to the square of the length, which ends at {norm_end:.3g}.",
    "angle": "In the second half {angle_end:.3g} degrees on average.",
}


def _loss():
    return Chart(
        [Band(SHOWN, "loss_low", "loss_high", color="batchnorm"), Line(SHOWN, "loss_mean", color="batchnorm")],
        title="Training loss",
        x=Axis("training step", domain=(0, STEPS)),
        y=Axis("cross-entropy", domain=(0, 2.5)),
        height=230,
        alt="The training loss against the training step; {loss_end:.3g} on average in the second half.",
    )
