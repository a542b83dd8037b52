"""PyTorch as a second judge of the other norms, in float64 to 1e-12 relative to the largest entry."""

import numpy as np
import pytest

from bn import layers
from tests.bn.torch_helpers import close, functional, leaf, torch


def draw(shape, features, seed):
    rng = np.random.default_rng(seed)
    x, dy = rng.normal(2, 3, size=shape), rng.normal(size=shape)
    return x, dy, rng.normal(2, 1, size=features), rng.normal(size=features)


def compare(ours, gradients, theirs, arrays, dy):
    """Output and all gradients of one layer. theirs : a function of tensors."""
    leaves = [leaf(array) for array in arrays]
    ty = theirs(*leaves)
    ty.backward(torch.tensor(dy))
    close(ours, ty)
    for gradient, tensor in zip(gradients, leaves, strict=True):
        close(gradient, tensor.grad)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("eps", [1e-5, 0.3])
@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 64)])
def test_layer_norm(shape, eps, seed):
    x, dy, gamma, beta = draw(shape, shape[-1], seed)
    y, cache = layers.layer_norm(x, gamma, beta, eps)
    theirs = lambda x, gamma, beta: functional.layer_norm(x, shape[-1:], gamma, beta, eps)
    compare(y, layers.layer_norm_grad(dy, cache), theirs, (x, gamma, beta), dy)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("eps", [1e-5, 0.3])
@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 64)])
def test_rms_norm(shape, eps, seed):
    x, dy, gamma, _ = draw(shape, shape[-1], seed)
    y, cache = layers.rms_norm(x, gamma, eps)
    theirs = lambda x, gamma: functional.rms_norm(x, shape[-1:], gamma, eps)
    compare(y, layers.rms_norm_grad(dy, cache), theirs, (x, gamma), dy)


@pytest.mark.parametrize("eps", [1e-5, 0.3])
@pytest.mark.parametrize("groups", [1, 2, 6])
@pytest.mark.parametrize("shape", [(3, 6, 2, 5), (4, 24)])
def test_group_norm(shape, groups, eps):
    x, dy, gamma, beta = draw(shape, shape[1], groups)
    y, cache = layers.group_norm(x, gamma, beta, groups, eps)
    theirs = lambda x, gamma, beta: functional.group_norm(x, groups, gamma, beta, eps)
    compare(y, layers.group_norm_grad(dy, cache), theirs, (x, gamma, beta), dy)


def test_instance_norm():
    x, dy, gamma, beta = draw((3, 4, 2, 5), 4, 0)
    y, cache = layers.instance_norm(x, gamma, beta)
    theirs = lambda x, gamma, beta: functional.instance_norm(x, None, None, gamma, beta, eps=1e-5)
    compare(y, layers.group_norm_grad(dy, cache), theirs, (x, gamma, beta), dy)


@pytest.mark.parametrize("limits", [(1.5, 0.2), (100.0, 100.0)])
def test_batch_renorm_with_r_and_d_detached(limits):
    """PyTorch has no such layer; its autograd differentiates the definition."""
    x, dy, gamma, beta = draw((7, 3), 3, 1)
    rng = np.random.default_rng(2)
    running = layers.Running(rng.normal(size=3), rng.uniform(0.5, 4, size=3))
    y, cache = layers.batch_renorm(x, gamma, beta, running, *limits, eps=1e-3)

    def theirs(x, gamma, beta):
        mean, std = x.mean(0), torch.sqrt(x.var(0, unbiased=False) + 1e-3)
        spread = torch.sqrt(torch.tensor(running.var) + 1e-3)
        r = torch.clamp(std / spread, 1 / limits[0], limits[0]).detach()
        d = torch.clamp((mean - torch.tensor(running.mean)) / spread, -limits[1], limits[1]).detach()
        return gamma * ((x - mean) / std * r + d) + beta

    compare(y, layers.batch_renorm_grad(dy, cache), theirs, (x, gamma, beta), dy)


def test_weight_standardization_and_dynamic_tanh():
    v, dw, gamma, beta = draw((6, 4), 4, 3)
    w, cache = layers.weight_standardization(v, 0.7, 0.1)
    theirs = lambda v: 0.7 * (v - v.mean(0)) / torch.sqrt(v.var(0, unbiased=False) + 0.1)
    compare(w, (layers.weight_standardization_grad(dw, cache),), theirs, (v,), dw)
    y, cache = layers.dynamic_tanh(v, 0.3, gamma, beta)
    dx, dalpha, *rest = layers.dynamic_tanh_grad(dw, cache)
    theirs = lambda x, alpha, gamma, beta: gamma * torch.tanh(alpha * x) + beta
    compare(y, (dx, np.array(dalpha), *rest), theirs, (v, np.array(0.3), gamma, beta), dw)
