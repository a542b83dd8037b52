"""How long the book takes to build: cold (no caches at all) and warm (nothing changed).

    python -m benchmarks.build

Works on a copy of the sources in a temporary folder, so that the reader's own caches stay. Goals on two cores:
cold at most 5 minutes (installation not counted), warm at most 20 seconds.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.build import ROOT, build

GOALS = {"cold": 300, "warm": 20}
SOURCES = (
    "_config.yml",
    "_toc.yml",
    "index.md",
    "references.bib",
    "requirements.txt",
    "chapters",
    "bn",
    "bnbook",
    "explorable",
)


def copy_sources(folder):
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignore)
        else:
            shutil.copyfile(source, folder / name)


def timed_build(folder):
    """Seconds that one strict build takes; SystemExit with its words if it fails."""
    start = time.perf_counter()
    done = build(
        folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        raise SystemExit(done.stdout[-4000:])
    return time.perf_counter() - start


def main():
    missed = False
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        copy_sources(folder)
        print(f"{'build':>6} {'seconds':>8} {'goal':>5}")
        for kind, goal in GOALS.items():
            seconds = timed_build(folder)
            missed |= seconds > goal
            print(f"{kind:>6} {seconds:8.1f} {goal:5d} {'hit' if seconds <= goal else 'MISS'}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
