"""The solutions against the library, the registry and finite differences: a third witness beside their other forms."""

import numpy as np
import pytest

from bn import batch_norm, batch_norm_grad, batch_norm_inference, precise_statistics, update_running
from bn.descent import gdnp
from bn.layers import (
    batch_renorm,
    group_norm,
    layer_norm,
    layer_norm_grad,
    merge,
    rms_norm,
    running,
    weight_norm,
)
from bn.layers.lp import lp_forward
from bn.objectives import LeastSquares
from bn.serving import fold
from bnbook import exercises
from bnbook.proofs.formulas import chain
from explorable.writing.outputs import outputs_of
from explorable.writing.shared import judging


def _running(mean, var, x, momentum):
    _, cache = batch_norm(x, np.ones(x.shape[1]), np.zeros(x.shape[1]))
    return update_running(running.Running(mean, var), cache, momentum)[:2]


def _backward(dy, x, gamma, eps):
    return batch_norm_grad(dy, batch_norm(x, gamma, np.zeros_like(gamma), eps)[1])


def _merge(n_a, mean_a, var_a, n_b, mean_b, var_b):
    whole = merge(running.Shard(n_a, mean_a, n_a * var_a), running.Shard(n_b, mean_b, n_b * var_b))
    return whole.mean, whole.m2 / whole.count


def _renorm(x, mean, var, r_max, d_max, eps):
    one = np.ones(x.shape[1])
    return batch_renorm(x, one, 0 * one, running.Running(mean, var), r_max, d_max, eps)[0]


def _lp(x, p):
    one = {"gamma": np.ones((1, 1, x.shape[1])), "beta": np.zeros((1, 1, x.shape[1]))}
    assert p in (1, 2, np.inf)
    return lp_forward(x[None], one, 0.0, p)[0][0]


LIBRARY = {
    "forward": lambda *args: batch_norm(*args)[0],
    "images": lambda *args: batch_norm(*args)[0],
    "running": _running,
    "inference": batch_norm_inference,
    "pooled": lambda means, variances: precise_statistics(means, variances)[1],
    "backward": lambda *args: _backward(*args)[0],
    "parameters": lambda dy, x, eps: _backward(dy, x, np.ones(x.shape[1]), eps)[1:],
    "weight_norm": lambda v, g: weight_norm(v, g)[0],
    "best_length": lambda w, u, s: LeastSquares(s, u).best_length(w),
    "gdnp_step": lambda w, u, s: gdnp(LeastSquares(s, u), w, 1).directions[1],
    "lp_normalize": _lp,
    "fold": fold,
    "layer_norm": lambda dy, x, gamma, eps: layer_norm_grad(dy, layer_norm(x, gamma, 0 * gamma, eps)[1])[0],
    "rms_norm": lambda *args: rms_norm(*args)[0],
    "group_norm": lambda x, groups, gamma, beta, eps: group_norm(x, gamma, beta, groups, eps)[0],
    "renorm": _renorm,
    "merge": _merge,
    "chain_gradient": lambda x, w, delta: chain.gradients(x, w, delta),
}


@pytest.mark.parametrize("name", LIBRARY)
def test_solution_is_what_the_library_computes(name):
    exercise, seen = exercises.EXERCISES[name], 0
    for case in exercise.inputs():
        if name == "lp_normalize" and case.args[1] == 3:
            continue
        given = LIBRARY[name](*case.args)
        given = tuple(np.asarray(g, float) for g in (given if isinstance(given, tuple) else (given,)))
        assert max(judging.differences([case], [given], [outputs_of(exercise.solve, case)])[0]) < 1e-10
        seen += 1
    assert seen >= 3


def slope(function, x, direction, h=1e-5):
    return (function(x + h * direction) - function(x - h * direction)) / (2 * h)


def _layer_norm(x, gamma, eps):
    return gamma * (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + eps)


FORWARD = {
    "layer_norm": (_layer_norm, ("gamma", "eps")),
    "frozen_gradient": (
        lambda x, gamma, mean, var, eps: gamma * (x - mean) / np.sqrt(var + eps),
        ("gamma", "mean", "var", "eps"),
    ),
    "backward": (lambda x, gamma, eps: batch_norm(x, gamma, 0 * gamma, eps)[0], ("gamma", "eps")),
}


@pytest.mark.parametrize("name", FORWARD)
def test_gradients_are_slopes(name):
    exercise, (forward, others) = exercises.EXERCISES[name], FORWARD[name]
    for case in exercise.inputs():
        given = dict(zip(exercise.arguments, case.args))
        direction = np.random.default_rng(3).normal(size=given["x"].shape)
        rest = [given[other] for other in others]
        found = slope(lambda x, rest=rest, dy=given["dy"]: (dy * forward(x, *rest)).sum(), given["x"], direction)
        dx = outputs_of(exercise.solve, case)[0]
        assert found == pytest.approx((dx * direction).sum(), rel=1e-7)


def test_a_node_is_a_slope():
    """to_variance: the loss as a function of the variance alone."""
    for dy, x, gamma, eps in (case.args for case in exercises.to_variance.inputs()):
        c, var = x - x.mean(0), x.var(0)

        def loss(v, c=c, dy=dy, gamma=gamma, eps=eps):
            return (dy * gamma * c / np.sqrt(v + eps)).sum(0)

        assert slope(loss, var, 1.0) == pytest.approx(exercises.to_variance.solve(dy, x, gamma, eps), rel=1e-7)


def test_contributions_add_up_to_the_change():
    for case in exercises.orders.inputs():
        forecast, change = exercises.one_step.solve(*case.args)
        contributions = exercises.orders.solve(*case.args)
        assert contributions.sum() == pytest.approx(change) and contributions[0] == pytest.approx(forecast)


def test_gradient_length_is_that_of_the_library():
    for dy, x, gamma, eps in (case.args for case in exercises.gradient_length.inputs()):
        dx = _backward(dy[:, None], x[:, None], np.array([gamma]), eps)[0]
        assert (dx**2).sum() == pytest.approx(exercises.gradient_length.solve(dy, x, gamma, eps), rel=1e-12)


def test_equilibrium_stays_where_it_is():
    for lr, decay, gradient in (case.args for case in exercises.equilibrium.inputs()):
        length, angle = exercises.equilibrium.solve(lr, decay, gradient)
        after = np.array([(1 - lr * decay) * length, lr * gradient / length])
        assert np.hypot(*after) == pytest.approx(length) and np.arctan2(after[1], after[0]) == pytest.approx(angle)


def test_renorm_without_limits_is_inference():
    for x, mean, var, _, _, eps in (case.args for case in exercises.renorm.inputs()):
        free = exercises.renorm.solve(x, mean, var, 1e9, 1e9, eps)
        np.testing.assert_allclose(free, (x - mean) / np.sqrt(var + eps), rtol=1e-12)


def test_group_norm_between_layer_and_instance_norm():
    x, _, gamma, beta, eps = exercises.group_norm.inputs()[0].args
    mean, var = x.mean((2, 3), keepdims=True), x.var((2, 3), keepdims=True)
    instance = gamma[:, None, None] * (x - mean) / np.sqrt(var + eps) + beta[:, None, None]
    np.testing.assert_allclose(exercises.group_norm.solve(x, len(gamma), gamma, beta, eps), instance, rtol=1e-12)
