"""The layers of a network of this book, as the doctor wants them."""

import numpy as np

from bn.layers import checks
from bn.layers.dense import ACTIVATIONS
from bn.network import forward, require_batch_norm

from . import layer as layers


def observe(net, x, training=True, mode=None, which=0):
    """One `Layer` per hidden layer of network number `which` of a stack with norm "batch", over the batch x (m, d).

    training : how the pass is run.   mode : how it was meant to be run; None: not looked at.
    """
    require_batch_norm(net)
    checks.one_of("net.residual", net.residual, (None, "pre", "post"))  # in "end" y is more than what the norm gave
    if net.activation not in ACTIVATIONS or not isinstance(which, (int, np.integer)) or not 0 <= which < net.size:
        raise ValueError(f"which is {which!r}; allowed are 0 to {net.size - 1}")
    trace = forward(net, x, training=training)[1]
    activation = net.activation if net.activation in layers.ACTIVATIONS else None
    return [
        layers.Layer(
            x=trace.z[i][which],
            name=f"layer {i + 1}",
            gamma=params["gamma"][which, 0],
            beta=params["beta"][which, 0],
            running_mean=running.mean[which, 0],
            running_var=running.var[which, 0],
            eps=net.eps,
            activation=activation,
            y=trace.y[i][which],
            mode=mode,
        )
        for i, (params, running) in enumerate(zip(net.params[:-1], net.running, strict=True))
    ]
