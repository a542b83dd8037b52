"""How little a layer's output moves when the weights before it are shaken, with and without batch norm.

Networks that read the digits (64-100-100-100-10, sigmoid, binary images, as in `drift`, learning rate 0.5)
are trained for 1000 steps and then left alone. The weights of all hidden layers are shaken many times, and
what enters each layer's sigmoid is compared on the 500 held-out images (batch norm with their statistics).
Layer h then shows the effect of shaking layers 1 to h. Three networks:

- "plain", trained without batch norm;
- "inserted": the very same network with batch norm put in, gamma and beta such that it computes the same
  thing;
- "trained": trained with batch norm from the start.

Three kinds of shaking, each of relative size r, the same draws for all three networks:

- "direction": every weight plus r times a normal number times its layer's root mean square weight;
- "scale": all weights of a unit times exp(r n), one normal number n per unit;
- "shift": a bias of r n per unit, n normal, in units of the spread of what the unit puts out before the norm.

Batch norm undoes a shift and a positive scale of its own layer and of those before it, up to eps. It holds
mean and spread whatever happens. It does not hold the values themselves, nor the correlations between units.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from bn.data import digits
from bn.network import forward, init
from bn.optim import train
from bnbook.experiments.common import cast

VARIANTS = ("plain", "inserted", "trained")
KINDS = ("direction", "scale", "shift")
SIZES = (0.01, 0.03, 0.1, 0.3, 1.0)
WIDTHS = (64, 100, 100, 100, 10)
MEASURES = ("moments", "values", "relations", "unit_mean", "unit_spread")


def run(kind="direction", sizes=SIZES, seeds=(0, 1, 2, 3), draws=10, steps=1000, variants=VARIANTS):
    """Shake all hidden layers and measure how far the input of each layer's sigmoid moves.

    V networks in the order of `variants`, Q sizes, S seeds, D draws, H = 3 layers:
    sizes (Q,), seeds (S,).
    moments (V, Q, D, S, H) : change of mean and spread, sqrt(mean(dmu**2 + dsigma**2) / mean(sigma**2)) over
        units.
    values (V, Q, D, S, H) : root mean square change of the value at each image and unit, in the same unit.
    relations (V, Q, D, S, H) : root mean square change of the correlations between units.
    unit_mean, unit_spread (V, Q, D, S, H) : mean and spread of unit 0 after the shaking.
    reference_mean, reference_spread (V, S, H) : of unit 0 before.
    Raises ValueError for an unknown kind or variant.
    """
    for name, value, allowed in [("kind", kind, KINDS), *(("variant", v, VARIANTS) for v in variants)]:
        if value not in allowed:
            raise ValueError(f"{name} is {value!r}; allowed are {', '.join(map(repr, allowed))}")
    parts = [shake(*network(variant, tuple(seeds), steps), kind, sizes, draws) for variant in variants]
    result = {key: np.stack([part[key] for part in parts]) for key in parts[0]}
    return {"sizes": np.array(sizes), "seeds": np.array(seeds), **result}


def run_kinds(seed, kinds=KINDS, variants=("plain", "inserted"), draws=20):
    """`run` of one seed for each kind of shaking (K): the same outputs with K in front and without the seeds."""
    runs = [run(kind=kind, seeds=(seed,), draws=draws, variants=variants) for kind in kinds]
    names = (*MEASURES, "reference_mean", "reference_spread")
    return {name: np.stack([r[name].take(0, axis=-2) for r in runs]).astype(np.float32) for name in names}


def network(variant, seeds, steps):
    """One of VARIANTS after training, and the held-out images (S, 500, 64)."""
    net, images = trained("batch" if variant == "trained" else "none", seeds, steps)
    return (inserted(net, images) if variant == "inserted" else net), images


@lru_cache(maxsize=4)
def trained(norm, seeds, steps):
    """The networks after training, and the held-out images (S, 500, 64)."""
    data = cast(digits(seeds, prepare="binary"), np.float32)
    kind = {"norm": norm, "activation": "sigmoid", "init": 0.1, "dtype": np.float32}
    net, _ = train(init(WIDTHS, seeds=seeds, **kind), data, 0.5, batch_size=60, steps=steps)
    return net, data.test(seeds)[0]


def inserted(plain, images):
    """`plain` with batch norm before each sigmoid; gamma and beta give back each unit's spread and mean."""
    trace = forward(plain, images)[1]
    params = []
    for layer, z in zip(plain.params, trace.z):
        gamma = np.sqrt(z.var(axis=1, keepdims=True) + plain.eps)
        params.append({"w": layer["w"], "gamma": gamma, "beta": z.mean(axis=1, keepdims=True)})
    return replace(plain, params=[*params, plain.params[-1]], norm="batch")


def shake(net, images, kind, sizes, draws):
    """The measures of `run` for one stack of networks, without the axis of variants."""
    before = forward(net, images)[1]
    spreads = [z.std(axis=1, keepdims=True) for z in before.z]
    rows = []
    for q, size in enumerate(sizes):
        for draw in range(draws):
            rngs = [np.random.default_rng([int(seed), q, draw]) for seed in net.seeds]
            after = forward(_shaken(net, kind, size, spreads, rngs), images)[1]
            rows.append([_compare(old, new) for old, new in zip(before.y, after.y)])  # H, measures, S
    arrays = np.array(rows).reshape(len(sizes), draws, len(spreads), len(MEASURES), net.size)
    arrays = arrays.transpose(3, 0, 1, 4, 2)
    first = np.stack([y[:, :, 0] for y in before.y], axis=-1)  # (S, images, H)
    reference = {"reference_mean": first.mean(axis=1), "reference_spread": first.std(axis=1)}
    return {**dict(zip(MEASURES, arrays)), **reference}


def _shaken(net, kind, size, spreads, rngs):
    """The networks with all hidden layers shaken, each with its own generator."""
    params = list(net.params)
    for i, spread in enumerate(spreads):
        w = params[i]["w"]
        shape = w.shape[1:] if kind == "direction" else (1, w.shape[2])
        noise = size * np.stack([rng.normal(size=shape) for rng in rngs]).astype(w.dtype)
        if kind == "direction":
            new = {"w": w + noise * np.sqrt((w**2).mean(axis=(1, 2), keepdims=True))}
        elif kind == "scale":
            new = {"w": w * np.exp(noise)}
        else:
            new = {"b": params[i].get("b", 0) + noise * spread}
        params[i] = {**params[i], **new}
    return replace(net, params=params)


def _compare(old, new):
    """The five MEASURES of one layer, old and new (S, images, units) -> (5, S)."""
    unit = old.var(axis=1).mean(axis=1)
    means, spreads = new.mean(axis=1) - old.mean(axis=1), new.std(axis=1) - old.std(axis=1)
    moments = np.sqrt((means**2 + spreads**2).mean(axis=1) / unit)
    values = np.sqrt(((new - old) ** 2).mean(axis=(1, 2)) / unit)
    relations = np.sqrt(((correlations(new) - correlations(old)) ** 2).mean(axis=(1, 2)))
    return moments, values, relations, new[:, :, 0].mean(axis=1), new[:, :, 0].std(axis=1)


def correlations(y):
    """Correlation matrix of the units over the images, (S, images, units) -> (S, units, units)."""
    centered = y - y.mean(axis=1, keepdims=True)
    xhat = centered / np.sqrt((centered**2).mean(axis=1, keepdims=True))
    return np.swapaxes(xhat, 1, 2) @ xhat / y.shape[1]
