"""The norm layers side by side: forward and backward pass, float32, one thread, and PyTorch where it has the layer.

    python -m benchmarks.family

Times are processor time, the best of 15 rounds in which all take turns. No goal is set: readability wins. The memory is
what a layer keeps for its backward pass, in units of its input.
"""

import contextlib
import os
import time

from .layers import THREAD_VARIABLES, microseconds

SHAPES = ((64, 256), (32, 64, 16, 16))


def main():
    """Measure every shape and print the table."""
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))  # before NumPy and PyTorch load
    print(f"{'shape':>18} {'layer':>22} {'bn µs':>9} {'torch µs':>9} {'ratio':>6} {'kept':>6}")
    for shape in SHAPES:
        ours, theirs = our_runs(shape), torch_runs(shape)
        times = {key: [] for key in [*ours, *((name, "torch") for name in theirs)]}
        runs = {**{name: run for name, (run, _) in ours.items()}, **{(n, "torch"): run for n, run in theirs.items()}}
        for _ in range(15):
            for key, run in runs.items():
                times[key].append(microseconds(run, time.process_time, 0.01))
        for name, (_, kept) in ours.items():
            own, other = min(times[name]), min(times.get((name, "torch"), [0]))
            beside = f"{other:9.1f} {own / other:6.2f}" if other else f"{'-':>9} {'-':>6}"
            print(f"{shape!s:>18} {name:>22} {own:9.1f} {beside} {kept:6.2f}", flush=True)


def our_runs(shape):
    """name -> (a function that goes forward and back, what its cache holds over the size of x)."""
    import numpy as np

    from bn import layers

    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, *shape)).astype(np.float32)
    channels = [np.ones(shape[1], np.float32), np.zeros(shape[1], np.float32)]
    rows, rows_dy = (a.reshape(shape[0], -1) for a in (x, dy))
    features = [np.ones(rows.shape[1], np.float32), np.zeros(rows.shape[1], np.float32)]
    running = layers.Running(np.zeros(shape[1]), np.ones(shape[1]))
    calls = {
        "batch": (lambda: layers.batch_norm(x, *channels), layers.batch_norm_grad, dy),
        "batch renorm": (lambda: layers.batch_renorm(x, *channels, running), layers.batch_renorm_grad, dy),
        "layer": (lambda: layers.layer_norm(rows, *features), layers.layer_norm_grad, rows_dy),
        "RMS": (lambda: layers.rms_norm(rows, features[0]), layers.rms_norm_grad, rows_dy),
        "group, 8 groups": (lambda: layers.group_norm(x, *channels, 8), layers.group_norm_grad, dy),
        "dynamic tanh": (lambda: layers.dynamic_tanh(rows, 0.5, *features), layers.dynamic_tanh_grad, rows_dy),
    }
    if len(shape) == 4:
        calls["instance"] = (lambda: layers.instance_norm(x, *channels), layers.group_norm_grad, dy)

    def both(forward, backward, upstream):
        return lambda: backward(upstream, forward()[1])

    return {name: (both(*call), kept(call[0]()[1]) / x.nbytes) for name, call in calls.items()}


def kept(cache):
    """Bytes of the arrays in a cache."""
    return sum(part.nbytes for part in cache if hasattr(part, "nbytes"))


def torch_runs(shape):
    """name -> the same in PyTorch; empty without it."""
    with contextlib.suppress(ImportError):
        return _torch_runs(shape)
    return {}


def _torch_runs(shape):
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(shape, generator=generator, requires_grad=True)
    dy = torch.randn(shape, generator=generator)
    gamma, beta = torch.ones(shape[1], requires_grad=True), torch.zeros(shape[1], requires_grad=True)
    whole = [torch.ones(shape[1:], requires_grad=True), torch.zeros(shape[1:], requires_grad=True)]
    calls = {
        "batch": (lambda: functional.batch_norm(x, None, None, gamma, beta, training=True), (x, gamma, beta)),
        "layer": (lambda: functional.layer_norm(x, shape[1:], *whole), (x, *whole)),
        "RMS": (lambda: functional.rms_norm(x, shape[1:], whole[0]), (x, whole[0])),
        "group, 8 groups": (lambda: functional.group_norm(x, 8, gamma, beta), (x, gamma, beta)),
    }
    if len(shape) == 4:
        calls["instance"] = (lambda: functional.instance_norm(x, None, None, gamma, beta), (x, gamma, beta))
    return {
        name: (lambda f=forward, leaves=leaves: torch.autograd.grad(f(), leaves, dy))
        for name, (forward, leaves) in calls.items()
    }


if __name__ == "__main__":
    main()
