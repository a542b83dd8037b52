"""The Hessian of a network's loss times a vector, exactly, without the Hessian: forward over reverse.

The parameters move along `vectors`; then every value of the forward pass has a speed, and so has every adjoint of the
backward pass. The speed of the gradient is the Hessian times the vector (Pearlmutter 1994, "Fast exact multiplication
by the Hessian"). A name with `_dot` is the speed of what has the name without it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from .layers import checks
from .layers.double_backward import standardize_double_backward
from .layers.losses import LOSSES
from .layers.standardizing import standardize_grad, total
from .network import forward

BATCH = (1,)  # the axis of the examples in a stack (k, m, d)


class NormSpeeds(NamedTuple):
    """What a norm does to speeds.

    forward(z_dot, params, cache, v) -> y_dot.   v : the speeds of params.
    backward(dy, dy_dot, z_dot, params, cache, v) -> dz, dz_dot, and the speeds of the gradients, like params.
    """

    forward: Callable
    backward: Callable


@dataclass
class Speeds:
    """Speeds of one forward pass, one entry per hidden layer, named as in `network.Trace`."""

    z: list = field(default_factory=list)
    y: list = field(default_factory=list)
    a: list = field(default_factory=list)
    logits: np.ndarray | None = None


def hessian_vector_product(net, x, labels, vectors, loss="softmax"):
    """The Hessian of the loss in all parameters times a vector, for each network of the stack by itself.

    net : `Network` with norm "none", "batch" or "frozen", any activation, without skip connections.
    x, labels, loss : as in `loss_and_grads`.
    The pass is one of training: the batch's own statistics are used, and differentiated ("frozen" has none; its mean
    and std count as constants).
    vectors : in the form of net.params, one dict of arrays per layer.   Returns the product in the same form.
    relu bends at 0 only, so its second slope counts as 0.
    Raises ValueError for another network, an unknown loss, and vectors of another form.
    """
    norm = _norm_speeds(net)
    value, value_grad = LOSSES[checks.one_of("loss", loss, LOSSES)]
    vectors = _as_vectors(net, vectors)
    logits, trace = forward(net, x)
    speeds = _forward(net, trace, vectors, norm)
    _, cache = value(logits, labels)
    dz, dz_dot = value_grad(1.0, cache), LOSS_SPEEDS[loss](speeds.logits, cache)
    product, extra = [None] * len(net.params), {}
    for i in reversed(range(len(net.params))):
        product[i] = {**_linear_params(net, trace, speeds, i, dz, dz_dot), **extra}
        if i == 0:
            return product
        w, w_dot = net.params[i]["w"], vectors[i]["w"]
        da, da_dot = dz @ _t(w), dz_dot @ _t(w) + dz @ _t(w_dot)
        i_norm = net.params[i - 1], trace.norm_caches[i - 1], vectors[i - 1]
        slope, bend = (rule(trace.y[i - 1], trace.a[i - 1]) for rule in SLOPES[net.activation])
        dy, dy_dot = da * slope, da_dot * slope + da * bend * speeds.y[i - 1]
        dz, dz_dot, extra = norm.backward(dy, dy_dot, speeds.z[i - 1], *i_norm)


def logits_speed(net, x, vectors):
    """How fast the logits (k, m, c) change when the parameters move along `vectors`, in training mode.

    Arguments as in `hessian_vector_product`; the same errors.
    """
    norm = _norm_speeds(net)
    return _forward(net, forward(net, x)[1], _as_vectors(net, vectors), norm).logits


def _forward(net, trace, vectors, norm):
    """The speeds of the forward pass. The input x stands still."""
    speeds = Speeds()
    for i, (layer, v) in enumerate(zip(net.params, vectors, strict=True)):
        z_dot = trace.linear_caches[i][0] @ v["w"]
        if i > 0:
            z_dot += speeds.a[i - 1] @ layer["w"]
        if "b" in v:
            z_dot += v["b"]
        if i == net.hidden:
            speeds.logits = z_dot
            return speeds
        y_dot = norm.forward(z_dot, layer, trace.norm_caches[i], v)
        slope = SLOPES[net.activation][0](trace.y[i], trace.a[i])
        speeds.z.append(z_dot)
        speeds.y.append(y_dot)
        speeds.a.append(slope * y_dot)


def _linear_params(net, trace, speeds, i, dz, dz_dot):
    """Speeds of dw = a^T dz and of db = sum of dz."""
    a = trace.linear_caches[i][0]
    dw_dot = _t(a) @ dz_dot
    if i > 0:
        dw_dot += _t(speeds.a[i - 1]) @ dz
    return {"w": dw_dot, **({"b": total(dz_dot, BATCH).astype(dz.dtype)} if "b" in net.params[i] else {})}


def _batch_forward(z_dot, params, cache, v):
    """y = gamma xhat + beta; xhat moves by J z_dot, and J is symmetric."""
    xhat_dot = standardize_grad(z_dot, cache.xhat, cache.std, BATCH)
    return params["gamma"] * xhat_dot + v["gamma"] * cache.xhat + v["beta"]


def _batch_backward(dy, dy_dot, z_dot, params, cache, v):
    """dz = J (gamma dy): J moves with z, and what it acts on moves too."""
    xhat, std = cache.xhat, cache.std
    dxhat, dxhat_dot = params["gamma"] * dy, params["gamma"] * dy_dot + v["gamma"] * dy
    dz_dot = standardize_grad(dxhat_dot, xhat, std, BATCH)
    dz_dot += standardize_double_backward(z_dot, dxhat, xhat, std, BATCH)
    xhat_dot = standardize_grad(z_dot, xhat, std, BATCH)
    sums = {"gamma": total(dy_dot * xhat + dy * xhat_dot, BATCH), "beta": total(dy_dot, BATCH)}
    return standardize_grad(dxhat, xhat, std, BATCH), dz_dot, {n: s.astype(dy.dtype) for n, s in sums.items()}


def _frozen_forward(z_dot, params, cache, v):
    """y = gamma xhat + beta with xhat = (z - mean) / std; mean and std are constants, their speeds are ignored."""
    return params["gamma"] * z_dot / params["std"] + v["gamma"] * cache[0] + v["beta"]


def _frozen_backward(dy, dy_dot, z_dot, params, cache, v):
    """dz = gamma dy / std."""
    std = params["std"]
    dz, dz_dot = params["gamma"] * dy / std, (params["gamma"] * dy_dot + v["gamma"] * dy) / std
    sums = {"gamma": total(dy_dot * cache[0] + dy * z_dot / std, BATCH), "beta": total(dy_dot, BATCH)}
    still = {name: np.zeros_like(params[name]) for name in ("mean", "std")}
    return dz, dz_dot, {**{n: s.astype(dy.dtype) for n, s in sums.items()}, **still}


def _softmax_speed(logits_dot, cache):
    """d logits = (p - one-hot) / m, and p moves by p (logits_dot - sum of p logits_dot)."""
    p = cache[0]
    return p * (logits_dot - (p * logits_dot).sum(axis=-1, keepdims=True)) / p.shape[-2]


def _squared_speed(output_dot, cache):
    """d output = 2 (output - target) / m."""
    return 2 * output_dot / cache.shape[-2]


def _norm_speeds(net):
    checks.one_of("residual", net.residual, (None,))
    return NORM_SPEEDS[checks.one_of("norm", net.norm, NORM_SPEEDS)]


def _as_vectors(net, vectors):
    """`vectors` as arrays, in exactly the form of net.params."""
    form = [{name: p.shape for name, p in layer.items()} for layer in net.params]
    given = [{name: np.shape(v) for name, v in layer.items()} for layer in vectors]
    if given != form:
        raise ValueError(f"vectors has the form {given}; allowed is that of net.params, {form}")
    dtype = net.params[0]["w"].dtype
    return [
        {name: checks.as_floats(name, v).astype(dtype, copy=False) for name, v in layer.items()} for layer in vectors
    ]


def _t(a):
    return np.swapaxes(a, -1, -2)


NORM_SPEEDS = {
    "none": NormSpeeds(
        forward=lambda z_dot, params, cache, v: z_dot,
        backward=lambda dy, dy_dot, z_dot, params, cache, v: (dy, dy_dot, {}),
    ),
    "batch": NormSpeeds(forward=_batch_forward, backward=_batch_backward),
    "frozen": NormSpeeds(forward=_frozen_forward, backward=_frozen_backward),
}
# Of each activation the slope, and the slope of the slope, from its input y and its output a.
SLOPES = {
    "relu": (lambda y, a: (y > 0).astype(y.dtype), lambda y, a: np.zeros_like(y)),
    "sigmoid": (lambda y, a: a * (1 - a), lambda y, a: a * (1 - a) * (1 - 2 * a)),
    "tanh": (lambda y, a: 1 - a * a, lambda y, a: -2 * a * (1 - a * a)),
    "linear": (lambda y, a: np.ones_like(y), lambda y, a: np.zeros_like(y)),
}
LOSS_SPEEDS = {"softmax": _softmax_speed, "squared": _squared_speed}
