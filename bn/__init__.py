"""Batch normalization in NumPy: small, readable, and right."""

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
