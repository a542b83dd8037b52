"""The proofs of the gradient cannot pass vacuously: what they depend on, broken, breaks them."""

import numpy as np
import pytest
import sympy as sp

from bnbook.proofs import registry
from bnbook.proofs.backprop import backward as backward_proofs
from bnbook.proofs.entries import NotProved, Refuted
from bnbook.proofs.formulas import backprop, gradient, transform
from bnbook.proofs.formulas.slopes import BETA, DY, EPS, GAMMA, Batch, M, T, U, X, moved_loss, slope, sum_over

ENTRIES = registry.entries()
ONE_LINE = ENTRIES["dx"]


def mutants_of_dx():
    return pytest.mark.parametrize("name", ONE_LINE.mutants)


def passes_with(dy, form):
    """Whether a check of dx with this upstream gradient lets a form pass, in place of free numbers dy."""
    batch = Batch()
    true = gradient.dx(dy, batch.xhat, GAMMA, batch.s, batch.total, M)
    claimed = form(dy, batch.xhat, GAMMA, batch.s, batch.total, M)
    return sp.simplify(sp.expand(claimed - true)) == 0


@mutants_of_dx()
def test_free_upstream_gradients_let_no_wrong_form_pass(name):
    assert not passes_with(DY, ONE_LINE.mutants[name])


def test_the_loss_sum_of_y_lets_most_wrong_forms_pass():
    """With dy = 1 for every example dx is 0, and so is nearly everything that could be mistaken for it."""
    passed = {name for name, mutant in ONE_LINE.mutants.items() if passes_with(sp.S.One, mutant)}
    assert passed == {"variance path left out", "gamma forgotten", "sign", "the variance for its root"}
    assert set(ONE_LINE.mutants) - passed == {"mean path left out", "both left out", "m - 1"}


def test_the_loss_sum_of_squares_hides_what_is_of_the_order_of_eps():
    batch = Batch()
    dy = 2 * GAMMA * batch.xhat  # beta = 0
    hidden = set()
    for name, mutant in ONE_LINE.mutants.items():
        wrong = mutant(dy, batch.xhat, GAMMA, batch.s, batch.total, M)
        if sp.simplify(sp.sympify(wrong).subs(EPS, 0)) == 0:
            hidden.add(name)
    assert hidden == {"mean path left out", "gamma forgotten", "the variance for its root"}


def test_gamma_of_one_hides_that_gamma_was_forgotten():
    forgotten = ONE_LINE.mutants["gamma forgotten"]
    batch = Batch()
    at_one = [form(DY, batch.xhat, 1, batch.s, batch.total, M) for form in (forgotten, gradient.dx)]
    assert sp.expand(at_one[0] - at_one[1]) == 0


@pytest.mark.parametrize("kinds", list(backprop.local_derivatives(Batch().values(), M)))
def test_every_edge_matters_to_the_proofs(kinds, monkeypatch):
    """A graph with one edge wrong is noticed by the edge's own entry and by a step of the way back."""
    right = backprop.local_derivatives
    wrong = lambda at, m: {**right(at, m), kinds: 3 * right(at, m)[kinds]}
    entry = ENTRIES[f"edge-{kinds[0]}-{kinds[1]}".replace("L", "loss")]
    with pytest.raises(Refuted, match=f"^{kinds[0]}1?-{kinds[1]}1?, m = 1"):
        entry.proof(lambda at, m: 3 * entry.form(at, m))
    monkeypatch.setattr(backward_proofs, "local_derivatives", wrong)
    labels = ("back-xhat", "back-r", "back-s", "back-v", "back-q", "back-c", "back-mu", "back-x", "dgamma", "dbeta")
    failed = []
    for name in labels:
        try:
            ENTRIES[name].prove()
        except NotProved:
            failed.append(name)
    assert failed


def test_a_moved_node_is_moved_alone():
    """Moving x moves everything; moving mu leaves x, moving v leaves the centered values, and so on."""
    batch = Batch()
    slopes = {name: sp.expand(slope(moved_loss(name, batch))) for name in ("x", "mu", "c", "q", "v", "s", "r", "y")}
    assert 0 not in slopes.values() and len(set(slopes.values())) == len(slopes)
    assert slope(moved_loss("y", batch)) == batch.total(DY * U)
    assert moved_loss("none of them", batch).diff(T) == 0


def test_slopes_are_those_of_numbers():
    """The moments of a batch in numbers put into a slope along a direction in numbers."""
    rng = np.random.default_rng(0)
    x, u, dy = rng.normal(size=(3, 5))
    batch = Batch()
    expression = slope(batch.total(DY * transform.batch_norm(X + T * U, batch, GAMMA, BETA, EPS)))
    numbers = {GAMMA: 1.3, BETA: 0.2, EPS: 0.1, M: 5, batch.mu: x.mean(), batch.v: x.var()}
    for symbol in expression.free_symbols - set(numbers):
        parts = symbol.name.removeprefix("mean_").split("_")
        columns = {"x": x, "u": u, "dy": dy}
        numbers[symbol] = np.mean(np.prod([columns[part[:-1]] ** int(part[-1]) for part in parts], axis=0))
    y = lambda t: 1.3 * (x + t * u - np.mean(x + t * u)) / np.sqrt(np.var(x + t * u) + 0.1) + 0.2
    expected = dy @ (y(1e-5) - y(-1e-5)) / 2e-5
    assert float(expression.subs(numbers)) == pytest.approx(expected, rel=1e-8)


def test_a_sum_over_a_delta_is_the_entry_it_points_at():
    own, other, delta = sp.symbols("f_k f_i delta_ik")
    total = lambda e: M * sp.Symbol("mean_f") * sp.Poly(e, own).coeff_monomial(own)
    summed = sum_over(3 * delta * own**2 - 2 * own, {delta: {own: other}}, (own,), total)
    assert summed == 3 * other**2 - 2 * M * sp.Symbol("mean_f")
    with pytest.raises(ValueError, match="not linear in the deltas"):
        sum_over(delta**2 * own, {delta: {own: other}}, (own,), total)
    with pytest.raises(ValueError, match="exactly the entries"):
        sum_over(delta * own, {delta: {}}, (own,), total)
