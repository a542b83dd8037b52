"""What the tests share: the built book, a browser, pages that are watched, and the rule about skipped tests."""

import json
import os
from pathlib import Path

import pytest
from filelock import FileLock

from tools.build import BOOK as OWN_BOOK
from tools.build import ROOT, build
from tools.find_browser import ADVICE, NoBrowser, launch_options

BOOK = Path(os.environ.get("BN_BOOK", OWN_BOOK)).resolve()


@pytest.fixture(scope="session")
def book(testrun_uid):
    """The folder of the built book. It is built once in a run, strictly; what is up to date is not built again.

    Under pytest-xdist the first worker builds, and the others read what came of it. With BN_BOOK=folder, the book
    that was built there is tested as it is.
    """
    if BOOK != OWN_BOOK:
        return BOOK
    note = ROOT / "_build" / f".tested-{testrun_uid}.json"
    note.parent.mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / ".test-lock"):
        if not note.exists():
            for old in note.parent.glob(".tested-*.json"):
                old.unlink()
            done = build(capture_output=True, text=True, encoding="utf-8", errors="replace")
            words = (done.stdout + done.stderr)[-6000:]
            note.write_text(json.dumps({"code": done.returncode, "words": words}), encoding="utf-8")
    result = json.loads(note.read_text(encoding="utf-8"))
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
    """Collects what a page must not do: errors in the console or the scripts, requests that leave its folder."""

    def __init__(self, root):
        self.root = Path(root).resolve().as_uri()
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


@pytest.fixture
def watched_page(browser, request):
    """`watched_page(path, width=, scheme=, touch=, ...)` opens a page; the test fails if any of its pages misbehaved.

    path : a file, or an address. root : the folder that no request may leave; by default the built book.
    problems that a test expects are removed by it from `page.watch.problems`.
    """
    opened = []

    def open_page(path, *, root=BOOK, width=1280, height=800, scheme="light", touch=False, wait="load", **context):
        made = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=touch,
            is_mobile=touch,
            offline=True,
            **context,
        )
        made.set_default_timeout(60_000)  # a busy machine is slow, not wrong
        page = made.new_page()
        page.watch = Watch(root)
        page.watch.attach(page)
        opened.append((made, page))
        page.goto(path.resolve().as_uri() if isinstance(path, Path) else path, wait_until=wait)
        if wait == "load" and context.get("java_script_enabled", True):
            page.wait_for_function(OPEN)
        return page

    yield open_page
    problems = [f"{page.url}: {problem}" for _, page in opened for problem in page.watch.problems]
    for made, _ in opened:
        made.close()
    assert not problems, "\n".join(problems)


NO_SKIP = bool(os.environ.get("BN_NO_SKIP"))


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
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    refuse(report)
    return report
