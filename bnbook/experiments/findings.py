"""The registry of kept findings. See `bnbook.experiments.kept`."""

from bnbook.experiments import (
    anchored,
    attacked,
    best_rates,
    convolutional,
    critical,
    deep_linear,
    deep_training,
    dose,
    drift,
    edge,
    explosion,
    ghost,
    landscape,
    landscape_slice,
    lengths,
    lp_norm,
    lr_sweep,
    noise,
    noisy_updates,
    only_affine,
    race,
    rank,
    residual_streams,
    second_order,
    steepest,
    tuned,
    turning,
    twins,
    two_definitions,
)
from bnbook.experiments.finding import Finding
from bnbook.experiments.findings_in_use import IN_USE


def _registry(*findings):
    names = [finding.name for finding in findings]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise ValueError(f"two findings are called {', '.join(sorted(doubled))}")
    return {finding.name: finding for finding in findings}


FINDINGS = _registry(
    *IN_USE,
    Finding(
        "anchored",
        anchored.of_seed,
        "two moons at (3, 2), 2-16-16-2, and the digits as pixels and standardized, 64-64-64-64-10 ReLU; plain SGD, "
        "300 steps of 64; four ways to set biases and batch norm, each at its own best of six rates",
        check={"tasks": ("moons",), "steps": 100},
    ),
    Finding(
        "attacked",
        attacked.of_seed,
        "digits as pixels, 64-64-64-64-10 ReLU, 300 steps of plain SGD at five learning rates; no norm, batch norm and "
        "no norm with a weight decay of 0.003; 200 new digits in use, changed by an attack of 10 steps or by noise",
        check={"methods": ("none",)},
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
        "convolution",
        convolutional.of_seed,
        "MNIST at 14 x 14, three convolutions of 8, 16 and 16 channels, 4,000 images seen, plain SGD; no norm with and "
        "without clipping, batch, group and layer norm; batches of 2 to 256, each at its own best of five rates",
        check={"methods": ("none",), "sizes": (256,), "rates": (0.01,)},
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
        "edge",
        edge.of_seed,
        "digits, 200 images as one batch, 64-32-32-10 tanh and ReLU, squared error, gradient descent at 0.05, 0.1, 0.2 "
        "and 0.3, 1,200 steps, looked at every 40; batch norm with eps = 0",
        check={"kinds": ("tanh",), "steps": 160},
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
        "steepest",
        steepest.finding,
        "digits, 10 ReLU layers of 64 units at learning rates of 0.3 and 0.1, after 20 and 60 steps",
        settings={"at": (20, 60)},
        check={"configs": "A"},
    ),
    Finding(
        "turning",
        turning.of_seed,
        "digits with 30 percent random labels, 64-32-10 and 64-48-48-10 ReLU with batch norm and eps = 0, batches of "
        "32, the second half of 2,000 steps; plain SGD, momentum 0.5 and 0.9, AdamW with beta1 0.5 and 0.9, four pairs "
        "of learning rate and decay each",
        check={"places": ("usual",), "names": ("sgd", "momentum-0.5")},
    ),
    Finding(
        "twins",
        twins.finding,
        "digits, 10 ReLU layers of 64 units at a learning rate of 0.1, after 0, 20, 50 and 99 steps",
        settings={"at": (0, 20, 50, 99)},
    ),
)
