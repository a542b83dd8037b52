"""Each use with nothing but what it declares, and what that brings: all else that is installed here cannot be imported.

So what is needed without being imported by a file of ours, such as a compressor of fonts, is missed here, too.
"""

import os
import subprocess
import sys

import pytest

from tests.explorable.sphinx import test_foreign_book
from tests.explorable.sphinx.tiny import HEADER, widget
from tests.test_imports import FILES, module_name, part_of
from tests.test_metadata import EXTRA, brought, declared, owners
from tools.build import ROOT

pytestmark = pytest.mark.slow
REFUSE = """
import os, sys

REFUSED = set(os.environ["REFUSED"].split())

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in REFUSED:
            raise ModuleNotFoundError(f"No module named {name!r} among what is declared", name=name)

sys.meta_path.insert(0, Refuse())
"""
SHOW = """
import numpy as np
from explorable import Axis, Chart, Dot, Explorable, Sampled, Slider
from explorable.page.form import mime_bundle

def model(n):
    return {"y": np.sqrt(n)}

def widget():
    return Explorable(
        key="root", title="A root", controls=[Slider("n", "number", values=range(1, 5), start=2)],
        model=Sampled(model), readout="{y:.2f}", caption="Roots.",
        figures=Chart([Dot("n", "y")], x=Axis("n"), y=Axis("y"), alt="A dot"),
    )
"""
PLAIN = 'extensions = ["myst_nb", "explorable.sphinx"]\n'
WHOLE = 'extensions = ["myst_nb", "explorable.offline"]\nhtml_math_renderer = "explorable"\n'


def run(folder, extra, *command):
    """Run Python in the folder, without what the extra does not bring; everything it said."""
    bring = {name for requirement in declared(extra) for name in brought(requirement.name)}
    refused = {top for top, names in owners().items() if not names & bring} - {"bn", "bnbook", "explorable"}
    (folder / "hook").mkdir(exist_ok=True)
    (folder / "hook" / "sitecustomize.py").write_text(REFUSE, encoding="utf-8")
    paths = os.pathsep.join([str(folder / "hook"), str(ROOT)])
    env = {**os.environ, "PYTHONPATH": paths, "REFUSED": " ".join(refused), "EXPLORABLE_CACHE": str(folder / "cache")}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout + done.stderr


def imports_of(extra):
    names = (module_name(path) for path in FILES if "arrays" not in path.parts)  # which is MicroPython's
    return "".join(f"import {name}\n" for name in names if EXTRA.get(part_of(name)) == extra)


def test_the_library_and_widgets_that_are_computed(tmp_path):
    check = "import bn.data; bn.data.digits(); bn.data.mnist(side=14); assert mime_bundle(widget())"
    run(tmp_path, None, "-c", f"{imports_of(None)}{SHOW}\n{check}")


def test_widgets_in_a_notebook(tmp_path):
    check = "view = widget()._repr_mimebundle_(); assert 'application/vnd.jupyter.widget-view+json' in str(view)"
    run(tmp_path, "notebook", "-c", f"{imports_of('notebook')}{SHOW}\n{check}")


@pytest.mark.parametrize(("extra", "conf"), [("sphinx", PLAIN), ("offline", WHOLE)], ids=["widgets", "whole"])
def test_a_book_of_plain_sphinx(tmp_path, extra, conf):
    """Widgets alone, and a book that opens from disk."""
    (tmp_path / "index.md").write_text(f"{HEADER}# One\n\n{widget()}\n\n{{live}}`square: y`\n", encoding="utf-8")
    (tmp_path / "conf.py").write_text(conf, encoding="utf-8")
    run(tmp_path, extra, "-m", "sphinx", "-b", "html", ".", "out")
    assert "ex-live" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_the_book_of_the_guide(tmp_path):
    (tmp_path / "index.md").write_text(f"{HEADER}# One\n\n{widget()}\n\n$$ x^2 $$\n", encoding="utf-8")
    (tmp_path / "_config.yml").write_text(test_foreign_book.CONFIG, encoding="utf-8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
    run(tmp_path, "book", "-c", "from jupyter_book.cli.main import main; main()", "build", ".")
    assert list((tmp_path / "_build" / "html").rglob("*.woff2"))
