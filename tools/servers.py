"""Programs that serve notebooks, on loopback, for as long as a test or a benchmark needs them."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

# What is sent to a kernel that is still connecting can be lost, so its first answer is waited for.
KERNEL_READY = """() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = context?.session?.kernel;
  return context?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
RUN_ALL = "() => void window.jupyterapp.commands.execute('notebook:run-all-cells')"  # not awaited
OPEN = "(path) => void window.jupyterapp.commands.execute('docmanager:open', { path })"
ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost):(\d+)/?")
TOKEN = "book"
JUPYTER = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--ServerApp.allow_root=True"]
JUPYTER += [f"--IdentityProvider.token={TOKEN}", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
# By this a script has the whole of JupyterLab, or of Notebook 7, in `window.jupyterapp`.
JUPYTER += ["--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"]


class NotStarted(Exception):
    """A server's own words, where it ended or said nothing for too long."""


@contextmanager
def served(folder, *command, patience=90, **environment):
    """Run `python -m command` in the folder; the address that it says it listens at."""
    log = folder / "server.log"
    settings = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
    with log.open("w", encoding="utf-8") as words:
        server = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, env=settings, stdout=words, stderr=words
        )
    try:
        yield address(server, log, patience)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def jupyter_served(folder, *options, **environment):
    """The address of a JupyterLab, and of what else of Jupyter is installed beside it, with the folder's notebooks."""
    own = {
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "EXPLORABLE_HOST": "kernel",
    }
    root = f"--ServerApp.root_dir={folder}"
    return served(folder, "jupyter", "lab", *JUPYTER, root, *options, **own, **environment)


def address(server, log, patience):
    """Wait until the server has said where it listens, and does."""
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        if found := ADDRESS.search(log.read_text(encoding="utf-8", errors="replace")):
            with socket.socket() as knock:
                if not knock.connect_ex(("127.0.0.1", int(found[1]))):
                    return f"http://127.0.0.1:{found[1]}/"
        time.sleep(0.1)
    raise NotStarted(f"it did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
