"""How the length of normalized weights moves: with decay, after a push, and under other optimizers than plain SGD.

Findings for `bnbook.experiments.findings`, functions of one seed. Networks and data are those of `norm_growth`: digits
with 30 percent random labels, ReLU, batch norm with eps = 0, He start weights, batches of 32, float64.
"""

import numpy as np

from bn.data import Batches
from bn.network import init, loss_and_grads
from bn.optim import train
from bn.steps import adam_move, adam_start, momentum_move, momentum_start, sgd_step
from bnbook.experiments import norm_growth

RATES = (0.05, 0.1, 0.2, 0.4, 0.8)
DECAYS = (0.0, 0.003, 0.01, 0.03)
SCALES = (0.3, 1.0, 10.0)
EVERY, WINDOW = 10, 8  # records, and how many of them are averaged
OPTIMIZERS = {"sgd": (0.01, 0.1), "momentum": (0.01, 0.1), "adam": (0.001, 0.01)}  # with their learning rates
SHAPES = ((32,), (64, 64, 64))
MOVES = {  # what each remembers at first, and (gradients, that) -> what it subtracts, times the learning rate
    "sgd": (lambda net: None, lambda grads, state: (grads, state)),
    "momentum": (momentum_start, momentum_move),
    "adam": (adam_start, adam_move),
}


def balance(seed, scales=SCALES, rates=RATES, decays=DECAYS, steps=4000, widths=(32,)):
    """The last hidden layer's weights, from several lengths, at every learning rate and decay.

    A scales, L rates, D decays; R means over windows of EVERY x WINDOW steps:
    norm, angle, loss (A, L, D, R) : length, angle per step in radians, training loss.
    unit_square (A, L, D, R) : |g~|^2, the squared length of the gradient at length 1.
    start (A, L, D) : the first length.   diverged_at (A, L, D).
    """
    pairs = [(rate, decay) for rate in rates for decay in decays]
    shape = (len(rates), len(decays))
    rows = {name: [] for name in ("norm", "angle", "loss", "unit_square", "start", "diverged_at")}
    for scale in scales:
        run = norm_growth.run(pairs, (seed,), steps, EVERY, scale=scale, widths=widths)
        found = {
            "norm": windows(run["norm"][:, 0, -1]),
            "angle": windows(run["angle"][:, 0, -1]),
            "loss": run["loss"][:, 0].reshape(len(pairs), -1, EVERY * WINDOW).mean(axis=-1),
            "unit_square": windows((run["norm"] * run["gradient"])[:, 0, -1] ** 2),
            "start": run["norm"][:, 0, -1, 0],
            "diverged_at": run["diverged_at"][:, 0],
        }
        for name, values in found.items():
            rows[name].append(values.reshape(*shape, *values.shape[1:]))
    return {name: np.array(values) for name, values in rows.items()}


def windows(records):
    """Means of the last axis over windows of WINDOW records."""
    return records.reshape(*records.shape[:-1], -1, WINDOW).mean(axis=-1)


def pushed(seed, settings=((0.2, 0.01), (0.4, 0.01), (0.2, 0.02)), push=1.1, settle=2000, follow=250, shape=(32,)):
    """A network in balance, and its twin whose hidden weights are multiplied by `push`; the same batches for both.

    P pairs (learning rate, decay):
    apart (P, follow + 1) : ln of the ratio of their squared lengths. Near the balance it should shrink by
    2 (1 - eta lambda)^2 - 1 in each step, that is by about 1 - 4 eta lambda.   predicted (P,) : that number.
    """
    rate, decay = np.array(settings).T
    seeds = np.full(len(settings), seed)
    data = norm_growth.noisy_digits((seed,), 0.3)
    start = init((64, *shape, 10), norm="batch", seeds=seeds, eps=0.0)
    net, _ = train(start, data, rate, decay=decay, batch_size=32, steps=settle)
    nets = [net, norm_growth.scaled(net, np.full(len(settings), push))]
    batches = Batches(data, seeds, seeds + 1000, 32, follow)
    apart = []
    for step in range(follow + 1):
        squares = [norm_growth.length(norm_growth.hidden_weights(one)[0]) ** 2 for one in nets]
        apart.append(np.log(squares[1] / squares[0]))
        if step < follow:
            x, labels = batches(step, np.arange(len(seeds)))
            nets = [sgd_step(one, loss_and_grads(one, x, labels)[1], rate, decay) for one in nets]
    return {"apart": np.array(apart).T, "predicted": 2 * (1 - rate * decay) ** 2 - 1}


def optimizers(seed, shapes=SHAPES, steps=500):
    """Hidden weights under plain SGD, SGD with momentum 0.9 and Adam, without weight decay.

    B shapes, O optimizers with two learning rates each; over all hidden layers and steps:
    shorter (B, O, 2) : share of the steps after which a layer's weights are shorter than before.
    unit_shorter (B, O, 2) : the same for single units.   growth (B, O, 2) : last length over the first.
    lowest, highest (B, O, 2) : of the cosine between the weights and what is subtracted from them.
    """
    names = ("shorter", "unit_shorter", "growth", "lowest", "highest")
    rows = [[_followed(seed, shape, name, rates, steps) for name, rates in OPTIMIZERS.items()] for shape in shapes]
    return dict(zip(names, np.moveaxis(np.array(rows), 2, 0)))


def _followed(seed, shape, optimizer, rates, steps):
    """The measures of `optimizers` for one shape and optimizer, (5, rates)."""
    seeds, rates = np.full(len(rates), seed), np.array(rates)
    net = init((64, *shape, 10), norm="batch", seeds=seeds, eps=0.0)
    batches = Batches(norm_growth.noisy_digits((seed,), 0.3), seeds, seeds, 32, steps)
    first = [norm_growth.length(w) for w in norm_growth.hidden_weights(net)]
    start, move_of = MOVES[optimizer]
    state, seen = start(net), []
    for step in range(steps):
        grads = loss_and_grads(net, *batches(step, np.arange(len(seeds))))[1]
        moves, state = move_of(grads, state)
        after = sgd_step(net, moves, rates)
        layers = zip(norm_growth.hidden_weights(net), moves, norm_growth.hidden_weights(after))
        seen += [_step_measures(w, move["w"], new) for w, move, new in layers]
        net = after
    shorter, units, cosine = np.moveaxis(np.array(seen), 1, 0)  # steps x layers, rates
    last = [norm_growth.length(w) for w in norm_growth.hidden_weights(net)]
    growth = np.mean(np.array(last) / np.array(first), axis=0)
    return shorter.mean(axis=0), units.mean(axis=0), growth, cosine.min(axis=0), cosine.max(axis=0)


def _step_measures(w, move, new):
    """Whether a layer has become shorter, what share of its units, and the cosine of w and the move, (k,) each."""
    lengths = norm_growth.length(w) * norm_growth.length(move)
    units = ((new**2).sum(axis=1) < (w**2).sum(axis=1)).mean(axis=1)
    return norm_growth.length(new) < norm_growth.length(w), units, (w * move).sum(axis=(1, 2)) / lengths
