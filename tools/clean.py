"""Remove the built book and every cache that building and testing it made; .venv stays."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE = (
    "_build",
    ".explorable-cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".benchmarks",
    "test-results",
)


def main():
    for name in MADE:
        if (ROOT / name).exists():
            print(f"removing {name}")
            shutil.rmtree(ROOT / name)
    for top in ("bn", "bnbook", "explorable", "tests", "benchmarks", "tools"):
        for folder in (ROOT / top).rglob("__pycache__"):
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
