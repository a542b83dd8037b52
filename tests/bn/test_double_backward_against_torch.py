"""PyTorch as a second judge of second derivatives, in float64 to 1e-12 relative to the largest entry."""

from dataclasses import replace

import numpy as np
import pytest

from bn import layers, network
from bn.hessian import hessian_vector_product
from tests.bn.torch_helpers import close, functional, leaf, torch


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("eps", [1e-8, 1e-5, 1e-2, 1.0])
@pytest.mark.parametrize("shape", [(3, 4), (64, 100), (5, 3, 2, 2), (8, 4, 6, 5)])
def test_the_double_backward_of_batch_norm(shape, eps, seed):
    rng = np.random.default_rng(seed)
    d = shape[1]
    x, dy, u = rng.normal(2, 3, size=shape), rng.normal(size=shape), rng.normal(size=shape)
    gamma, beta = rng.normal(2, 1, size=d), rng.normal(size=d)
    tx, tdy, tgamma = leaf(x), leaf(dy), leaf(gamma)
    ty = functional.batch_norm(tx, None, None, tgamma, torch.tensor(beta), True, 0.1, eps)
    (tdx,) = torch.autograd.grad(ty, tx, tdy, create_graph=True)
    theirs = torch.autograd.grad(tdx, (tx, tdy, tgamma), torch.tensor(u))
    ours = layers.batch_norm_double_backward(u, dy, layers.batch_norm(x, gamma, beta, eps)[1])
    for a, b in zip(ours, theirs, strict=True):
        close(a, b)


@pytest.mark.parametrize("loss", ["softmax", "squared"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "linear"])
@pytest.mark.parametrize("norm", ["none", "batch"])
def test_the_hessian_of_a_whole_network_times_a_vector(norm, activation, loss):
    rng = np.random.default_rng(0)
    net = network.init((6, 8, 7, 3), norm=norm, activation=activation, seeds=(0, 1))
    shifted = [{n: p + 0.2 * rng.normal(size=p.shape) for n, p in layer.items()} for layer in net.params]
    net = replace(net, params=shifted)
    vectors = [{n: rng.normal(size=p.shape) for n, p in layer.items()} for layer in net.params]
    x, labels = rng.normal(size=(2, 9, 6)), rng.integers(0, 3, (2, 9))
    goal = labels if loss == "softmax" else rng.normal(size=(2, 9, 3))
    product = hessian_vector_product(net, x, goal, vectors, loss)
    for k in range(2):
        tensors = [{name: leaf(p[k]) for name, p in layer.items()} for layer in net.params]
        value = _loss(net, tensors, torch.tensor(x[k]), torch.tensor(goal[k]), loss)
        flat = [(i, name, t) for i, layer in enumerate(tensors) for name, t in layer.items()]
        grads = torch.autograd.grad(value, [t for _, _, t in flat], create_graph=True)
        slope = sum((g * torch.tensor(vectors[i][name][k])).sum() for g, (i, name, _) in zip(grads, flat))
        theirs = torch.autograd.grad(slope, [t for _, _, t in flat], materialize_grads=True)
        largest = max(float(second.abs().max()) for second in theirs)  # what is 0 by a law is rounding of the others
        for (i, name, _), second in zip(flat, theirs, strict=True):
            assert np.abs(product[i][name][k] - second.numpy()).max() <= 1e-12 * largest, (i, name)


def _loss(net, tensors, a, goal, loss):
    for i, layer in enumerate(tensors):
        a = a @ layer["w"] + layer.get("b", 0)
        if i < 2 and net.norm == "batch":
            a = functional.batch_norm(a, None, None, layer["gamma"][0], layer["beta"][0], True, 0.1, net.eps)
        if i < 2 and net.activation != "linear":
            a = getattr(torch, net.activation)(a)
    return functional.cross_entropy(a, goal) if loss == "softmax" else ((a - goal) ** 2).sum(dim=-1).mean()
