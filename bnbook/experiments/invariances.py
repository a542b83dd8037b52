"""What each norm is invariant to: change weights or inputs of one layer, and see how far its output moves.

One dense layer, Z = X W, and a norm with gamma and beta away from 1 and 0; 8 examples, 5 inputs, 6 units, drawn once.
Weight norm and weight standardization act on W, all others on Z.
"""

import numpy as np

from bn import layers
from bn.layers import checks

M, FAN_IN, UNITS = 8, 5, 6
NORMS = ("none", "batch", "weight", "standardized", "layer", "group", "rms", "tanh")
CHANGES = ("weights", "unit", "shared", "shift", "inputs", "vector", "example", "others")
GROUPS = 2
CHANGED = 1  # the unit, or the example, that is changed alone
EXACT = 1e-9  # a relative change below this is rounding


def setting(seed=0):
    """X (8, 5), W (5, 6), gamma and beta (6,), and what the changes add: a vector (5,) and other examples (8, 5)."""
    rng = np.random.default_rng(seed)
    return {
        "x": rng.normal(0.5, 1.5, size=(M, FAN_IN)),
        "w": rng.normal(0.2, 1.0, size=(FAN_IN, UNITS)),
        "gamma": rng.normal(2, 0.5, size=UNITS),
        "beta": rng.normal(size=UNITS),
        "vector": rng.normal(size=FAN_IN),
        "others": rng.normal(-1, 3, size=(M, FAN_IN)),
    }


def output(norm, x, w, gamma, beta, eps):
    """The layer's output (8, 6)."""
    if norm == "weight":
        return x @ layers.weight_norm(w, gamma)[0] + beta
    if norm == "standardized":
        return gamma * (x @ layers.weight_standardization(w, 1.0, eps)[0]) + beta
    z = x @ w
    if norm == "none":
        return gamma * z + beta
    if norm == "rms":
        return layers.rms_norm(z, gamma, eps)[0]
    if norm == "tanh":
        return layers.dynamic_tanh(z, 0.5, gamma, beta)[0]
    if norm == "group":
        return layers.group_norm(z, gamma, beta, GROUPS, eps)[0]
    return {"batch": layers.batch_norm, "layer": layers.layer_norm}[norm](z, gamma, beta, eps)[0]


def changed(change, size, x, w, vector, others):
    """X and W after one change. `size` multiplies what is scaled, and what is added is `size` times something fixed."""
    x, w = x.copy(), w.copy()
    if change == "weights":
        w *= size
    elif change == "unit":
        w[:, CHANGED] *= size
    elif change == "shared":
        w += size * vector[:, None]
    elif change == "shift":
        w[:, CHANGED] += size
    elif change == "inputs":
        x *= size
    elif change == "vector":
        x += size * vector
    elif change == "example":
        x[CHANGED] *= size
    else:
        x = np.where(np.arange(len(x))[:, None] == CHANGED, x, size * others)
    return x, w


def run(norm, change, size, eps=0.0, seed=0):
    """before, after (8, 6) : the outputs; for "others" only the example that stays is compared, (1, 6).
    moved : the largest difference, over the root mean square of the output before.

    Raises ValueError for an unknown norm or change.
    """
    checks.one_of("norm", norm, NORMS)
    checks.one_of("change", change, CHANGES)
    given = setting(seed)
    gamma, beta, vector, others = (given[name] for name in ("gamma", "beta", "vector", "others"))
    before = output(norm, given["x"], given["w"], gamma, beta, eps)
    after = output(norm, *changed(change, size, given["x"], given["w"], vector, others), gamma, beta, eps)
    if change == "others":
        before, after = before[CHANGED : CHANGED + 1], after[CHANGED : CHANGED + 1]
    moved = np.abs(after - before).max() / np.sqrt((before**2).mean())
    return {"before": before, "after": after, "moved": moved}


def table(size, eps=0.0, norms=NORMS, changes=CHANGES):
    """The relative change of the output, (changes, norms)."""
    return np.array([[run(norm, change, size, eps)["moved"] for norm in norms] for change in changes])
