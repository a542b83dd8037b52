"""What is left when all is tuned: three norms, three ways to step, each pair at its own best learning rate.

MNIST, 14 x 14 pixels, 4,000 images to train and 1,000 held out; ReLU networks of 64 units a layer, float32, 12,800
images seen. Four places (`PLACES`), each of which changes one thing: four hidden layers with a good start (weights of
variance 2 / fan-in) and batches of 64; batches of 512; start weights three times too small; eight hidden layers. Ways:
plain SGD, SGD whose gradient is shortened to length 1 where it is longer, and Adam.
"""

from functools import partial

import numpy as np

from bn.data import mnist
from bn.network import init
from bn.optim import train
from bnbook.experiments.common import held_out
from bnbook.experiments.own_best import at_own_best, usual
from bnbook.experiments.spread import paired, spread

NORMS = ("none", "batch", "layer")
WAYS = {
    "sgd": {"optimizer": "sgd"},
    "clip": {"optimizer": "sgd", "clip": 1.0},
    "adam": {"optimizer": "adam"},
}
RATES = {
    "sgd": (0.01, 0.0316, 0.1, 0.316, 1.0, 3.16),
    "clip": (0.01, 0.0316, 0.1, 0.316, 1.0, 3.16),
    "adam": (0.0001, 0.000316, 0.001, 0.00316, 0.01, 0.0316),
}
PLACES = {
    "usual": {"depth": 4, "scale": 1.0, "batch": 64},
    "large batches": {"depth": 4, "scale": 1.0, "batch": 512},
    "small start": {"depth": 4, "scale": 1 / 3, "batch": 64},
    "deep": {"depth": 8, "scale": 1.0, "batch": 64},
}
IMAGES = 12_800
LOOKS = 16  # records, evenly spaced
TARGET = 0.9  # held-out accuracy to be reached


def of_seed(seed, places=tuple(PLACES), norms=NORMS, ways=tuple(WAYS), images=IMAGES):
    """Held-out accuracy of one seed over training: P places, N norms, W ways, L rates, R records. A kept finding.

    accuracy (P, N, W, L, R) : batch norm with its running statistics; a network that has diverged keeps what it had.
    seen (P, R) : images seen by then.
    """
    data = mnist((seed,), side=14, dtype=np.float32)
    runs = [[[_trained(seed, data, PLACES[p], norm, w, images) for w in ways] for norm in norms] for p in places]
    return {"accuracy": np.array(runs, np.float32), "seen": np.array([_at(PLACES[p], images)[1] for p in places])}


def _at(place, images):
    """The steps at which is looked, and the images seen by then."""
    steps = images // place["batch"]
    at = np.rint(np.linspace(0, steps, LOOKS + 1)).astype(int)
    return at, at * place["batch"]


def _trained(seed, data, place, norm, way, images):
    """Held-out accuracies (L, R)."""
    rates, (at, _) = RATES[way], _at(place, images)
    sizes = (196, *[64] * place["depth"], 10)
    net = init(sizes, norm=norm, scale=place["scale"], seeds=[seed] * len(rates), dtype=np.float32)
    rule = {"batch_size": place["batch"], "steps": int(at[-1]), "record_at": at, **WAYS[way]}
    _, history = train(net, data, np.array(rates), record=partial(_look, data), **rule)
    return np.stack(history.records, axis=-1)


def _look(data, step, net, x, labels):
    return held_out(net, data)


def judged(kept, place, baseline=("none", "sgd")):
    """Each norm and way at its own best rate: {(norm, way): {what: value}}; the rate is chosen by the other seeds.

    The way "any" may choose among all ways and their rates.
    final, seen : `Spread` of the final held-out accuracy in percent, and of the images seen when TARGET was reached
    (one look more than all, if it was not); each at the rate that is best for it.
    final_more, seen_more : `Paired`, minus the baseline.   reached : in how many seeds the target was reached.
    rate : the rate that most seeds are judged at by the final accuracy.   edge : whether that is an end of the list.
    """
    p = list(PLACES).index(place)
    accuracy, seen = kept["accuracy"][:, p], kept["seen"][0, p]  # seeds, N, W, L, R
    there = accuracy >= TARGET
    late = seen[-1] + seen[1]
    first = np.where(there.any(axis=-1), seen[there.argmax(axis=-1)], late).astype(float)
    final = 100.0 * accuracy[..., -1].astype(float)
    own = {}
    for n, norm in enumerate(NORMS):
        for w, way in enumerate((*WAYS, "any")):
            end, reach = (a[:, n].reshape(len(a), -1) if way == "any" else a[:, n, w] for a in (final, first))
            own[norm, way] = at_own_best(end), at_own_best(-reach, reach), usual(end)
    return {
        (norm, way): {
            "final": spread(end),
            "final_more": paired(end, own[baseline][0]),
            "seen": spread(reach),
            "seen_more": paired(reach, own[baseline][1]),
            "reached": int((reach < late).sum()),
            "rate": np.concatenate([RATES[w] for w in WAYS])[pick] if way == "any" else RATES[way][pick],
            "edge": pick % len(RATES["sgd"]) in (0, len(RATES["sgd"]) - 1),
        }
        for (norm, way), (end, reach, pick) in own.items()
    }
