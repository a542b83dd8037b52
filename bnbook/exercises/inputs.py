"""Random inputs that tell mistakes apart: no mean is 0, no gamma 1, no beta 0, and eps is not small."""

import numpy as np

from .exercise import Case

SHAPES = ((5, 4, 0.5), (3, 3, 1.5), (8, 2, 0.2), (2, 3, 0.8))  # examples, features, eps


def batches(rng, shapes=SHAPES):
    """(label, sizes, x, eps) for batches of several shapes, one of them square, so that a wrong axis is no error."""
    for m, d, eps in shapes:
        x = rng.normal(1.5, 1.2, size=(m, d)) * rng.uniform(0.7, 1.6, size=d)
        yield f"a batch of {m} examples with {d} features, eps = {eps}", {"examples": m, "features": d}, x, eps


def scales(rng, d):
    """gamma and beta, (d,) each: neither near 1 nor near 0, of both signs."""
    signs = np.where(np.arange(d) % 3 == 1, -1.0, 1.0)
    return signs * rng.uniform(1.3, 2.5, d), rng.uniform(0.4, 1.2, d) * signs[::-1]


def backward_cases(rng, with_gamma=True):
    """Cases (dy, x, gamma, eps), or (dy, x, eps): the upstream gradient is random."""
    for label, sizes, x, eps in batches(rng):
        dy = rng.normal(0.6, 1, size=x.shape)
        gamma = scales(rng, x.shape[1])[0]
        yield Case(label, (dy, x, gamma, eps) if with_gamma else (dy, x, eps), sizes)


def one_line(g, y, gamma, eps):
    """The gradient of batch normalization for one feature, y (m,), by the one line of the chapter on the gradient."""
    s = np.sqrt(y.var() + eps)
    yhat = (y - y.mean()) / s
    return gamma / s * (g - g.mean() - yhat * (g * yhat).mean())
