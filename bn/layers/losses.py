"""Losses: means over the batch, one number per network of a stack. `<name>_grad(dloss, cache)` goes back."""

import numpy as np

from . import checks


def softmax_cross_entropy(logits, labels):
    """Mean over the batch of -log softmax(logits)[label].

    logits : (m, c) or (k, m, c).   labels : (m,) or (k, m), integers from 0 to c - 1; a stack may share (m,).
    Returns the loss, a number or (k,), and the cache.
    The largest logit is subtracted first, so that no exponential overflows; a loss beyond the largest number is inf.
    Raises ValueError for wrong shapes, an empty batch, labels that are no integers or out of range.

    >>> loss, _ = softmax_cross_entropy(np.zeros((1, 4)), [2])  # four classes, no preference
    >>> bool(np.isclose(loss, np.log(4)))
    True
    """
    logits, labels = checks.as_floats("logits", logits), _as_labels(labels, np.shape(logits))
    with np.errstate(over="ignore"):
        shifted = logits - logits.max(axis=-1, keepdims=True)
        exponentials = np.exp(shifted)
        sums = exponentials.sum(axis=-1, keepdims=True)
        picked = np.take_along_axis(shifted, labels[..., None], axis=-1)
        loss = (np.log(sums) - picked).mean(axis=(-1, -2))
    return loss, (exponentials / sums, labels)


def softmax_cross_entropy_grad(dloss, cache):
    """d loss / d logits = dloss (softmax - one-hot) / m.   dloss : a number or (k,), usually 1."""
    probabilities, labels = cache
    dlogits = probabilities.copy()
    picked = np.take_along_axis(dlogits, labels[..., None], axis=-1)
    np.put_along_axis(dlogits, labels[..., None], picked - 1, axis=-1)
    dlogits *= _per_network(dloss, dlogits) / dlogits.shape[-2]
    return dlogits


def squared_error(output, target):
    """Mean over the batch of |output - target|^2: summed over the outputs, without a factor 1/2.

    output : (m, c) or (k, m, c).   target : the same, or (m, c) shared by a stack.
    Returns the loss, a number or (k,), inf where it is beyond the largest number, and the cache.
    Raises ValueError for wrong shapes and an empty batch.
    """
    output, target = checks.as_floats("output", output), checks.as_floats("target", target)
    if output.ndim not in (2, 3) or output.size == 0:
        raise ValueError(f"output has shape {output.shape}; allowed are (m, c) and (k, m, c), with no axis empty")
    if target.shape not in (output.shape, output.shape[-2:]):
        raise ValueError(f"target has shape {target.shape}; allowed is {output.shape}, the shape of output")
    with np.errstate(over="ignore"):
        difference = output - target
        return (difference * difference).sum(axis=-1).mean(axis=-1), difference


def squared_error_grad(dloss, cache):
    """d loss / d output = 2 dloss (output - target) / m."""
    with np.errstate(over="ignore"):
        return cache * (2 * _per_network(dloss, cache) / cache.shape[-2])


def _as_labels(labels, shape):
    """`labels` as integers, with one axis less than the logits of `shape`."""
    labels = np.asarray(labels)
    if len(shape) not in (2, 3) or 0 in shape:
        raise ValueError(f"logits have shape {shape}; allowed are (m, c) and (k, m, c), with no axis empty")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"labels have dtype {labels.dtype}; allowed are integers from 0 to {shape[-1] - 1}")
    if labels.shape not in (shape[:-1], shape[-2:-1]):
        raise ValueError(f"labels have shape {labels.shape}; allowed is {shape[:-1]}, one label per row of logits")
    if labels.min() < 0 or labels.max() >= shape[-1]:
        raise ValueError(f"labels run from {labels.min()} to {labels.max()}; allowed are 0 to {shape[-1] - 1}")
    return np.broadcast_to(labels, shape[:-1])


def _per_network(dloss, like):
    """A number, or one number per network shaped to broadcast against (k, m, c)."""
    dloss = np.asarray(dloss, dtype=like.dtype)
    return dloss.reshape(dloss.shape + (1,) * (like.ndim - dloss.ndim)) if dloss.ndim else dloss


LOSSES = {
    "softmax": (softmax_cross_entropy, softmax_cross_entropy_grad),
    "squared": (squared_error, squared_error_grad),
}
