"""Training a stack of networks by stochastic gradient descent, each with its own learning rate and batches."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .data import Batches
from .layers import checks
from .layers.losses import LOSSES
from .layers.norms import NORMS
from .network import loss_and_grads, one_per_network, put, take, update_statistics
from .steps import OPTIMIZERS, clip_gradients, take_state

BOUND = 1e6  # a loss above this counts as diverged; ten classes at random give 2.3


@dataclass
class History:
    """losses : (steps, k), of the batch before each step; inf from the step on at which a network diverged.
    diverged_at : (k,) that step, or -1.   records : what `record` returned, in order.
    """

    losses: np.ndarray
    diverged_at: np.ndarray
    records: list


@dataclass(frozen=True)
class Rule:
    """How one step is made of a batch, and when a network counts as diverged; `train` takes these by name.

    loss : "softmax" or "squared", see `loss_and_grads`.
    optimizer : "sgd", "momentum", "adam", "adamw", or a function (net, grads, state, lr, decay) -> (net, state), such
    as `partial(adam_step, beta2=0.99)`; its state is None at first, lr and decay are (k,). See `bn.steps`.
    decay : weight decay of the hidden layers' weights, a number or one per network.
    clip : None, or the length to which longer gradients are shortened, a number or one per network.
    schedule : None, or a function step -> share of the learning rate, such as `partial(cosine, steps=300)`.
    momentum, variance : of the running statistics, see `update_running`; an optimizer's own momentum is set in it, by
    `partial(momentum_step, momentum=0.95)`.
    noise : None or a function (step, net) -> the noise of that step, see `forward`.
    bound : a loss above it counts as diverged.
    Raises ValueError for an unknown loss or optimizer, and for a clip that is not above 0.
    """

    loss: str = "softmax"
    optimizer: str | Callable = "sgd"
    decay: float | np.ndarray = 0.0
    clip: float | np.ndarray | None = None
    schedule: Callable | None = None
    momentum: float | None = 0.1
    variance: str = "unbiased"
    noise: Callable | None = None
    bound: float = BOUND

    def __post_init__(self):
        checks.one_of("loss", self.loss, LOSSES)
        if not callable(self.optimizer):
            checks.one_of("optimizer", self.optimizer, OPTIMIZERS)
        if self.clip is not None and not (checks.as_floats("clip", self.clip) > 0).all():
            raise ValueError(f"clip is {self.clip}; allowed are None and numbers above 0")


def train(net, data, lr, *, steps=300, batch_size=64, seeds=None, record=None, record_at=None, **rule):
    """Plain SGD, or what `optimizer` says. Returns the trained stack and its `History`.

    lr : a number or one per network.   batch_size : None takes the whole training set at each step.
    seeds : of the batch order, one per network (default: those of the network).
    record : None or a function (step, net, x, labels), called before the step with that step's batch.
    record_at : the steps to record, default all; the number `steps` itself is the time after the last step.
    rule : what else a step needs, by the names in `Rule`, such as optimizer="adam" or decay=0.01.

    A network whose loss is not finite or above the bound, or whose gradient, batch variances or next parameters are
    not finite, has diverged: that step is recorded, its parameters stay as they were, and it costs no more time.
    Nothing becomes NaN.

    >>> from bn.data import digits
    >>> from bn.network import init
    >>> net, history = train(init((64, 10)), digits(), lr=0.1, steps=20)
    >>> history.losses.shape, bool(history.losses[-1, 0] < history.losses[0, 0])
    ((20, 1), True)
    """
    if steps < 0:
        raise ValueError(f"steps is {steps}; allowed is 0 or more")
    order = net.seeds if seeds is None else np.broadcast_to(seeds, net.seeds.shape)
    live, records = _Live(net, lr, steps, Rule(**rule)), []
    batches = Batches(data, net.seeds, order, batch_size, steps + 1)
    record_at = range(steps + 1) if record_at is None else set(record_at)
    for step in range(steps + 1):
        if record is not None and step in record_at:
            records.append(record(step, live.whole(), *batches(step, np.arange(net.size))))
        if step < steps:
            live.advance(step, batches)
    return live.whole(), History(live.losses, live.diverged_at, records)


class _Live:
    """The networks of a stack that still learn: `part`, and `which` (k',) they are. `net` keeps what was lost.

    state : what the optimizer remembers of those that learn.
    """

    def __init__(self, net, lr, steps, rule):
        self.net, self.part, self.which, self.rule = net, net, np.arange(net.size), rule
        self.lr = one_per_network("lr", lr, net.size)
        self.decay = one_per_network("decay", rule.decay, net.size)
        self.clip = None if rule.clip is None else one_per_network("clip", rule.clip, net.size)
        self.optimizer, self.state = OPTIMIZERS.get(rule.optimizer, rule.optimizer), None
        self.losses, self.diverged_at = np.full((steps, net.size), np.inf), np.full(net.size, -1)

    def whole(self):
        """The stack with all its networks; those that have diverged have the parameters of their last good step."""
        return put(self.net, self.which, self.part)

    def advance(self, step, batches):
        """One step of every network that has not diverged by then."""
        rule, good = self.rule, np.array(False)
        while self.which.size and not good.all():  # again without those that are lost
            x, labels = batches(step, self.which)
            noise = rule.noise and rule.noise(step, self.part)
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # is reported as diverged
                losses, grads, trace = loss_and_grads(self.part, x, labels, rule.loss, noise)
            good = np.isfinite(losses) & (losses <= rule.bound)
            good &= _finite_gradients(grads) & _finite_variances(self.part, trace)
            self.losses[step, self.which[good]] = losses[good]
            self._go_on(step, good, self.part, self.state)
        if self.which.size:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                moved = update_statistics(self.part, trace, rule.momentum, rule.variance)
                moved, state = self._step(moved, grads, step)
            self._go_on(step, _finite_parameters(moved), moved, state)

    def _step(self, net, grads, step):
        """The networks after a step of the optimizer, and its state."""
        share = 1 if self.rule.schedule is None else self.rule.schedule(step)
        if self.clip is not None:
            grads = clip_gradients(grads, self.clip[self.which])
        return self.optimizer(net, grads, self.state, share * self.lr[self.which], self.decay[self.which])

    def _go_on(self, step, good, moved, state):
        """`moved` is the part from now on, without those that are not `good`: they have diverged at this step."""
        if not good.all():
            lost, self.net = self.which[~good], self.whole()
            self.losses[step, lost], self.diverged_at[lost] = np.inf, step
            self.which, moved, state = self.which[good], take(moved, good), take_state(state, good)
        self.part, self.state = moved, state


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
