"""Build the book strictly, and say where to open it. `make book` runs this; any further arguments go to jupyter-book.

The same as `jupyter-book build . -W --keep-going`: warnings are errors, and every page is tried before the build ends.
A warning is not forgotten in later builds, see explorable/extension/strict.py. Two builds at once wait for each other.
"""

import subprocess
import sys
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "_build" / "html"


def build(source=ROOT, arguments=(), run=subprocess.run, **how):
    """Build the book in `source`; the finished process. `how` goes to `run`, with the command and its folder."""
    source = Path(source)
    (source / "_build").mkdir(exist_ok=True)
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(source)]
    with FileLock(source / "_build" / ".lock"):
        return run([*command, "-W", "--keep-going", *arguments], cwd=source, **how)


def main():
    if build(arguments=sys.argv[1:]).returncode:
        raise SystemExit("The book was not built: see the messages above.")
    print(f"\nThe book is built. Open it in a browser, no server needed:\n    {(BOOK / 'index.html').as_uri()}")


if __name__ == "__main__":
    main()
