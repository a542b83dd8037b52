"""The registry's entries: what the book displays as a formula, and what stands behind each.

Four kinds. A `Definition` introduces notation. An `Identity` and an `Inequality` are proved, and each carries wrong
versions of itself that the proof must refute. A `Reported` result is shown with its source and not proved here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from bnbook.proofs.assumptions import at, means, needs, refute_without, scope, swap
from bnbook.proofs.checking import (
    NotProved,
    Refuted,
    counterexample,
    require_at_most,
    require_equal,
    require_zero,
)

__all__ = [
    "METHODS",
    "Definition",
    "Entry",
    "Identity",
    "Inequality",
    "NotProved",
    "Refuted",
    "Reported",
    "at",
    "counterexample",
    "means",
    "needs",
    "require_at_most",
    "require_equal",
    "require_zero",
    "scope",
    "swap",
]

# How a proof goes, in the words of the proof ledger.
METHODS = {
    "general": "symbolic, for any size",
    "given": "symbolic, every entry at the sizes named",
    "squares": "the gap is written as a sum of squares",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What all kinds share.

    label : name used in the text and in the proof ledger.   claim : what is said, a sentence.
    source : paper and place, or "derived here".
    `sides` are the SymPy objects that are printed, two or more, with `relation` between them. If they are
    `Tuple`s of one length, they stand for that many formulas.
    """

    label: str
    claim: str
    source: str
    relation: str = "="

    kind: ClassVar[str] = ""

    @property
    def sides(self):
        """The two or more sides, for print."""
        return self.shows


@dataclass(frozen=True, kw_only=True)
class Definition(Entry):
    """Notation: nothing to prove.   shows : the sides."""

    shows: tuple
    kind: ClassVar[str] = "definition"


@dataclass(frozen=True, kw_only=True)
class Reported(Entry):
    """A result that its source states and that is not proved here.   shows : the sides."""

    shows: tuple
    kind: ClassVar[str] = "reported"


@dataclass(frozen=True, kw_only=True)
class Identity(Entry):
    """One claim of the book together with its proof and with wrong versions that the proof must reject.

    shows : takes a form and returns the sides for print, so that what is printed is what is proved.
    assumptions : what the proof uses, in words, each with what fails without it (`assumptions`).
    method : one of `METHODS`.
    form : the formula under test, a function that builds SymPy expressions; the proof is handed it.
    proof : takes a form and raises `NotProved` if a step fails.
    mutants : name of a change -> the form with one sign, factor or term changed.
    """

    shows: Callable[[Callable], tuple]
    assumptions: tuple[str, ...]
    form: Callable
    proof: Callable[[Callable], None]
    mutants: Mapping[str, Callable] = field(default_factory=dict)
    method: str = "general"
    kind: ClassVar[str] = "identity"

    @property
    def sides(self):
        """The two or more sides, for print, made from the form that is proved."""
        return self.shows(self.form)

    def prove(self):
        """Run the proof on the claimed form. Raises `NotProved`, with the label, if a step fails."""
        try:
            self.proof(self.form)
        except NotProved as failure:
            raise type(failure)(f"{self.label}: {failure}") from failure

    def refute_mutants(self):
        """Run the proof on every mutant. Raises `NotProved` unless each is refuted by a counterexample."""
        if not self.mutants:
            raise NotProved(f"{self.label}: there is no mutant, so nothing shows that the proof can fail")
        for name, mutant in self.mutants.items():
            try:
                self.proof(mutant)
            except Refuted:
                continue
            except NotProved as failure:
                raise NotProved(f"{self.label}: no counterexample to the mutant {name!r}: {failure}") from failure
            raise NotProved(f"{self.label}: the mutant {name!r} was proved as well")

    def refute_without_assumptions(self):
        """Run the case without each assumption. Raises `NotProved` unless a counterexample refutes each."""
        for assumption in self.assumptions:
            refute_without(self, assumption)


@dataclass(frozen=True, kw_only=True)
class Inequality(Identity):
    """A proved bound: the first side is at most the second. The proof shows that the gap is no less than zero."""

    relation: str = "<="
    kind: ClassVar[str] = "inequality"
