"""Layers as functions: forward gives output and cache, gradient takes the upstream gradient and the cache."""

from .batch_normalization import BatchNormCache, batchnorm, batchnorm_grad, batchnorm_inference
from .batch_renormalization import BatchRenormCache, batch_renorm, batch_renorm_grad
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
from .group_normalization import GroupNormCache, groupnorm, groupnorm_grad, instancenorm
from .layer_normalization import LayerNormCache, RMSNormCache, layernorm, layernorm_grad, rmsnorm, rmsnorm_grad
from .losses import (
    LOSSES,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    squared_error,
    squared_error_grad,
)
from .norms import NORMS
from .pointwise import DynamicTanhCache, dynamic_tanh, dynamic_tanh_grad
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
from .standardized_weights import (
    RELU_GAIN,
    WeightStandardizationCache,
    weight_standardization,
    weight_standardization_grad,
)
from .synchronized import batchnorm_synchronised, batchnorm_synchronised_grad
from .weight_normalization import WeightNormCache, weight_norm, weight_norm_grad, weight_norm_start

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "NORMS",
    "RELU_GAIN",
    "BatchNormCache",
    "BatchRenormCache",
    "DynamicTanhCache",
    "GroupNormCache",
    "LayerNormCache",
    "RMSNormCache",
    "Running",
    "Shard",
    "WeightNormCache",
    "WeightStandardizationCache",
    "batch_renorm",
    "batch_renorm_grad",
    "batchnorm",
    "batchnorm_double_backward",
    "batchnorm_grad",
    "batchnorm_inference",
    "batchnorm_synchronised",
    "batchnorm_synchronised_grad",
    "convolve",
    "dynamic_tanh",
    "dynamic_tanh_grad",
    "groupnorm",
    "groupnorm_grad",
    "instancenorm",
    "layernorm",
    "layernorm_grad",
    "linear",
    "linear_grad",
    "merge",
    "momentum_from_old_weight",
    "precise_statistics",
    "relu",
    "relu_grad",
    "rmsnorm",
    "rmsnorm_grad",
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
    "weight_standardization",
    "weight_standardization_grad",
]
