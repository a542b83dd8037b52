"""Fine-tuning on few images from another camera: batch norm live, frozen, and frozen after new statistics.

The network of `companions`, trained on the digits, meets dimmed images: x <- 0.4 x + 0.8. It is tuned on 40 of
them, with plain SGD at 0.02, and read on the 500 held-out images, dimmed, in inference mode.

live : training mode, running statistics (momentum 0.1) go on.   frozen : the statistics of the first training.
renewed : frozen as well, after statistics recomputed once on the 40 images.
"""

from dataclasses import replace

import numpy as np

from bn.experiments.companions import seen, trained
from bn.network import accuracy, forward
from bn.optim import train
from bn.recompute import recompute_statistics

WAYS = ("live", "frozen", "renewed")
BATCHES = (2, 4, 20)


def run(batch_sizes=BATCHES, steps=100, lr=0.02, images=40, seeds=(0, 1, 2), first_steps=300):
    """Held-out accuracy before and after.   before (S,), renewed_before (S,) : with the statistics recomputed only.

    accuracy (W = 3 WAYS, M, S) : after the tuning, by batch size.
    """
    data, net = trained(seeds, first_steps)
    few = replace(
        data,
        train_x=seen(data.train_x[:, :images], "dimmed"),
        train_y=data.train_y[:, :images],
        test_x=seen(data.test_x, "dimmed"),
    )
    renewed = recompute_statistics(net, few.train(seeds)[0])
    starts = {"live": net, "frozen": frozen(net), "renewed": frozen(renewed)}
    after = [
        [held_out(train(start, few, lr, batch_size=size, steps=steps)[0], few) for size in batch_sizes]
        for start in starts.values()
    ]
    return {
        "batch_sizes": np.array(batch_sizes),
        "before": held_out(net, few),
        "renewed_before": held_out(renewed, few),
        "accuracy": np.array(after),
    }


def frozen(net):
    """The network with norm "frozen": its running statistics become constants; gamma and beta go on learning."""
    params = [
        {**layer, "mean": running.mean, "std": np.sqrt(running.var + net.eps)}
        for layer, running in zip(net.params[:-1], net.running, strict=True)
    ]
    return replace(net, params=[*params, net.params[-1]], running=[None] * net.hidden, norm="frozen")


def held_out(net, data):
    """Accuracy (S,) in inference mode."""
    images, labels = data.test(net.seeds)
    return accuracy(forward(net, images, training=False)[0], labels)
