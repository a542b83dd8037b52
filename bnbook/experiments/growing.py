"""Two runs of one network: hidden weights that decay, and hidden weights that do not, at a rate that grows."""

import numpy as np

from bn.data import Batches
from bn.network import init, loss_and_grads
from bn.steps import sgd_step
from bnbook.experiments import norm_growth

EXPONENTS = {"-2t - 1": (-2, -1), "-2t": (-2, 0), "-t": (-1, 0), "0": (0, 0)}


def run(seeds=tuple(range(8)), lr=0.2, decay=0.03, steps=200, widths=(32, 32)):
    """The digits of `norm_growth`, plain SGD, batch norm with eps = 0; the same batches for both runs.

    At step t the second run's hidden weights have the rate lr (1 - lr decay)^e, with e each of `EXPONENTS`; gamma, beta
    and the output layer take the same steps in both runs. E exponents, S seeds:
    gap (E, S, steps) : largest difference of the logits on the step's batch, over the largest logit.
    length (E + 1, S, steps) : of the first hidden layer's weights; the run with decay stands last.
    rate (E, steps) : of the second run's hidden weights.
    """
    net = init((64, *widths, 10), norm="batch", seeds=np.array(seeds), eps=0.0)
    batches = Batches(norm_growth.noisy_digits(seeds, 0.3), net.seeds, net.seeds, 32, steps)
    kept, nets = 1 - lr * decay, [net] * (len(EXPONENTS) + 1)
    gaps, lengths, rates = [], [], []
    for t in range(steps):
        x, labels = batches(t, np.arange(net.size))
        parts = [loss_and_grads(one, x, labels) for one in nets]
        logits = [trace.logits for _, _, trace in parts]
        size = np.abs(logits[-1]).max(axis=(1, 2))
        gaps.append([np.abs(own - logits[-1]).max(axis=(1, 2)) / size for own in logits[:-1]])
        lengths.append([norm_growth.length(one.params[0]["w"]) for one in nets])
        factors = [kept ** (twice * t + more) for twice, more in EXPONENTS.values()]
        rates.append(lr * np.array(factors))
        free = [sgd_step(one, _times(part[1], factor), lr) for one, part, factor in zip(nets, parts, factors)]
        nets = [*free, sgd_step(nets[-1], parts[-1][1], lr, decay)]
    return {
        "gap": np.moveaxis(np.array(gaps), 0, -1),
        "length": np.moveaxis(np.array(lengths), 0, -1),
        "rate": np.array(rates).T,
    }


def _times(grads, factor):
    """The gradients, those of hidden weights multiplied by a factor."""
    return [{**layer, "w": layer["w"] * factor} for layer in grads[:-1]] + [grads[-1]]
