"""The widgets of the transform chapter. Each function returns one Explorable."""

from bn.widgets.transform.batch import batch_in_your_hands
from bn.widgets.transform.gap import train_inference_gap
from bn.widgets.transform.images import shared_statistics
from bn.widgets.transform.running import running_statistics
from bn.widgets.transform.shield import shield
from bn.widgets.transform.small import small_batches
from bn.widgets.transform.train import train_gamma_beta

__all__ = [
    "batch_in_your_hands",
    "running_statistics",
    "shared_statistics",
    "shield",
    "small_batches",
    "train_gamma_beta",
    "train_inference_gap",
]
