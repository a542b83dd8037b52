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
