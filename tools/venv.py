"""Make the virtual environment that `make` uses, or bring it up to date; any Python from 3.11 on runs this.

A mark inside it says that it is being worked on. Where the mark is found, an earlier run was interrupted, and nobody
knows what of it is whole: the environment is then made anew.
"""

import argparse
import subprocess
import sys
from pathlib import Path

LEAST = (3, 11)


def python_of(folder):
    """The interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def make(folder, requirements):
    """Install `requirements` into the environment `folder`; `.installed` in it says that this has been done."""
    mark, done = folder / ".unfinished", folder / ".installed"
    interrupted = mark.exists()
    if interrupted:
        print(f"Setting up {folder} was interrupted: it is made anew.", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    done.unlink(missing_ok=True)
    # --clear empties the folder, so that the mark must be set again; until then there is nothing that could be trusted.
    subprocess.run([sys.executable, "-m", "venv", *(["--clear"] if interrupted else []), folder], check=True)
    mark.touch()
    pip = [python_of(folder), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "on"]
    subprocess.run([*pip, "-r", requirements], check=True)
    done.touch()
    mark.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--requirements", type=Path, default=Path("requirements.txt"))
    given = parser.parse_args()
    if sys.version_info < LEAST:
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; try make PYTHON=python3.12")
    try:
        make(given.folder, given.requirements)
    except subprocess.CalledProcessError as error:
        sys.exit(f"{given.folder} was not set up: {' '.join(map(str, error.cmd))} ended with {error.returncode}")


if __name__ == "__main__":
    main()
