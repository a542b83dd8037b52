"""A causal network that should guess the next coin flip, and the norm that tells it: a batch statistic over positions.

Sequences of independent fair coins, -1 or 1. At each position a small network is given the coins before it, zeros for
all others, and the position; it is asked for the coin at its position. Nothing can be learned: whatever is right more
often than half of the time was read from somewhere. All positions of a batch are rows of one array, as they are for
a batch norm over (examples, positions).

together : the rows of a batch are all positions of a few sequences, so that a later row holds the coin asked for.
apart : as many rows at the same positions, but each from a sequence of its own. What a coin tells is then in no other
row; statistics, sizes and rates are the same. This is the control.
"""

import numpy as np

from bn.layers import checks
from bn.network import accuracy, forward, init, loss_and_grads, update_statistics
from bn.steps import sgd_step

NORMS = ("batch", "none", "layer")
WAYS = ("together", "apart")
SEQUENCES = (1, 2, 4, 8, 32)
LENGTH, WIDTH, STEPS, RATE, TESTED, TURNED = 8, 64, 2000, 0.1, 200, 50


def rows(coins):
    """(n, T) coins of -1 or 1 -> (n, T, 2 T): at each position the coins before it, then zeros, then the position."""
    n, length = coins.shape
    before = np.tril(np.ones((length, length)), -1)
    return np.concatenate([coins[:, None, :] * before, np.tile(np.eye(length), (n, 1, 1))], axis=2)


def batch(rng, sequences, way, length=LENGTH):
    """The rows (1, sequences * length, 2 length) of a batch, and the coins they are asked for, as labels 0 or 1."""
    checks.one_of("way", way, WAYS)
    coins = rng.choice([-1.0, 1.0], size=(sequences if way == "together" else sequences * length, length))
    x, labels = rows(coins), (coins > 0).astype(int)
    if way == "apart":  # of each sequence one position, and every position equally often
        one, place = np.arange(len(coins)), np.tile(np.arange(length), sequences)
        return x[one, place][None], labels[one, place][None]
    return x.reshape(1, -1, 2 * length), labels.reshape(1, -1)


def trained(seed, norm, sequences, way, steps=STEPS):
    """A network after plain SGD on fresh coins at every step."""
    rng = np.random.default_rng([2015, int(seed), sequences])
    net = init((2 * LENGTH, WIDTH, WIDTH, 2), norm=norm, seeds=(int(seed),))
    for _ in range(steps):
        x, labels = batch(rng, sequences, way)
        _, grads, trace = loss_and_grads(net, x, labels)
        net = update_statistics(sgd_step(net, grads, np.array([RATE])), trace)
    return net


def judged(net, seed, sequences, way):
    """Shares of new coins that were guessed right: by the statistics of the batch, and in use."""
    rng = np.random.default_rng([2016, int(seed), sequences])
    batches = [batch(rng, sequences, way) for _ in range(max(TESTED * 8 // sequences, 20))]
    return [
        np.mean([accuracy(forward(net, x, training=training)[0], labels)[0] for x, labels in batches])
        for training in (True, False)
    ]


def felt(net, seed, sequences, training):
    """(T, T): by how much the probability of a one at position t moves when the coin at s of its sequence is turned."""
    rng = np.random.default_rng([2017, int(seed), sequences])
    moves = np.zeros((LENGTH, LENGTH))
    for _ in range(TURNED):
        coins = rng.choice([-1.0, 1.0], size=(sequences, LENGTH))
        turned = np.tile(coins, (LENGTH, 1, 1))
        turned[np.arange(LENGTH), 0, np.arange(LENGTH)] *= -1  # in the first sequence, each coin in turn
        before, *after = (_chances(net, each, training) for each in (coins, *turned))
        moves += np.abs(np.array(after) - before).T
    return moves / TURNED


def _chances(net, coins, training):
    """(T,) : the probability of a one at each position of the first sequence."""
    logits = forward(net, rows(coins).reshape(1, -1, 2 * LENGTH), training=training)[0][0, :LENGTH]
    return 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))


def of_seed(seed, norms=NORMS, ways=WAYS, sequences=SEQUENCES, steps=STEPS):
    """One seed.

    right (norms, ways, sequences, 2) : shares guessed right, by the batch's statistics and in use.
    felt (norms, sequences, 2, T, T) : see `felt`; of the networks trained on whole sequences.
    """
    right = np.empty((len(norms), len(ways), len(sequences), 2))
    moves = np.empty((len(norms), len(sequences), 2, LENGTH, LENGTH))
    for n, w, s in np.ndindex(right.shape[:3]):
        net = trained(seed, norms[n], sequences[s], ways[w], steps)
        right[n, w, s] = judged(net, seed, sequences[s], ways[w])
        if ways[w] == "together":
            moves[n, s] = [felt(net, seed, sequences[s], training) for training in (True, False)]
    return {"right": right, "felt": moves}
