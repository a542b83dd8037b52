"""The registry of kept findings: name, function of one seed, settings, seeds. See `bn.experiments.kept`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bn.experiments import (
    deep_linear,
    explosion,
    ghost,
    landscape,
    landscape_slice,
    lp_norm,
    noise,
    only_affine,
    second_order,
    small_batches,
    steepest,
    twins,
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
        "deep_linear",
        deep_linear.finding,
        "25 linear layers of 10 units, 200 examples, all of them at each of 300 steps, learning rates 0.001 and 0.003",
        settings={"learning_rates": (1e-3, 3e-3), "steps": 300},
        check={"learning_rates": (1e-3,)},
    ),
    Finding(
        "explosion",
        explosion.finding,
        "30 random layers at the start, Gaussian inputs; batches of 2 to 64 at 256 units, and 64 and 256 units",
        settings={"widths": (64, 256)},
        check={"sizes": (2, 4)},
    ),
    Finding(
        "ghost",
        ghost.finding,
        "digits, 4 ReLU layers of 64 units, 200 steps of 128 examples, normalized in groups of 4, 16 and 128; learning "
        "rates 0.3 and 1",
        settings={"rates": (0.3, 1.0), "steps": 200},
        check={"rates": (0.3,)},
    ),
    Finding(
        "landscape",
        landscape.finding,
        "digits, layers of 64 units, every tenth of 100 steps: 10 ReLU layers at learning rates of 0.3 and 0.1, 6 tanh "
        "layers at 0.3",
        settings={"every": 10},
        check={"configs": "A"},
    ),
    Finding(
        "landscape_wide",
        landscape.finding,
        "digits, 10 ReLU layers of 128 units at a learning rate of 0.1, four looks in 100 steps",
        settings={"configs": "B", "every": 25, "width": 128},
    ),
    Finding(
        "lp_norm",
        lp_norm.finding,
        "digits, 300 steps: 3 sigmoid layers of 100 units at a learning rate of 0.5, 6 ReLU layers of 64 units at 1",
        settings={"steps": 300},
        check={"kinds": ("sigmoid",)},
    ),
    Finding(
        "noise",
        noise.finding,
        "digits, 3 sigmoid layers of 64 units, learning rates 0.5 and 2, 800 steps of 60; noise as in the paper's "
        "algorithm, times 0, 1, 4, 8 and 16",
        check={"learning_rates": (0.5,), "strengths": (0.0, 1.0)},
    ),
    Finding(
        "only_affine",
        only_affine.finding,
        "digits, 3 random ReLU layers of 64 and 128 units, 200 steps of 64 at learning rates of 0.3 and 1, with batch "
        "norm and without",
        settings={"rates": (0.3, 1.0), "widths": (64, 128), "steps": 200},
        check={"norms": ("batch",), "rates": (0.3,)},
    ),
    Finding(
        "planes",
        landscape_slice.finding,
        "digits, layers of 64 units after 10 steps: 10 ReLU layers at a learning rate of 0.1, 6 tanh layers at 0.3; "
        "one plane a seed",
    ),
    Finding(
        "second_order",
        second_order.finding,
        "digits, 3 layers of 32 units, ReLU and tanh, a learning rate of 0.3, to step 200",
    ),
    Finding(
        "small_batches",
        small_batches.finding,
        "digits, 4 ReLU layers of 64 units, 300 steps at each batch size, learning rates 0.1 and 0.3",
        check={"norms": ("none",)},
    ),
    Finding(
        "steepest",
        steepest.finding,
        "digits, 10 ReLU layers of 64 units at learning rates of 0.3 and 0.1, after 20 and 60 steps",
        settings={"at": (20, 60)},
        check={"configs": "A"},
    ),
    Finding(
        "twins",
        twins.finding,
        "digits, 10 ReLU layers of 64 units at a learning rate of 0.1, after 0, 20, 50 and 99 steps",
        settings={"at": (0, 20, 50, 99)},
    ),
)
