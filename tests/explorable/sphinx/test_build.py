"""A strict build of a tiny book: what a good one holds, and that a bad one fails with the place named."""

import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from explorable.offline import formula_font, mathml
from tests.explorable.sphinx.tiny import build_book, page, widget, write_book

GOOD = f"""# One

{widget()}

The square is {{live}}`square: y | .1f`. Try {{set}}`three, twice <square: a=3, double=on>`.

$$ x^2 = \\frac{{a}}{{b}} $$ (eq-square)
"""
ELSEWHERE = """# Second

On another page, {set}`one <square: a=1>` gives {live}`square: y`, see {eq}`eq-square`.

## Every kind of markup

A *word*, a **strong** one, `code`, 2 * 3 < 4, a_b, [a link](https://example.org) and {doc}`the first page <index>`.

A {term}`word` and {term}`two words <word>` of the glossary.

:::{glossary}
word
  Its *meaning*.
:::

:::{note}
Careful with $x|y$, which is $0$.

- one
- two
  1. deep
:::

:::{admonition} Folded
:class: dropdown
Inside.
:::

term
: its meaning

| a | b |
|---|---|
| 1 | $x$ |

```{code-block} python
print("{set}`not a role`")
```

> quoted

```{code-cell} ipython3
:tags: [remove-cell]
hidden = 1
```

```{code-cell} ipython3
:tags: [hide-input]
hidden + 1
```

$$ a \\\\ b $$
"""
MARKDOWN = """## Every kind of markup

A *word*, a **strong** one, `code`, 2 \\* 3 < 4, a_b, [a link](https://example.org) and [the first page](index.ipynb).

A word and two words of the glossary.

- **word**: Its *meaning*.

> **Note**
>
> Careful with $x|y$, which is $0$.
>
> - one
> - two
>
>   1. deep

<details><summary>Folded</summary>

Inside.

</details>

- **term**: its meaning

| a | b |
| --- | --- |
| 1 | $x$ |

```python
print("{set}`not a role`")
```

> quoted"""


@pytest.fixture(scope="module")
def good_book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    write_book(folder, GOOD, ELSEWHERE)
    good, words = build_book(folder)
    assert good, words
    return folder


def test_the_widget_and_its_script_are_in_the_site(good_book):
    source = re.search(r'<figure class="explorable[^>]*data-src="(_static/explorable/square-\w+\.js)"', page(good_book))
    script = (good_book / "_build/html" / source[1]).read_text(encoding="utf-8")
    assert script.startswith("explorable.register({")


def test_only_the_page_with_a_widget_loads_the_runtime(good_book):
    assert "explorable/explorable.js" in page(good_book)
    assert "explorable/explorable.js" not in page(good_book, "second")
    assert "explorable/mathml.css" in page(good_book)  # the second page has a formula as well


def test_roles_are_resolved_on_both_pages(good_book):
    here, there = page(good_book), page(good_book, "second")
    assert re.search(r'<span class="ex-live" data-key="square" data-name="y" data-format=".1f">4.0</span>', here)
    link = re.search(
        r'<a class="ex-set" href="\?square.a=3&amp;square.double=1#square" data-key="square" data-set="(.*?)">',
        here,
    )
    assert json.loads(link[1].replace("&quot;", '"')) == {"a": 3, "double": True}
    assert '<a class="ex-set" href="index.html?square.a=1#square"' in there
    assert re.search(r'<span class="ex-live"[^>]*>4</span>', there)


def test_formulas_are_mathml_and_equations_have_numbers(good_book):
    here, there = page(good_book), page(good_book, "second")
    assert "<math " in here and "<mfrac>" in here and re.search(r'class="eqno">\(1\)', here)
    assert re.search(r'href="index.html#equation-eq-square"[^>]*>\(1\)', there)


def test_icons_are_cut_and_the_icon_script_is_gone(good_book):
    site = good_book / "_build" / "html"
    assert "fontawesome.js" not in page(good_book)
    assert sum(font.stat().st_size for font in site.rglob("fa-*.woff2")) < 8000
    assert not list(site.rglob("*.map")) and not list(site.rglob("fontawesome.js"))


def test_the_font_of_formulas_is_cut_to_what_the_pages_use(good_book):
    whole = Path(mathml.HERE, "vendor", formula_font.FONT)
    cut = good_book / "_build" / "html" / "_static" / mathml.FOLDER / formula_font.FONT
    assert cut.stat().st_size < 0.3 * whole.stat().st_size
    with TTFont(cut) as font, TTFont(whole) as all_of_it:
        kept, had = font.getBestCmap(), all_of_it.getBestCmap()
        assert "MATH" in font
        used = {ord(letter) for page in good_book.rglob("*.html") for letter in page.read_text(encoding="utf-8")}
        assert used & set(had) <= set(kept)
        assert {0x1D465, 0x1D6FC, 0x210E} <= set(kept)  # the italic x, alpha and h, which stand in no page
        bracket = font["MATH"].table.MathVariants.VertGlyphConstruction[
            font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs.index(kept[ord("(")])
        ]
        assert len(bracket.MathGlyphVariantRecord) > 5  # the larger ones, and the pieces of the largest
    assert formula_font.letters_of("\\u03b1 \\ud835\\udc65 &#x2202; &#8721; é") == {
        0x3B1,
        0x1D465,
        0x2202,
        0x2211,
        0xE9,
    }


def test_the_chapter_can_be_downloaded_as_a_notebook_in_plain_markdown(good_book):
    folder = good_book / "_build" / "html"
    first, second = (json.loads((folder / f"_sources/{name}.ipynb").read_text("utf-8")) for name in ("index", "second"))
    texts = [["".join(cell["source"]) for cell in notebook["cells"]] for notebook in (first, second)]
    assert "explorable" in texts[0][0] and "pip install" in texts[0][0]
    assert "The square is 4.0. Try three, twice (`square.set(a=3, double=True)`)." in texts[0][-1]
    assert "$$\nx^2 = \\frac{a}{b} \\tag{1}\n$$" in texts[0][-1]
    assert (
        texts[1][1].endswith("[one](index.ipynb) (`a=1` there) gives 4, see [(1)](index.ipynb).")
        and texts[1][2] == MARKDOWN
    )
    assert texts[1][3:] == ["hidden = 1", "hidden + 1", "$$\n\\begin{aligned}a \\\\ b\\end{aligned}\n$$"]
    assert [cell["metadata"].get("jupyter") for cell in second["cells"][3:5]] == [{"source_hidden": True}] * 2
    assert 'href="_sources/index.ipynb" download="index.ipynb"' in page(good_book)


def test_a_second_build_forgets_a_removed_widget(tmp_path):
    write_book(tmp_path, "# One\n\n" + widget("first"), "# Second\n\n" + widget("gone"))
    assert build_book(tmp_path)[0]
    scripts = tmp_path / "_build" / "html" / "_static" / "explorable"
    assert len(list(scripts.glob("gone-*.js"))) == 1
    write_book(tmp_path, "# One\n\n" + widget("first"))
    assert build_book(tmp_path)[0]
    assert not list(scripts.glob("gone-*.js")) and len(list(scripts.glob("first-*.js"))) == 1


ROLES = """# Second

{set}`x <cube: a=1>`

{set}`x <square: b=1>`

{set}`x <square: a=1.5>`

{live}`square: z`

{set}`x`
"""
TEX = "# Second\n\nInline $\\frac{1$ formula.\n\n$$ \\nosuchmacro{1} $$\n"
BAD = {
    "a raising cell": ("```{code-cell} ipython3\n1 / 0\n```", "", ["index.md", "ZeroDivisionError", "1 / 0"]),
    "a cell that warns": (
        "```{code-cell} ipython3\nimport warnings; warnings.warn('careful')\n```", "", ["index.md:", "stderr"],
    ),
    "a wrong widget": (
        widget().replace('"a", "y", "accent"', '"a", "nothing", "accent"'), "", ["index.md:17", "square", '"nothing"'],
    ),
    "one key on two pages": (widget(), "# Second\n\n" + widget(), ['"square"', "index", "second"]),
    "one key twice on a page": (widget() + "\n" + widget().replace("(1, 2, 3)", "(2, 3)"), "", ["square", "index"]),
    "a key that is the id of a heading": ("## Square\n\n" + widget(), "", ['"square" in index', "heading"]),
    "wrong roles": (widget(), ROLES, [
        "second.md:15", '"cube"', "last line", "second.md:17", '"b"', "a, double", "second.md:19", "1.5", "1 and 2",
        "second.md:21", '"z"', "second.md:23", "not of the form",
    ]),
    "bad TeX": ("", TEX, ["second.md:15", "\\frac", "second.md:17", "nosuchmacro"]),
}  # fmt: skip
FORGETTABLE = (
    "a cell that warns",
    "wrong roles",
)  # only warnings, in pages that the next build need not read


@pytest.mark.parametrize("case", BAD)
def test_a_bad_book_fails_and_names_the_place(tmp_path, case):
    index, second, expected = BAD[case]
    write_book(tmp_path, "# One\n\n" + index, second or "# Second\n")
    for _ in range(2 if case in FORGETTABLE else 1):
        good, words = build_book(tmp_path)
        assert not good, f"the build was good in spite of {case}"
        missing = [word for word in expected if word not in words]
        assert not missing, f"{missing} not in:\n{words[-3000:]}"
