"""Gradients of a residual network at the start, by layer and depth: the norm behind the sum, or first in the branch.

The places that transformers were built with: norm(x + linear(relu(x))), "post" (Vaswani et al. 2017), and
x + linear(relu(norm(x))), "pre" (GPT-2, 2019). Xiong et al. (2020), arXiv:2002.04745, derive for whole transformers
that behind the sum the gradient of the last layers is as long at every depth, and in front of the branch shorter the
deeper the network is. Here the branches are linear layers of 64 units, without attention, on 64 digits.
"""

import numpy as np

from bn.data import digits
from bn.layers import checks
from bn.network import init, loss_and_grads

PLACES = ("post", "pre")
NORMS = ("layer", "batch")
DEPTHS = (6, 12, 24, 48)
SHARES = np.linspace(0, 1, 13)  # of the way up


def lengths(seed, norm, place, depth, width=64):
    """(depth,) : the length of the loss's gradient by the weights of each branch, the first to the last."""
    checks.one_of("place", place, PLACES)
    data = digits((int(seed),))
    x, labels = data.train_x[:, :64], data.train_y[:, :64]
    net = init((64, *[width] * (depth + 1), 10), norm=norm, residual=place, seeds=(int(seed),))
    grads = loss_and_grads(net, x, labels)[1]
    return np.array([np.linalg.norm(layer["w"]) for layer in grads[1:-1]])


def of_seed(seed, norms=NORMS, places=PLACES, depths=DEPTHS):
    """One seed. gradient (norms, places, depths, shares) : lengths on the way up, between branches by interpolation."""
    found = np.empty((len(norms), len(places), len(depths), len(SHARES)))
    for n, p, d in np.ndindex(found.shape[:3]):
        rows = lengths(seed, norms[n], places[p], depths[d])
        found[n, p, d] = np.interp(SHARES, np.linspace(0, 1, len(rows)), rows)
    return {"gradient": found}
