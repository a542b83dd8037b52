"""What an entry assumes: each assumption says itself what fails without it, or why there is nothing to fail.

    needs("a is not 0", at({A: 0}))          a condition, and the case without it, in which the proof must be refuted
    scope("any batch size")                  how far the claim reaches
    means("h is the gradient by w~")         what a letter of the claim stands for

All are strings, and print as such. A case is one of three:

    at({EPS: 0, V: 0})       the same proof, with symbols at values that the condition excludes
    swap(DENSITY=other)      the same proof, with names of its module that stand for something else
    a function               form -> None, a check of its own
"""

from bnbook.proofs.checking import NotProved, Refuted, places

SCOPE = "it says how far the claim reaches: without it less is said, and nothing false"
MEANING = "it says what a letter or a word of the claim stands for"


class Assumption(str):
    """An assumption in words.   case : what must fail without it, or None.   why : else the reason, or ""."""

    __slots__ = ("case", "why")

    def __new__(cls, text, case=None, why=""):
        made = super().__new__(cls, text)
        made.case, made.why = case, why
        return made


def needs(text, case):
    """A condition, and the case without it."""
    return Assumption(text, case=case)


def scope(text):
    """How far the claim reaches."""
    return Assumption(text, why=SCOPE)


def means(text, case=None):
    """What something stands for. With a case, another meaning, for which the claim fails."""
    return Assumption(text, case=case, why=MEANING)


def at(values):
    """The entry's own proof with these symbols at these values; what is not defined there is refuted."""

    def case(entry):
        with places(values):
            entry.proof(entry.form)

    return _whole(case)


def swap(**names):
    """The entry's own proof with these names of its module standing for something else."""

    def case(entry):
        module = entry.proof.__globals__
        before = {name: module[name] for name in names}
        module.update(names)
        try:
            entry.proof(entry.form)
        finally:
            module.update(before)

    return _whole(case)


def _whole(case):
    case.takes_entry = True
    return case


def refute_without(entry, assumption):
    """Run the case without one assumption of an entry. NotProved unless a counterexample refutes the claim there."""
    case = getattr(assumption, "case", None)
    if case is None:
        if getattr(assumption, "why", ""):
            return
        raise NotProved(f"{entry.label}: nothing says what fails without {str(assumption)!r}")
    try:
        case(entry) if hasattr(case, "takes_entry") else case(entry.form)
    except Refuted:
        return
    except NotProved as failure:
        raise NotProved(f"{entry.label}: no counterexample without {str(assumption)!r}: {failure}") from failure
    raise NotProved(f"{entry.label}: proved without {str(assumption)!r} as well")
