"""The machinery has a budget of lines: the table in CONTRIBUTING.md. Raising a number is a commit that says why."""

import re

import pytest

from tools.build import ROOT

ROW = re.compile(r"^\| `([\w/]+)/` \|.*\| ([\d,]+) \|$", re.MULTILINE)
TABLE = {part: int(most.replace(",", "")) for part, most in ROW.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))}


def lines_of(part):
    """Lines of Python, JavaScript and CSS in a part, without those in parts of it that have a budget of their own."""
    inside = [other for other in TABLE if other.startswith(f"{part}/")]
    files = [path for path in (ROOT / part).rglob("*") if path.suffix in (".py", ".js", ".css")]
    own = [path for path in files if not any((ROOT / other) in path.parents for other in inside)]
    return sum(path.read_text("utf-8").count("\n") for path in own if "vendor" not in path.parts)


@pytest.mark.parametrize(("part", "most"), TABLE.items())
def test_a_part_keeps_within_its_budget(part, most):
    assert 0 < lines_of(part) <= most


def test_every_part_has_a_budget():
    tops = {"bn", "bnbook", "explorable", "tests", "tools", "benchmarks"}
    rooms = {
        f"{top}/{path.name}" for top in ("bnbook", "explorable") for path in (ROOT / top).iterdir() if path.is_dir()
    }
    assert tops | {room for room in rooms if "__pycache__" not in room} == set(TABLE)
