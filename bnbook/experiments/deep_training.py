"""Very deep networks of digits, with and without skip connections and norms, each at its own best learning rate.

The methods follow De & Smith (2020), with controls for their explanation: a norm behind the sum holds the scale as one
in the branch does, and leaves every branch its share; a stack has no skip connections at all; a factor of
1 / sqrt(depth) makes branches small without a norm. Plain SGD, batches of 64, float32; one stack is trained by Adam,
whose steps do not depend on the size of a gradient. A rate is chosen by the training loss, and judged on held-out
images.
"""

import numpy as np

from bn.data import digits
from bn.layers import checks
from bn.network import init
from bn.optim import train
from bnbook.experiments.common import cast, held_out
from bnbook.experiments.spread import paired, spread

# norm, residual, further settings of `bn.init`; "root" stands for 1 / sqrt(number of branches)
METHODS = {
    "stack": ("none", None, {}),
    "stack_batchnorm": ("batch", None, {}),
    "stack_batchnorm_adam": ("batch", None, {}),
    "plain": ("none", "pre", {}),
    "root": ("none", "pre", {"skip_init": "root"}),
    "skipinit": ("none", "pre", {"skip_init": 0.0}),
    "batchnorm": ("batch", "pre", {}),
    "layernorm": ("layer", "pre", {}),
    "after": ("batch", "post", {}),
    "zero_gamma": ("batch", "end", {"zero_gamma": True}),
}
RATES = (0.01, 0.0316, 0.1, 0.316, 1.0)
ADAM = ("stack_batchnorm_adam",)  # trained by Adam, at rates 30 times smaller
SCALED = ("plain",)  # its stream, and with it the gradient, grows by sqrt(2) a branch: its rates are in units of that
LARGEST = 1e9  # a loss above it is kept as this


def of_seed(seed, depth=50, methods=tuple(METHODS), width=32, steps=200):
    """One seed, `depth` branches behind a first layer: (N methods, L rates) arrays of the trained networks.

    loss : mean training loss of the last 20 steps, `LARGEST` at most.
    accuracy : held out, in percent.
    """
    data = cast(digits((seed,)), np.float32)
    found = [_trained(seed, data, depth, name, width, steps) for name in methods]
    return {name: np.array([row[n] for row in found], np.float32) for n, name in enumerate(("loss", "accuracy"))}


def rates_of(name, depth):
    """The learning rates that a method may choose from, (L,)."""
    return np.array(RATES) * (2.0 ** (-depth / 2) if name in SCALED else 1 / 30 if name in ADAM else 1.0)


def _trained(seed, data, depth, name, width, steps):
    norm, residual, more = METHODS[checks.one_of("method", name, METHODS)]
    more = {what: 1 / np.sqrt(depth) if value == "root" else value for what, value in more.items()}
    sizes = (64, *[width] * (depth + 1), 10)
    net = init(sizes, norm=norm, residual=residual, seeds=[seed] * len(RATES), dtype=np.float32, **more)
    rule = {"optimizer": "adam" if name in ADAM else "sgd", "bound": np.inf}
    with np.errstate(over="ignore", invalid="ignore"):
        net, history = train(net, data, rates_of(name, depth), steps=steps, **rule)
        loss = history.losses[-20:].mean(axis=0)
    accuracy = 100 * held_out(net, data)
    return np.where(np.isfinite(loss), np.minimum(loss, LARGEST), LARGEST), accuracy


def chosen(kept):
    """For each method the place in `RATES` of the rate with the least training loss, the median of the seeds: (N,).

    kept : a finding with the seeds in front.
    """
    return np.median(kept["loss"], axis=0).argmin(axis=-1)


def judged(kept):
    """The held-out accuracy of each method at that rate, of all seeds: {method: (S,)}."""
    return {
        name: kept["accuracy"][:, n, rate] for (n, name), rate in zip(enumerate(METHODS), chosen(kept), strict=True)
    }


def said(values, spec=".1f"):
    """Median and interval, as prose quotes them."""
    return spread(values).text(spec)


def difference(first, second, spec="+.1f"):
    """The paired difference as prose quotes it, with "a tie" if its interval holds 0."""
    found = paired(first, second)
    return found.text(spec) + (", a tie" if found.tie else "")
