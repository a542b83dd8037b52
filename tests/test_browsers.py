"""The oldest browsers in which the book is promised to work: nothing newer is used without a substitute."""

import re
from pathlib import Path

import pytest

from tests.features import AT, FUNCTIONS, LATE, OLDEST, PROPERTIES, SELECTORS, TOO_NEW

ROOT = Path(__file__).parent.parent
FOLDERS = ("explorable/static", "bnbook/sphinx/static", "explorable/offline/assets", "explorable/offline/vendor")
FOLDERS += ("explorable/writing/editor",)
FILES = [
    path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.[cj]s*")) if path.suffix in (".css", ".js")
]
PAGES = [ROOT / "explorable/page/form.py", ROOT / "explorable/page/markup.py"]  # which write styles into the page


def without_comments(path):
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"(?m)(^|\s)//.*$", " ", text) if path.suffix == ".js" else text


def bare(text):
    """Without what stands in quotes, and without custom properties."""
    return re.sub(r"--[\w-]+", "x", re.sub(r'"[^"]*"', '""', text))


USED = {path.name: without_comments(path) for path in FILES if not path.name.startswith("temml.min")}
STYLES = {name: bare(text) for name, text in USED.items() if name.endswith(".css")}
LATE_NAMES = {name.strip("@:()") for name in LATE}
PATTERNS = {
    "property": (r"[{;]\s*(-?[a-z][a-z-]*)\s*:(?!:)", PROPERTIES),
    "selector": (r"::?(-?[a-z][a-z-]*)(?=[\s,.:{()+>~\[])", SELECTORS),
    "function": (r"(?<![\w:.-])([a-z][a-z-]*)\(", FUNCTIONS | SELECTORS),
    "at-rule": (r"@([a-z-]+)", AT),
}


def selectors_only(text):
    """What stands before braces, which is where a colon does not end a property's name."""
    return " ".join(f"{part} {{" for part in re.findall(r"([^{};]*)\{", text))


@pytest.mark.parametrize("kind", PATTERNS)
def test_every_name_in_the_styles_has_been_looked_up(kind):
    pattern, known = PATTERNS[kind]
    read = selectors_only if kind == "selector" else str
    used = {found for text in STYLES.values() for found in re.findall(pattern, read(text))}
    queries = {
        "x",
        "forced-colors",
        "pointer",
        "hover",
        "min-width",
        "max-width",
        "and",
        "not",
    }  # of @media and @container
    assert len(used) >= 5
    assert used - known - LATE_NAMES - queries == set(), "look it up, then name it in tests/features.py"


@pytest.mark.parametrize("name", LATE)
def test_what_is_newer_than_the_oldest_browsers_is_used_and_is_newer(name):
    """Else it does not belong into the list any more."""
    pattern, *versions, _ = LATE[name]
    assert any(re.search(pattern, text) for text in [*USED.values(), *map(without_comments, PAGES)]), (
        "not used any more"
    )
    assert any(since is None or since > oldest for since, oldest in zip(versions, OLDEST.values()))


@pytest.mark.parametrize("name", TOO_NEW)
def test_nothing_is_used_that_an_oldest_browser_lacks(name):
    assert [file for file, text in USED.items() if re.search(TOO_NEW[name], text)] == []


def test_the_oldest_browsers_are_named_where_readers_look():
    said = "Chrome or Edge 112, Firefox 121, Safari 16.4"
    assert [f"{value:g}" for value in OLDEST.values()] == re.findall(r"[\d.]+\d", said)
    for name in ("README.md", "chapters/engine.md"):
        assert said in " ".join((ROOT / name).read_text(encoding="utf-8").split()), name
