"""Stochastic gradient descent on a stack of networks, each with its own learning rate and batches."""

from dataclasses import dataclass, replace

import numpy as np

from .data import Batches
from .layers import checks
from .layers.losses import LOSSES
from .layers.norms import NORMS
from .network import loss_and_grads, one_per_network, put, take, update_statistics

BOUND = 1e6  # a loss above this counts as diverged; ten classes at random give 2.3


@dataclass
class History:
    """losses : (steps, k), of the batch before each step; inf from the step on at which a network diverged.
    diverged_at : (k,) that step, or -1.   records : what `record` returned, in order.
    """

    losses: np.ndarray
    diverged_at: np.ndarray
    records: list


def sgd_step(net, grads, lr, decay=0.0):
    """The stack after w <- w - lr dw for every parameter.   lr, decay : one number, or one per network.

    decay : the weights of hidden layers shrink first, to (1 - lr decay) w; biases, the parameters of a norm and the
    output layer do not.
    """
    lr, decay = (a[:, None, None] if a.ndim else a for a in (np.asarray(lr), np.asarray(decay)))
    params = []
    for i, (layer, g) in enumerate(zip(net.params, grads, strict=True)):
        kept = {"w": 1 - lr * decay} if i < net.hidden and decay.any() else {}
        params.append(
            {name: (kept.get(name, 1) * p - lr * g[name]).astype(p.dtype, copy=False) for name, p in layer.items()}
        )
    return replace(net, params=params)


def train(
    net,
    data,
    lr,
    *,
    batch_size=64,
    steps=300,
    decay=0.0,
    seeds=None,
    loss="softmax",
    momentum=0.1,
    variance="unbiased",
    noise=None,
    update=sgd_step,
    bound=BOUND,
    record=None,
    record_at=None,
):
    """Plain SGD. Returns the trained stack and its `History`.

    lr : a number or one per network.   batch_size : None takes the whole training set at each step.
    decay : weight decay of the hidden layers' weights, a number or one per network, see `sgd_step`.
    seeds : of the batch order, one per network (default: those of the network).
    momentum, variance : of the running statistics, see `update_running`.
    noise : None or a function (step, net) -> the noise of that step, see `forward`.
    update : a function (net, grads, lr, decay) -> the stack after the step, such as `sgd_step`; lr, decay are (k,).
    record : None or a function (step, net, x, labels), called before the step with that step's batch.
    record_at : the steps to record, default all; the number `steps` itself is the time after the last step.

    A network whose loss is not finite or above `bound`, or whose gradient, batch variances or next parameters are not
    finite, has diverged: that step is recorded, its parameters stay as they were, and it costs no more time. Nothing
    becomes NaN.

    >>> from bn.data import digits
    >>> from bn.network import init
    >>> net, history = train(init((64, 10)), digits(), lr=0.1, steps=20)
    >>> history.losses.shape, bool(history.losses[-1, 0] < history.losses[0, 0])
    ((20, 1), True)
    """
    seeds = net.seeds if seeds is None else np.broadcast_to(seeds, net.seeds.shape)
    lr, decay = one_per_network("lr", lr, net.size), one_per_network("decay", decay, net.size)
    checks.one_of("loss", loss, LOSSES)
    if steps < 0:
        raise ValueError(f"steps is {steps}; allowed is 0 or more")
    batches = Batches(data, net.seeds, seeds, batch_size, steps + 1)
    record_at = range(steps + 1) if record_at is None else set(record_at)
    history = History(np.full((steps, net.size), np.inf), np.full(net.size, -1), [])
    live, part = np.arange(net.size), net
    for step in range(steps + 1):
        if record is not None and step in record_at:
            net = put(net, live, part)
            history.records.append(record(step, net, *batches(step, np.arange(net.size))))
        if step == steps or live.size == 0:
            continue
        x, labels = batches(step, live)
        losses, grads, trace = _loss_and_grads(part, x, labels, loss, noise and noise(step, part))
        good = np.isfinite(losses) & (losses <= bound) & _finite_gradients(grads) & _finite_variances(part, trace)
        history.losses[step, live[good]] = losses[good]
        if not good.all():
            net = put(net, live, part)
            live, part = _that_go_on(history, step, live, part, good)
            if live.size == 0:
                continue
            x, labels = batches(step, live)
            losses, grads, trace = _loss_and_grads(part, x, labels, loss, noise and noise(step, part))
        with np.errstate(over="ignore", invalid="ignore"):
            stepped = update(update_statistics(part, trace, momentum, variance), grads, lr[live], decay[live])
        good = _finite_parameters(stepped)
        if not good.all():
            net = put(net, live, part)
            live, stepped = _that_go_on(history, step, live, stepped, good)
        part = stepped
    return put(net, live, part), history


def _loss_and_grads(net, x, labels, loss, noise):
    """`loss_and_grads`, silent about overflow: what overflows here is reported as diverged."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return loss_and_grads(net, x, labels, loss, noise)


def _that_go_on(history, step, live, stack, good):
    """Note that the networks which are not `good` have diverged at this step; the others, and their stack."""
    lost = live[~good]
    history.losses[step, lost] = np.inf
    history.diverged_at[lost] = step
    return live[good], take(stack, good)


def _finite_variances(net, trace):
    """(k,) whether the running statistics can take in this batch: m / (m - 1) is at most 2."""
    if not NORMS[net.norm].has_running:
        return True
    largest = [cache.var.max(axis=(1, 2), initial=0) for cache in trace.norm_caches]
    return np.all([top < np.finfo(np.float64).max / 2 for top in largest], axis=0) if largest else True


def _finite_parameters(net):
    """(k,) whether all numbers of each network are finite."""
    return np.all([np.isfinite(p).all(axis=(1, 2)) for layer in net.params for p in layer.values()], axis=0)


def _finite_gradients(grads):
    """(k,) whether the squared length of each network's gradient is finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(sum(np.einsum("kio,kio->k", g, g) for layer in grads for g in layer.values()))
