"""Linear layer and activations. Each function gives output and cache; `<name>_grad(dy, cache)` goes back.

All of them broadcast over leading axes, so that a stack of networks (k, m, d) is one call.
"""

import numpy as np

from . import checks


def linear(x, w, b=None):
    """y = x w + b.

    x : (m, fan_in) or (k, m, fan_in).   w : (fan_in, fan_out) or (k, fan_in, fan_out).
    b : (fan_out,), or (k, 1, fan_out) for a stack, or None.
    Returns y : (m, fan_out) or (k, m, fan_out), and the cache.
    Raises ValueError if the shapes do not fit.
    """
    x, w = checks.as_floats("x", x), checks.as_floats("w", w)
    if w.ndim < 2 or x.ndim < 2 or x.shape[-1] != w.shape[-2]:
        raise ValueError(f"x has shape {x.shape} and w {w.shape}; allowed are (m, fan_in) and (fan_in, fan_out)")
    y = x @ w
    if b is not None:
        b = checks.as_floats("b", b)
        if b.shape not in ((w.shape[-1],), (*w.shape[:-2], 1, w.shape[-1])):
            raise ValueError(f"b has shape {b.shape}; allowed is ({w.shape[-1]},), one entry per column of w")
        y += b
    return y, (x, w, b)


def linear_grad(dy, cache, input_too=True):
    """dx = dy w^T, dw = x^T dy, db = sum of dy over the batch (None without b); shapes as in `linear`.

    An x shared by a stack of networks has one dx per network: (k, m, fan_in).
    input_too : False leaves dx out (None), which the first layer of a network does not need.
    """
    x, w, b = cache
    dx = dy @ np.swapaxes(w, -1, -2) if input_too else None
    dw = np.swapaxes(x, -1, -2) @ dy
    return dx, dw, None if b is None else dy.sum(axis=-2, keepdims=True).reshape(b.shape)


def relu(x):
    """max(x, 0), and the cache."""
    x = checks.as_floats("x", x)
    return np.maximum(x, 0), x


def relu_grad(dy, cache):
    """dy where x > 0, else 0; at x = 0 the slope is taken as 0, as in PyTorch."""
    return dy * (cache > 0)


def sigmoid(x):
    """1 / (1 + exp(-x)), and the cache. Far to the left exp(-x) overflows to inf, and y is rightly 0."""
    with np.errstate(over="ignore"):
        y = 1 / (1 + np.exp(-checks.as_floats("x", x)))
    return y, y


def sigmoid_grad(dy, cache):
    """dy y (1 - y)."""
    return dy * cache * (1 - cache)


def tanh(x):
    """tanh(x), and the cache."""
    y = np.tanh(checks.as_floats("x", x))
    return y, y


def tanh_grad(dy, cache):
    """dy (1 - y^2)."""
    return dy * (1 - cache * cache)


def identity(x):
    """x itself, and the cache: the activation of a linear network."""
    return checks.as_floats("x", x), None


def identity_grad(dy, cache):
    """dy itself."""
    return dy


ACTIVATIONS = {
    "relu": (relu, relu_grad),
    "sigmoid": (sigmoid, sigmoid_grad),
    "tanh": (tanh, tanh_grad),
    "linear": (identity, identity_grad),
}
