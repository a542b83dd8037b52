"""What the norm layers of `bn` cost: time forward and backward, memory between, and what folding saves.

    python -m benchmarks.norms            prints the table
    python -m benchmarks.norms --write    and writes benchmarks/measured/norms.json, for the book

float32, one thread, processor time, the best of 15 rounds. No goals; the ratios are what carries over. Memory is what
the cache of the forward pass holds beyond its input, in units of the input. Inference is a linear layer (on images: a
convolution of 1 x 1) with batch norm after it as two layers, against the same folded into one.
"""

import json
import os
import platform
import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "benchmarks" / "measured" / "norms.json"
SHAPES = ((64, 100), (1024, 1024), (32, 64, 16, 16))
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
ROUNDS = 15


def main():
    """Measure, print and, if asked, write."""
    result = measured()
    print(f"{'layer':>14} {'shape':>18} {'forward':>10} {'backward':>10} {'memory':>7}")
    for row in result["layers"]:
        for k, shape in enumerate(result["shapes"]):
            times = f"{row['forward'][k]:8.1f}µs {row['backward'][k]:8.1f}µs {row['memory'][k]:7.2f}"
            print(f"{row['name']:>14} {shape!s:>18} {times}")
    for k, shape in enumerate(result["shapes"]):
        two, one = (result["inference"][name][k] for name in ("two", "one"))
        print(f"{'inference':>14} {shape!s:>18} {two:8.1f}µs as two layers, {one:.1f}µs folded")
    if "--write" in sys.argv:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def measured():
    """All figures, as they are written."""
    runs = {name: [norm(shape) for shape in SHAPES] for name, norm in norms().items()}
    layers = []
    for name, shapes in runs.items():
        times = [[seconds(f) * 1e6 for f in (forward, backward)] for forward, backward, _ in shapes]
        forward, backward = zip(*times, strict=True)
        layers.append({"name": name, "forward": forward, "backward": backward, "memory": [m for *_, m in shapes]})
    two, one = zip(*([seconds(f) * 1e6 for f in inference(shape)] for shape in SHAPES), strict=True)
    return {
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()}-core {platform.machine()}",
        "note": "float32, one thread, processor time in microseconds, best of 15 rounds",
        "shapes": [list(shape) for shape in SHAPES],
        "layers": layers,
        "inference": {"two": two, "one": one},
    }


def norms():
    """Name -> function (shape) -> forward, backward, memory; those layers that the library has."""
    from bn import layers

    found = {
        "linear": linear,
        "batch norm": lambda s: of_layer(layers.batch_norm, layers.batch_norm_grad, s, "gamma beta"),
    }
    for name, function, takes in (
        ("layer norm", "layernorm", "gamma beta last"),
        ("group norm", "groupnorm", "gamma beta groups"),
        ("RMS norm", "rmsnorm", "gamma last"),
    ):
        if hasattr(layers, function):
            forward, backward = getattr(layers, function), getattr(layers, f"{function}_grad")
            found[name] = lambda s, f=forward, b=backward, t=takes: of_layer(f, b, s, t)
    return found


def of_layer(forward, backward, shape, takes):
    """forward() and backward() of one layer, and the memory of its cache; "last" among `takes`: channels last."""
    import numpy as np

    x, dy, parameters = arrays(shape)
    if takes.endswith(" last"):
        x, dy = (np.ascontiguousarray(np.moveaxis(a, 1, -1)) for a in (x, dy))
    parameters = {**parameters, "groups": 4}
    given = [parameters[name] for name in takes.removesuffix(" last").split()]
    cache = forward(x, *given)[1]
    return lambda: forward(x, *given), lambda: backward(dy, cache), kept(cache, x)


def linear(shape):
    """The layer before: as many features out as in."""
    import numpy as np

    from bn.layers import linear as layer
    from bn.layers import linear_grad

    x, dy, _ = arrays(shape)
    x, dy = (a if a.ndim == 2 else np.ascontiguousarray(a.transpose(0, 2, 3, 1)).reshape(-1, shape[1]) for a in (x, dy))
    w = np.ones((shape[1], shape[1]), np.float32)
    cache = layer(x, w)[1]
    return lambda: layer(x, w), lambda: linear_grad(dy, cache), 0.0


def inference(shape):
    """A linear layer and batch norm as two layers, and folded into one."""
    import numpy as np

    from bn import batch_norm_inference, fold
    from bn.layers import linear as layer

    x, _, p = arrays(shape)
    x = x if x.ndim == 2 else np.ascontiguousarray(x.transpose(0, 2, 3, 1)).reshape(-1, shape[1])
    w = np.random.default_rng(1).normal(size=(shape[1], shape[1])).astype(np.float32)
    norm = p["gamma"], p["beta"], p["beta"], np.abs(p["gamma"]) + 1
    folded = fold(w, None, *norm)
    return lambda: batch_norm_inference(layer(x, w)[0], *norm), lambda: layer(x, *folded)


def arrays(shape):
    """x, dy and the parameters: float32, seeded."""
    import numpy as np

    rng = np.random.default_rng(0)
    x, dy, gamma, beta = (rng.normal(size=s).astype(np.float32) for s in (shape, shape, shape[1], shape[1]))
    return x, dy, {"gamma": gamma, "beta": beta}


def kept(cache, x):
    """Bytes of the arrays in a cache, those of x itself left out, over the bytes of x."""
    import numpy as np

    unique = {id(a): a.nbytes for a in cache if isinstance(a, np.ndarray) and a is not x}
    return round(sum(unique.values()) / x.nbytes, 3)


def seconds(run, at_least=0.02):
    """The best of some rounds of the mean processor time of a run."""
    run()
    count = 1
    while True:
        elapsed = once(run, count)
        if elapsed > at_least:
            break
        count *= 2
    return min(once(run, count) for _ in range(ROUNDS)) / count


def once(run, count):
    start = time.process_time()
    for _ in range(count):
        run()
    return time.process_time() - start


if __name__ == "__main__":
    if any(os.environ.get(name) != "1" for name in THREAD_VARIABLES):  # read when NumPy loads
        environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, "1"), "PYTHONPATH": str(ROOT)}
        os.execve(sys.executable, [sys.executable, __file__, *sys.argv[1:]], environment)
    sys.exit(main())
