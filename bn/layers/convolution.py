"""Convolution and pooling by patches: what a filter covers at one place is one row, and a matrix product does the rest.

Images are (N, C, H, W), or (k, N, C, H, W) for a stack of k networks; `batch_norm` takes its statistics of (N, H, W).
"""

from typing import NamedTuple

import numpy as np

from . import checks


class ConvolutionCache(NamedTuple):
    """rows : what the filter covered, one row a place, (N H' W', C kh kw).   w, b : as given.

    padded, outputs : the shapes of the padded images and of y.   padding, stride : as given.
    """

    rows: np.ndarray
    w: np.ndarray
    b: np.ndarray | None
    padded: tuple
    outputs: tuple
    padding: int
    stride: int


class AveragePoolCache(NamedTuple):
    """inputs, outputs : the shapes of x and y.   size, stride : of the windows."""

    inputs: tuple
    outputs: tuple
    size: int
    stride: int


class MaxPoolCache(NamedTuple):
    """As for `average_pool`, and where : which of its size x size numbers each window took."""

    inputs: tuple
    outputs: tuple
    size: int
    stride: int
    where: np.ndarray


def convolve(x, w, b=None, padding=0, stride=1):
    """y[n, o] = sum over c of the cross-correlation of x[n, c] with w[o, c], plus b[o]: the "convolution" of networks.

    x : (N, C, H, W).   w : (O, C, kh, kw).   b : (O,) or None.   For a stack of networks x : (k, N, C, H, W), or one
    (N, C, H, W) for all, w : (k, O, C, kh, kw), b : (k, 1, O).
    padding : zeros around each image, in pixels.   stride : pixels from one place to the next.
    Returns y : (N, O, H', W') with H' = (H + 2 padding - kh) // stride + 1, and W' likewise; and the cache.
    Raises ValueError if the shapes do not fit or the filter is larger than the padded image.

    In a stack of networks x is (k, N, C, H, W), or one (N, C, H, W) for all of them, w (k, O, C, kh, kw) and b
    (k, 1, O).
    """
    x, w = checks.as_floats("x", x), checks.as_floats("w", w)
    if x.ndim not in (4, w.ndim) or w.ndim not in (4, 5) or x.shape[-3] != w.shape[-3]:
        raise ValueError(f"x has shape {x.shape} and w {w.shape}; allowed are (N, C, H, W) and (O, C, kh, kw)")
    if x.ndim == 5 and len(x) != len(w):
        raise ValueError(f"x has shape {x.shape} and w {w.shape}; allowed in a stack are equally many networks")
    padding, stride = _whole("padding", padding, 0), _whole("stride", stride, 1)
    x = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(padding, padding)] * 2)
    if x.shape[-2] < w.shape[-2] or x.shape[-1] < w.shape[-1]:
        raise ValueError(f"w has shape {w.shape}; allowed are filters no larger than the padded image, {x.shape[-2:]}")
    patches = np.moveaxis(_windows(x, w.shape[-2:], stride), -5, -3)  # (N, H', W', C, kh, kw)
    rows = patches.reshape(*x.shape[:-4], -1, np.prod(w.shape[-3:]))
    y = rows @ np.swapaxes(_matrix(w), -1, -2)
    if b is not None:
        b = checks.as_floats("b", b)
        if b.shape not in ((w.shape[-4],), (*w.shape[:-4], 1, w.shape[-4])):
            raise ValueError(f"b has shape {b.shape}; allowed is ({w.shape[-4]},), one entry per filter of w")
        y += b
    y = np.moveaxis(y.reshape(*y.shape[:-2], *patches.shape[-6:-3], -1), -1, -3)
    return y, ConvolutionCache(rows, w, b, x.shape, y.shape, padding, stride)


def convolve_grad(dy, cache, input_too=True):
    """dx, dw and db (None without b), shaped as in `convolve`, from dy = d loss / d y, shaped like y.

    dw = dy^T rows; dx adds up, at each pixel, what comes back from all the places that saw it. An x shared by a stack
    has one dx per network.   input_too : False leaves dx out (None), which the first layer of a network does not need.
    Raises ValueError for a cache of another layer, and for a dy of another shape than y.
    """
    rows, w, b, padded, outputs, padding, stride = checks.as_cache(cache, ConvolutionCache, "convolve")
    dy = checks.same_shape("dy", dy, outputs, "y")
    places = np.moveaxis(dy, -3, -1)  # (N, H', W', O)
    flat = places.reshape(*dy.shape[:-4], -1, dy.shape[-3])
    dw = (np.swapaxes(flat, -1, -2) @ rows).reshape(w.shape)
    db = None if b is None else flat.sum(axis=-2, keepdims=True).reshape(b.shape)
    if not input_too:
        return None, dw, db
    patches = (flat @ _matrix(w)).reshape(*places.shape[:-1], *w.shape[-3:])
    dx = _added(np.moveaxis(patches, -3, -5), padded[-2:], stride)
    inside = slice(padding, -padding or None)
    return dx[..., inside, inside], dw, db


def max_pool(x, size=2, stride=None):
    """The largest number of each window of size x size pixels.

    x : (N, C, H, W), or with more axes in front.   stride : pixels from one window to the next; None: `size`, so that
    they do not overlap. What is left at the right and at the bottom belongs to no window.
    Returns y : (N, C, H', W') with H' = (H - size) // stride + 1, and W' likewise; and the cache.
    Raises ValueError for an x without such windows, and for a size or stride that is no whole number from 1.
    """
    windows, *about = _pooled(x, size, stride)
    where = windows.argmax(axis=-1)[..., None]
    return np.take_along_axis(windows, where, axis=-1)[..., 0], MaxPoolCache(*about, where)


def max_pool_grad(dy, cache):
    """dx, shaped like x: dy goes to the number that was taken, to the first one of several that are equal.

    Raises ValueError as `convolve_grad` does.
    """
    inputs, outputs, size, stride, where = checks.as_cache(cache, MaxPoolCache, "max_pool")
    dy = checks.same_shape("dy", dy, outputs, "y")
    windows = np.zeros((*dy.shape, size * size), dy.dtype)
    np.put_along_axis(windows, where, dy[..., None], axis=-1)
    return _added(windows.reshape(*dy.shape, size, size), inputs[-2:], stride)


def average_pool(x, size=2, stride=None):
    """The mean of each window of size x size pixels; arguments, results and errors as in `max_pool`."""
    windows, *about = _pooled(x, size, stride)
    return windows.mean(axis=-1), AveragePoolCache(*about)


def average_pool_grad(dy, cache):
    """dx, shaped like x: every number of a window gets the same share of dy.   Raises ValueError as `convolve_grad`."""
    inputs, outputs, size, stride = checks.as_cache(cache, AveragePoolCache, "average_pool")
    dy = checks.same_shape("dy", dy, outputs, "y")
    windows = np.broadcast_to(dy[..., None, None] / size**2, (*dy.shape, size, size))
    return _added(windows, inputs[-2:], stride)


def _pooled(x, size, stride):
    """The windows, (N, C, H', W', size size), and what both caches hold."""
    x = checks.as_floats("x", x)
    size = _whole("size", size, 1)
    stride = size if stride is None else _whole("stride", stride, 1)
    if x.ndim < 4 or min(x.shape[-2:]) < size:
        raise ValueError(f"x has shape {x.shape}; allowed is (N, C, H, W) with H and W of {size} or more, the size")
    windows = _windows(x, (size, size), stride)
    outputs = windows.shape[:-2]
    return windows.reshape(*outputs, size * size), x.shape, outputs, size, stride


def _windows(x, size, stride):
    """What a filter of this size sees at each place: (..., H, W) -> (..., H', W', kh, kw), a view."""
    return np.lib.stride_tricks.sliding_window_view(x, size, axis=(-2, -1))[..., ::stride, ::stride, :, :]


def _added(windows, image, stride):
    """The way back: (..., H', W', kh, kw) -> (..., *image), where windows overlap their sum."""
    *front, height, width, kh, kw = windows.shape
    total = np.zeros((*front, *image), windows.dtype)
    for i in range(kh):
        for j in range(kw):
            rows, columns = slice(i, i + stride * height, stride), slice(j, j + stride * width, stride)
            total[..., rows, columns] += windows[..., i, j]
    return total


def _matrix(w):
    """The filters as rows, (O, C kh kw)."""
    return w.reshape(*w.shape[:-3], -1)


def _whole(name, value, least):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} is {value!r}; allowed are whole numbers, {least} or larger, the same on all sides")
    return int(value)
