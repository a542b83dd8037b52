"""Open the chapters as notebooks in JupyterLab. `make lab` runs this; any further arguments go to JupyterLab.

The notebooks are those that the book offers for download: formulas, numbers and references in plain Markdown, which any
Jupyter shows. They lie in notebooks/, and belong to the reader: one that was changed is never written over. The book is
built first where that has not been done, so that the sliders find their data. `--sources` opens the files that the book
is made of, chapters/*.md, in which MyST's directives stand as they are; what is saved there is a change of the book.
"""

import hashlib
import json
import os
import subprocess
import sys

from tools.build import BOOK, ROOT, build

SOURCES = BOOK / "_sources"
NOTEBOOKS = ROOT / "notebooks"
NOTE = ".made.json"  # what was put there: {path: hash}


def is_current(book=SOURCES, root=ROOT):
    """Whether there are notebooks, and none is older than its chapter."""
    found = list(book.rglob("*.ipynb"))
    pairs = [(path, root / path.relative_to(book).with_suffix(".md")) for path in found]
    return bool(found) and all(one.exists() and path.stat().st_mtime >= one.stat().st_mtime for path, one in pairs)


def lay_out(book=SOURCES, target=NOTEBOOKS):
    """Copy the notebooks; return those that were kept because the reader has changed them."""
    target.mkdir(exist_ok=True)
    note = target / NOTE
    made = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    kept = []
    for path in sorted(book.rglob("*.ipynb")):
        name, data = path.relative_to(book).as_posix(), path.read_bytes()
        copy = target / name
        if copy.exists() and hash_of(copy.read_bytes()) not in (made.get(name), hash_of(data)):
            kept.append(name)
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(data)
        made[name] = hash_of(data)
    note.write_text(json.dumps(made, indent=1, sort_keys=True), encoding="utf-8")
    return kept


def hash_of(data):
    return hashlib.sha256(data).hexdigest()


def first_file(sources):
    """What JupyterLab opens: the first page, as a notebook."""
    if sources:
        return "index.md"
    if not is_current():
        print("Building the book first, since its notebooks are made then (a few minutes, once) ...", flush=True)
        if build().returncode and not SOURCES.is_dir():
            print("It was not built; here are the chapters' own files instead.")
            return "index.md"
    for name in lay_out():
        print(f"notebooks/{name} is yours, and stays as it is; delete it to get the book's version.")
    return "notebooks/index.ipynb"


def as_root():
    """What JupyterLab must be told where root starts it, as in many containers: by itself it would refuse."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    print("You are root here: what a notebook runs may change everything on this machine.", flush=True)
    return ["--allow-root"]


def main(arguments):
    sources = "--sources" in arguments
    others = [*as_root(), *(argument for argument in arguments if argument != "--sources")]
    command = [sys.executable, "-m", "jupyter", "lab", first_file(sources), *others]
    try:
        raise SystemExit(subprocess.run(command, cwd=ROOT, check=False).returncode)
    except KeyboardInterrupt:  # how JupyterLab is ended
        raise SystemExit(0) from None


if __name__ == "__main__":
    main(sys.argv[1:])
