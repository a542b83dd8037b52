"""By what angle a step turns normalized weights once growth and decay balance, under five optimizers.

Networks and data are those of `norm_growth`: digits with 30 percent random labels, ReLU, batch norm with
eps = 0, He start weights, batches of 32, float64; weight decay on hidden layers only. Where successive gradients are
independent of each other the angle is known in first order: sqrt(2 eta lambda / (1 + alpha)) for SGD with momentum
alpha, and sqrt(2 eta lambda (1 - beta1) / (1 + beta1)) for AdamW (the published code of Kosson, Messmer & Jaggi 2024).
"""

from functools import partial

import numpy as np

from bn.network import init
from bn.optim import train
from bn.steps import OPTIMIZERS, adamw_step, momentum_step
from bnbook.experiments import norm_growth

MOMENTUM = {"sgd": 0.0, "momentum-0.5": 0.5, "momentum-0.9": 0.9, "adamw-0.5": 0.5, "adamw-0.9": 0.9}
STEPPED = {
    "sgd": OPTIMIZERS["sgd"],
    "momentum-0.5": partial(momentum_step, momentum=0.5),
    "momentum-0.9": partial(momentum_step, momentum=0.9),
    "adamw-0.5": partial(adamw_step, beta1=0.5),
    "adamw-0.9": partial(adamw_step, beta1=0.9),
}
# (learning rate over 1 - alpha, decay) of each way to step; decay through a velocity counts 1 / (1 - alpha) times, so
# that weights shrink by themselves by 0.001, 0.004, 0.004 (split another way) and 0.04 a step under all of them
PAIRS = {"sgd": ((0.1, 0.01), (0.2, 0.02), (0.1, 0.04), (0.2, 0.2))}
for _name, _part in (("momentum-0.5", 2), ("momentum-0.9", 10)):
    PAIRS[_name] = tuple((rate / _part, decay) for rate, decay in PAIRS["sgd"])
PAIRS |= dict.fromkeys(("adamw-0.5", "adamw-0.9"), ((0.01, 0.1), (0.02, 0.2), (0.01, 0.4), (0.02, 2.0)))
PLACES = {"usual": (32,), "two layers": (48, 48)}


def predicted(name, pairs=None):
    """The angle in radians, in first order, for every pair (learning rate, decay)."""
    square = 2 * np.prod(np.array(PAIRS[name] if pairs is None else pairs), axis=-1)
    share = MOMENTUM[name]
    return np.sqrt(square * ((1 - share) / (1 + share) if name.startswith("adamw") else 1 / (1 + share)))


def of_seed(seed, places=tuple(PLACES), names=tuple(STEPPED), steps=2000, every=10):
    """One seed; Q places, O ways to step, P pairs; means over hidden layers and over every tenth step of the second
    half:

    angle (Q, O, P) : by which a step turns a layer's weights, in radians.
    shorter (Q, O, P) : share of those steps after which a layer's weights are shorter.
    range (Q, O, P) : the largest length in those steps over the smallest; large where weights were thrown out.
    cosine (Q, O, P) : of the weights' moves in two steps that follow each other.
    diverged_at (Q, O, P) : the step at which the network diverged, or -1; then its weights stand still.
    """
    rows = [[_followed(seed, PLACES[place], name, steps, every) for name in names] for place in places]
    return dict(zip(("angle", "shorter", "range", "cosine", "diverged_at"), np.moveaxis(np.array(rows), 2, 0)))


def _followed(seed, widths, name, steps, every):
    """The measures of `of_seed` for one place and one way to step, (5, pairs)."""
    lr, decay = np.array(PAIRS[name]).T
    net = init((64, *widths, 10), norm="batch", seeds=np.full(len(lr), seed), eps=0.0)
    first = np.arange(steps // 2, steps - 1, every)
    at = np.unique(np.concatenate([first, first + 1, first + 2]))
    _, history = train(
        net,
        norm_growth.noisy_digits((seed,), 0.3),
        lr,
        decay=decay,
        batch_size=32,
        steps=steps,
        optimizer=STEPPED[name],
        record=lambda step, net, x, labels: norm_growth.hidden_weights(net),
        record_at=at,
    )
    weights = dict(zip(at.tolist(), history.records, strict=True))
    seen = [_measures(*(weights[t + k] for k in range(3))) for t in first.tolist()]
    lengths = np.array([np.mean([norm_growth.length(w) for w in weights[t]], axis=0) for t in first.tolist()])
    angle, shorter, cosine = np.mean(seen, axis=0)
    return angle, shorter, lengths.max(axis=0) / lengths.min(axis=0), cosine, history.diverged_at


def _measures(before, after, later):
    """Angle, whether shorter, and the cosine of two moves that follow each other; means over layers, (3, k)."""
    found = []
    for w, v, u in zip(before, after, later, strict=True):
        moves = (v - w), (u - v)
        lengths = np.prod([norm_growth.length(move) for move in moves], axis=0)
        cosine = (moves[0] * moves[1]).sum(axis=(1, 2)) / np.where(lengths > 0, lengths, 1.0)
        found.append((_angle(w, v), norm_growth.length(v) < norm_growth.length(w), cosine))
    return np.mean(found, axis=0)


def _angle(a, b):
    """Between two stacks of weights (k, fan_in, fan_out), from its tangent, which keeps small angles exact."""
    along = ((a * b).sum(axis=(1, 2)) / (a * a).sum(axis=(1, 2)))[:, None, None] * a
    return np.arctan2(norm_growth.length(b - along), norm_growth.length(along))
