"""The pages of the book, known from the table of contents before anything is built."""

import yaml

from tools.build import ROOT


def chapters():
    """Names of all pages of the table of contents, as in it: index, chapters/01_motivation, ..."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    found = [toc["root"]]
    for part in toc.get("parts", [toc]):
        found += [chapter["file"] for chapter in part["chapters"]]
    return found


def notebooks():
    """The pages that are notebooks, that is, whose header says so."""
    return [name for name in chapters() if "format_name: myst" in source(name).read_text(encoding="utf-8")[:400]]


def source(name):
    return ROOT / f"{name}.md"


def view(width=1280, way="mouse", **_):
    """How a page is opened for a test with these parameters: (its width, whether by touch)."""
    return width, way == "touch"


def page_of(item):
    """What `visit` opens for a test: (place in the book, width, touch). Tests of one page follow one another."""
    parameters = item.callspec.params
    places = [*chapters(), "genindex", "search"]
    return places.index(parameters["name"]), *view(**parameters)
