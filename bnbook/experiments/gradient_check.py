"""How well finite differences know the gradient of batch normalization: the error for each size of the step.

A step that is too large sees the curvature of the loss (truncation), one that is too small sees nothing but the
rounding of the numbers. Everything but the forecasts is what `bn.layers` computes in the chosen precision.
"""

import numpy as np

from bn.layers import batch_norm, batch_norm_grad

STEPS = tuple(float(f"{digit}e{power}") for power in range(-14, 1) for digit in (1, 2, 5))[:-2]
PRECISIONS = {"float64": np.float64, "float32": np.float32}
SCHEMES = ("one-sided", "central")
GAMMA, BETA, EPS = 1.7, -0.6, 1e-5
PROBE = 1e-4  # step for the higher derivatives, from exact gradients in float64


def run(precision="float64", scheme="central", offset=0.0, steps=STEPS, draws=40, m=8, seed=0):
    """Finite differences of random batches against `batch_norm_grad`.

    The loss is sum(dy y) with dy standard normal; x is standard normal plus `offset`, gamma and beta are fixed.
    precision : of x, of the layer and of the loss.   scheme : "one-sided" (L(x + h) - L(x)) / h, or "central"
    (L(x + h) - L(x - h)) / 2h.
    H steps. Returns steps (H,); errors (draws, H), |finite difference - dx| / |dx| with all m entries of x moved
    one after the other; error, low, high (H,), their median and their 10th and 90th percentile; truncation,
    rounding (H,), the forecast medians of the two parts; best, the step with the smallest median, and forecast_best.
    Raises ValueError for an unknown precision or scheme.
    """
    for name, value, allowed in (("precision", precision, tuple(PRECISIONS)), ("scheme", scheme, SCHEMES)):
        if value not in allowed:
            raise ValueError(f"{name} is {value!r}; allowed are {', '.join(allowed)}")
    rng = np.random.default_rng(seed)
    dtype, steps = PRECISIONS[precision], np.asarray(steps, float)
    batches = [(rng.normal(size=m) + offset, rng.normal(size=m)) for _ in range(draws)]
    batches = [(x.astype(dtype), dy.astype(dtype)) for x, dy in batches]
    errors = np.array([[error(x, dy, h, scheme) for h in steps] for x, dy in batches])
    parts = np.array([forecast(x.astype(np.float64), dy.astype(np.float64), scheme, dtype) for x, dy in batches])
    order = 1 if scheme == "one-sided" else 2
    curvature, noise = np.median(parts, axis=0)
    low, middle, high = np.percentile(errors, (10, 50, 90), axis=0)
    return {
        "steps": steps,
        "errors": errors,
        "error": middle,
        "low": low,
        "high": high,
        "truncation": curvature * steps**order,
        "rounding": noise / steps,
        "best": steps[np.argmin(middle)],
        "forecast_best": (noise / (order * curvature)) ** (1 / (order + 1)),
    }


def losses(columns, dy):
    """The loss of each batch: columns (m, k) are k batches of one feature.   Returns (k,)."""
    k = columns.shape[1]
    y, _ = batch_norm(columns, np.full(k, GAMMA), np.full(k, BETA), EPS)
    return (dy[:, None] * y).sum(axis=0)


def slope(x, dy):
    """The exact gradient of the loss at the batches x (m, k), in float64."""
    columns = x.astype(np.float64)
    k = columns.shape[1]
    _, cache = batch_norm(columns, np.full(k, GAMMA), np.full(k, BETA), EPS)
    return batch_norm_grad(np.repeat(dy.astype(np.float64)[:, None], k, axis=1), cache)[0]


def error(x, dy, h, scheme):
    """Relative error of the gradient by finite differences, all m entries together."""
    moves = np.eye(len(x), dtype=x.dtype) * x.dtype.type(h)  # column i moves entry i
    ahead = losses(x[:, None] + moves, dy)
    behind = losses(x[:, None] - moves, dy) if scheme == "central" else losses(x[:, None], dy)
    found = (ahead - behind).astype(np.float64) / (2 * h if scheme == "central" else h)
    exact = slope(x[:, None], dy)[:, 0]
    return np.linalg.norm(found - exact) / np.linalg.norm(exact)


def forecast(x, dy, scheme, dtype):
    """The two parts of the relative error as factors: of h or h^2 (truncation), and of 1 / h (rounding).

    Truncation is h/2 times the second derivative or h^2/6 times the third. Rounding is that of the terms of the loss
    and of x + h, half a unit in the last place each, as if all were independent: an order of magnitude.
    """
    moves = np.eye(len(x)) * PROBE
    ahead, here, behind = (slope(x[:, None] + sign * moves, dy).diagonal() for sign in (1, 0, -1))
    size = np.linalg.norm(here)
    if scheme == "one-sided":
        curvature = np.linalg.norm((ahead - behind) / (2 * PROBE)) / 2 / size
    else:
        curvature = np.linalg.norm((ahead - 2 * here + behind) / PROBE**2) / 6 / size
    y = batch_norm(x[:, None], np.array([GAMMA]), np.array([BETA]), EPS)[0][:, 0]
    unit = np.finfo(dtype).eps / 2 / np.sqrt(3)  # spread of a rounding error, evenly distributed over half a unit
    loss_noise = unit * np.sqrt(2 * len(x)) * np.linalg.norm(dy * y)  # of two losses
    place_noise = unit * np.linalg.norm(here * x)  # of x + h; x itself is exact
    if scheme == "central":
        loss_noise, place_noise = loss_noise / 2, place_noise / np.sqrt(2)
    return curvature, np.hypot(loss_noise, place_noise) / size
