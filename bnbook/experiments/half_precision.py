"""The statistics of a batch in 16 bits: where they overflow, vanish, or lose their digits.

float16 : 11 significant bits, from 6e-8 to 65504.   bfloat16 : 8 significant bits, the range of float32.
Every operation rounds to the format, sums go through the batch one number after the other, as the simplest program
would do it. Three recipes for the variance: "one pass" mean(x^2) - mean(x)^2 in 16 bits; "two passes"
mean((x - mean)^2) in 16 bits; "float32" the same in float32, from inputs in 16 bits.
"""

import numpy as np

FORMATS = ("float16", "bfloat16")
RECIPES = ("one pass", "two passes", "float32")
M = 256


def rounded(x, form):
    """`x` rounded to the format, as float32 (which holds both); to nearest, ties to even; infinite if too large."""
    x = np.asarray(x, np.float32)
    if form == "float32":
        return x
    if form == "float16":
        with np.errstate(over="ignore"):
            return x.astype(np.float16).astype(np.float32)
    bits = x.view(np.uint32)
    up = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) & np.uint32(0xFFFF0000)
    return np.where(np.isfinite(x), up.view(np.float32), x)


def mean_in(x, form):
    """The mean over the first axis, each partial sum rounded."""
    total = np.zeros(x.shape[1:], np.float32)
    for row in x:
        total = rounded(total + row, form)
    return rounded(total / np.float32(len(x)), form)


def normalized(x, eps, form, recipe):
    """xhat of x (m, ...) with statistics by `recipe`, all of it in the format; NaN where the variance is below 0."""
    work = "float32" if recipe == "float32" else form
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        mu = mean_in(x, work)
        if recipe == "one pass":
            var = rounded(mean_in(rounded(x * x, work), work) - rounded(mu * mu, work), work)
        else:
            centered = rounded(x - mu, work)
            var = mean_in(rounded(centered * centered, work), work)
        std = rounded(np.sqrt(rounded(var + rounded(np.float32(eps), work), work)), work)
        return rounded(rounded(x - mu, work) / std, form)


def run(form="float16", offset=0.0, eps=1e-5, spreads=(1.0,), m=M, seed=0):
    """Error of xhat for a feature of each spread (P,), with mean `offset` spreads.

    Standard normal numbers, the same for every spread, times the spread, rounded to the format first: that the inputs
    are rounded is not counted as an error.
    error (R = 3 RECIPES, P) : root mean square of xhat - truth over that of the truth; NaN where it is not finite.
    xhat (R, P, m), truth (P, m).
    """
    z = np.random.default_rng(seed).normal(size=(m, 1)) + offset
    x = rounded(z * np.asarray(spreads), form)
    with np.errstate(invalid="ignore", over="ignore"):
        exact = x.astype(np.float64)
        truth = (exact - exact.mean(axis=0)) / np.sqrt(exact.var(axis=0) + eps)
        found = np.stack([normalized(x, eps, form, recipe) for recipe in RECIPES]).astype(np.float64)
        error = np.sqrt(((found - truth) ** 2).mean(axis=1) / (truth**2).mean(axis=0))
    return {
        "spreads": np.asarray(spreads),
        "error": np.where(np.isfinite(error), error, np.nan),
        "xhat": np.moveaxis(found, 1, 2),
        "truth": truth.T,
    }
