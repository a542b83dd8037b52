"""The kernel host in a real JupyterLab: open a chapter as a notebook, run all, move a slider, the picture changes."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from tests.book.pages import ROOT

CHAPTER = "index.md"
# What is sent to a kernel that is still connecting can be lost, so its first answer is waited for.
KERNEL_READY = """() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = context?.session?.kernel;
  return context?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
RUN_ALL = "() => void window.jupyterapp.commands.execute('notebook:run-all-cells')"  # not awaited
PICTURE = "() => [...document.querySelectorAll('.jp-OutputArea-output svg')].map((svg) => svg.outerHTML).join()"


@pytest.fixture
def lab(tmp_path, book):
    """The address of a JupyterLab on loopback, whose folder holds copies of the chapters; all grids are baked."""
    for name in ("index.md", "chapters", "pyproject.toml"):  # the last says what is saved in a chapter's header
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, tmp_path / name)
    runtime = tmp_path / "runtime"
    environment = {
        **os.environ,
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
        "EXPLORABLE_HOST": "kernel",
        "EXPLORABLE_CACHE": str(ROOT / ".explorable-cache"),
    }
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    command += ["--ServerApp.allow_root=True", "--IdentityProvider.token=book", "--expose-app-in-browser"]
    command += [f"--ServerApp.root_dir={tmp_path}", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    with (tmp_path / "lab.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    try:
        yield address(runtime, server, tmp_path / "lab.log")
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def address(runtime, server, log, patience=90):
    """Wait until the server has written where it listens."""
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        for path in runtime.glob("jpserver-*.json") if runtime.exists() else ():
            if not path.name.endswith("-open.html") and (text := path.read_text(encoding="utf-8")):
                return json.loads(text)["url"]
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}", pytrace=False)


@pytest.fixture
def lab_page(lab, browser):
    """A page with the chapter open in JupyterLab; the test fails if it asked for anything beyond loopback."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    foreign, errors = [], []
    page.on("request", lambda r: foreign.append(r.url) if not r.url.startswith((lab, "data:", "blob:")) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{lab}lab/tree/{CHAPTER}?token=book&reset")
    yield page
    context.close()
    assert not foreign and not errors, (foreign[:5], errors[:5])


def test_a_slider_moves_the_picture_and_saving_changes_nothing(lab_page, tmp_path):
    page = lab_page
    page.locator(".jp-NotebookPanel .jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)  # a double click's editor
    page.wait_for_function(KERNEL_READY, timeout=90_000)
    page.evaluate(RUN_ALL)
    handle = page.locator(".jp-OutputArea-output .noUi-handle").first
    handle.wait_for(timeout=180_000)
    page.wait_for_function(f"() => ({PICTURE})().length > 1000", timeout=60_000)
    page.wait_for_timeout(1000)
    before = page.evaluate(PICTURE)
    handle.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(f"(before) => ({PICTURE})() !== before", arg=before, timeout=30_000)
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=30_000)
    assert (tmp_path / CHAPTER).read_text(encoding="utf-8") == (ROOT / CHAPTER).read_text(encoding="utf-8")
