"""Statistics for inference anew, with the weights as they are: the cure for running statistics that lag or never moved.

Wu & Johnson (2021), arXiv:2105.07576, call the result precise statistics.
"""

from dataclasses import replace

import numpy as np

from .layers import checks
from .layers.running import Running, precise_statistics
from .network import forward, require_batch_norm


def recompute_statistics(net, x, batch_size=None):
    """The stack with running statistics taken from `x`; the weights stay.

    net : a `Network` with norm "batch".   x : (n, d), or (k, n, d) with one set per network; training examples of
    the kind that inference will see.
    batch_size : examples that go through at once, an incomplete batch at the end is left out; None: all. Each layer
    is fed by layers in training mode, as during training, so with small batches the noise of training is kept.
    Variances are biased, over all the examples used. Raises ValueError for another norm or too few examples.
    """
    require_batch_norm(net)
    x = checks.as_floats("x", x)
    if x.ndim < 2:
        raise ValueError(f"x has shape {x.shape}; allowed are (n, d) and (k, n, d)")
    n = x.shape[-2]
    size = n if batch_size is None else batch_size
    if not isinstance(size, (int, np.integer)) or not 2 <= size <= n:
        raise ValueError(f"batch_size is {batch_size!r} for {n} examples; allowed are 2 to {n}, or None")
    passes = [forward(net, x[..., start : start + size, :])[1] for start in range(0, n - size + 1, size)]
    layers = zip(*(trace.norm_caches for trace in passes), strict=True)
    running = [Running(*precise_statistics([c.mu for c in ls], [c.var for c in ls]), len(passes)) for ls in layers]
    return replace(net, running=running)
