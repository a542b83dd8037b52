"""A page has the style sheets and scripts of other extensions that its text needs, and no others."""

import pytest

from tests.explorable.sphinx.tiny import build_book, page, widget, write_book

CARD = """# One

::::{grid}
:::{grid-item-card} A card
With words.
:::
::::

Text.
"""
TABS = """# Second

::::{tab-set}
:::{tab-item} A tab
With words.
:::
::::

:::{note}
:class: dropdown
More words.
:::
"""
FILES = ("sphinx-design.min.css", "design-tabs.js", "togglebutton.css", "togglebutton.js", "copybutton.css")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """{page: those of FILES that it names}"""
    folder = tmp_path_factory.mktemp("unneeded")
    write_book(folder, CARD + widget(), TABS)
    good, words = build_book(folder)
    assert good, words
    return {name: [file for file in FILES if f"_static/{file}" in page(folder, name)] for name in ("index", "second")}


def test_each_page_has_what_its_text_needs(files):
    assert files["index"] == ["sphinx-design.min.css", "copybutton.css"]
    assert files["second"] == list(FILES)


def test_a_page_with_plain_text_has_none_of_them(tmp_path):
    write_book(tmp_path, "# One\n\nWords about a toggle, a dropdown and sd-cards.\n", "# Second\n")
    good, words = build_book(tmp_path)
    assert good, words
    assert [file for file in FILES if f"_static/{file}" in page(tmp_path, "index")] == ["copybutton.css"]
