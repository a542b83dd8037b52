"""Findings that take longer than a build may: `make findings` runs them, and their arrays are kept beside this file.

A finding is a function of one seed, `function(seed, **settings) -> dict of arrays`, registered in
`bnbook.experiments.findings` with its settings and seeds. NAME.npz holds what it returned for every seed, stacked along
a new first axis, and beside the arrays the settings, the versions and a digest of the code that made them. A test
computes one seed of each again, compares, and refuses a file whose code has changed since.
"""

import io
import json
from functools import lru_cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
ABOUT = "about"  # the name of the entry that holds settings, versions and digest, as JSON


def load(name):
    """A kept finding: {output: array with the seeds in front}, read-only. KeyError for an unknown name."""
    return dict(_read(name)[0])


def about(name):
    """How a kept finding was made: {"settings", "seeds", "versions", "digest", "seconds"}."""
    return dict(_read(name)[1])


def path_of(name, folder=FOLDER):
    """The file of a finding."""
    return folder / f"{name}.npz"


@lru_cache(maxsize=64)
def _read(name):
    path = path_of(name)
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.npz"))) or "none"
        raise KeyError(f"no kept finding {name!r}; known are {known}. `make findings ARGS={name}` makes it")
    with np.load(path, allow_pickle=False) as file:
        arrays = {key: file[key] for key in file.files if key != ABOUT}
        made = json.loads(str(file[ABOUT]))
    for array in arrays.values():
        array.setflags(write=False)
    return arrays, made


def write(name, arrays, made, folder=FOLDER):
    """Keep a finding; the same arrays give the same bytes."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays, **{ABOUT: np.array(json.dumps(made, sort_keys=True))})
    path_of(name, folder).write_bytes(buffer.getvalue())
    _read.cache_clear()
