"""The norms a network can have after each linear layer, as a table of functions on stacks (k, m, d).

Everything here works for k networks at once and checks nothing: one network of a stack may have diverged
while the others go on. Single batches go through `batch_norm`, which does check.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .batch_normalization import BatchNormCache
from .batch_renormalization import renorm_backward, renorm_forward
from .frozen import frozen_backward, frozen_forward, frozen_params
from .group_normalization import group_core, group_core_grad
from .layer_normalization import divide_by_rms_grad, layer_core, layer_core_grad, rms_core
from .lp import lp_backward, lp_forward
from .pointwise import tanh_core, tanh_core_grad
from .stacks import affine_grads, over_examples, scale_and_shift
from .standardizing import standardize, standardize_grad
from .weight_normalization import weight_backward, weight_forward

GROUPS = 8  # of group norm in a network


class Norm(NamedTuple):
    """One kind of normalization.

    params(k, d, dtype) -> dict of its parameters, (k, 1, d) each.
    forward(z, params, eps) -> y, cache.   backward(dy, cache) -> dz, dict of gradients like params.
    inference(z, params, running, eps) -> y, with frozen statistics where the norm has them.
    keeps_bias : whether the linear layer before it has a bias (not if the norm takes the mean away again).
    has_running : whether statistics are collected for inference; the cache then has mu, var and m.
    sees_running : whether forward takes these statistics as a further argument.
    params of `forward` are those of the whole layer, so also its weights "w"; a gradient "w" is added to theirs.
    """

    params: Callable
    forward: Callable
    backward: Callable
    inference: Callable
    keeps_bias: bool
    has_running: bool
    sees_running: bool = False


def batch_forward(z, params, eps):
    """`batch_norm` for each network of the stack z : (k, m, d)."""
    xhat, mu, var, std = standardize(z, (1,), eps)
    y = xhat * params["gamma"]
    y += params["beta"]
    return y, BatchNormCache(xhat, params["gamma"], std, mu, var, z.shape[1])


def batch_backward(dy, cache):
    """`batch_norm_grad` for each network of the stack."""
    return standardize_grad(dy * cache.gamma, cache.xhat, cache.std, (1,)), affine_grads(dy, cache.xhat)


def batch_inference(z, params, running, eps):
    """`batch_norm_inference` for each network of the stack."""
    scale = params["gamma"] / np.sqrt(running.var + eps)
    return ((z - running.mean) * scale + params["beta"]).astype(z.dtype, copy=False)


def layer_forward(z, params, eps):
    """`layer_norm` for each network of the stack."""
    return layer_core(z, params["gamma"], params["beta"], eps)


def rms_params(k, d, dtype):
    """gamma = 1; RMS norm has no beta."""
    return {"gamma": np.ones((k, 1, d), dtype)}


def rms_forward(z, params, eps):
    """`rms_norm` for each network of the stack."""
    return rms_core(z, params["gamma"], eps)


def rms_backward(dy, cache):
    """`rms_norm_grad` for each network of the stack."""
    dz = divide_by_rms_grad(dy * cache.gamma, cache.xhat, cache.r)
    return dz, {"gamma": over_examples(dy * cache.xhat)}


def group_forward(z, params, eps):
    """`group_norm` over GROUPS groups of at least two units each."""
    k, m, d = z.shape
    if d % GROUPS or d == GROUPS:
        raise ValueError(f"a layer has {d} units; allowed with group norm are {2 * GROUPS}, {3 * GROUPS}, ...")
    return group_core(z, params["gamma"], params["beta"], (k, m, GROUPS, d // GROUPS), eps)


def tanh_params(k, d, dtype):
    """alpha = 0.5, one number per layer, gamma = 1, beta = 0."""
    ones, zeros = np.ones((k, 1, d), dtype), np.zeros((k, 1, d), dtype)
    return {"alpha": np.full((k, 1, 1), 0.5, dtype), "gamma": ones, "beta": zeros}


def tanh_forward(z, params, eps):
    """`dynamic_tanh` for each network of the stack; eps is not used."""
    return tanh_core(z, params["alpha"], params["gamma"], params["beta"])


def tanh_backward(dy, cache):
    """`dynamic_tanh_grad` for each network of the stack."""
    dz, *grads = tanh_core_grad(dy, cache, over_examples, lambda values: values.sum(axis=(1, 2), keepdims=True))
    return dz, dict(zip(("alpha", "gamma", "beta"), grads, strict=True))


def affine_backward(core_grad):
    """The backward pass of a norm with gamma and beta, from its core."""

    def backward(dy, cache):
        dz, dgamma, dbeta = core_grad(dy, cache, over_examples)
        return dz, {"gamma": dgamma, "beta": dbeta}

    return backward


def lp_norm(p):
    """The entry of l_p normalization. It collects no statistics: inference uses those of its own batch."""
    return Norm(
        params=scale_and_shift,
        forward=lambda z, params, eps: lp_forward(z, params, eps, p),
        backward=lp_backward,
        inference=lambda z, params, running, eps: lp_forward(z, params, eps, p)[0],
        keeps_bias=False,
        has_running=False,
    )


def alone(forward, backward, params=scale_and_shift, keeps_bias=True):
    """The entry of a norm that treats each example by itself: in training and in use it is the same."""

    def inference(z, params, running, eps):
        return forward(z, params, eps)[0]

    return Norm(params, forward, backward, inference, keeps_bias, has_running=False)


NORMS = {
    "none": Norm(
        params=lambda k, d, dtype: {},
        forward=lambda z, params, eps: (z, None),
        backward=lambda dy, cache: (dy, {}),
        inference=lambda z, params, running, eps: z,
        keeps_bias=True,
        has_running=False,
    ),
    "batch": Norm(
        params=scale_and_shift,
        forward=batch_forward,
        backward=batch_backward,
        inference=batch_inference,
        keeps_bias=False,
        has_running=True,
    ),
    "frozen": Norm(
        params=frozen_params,
        forward=frozen_forward,
        backward=frozen_backward,
        inference=lambda z, params, running, eps: frozen_forward(z, params)[0],
        keeps_bias=False,
        has_running=False,
    ),
    "renorm": Norm(
        params=scale_and_shift,
        forward=renorm_forward,
        backward=renorm_backward,
        inference=batch_inference,
        keeps_bias=False,
        has_running=True,
        sees_running=True,
    ),
    "layer": alone(layer_forward, affine_backward(layer_core_grad)),
    "rms": alone(rms_forward, rms_backward, rms_params),
    "group": alone(group_forward, affine_backward(group_core_grad)),
    "weight": alone(weight_forward, weight_backward, keeps_bias=False),
    "tanh": alone(tanh_forward, tanh_backward, tanh_params),
    "l1": lp_norm(1),
    "l2": lp_norm(2),
    "linf": lp_norm(np.inf),
}
