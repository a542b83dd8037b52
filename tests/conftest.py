"""What the tests share: the built book, a browser, pages that are watched, and the rule about skipped tests."""

import os
from pathlib import Path

import pytest

from tests import again
from tests.background import BuildInBackground
from tests.book.pages import place_of, view_of
from tools.build import BOOK as OWN_BOOK
from tools.find_browser import ADVICE, NoBrowser, launch_options

BOOK = Path(os.environ.get("BN_BOOK", OWN_BOOK)).resolve()


BUILD = BuildInBackground()


def pytest_configure(config):
    again.tell(config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """First what needs no book, then JupyterLab and the kernels, last the pages, all questions to one page together."""
    order = {item: (stage(item), *place_of(item.nodeid)) for item in items}
    items.sort(key=order.get)  # sort keeps the order of equals
    again.mark(config, items)


def stage(item):
    """0: needs no book; 1: reads it; 2: is about one of its pages."""
    return 2 if view_of(item.nodeid) else int("book" in item.fixturenames)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """For `pytest -n 2`; a --dist of one's own is left as it is."""
    if config.option.dist == "load":
        from tests.scheduling import PagesTogether  # pytest alone does not need xdist

        return PagesTogether(config, log)


def pytest_collection_finish(session):
    """The build begins with the first test, if any of them needs it, and runs beside those that do not."""
    if BOOK == OWN_BOOK and any(stage(item) for item in session.items) and not session.config.option.collectonly:
        BUILD.start(getattr(session.config, "workerinput", {}).get("testrunuid"))


def pytest_sessionfinish(session):
    """Another worker may still wait for this one's build, unless the run was broken off."""
    BUILD.end(broken_off=session.shouldstop or session.shouldfail)


@pytest.fixture(scope="session")
def book():
    """The folder of the built book. It is built once in a run, strictly; what is up to date is not built again.

    With BN_BOOK=folder, the book that was built there is tested as it is.
    """
    if BOOK != OWN_BOOK:
        return BOOK
    result = BUILD.result()
    if result["code"]:
        pytest.fail(f"the book was not built:\n{result['words']}", pytrace=False)
    return BOOK


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """pytest-playwright starts the browser that tools/find_browser.py finds."""
    try:
        return launch_options()
    except NoBrowser as error:
        pytest.fail(str(error), pytrace=False)  # not exit: one worker of xdist would take the others down with it


def pytest_terminal_summary(terminalreporter):
    """What is missing stands once more at the very end, where it is seen."""
    errors = terminalreporter.stats.get("error", []) + terminalreporter.stats.get("failed", [])
    if any(ADVICE in str(report.longrepr) for report in errors):
        terminalreporter.section("no browser", sep="=")
        terminalreporter.write_line(ADVICE)


# What the browser remarks on its own about the speed of WebGL, and only where a machine has no graphics card.
SPEED_REMARKS = ("GL Driver Message (OpenGL, Performance", "Canvas2D: Multiple readback operations")


class Watch:
    """Collects what a page must not do: errors in the console or the scripts, requests that leave its place."""

    def __init__(self, root):
        served = str(root).startswith("http://")
        self.root = root if served else Path(root).resolve().as_uri()
        self.problems = []

    def attach(self, page):
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("request", self.request)
        page.on("requestfailed", self.failed)

    def console(self, message):
        if message.type in ("error", "warning") and not any(words in message.text for words in SPEED_REMARKS):
            self.problems.append(f"console {message.type}: {message.text}")

    def failed(self, request):
        if request.failure != "csp":  # a script that was named but not wanted, in a page without JavaScript
            self.problems.append(f"failed: {request.url} {request.failure}")

    def request(self, request):
        if not request.url.startswith((self.root, "data:", "blob:", "about:")):
            self.problems.append(f"request outside of the book: {request.url}")


# The theme's scripts, which wait on a page with widgets until its first figure is drawn, are there (early.js).
OPEN = """() => !document.querySelector('html.ex-opening, script[type="text/later"]')
    && (window.bootstrap || !document.querySelector('script[src*="bootstrap.js"]'))"""


def open_watched(
    browser, path, *, root=BOOK, width=1280, height=800, scheme="light", touch=False, wait="load", demos=False, **how
):
    """A page in a context of its own, with its Watch as `page.watch`.

    path : a file, or an address. root : the folder that no request may leave; by default the built book.
    demos : whether widgets may begin to move by themselves.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        has_touch=touch,
        is_mobile=touch,
        offline=True,
        **how,
    )
    if not demos:
        context.add_init_script("addEventListener('explorable:demo', (event) => event.preventDefault())")
    context.set_default_timeout(60_000)  # a busy machine is slow, not wrong
    page = context.new_page()
    page.watch = Watch(root)
    page.watch.attach(page)
    page.goto(path.resolve().as_uri() if isinstance(path, Path) else path, wait_until=wait)
    if wait == "load" and how.get("java_script_enabled", True):
        page.wait_for_function(OPEN)
    return page


@pytest.fixture
def watched_page(browser):
    """`watched_page(path, width=, scheme=, touch=, ...)` opens a page; the test fails if any of its pages misbehaved.

    Problems that a test expects are removed by it from `page.watch.problems`.
    """
    opened = []

    def open_page(path, **how):
        opened.append(open_watched(browser, path, **how))
        return opened[-1]

    yield open_page
    problems = [f"{page.url}: {problem}" for page in opened for problem in page.watch.problems]
    for page in opened:
        page.context.close()
    assert not problems, "\n".join(problems)


NO_SKIP = bool(os.environ.get("BN_NO_SKIP"))


FAILED = pytest.StashKey[bool]()  # whether a test has failed, for its fixtures when they end


def refuse(report):
    """In CI (BN_NO_SKIP=1) a skipped test is a failure: there, everything that a test can need is installed."""
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped, which BN_NO_SKIP forbids: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    refuse(report)
    item.stash[FAILED] = report.failed or (call.when != "setup" and item.stash[FAILED])
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    refuse(report)
    return report
