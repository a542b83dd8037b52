"""Wrong forms that proofs once let pass: they looked at later steps, squares, positive numbers or one side alone."""

import numpy as np
import pytest
import sympy as sp

import bn
from bnbook.proofs import registry
from bnbook.proofs.entries import NotProved, Refuted
from bnbook.proofs.formulas import chain

ENTRIES = registry.identities()


def later(t):
    """0 at step 0, and 1 at all later steps."""
    return 1 - sp.S.Zero**t


FROM_STEP_1 = {  # what keeps every step but the first, and the start
    "running-closed": lambda t, r, v, rho: later(t) * (1 - rho) ** t,
    "bias-outside-gradient": lambda t, eta, target: later(t),
    "running-noise": lambda t, rho: later(t) * (1 - rho) ** (2 * t),
    "running-lag": lambda t, d, rho: later(t) * (1 - rho) ** t,
    "bias-decay": lambda t, start, eta, decay: later(t) * (1 - eta * decay) ** t,
}


@pytest.mark.parametrize("label", FROM_STEP_1)
def test_an_induction_sees_the_step_from_0_to_1(label):
    entry, more = ENTRIES[label], FROM_STEP_1[label]
    with pytest.raises(NotProved):
        entry.proof(lambda *given: entry.form(*given) + more(*given))


def test_the_induction_of_gamma_and_beta_sees_it_too():
    entry = ENTRIES["affine-closed"]

    def wrong(t, gamma, beta, spread, shift, eta, q):
        right = entry.form(t, gamma, beta, spread, shift, eta, q)
        return right[0] + later(t) * (1 - eta * q) ** t, right[1]

    with pytest.raises(NotProved):
        entry.proof(wrong)


def test_a_root_is_told_from_its_negative():
    with pytest.raises(Refuted, match="positive one"):
        ENTRIES["relu-gain"].proof(lambda: -ENTRIES["relu-gain"].form())
    angle = ENTRIES["equilibrium-angle"]
    with pytest.raises(Refuted, match="tangent is positive"):
        angle.proof(lambda eta, decay: (angle.form(eta, decay)[0], -angle.form(eta, decay)[1]))
    with pytest.raises(Refuted, match="cosine is positive"):
        angle.proof(lambda eta, decay: (-angle.form(eta, decay)[0], angle.form(eta, decay)[1]))


def test_not_zero_means_negative_as_well():
    critical, gradient = ENTRIES["halfspace-critical"], ENTRIES["chain-gradient"]
    with pytest.raises(NotProved):
        critical.proof(lambda u, s_inv, c1, c2: critical.form(u, s_inv, c1, sp.Abs(c2)))
    with pytest.raises(NotProved):
        gradient.proof(lambda y, w, delta: gradient.form(y, sp.Abs(w), delta))


def test_each_side_of_a_chain_of_equals_is_proved():
    with pytest.raises(Refuted, match="every entry"):
        ENTRIES["variance-by-mean"].proof(lambda x, mu, total, m: sp.S.Zero)


def test_the_change_of_the_normalized_chain_holds_at_any_depth():
    """A form that is right for up to three weights, and forgets the lowest of four."""
    entry = ENTRIES["chain-normalized-change"]

    def shallow(weights, xhat, delta, eta, total):
        factor = 1 if len(weights) < 3 else sp.sign(weights[0]) ** 2 * sp.sign(weights[0])
        return factor * chain.normalized_change(weights, xhat, delta, eta, total)

    with pytest.raises(NotProved, match="one more weight below"):
        entry.proof(shallow)


def test_no_path_of_those_that_cancel_is_dropped_for_any_size():
    with pytest.raises(Refuted, match="any m"):
        ENTRIES["paths-canceling"].proof(lambda m, products: 0 if m.is_number else products[0])


def test_the_balance_is_stable_below_two_and_not_beyond():
    slope = ENTRIES["equilibrium-stability"].form
    assert all(abs(slope(sp.Rational(n, 10), 1)) < 1 for n in range(1, 20) if n != 10)
    assert slope(1, 1) == -1 and slope(sp.Rational(21, 10), 1) > 1


def test_a_length_off_the_balance_comes_back_by_the_factor_of_the_ledger():
    eta, decay, unit_grad = 0.1, 0.5, 2.0
    balance = (eta * unit_grad**2 / (2 * decay - eta * decay**2)) ** 0.5
    q = off = balance * 1.001
    factor = ENTRIES["equilibrium-stability"].form(eta, decay)
    for _ in range(5):
        q = (1 - eta * decay) ** 2 * q + eta**2 * unit_grad**2 / q
        off = balance + factor * (off - balance)
        assert q - balance == pytest.approx(off - balance, rel=0.01)


def test_the_layer_gives_back_what_the_ledger_says():
    x, mean, var, eps = np.array([[0.0], [1.0], [3.0]]), np.array([0.7]), np.array([2.5]), 1e-5
    gamma, beta = ENTRIES["family-kept-in-use"].form(2.0, -1.0, mean[0], var[0], eps)
    use = bn.batch_norm_inference(x, np.array([float(gamma)]), np.array([float(beta)]), mean, var, eps)
    assert use == pytest.approx(2 * x - 1)
    one = np.ones(1)
    near, far = (bn.batch_norm(np.array([[0.0], [top]]), one, one, eps=0)[0] for top in (1.0, 3.0))
    assert near == pytest.approx(far) and near[1] == ENTRIES["family-lost-in-training"].form(1.0, 1.0, 1)
