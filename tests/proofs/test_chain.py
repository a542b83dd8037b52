"""The chain in numbers: known values, zero weights, masked depths, and the promise that fails with depth."""

from fractions import Fraction
from itertools import combinations
from math import prod

import numpy as np
import pytest
import sympy as sp

from bnbook.proofs.formulas import chain


def _numbers(weights, eta, x=1.0, delta=1.0):
    grads = chain.gradients(x, weights, delta)
    return grads, chain.order_contributions(x, weights, grads, eta)


def test_a_deep_chain_breaks_its_promise():
    weights, eta = [1.3] * 20, 1e-3
    grads, orders = _numbers(weights, eta)
    y = chain.output(1.0, weights)
    assert y == pytest.approx(190.0, abs=0.05)
    assert y + chain.first_order_change(grads, eta, 1.0) == pytest.approx(-237, abs=0.5)
    assert y + chain.true_change(1.0, weights, grads, eta) == pytest.approx(17.5, abs=0.05)
    assert float(sum(orders)) == pytest.approx(17.5 - 190.0, abs=0.1)
    assert float(orders[0]) == pytest.approx(chain.first_order_change(grads, eta, 1.0))


def test_twenty_different_weights_against_every_subset_counted_exactly():
    weights = [Fraction(9 + i % 5, 10) for i in range(20)]
    grads, x = [Fraction(1 + i % 3, 7) for i in range(20)], Fraction(3, 2)
    orders = chain.order_contributions(sp.Rational(3, 2), _sympy(weights), _sympy(grads), sp.Integer(1))
    for k in (1, 2, 19, 20):
        subsets = (
            prod(grads[i] if i in chosen else weights[i] for i in range(20)) for chosen in combinations(range(20), k)
        )
        expected = (-1) ** k * x * sum(subsets)
        assert orders[k - 1] == sp.Rational(expected.numerator, expected.denominator)


def _sympy(fractions):
    return [sp.Rational(f.numerator, f.denominator) for f in fractions]


def test_zero_weights_need_no_division():
    weights, eta = [0.0, 2.0, 3.0], 0.1
    grads, orders = _numbers(weights, eta)
    assert grads == [6.0, 0.0, 0.0]
    assert float(sum(orders)) == pytest.approx(chain.true_change(1.0, weights, grads, eta))
    assert float(orders[0]) == pytest.approx(-eta * 36)


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_a_masked_chain_is_the_short_chain(depth):
    weights, symbol = sp.symbols("w_1:7", positive=True), sp.Symbol("n", integer=True)
    grads = chain.gradients(1, weights, 1)
    short = chain.gradients(1, weights[:depth], 1)
    masked_weights = chain.masked(weights, symbol, 1)
    masked_grads = chain.masked([*short, *grads[depth:]], symbol, 0)
    orders = chain.order_contributions(1, masked_weights, masked_grads, 1)
    expected = chain.order_contributions(1, weights[:depth], short, 1)
    assert [sp.expand(o.subs(symbol, depth)) for o in orders[:depth]] == [sp.expand(o) for o in expected]
    assert [o.subs(symbol, depth) for o in orders[depth:]] == [0] * (6 - depth)
    ratios = chain.masked([g / w for g, w in zip(grads, weights)], symbol, 0)
    assert chain.symmetric_sums(ratios)[depth + 1].subs(symbol, depth) == 0


def test_the_wanted_decrease_is_what_the_first_order_promises():
    weights = [1.1, 0.9, 1.3]
    grads = chain.gradients(1.0, weights, 1.0)
    assert chain.first_order_change(grads, 0.1 / sum(g**2 for g in grads), 1.0) == pytest.approx(-0.1)


def test_the_promise_is_kept_less_the_deeper_the_chain():
    """Weights exp(0.1 normal), learning rate 0.1: true change over promised change, medians of 200 draws."""
    rng = np.random.default_rng(0)
    medians = []
    for depth in (2, 5, 10, 20):
        kept = []
        for weights in np.exp(0.1 * rng.normal(size=(200, depth))):
            grads = chain.output(1.0, weights) / weights
            kept.append(chain.true_change(1.0, weights, grads, 0.1) / chain.first_order_change(grads, 0.1, 1.0))
        medians.append(np.median(kept))
    assert medians == sorted(medians, reverse=True)
    assert medians[0] > 0.9 and medians[-1] < 0.5


def test_a_normalized_chain_in_numbers_is_linear_in_its_last_weight():
    xs = np.array([1.0, 2.0, -1.0, 0.5, 3.0])
    mean = lambda values: np.broadcast_to(values, xs.shape).mean()
    h = xs
    weights = [0.7, -1.9, 0.2, 1.5]
    for weight in weights[:-1]:
        z = weight * h
        h = (z - mean(z)) / np.sqrt(mean((z - mean(z)) ** 2))
    xhat = (xs - xs.mean()) / xs.std()
    expected = [float(chain.normalized_output(weights, value)) for value in xhat]
    assert weights[-1] * h == pytest.approx(expected)
    total = lambda values: np.sum(values)
    change = chain.normalized_change(weights, xhat, 1.0, 0.1, total)
    assert change == pytest.approx(np.zeros(5), abs=1e-12)  # the same upstream gradient for all: xhat sums to 0
