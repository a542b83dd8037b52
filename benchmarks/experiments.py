"""What it costs to compute the findings: every sampled widget of a chapter from an empty cache.

    python -m benchmarks.experiments             all chapters
    python -m benchmarks.experiments smoothness  one

Wall time, as the build would take for it. Goal: 120 s for a chapter on two cores.
"""

import importlib
import inspect
import os
import sys
import tempfile
import time

from tools.bake_ahead import CHAPTERS

GOAL = 120.0


def findings(chapter):
    """Name and a function that computes it, for every sampled widget."""
    from explorable.models import Sampled

    package = importlib.import_module(f"bnbook.widgets.{chapter}")
    for name in package.__all__:
        widget = getattr(package, name)
        if inspect.isfunction(widget) and isinstance((made := widget()).model, Sampled):
            yield name, lambda made=made: made.model.bake(made.controls)


def measure(chapter):
    """Seconds of each finding of a chapter, each with an empty cache."""
    times = {}
    for name, compute in findings(chapter):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["EXPLORABLE_CACHE"] = folder
            start = time.perf_counter()
            compute()
            times[name] = time.perf_counter() - start
    return times


def main():
    """Print the seconds of every finding and the sum of every chapter; 1 if a chapter misses the goal."""
    os.environ["TQDM_DISABLE"] = "1"
    missed = False
    for chapter in sys.argv[1:] or CHAPTERS:
        times = measure(chapter)
        for name, seconds in sorted(times.items(), key=lambda pair: -pair[1]):
            print(f"{chapter:12} {name:24} {seconds:7.1f} s")
        total = sum(times.values())
        missed |= total > GOAL
        print(f"{chapter:12} {'together':24} {total:7.1f} s {'' if total <= GOAL else 'MISS'}", flush=True)
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
