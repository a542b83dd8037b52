"""Which test catches which mistake: each wrong gradient of `bn.mistakes` against finite differences of three losses."""

import numpy as np

from bn.layers import batch_norm
from bn.mistakes import MISTAKES, gradient

# name -> loss of y and dy, its derivative by y. dy is a random upstream gradient, used by the first alone.
LOSSES = {
    "random": (lambda y, dy: (dy * y).sum(axis=0), lambda y, dy: dy),
    "sum": (lambda y, dy: y.sum(axis=0), lambda y, dy: np.ones_like(y)),
    "squares": (lambda y, dy: (y * y).sum(axis=0), lambda y, dy: 2 * y),
}
STEP = 1e-5


def run(gamma=1.7, beta=0.6, eps=1e-5, m=8, spread=2.0, draws=20, seed=0):
    """Largest absolute difference between each wrong dx and central differences through the layer.

    x is normal with standard deviation `spread`, dy standard normal.
    K mistakes, 3 losses. Returns mistakes and losses, their names in order; errors (draws, K, 3), and error (K, 3),
    their median; size (3,), the median size of the largest entry of the true dx, by finite differences.
    """
    rng = np.random.default_rng(seed)
    errors, sizes = [], []
    for _ in range(draws):
        x, dy = spread * rng.normal(size=m), rng.normal(size=m)
        y = output(x[:, None], gamma, beta, eps)[:, 0]
        rows = []
        for loss, derivative in LOSSES.values():
            true = finite_differences(x, lambda x: output(x, gamma, beta, eps), loss, dy)
            wrong = [gradient(name, x, derivative(y, dy), gamma, eps) for name in MISTAKES]
            rows.append([np.abs(dx - true).max() for dx in wrong])
            sizes.append(np.abs(true).max())
        errors.append(np.transpose(rows))
    return {
        "mistakes": tuple(MISTAKES),
        "losses": tuple(LOSSES),
        "errors": np.array(errors),
        "error": np.median(errors, axis=0),
        "size": np.median(np.reshape(sizes, (draws, -1)), axis=0),
    }


def output(columns, gamma, beta, eps):
    """The layer's output for batches (m, k) of one feature each."""
    k = columns.shape[1]
    return batch_norm(columns, np.full(k, gamma), np.full(k, beta), eps)[0]


def finite_differences(x, layer, loss, dy):
    """Central differences of loss(layer(x), dy) by each entry of x (m,); layer takes batches (m, k)."""
    moves = STEP * np.eye(len(x))  # column i moves entry i
    ahead, behind = (loss(layer(x[:, None] + sign * moves), dy[:, None]) for sign in (1, -1))
    return (ahead - behind) / (2 * STEP)
