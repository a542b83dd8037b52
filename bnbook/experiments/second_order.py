"""Curvature before and behind a batch norm layer of a network in training, unit by unit, along the gradient.

Santurkar et al. (2018), Theorem 4.2, is a statement about one unit: with y its column of pre-activations, z = gamma
yhat + beta what the layer makes of it, g and H gradient and Hessian of the loss in z, and v the gradient in y, the
curvature along v at eps = 0 is

    v'Hhat v / v'v  =  gamma^2 / s^2  v'H v / v'v  -  gamma / (m s^2) <g, yhat>.

Here both Hessians are those of a real network, through Hessian-vector products (`bn.hessian`), and only what the
network's own double backward says is used. The layer is the last hidden one. A network whose input is the identity
matrix and whose first weights are y (or z) has the pre-activations themselves as parameters: its Hessian is the one
wanted.

Digits, standardized; 3 hidden layers of 32 units with batch norm, start weights of variance 1 / fan-in (tanh) or
2 / fan-in (ReLU), batches of 64, plain SGD at 0.3, float64, eps = 1e-5.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.hessian import hessian_vector_product
from bn.layers import checks
from bn.network import Network, init, loss_and_grads
from bn.optim import train

STARTS = {"relu": "he", "tanh": "lecun"}
STEPS = (0, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200)


def run(activation="relu", seeds=(0, 1, 2), at=STEPS, lr=0.3, depth=3, width=32, batch_size=64):
    """Train, and take the terms of the theorem at chosen steps, on the batch of that step.

    S seeds, R steps, U = width units:
    steps (R,), seeds (S,).
    curvature (S, R, U) : v'Hhat v / v'v, measured.   first, second (S, R, U) : the two terms of the theorem, the
    second as subtracted.   exact (S, R, U) : what the theorem gives with the exact eps.
    behind (S, R, U) : g'H g / g'g, the curvature that the rest of the network has along its own gradient.
    inner (S, R, U) : <g, yhat>; the condition of the theorem asks that it is not negative.
    gamma (S, R, U).   scale (S, R, U) : gamma^2 / s^2.
    NaN for a unit without a gradient (a ReLU that is 0 for the whole batch).
    asked (S, R, H) : share of the units of every hidden layer in which the condition holds. <g, yhat> is also the
    gradient of gamma, so these are the units whose gamma the next step makes smaller.
    loss (S, R) : of that batch.
    Raises ValueError for an unknown activation.
    """
    kind = {"activation": activation, "init": STARTS[checks.one_of("activation", activation, STARTS)]}
    net = init((64, *[width] * depth, 10), norm="batch", seeds=seeds, **kind)
    _, history = train(
        net, digits(seeds), lr, batch_size=batch_size, steps=max(at) + 1, record=look, record_at=tuple(at)
    )
    arrays = {key: np.stack([record[key] for record in history.records], axis=1) for key in history.records[0]}
    return {"steps": np.array(sorted(at)), "seeds": np.array(seeds), **arrays}


def look(step, net, x, labels):
    """The terms for every unit of the last hidden layer: a dict of (k, U), and the loss (k,)."""
    loss, grads, trace = loss_and_grads(net, x, labels)
    asked = np.stack([share(layer["gamma"][:, 0], 0.0) for layer in grads[:-1]], axis=-1)
    before, behind = head(net, trace.z[-1], "batch"), head(net, trace.y[-1], "none")
    identity = np.eye(x.shape[-2])
    v, g = (loss_and_grads(one, identity, labels)[1][0]["w"] for one in (before, behind))
    cache = trace.norm_caches[-1]
    return {"loss": loss, "asked": asked, **terms(before, behind, labels, v, g, cache, net.params[-2]["gamma"])}


def head(net, values, norm):
    """The last hidden layer and the output layer, as networks whose first weights are its (pre-)activations.

    values : (k, m, d).   norm : "batch" for values before the norm, "none" for those behind it.
    """
    first = {"w": values}
    if norm == "batch":
        first |= {name: net.params[-2][name] for name in ("gamma", "beta")}
    else:
        first |= {"b": np.zeros_like(net.params[-2]["beta"])}
    return Network([first, net.params[-1]], [None], net.seeds, norm, net.activation, net.eps)


def terms(before, behind, labels, v, g, cache, gamma):
    """Both sides of the theorem for every unit, (k, U) each.

    v, g : gradients before and behind, (k, m, U).   cache : of the norm, with xhat, var, std.
    """
    m = v.shape[1]
    scale = (gamma / cache.std)[:, 0]  # k, U
    inner = (g * cache.xhat).sum(axis=1)
    lengths, own = (v**2).sum(axis=1), (g**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = scale**2 * along(behind, labels, v, v) / lengths
        second = scale / cache.std[:, 0] * inner / m
        exact = _exact(behind, labels, v, g, cache, gamma) / lengths
        found = {
            "curvature": along(before, labels, v, v) / lengths,
            "first": first,
            "second": np.where(lengths > 0, second, np.nan),
            "exact": exact,
            "behind": along(behind, labels, g, g) / own,
            "inner": np.where(lengths > 0, inner, np.nan),
            "scale": scale**2,
            "gamma": gamma[:, 0],
        }
    return found


def _exact(behind, labels, v, g, cache, gamma):
    """v'Hhat v for any eps: gamma^2 (Jv)'H(Jv) - gamma / (m s^2) [(2 a - 3 alpha delta / m) alpha + delta v'v]."""
    m, xhat, std = v.shape[1], cache.xhat, cache.std
    alpha, delta, a = ((p * q).sum(axis=1) for p, q in ((v, xhat), (g, xhat), (v, g)))
    jv = (v - xhat * alpha[:, None] / m) / std  # the mean of v is 0
    bent = (2 * a - 3 * alpha * delta / m) * alpha + delta * (v**2).sum(axis=1)
    return gamma[:, 0] ** 2 * along(behind, labels, jv, jv) - gamma[:, 0] / (m * std[:, 0] ** 2) * bent


def along(net, labels, left, right):
    """left' H right for every unit by itself: columns of (k, m, U) arrays, H the block of that unit. (k, U)."""
    k, m, units = right.shape
    columns = right[:, None] * np.eye(units)[:, None, :]  # k, U, m, U: one column each
    stack = replace(
        net,
        params=[{n: np.repeat(p, units, axis=0) for n, p in layer.items()} for layer in net.params],
        seeds=np.repeat(net.seeds, units),
    )
    vectors = [{n: np.zeros_like(p) for n, p in layer.items()} for layer in stack.params]
    vectors[0]["w"] = columns.reshape(k * units, m, units)
    labels = np.broadcast_to(labels, (k, m)).repeat(units, axis=0)
    product = hessian_vector_product(stack, np.eye(m), labels, vectors)[0]["w"].reshape(k, units, m, units)
    return np.einsum("kmu,kumu->ku", left, product)


def share(values, least):
    """Share of the numbers along the last axis that are `least` or more; 0 and NaN are not counted at all."""
    counted = np.isfinite(values) & (values != 0)
    return (counted & (values >= least)).sum(axis=-1) / np.maximum(counted.sum(axis=-1), 1)


def summary(result):
    """What a sentence can quote: shares of the units of the last hidden layer, (S, R), and one error.

    condition : <g, yhat> >= 0.   below_first : the curvature is below the first term.   below_behind : it is below
    that of the rest of the network.   error : the largest of the exact identity, relative to the largest curvature.
    """
    curvature = result["curvature"]
    error = np.abs(curvature - result["exact"])
    return {
        "condition": share(result["inner"], 0.0),
        "below_first": share(result["first"] - curvature, 0.0),
        "below_behind": share(result["behind"] - curvature, 0.0),
        "error": float(np.nanmax(error) / np.nanmax(np.abs(curvature))),
    }


def finding(seed, kinds=("relu", "tanh"), at=STEPS, depth=3, width=32, lr=0.3):
    """One seed of `run` for several activations, which stand in front; see there for the names."""
    runs = [run(kind, (seed,), at, lr=lr, depth=depth, width=width) for kind in kinds]
    return {name: np.stack([one[name][0] for one in runs]) for name in runs[0] if name not in ("steps", "seeds")}
