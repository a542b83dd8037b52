"""Build the book strictly, and say where to open it. `make book` runs this; any further arguments go to jupyter-book.

The same as `jupyter-book build . -W --keep-going`: warnings are errors, and every page is tried before the build ends.
A warning is not forgotten in later builds, see explorable/offline/strict.py. Two builds at once take turns, and
what a killed one leaves behind is not used, see explorable/offline/unfinished.py.
"""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "_build" / "html"

# Training makes and drops arrays of a megabyte at each step. Linux would take each back and hand out a fresh one, which
# costs about a tenth of the time; these let the process keep its memory. Elsewhere they are not read.
KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "1073741824",
    "NUMPY_MADVISE_HUGEPAGE": "0",
}


def build(source=ROOT, arguments=(), run=subprocess.run, env=os.environ, **how):
    """Build the book in `source`; the finished process. `how` goes to `run`, with the command, folder, environment."""
    source = Path(source)
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(source)]
    with helper(source):
        return run([*command, "-W", "--keep-going", *arguments], cwd=source, env={**KEEP_MEMORY, **env}, **how)


@contextmanager
def helper(source):
    """Meanwhile another process computes grids of the later chapters, see bake_ahead.py."""
    if not (source / "bnbook" / "widgets").is_dir():  # another book
        yield
        return
    cache = {
        "EXPLORABLE_CACHE": str(source.resolve() / ".explorable-cache"),
        "OPENBLAS_NUM_THREADS": "1",
        "TQDM_DISABLE": "1",
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-m", "tools.bake_ahead"]
    with subprocess.Popen(command, cwd=ROOT, env={**KEEP_MEMORY, **os.environ, **cache}, **quiet) as process:
        try:
            yield
        finally:
            process.terminate()


def main():
    if build(arguments=sys.argv[1:]).returncode:
        raise SystemExit("The book was not built: see the messages above.")
    print(f"\nThe book is built. Open it in a browser, no server needed:\n    {(BOOK / 'index.html').as_uri()}")


if __name__ == "__main__":
    main()
