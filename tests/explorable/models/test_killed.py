"""Processes that are killed while they bake: what they leave is whole or not used, and the end is the same."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from explorable.models import cache

MAIN = """
import os, sys, time
import numpy as np
from explorable import Slider
from explorable.models import Sampled, cache

cache.POINT_SECONDS = 0  # every point has a file of its own
CONTROLS = [Slider("n", "n", values=range(40), start=0), Slider("twice", "twice", values=(1, 2), start=1)]

def function(n, twice):
    time.sleep(0.05)
    return {"y": twice * np.random.default_rng(n).normal(size=500), "sum": np.sin(n) + twice}

if __name__ == "__main__":
    model = Sampled(function, error=1e-4)
    model.bake(CONTROLS, jobs=int(sys.argv[1]))
    print(model.payload(CONTROLS))
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@pytest.fixture
def baking(tmp_path):
    """baking(jobs, folder) starts a process that bakes a grid into the cache in `folder`, and prints its data."""
    main = tmp_path / "main.py"
    main.write_text(MAIN, encoding="utf-8")
    os.utime(main, (1e9, 1e9))  # older than the process: else nothing is kept

    def start(jobs, folder="cache", seed="0"):
        settings = {**os.environ, "EXPLORABLE_CACHE": str(tmp_path / folder), "PYTHONHASHSEED": seed}
        settings["PYTHONPATH"] = os.pathsep.join(sys.path)
        # Not a pipe: workers of a killed process wait for their end for a while, and hold it open.
        out = tmp_path / f"out {len(started)}"
        with out.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, main, str(jobs)], stdout=file, env=settings, start_new_session=True
            )
        started.append(process)
        process.out = out
        return process

    started = []
    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def result(process):
    assert process.wait() == 0
    return process.out.read_bytes()


def test_killed_again_and_again_and_two_at_once_the_grid_is_that_of_an_undisturbed_run(baking, tmp_path):
    undisturbed = result(baking(1, "undisturbed", seed="1"))
    done = 0
    for more in (3, 12, 6):  # points, until it is killed
        process = baking(2, seed="2")
        while len(list(tmp_path.glob("cache/**/point-*.npz"))) < done + more:
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = len(list(tmp_path.glob("cache/**/point-*.npz")))
    assert not list(tmp_path.glob("cache/**/grid-*.npz"))
    both = baking(2, seed="3"), baking(1, seed="4")
    assert [result(process) for process in both] == [undisturbed, undisturbed]
    assert result(baking(1)) == undisturbed, "from the cache"


CUT = """
import os, pathlib, signal
from explorable.models import cache
real = pathlib.Path.open
def half_open(path, mode="r", *others, **named):
    file = real(path, mode, *others, **named)
    if mode != "xb":
        return file
    class Half:
        def __enter__(self): return self
        def __exit__(self, *error): file.close()
        def write(self, data):
            file.write(data[: len(data) // 2]); file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    return Half()
pathlib.Path.open = half_open
"""


def test_killed_in_the_middle_of_a_file(baking, tmp_path):
    undisturbed = result(baking(1, "undisturbed"))
    main = tmp_path / "main.py"
    main.write_text(
        MAIN.replace('if __name__ == "__main__":\n', f'if __name__ == "__main__":\n    exec({CUT!r})\n'), "utf-8"
    )
    os.utime(main, (1e9, 1e9))
    process = baking(1)
    process.wait()
    assert process.returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob("cache/**/*.part"))) == 1 and not list(tmp_path.glob("cache/**/*.npz"))
    main.write_text(MAIN, encoding="utf-8")
    os.utime(main, (1e9, 1e9))
    assert result(baking(1)) == undisturbed


def test_no_damaged_file_is_taken_for_a_whole_one(tmp_path):
    """Cut off anywhere, with a hole of zeros anywhere, with any byte changed."""
    import numpy as np

    store = cache.Store.__new__(cache.Store)
    store.folder, store.writes = tmp_path, True
    store.write("grid", [{"y": np.arange(3.0) * k, "z": np.array(k)} for k in range(2)])
    assert [row["z"].tolist() for row in store.read("grid")] == [0, 1]
    path = tmp_path / "grid.npz"
    data = path.read_bytes()
    with np.load(path) as readable:
        assert readable["count"] == 2, "any NumPy can still read the file"
    damaged = [data[:n] for n in range(len(data))]
    damaged += [data[:n] + bytes(k) + data[n + k :] for n in range(0, len(data), 7) for k in (16, 64, 512)]
    damaged += [data[:n] + bytes([data[n] ^ 0x10]) + data[n + 1 :] for n in range(len(data))]
    for content in damaged:
        if content != data:
            path.write_bytes(content)
            assert store.read("grid") is None
