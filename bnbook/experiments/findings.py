"""The registry of kept findings: name, function of one seed, settings, seeds. See `bnbook.experiments.kept`."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bnbook.experiments import (
    accumulation,
    adapting,
    anchored,
    best_rates,
    companions,
    convolutional,
    critical,
    deep_linear,
    deep_training,
    dose,
    drift,
    equal_examples,
    explosion,
    family,
    fine_tuning,
    ghost,
    inference,
    landscape,
    landscape_slice,
    lengths,
    lp_norm,
    lr_sweep,
    noise,
    noisy_updates,
    only_affine,
    placing,
    race,
    rank,
    residual_streams,
    second_order,
    small_batches,
    steepest,
    tuned,
    twins,
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
        "accumulation",
        accumulation.run_grid,
        "digits, 2 ReLU layers of 48, 64 examples a step, 150 steps of plain SGD at 0.03, 0.1 and 0.3",
        check={"rates": (0.03,), "sizes": (2, 4)},
    ),
    Finding(
        "adapting",
        adapting.of_seed,
        "digits, 64-(64 x 3)-10 ReLU with batch norm, 300 steps of 0.1 in batches of 64; four cameras, batches of 32, "
        "8 and 1 of mixed classes, of 32 of one class, and of 32 with half of them of one class",
    ),
    Finding(
        "anchored",
        anchored.of_seed,
        "two moons at (3, 2), 2-16-16-2, and the digits as pixels and standardized, 64-64-64-64-10 ReLU; plain SGD, "
        "300 steps of 64; four ways to set biases and batch norm, each at its own best of six rates",
        check={"tasks": ("moons",), "steps": 100},
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
        "best-rates",
        best_rates.of_seed,
        "MNIST at 14 x 14, 196-(64 x depth)-10 ReLU, 12,800 images seen; no norm, batch and layer norm, each with SGD, "
        "clipped SGD and Adam at its own best of six rates; 4 layers in batches of 64 and of 512, with a start three "
        "times too small, and 8 layers",
        check={"places": ("usual",), "norms": ("none",), "ways": ("sgd",)},
    ),
    Finding(
        "companions",
        companions.run_kinds,
        "digits, 3 ReLU layers of 64, 300 steps of plain SGD at 0.1 with batches of 64; 500 held-out images",
        check={"kinds": ("mixed",)},
    ),
    Finding(
        "contest",
        family.one_seed,
        "digits, 64-(48 x depth)-10 ReLU, plain SGD, 200 steps; seven norms, batches of 1, 4, 16 and 64, five learning "
        "rates from 0.01 to 1, start weights times 0.1, 1 and 3, two and six hidden layers",
        check={"depths": (2,), "scales": (0.1,), "norms": ("none", "weight"), "learning_rates": (0.01, 0.03)},
    ),
    Finding(
        "critical",
        critical.of_seed,
        "random networks at the start, 30 ReLU or tanh layers of 256, 64 Gaussian inputs with cosines of 0.7; weights "
        "of ten scales; no norm, batch norm and layer norm",
        check={"sigmas": (0.5,), "norms": ("plain", "batchnorm")},
    ),
    Finding(
        "critical_narrow",
        critical.of_seed,
        "the networks of critical with layers of 64",
        settings={"width": 64},
        check={"sigmas": (0.5, 0.7)},
    ),
    Finding(
        "convolution",
        convolutional.of_seed,
        "MNIST at 14 x 14, three convolutions of 8, 16 and 16 channels, 4,000 images seen, plain SGD; no norm with and "
        "without clipping, batch, group and layer norm; batches of 2 to 256, each at its own best of five rates",
        check={"methods": ("none",), "sizes": (256,), "rates": (0.01,)},
    ),
    Finding(
        "deep_linear",
        deep_linear.finding,
        "25 linear layers of 10 units, 200 examples, all of them at each of 300 steps, learning rates 0.001 and 0.003",
        settings={"learning_rates": (1e-3, 3e-3), "steps": 300},
        check={"learning_rates": (1e-3,)},
    ),
    Finding(
        "deep_training",
        deep_training.of_seed,
        "digits, 50 branches of width 32, plain SGD, 200 steps of 64 at five learning rates from 0.01 to 1 (plain "
        "residual network: times 2 to the power -25; Adam: divided by 30); the rate is chosen by the training loss",
        check={"methods": ("stack",)},
    ),
    Finding(
        "deep_training_shallow",
        deep_training.of_seed,
        "the networks of deep_training with 8 branches",
        settings={"depth": 8},
        check={"methods": ("stack", "stack_batchnorm")},
    ),
    Finding(
        "dose",
        dose.of_seed,
        "digits, 256 training images, 64-(64 x 4)-10 ReLU, 200 steps of 128, normalized in groups of 4 to 128 or by "
        "all 256; the latter also with noise from outside, as large as that of groups; learning rates 0.3 and 1",
        check={"sizes": (4,), "rates": (0.3,)},
    ),
    Finding(
        "drift",
        drift.of_seed,
        "binary digits, 3 hidden sigmoid layers of 100, start weights of standard deviation 0.1, batches of 60, "
        "learning rates 0.1, 0.5 and 2, 2,000 steps",
        check={"learning_rates": (0.1,)},
    ),
    Finding(
        "equal-examples",
        equal_examples.run,
        "digits, 5 and 2 ReLU layers of 64, plain SGD at 0.01, 0.03, 0.1 and 0.3, 6,400 examples",
        check={"batch_sizes": (64,)},
    ),
    Finding(
        "explosion",
        explosion.finding,
        "30 random layers at the start, Gaussian inputs; batches of 2 to 64 at 256 units, and 64 and 256 units",
        settings={"widths": (64, 256)},
        check={"sizes": (2, 4)},
    ),
    Finding(
        "fine-tuning",
        fine_tuning.run,
        "digits, 3 ReLU layers of 64, tuned on 40 images, 25 to 400 steps of plain SGD at 0.005, 0.02 and 0.1",
        check={"cameras": ("same",), "batch_sizes": (2,)},
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
        "optimizers",
        lengths.optimizers,
        "digits with 30 percent random labels, 64-32-10 and 64-64-64-64-10 ReLU with batch norm and eps = 0, batches "
        "of 32, 500 steps without weight decay; plain SGD, momentum 0.9 and Adam, two learning rates each",
        check={"shapes": ((32,),)},
    ),
    Finding(
        "placing",
        placing.of_seed,
        "digits, 64-(64 x 3)-10 and 64-(64 x 8)-10 ReLU, 300 steps of 64; MNIST at 14 x 14, three convolutions of 8, "
        "16 and 16 channels, 160 steps of 64; plain SGD, no norm, batch norm before and after the ReLU, each at its "
        "own best of six rates",
        check={"networks": ("dense",), "places": ("none", "before")},
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
        "planes",
        landscape_slice.finding,
        "digits, layers of 64 units after 10 steps: 10 ReLU layers at a learning rate of 0.1, 6 tanh layers at 0.3; "
        "one plane a seed",
    ),
    Finding(
        "race",
        race.one_seed,
        "least squares (50 weights) and Gaussian halfspaces (10 weights), one problem a seed, at five condition "
        "numbers; diabetes and breast cancer data, one start a seed; 3,000 and 600 steps",
        check={"kinds": ("squares",)},
    ),
    Finding(
        "rank",
        rank.of_seed,
        "random networks at the start, 50 linear or ReLU layers of 64 and 256; ten digits, one of each class, or one "
        "digit ten times with noise",
        check={"inputs": ("digits",), "widths": (64,), "networks": ("plain", "batchnorm")},
    ),
    Finding(
        "rate_sweep",
        lr_sweep.of_seed,
        "digits, 2 and 6 hidden ReLU layers of 64, batches of 64, 300 steps, learning rates from 0.01 to 31.6, a "
        "quarter of a decade apart",
        check={"depths": (2,)},
    ),
    Finding(
        "residual_streams",
        residual_streams.shares,
        "random residual networks at the start, 50 ReLU branches of width 128, 128 Gaussian inputs; branches times "
        "0.14, 0.5 and 1",
        check={"kinds": ("plain", "batchnorm"), "factors": (0.14,)},
    ),
    Finding(
        "second_order",
        second_order.finding,
        "digits, 3 layers of 32 units, ReLU and tanh, a learning rate of 0.3, to step 200",
    ),
    Finding(
        "shield",
        noisy_updates.run_kinds,
        "digits, 3 sigmoid layers of 100, 1,000 steps of plain SGD at 0.5; then 20 shakings of each size",
        check={"kinds": ("direction",)},
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
        "training-and-use",
        inference.run_depths,
        "digits, 1 to 20 ReLU layers of 64, 20 to 200 steps of plain SGD at 0.1, batches of 1 to 64",
        check={"depths": (1, 2)},
    ),
    Finding(
        "twins",
        twins.finding,
        "digits, 10 ReLU layers of 64 units at a learning rate of 0.1, after 0, 20, 50 and 99 steps",
        settings={"at": (0, 20, 50, 99)},
    ),
)
