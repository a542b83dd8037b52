"""All benchmarks, one after the other: `python -m benchmarks`, or `python -m benchmarks pages build` for some."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALL = (
    "layers", "norms", "family", "proofs", "experiments", "pages", "links", "touch", "programs", "notebook", "writing",
    "build",
)  # fmt: skip


def main():
    """Run the named benchmarks as programs of their own; the exit code tells whether a goal was missed."""
    names = sys.argv[1:] or ALL
    unknown = set(names) - set(ALL)
    if unknown:
        raise SystemExit(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    missed = 0
    for name in names:
        print(f"\n== {name} ==", flush=True)
        missed |= subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, check=False).returncode
    raise SystemExit(missed)


if __name__ == "__main__":
    main()
