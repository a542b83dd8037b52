"""What is done to a trained network before it serves: folding batch norm away, or taking its statistics anew.

Folding: at inference batch norm is a multiplication and an addition per feature, which the layer before it can do.
Ioffe & Szegedy (2015), Algorithm 2, turned around: with a = gamma / sqrt(running_var + eps),
    w <- a w,    b <- a (b - running_mean) + beta.
Proved for every affine layer: the identities inference-fold and fold-after of `bnbook.proofs`.

Statistics anew, with the weights as they are, are the cure for running statistics that lag or never moved. Wu & Johnson
(2021), arXiv:2105.07576, call the result precise statistics.
"""

from dataclasses import replace

import numpy as np

from .layers import checks
from .layers.running import Running, precise_statistics
from .network import forward, require_batch_norm


def fold(w, b, gamma, beta, running_mean, running_var, eps=1e-5, axis=None):
    """Weight and bias of a layer that does what the layer and the batch norm after it do together at inference.

    w : weights of any affine layer. axis : which axis of w counts its output features; None: the last for a matrix
    (fan_in, fan_out), as everywhere in this book, and the first for filters (O, C, kh, kw). PyTorch stores a linear
    layer as (fan_out, fan_in): there axis=0. Its transposed convolutions: axis=1.
    b : (d,) or None, which counts as 0.   gamma, beta, running_mean, running_var : (d,).   eps : of the batch norm.
    Returns w, b of the type of w; computed in float64. Exact up to rounding, whatever the padding.
    Only right if batch norm comes directly after the layer and runs on frozen statistics.
    Raises ValueError for shapes that do not fit, NaN or infinity, a negative variance, running_var + eps = 0, and where
    the result would overflow.
    """
    w = checks.as_floats("w", w)
    if w.ndim < 2 or w.size == 0:
        raise ValueError(f"w has shape {w.shape}; allowed are two axes or more, such as (fan_in, fan_out), none empty")
    axis = (w.ndim - 1 if w.ndim == 2 else 0) if axis is None else axis
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)) or not -w.ndim <= axis < w.ndim:
        raise ValueError(f"axis is {axis!r}; allowed are the axes of w, which has shape {w.shape}")
    d = w.shape[axis]
    names = ("b", "gamma", "beta", "running_mean", "running_var")
    given = (np.zeros(d) if b is None else b, gamma, beta, running_mean, running_var)
    b, gamma, beta, mean, var = (checks.as_feature_vector(n, v, d) for n, v in zip(names, given, strict=True))
    checks.finite("w", w)
    root = _root(var, checks.as_eps(eps))
    shape = [1] * w.ndim
    shape[axis] = d
    with checks.no_overflow("w, or gamma / sqrt(running_var + eps),", w.dtype):
        scale = gamma / root
        return (w * scale.reshape(shape)).astype(w.dtype), (scale * (b - mean) + beta).astype(w.dtype)


def fold_network(net):
    """The stack without its norms, which gives the logits of inference mode: for a `Network` with norm "batch".

    Returns a `Network` with norm "none" and a bias in every layer. Of residual networks those with "end" can be folded:
    in the others the norm does not come directly after the linear layer.   Raises ValueError for another network.
    """
    require_batch_norm(net)
    checks.one_of("net.residual", net.residual, (None, "end"))
    params = []
    for layer, running in zip(net.params[:-1], net.running, strict=True):
        scale = layer["gamma"] / np.sqrt(running.var + net.eps)
        w, b = layer["w"] * scale, layer["beta"] - running.mean * scale
        kept = {name: layer[name] for name in ("branch",) if name in layer}
        params.append({"w": w.astype(layer["w"].dtype), "b": b.astype(layer["w"].dtype), **kept})
    return replace(net, params=[*params, net.params[-1]], running=[None] * net.hidden, norm="none")


def recompute_statistics(net, x, batch_size=None):
    """The stack with running statistics taken from `x`; the weights stay.

    net : a `Network` with norm "batch".   x : (n, d), or (k, n, d) with one set per network; training examples of
    the kind that inference will see.
    batch_size : examples that go through at once, an incomplete batch at the end is left out; None: all. Each layer
    is fed by layers in training mode, as during training, so with small batches the noise of training is kept.
    Variances are biased, over all the examples used. Raises ValueError for another norm or too few examples.
    """
    require_batch_norm(net)
    x = checks.as_floats("x", x)
    if x.ndim < 2:
        raise ValueError(f"x has shape {x.shape}; allowed are (n, d) and (k, n, d)")
    n = x.shape[-2]
    size = n if batch_size is None else batch_size
    if not isinstance(size, (int, np.integer)) or not 2 <= size <= n:
        raise ValueError(f"batch_size is {batch_size!r} for {n} examples; allowed are 2 to {n}, or None")
    passes = [forward(net, x[..., start : start + size, :])[1] for start in range(0, n - size + 1, size)]
    layers = zip(*(trace.norm_caches for trace in passes), strict=True)
    running = [Running(*precise_statistics([c.mu for c in ls], [c.var for c in ls]), len(passes)) for ls in layers]
    return replace(net, running=running)


def _root(var, eps):
    """sqrt(var + eps), (d,)."""
    with checks.no_overflow("running_var + eps"):
        var_eps = var + eps
    if var.min() < 0 or var_eps.min() == 0:
        j = int(np.argmin(var))
        raise ValueError(
            f"running_var is {var[j]} at feature {j} with eps {eps}; allowed is 0 or more, and a sum above 0"
        )
    return np.sqrt(var_eps)
