"""Every identity is proved, every mutant of it is refuted, and the machinery that says so can fail."""

import re
from dataclasses import replace

import pytest
import sympy as sp

from bnbook.proofs import printing, registry
from bnbook.proofs.checking import places
from bnbook.proofs.entries import (
    METHODS,
    Identity,
    NotProved,
    Refuted,
    at,
    counterexample,
    means,
    needs,
    require_at_most,
    require_equal,
    require_zero,
    scope,
    swap,
)
from bnbook.proofs.motivation import chain

ENTRIES = registry.entries()
IDENTITIES = registry.identities()


@pytest.mark.parametrize("label", IDENTITIES)
def test_the_identity_is_proved(label):
    IDENTITIES[label].prove()


@pytest.mark.parametrize("label", IDENTITIES)
def test_every_mutant_is_refuted_by_a_counterexample(label):
    assert len(IDENTITIES[label].mutants) >= 2
    IDENTITIES[label].refute_mutants()


@pytest.mark.parametrize("label", IDENTITIES)
def test_without_an_assumption_the_claim_is_refuted(label):
    """Or the assumption says only how far the claim reaches, or what a letter means."""
    IDENTITIES[label].refute_without_assumptions()


@pytest.mark.parametrize("label", IDENTITIES)
def test_what_is_printed_is_what_is_proved(label):
    """A wrong version must print differently, or the page would not show what the proof checks."""
    entry = IDENTITIES[label]
    right = [printing.tex(side) for side in entry.sides]
    for name, mutant in entry.mutants.items():
        assert [printing.tex(side) for side in entry.shows(mutant)] != right, name
    assert entry.method in METHODS and entry.assumptions


@pytest.mark.parametrize("label", ENTRIES)
def test_the_entry_can_be_printed(label):
    entry = ENTRIES[label]
    assert all(printing.equations(entry)) and printing.display([entry], ".").count(".") >= 1
    assert entry.claim.endswith(".") and entry.source and re.fullmatch(r"[a-z0-9-]+", label)
    assert entry.relation in printing.RELATIONS


def test_a_label_may_not_be_used_twice(monkeypatch):
    monkeypatch.setattr(registry, "topics", lambda: (chain, chain))
    registry.entries.cache_clear()
    with pytest.raises(ValueError, match="chain-gradient"):
        registry.entries()
    monkeypatch.undo()
    assert registry.entries() == ENTRIES


def _square(form_of_square, mutants):
    a, b = sp.symbols("a b")

    def proof(form):
        require_zero((a + b) ** 2 - form(a, b), "square of a sum")

    return Identity(
        label="square",
        claim="A square.",
        shows=lambda form: ((a + b) ** 2, form(a, b)),
        assumptions=("none",),
        source="school",
        form=form_of_square,
        proof=proof,
        mutants=mutants,
    )


def _true_square(a, b):
    return a**2 + 2 * a * b + b**2


def test_a_false_claim_is_refuted_and_named():
    false = _square(lambda a, b: a**2 + b**2, {})
    with pytest.raises(Refuted, match=r"square: square of a sum: .*2\*a\*b"):
        false.prove()


def test_a_mutant_that_is_no_mutant_is_reported():
    same = _square(_true_square, {"factored": lambda a, b: (a + b) ** 2})
    with pytest.raises(NotProved, match="'factored' was proved as well"):
        same.refute_mutants()


def test_an_identity_without_mutants_is_reported():
    with pytest.raises(NotProved, match="no mutant"):
        _square(_true_square, {}).refute_mutants()


def test_a_mutant_that_sympy_merely_cannot_reduce_does_not_count_as_refuted():
    def stuck(form):
        raise NotProved("could not reduce something to 0")

    stubborn = replace(_square(_true_square, {"any": _true_square}), proof=stuck)
    with pytest.raises(NotProved, match="no counterexample to the mutant 'any'"):
        stubborn.refute_mutants()


B = sp.Symbol("b", real=True)


def _positive_root(case):
    """sqrt(b^2) = b, which needs b >= 0."""

    def proof(form):
        require_equal(sp.sqrt(POSITIVE**2), form(POSITIVE), "b >= 0")

    return Identity(
        label="root",
        claim="A root.",
        shows=lambda form: (sp.sqrt(B**2), form(B)),
        assumptions=(case,),
        source="school",
        form=lambda b: b,
        proof=proof,
        mutants={"sign": lambda b: -b},
    )


POSITIVE = sp.Symbol("b", positive=True)


def _proves_for_any(form):
    require_equal(sp.sqrt(B**2), form(B), "any b")


def _stuck(form):
    raise NotProved("could not reduce something to 0")


def test_a_needed_assumption_is_seen_to_be_needed():
    _positive_root(needs("b >= 0", _proves_for_any)).refute_without_assumptions()
    _positive_root(needs("b >= 0", at({POSITIVE: sp.zoo}))).refute_without_assumptions()


@pytest.mark.parametrize(
    ("assumption", "words"),
    [
        ("b >= 0", "nothing says what fails without 'b >= 0'"),
        (needs("b is real", lambda form: require_equal(form(B), B, "b")), "proved without 'b is real' as well"),
        (needs("b is real", _stuck), "no counterexample without 'b is real'"),
        (needs("b is not 2", at({POSITIVE: sp.Integer(2)})), "proved without 'b is not 2' as well"),
        (needs("b", swap(POSITIVE=B * B)), "proved without 'b' as well"),
    ],
)
def test_an_assumption_that_is_not_needed_is_reported(assumption, words):
    with pytest.raises(NotProved, match=words):
        _positive_root(assumption).refute_without_assumptions()


def test_what_is_only_said_needs_no_case():
    for say in (scope, means):
        assumption = say("b")
        _positive_root(assumption).refute_without_assumptions()
        assert assumption == "b" and assumption.why and assumption.case is None


def test_a_name_that_was_swapped_is_put_back_even_after_a_failure():
    entry = _positive_root(needs("b >= 0", swap(POSITIVE=B)))
    entry.refute_without_assumptions()
    assert POSITIVE.is_positive


def test_what_is_not_defined_is_refuted_and_not_reduced():
    with pytest.raises(Refuted, match="not defined"):
        require_zero(sp.S.Zero / sp.S.Zero, "nothing over nothing")
    with places({B: sp.S.Zero}), pytest.raises(Refuted, match=r"not defined at b = 0"):
        require_equal(1 / B, 1 / B, "the same, and at 0 no number")
    require_equal(1 / B, 1 / B, "the same")


def test_bounds_in_numbers():
    require_at_most(sp.Rational(1, 3), sp.sqrt(2), "a bound")
    with pytest.raises(Refuted, match="a bound: 2"):
        require_at_most(2, 1, "a bound")


def test_counterexamples_respect_the_assumptions_on_symbols():
    p, n = sp.Symbol("p", positive=True), sp.Symbol("n", negative=True)
    assert counterexample(sp.Abs(p) - p) is None
    assert counterexample(sp.Abs(n) + n) is None
    z = sp.Symbol("z", nonnegative=True)
    assert counterexample(sp.sqrt(z**2) - z) is None and counterexample(sp.Abs(z) + z) is not None
    r = sp.Symbol("r", real=True)
    assert counterexample(sp.Abs(r) - r) is not None


def test_counterexamples_see_through_sums_functions_and_indices():
    k, l = sp.symbols("k l", integer=True, positive=True)
    v = sp.IndexedBase("v")
    assert counterexample(sp.Sum(v[k], (k, 1, l)) - sp.Sum(v[k + 1], (k, 0, l - 1))) is None
    assert counterexample(sp.Sum(v[k], (k, 1, l)) - l * sp.Function("f")(1)) is not None
