"""What can be said of a wrong answer that is no known mistake: a stray factor, where it holds, what it ignores."""

import numpy as np

from . import trials

PLAIN = {
    -1.0: "has the opposite sign of the right answer",
    2.0: "is twice the right answer",
    0.5: "is half of the right answer",
}


def find(exercise, function, cases, given, wanted, wrong):
    """Sentences.   wrong : (cases, outputs), which are."""
    names = tuple(exercise.returns)
    sentences = ["It is none of the mistakes that this exercise knows."]
    for column in np.flatnonzero(wrong.any(axis=0)):
        pairs = [(np.asarray(row[column], float), right[column]) for row, right in zip(given, wanted)]
        clue = factor(names[column], pairs, cases)
        if clue:
            sentences.append(clue)
    sentences += where_it_holds(cases, wrong) or []
    if len(sentences) == 1:
        sentences += without_effect(exercise, function, cases[0])
    return sentences


def factor(name, pairs, cases):
    """ "dx is 5 times ..." if the answer is the right one times a number, in every case; else None."""
    ratios = []
    for array, right in pairs:
        square = (right * right).sum()
        with np.errstate(all="ignore"):
            ratio = (array * right).sum() / square if square else np.nan
        if not np.isfinite(ratio) or not trials.agree(array, ratio * right) or ratio == 0:
            return None
        ratios.append(ratio)
    ratios = np.array(ratios)
    if np.allclose(ratios, ratios[0], rtol=1e-5):
        plain = next((words for value, words in PLAIN.items() if np.isclose(ratios[0], value, rtol=1e-5)), None)
        return f"`{name}` {plain or f'is the right answer times {ratios[0]:.4g}, on all inputs'}."
    for words in cases[0].sizes:
        sizes = np.array([case.sizes[words] for case in cases], float)
        if np.allclose(ratios, sizes, rtol=1e-5):
            return f"`{name}` is too large by the number of {words}: a sum where a mean belongs?"
        if np.allclose(ratios, 1 / sizes, rtol=1e-5):
            return f"`{name}` is too small by the number of {words}: a mean where a sum belongs?"
    return f"`{name}` is the right answer times a number that differs from input to input."


def where_it_holds(cases, wrong):
    """Which cases are right, if some are."""
    bad = wrong.any(axis=1)
    if bad.all():
        return []
    good = "; ".join(case.label for case, is_bad in zip(cases, bad) if not is_bad)
    return [f"It is right with {good}. What is different in the others?"]


def without_effect(exercise, function, case):
    """The arguments that can be changed without changing the answer, although they should change it."""
    names = []
    for place, name in enumerate(exercise.arguments):
        moved = changed(case.args[place])
        if moved is None:
            continue
        args = [*case.args[:place], moved, *case.args[place + 1 :]]
        if differs(exercise.solve, case.args, args) and not differs(function, case.args, args):
            names.append(name)
    if not names:
        return []
    return [f"It does not depend on {' and '.join(f'`{name}`' for name in names)}, and should."]


def changed(value):
    """Another value of the same kind, or None for what is no number."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * np.linspace(1.1, 1.4, value.size).reshape(value.shape)
    return 1.3 * value if isinstance(value, float) else None


def differs(function, first, second):
    """Whether a function, ours or the reader's, tells two lists of arguments apart."""
    try:
        with np.errstate(all="ignore"):
            one, other = (function(*(trials.copied(a) for a in args)) for args in (first, second))
        pairs = zip(one, other) if isinstance(one, tuple) else [(one, other)]
        return not all(np.allclose(a, b, rtol=1e-7, atol=1e-9) for a, b in pairs)
    except Exception:  # the reader's own function, on inputs that nobody promised
        return True
