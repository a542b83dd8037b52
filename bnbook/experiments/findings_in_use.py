"""The kept findings about using batch norm, and about the norms that came after it."""

from bnbook.experiments import (
    accumulation,
    adapting,
    companions,
    equal_examples,
    family,
    fine_tuning,
    future_leak,
    inference,
    norm_places,
    one_class,
    placing,
    quantized,
    small_batches,
    tent,
    two_crops,
)
from bnbook.experiments.finding import Finding

IN_USE = (
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
        "equal-examples",
        equal_examples.run,
        "digits, 5 and 2 ReLU layers of 64, plain SGD at 0.01, 0.03, 0.1 and 0.3, 6,400 examples",
        check={"batch_sizes": (64,)},
    ),
    Finding(
        "fine-tuning",
        fine_tuning.run,
        "digits, 3 ReLU layers of 64, tuned on 40 images, 25 to 400 steps of plain SGD at 0.005, 0.02 and 0.1",
        check={"cameras": ("same",), "batch_sizes": (2,)},
    ),
    Finding(
        "future_leak",
        future_leak.of_seed,
        "sequences of 8 fair coins, 16-64-64-2 ReLU, 2,000 steps of plain SGD at 0.1 on fresh coins, batches of 1 to "
        "32 sequences; no norm, layer and batch norm over all positions",
        check={"norms": ("batch",), "ways": ("together",), "sequences": (1,), "steps": 2000},
    ),
    Finding(
        "norm_places",
        norm_places.of_seed,
        "digits, residual networks at the start, 6 to 48 linear branches of 64 units, one batch of 64; layer and batch "
        "norm behind the sum and first in the branch",
        check={"norms": ("layer",)},
    ),
    Finding(
        "one_class",
        one_class.of_seed,
        "digits, 2 ReLU layers of 64, 1,500 steps of plain SGD at 0.01 and 0.1, batches of 32, drawn at random or of "
        "one class each; batch and layer norm, and none",
        check={"norms": ("batch",), "kinds": ("mixed",)},
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
        "quantized",
        quantized.of_seed,
        "digits, 64-64-64-64-10 ReLU with batch norm, 300 steps of plain SGD at 0.1; weights rounded in use to 3 to 8 "
        "bits before the fold, after it, and unit by unit; as trained, and with units of unequal length before their "
        "norms",
    ),
    Finding(
        "small_batches",
        small_batches.finding,
        "digits, 4 ReLU layers of 64 units, 300 steps at each batch size, learning rates 0.1 and 0.3",
        check={"norms": ("none",)},
    ),
    Finding(
        "tent",
        tent.of_seed,
        "digits, 64-(64 x 3)-10 ReLU with batch norm, 300 steps of 0.1 in batches of 64; three cameras, streams of 100 "
        "batches of 32 (mixed, half of one class, of one class) from one half of 500 held-out images, then the other; "
        "gamma and beta by plain SGD at six rates from 0.01 to 3 or Adam at six from 0.0003 to 0.1, and as far in a "
        "random direction",
        check={"optimizers": ("sgd",), "cameras": ("dimmed",)},
    ),
    Finding(
        "training-and-use",
        inference.run_depths,
        "digits, 1 to 20 ReLU layers of 64, 20 to 200 steps of plain SGD at 0.1, batches of 1 to 64",
        check={"depths": (1, 2)},
    ),
    Finding(
        "two_crops",
        two_crops.of_seed,
        "16 pairs of views a batch, 32-64-64-64 (query, key) ReLU, 1,500 steps of plain SGD at 0.1; statistics "
        "of 1, 2, 4 and all 16 pairs, partners together or shuffled; independent noise, and halves of digits",
        check={"arms": two_crops.ARMS[:1]},
    ),
)
