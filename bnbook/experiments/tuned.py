"""The plain result: what is gained on the digits when each method may choose its own learning rate?

Two networks, plain SGD, batches of 64, float32, learning rates half a decade apart (`LEARNING_RATES`):

"good"  64-(64 x 6)-10 ReLU, start weights of variance 2 / fan-in, standardized images.
"bad"   64-(100 x 3)-10 sigmoid, start weights of standard deviation 0.1, binary images: the network of `drift`.

The methods: plain, plain with the gradient shortened to length 1 (`lr_sweep.clipped`), batch norm, layer norm. The best
rate of a method is chosen by the last `TUNING` seeds of the finding and judged on the others, which split the images
in another way. Accuracy is held out; batch norm uses its running statistics.
"""

import numpy as np

from bn.data import digits
from bn.network import init
from bn.optim import train
from bn.steps import sgd_step, stateless
from bnbook.experiments.common import cast, held_out
from bnbook.experiments.lr_sweep import clipped
from bnbook.experiments.spread import paired, spread

METHODS = {
    "plain": ("none", sgd_step),
    "plain_clipped": ("none", clipped),
    "batchnorm": ("batch", sgd_step),
    "layernorm": ("layer", sgd_step),
}
NETWORKS = {
    "good": {"sizes": (64, *[64] * 6, 10), "activation": "relu", "init": "he"},
    "bad": {"sizes": (64, *[100] * 3, 10), "activation": "sigmoid", "init": 0.1},
}
PREPARED = {"good": "standardized", "bad": "binary"}
LEARNING_RATES = {"good": (0.0316, 0.1, 0.316, 1.0, 3.16), "bad": (0.316, 1.0, 3.16, 10.0, 31.6)}
TUNING = 3  # seeds that choose
TARGETS = {"good": 0.95, "bad": 0.9}  # held-out accuracy to be reached; binary images are harder to read


def of_seed(seed, networks=tuple(NETWORKS), steps=1000, every=20):
    """Held-out accuracy of one seed in steps of `every`, (networks, N methods, L rates, R records): a kept finding."""
    at = np.arange(0, steps + 1, every)
    return {"steps": at, "accuracy": np.stack([_trained(seed, name, steps, at) for name in networks])}


def _trained(seed, name, steps, at):
    data = cast(digits((seed,), prepare=PREPARED[name]), np.float32)
    rates = LEARNING_RATES[name]
    found = []

    def look(step, net, x, labels):
        return held_out(net, data)

    for norm, update in METHODS.values():
        net = init(**NETWORKS[name], norm=norm, seeds=[seed] * len(rates), dtype=np.float32)
        _, history = train(
            net, data, np.array(rates), steps=steps, optimizer=stateless(update), record=look, record_at=at
        )
        found.append(np.stack(history.records, axis=-1))
    return np.array(found, np.float32)


def judged(kept, network="good", baseline="plain"):
    """Each method at its own best rate, on the seeds that did not choose it: {method: {what: value}}.

    kept : the kept finding, arrays with the seeds in front.
    final : `Spread` of the final held-out accuracy in percent; rate_final : the rate that is best for it.
    steps : `Spread` of the steps to the accuracy of `TARGETS`; rate_steps : the rate that is best for it.
    final_more, steps_more : `Paired` differences to the baseline, method minus baseline.
    """
    accuracy = kept["accuracy"][:, list(NETWORKS).index(network)]  # seeds, N, L, R
    reached = accuracy >= TARGETS[network]
    late = kept["steps"][0][-1] + 1  # a run that does not reach the target counts as later than all
    first = np.where(reached.any(axis=-1), kept["steps"][0][reached.argmax(axis=-1)], late)
    score = {"final": 100 * accuracy[..., -1], "steps": -first.astype(float)}
    found = {name: {} for name in METHODS}
    for what, values in score.items():
        sign = 1 if what == "final" else -1
        best = values[-TUNING:].mean(axis=0).argmax(axis=-1)
        own = {name: sign * values[:-TUNING, n, best[n]] for n, name in enumerate(METHODS)}
        for n, name in enumerate(METHODS):
            found[name] |= {
                what: spread(own[name]),
                f"{what}_more": paired(own[name], own[baseline]),
                f"rate_{what}": LEARNING_RATES[network][best[n]],
            }
    return found
