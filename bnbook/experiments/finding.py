"""What a kept finding is: a name, a function of one seed, settings and seeds. See `bnbook.experiments.kept`."""

from collections.abc import Callable
from dataclasses import dataclass, field

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
