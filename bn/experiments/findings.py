"""The registry of kept findings: name, function of one seed, settings, seeds. See `bn.experiments.kept`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bn.experiments import drift, lr_sweep, tuned, two_definitions

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
        check={"depths": (2,)},
    ),
)
