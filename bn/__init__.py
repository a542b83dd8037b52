"""Batch normalization in NumPy: small, readable, and right.

All that is used every day is offered here, as `bn.batch_norm` or `bn.train`; `dir(bn)` is the table of contents:

layers      norms and what stands between them, each with its gradient (`_grad`); the types of their caches
network     stacks of small networks: `init`, `forward`, `backward`, `accuracy`
optim       `train`: batches, records, divergence
steps       one step of plain SGD, momentum, Adam, AdamW; clipping; schedules
data        `digits` and `mnist`, split by a seed
serving     `fold` batch norm into the layer before it, `recompute_statistics` with the weights as they are
doctor      `diagnose`: arrays in, likely faults out
mistakes    wrong gradients that people really wrote
objectives, descent     functions of one unit's weights, and ways down
hessian     the Hessian times a vector

A part that nothing here needs is loaded when it is first used. No part hides behind a function of its name.
"""

import importlib

from .data import Data, digits, mnist
from .doctor import Layer, diagnose, observe
from .layers import (
    NORMS,
    Running,
    average_pool,
    average_pool_grad,
    batch_norm,
    batch_norm_double_backward,
    batch_norm_grad,
    batch_norm_inference,
    batch_norm_synchronized,
    batch_norm_synchronized_grad,
    batch_renorm,
    batch_renorm_grad,
    convolve,
    convolve_grad,
    dynamic_tanh,
    dynamic_tanh_grad,
    group_norm,
    group_norm_grad,
    instance_norm,
    layer_norm,
    layer_norm_grad,
    linear,
    linear_grad,
    max_pool,
    max_pool_grad,
    merge,
    momentum_from_old_weight,
    precise_statistics,
    relu,
    relu_grad,
    rms_norm,
    rms_norm_grad,
    running_start,
    shard,
    sigmoid,
    sigmoid_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    squared_error,
    squared_error_grad,
    tanh,
    tanh_grad,
    update_running,
    weight_norm,
    weight_norm_grad,
    weight_norm_start,
    weight_standardization,
    weight_standardization_grad,
)
from .network import Network, accuracy, backward, forward, init, loss_and_grads, update_statistics
from .optim import train
from .serving import fold, fold_network, recompute_statistics
from .steps import adam_step, adamw_step, clip_gradients, cosine, momentum_step, sgd_step, warm_up

__all__ = [
    "NORMS",
    "Data",
    "Layer",
    "Network",
    "Running",
    "accuracy",
    "adam_step",
    "adamw_step",
    "average_pool",
    "average_pool_grad",
    "backward",
    "batch_norm",
    "batch_norm_double_backward",
    "batch_norm_grad",
    "batch_norm_inference",
    "batch_norm_synchronized",
    "batch_norm_synchronized_grad",
    "batch_renorm",
    "batch_renorm_grad",
    "clip_gradients",
    "convolve",
    "convolve_grad",
    "cosine",
    "diagnose",
    "digits",
    "dynamic_tanh",
    "dynamic_tanh_grad",
    "fold",
    "fold_network",
    "forward",
    "group_norm",
    "group_norm_grad",
    "init",
    "instance_norm",
    "layer_norm",
    "layer_norm_grad",
    "linear",
    "linear_grad",
    "loss_and_grads",
    "max_pool",
    "max_pool_grad",
    "merge",
    "mnist",
    "momentum_from_old_weight",
    "momentum_step",
    "observe",
    "precise_statistics",
    "recompute_statistics",
    "relu",
    "relu_grad",
    "rms_norm",
    "rms_norm_grad",
    "running_start",
    "sgd_step",
    "shard",
    "sigmoid",
    "sigmoid_grad",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
    "squared_error",
    "squared_error_grad",
    "tanh",
    "tanh_grad",
    "train",
    "update_running",
    "update_statistics",
    "warm_up",
    "weight_norm",
    "weight_norm_grad",
    "weight_norm_start",
    "weight_standardization",
    "weight_standardization_grad",
]

PARTS = (
    "data",
    "descent",
    "doctor",
    "hessian",
    "layers",
    "mistakes",
    "network",
    "objectives",
    "optim",
    "serving",
    "steps",
)


def __getattr__(name):
    """A part of the library, loaded at its first use; and the version, as the installed metadata have it."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("batch-normalization-book")
    if name in PARTS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'bn' has no attribute {name!r}; it has {', '.join(__dir__())}")


def __dir__():
    return sorted([*__all__, *PARTS])
