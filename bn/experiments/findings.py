"""The registry of kept findings: name, function of one seed, settings, seeds. See `bn.experiments.kept`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bn.experiments import (
    accumulation,
    companions,
    drift,
    equal_examples,
    family,
    fine_tuning,
    inference,
    lengths,
    lr_sweep,
    noisy_updates,
    race,
    tuned,
    two_definitions,
)

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
        "drift",
        drift.of_seed,
        "binary digits, 3 hidden sigmoid layers of 100, start weights of standard deviation 0.1, batches of 60, "
        "learning rates 0.1, 0.5 and 2, 2,000 steps",
        check={"learning_rates": (0.1,)},
    ),
    Finding(
        "gradient_shift_digits",
        two_definitions.of_seed,
        "digits, 6 hidden ReLU layers of 64, batches of 64, learning rates 0.03, 0.1 and 0.3, 300 steps, looked at "
        "every 30",
        {"kind": "digits"},
        check={"steps": 31},
    ),
    Finding(
        "gradient_shift_linear",
        two_definitions.of_seed,
        "25 linear layers of 10, 300 examples at once, learning rates 0.0001, 0.0004 and 0.001, 200 steps, looked at "
        "every 20",
        {"kind": "linear"},
        check={"steps": 21},
    ),
    Finding(
        "gradient_shift_wide",
        two_definitions.of_seed,
        "digits, 6 hidden ReLU layers of 128, batches of 64, learning rate 0.1, 300 steps, looked at every 30",
        {"kind": "digits", "width": 128, "learning_rates": (0.1,)},
        check={"steps": 31},
    ),
    Finding(
        "plain_result",
        tuned.of_seed,
        "each method at its own best rate: digits, 6 hidden ReLU layers of 64 with a good start, and 3 hidden sigmoid "
        "layers of 100 with a bad one; the rate is chosen by three other seeds",
        seeds=tuple(range(13)),
        check={"networks": ("good",), "steps": 100},
    ),
    Finding(
        "rate_sweep",
        lr_sweep.of_seed,
        "digits, 2 and 6 hidden ReLU layers of 64, batches of 64, 300 steps, learning rates from 0.01 to 31.6, a "
        "quarter of a decade apart",
        check={"steps": 20},
    ),
    Finding(
        "accumulation",
        accumulation.run_grid,
        "digits, 2 ReLU layers of 48, 64 examples a step, 150 steps of plain SGD at 0.03, 0.1 and 0.3",
        check={"rates": (0.03,), "sizes": (2, 4)},
    ),
    Finding(
        "companions",
        companions.run_kinds,
        "digits, 3 ReLU layers of 64, 300 steps of plain SGD at 0.1 with batches of 64; 500 held-out images",
        check={"kinds": ("mixed",)},
    ),
    Finding(
        "fine-tuning",
        fine_tuning.run,
        "digits, 3 ReLU layers of 64, tuned on 40 images, 25 to 400 steps of plain SGD at 0.005, 0.02 and 0.1",
        check={"cameras": ("same",), "batch_sizes": (2,)},
    ),
    Finding(
        "small-batches",
        equal_examples.run,
        "digits, 5 and 2 ReLU layers of 64, plain SGD at 0.01, 0.03, 0.1 and 0.3, 6,400 examples",
        check={"batch_sizes": (64,)},
    ),
    Finding(
        "shield",
        noisy_updates.run_kinds,
        "digits, 3 sigmoid layers of 100, 1,000 steps of plain SGD at 0.5; then 20 shakings of each size",
        check={"kinds": ("direction",)},
    ),
    Finding(
        "training-and-use",
        inference.run_depths,
        "digits, 1 to 20 ReLU layers of 64, 20 to 200 steps of plain SGD at 0.1, batches of 1 to 64",
        check={"depths": (1, 2)},
    ),
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
