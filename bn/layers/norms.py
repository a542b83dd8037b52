"""The norms a network can have after each linear layer, as a table of functions on stacks (k, m, d).

Everything here works for k networks at once and checks nothing: one network of a stack may have diverged
while the others go on. Single batches go through `batch_norm`, which does check.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from . import family
from .batch_normalization import BatchNormCache
from .frozen import frozen_backward, frozen_forward, frozen_params
from .lp import lp_backward, lp_forward
from .standardizing import standardize, standardize_grad, total


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


def scale_and_shift(k, d, dtype):
    """gamma = 1 and beta = 0, so that training starts from the normalized values themselves."""
    return {"gamma": np.ones((k, 1, d), dtype), "beta": np.zeros((k, 1, d), dtype)}


def batch_forward(z, params, eps):
    """`batch_norm` for each network of the stack z : (k, m, d)."""
    xhat, mu, var, std = standardize(z, (1,), eps)
    y = xhat * params["gamma"]
    y += params["beta"]
    return y, BatchNormCache(xhat, params["gamma"], std, mu, var, z.shape[1])


def batch_backward(dy, cache):
    """`batch_norm_grad` for each network of the stack."""
    xhat, gamma = cache.xhat, cache.gamma
    grads = {"gamma": total(dy * xhat, (1,)).astype(dy.dtype), "beta": total(dy, (1,)).astype(dy.dtype)}
    return standardize_grad(dy * gamma, xhat, cache.std, (1,)), grads


def batch_inference(z, params, running, eps):
    """`batch_norm_inference` for each network of the stack."""
    scale = params["gamma"] / np.sqrt(running.var + eps)
    return ((z - running.mean) * scale + params["beta"]).astype(z.dtype, copy=False)


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
        forward=family.renorm_forward,
        backward=family.renorm_backward,
        inference=batch_inference,
        keeps_bias=False,
        has_running=True,
        sees_running=True,
    ),
    "layer": alone(family.layer_forward, family.layer_backward),
    "rms": alone(family.rms_forward, family.rms_backward, family.rms_params),
    "group": alone(family.group_forward, family.group_backward),
    "weight": alone(family.weight_forward, family.weight_backward, keeps_bias=False),
    "tanh": alone(family.tanh_forward, family.tanh_backward, family.tanh_params),
    "l1": lp_norm(1),
    "l2": lp_norm(2),
    "linf": lp_norm(np.inf),
}
