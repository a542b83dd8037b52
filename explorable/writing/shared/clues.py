"""What can be said of a wrong answer that is no known mistake: a stray factor, where it holds, what it ignores."""

import numpy as np

from .reading import agree, copied

PLAIN = (
    (-1.0, "has the opposite sign of the right answer"),
    (2.0, "is twice the right answer"),
    (0.5, "is half of the right answer"),
)


def find(task, function, cases, wanted, given, wrong, moves):
    """Sentences.   wrong : for each case which outputs are."""
    sentences = ["It is none of the mistakes that this exercise knows."]
    for column, name in enumerate(task.returns):
        if any(row[column] for row in wrong):
            clue = factor(name, [(mine[column], ours[column]) for mine, ours in zip(given, wanted)], cases)
            if clue:
                sentences.append(clue)
    sentences += where_it_holds(cases, wrong)
    if len(sentences) == 1:
        sentences += without_effect(function, cases[0], moves)
    return sentences


def close(a, b):
    return abs(a - b) <= 1e-5 * abs(b)


def factor(name, pairs, cases):
    """ "dx is 5 times ..." if the answer is the right one times a number, in every case; else None."""
    ratios = []
    for array, right in pairs:
        square = float(np.sum(right * right))
        if not square:
            return None
        with np.errstate(all="ignore"):
            ratio = float(np.sum(array * right)) / square
        if not np.isfinite(ratio) or not agree(array, ratio * right) or ratio == 0:
            return None
        ratios.append(ratio)
    if all(close(ratio, ratios[0]) for ratio in ratios):
        for value, words in PLAIN:
            if close(ratios[0], value):
                return f"`{name}` {words}."
        return f"`{name}` is the right answer times {ratios[0]:.4g}, on all inputs."
    for words in cases[0].sizes:
        if all(close(ratio, case.sizes[words]) for ratio, case in zip(ratios, cases)):
            return f"`{name}` is too large by the number of {words}: a sum where a mean belongs?"
        if all(close(ratio, 1 / case.sizes[words]) for ratio, case in zip(ratios, cases)):
            return f"`{name}` is too small by the number of {words}: a mean where a sum belongs?"
    return f"`{name}` is the right answer times a number that differs from input to input."


def where_it_holds(cases, wrong):
    """Which cases are right, if some are."""
    good = [case.label for case, row in zip(cases, wrong) if not any(row)]
    return [f"It is right with {'; '.join(good)}. What is different in the others?"] if good else []


def without_effect(function, case, moves):
    """The arguments that can be changed without changing the answer, although they should change it."""
    names = [f"`{name}`" for name, moved in moves() if not differs(function, case.args, moved)]
    return [f"It does not depend on {' and '.join(names)}, and should."] if names else []


def moved(value):
    """Another value of the same kind, or None for what is no number."""
    if isinstance(value, np.ndarray) and str(value.dtype).startswith("float"):
        return value * np.linspace(1.1, 1.4, value.size).reshape(value.shape)
    return 1.3 * value if isinstance(value, float) else None


def differs(function, first, second):
    """Whether a function, ours or the reader's, tells two lists of arguments apart."""
    try:
        with np.errstate(all="ignore"):
            one = function(*[copied(value) for value in first])
            other = function(*[copied(value) for value in second])
        pairs = zip(one, other) if isinstance(one, tuple) else [(one, other)]
        return not all(np.allclose(a, b, rtol=1e-7, atol=1e-9) for a, b in pairs)
    except Exception:  # the reader's own function, on inputs that nobody promised
        return True
