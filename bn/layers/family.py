"""The other norms on stacks of networks, as `norms.NORMS` needs them: z (k, m, d), parameters (k, 1, d).

The same mathematics as in `layer_norm`, `group_norm`, `batch_renorm`, `weight_norm` and `dynamic_tanh`, without checks;
tests hold the two together. None of these looks at other examples, except batch renormalization.
"""

import numpy as np

from .batch_renormalization import BatchRenormCache, corrections
from .layer_normalization import divide_by_rms, divide_by_rms_grad
from .standardizing import standardize, standardize_grad, total

GROUPS = 8  # of group norm in a network
R_MAX, D_MAX = 3.0, 5.0  # the limits of batch renormalization in a network, from the first step on


def affine_grads(dy, xhat):
    """Gradients of gamma and beta, (k, 1, d)."""
    return {"gamma": total(dy * xhat, (1,)).astype(dy.dtype), "beta": total(dy, (1,)).astype(dy.dtype)}


def layer_forward(z, params, eps):
    """`layer_norm` for each network of the stack."""
    xhat, _, _, std = standardize(z, (2,), eps)
    return params["gamma"] * xhat + params["beta"], (xhat, std, params["gamma"])


def layer_backward(dy, cache):
    """`layer_norm_grad` for each network of the stack."""
    xhat, std, gamma = cache
    return standardize_grad(dy * gamma, xhat, std, (2,)), affine_grads(dy, xhat)


def rms_params(k, d, dtype):
    """gamma = 1; RMS norm has no beta."""
    return {"gamma": np.ones((k, 1, d), dtype)}


def rms_forward(z, params, eps):
    """`rms_norm` for each network of the stack."""
    xhat, r = divide_by_rms(z, eps)
    return params["gamma"] * xhat, (xhat, r, params["gamma"])


def rms_backward(dy, cache):
    """`rms_norm_grad` for each network of the stack."""
    xhat, r, gamma = cache
    return divide_by_rms_grad(dy * gamma, xhat, r), {"gamma": affine_grads(dy, xhat)["gamma"]}


def group_forward(z, params, eps):
    """`group_norm` over GROUPS groups of at least two units each."""
    k, m, d = z.shape
    if d % GROUPS or d == GROUPS:
        raise ValueError(f"a layer has {d} units; allowed with group norm are {2 * GROUPS}, {3 * GROUPS}, ...")
    xhat, _, _, std = standardize(z.reshape(k, m, GROUPS, d // GROUPS), (3,), eps)
    xhat = xhat.reshape(z.shape)
    return params["gamma"] * xhat + params["beta"], (xhat, std, params["gamma"])


def group_backward(dy, cache):
    """`group_norm_grad` for each network of the stack."""
    xhat, std, gamma = cache
    inside = (*dy.shape[:2], GROUPS, -1)
    dz = standardize_grad((dy * gamma).reshape(inside), xhat.reshape(inside), std, (3,))
    return dz.reshape(dy.shape), affine_grads(dy, xhat)


def renorm_forward(z, params, eps, running):
    """`batch_renorm` for each network of the stack."""
    xtilde, mu, var, std = standardize(z, (1,), eps)
    r, d = (each.astype(z.dtype) for each in corrections(mu, std, running, eps, R_MAX, D_MAX))
    xhat = r * xtilde + d
    cache = BatchRenormCache(xtilde, xhat, params["gamma"], std, mu, var, r, d, z.shape[1])
    return params["gamma"] * xhat + params["beta"], cache


def renorm_backward(dy, cache):
    """`batch_renorm_grad` for each network of the stack."""
    dz = standardize_grad(dy * (cache.gamma * cache.r), cache.xtilde, cache.std, (1,))
    return dz, affine_grads(dy, cache.xhat)


def weight_forward(z, params, eps):
    """Weight norm: z = x v over the length of each column of v, times gamma (its g), plus beta; eps is not used.

    At the start gamma is 1, so every unit has weights of length 1. `network.keep_function` sets it to |v| instead.
    """
    length = np.sqrt(np.square(params["w"]).sum(axis=1, keepdims=True))
    zhat = z / length
    return params["gamma"] * zhat + params["beta"], (zhat, length, params)


def weight_backward(dy, cache):
    """dz, and the gradients of gamma, beta and, through the length, of the weights themselves ("w")."""
    zhat, length, params = cache
    grads = affine_grads(dy, zhat)
    through_length = -params["gamma"] * grads["gamma"] / length  # d loss / d |v|
    return dy * (params["gamma"] / length), {**grads, "w": params["w"] * (through_length / length)}


def tanh_params(k, d, dtype):
    """alpha = 0.5, one number per layer, gamma = 1, beta = 0."""
    ones, zeros = np.ones((k, 1, d), dtype), np.zeros((k, 1, d), dtype)
    return {"alpha": np.full((k, 1, 1), 0.5, dtype), "gamma": ones, "beta": zeros}


def tanh_forward(z, params, eps):
    """`dynamic_tanh` for each network of the stack; eps is not used."""
    t = np.tanh(params["alpha"] * z)
    return params["gamma"] * t + params["beta"], (z, t, params)


def tanh_backward(dy, cache):
    """`dynamic_tanh_grad` for each network of the stack."""
    z, t, params = cache
    inner = dy * params["gamma"] * (1 - t * t)
    alpha = (inner * z).sum(axis=(1, 2), keepdims=True)
    return params["alpha"] * inner, {"alpha": alpha, **affine_grads(dy, t)}
