"""Batch norm of `bn` against PyTorch on the CPU: forward and backward, float32.

    python -m benchmarks.layers

Each measurement runs in a process of its own, where the number of threads is set before NumPy and PyTorch
load. Goals, with one thread: at least as fast at (64, 100), at most twice the time at (32, 64, 16, 16).
Without PyTorch only the times of bn are shown. A time is the best of 15 rounds, in which the two take turns;
with one thread it is processor time, so that other programs count less. Both give y, dx, dgamma
and dbeta, PyTorch through autograd as everyone calls it.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOALS = {(64, 100): 1.0, (32, 64, 16, 16): 2.0, (1024, 1024): None}  # our time over PyTorch's, one thread
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def main():
    """Measure every shape with one and with all threads, and print the table."""
    print(f"{'shape':>18} {'threads':>7} {'bn µs':>9} {'torch µs':>9} {'ratio':>6} {'goal':>6}")
    missed = False
    for threads in sorted({1, os.cpu_count() or 1}):
        for shape, goal in GOALS.items():
            line, hit = row(shape, threads, goal if threads == 1 else None)
            missed |= not hit
            print(line, flush=True)
    return int(missed)


def row(shape, threads, goal):
    """One line of the table, and whether its goal (if any) is met."""
    times = measured_elsewhere(shape, threads)
    ratio = times["bn"] / times["torch"] if "torch" in times else None
    verdict = "" if goal is None or ratio is None else f"{goal:6.1f} {'hit' if ratio <= goal else 'MISS'}"
    torch = f"{times['torch']:9.1f} {ratio:6.2f}" if ratio else f"{'-':>9} {'-':>6}"
    return f"{shape!s:>18} {threads:>7} {times['bn']:9.1f} {torch} {verdict}", "MISS" not in verdict


def measured_elsewhere(shape, threads):
    """{"bn": µs, "torch": µs (if installed)}, from a fresh process with that many threads."""
    environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(threads)), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, __file__, json.dumps([shape, threads])]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return json.loads(output)


def measure(shape, threads):
    """Both, in turns, so that a busy moment of the machine hits them alike."""
    runs = {"bn": our_run(shape)}
    with contextlib.suppress(ImportError):
        runs["torch"] = torch_run(shape, threads)
    times = {name: [] for name in runs}
    for _ in range(15):
        for name, run in runs.items():
            times[name].append(microseconds(run, time.process_time if threads == 1 else time.perf_counter))
    return {name: min(values) for name, values in times.items()}


def microseconds(run, clock, at_least=0.03):
    """The time of one run, averaged over a doubled number of runs until they fill `at_least` seconds."""
    count = 1
    while True:
        start = clock()
        for _ in range(count):
            run()
        elapsed = clock() - start
        if elapsed > at_least:
            return elapsed / count * 1e6
        count *= 2


def arrays(shape):
    """x, gamma, beta, dy: float32, seeded."""
    import numpy as np

    rng = np.random.default_rng(0)
    return [rng.normal(size=s).astype(np.float32) for s in (shape, shape[1], shape[1], shape)]


def our_run(shape):
    """A function that does one forward and one backward pass."""
    from bn import batch_norm, batch_norm_grad

    x, gamma, beta, dy = arrays(shape)

    def run():
        _, cache = batch_norm(x, gamma, beta)
        return batch_norm_grad(dy, cache)

    return run


def torch_run(shape, threads):
    """The same in PyTorch."""
    import torch

    torch.set_num_threads(threads)
    *leaves, dy = [torch.from_numpy(a) for a in arrays(shape)]
    for leaf in leaves:
        leaf.requires_grad_()

    def run():
        y = torch.nn.functional.batch_norm(leaves[0], None, None, leaves[1], leaves[2], training=True)
        return torch.autograd.grad(y, leaves, dy)

    return run


if __name__ == "__main__":
    if len(sys.argv) > 1:
        given_shape, given_threads = json.loads(sys.argv[1])
        print(json.dumps(measure(tuple(given_shape), given_threads)))
    else:
        sys.exit(main())
