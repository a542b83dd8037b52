"""Layers as functions: forward gives output and cache, gradient takes the upstream gradient and the cache."""

from .batchnorm import BatchNormCache, batchnorm, batchnorm_grad, batchnorm_inference
from .convolution import convolve
from .dense import (
    ACTIVATIONS,
    linear,
    linear_grad,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    tanh,
    tanh_grad,
)
from .double_backward import batchnorm_double_backward
from .losses import (
    LOSSES,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    squared_error,
    squared_error_grad,
)
from .norms import NORMS
from .running import (
    Running,
    Shard,
    merge,
    momentum_from_old_weight,
    precise_statistics,
    running_start,
    shard,
    update_running,
)
from .synchronised import batchnorm_synchronised, batchnorm_synchronised_grad
from .weight_norm import WeightNormCache, weight_norm, weight_norm_grad, weight_norm_start

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "NORMS",
    "BatchNormCache",
    "Running",
    "Shard",
    "WeightNormCache",
    "batchnorm",
    "batchnorm_double_backward",
    "batchnorm_grad",
    "batchnorm_inference",
    "batchnorm_synchronised",
    "batchnorm_synchronised_grad",
    "convolve",
    "linear",
    "linear_grad",
    "merge",
    "momentum_from_old_weight",
    "precise_statistics",
    "relu",
    "relu_grad",
    "running_start",
    "shard",
    "sigmoid",
    "sigmoid_grad",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
    "squared_error",
    "squared_error_grad",
    "tanh",
    "tanh_grad",
    "update_running",
    "weight_norm",
    "weight_norm_grad",
    "weight_norm_start",
]
