"""Normalization by l_p norms: what comes out, and its gradient against differences."""

import numpy as np
import pytest

from bn.layers.lp import lp_backward, lp_forward

ORDERS = (1, 2, np.inf)


def case(seed):
    rng = np.random.default_rng(seed)
    z, dy, v = rng.normal(0.4, 1.3, size=(3, 2, 7, 4))
    gamma, beta = rng.normal(size=(2, 2, 1, 4))
    return z, {"gamma": gamma, "beta": beta}, dy, v


@pytest.mark.parametrize("p", ORDERS)
def test_the_batch_is_centered_and_divided_by_its_mean_norm(p):
    z, params, _, _ = case(0)
    size = (
        np.abs(z).max(axis=1, keepdims=True) if p == np.inf else (np.abs(z) ** p).mean(axis=1, keepdims=True) ** (1 / p)
    )
    y, _ = lp_forward(z, params, 0.0, p)
    assert y == pytest.approx(params["gamma"] * (z - z.mean(axis=1, keepdims=True)) / size + params["beta"])
    assert lp_forward(3 * z, params, 0.0, p)[0] == pytest.approx(y)


@pytest.mark.parametrize("p", ORDERS)
@pytest.mark.parametrize("seed", range(4))
def test_its_gradient_is_the_slope(p, seed, h=1e-6):
    z, params, dy, v = case(seed)
    dz, grads = lp_backward(dy, lp_forward(z, params, 1e-3, p)[1])

    def loss(z, params):
        return (dy * lp_forward(z, params, 1e-3, p)[0]).sum(axis=(1, 2))

    assert (loss(z + h * v, params) - loss(z - h * v, params)) / (2 * h) == pytest.approx(
        (dz * v).sum(axis=(1, 2)), rel=1e-6
    )
    for name, grad in grads.items():
        up, down = ({**params, name: params[name] + t} for t in (h, -h))
        assert (loss(z, up) - loss(z, down)) / (2 * h) == pytest.approx(grad.sum(axis=(1, 2)), rel=1e-6)
