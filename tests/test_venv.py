"""`make venv`, killed in the middle of an installation and run again; without a network."""

import os
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from tools.build import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")]
COMMAND = [sys.executable, ROOT / "tools" / "venv.py"]


def wheel(folder, name, modules=1):
    """A wheel of empty modules."""
    info = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(modules):
            archive.writestr(f"{name}/m{k}.py" if k else f"{name}/__init__.py", "VALUE = 1\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def setting(tmp_path):
    """(the environment's folder, the command that makes it)."""
    wheels = [wheel(tmp_path, "many", 500), wheel(tmp_path, "last")]
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("".join(f"{path}\n" for path in wheels), encoding="utf-8")
    return tmp_path / "venv", [*COMMAND, tmp_path / "venv", "--requirements", requirements]


def wait_for(pattern, folder, process):
    while not next(folder.glob(pattern), None):
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.005)


def works(folder):
    code = (
        "import last, many, importlib; assert all(importlib.import_module(f'many.m{k}').VALUE for k in range(1, 500))"
    )
    return subprocess.run([folder / "bin" / "python", "-c", code]).returncode == 0


def test_an_interrupted_environment_is_made_anew_and_a_finished_one_only_completed(setting):
    folder, command = setting
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for moment in ("pip", "many"):  # while venv fills it, and while pip does
        process = subprocess.Popen(command, start_new_session=True, **quiet)
        wait_for(f"lib/*/site-packages/{moment}", folder, process)
        os.killpg(process.pid, signal.SIGKILL)  # with pip, as when a machine is switched off
        process.wait()
        assert not (folder / ".installed").exists()
        (folder / "half").touch()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "is made anew" in done.stdout and works(folder) and not (folder / "half").exists()
    (folder / "mine").touch()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "is made anew" not in done.stdout and (folder / "mine").exists()
    assert (folder / ".installed").exists() and not (folder / ".unfinished").exists()


def test_what_fails_is_said_and_leaves_no_stamp(setting):
    folder, command = setting
    command[-1].write_text("./there-is-no-such-wheel-1.0-py3-none-any.whl\n", encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0 and "was not set up" in done.stderr and not (folder / ".installed").exists()
