"""A real JupyterLab: the chapters' own files and their notebooks, sliders moved by hand and by Python."""

import shutil
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.book.pages import ROOT
from tests.hosts.live import DARK
from tools import lab as tool
from tools.lab import lay_out
from tools.servers import KERNEL_READY, OPEN, RUN_ALL, TOKEN, jupyter_served

CHAPTER = "index.md"
# What a reader may do with a widget: set it between its stops, look at its numbers, type numbers, and go too far.
MINE = (
    "from bnbook.widgets import transform\nwidget = transform.train_gamma_beta()\nwidget",
    """import numpy as np
widget.values["lr"] = 0.123
widget.set(step=7)
elsewhere = widget.evaluate(lr=0.123, step=7)
same = all(np.array_equal(widget.outputs[name], value) for name, value in elsewhere.items())
print("values", widget.values["lr"], widget.values["step"], same)""",
    "transform.batch_in_your_hands()",
    "widget.set(lr=1000)",
)
PICTURE = "() => [...document.querySelectorAll('.jp-OutputArea-output svg')].map((svg) => svg.outerHTML).join()"


@pytest.fixture
def lab(tmp_path, book):
    """The address of a JupyterLab on loopback, whose folder holds copies of the chapters; all grids are baked."""
    for name in ("index.md", "chapters", "pyproject.toml"):  # the last says what is saved in a chapter's header
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, tmp_path / name)
    lay_out(book / "_sources", tmp_path / "notebooks")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    mine = new_notebook(cells=[new_code_cell(cell) for cell in MINE], metadata=kernel)
    nbformat.write(mine, tmp_path / "notebooks" / "mine.ipynb")
    with jupyter_served(tmp_path, EXPLORABLE_CACHE=str(ROOT / ".explorable-cache")) as address:
        yield address


@pytest.fixture
def lab_page(lab, browser):
    """A page with the chapter open in JupyterLab; the test fails if it asked for anything beyond loopback."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    foreign, errors = [], []
    page.on("request", lambda r: foreign.append(r.url) if not r.url.startswith((lab, "data:", "blob:")) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{lab}lab/tree/{CHAPTER}?token={TOKEN}&reset")
    yield page
    context.close()
    assert not foreign and not errors, (foreign[:5], errors[:5])


def test_chapters_in_jupyterlab(lab_page, tmp_path):
    """A slider moves the picture, saving changes no source, and what the reader gets is typeset and obeys Python."""
    page = lab_page
    page.locator(".jp-NotebookPanel .jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)  # a double click's editor
    page.wait_for_function(KERNEL_READY, timeout=90_000)
    page.evaluate(RUN_ALL)
    handle = page.locator(".jp-OutputArea-output .explorable input[type=range]").first
    handle.wait_for(timeout=180_000)
    page.wait_for_function(f"() => ({PICTURE})().length > 1000", timeout=60_000)
    page.wait_for_timeout(1000)
    before = page.evaluate(PICTURE)
    for _ in range(120):  # the figure may still be on its way, and the notebook takes the focus while cells run
        handle.press("ArrowRight")
        page.wait_for_timeout(500)
        if page.evaluate(PICTURE) != before:
            break
    assert page.evaluate(PICTURE) != before
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=30_000)
    assert (tmp_path / CHAPTER).read_text(encoding="utf-8") == (ROOT / CHAPTER).read_text(encoding="utf-8")
    check_the_offered_notebook(page)
    check_python_moves_the_slider(page)
    check_a_chart_can_be_dragged(page)
    check_a_typed_number_is_kept_in_its_range(page)
    check_the_theme_is_followed(page)


@pytest.mark.parametrize(("user", "wanted"), [(0, True), (1000, False)])
def test_root_is_warned_and_not_refused(monkeypatch, capsys, user, wanted):
    """What is started in the end; JupyterLab itself refuses root without the option."""
    started = []

    def run(command, **how):
        started.extend(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(tool.subprocess, "run", run)
    monkeypatch.setattr(tool.os, "geteuid", lambda: user, raising=False)
    with pytest.raises(SystemExit):
        tool.main(["--sources", "--no-browser"])
    assert "index.md" in started and "--no-browser" in started
    assert ("--allow-root" in started) == wanted == ("You are root" in capsys.readouterr().out)


def check_the_offered_notebook(page):
    """Its formulas are typeset, its details fold, and nothing of MyST is left; nothing has to be run for that."""
    page.evaluate(OPEN, "notebooks/chapters/02_transform.ipynb")
    page.locator(".jp-NotebookPanel:visible .jp-MarkdownOutput mjx-container").first.wait_for(timeout=90_000)
    page.locator(".jp-NotebookPanel:visible .jp-CodeCell").first.wait_for(timeout=30_000)
    words = page.locator(".jp-NotebookPanel:visible .jp-Notebook").inner_text()
    assert "ImportError" in words, "the first cell, which says what to install, is in sight"
    assert "{formula}" not in words and "{set}" not in words and "{proved}" not in words


def check_python_moves_the_slider(page):
    """In the reader's own notebook; what is out of range is refused with the range named."""
    page.evaluate(OPEN, "notebooks/mine.ipynb")
    panel = page.locator(".jp-NotebookPanel:visible")
    panel.locator(".jp-CodeCell").nth(3).wait_for(timeout=60_000)
    page.wait_for_function(KERNEL_READY, timeout=90_000)
    page.evaluate(RUN_ALL)
    panel.get_by_text("values 0.123 7 True").wait_for(timeout=120_000)
    panel.get_by_text("takes numbers from").last.wait_for(timeout=30_000)
    panel.locator(".jp-OutputArea-output .explorable .ex-marks").first.wait_for(timeout=60_000)
    shown = panel.locator(".explorable .ex-value").all_inner_texts()
    assert any(text.startswith("0.123") for text in shown) and any(text.startswith("7") for text in shown), shown


def check_a_chart_can_be_dragged(page):
    """By hand, as six captions of the book say; and Python sees where the dot has been put."""
    panel = page.locator(".jp-NotebookPanel:visible")
    figure = panel.locator("figure.explorable").nth(1)
    handle = figure.locator(".ex-handle").first
    handle.scroll_into_view_if_needed()
    before, box = figure.locator(".ex-readout").inner_text(), handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_timeout(300)
    assert figure.locator(".ex-readout").inner_text() != before


def check_a_typed_number_is_kept_in_its_range(page):
    """And that is said: the field sends what was typed, and shows what came of it."""
    field = page.locator(".jp-NotebookPanel:visible .explorable input[type=number]").first
    field.fill("1e6")
    field.press("Enter")
    remark = page.locator(".jp-NotebookPanel:visible .explorable .ex-remark", has_text="values are kept between")
    remark.first.wait_for(timeout=30_000)
    assert 0 < float(field.input_value()) < 1e6


def check_the_theme_is_followed(page):
    """JupyterLab's dark theme makes the figures dark."""
    figure = page.locator(".jp-NotebookPanel:visible figure.explorable").first
    assert figure.evaluate("(e) => getComputedStyle(e).colorScheme") == "light"
    page.evaluate(DARK)
    page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) figure.explorable'))"
        ".colorScheme === 'dark'",
        timeout=30_000,
    )
