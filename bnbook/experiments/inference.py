"""Training and inference: how running statistics lag, and how the gap between the two modes grows with depth.

Ioffe & Szegedy (2015), Algorithm 2; Wu & Johnson (2021), arXiv:2105.07576, for the lag and the precise
statistics. Digits, standardized; 64-(64 x depth)-10 ReLU networks with batch norm, start weights of variance
2 / fan-in, plain SGD at 0.1, eps 1e-5, float64. Running statistics do not act on training, so one training
run per batch size serves every momentum and both variances: the statistics of each batch are kept, and
averaged afterwards.

Momentum is the weight of the new value (PyTorch); Keras' 0.99 is 0.01 here. Axes U: the running variance
takes the unbiased batch variance (m / (m - 1) times the biased one), or the biased one. A batch of one has
variance 0: its unbiased variance is undefined and gives NaN, its biased one lets the running variance decay
to 0.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.layers import Running, precise_statistics
from bn.network import accuracy, forward, init
from bn.optim import train

MOMENTA = (0.01, 0.1, 0.5)
VARIANCES = ("unbiased", "biased")
BATCH_SIZES = (1, 2, 4, 16, 64)
DEPTHS = (1, 2, 5, 10, 20)
BATCHES = 50  # at most, for batch mode and for precise statistics


def run_convergence(
    batch_size=32, momenta=(0.01, 0.03, 0.1, 0.3, 1.0), steps=200, depth=4, seed=0, unit=0, population_every=5
):
    """The running statistics of one unit of every layer, step by step, with what they run after.

    P momenta, H = depth layers, T = steps, R population records:
    momenta (P,), population_steps (R,).
    batch_mean, batch_var (H, T) : of the batch of each step; the variance is the biased one.
    running_mean (P, H, T + 1) : before the first step (0) and after each.
    running_var (U = 2, P, H, T + 1) : in the order of VARIANCES, from 1.
    population_mean, population_var (H, R) : over all training images as one batch, same weights.
    """
    population = []
    at = np.arange(0, steps + 1, population_every)

    def look(net, images):
        caches = forward(net, images)[1].norm_caches
        population.append([[c.mu[0, 0, unit], c.var[0, 0, unit]] for c in caches])

    means, variances = _statistics(depth, batch_size, (seed,), steps, at, look, digits((seed,)))
    means, variances = means[:, :, 0, unit].T, variances[:, :, 0, unit].T  # (H, T)
    weight = np.array(momenta)[:, None]
    corrected = np.stack([correction(batch_size, v) * variances for v in VARIANCES])
    population = np.array(population).transpose(2, 1, 0)
    return {
        "momenta": np.array(momenta),
        "population_steps": at,
        "batch_mean": means,
        "batch_var": variances,
        "running_mean": running_path(np.zeros_like(means[None, :, 0]), means[None], weight),
        "running_var": running_path(np.ones_like(corrected[:, None, :, 0]), corrected[:, None], weight),
        "population_mean": population[0],
        "population_var": population[1],
    }


def run_gap(depth=20, batch_sizes=BATCH_SIZES, momenta=MOMENTA, checkpoints=(20, 60, 200), seeds=(0, 1, 2)):
    """Batch mode against inference mode on held-out images, for every layer of a stack.

    M batch sizes, C checkpoints (numbers of training steps), U = 2 VARIANCES, P momenta, S seeds, H = depth
    layers: batch_sizes (M,), checkpoints (C,), momenta (P,), seeds (S,).
    accuracy_batch (M, C, S) : batches of the training size, normalized with their own statistics; of at most
        50 batches, so of 50 images for a batch size of 1 and of all 500 from 10 on.
    accuracy_running (M, C, U, P, S), accuracy_precise (M, C, S) : inference mode, all 500 images; precise
        statistics from 50 training batches with frozen weights.
    gap (M, C, U, P, S, H) : root mean square difference between the two modes in what enters a layer's
        activation, on the images of `accuracy_batch`, in units of the root mean square gamma.
    gap_precise (M, C, S, H) : the same with precise statistics.
    """
    data = digits(seeds)
    parts = [_gap(depth, m, momenta, checkpoints, seeds, data) for m in batch_sizes]
    result = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    settings = {"batch_sizes": batch_sizes, "checkpoints": checkpoints, "momenta": momenta, "seeds": seeds}
    return {**{key: np.array(value) for key, value in settings.items()}, **result}


def run_depths(seed, depths=DEPTHS, batch_sizes=BATCH_SIZES, momenta=MOMENTA, checkpoints=(20, 60, 200)):
    """`run_gap` for one seed and several depths D; NaN for the layers that a shorter stack does not have.

    accuracy_batch, accuracy_precise (D, M, C), accuracy_running (D, M, C, U, P), gap (D, M, C, U, P, H = the deepest
    of DEPTHS), gap_precise (D, M, C, H).
    """
    runs = [run_gap(depth, batch_sizes, momenta, checkpoints, (seed,)) for depth in depths]
    accuracies = ("accuracy_batch", "accuracy_running", "accuracy_precise")
    result = {name: np.stack([run[name][..., 0] for run in runs]) for name in accuracies}
    return {**result, **{name: np.stack([_deepened(run[name]) for run in runs]) for name in ("gap", "gap_precise")}}


def _deepened(gap):
    """(..., S = 1, H) to (..., deepest), in float32; what explodes with a batch of one is cut at 1e30."""
    space = np.full((*gap.shape[:-2], max(DEPTHS) - gap.shape[-1]), np.nan)
    return np.concatenate([np.minimum(gap[..., 0, :], 1e30), space], axis=-1).astype(np.float32)


def correction(batch_size, variance):
    """What the biased batch variance is multiplied by; NaN for the unbiased variance of a batch of one."""
    if variance == "biased":
        return 1.0
    return batch_size / (batch_size - 1) if batch_size > 1 else np.nan


def running_path(start, values, momentum):
    """r <- (1 - momentum) r + momentum value, along the last axis: start (...,), values (..., T).

    Returns (..., T + 1), the start first. momentum broadcasts against (...,).
    """
    path = [np.broadcast_to(start, np.broadcast_shapes(np.shape(momentum), start.shape))]
    for t in range(values.shape[-1]):
        path.append((1 - momentum) * path[-1] + momentum * values[..., t])
    return np.stack(path, axis=-1)


def _statistics(depth, batch_size, seeds, steps, at, look, data):
    """Train and keep each step's batch statistics: means and biased variances, (T, H, S, d) each.

    look : called with (net, training images) before the steps in `at`.
    """
    images, _ = data.train(seeds)
    kept, wanted = [], set(at)

    def record(step, net, x, labels):
        if step:  # with momentum 1, the running statistics are those of the last batch
            kept.append([[r.mean[:, 0], r.var[:, 0]] for r in net.running])
        if step in wanted:
            look(net, images)

    net = init((64, *[64] * depth, 10), norm="batch", seeds=seeds)
    settings = {"batch_size": batch_size, "steps": steps, "momentum": 1.0, "variance": "biased"}
    train(net, data, 0.1, record=record, **settings)
    kept = np.array(kept)  # (T, H, 2, S, d)
    return kept[:, :, 0], kept[:, :, 1]


def _gap(depth, batch_size, momenta, checkpoints, seeds, data):
    """The arrays of `run_gap` for one batch size."""
    nets = []

    def keep(net, images):
        nets.append(net)

    means, variances = _statistics(depth, batch_size, seeds, max(checkpoints), checkpoints, keep, data)
    rows = []
    for steps, net in zip(checkpoints, nets):
        batches = _batch_mode(net, data, batch_size)
        seen = means[:steps], variances[:steps]
        runs = [
            _inference_mode(net, data, _running(*seen, momentum, batch_size, variance), batches)
            for variance in VARIANCES
            for momentum in momenta
        ]
        precise, gap_precise = _inference_mode(net, data, precise_running(net, data, batch_size), batches)
        right, gaps = zip(*runs)
        shape = (len(VARIANCES), len(momenta))
        rows.append(
            {
                "accuracy_batch": batches[1],
                "accuracy_running": np.reshape(right, (*shape, net.size)),
                "gap": np.reshape(gaps, (*shape, net.size, depth)),
                "accuracy_precise": precise,
                "gap_precise": gap_precise,
            }
        )
    return {key: np.stack([row[key] for row in rows]) for key in rows[0]}


def _batch_mode(net, data, batch_size):
    """What enters each activation, (S, n, d) a layer, and the accuracy (S,), on held-out batches of their own."""
    images, labels = data.test(net.seeds)
    count = min(images.shape[1] // batch_size, BATCHES)
    parts = [forward(net, images[:, i * batch_size : (i + 1) * batch_size]) for i in range(count)]
    entering = [np.concatenate(layer, axis=1) for layer in zip(*(trace.y for _, trace in parts))]
    logits = np.concatenate([logits for logits, _ in parts], axis=1)
    return entering, accuracy(logits, labels[:, : logits.shape[1]])


def _inference_mode(net, data, running, batches):
    """Accuracy (S,) on all held-out images and the gap (S, H) to batch mode; NaN where the statistics are."""
    if np.isnan(running[0].var).any():
        return np.full(net.size, np.nan), np.full((net.size, net.hidden), np.nan)
    images, labels = data.test(net.seeds)
    logits, trace = forward(replace(net, running=running), images, training=False)
    gaps = []
    for y, reference, layer in zip(trace.y, batches[0], net.params):
        difference = y[:, : reference.shape[1]] - reference
        unit = (layer["gamma"] ** 2).mean(axis=(1, 2))
        gaps.append(np.sqrt((difference**2).mean(axis=(1, 2)) / unit))
    return accuracy(logits, labels), np.stack(gaps, axis=-1)


def _running(means, variances, momentum, batch_size, variance):
    """The running statistics after the given batches (T, H, S, d), one `Running` per layer, from 0 and 1."""
    mean = running_path(np.zeros(means.shape[1:]), np.moveaxis(means, 0, -1), momentum)[..., -1]
    new = np.moveaxis(variances, 0, -1) * correction(batch_size, variance)
    var = running_path(np.ones(variances.shape[1:]), new, momentum)[..., -1]
    return [Running(m[:, None], v[:, None], len(means)) for m, v in zip(mean, var)]


def precise_running(net, data, batch_size):
    """Statistics of `BATCHES` training batches with the weights as they are; `recompute_statistics` refuses m = 1."""
    images, _ = data.train(net.seeds)
    count = min(images.shape[1] // batch_size, BATCHES)
    traces = [forward(net, images[:, i * batch_size : (i + 1) * batch_size])[1] for i in range(count)]
    layers = zip(*(trace.norm_caches for trace in traces))
    return [Running(*precise_statistics([c.mu for c in layer], [c.var for c in layer])) for layer in layers]
