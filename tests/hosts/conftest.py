"""The same two widgets in every host: how each is started, opened and watched."""

import importlib.util
import re
from contextlib import ExitStack

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from explorable.page.exported import ALWAYS
from tests.conftest import Watch
from tests.hosts.live import HOSTS
from tools.build import ROOT
from tools.servers import jupyter_served, served

CELLS = (
    "from tests.hosts import two_widgets\nformulas, table = two_widgets.formulas(), two_widgets.table()",
    "formulas",
    "table",
    "two_widgets.answer(formulas, table)",
)
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
# The first widget stands there as it is, the second as marimo's own guide shows an anywidget.
MARIMO = """import marimo
app = marimo.App()

@app.cell
def _():
    import marimo as mo
    from tests.hosts import two_widgets
    formulas, table = two_widgets.formulas(), two_widgets.table()
    return mo, two_widgets, formulas, table

@app.cell
def _(formulas):
    formulas
    return

@app.cell
def _(mo, table):
    mo.ui.anywidget(table.view)
    return

@app.cell
def _(formulas, table, two_widgets):
    two_widgets.answer(formulas, table)
    return
"""


class HostWatch(Watch):
    """Collects what a widget must not do in a page of a host. own : what the host does by itself, with any notebook."""

    def __init__(self, root, own):
        super().__init__(root)
        self.own = own

    def attach(self, page):
        super().attach(page)
        page.on("websocket", self.socket)

    def console(self, message):
        if message.type == "error":
            self.problems.append(f"console error: {message.text} {message.location['url']}")

    def socket(self, socket):
        if not socket.url.startswith(self.root.replace("http", "ws", 1)):
            self.problems.append(f"socket to another server: {socket.url}")

    def failed(self, request):
        """Nothing: a host breaks off requests of its own; what a widget misses is an error in the console."""

    def found(self):
        return [problem for problem in self.problems if not any(re.search(words, problem) for words in self.own)]


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    """The environment of a host's kernel: it finds the two widgets, keeps what it writes to itself, and bakes the grid
    however slow a busy machine makes its first point.
    """
    own = tmp_path_factory.mktemp("settings")
    (own / "marimo").mkdir()
    (own / "marimo" / "marimo.toml").write_text('[display]\ntheme = "system"\n', encoding="utf-8")
    return {"PYTHONPATH": str(ROOT), "EXPLORABLE_CACHE": str(own / "cache"), "XDG_CONFIG_HOME": str(own)} | {
        ALWAYS: "1"
    }


@pytest.fixture(scope="module")
def address_of(tmp_path_factory, settings):
    """address_of(host): where its server listens, started when it is first asked for; Jupyter's hosts share one."""
    with ExitStack() as running:
        found = {}

        def of(host):
            name = HOSTS[host].server
            if name not in found:
                found[name] = running.enter_context(START[name](tmp_path_factory.mktemp(name), settings))
            return found[name]

        yield of


def start_jupyter(folder, settings):
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in CELLS], metadata=KERNEL)
    for host in HOSTS:  # one for each, since all that open one file share its kernel
        nbformat.write(notebook, folder / f"{host}.ipynb")
    return jupyter_served(folder, **settings)


def start_marimo(folder, settings):
    (folder / "two.py").write_text(MARIMO, encoding="utf-8")
    return served(folder, "marimo", "run", "two.py", "--headless", "--no-token", **settings)


START = {"jupyter": start_jupyter, "marimo": start_marimo}


@pytest.fixture
def opened(browser, address_of):
    """opened(host): the page of the two widgets in a host, all run; the test fails if they misbehave in it."""
    watches = []
    contexts = ExitStack()

    def open_page(name):
        host = HOSTS[name]
        if importlib.util.find_spec(host.module) is None:
            pytest.skip(f"{host.module} is not installed")
        address = address_of(name)
        context = browser.new_context(viewport={"width": 1200, "height": 1000})
        contexts.callback(context.close)
        context.set_default_timeout(60_000)  # a busy machine is slow, not wrong
        elsewhere = re.compile(rf"^(?!{re.escape(address)}|data:|blob:)")
        context.route(elsewhere, lambda route: route.abort())  # as without a network
        page = context.new_page()
        watches.append(HostWatch(address, host.own))
        watches[-1].attach(page)
        host.open(page, address)
        return page

    yield open_page
    contexts.close()
    assert not [problem for watch in watches for problem in watch.found()]
