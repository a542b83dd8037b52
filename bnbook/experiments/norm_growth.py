"""How long the weights behind batch norm get, and how far a step turns them, on digits.

The loss does not change when the weights of a normalized layer are scaled. So the gradient is at right angles to
them, a step of gradient descent lengthens them, and the step that counts is the learning rate over their squared
length; with weight decay a balance is reached that sets the angle per step (van Laarhoven 2017; Arora, Li & Lyu 2019;
Kosson, Messmer & Jaggi 2024). All this holds for each unit and so for the weights of a layer taken as one vector,
which is what is measured here. Digits, standardized; ReLU networks with batch norm, He start weights, plain SGD,
float64. Weight decay w <- (1 - eta lambda) w - eta grad for hidden layers only. eps = 0 unless it says otherwise.
"""

from dataclasses import replace

import numpy as np

from bn.data import Batches, digits
from bn.network import forward, init, loss_and_grads
from bn.optim import train
from bn.steps import sgd_step
from bnbook.experiments.common import crossed

MEASURES = ("norm", "gradient", "radial", "angle", "growth_error")


def run(
    settings=((0.2, 0.0), (0.2, 0.01)),
    seeds=(0, 1, 2),
    steps=3000,
    every=10,
    widths=(32,),
    batch_size=32,
    label_noise=0.3,
    eps=0.0,
    scale=1.0,
):
    """Train with each pair (learning rate, weight decay) of `settings` and follow the hidden layers' weights.

    label_noise : share of training labels replaced by random ones, so that the gradient does not vanish.
    scale : times the hidden layers' start weights.
    P pairs, S seeds, H hidden layers, R records; N steps:
    steps (R,), settings (P, 2), seeds (S,).   loss (P, S, N) : of every batch.
    norm (P, S, H, R) : length of the weights.   gradient (P, S, H, R) : length of the gradient.
    radial (P, S, H, R) : cosine of the angle between the two; 0 for eps = 0.
    angle (P, S, H, R) : by which the step from here turns the weights, in radians.
    effective (P, S, H, R) : eta / norm^2, the step on the direction.
    growth_error (P, S, H, R) : |w'|^2 minus (1 - eta lambda)^2 |w|^2 + eta^2 |grad|^2, over |w|^2; 0 for eps = 0.
    fourth, predicted_fourth (P, S, H) : mean of norm^4 over the second half of the records, and the equilibrium
        eta |g~|^2 / (2 lambda - eta lambda^2), with the mean of |g~|^2 = |w|^2 |grad|^2 there; inf without decay.
    predicted_angle (P,) : arccos(1 - eta lambda), about sqrt(2 eta lambda).   diverged_at (P, S).
    """
    pairs = np.array(settings, dtype=float)
    which, net_seeds = crossed(np.arange(len(pairs)), seeds)
    lr, decay = pairs[which].T
    data = noisy_digits(seeds, label_noise)
    net = scaled(init((64, *widths, 10), norm="batch", seeds=net_seeds, eps=eps), np.full(len(net_seeds), scale))
    at = np.arange(0, steps, every)
    _, history = train(
        net, data, lr, decay=decay, batch_size=batch_size, steps=steps, record=_observer(lr, decay), record_at=at
    )
    rows = np.array(history.records)  # R, measures, H, k
    arrays = {name: _split(rows[:, i], pairs, seeds) for i, name in enumerate(MEASURES)}
    eta, lam = pairs[:, 0, None, None], pairs[:, 1, None, None]
    half = slice(len(at) // 2, None)
    unit = (arrays["norm"] * arrays["gradient"])[..., half] ** 2
    return {
        **arrays,
        "effective": eta[..., None] / arrays["norm"] ** 2,
        "fourth": (arrays["norm"][..., half] ** 4).mean(axis=-1),
        "predicted_fourth": _equilibrium(eta, lam, unit.mean(axis=-1)),
        "predicted_angle": np.arccos(1 - pairs[:, 0] * pairs[:, 1]),
        "loss": history.losses.T.reshape(len(pairs), len(seeds), steps),
        "diverged_at": history.diverged_at.reshape(len(pairs), len(seeds)),
        "steps": at,
        "settings": pairs,
        "seeds": np.array(seeds),
    }


def run_scales(scales=(1.0, 3.0, 10.0, 30.0), seeds=(0, 1, 2), steps=200, lr=0.1, eps=0.0):
    """The same learning rate with longer start weights: 64-64-64-64-10, all hidden weights times a.

    A scales, S seeds, H = 3 hidden layers:
    rotation (A, S, H) : angle between a layer's first and last weights, in radians.   norm (A, S, H) : at the start.
    loss (A, S, steps).   scales (A,), seeds (S,).
    """
    factors, net_seeds = crossed(scales, seeds)
    net = scaled(init((64, 64, 64, 64, 10), norm="batch", seeds=net_seeds, eps=eps), factors)
    after, history = train(net, digits(seeds), lr, steps=steps)
    shape = (len(scales), len(seeds))
    first, last = hidden_weights(net), hidden_weights(after)
    return {
        "rotation": np.array([_angle(a, b) for a, b in zip(first, last)]).T.reshape(*shape, -1),
        "norm": np.array([length(w) for w in first]).T.reshape(*shape, -1),
        "loss": history.losses.T.reshape(*shape, steps),
        "scales": np.array(scales),
        "seeds": np.array(seeds),
    }


def run_equivalent(a=10.0, lr=0.5, seeds=(0, 1, 2), steps=300, eps=0.0):
    """(w_0, eta) beside (a w_0, a^2 eta) for the hidden layer of 64-32-10: the same function at every step?

    S seeds:  gap (S, steps) : largest difference of the logits on the step's batch, over the largest logit.
    norm (2, S, steps), effective (2, S, steps) : length of the hidden weights, and learning rate over its square.
    """
    data = digits(seeds)
    nets = [init((64, 32, 10), norm="batch", seeds=seeds, eps=eps)] * 2
    nets[1] = scaled(nets[1], np.full(len(seeds), a))
    batches = Batches(data, nets[0].seeds, nets[0].seeds, 64, steps)
    gap, norms = [], []
    for step in range(steps):
        x, labels = batches(step, np.arange(len(seeds)))
        parts = [loss_and_grads(net, x, labels) for net in nets]
        logits = [trace.logits for _, _, trace in parts]
        gap.append(np.abs(logits[0] - logits[1]).max(axis=(1, 2)) / np.abs(logits[0]).max(axis=(1, 2)))
        norms.append([length(net.params[0]["w"]) for net in nets])
        nets = [sgd_step(net, _faster(part[1], f), lr) for net, part, f in zip(nets, parts, (1.0, a**2))]
    norms = np.moveaxis(np.array(norms), 0, -1)
    rates = np.array([lr, a**2 * lr])[:, None, None]
    return {"gap": np.array(gap).T, "norm": norms, "effective": rates / norms**2, "seeds": np.array(seeds)}


def run_eps(scales=(0.001, 0.01, 0.1, 1.0, 10.0), eps=(0.0, 1e-5, 1e-2), seeds=(0, 1, 2), lr=0.5, trained=100):
    """What eps breaks: 64-32-10, trained for a while, then the hidden weights times a, one batch, one step.

    E values of eps, A scales, S seeds:
    radial (E, A, S) : cosine of the angle between the weights and their gradient; 0 for eps = 0.
    kappa (E, A, S) : share of eps in var + eps, mean over the units.
    growth_error (E, A, S) : |w'|^2 - |w|^2 - eta^2 |grad|^2, over eta^2 |grad|^2.
    change (E, A, S) : root mean square change of the logits against a = 1, over their root mean square.
    scales (A,), eps (E,), seeds (S,).
    """
    data = digits(seeds)
    net, _ = train(init((64, 32, 10), norm="batch", seeds=seeds), data, lr, steps=trained)
    x, labels = data.train(seeds)
    rows = [[_eps_measures(replace(net, eps=float(e)), a, x[:, :64], labels[:, :64], lr) for a in scales] for e in eps]
    names = ("radial", "kappa", "growth_error", "change")
    arrays = dict(zip(names, np.moveaxis(np.array(rows), 2, 0)))
    return {**arrays, "scales": np.array(scales), "eps": np.array(eps), "seeds": np.array(seeds)}


def noisy_digits(seeds, share):
    """Digits with a share of the training labels replaced by random ones, drawn with the split's seed."""
    data = digits(seeds)
    labels = data.train_y.copy()
    for row, seed in zip(labels, seeds):
        rng = np.random.default_rng([30, int(seed)])
        replaced = rng.random(len(row)) < share
        row[replaced] = rng.integers(0, 10, replaced.sum())
    return replace(data, train_y=labels)


def scaled(net, factors):
    """The stack with all weights of hidden layers times one factor per network."""
    params = [{**layer, "w": layer["w"] * factors[:, None, None]} for layer in net.params[:-1]]
    return replace(net, params=[*params, net.params[-1]])


def hidden_weights(net):
    """The weights of the hidden layers, (k, fan_in, fan_out) each."""
    return [layer["w"] for layer in net.params[:-1]]


def length(w):
    """Length of each network's weights as one vector: (k, fan_in, fan_out) -> (k,)."""
    return np.sqrt((w**2).sum(axis=(1, 2)))


def _inner(a, b):
    return (a * b).sum(axis=(1, 2))


def _angle(a, b):
    """Angle between two weights, per network; from its tangent, which keeps small angles exact."""
    along = (_inner(a, b) / _inner(a, a))[:, None, None] * a
    return np.arctan2(length(b - along), np.sign(_inner(a, b)) * length(along))


def _observer(lr, decay):
    def look(step, net, x, labels):
        _, grads, _ = loss_and_grads(net, x, labels)
        after = sgd_step(net, grads, lr, decay)
        triples = zip(hidden_weights(net), grads, hidden_weights(after))
        measures = [_measures(w, g["w"], w_next, lr, decay) for w, g, w_next in triples]
        return np.array(measures).swapaxes(0, 1)  # measures, H, k

    return look


def _measures(w, grad, after, lr, decay):
    """MEASURES of one layer, (k,) each."""
    norm, gradient = length(w), length(grad)
    expected = (1 - lr * decay) ** 2 * norm**2 + lr**2 * gradient**2
    return (
        norm,
        gradient,
        _inner(w, grad) / (norm * gradient),
        _angle(w, after),
        (length(after) ** 2 - expected) / norm**2,
    )


def _split(rows, pairs, seeds):
    """(R, H, k) -> (P, S, H, R)."""
    return rows.transpose(2, 1, 0).reshape(len(pairs), len(seeds), rows.shape[1], rows.shape[0])


def _equilibrium(eta, lam, unit_square):
    with np.errstate(divide="ignore"):
        return eta * unit_square / (2 * lam - eta * lam**2)


def _faster(grads, factor):
    """The gradients with those of hidden weights times a factor: a learning rate of their own."""
    return [{**g, "w": g["w"] * factor} for g in grads[:-1]] + [grads[-1]]


def _eps_measures(net, a, x, labels, lr):
    at_one, _ = forward(net, x)
    longer = scaled(net, np.full(net.size, a))
    _, grads, trace = loss_and_grads(longer, x, labels)
    w, grad = longer.params[0]["w"], grads[0]["w"]
    after = sgd_step(longer, grads, lr).params[0]["w"]
    added = lr**2 * _inner(grad, grad)
    var = trace.norm_caches[0].var
    return (
        _inner(w, grad) / (length(w) * length(grad)),
        (net.eps / (var + net.eps)).mean(axis=(1, 2)),
        (length(after) ** 2 - length(w) ** 2 - added) / added,
        np.sqrt(((trace.logits - at_one) ** 2).mean(axis=(1, 2)) / (at_one**2).mean(axis=(1, 2))),
    )
