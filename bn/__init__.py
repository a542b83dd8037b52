"""Batch normalization in NumPy: small, readable, and right.

Beside the functions below, `bn.network`, `bn.optim`, `bn.data` and the other parts are there after `import bn` as well;
each is loaded when it is first used.
"""

import importlib

from .doctor import Layer, diagnose, observe
from .fold import fold, fold_network
from .layers import (
    batchnorm,
    batchnorm_double_backward,
    batchnorm_grad,
    batchnorm_inference,
    momentum_from_old_weight,
    precise_statistics,
    running_start,
    update_running,
)
from .recompute import recompute_statistics

__all__ = [
    "Layer",
    "batchnorm",
    "batchnorm_double_backward",
    "batchnorm_grad",
    "batchnorm_inference",
    "diagnose",
    "fold",
    "fold_network",
    "momentum_from_old_weight",
    "observe",
    "precise_statistics",
    "recompute_statistics",
    "running_start",
    "update_running",
]

PARTS = ("data", "descent", "hessian", "layers", "mistakes", "network", "objectives", "optim")


def __getattr__(name):
    """A part of the library, loaded at its first use; and the version, as the installed metadata have it."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("batch-normalization-book")
    if name in PARTS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'bn' has no attribute {name!r}; it has {', '.join(sorted([*__all__, *PARTS]))}")


def __dir__():
    return sorted({*globals(), *PARTS})
