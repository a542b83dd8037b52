"""A page with one widget of every kind, made by hand from the engine's own HTML and a folder of its assets.

`python tests/explorable/runtime/demo.py FOLDER` writes it for looking at. The models are written in JavaScript
by hand, so that these tests need the runtime and nothing of the model compilers.
"""

import shutil
import sys
from pathlib import Path

import numpy as np

from explorable import palette
from explorable.page import form, runtime

COLORS = {"first": ("#C2500A", "#F0883E"), "second": ("#0067A5", "#58B0E8"), "third": ("#007F5F", "#3CC79A")}
palette.use(COLORS | {"moved": ("#946300", "#F0C043")})


class Handmade:
    """A symbolic model whose JavaScript and Python are written by hand."""

    kind = "symbolic"

    def __init__(self, javascript, python, gaps=()):
        self.javascript, self.python, self.gaps = javascript, python, frozenset(gaps)

    def check(self, controls):
        """Nothing can be wrong before the page runs it."""

    def output_names(self, controls):
        return list(self.evaluate({control.name: control.start_value() for control in controls}))

    def evaluate(self, values):
        return {name: np.asarray(value, float) for name, value in self.python(**values).items()}

    def payload(self, controls, printed):
        return {}, f"function (v) {{ {self.javascript} }}"


PAGE = """<!doctype html>
<html lang="en"{theme}><head><meta charset="utf-8"><title>Demonstration</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{csp}
<link rel="stylesheet" href="{static}explorable.css"><link rel="stylesheet" href="{static}demo.css">
{scripts}</head><body><main><h1>One widget of every kind</h1>
{body}</main></body></html>
"""
LOOK = """html { color-scheme: light dark; }
html[data-theme=light] { color-scheme: light; }
html[data-theme=dark] { color-scheme: dark; }
body { margin: 0; font: 17px/1.6 system-ui, sans-serif;
  background: light-dark(#ffffff, #14181e); color: light-dark(#1f2328, #e6edf3); }
main { max-width: var(--page-width, 60rem); margin: 0 auto; padding: 0 1rem 4rem; }
a { color: light-dark(#0b62a8, #6cb6ff); }
*, ::before, ::after { box-sizing: border-box; }
"""


def write_assets(folder):
    """The runtime, its styles and its libraries, as the Sphinx extension lays them out."""
    target = folder / "_static" / "explorable"
    target.mkdir(parents=True, exist_ok=True)
    (target / "explorable.js").write_text(runtime.page_scripts(), encoding="utf-8")
    (target / "more.js").write_text(runtime.later_script(), encoding="utf-8")
    (target / "program.js").write_text(runtime.program_script(), encoding="utf-8")
    (target / "explorable.css").write_text(runtime.page_styles(), encoding="utf-8")
    shutil.copytree(runtime.STATIC / "vendor", target / "vendor", dirs_exist_ok=True)
    (target / "demo.css").write_text(LOOK, encoding="utf-8")
    return target


def write_page(folder, widgets, name="index.html", *, prose="", csp="", theme=""):
    """A page with these widgets and the assets beside it; returns its path.

    csp : a Content-Security-Policy.  theme : "light" or "dark", as the book's theme switch sets it.
    """
    target = write_assets(folder)
    for widget in widgets:
        (target / f"{widget.key}.js").write_text(form.script(widget), encoding="utf-8")
    body = "\n".join(form.html(widget, f"_static/explorable/{widget.key}.js") for widget in widgets)
    tags = '<script defer src="_static/explorable/explorable.js"></script>\n'
    policy = f'<meta http-equiv="Content-Security-Policy" content="{csp}">' if csp else ""
    attribute = f' data-theme="{theme}"' if theme else ""
    page = PAGE.format(static="_static/explorable/", scripts=tags, body=prose + body, csp=policy, theme=attribute)
    (folder / name).write_text(page, encoding="utf-8")
    return folder / name


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    import demo_widgets

    widgets = [*demo_widgets.all_widgets(), demo_widgets.surface()]
    print(write_page(Path(sys.argv[1]), widgets, prose=demo_widgets.PROSE))
