"""Batch normalization in NumPy: small, readable, and right."""

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

__all__ = [
    "batchnorm",
    "batchnorm_double_backward",
    "batchnorm_grad",
    "batchnorm_inference",
    "momentum_from_old_weight",
    "precise_statistics",
    "running_start",
    "update_running",
]
