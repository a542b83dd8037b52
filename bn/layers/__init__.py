"""Layers as functions: forward gives output and cache, gradient takes the upstream gradient and the cache."""

from .batch_normalization import BatchNormCache, batch_norm, batch_norm_grad, batch_norm_inference
from .batch_renormalization import BatchRenormCache, batch_renorm, batch_renorm_grad
from .convolution import (
    AveragePoolCache,
    ConvolutionCache,
    MaxPoolCache,
    average_pool,
    average_pool_grad,
    convolve,
    convolve_grad,
    max_pool,
    max_pool_grad,
)
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
from .double_backward import batch_norm_double_backward
from .group_normalization import GroupNormCache, group_norm, group_norm_grad, instance_norm
from .layer_normalization import LayerNormCache, RMSNormCache, layer_norm, layer_norm_grad, rms_norm, rms_norm_grad
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
from .synchronized import batch_norm_synchronized, batch_norm_synchronized_grad
from .weight_normalization import WeightNormCache, weight_norm, weight_norm_grad, weight_norm_start

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "NORMS",
    "RELU_GAIN",
    "AveragePoolCache",
    "BatchNormCache",
    "BatchRenormCache",
    "ConvolutionCache",
    "DynamicTanhCache",
    "GroupNormCache",
    "LayerNormCache",
    "MaxPoolCache",
    "RMSNormCache",
    "Running",
    "Shard",
    "WeightNormCache",
    "WeightStandardizationCache",
    "average_pool",
    "average_pool_grad",
    "batch_norm",
    "batch_norm_double_backward",
    "batch_norm_grad",
    "batch_norm_inference",
    "batch_norm_synchronized",
    "batch_norm_synchronized_grad",
    "batch_renorm",
    "batch_renorm_grad",
    "convolve",
    "convolve_grad",
    "dynamic_tanh",
    "dynamic_tanh_grad",
    "group_norm",
    "group_norm_grad",
    "instance_norm",
    "layer_norm",
    "layer_norm_grad",
    "linear",
    "linear_grad",
    "max_pool",
    "max_pool_grad",
    "merge",
    "momentum_from_old_weight",
    "precise_statistics",
    "relu",
    "relu_grad",
    "rms_norm",
    "rms_norm_grad",
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
