"""The first build of a folder, the second, and one in another folder give the same site, byte for byte."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from bnbook.sphinx import look
from explorable.offline import icons
from tests.explorable.sphinx.tiny import CONFIG, build_book, widget, write_book
from tools.build import ROOT

pytestmark = pytest.mark.slow
# An exercise brings a style sheet that is copied late; a glossary has entries in the index of the search.
INDEX = f"""# One

{widget()}

The square is {{live}}`square: y | .1f`; {{eq}}`eq-square`.

$$ x^2 $$ (eq-square)
"""
SECOND = """# Second

```{exercise}
Multiply quagga by two.
```

:::{glossary}
Batch
  Some examples.

batch size
  How many.
:::
"""
THIRD = """# Third

:::{glossary}
zebra
  Striped, with {term}`Batch`.
:::

```{index} pair: stripes; horse
```

```{index} see: quagga; zebra
```
"""


def make_book(folder, second=SECOND, third=THIRD):
    folder.mkdir(parents=True, exist_ok=True)
    write_book(folder, INDEX, second)
    config = CONFIG.replace("explorable.offline]", "sphinx_exercise, sphinx_proof, explorable.offline]")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    (folder / "third.md").unlink(missing_ok=True)
    if third:
        (folder / "third.md").write_text(third, encoding="utf-8")
        with (folder / "_toc.yml").open("a", encoding="utf-8") as toc:
            toc.write("- file: third\n")
    return folder


def build(folder):
    """{path in the site: content} after a build."""
    good, words = build_book(folder)
    assert good, words
    root = folder / "_build" / "html"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def check_same(site, other):
    differences = sorted(site.keys() ^ other.keys()) or [path for path in site if site[path] != other[path]]
    assert not differences


@pytest.mark.parametrize(("book", "beginning"), [(ROOT, ""), (ROOT / "tests", f"{ROOT.as_posix()}/")])
def test_the_settings_do_not_say_where_the_whole_lies(book, beginning):
    """`.buildinfo` is a hash of them. Where the engine lies elsewhere than the book, it has whole paths."""
    app, config = SimpleNamespace(confdir=book), SimpleNamespace(templates_path=[], html_static_path=[])
    icons.use_templates(app, config)
    look.add_style(app, config)
    found = [Path(path).as_posix() for path in config.templates_path + config.html_static_path]
    parts = ("bnbook/sphinx/templates", "explorable/offline/templates", "bnbook/sphinx/static")
    assert found == [f"{beginning}{part}" for part in parts]


def test_three_builds_are_one(tmp_path):
    here = make_book(tmp_path / "here")
    cold = build(here)
    assert b'"zebra"' in cold["searchindex.js"] and b"exercise.css" in cold["second.html"]
    check_same(cold, build(here))
    os.utime(here / "second.md")  # this page is read and written again, the third is not
    check_same(cold, build(here))
    check_same(cold, build(make_book(tmp_path / "elsewhere" / "a longer name")))


def test_what_an_earlier_build_left_is_not_seen(tmp_path):
    """A changed book, a page less, a lost search index: the site is that of a first build."""
    here = make_book(tmp_path / "here")
    build(here)
    second = SECOND.replace("Multiply quagga by two", "Multiply seven by two")
    make_book(here, second, third="")
    warm, cold = build(here), build(make_book(tmp_path / "fresh", second, third=""))
    gone, lost = "third.html" not in warm, b"quagga" not in warm["searchindex.js"]
    assert gone and lost
    check_same(warm, cold)
    (here / "_build" / "html" / "searchindex.js").write_text("Search.setInd", encoding="utf-8")
    check_same(build(here), cold)
