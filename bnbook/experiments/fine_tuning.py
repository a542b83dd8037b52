"""Fine-tuning on few images: batch norm live, frozen, and frozen after new statistics.

Digits, standardized; a 64-(64 x 3)-10 ReLU network with batch norm is trained for 300 steps of 0.1 with batches of 64
and momentum 0.1, on all training images but the first 40. It is then tuned on these 40, with plain SGD, and read on
the 500 held-out images in inference mode. Two cameras take the 40 and the held-out ones:

same : the camera of the first training.   dimmed : another one, x <- 0.4 x + 0.8 in standardized pixels.

live : training mode, running statistics (momentum 0.1) go on.   frozen : the statistics of the first training.
renewed : frozen as well, after statistics recomputed once on the 40 images.
"""

from dataclasses import replace

import numpy as np

from bn.data import digits
from bn.network import init, take
from bn.optim import train
from bn.serving import recompute_statistics
from bnbook.experiments.common import held_out
from bnbook.experiments.companions import seen

CAMERAS = ("same", "dimmed")
WAYS = ("live", "frozen", "renewed")
BATCHES = (2, 4, 20)
RATES = (0.005, 0.02, 0.1)
STEPS = (25, 100, 400)
IMAGES = 40


def run(seed, cameras=CAMERAS, batch_sizes=BATCHES, rates=RATES, steps=STEPS, first_steps=300):
    """Held-out accuracy before and after the tuning, for one seed.

    A cameras, W = 3 WAYS, M batch sizes, T numbers of steps, K rates.
    before, renewed_before (A,) : untuned; with the old statistics, and with those of the 40 images.
    accuracy (A, W, M, T, K) : tuned.   live_renewed (A, M, T, K) : tuned live, then statistics of the 40 images.
    diverged (A, W, M, K).
    """
    data = digits((seed,))
    first = replace(data, train_x=data.train_x[:, IMAGES:], train_y=data.train_y[:, IMAGES:])
    net = train(init((64, 64, 64, 64, 10), norm="batch", seeds=(seed,)), first, 0.1, steps=first_steps)[0]
    parts = [_with_camera(net, data, camera, batch_sizes, rates, steps) for camera in cameras]
    return {name: np.stack([part[name] for part in parts]) for name in parts[0]}


def _with_camera(net, data, camera, batch_sizes, rates, steps):
    few = replace(
        data,
        train_x=seen(data.train_x[:, :IMAGES], camera),
        train_y=data.train_y[:, :IMAGES],
        test_x=seen(data.test_x, camera),
    )
    images = few.train(net.seeds)[0]
    renewed = recompute_statistics(net, images)
    starts = {"live": net, "frozen": frozen(net), "renewed": frozen(renewed)}
    starts = {way: take(start, np.zeros(len(rates), int)) for way, start in starts.items()}
    runs = {way: [_tuned(start, few, rates, size, steps) for size in batch_sizes] for way, start in starts.items()}
    return {
        "before": held_out(net, few)[0],
        "renewed_before": held_out(renewed, few)[0],
        "accuracy": np.array([[[held_out(n, few) for n in nets] for nets, _ in runs[way]] for way in WAYS]),
        "live_renewed": np.array(
            [[held_out(recompute_statistics(n, images[0]), few) for n in nets] for nets, _ in runs["live"]]
        ),
        "diverged": np.array([[lost for _, lost in runs[way]] for way in WAYS]),
    }


def _tuned(net, few, rates, batch_size, steps):
    """The stack after each of `steps`, and which networks have diverged (K,)."""
    kept = {}

    def keep(step, net, images, labels):
        kept[step] = net

    settings = {"batch_size": batch_size, "steps": max(steps), "record": keep, "record_at": steps}
    _, history = train(net, few, np.array(rates), **settings)
    last = kept[max(kept)]
    return [kept.get(step, last) for step in steps], history.diverged_at >= 0


def frozen(net):
    """The network with norm "frozen": its running statistics become constants; gamma and beta go on learning."""
    params = [
        {**layer, "mean": running.mean, "std": np.sqrt(running.var + net.eps)}
        for layer, running in zip(net.params[:-1], net.running, strict=True)
    ]
    return replace(net, params=[*params, net.params[-1]], running=[None] * net.hidden, norm="frozen")
