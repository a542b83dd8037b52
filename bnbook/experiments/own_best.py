"""Each method at its own best setting, where no run helps to choose the setting that it is judged at.

For every seed the setting is the one that is best, on average, for all *other* seeds.
"""

import numpy as np


def chosen(scores):
    """For every seed, the index of the setting that is best for the others: (S, L), larger is better -> (S,).

    Raises ValueError for fewer than two seeds, and for scores that are not finite.
    """
    scores = np.asarray(scores, dtype=float)
    if scores.ndim != 2 or len(scores) < 2:
        raise ValueError(f"scores has shape {scores.shape}; allowed is (S, L), two seeds or more")
    if not np.isfinite(scores).all():
        raise ValueError("scores has values that are not finite; give those that diverged the worst one")
    others = scores.sum(axis=0) - scores
    return others.argmax(axis=1)


def at_own_best(scores, values=None):
    """The value of every seed at its `chosen` setting: (S, L) -> (S,).

    values : what is told of each seed and setting, (S, L); None: the scores themselves.
    """
    told = np.asarray(scores if values is None else values)
    return told[np.arange(len(told)), chosen(scores)]


def usual(scores):
    """The setting that most seeds are judged at, as an index."""
    return int(np.bincount(chosen(scores)).argmax())
