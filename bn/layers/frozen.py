"""Batch norm whose statistics stand still: an affine map per unit, and the gradient knows of nothing else.

With the mean and the spread of the batch at hand it gives what batch norm gives on that batch, value for
value. What differs is the gradient, which lacks the two terms that go through the statistics. So the two
together tell what batch norm does beyond rescaling.
"""

import numpy as np


def frozen_params(k, d, dtype):
    """gamma 1, beta 0, mean 0, std 1, each (k, 1, d): at first the map changes nothing."""
    ones, zeros = np.ones((k, 1, d), dtype), np.zeros((k, 1, d), dtype)
    return {"gamma": ones, "beta": zeros, "mean": zeros, "std": ones}


def frozen_forward(z, params, eps=0.0):
    """y = gamma (z - mean) / std + beta, z (k, m, d), and the cache; eps is in std already and not used."""
    xhat = (z - params["mean"]) / params["std"]
    return params["gamma"] * xhat + params["beta"], (xhat, params)


def frozen_backward(dy, cache):
    """dz = dy gamma / std, and the gradients of gamma and beta; mean and std are constants with gradient 0."""
    xhat, params = cache
    grads = {"gamma": (dy * xhat).sum(axis=1, keepdims=True), "beta": dy.sum(axis=1, keepdims=True)}
    still = {name: np.zeros_like(params[name]) for name in ("mean", "std")}
    return dy * (params["gamma"] / params["std"]), {**grads, **still}
