"""The pages of the book, known from the table of contents before anything is built."""

import re
from functools import cache

import yaml

from tools.build import ROOT


def chapters():
    """Names of all pages of the table of contents, as in it: index, chapters/01_motivation, ..."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    found = [toc["root"]]
    for part in toc.get("parts", [toc]):
        found += [chapter["file"] for chapter in part["chapters"]]
    return found


def numbered():
    """The chapters that have a number, in their order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [chapter["file"] for part in toc["parts"] if part.get("numbered") for chapter in part["chapters"]]


def notebooks():
    """The pages that are notebooks, that is, whose header says so."""
    return [name for name in chapters() if "format_name: myst" in source(name).read_text(encoding="utf-8")[:400]]


def source(name):
    return ROOT / f"{name}.md"


def view(width=1280, way="mouse", **_):
    """How a page is opened for a test with these parameters: (its width, whether by touch)."""
    return width, way == "touch"


def view_of(nodeid):
    """What a test of one page opens, read from its id: (name, width, touch); None for a test of no page."""
    found = re.fullmatch(r"tests/book/[^\[]+\[(?:chromium-)?([^\]]+)\]", nodeid)
    name, *how = found[1].split("-") if found else [None]
    if name not in order():
        return None
    width = next((int(word) for word in how if word.isdigit()), 1280)
    return name, *view(width=width, way="touch" if "touch" in how else "mouse")


def place_of(nodeid):
    """Where a test stands among those of pages: notebooks, whose tests take long, before the pages that fill gaps."""
    found = view_of(nodeid)
    return (order()[found[0]], *found[1:]) if found else ()


@cache
def order():
    """{name of a page: its place}."""
    names = dict.fromkeys([*notebooks(), *chapters(), "genindex", "search"])
    return {name: place for place, name in enumerate(names)}
