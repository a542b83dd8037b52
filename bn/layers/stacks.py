"""What the norms of a stack of networks share: z (k, m, d), parameters and their gradients (k, 1, d)."""

import numpy as np

from .standardizing import total


def scale_and_shift(k, d, dtype):
    """gamma = 1 and beta = 0, so that training starts from the normalized values themselves."""
    return {"gamma": np.ones((k, 1, d), dtype), "beta": np.zeros((k, 1, d), dtype)}


def over_examples(values):
    """The sum over the examples of each network, (k, m, d) -> (k, 1, d), accumulated in float64."""
    return total(values, (1,)).astype(values.dtype, copy=False)


def affine_grads(dy, xhat):
    """Gradients of gamma and beta in y = gamma xhat + beta."""
    return {"gamma": over_examples(dy * xhat), "beta": over_examples(dy)}
