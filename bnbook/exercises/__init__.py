"""Exercises that answer: write a function, hand it over, and hear whether it is right or which mistake it looks like.

from bnbook import exercises
exercises.all()                          # the list
exercises.forward                        # the task
exercises.forward.check(my_function)     # the answer
exercises.forward.hint()                 # help; afterwards exercises.forward.solution()
"""

from explorable.writing.answering.notes import Note, Page

from .backprop.graph import to_variance
from .backprop.layer import backward, parameters
from .backprop.layer_normalization import layer_norm
from .chapters import number
from .deep.streams import effective_rank, residual_block
from .family.norms import group_norm, rms_norm
from .family.renormalization import renorm
from .motivation.chain import chain_gradient, one_step, orders
from .motivation.shift import gradient_shift
from .practice.folding import fold
from .practice.frozen import frozen_gradient
from .practice.workers import merge
from .reparam.balance import equilibrium
from .reparam.least_squares import best_length, gdnp_step
from .reparam.weights import weight_norm
from .smoothness.landscape import look_ahead
from .smoothness.length import gradient_length
from .smoothness.rulers import lp_normalize
from .transform.recovery import recover
from .transform.statistics import pooled, running
from .transform.training import forward, images
from .transform.use import inference
from .tuned.folds import fold_place

# In the order of the book, a line a chapter.
ORDER = (
    chain_gradient, one_step, orders, gradient_shift,
    forward, recover,
    to_variance, backward, parameters, layer_norm,
    running, inference, pooled, images,
    equilibrium,
    weight_norm, best_length, gdnp_step,
    look_ahead, lp_normalize,
    gradient_length,
    residual_block, effective_rank,
    fold_place,
    rms_norm, group_norm, renorm,
    fold, merge, frozen_gradient,
)  # fmt: skip
EXERCISES = {exercise.name: exercise for exercise in ORDER}
__all__ = ["all", *EXERCISES]


def _all(chapter=None):
    """All exercises, or those of one chapter, as a list to read.   Raises ValueError for a chapter without any."""
    numbers = sorted({number(exercise.chapter) for exercise in ORDER})
    if chapter is not None and chapter not in numbers:
        raise ValueError(f"chapter is {chapter!r}; allowed are {', '.join(map(str, numbers))}, or None for all")
    shown = numbers if chapter is None else [chapter]
    notes = []
    for place in shown:
        lines = [f"`{e.name}{e.signature}`: {e.title}" for e in ORDER if number(e.chapter) == place]
        notes.append(Note(lines, f"Chapter {place}", kind="list"))
    notes.append(Note("To read a task: `exercises.forward`"))
    notes.append(Note("To have a function checked: `exercises.forward.check(my_function)`"))
    return Page("Exercises that answer", tuple(notes))


all = _all  # the chapters say `exercises.all()`; above this line the name is Python's own
