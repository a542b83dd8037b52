"""The hosts with a living kernel: how each is opened and made dark, and what it does by itself."""

from collections import namedtuple

from tools.servers import KERNEL_READY, RUN_ALL, TOKEN

# module : what has to be installed.   server : who serves it.   open(page, address), darken(page).
# own : what it says of itself with any notebook, also with one that shows no widget.
Host = namedtuple("Host", "module server open darken own")

DARK = "() => window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })"
LIGHT = DARK.replace("Dark", "Light")


def run_all(page):
    """Run a notebook that has been opened in JupyterLab or Notebook 7, in the light theme: both keep the last one."""
    page.wait_for_function(KERNEL_READY, timeout=90_000)
    page.evaluate(LIGHT)
    page.evaluate(RUN_ALL)


def open_lab(page, address):
    page.goto(f"{address}lab/tree/lab.ipynb?reset&token={TOKEN}")
    run_all(page)


def open_notebook(page, address):
    page.goto(f"{address}notebooks/notebook.ipynb?token={TOKEN}")
    run_all(page)


def open_voila(page, address):
    page.goto(f"{address}voila/render/voila.ipynb?token={TOKEN}")


def open_marimo(page, address):
    page.goto(address)


def darken_jupyter(page):
    page.evaluate(DARK)


def darken_voila(page):
    page.goto(f"{page.url.partition('?')[0]}?token={TOKEN}&theme=dark")  # another run; what was asked for may be gone


def darken_marimo(page):
    page.emulate_media(color_scheme="dark")  # its theme is set to "system"


HOSTS = {
    "lab": Host("jupyterlab", "jupyter", open_lab, darken_jupyter, []),
    "notebook": Host(
        "notebook", "jupyter", open_notebook, darken_jupyter,
        [r"page error: Cannot read .*'schema'", "Command 'filebrowser:open-path' not registered"],
    ),
    "voila": Host(
        "voila", "jupyter", open_voila, darken_voila,
        [
            "cdn.jsdelivr.net/npm/@fortawesome/", "cdnjs.cloudflare.com/ajax/libs/mathjax/",
            "The getter for the shared module", r"403 \(Forbidden\) .*voila/api/shutdown",
        ],
    ),
    "marimo": Host("marimo", "marimo", open_marimo, darken_marimo, []),
}  # fmt: skip
