"""A small direct convolution, forward only: what folding is tested and shown on. For training use a real library."""

import numpy as np

from . import checks


def convolve(x, w, b=None, padding=0, stride=1):
    """y[n, o] = sum over c of the cross-correlation of x[n, c] with w[o, c], plus b[o]: the "convolution" of networks.

    x : (N, C, H, W).   w : (O, C, kh, kw).   b : (O,) or None.
    padding : zeros around each image, in pixels.   stride : pixels from one place to the next.
    Returns y : (N, O, H', W') with H' = (H + 2 padding - kh) // stride + 1, and W' likewise.
    Raises ValueError if the shapes do not fit or the filter is larger than the padded image.
    """
    x, w = checks.as_floats("x", x), checks.as_floats("w", w)
    if x.ndim != 4 or w.ndim != 4 or x.shape[1] != w.shape[1]:
        raise ValueError(f"x has shape {x.shape} and w {w.shape}; allowed are (N, C, H, W) and (O, C, kh, kw)")
    for name, value, least in (("padding", padding, 0), ("stride", stride, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(
                f"{name} is {value!r}; allowed are whole numbers, {least} or larger, the same on all sides"
            )
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    if x.shape[2] < w.shape[2] or x.shape[3] < w.shape[3]:
        raise ValueError(f"w has shape {w.shape}; allowed are filters no larger than the padded image, {x.shape[2:]}")
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.einsum("nchwij,ocij->nohw", windows, w, optimize=True)
    return y if b is None else y + checks.as_feature_vector("b", b, w.shape[0], y.dtype)[:, None, None]
