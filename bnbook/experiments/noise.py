"""Noise after every batch norm layer, redrawn at every step: must the distribution be stable to train well?

Santurkar et al. (2018), Figure 2 and appendix A.2.1, Algorithm 1. At every step, for every unit of every hidden
layer, a shift mu ~ U(-n, n) with n = 0.5 q and a scale sigma ~ U(1, 1 + 0.25 q) are drawn; then for every example
m ~ U(mu - 0.1 q, mu + 0.1 q) and s ~ N(sigma, 0.1 q), and what enters the activation, y, becomes s y + m. Gradients
treat s and m as constants. q is the strength: 1 is the paper's, 0 no noise. Evaluation is without noise.

How restless a layer is, is told in units of its own spread, and on images that stay the same: two batches differ even
where nothing has moved, and networks of different spread cannot be compared in raw units.

The networks are narrower ones of `drift`: 64-64-64-64-10, sigmoid, binary digits, start weights of standard
deviation 0.1, batches of 60, plain SGD, float32; there a plain network trains, but slowly. They use VGG.
A seed draws the same noise whatever the norm, the learning rate and the strength, which multiplies it.
"""

import numpy as np

from bn.data import digits
from bn.network import forward, init
from bn.optim import train
from bnbook.experiments.common import NORMS, cast, held_out

PERCENTILES = (15, 50, 85)
HIDDEN = 3
STRENGTHS = (0.0, 1.0, 4.0, 8.0, 16.0)
LEARNING_RATES = (0.5, 2.0)
STEPS = 800
SMOOTH = 20  # steps over which the training loss is averaged


def run(
    learning_rates=LEARNING_RATES,
    strengths=STRENGTHS,
    seeds=(0, 1, 2),
    steps=STEPS,
    every=20,
    batch_size=60,
    norms=NORMS,
    width=64,
):
    """Train plain and with batch norm, at every strength of the noise; strength 0 is without.

    N norms, Q strengths, L learning rates, S seeds, H = 3 hidden layers (the last one counts most), R records;
    a record looks at two steps that follow each other, the batch of each with its noise:
    steps (R,) the first of the two, strengths (Q,), learning_rates (L,), seeds (S,).
    loss (N, Q, L, S, W) : training loss, mean over every 20 steps; inf from divergence on.
    loss_steps (W,) : the last step of each such window.
    accuracy (N, Q, L, S) : held out, without noise; batch norm with its running statistics.
    unrest (N, Q, L, S, H, R) : absolute change from one step to the next of a unit's mean and of its standard
        deviation over the same `batch_size` training images, with the noise of each step; mean of the two, in units
        of the unit's standard deviation, mean over units.
    spread (N, Q, L, S, H, R) : that standard deviation, in the unit of the sigmoid's input; mean over units.
    unit_percentiles (N, Q, L, S, H, R, 2, 3) : 15th, 50th, 85th percentile over the same images of what enters one
        unit's sigmoid (unit 0), at both steps of every record.
    diverged_at (N, Q, L, S) : step, or -1.
    Raises ValueError for a negative strength.
    """
    if min(strengths) < 0:
        raise ValueError(f"strengths are {strengths}; allowed are numbers that are 0 or larger")
    data = cast(digits(seeds, prepare="binary"), np.float32)
    shape = len(strengths), len(learning_rates), len(seeds)
    strength, lr, net_seeds = (a.ravel() for a in np.meshgrid(strengths, learning_rates, seeds, indexing="ij"))
    at = np.arange(0, steps - 1, every)
    parts = [_train(norm, strength, data, lr, net_seeds, steps, at, batch_size, width) for norm in norms]
    arrays = {key: np.stack([part[key].reshape(*shape, *part[key].shape[1:]) for part in parts]) for key in parts[0]}
    settings = {"steps": at, "strengths": strengths, "learning_rates": learning_rates, "seeds": seeds}
    settings["loss_steps"] = np.arange(SMOOTH, steps + 1, SMOOTH)
    return {**{key: np.array(value) for key, value in settings.items()}, **arrays}


def _train(norm, strength, data, lr, seeds, steps, at, batch_size, width):
    """The arrays of `run` for one norm: one stack of all networks; strength, lr and seeds have an entry for each."""
    widths = HIDDEN * (width,)
    net = init((64, *widths, 10), norm=norm, activation="sigmoid", init=0.1, seeds=seeds, dtype=np.float32)

    def noise(step, part):
        if part.size < len(seeds):  # the stack would no longer tell whose noise is whose
            raise RuntimeError(f"a network diverged at step {step}; sigmoids keep every loss below train's bound")
        return draw(strength, step, seeds, batch_size, widths)

    fixed = data.train(seeds)[0][:, :batch_size]

    def look(step, net, x, labels):
        with np.errstate(over="ignore", invalid="ignore"):
            return [_moments(y) for y in forward(net, fixed, noise=noise(step, net))[1].y]

    pairs = np.stack([at, at + 1], axis=1)
    net, history = train(
        net, data, lr, batch_size=batch_size, steps=steps, noise=noise, record=look, record_at=pairs.ravel()
    )
    return _collect(net, history, data, pairs)


def draw(strength, step, seeds, batch_size, widths=HIDDEN * (64,)):
    """The noise of one step: (factor, shift), each (k, batch_size, width) float32, for every hidden layer.

    strength : one number, or one per network; 0 gives factor 1 and shift 0.   seeds : (k,).
    """
    distinct, which = np.unique(seeds, return_inverse=True)
    drawn = [_unit_noise(np.random.default_rng([1805, int(seed), step]), batch_size, widths) for seed in distinct]
    strength = np.broadcast_to(np.float32(strength), len(seeds))[:, None, None]
    layers = ([np.stack(part)[which] for part in zip(*layer)] for layer in zip(*drawn))
    return [(1 + strength * factor, strength * shift) for factor, shift in layers]


def _unit_noise(rng, m, widths):
    """For every layer (factor - 1, shift) at strength 1, each (m, width)."""

    def uniform(*shape):
        return rng.random(shape, dtype=np.float32)

    return [
        (
            0.25 * uniform(1, d) + 0.1 * rng.standard_normal((m, d), dtype=np.float32),
            0.5 * (2 * uniform(1, d) - 1) + 0.1 * (2 * uniform(m, d) - 1),
        )
        for d in widths
    ]


def _moments(y):
    """Of what enters a layer's sigmoids, y (k, m, d): means, spreads (k, d) and percentiles of unit 0 (k, 3)."""
    return y.mean(axis=1), y.std(axis=1), np.percentile(y[:, :, 0], PERCENTILES, axis=1).T


def moved(mean, spread):
    """How far each unit has moved between two steps, in units of its spread, and that spread: (R, 2, ...) twice."""
    unit = np.maximum((spread[:, 0] + spread[:, 1]) / 2, np.finfo(np.float32).tiny)
    return (np.abs(mean[:, 1] - mean[:, 0]) + np.abs(spread[:, 1] - spread[:, 0])) / 2 / unit, unit


def _collect(net, history, data, pairs):
    """The arrays of `run`, networks in front."""
    mean, spread, percentiles = (
        np.array([[layer[part] for layer in record] for record in history.records]).reshape(
            *pairs.shape, 3, net.size, -1
        )
        for part in range(3)
    )  # (R, 2, H, k, ...)
    change, unit = moved(mean, spread)
    windows = history.losses[: len(history.losses) // SMOOTH * SMOOTH].reshape(-1, SMOOTH, net.size)
    return {
        "loss": windows.mean(axis=1).T,
        "accuracy": held_out(net, data),
        "unrest": change.mean(axis=-1).transpose(2, 1, 0),
        "spread": unit.mean(axis=-1).transpose(2, 1, 0),
        "unit_percentiles": percentiles.transpose(3, 2, 0, 1, 4),
        "diverged_at": history.diverged_at,
    }


def summary(result, wanted_loss=0.5):
    """The figures of a run that a sentence can quote; every array is (N, Q, L, S) unless said.

    unrest : of the last hidden layer, median over the records.   steps_to : end of the first window with a loss below
    `wanted_loss`, inf if none.   final_loss : mean of the last 200 steps.   accuracy : without noise.
    advantage_ends (L,) : the smallest strength at which noisy batch norm no longer has a lower final loss than
    the plain network without noise in every seed; inf if it keeps it at all strengths.
    Needs both norms, and strength 0 first.
    """
    reached = result["loss"] < wanted_loss
    first = np.where(reached.any(axis=-1), result["loss_steps"][reached.argmax(axis=-1)], np.inf)
    final = result["loss"][..., -200 // SMOOTH :].mean(axis=-1)
    lost = ~(final[1] < final[0, :1]).all(axis=-1)  # (Q, L)
    ends = np.where(lost.any(axis=0), result["strengths"][lost.argmax(axis=0)], np.inf)
    return {
        "unrest": np.median(result["unrest"][..., -1, :], axis=-1),
        "steps_to": first,
        "final_loss": final,
        "accuracy": result["accuracy"],
        "advantage_ends": ends,
    }


def finding(seed, learning_rates=LEARNING_RATES, strengths=STRENGTHS, steps=STEPS, every=20, width=64):
    """One seed of `run`, last hidden layer only and as small as the widget needs it; see `bnbook.experiments.kept`."""
    found = run(learning_rates, strengths, (seed,), steps, every, width=width)
    last = {name: found[name][:, :, :, 0, -1] for name in ("unrest", "spread", "unit_percentiles")}
    small = {name: np.round(value, 4).astype(np.float32) for name, value in last.items()}
    ends = {name: found[name][:, :, :, 0] for name in ("accuracy", "diverged_at")}
    return {"loss": found["loss"][:, :, :, 0].astype(np.float32), **small, **ends}
