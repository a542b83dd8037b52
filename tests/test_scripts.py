"""JavaScript has the form that `make lint` gives it, holds no name that nothing defines, and its types agree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = [path for top in ("bnbook", "explorable", "tests") for path in (ROOT / top).rglob("*.js")]
OWN = [path for path in FILES if "vendor" not in path.parts]
TYPED = (
    "static/explorable.js",
    "static/more.js",
    "static/drawing_pad.js",
    "static/product.js",
    "static/random.js",
    "notebook/view.js",
    "notebook/host.js",
)  # of explorable/, with all that they import


@pytest.fixture
def tool(tmp_path):
    """tool(name, ...) runs a program that stands beside this Python; returns its exit code and all that it said."""

    def run(name, *args):
        program = shutil.which(name, path=str(Path(sys.executable).parent))
        if program is None:
            pytest.skip(
                f"{name} is not installed: see .ci/run" if name == "deno" else f"{name}: `make venv` installs it"
            )
        env = os.environ | {"NO_COLOR": "1", "DENO_DIR": str(tmp_path), "DENO_NO_UPDATE_CHECK": "1"}
        found = subprocess.run([program, *map(str, args)], cwd=ROOT, env=env, capture_output=True, timeout=300)
        return found.returncode, (found.stdout + found.stderr).decode("utf-8", "replace")

    return run


def looked_at(said):
    return int(re.search(r"on (\d+) files", said)[1])


def test_scripts_are_formatted(tool):
    code, said = tool("oxfmt", "--check", "**/*.js", "**/*.ts")
    assert code == 0 and looked_at(said) > len(OWN), f"make lint mends it\n{said}"


def test_scripts_hold_no_name_that_nothing_defines(tool):
    code, said = tool("oxlint")
    assert code == 0 and looked_at(said) > len(OWN), said


def test_the_types_in_comments_agree(tool):
    files = [f"explorable/{name}" for name in TYPED]
    code, said = tool("deno", "check", "--no-remote", "--config", "jsconfig.json", *files)
    assert code == 0, said
