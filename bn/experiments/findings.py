"""The registry of kept findings: name, function of one seed, settings, seeds. See `bn.experiments.kept`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bn.experiments import family, lengths, race

SEEDS = tuple(range(8))


@dataclass(frozen=True)
class Finding:
    """One finding that `make findings` runs and keeps.

    name : of its file, and of the tag {measured}`@name`.
    function : function(seed, **settings) -> {output: array}, the same shapes for every seed. What is called "seeds" is
    whatever makes runs independent: start weights, batches and the split of the data.
    says : settings in words, for the tag: "digits, 6 hidden layers, learning rate 0.1, 400 steps".
    check : settings that make the test's own run of the first seed shorter, with outputs to compare; {} runs it whole.
    """

    name: str
    function: Callable
    says: str
    settings: dict = field(default_factory=dict)
    seeds: tuple = SEEDS
    check: dict = field(default_factory=dict)


def _registry(*findings):
    names = [finding.name for finding in findings]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise ValueError(f"two findings are called {', '.join(sorted(doubled))}")
    return {finding.name: finding for finding in findings}


FINDINGS = _registry(
    Finding(
        "balance",
        lengths.balance,
        "digits with 30 percent random labels, 64-32-10 ReLU with batch norm and eps = 0, plain SGD with batches of "
        "32, 4,000 steps; five learning rates, four weight decays, three lengths at the start",
        check={"scales": (0.3,), "steps": 400},
    ),
    Finding(
        "balance-after-a-push",
        lengths.pushed,
        "the networks of balance after 2,000 steps, their hidden weights made a tenth longer; three pairs of learning "
        "rate and decay, one hidden layer of 32",
        check={"follow": 20},
    ),
    Finding(
        "contest",
        family.one_seed,
        "digits, 64-(48 x depth)-10 ReLU, plain SGD, 200 steps; seven norms, batches of 1, 4, 16 and 64, five learning "
        "rates from 0.01 to 1, start weights times 0.1, 1 and 3, two and six hidden layers",
        check={"depths": (2,), "scales": (0.1,), "norms": ("none", "weight"), "learning_rates": (0.01, 0.03)},
    ),
    Finding(
        "optimizers",
        lengths.optimizers,
        "digits with 30 percent random labels, 64-32-10 and 64-64-64-64-10 ReLU with batch norm and eps = 0, batches "
        "of 32, 500 steps without weight decay; plain SGD, momentum 0.9 and Adam, two learning rates each",
        check={"shapes": ((32,),)},
    ),
    Finding(
        "race",
        race.one_seed,
        "least squares (50 weights) and Gaussian halfspaces (10 weights), one problem a seed, at five condition "
        "numbers; diabetes and breast cancer data, one start a seed; 3,000 and 600 steps",
        check={"kinds": ("squares",)},
    ),
)
