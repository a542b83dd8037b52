"""The widgets of the transform chapter. Each function returns one Explorable."""

from bnbook.widgets.transform.batch import batch_in_your_hands
from bnbook.widgets.transform.gap import train_inference_gap
from bnbook.widgets.transform.images import shared_statistics
from bnbook.widgets.transform.running import running_statistics
from bnbook.widgets.transform.shield import shield
from bnbook.widgets.transform.small import small_batches
from bnbook.widgets.transform.train import train_gamma_beta

__all__ = [
    "batch_in_your_hands",
    "running_statistics",
    "shared_statistics",
    "shield",
    "small_batches",
    "train_gamma_beta",
    "train_inference_gap",
]
