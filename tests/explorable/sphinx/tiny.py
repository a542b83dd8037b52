"""Tiny books for the tests of the Sphinx extension: two pages, the real extension, a build of a few seconds."""

from tools.build import build

HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
    format_version: 0.13
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""
CONFIG = """title: Tiny
only_build_toc_files: true
execute: {execute_notebooks: cache, raise_on_error: true, stderr_output: error}
parse: {myst_enable_extensions: [amsmath, colon_fence, deflist, dollarmath]}
sphinx:
  recursive_update: true
  config:
    extensions: [myst_nb, jupyter_book, sphinx_external_toc, sphinx_book_theme, sphinx_comments, sphinx_copybutton,
                 sphinx_togglebutton, sphinx_design, explorable.offline]
    html_math_renderer: explorable
    html_context: {default_mode: auto}
    html_show_search_summary: false
    html_theme_options: {navbar_start: [], navbar_center: [], navbar_end: [], navbar_persistent: []}
    nb_ipywidgets_js: {}
"""
WIDGET = """```{code-cell} ipython3
from sympy import symbols
from explorable import Axis, Chart, Dot, Explorable, Slider, Symbolic, Toggle
a, double = symbols("a double")
Explorable(
    key="KEY",
    title="A number and its square",
    controls=[Slider("a", "number", values=(1, 2, 3), start=2), Toggle("double", "twice", start=False)],
    model=Symbolic({"y": a**2 * (1 + double)}),
    figures=Chart([Dot("a", "y", "accent")], x=Axis("a", domain=(0, 4)), y=Axis("y", domain=(0, 20)), alt="A dot"),
    readout="the square is {y:d}",
    caption="Squares grow.",
)
```
"""


def widget(key="square"):
    return WIDGET.replace("KEY", key)


def write_book(folder, index, second="# Second\n"):
    """Write the sources of a book of two pages."""
    pages = {"index": index, "second": second}
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(HEADER + text, encoding="utf-8")
    (folder / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: second\n", encoding="utf-8")


def build_book(folder, **how):
    """(whether the strict build was good, everything it said). `how` goes to subprocess.run."""
    done = build(folder, capture_output=True, text=True, encoding="utf-8", errors="replace", **how)
    return done.returncode == 0, done.stdout + done.stderr


def built(folder, done):
    """The folder of the site of a build that was good.   done : what `build_book` has returned."""
    good, words = done
    assert good, words
    return folder / "_build" / "html"


def page(folder, name="index"):
    return (folder / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")
