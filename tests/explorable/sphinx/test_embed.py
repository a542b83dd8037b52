"""A widget alone: in a page of its own, in a frame, and by a script tag, from disk and under a strict policy."""

import functools
import http.server
import threading

import pytest

from tests.explorable.sphinx.tiny import build_book, built, widget, write_book

TEXT = f"# One\n\n{widget()}\n\n{widget('cube')}\n"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:"
FRAMED = """<!doctype html><title>Mine</title><iframe src="{address}" title="A square" width="600" height="50"></iframe>
<script>
addEventListener("message", ({{ data }}) => {{
  if (data.explorable) document.querySelector("iframe").height = window.told = data.height;
}});
</script>"""
TAGGED = """<!doctype html><title>Mine</title><p>Before.</p><script src="{site}/embed/square.js"></script>
<p>Between.</p><script src="{site}/embed/cube.js"></script><p>After.</p>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a built book with two widgets."""
    folder = tmp_path_factory.mktemp("book")
    write_book(folder, TEXT)
    return built(folder, build_book(folder))


def moves(figure, page):
    """Whether a key at the slider changes the readout."""
    figure.locator(".ex-marks").wait_for()
    before = figure.locator(".ex-readout").inner_text()
    figure.locator("input[type=range]").press("ArrowRight")
    page.wait_for_timeout(100)
    return figure.locator(".ex-readout").inner_text() != before


def test_a_page_of_its_own(site, watched_page):
    page = watched_page(site / "embed" / "square.html", root=site)
    assert moves(page.locator("figure.explorable"), page) and page.title() == "A number and its square"
    assert page.locator("header, nav").count() == 0
    link = page.locator(".ex-from a")
    assert link.inner_text() == "Tiny: One"
    assert link.evaluate("(a) => a.href") == f"{(site / 'index.html').resolve().as_uri()}#square"
    opened = watched_page(f"{(site / 'embed' / 'square.html').as_uri()}?square.a=3", root=site)
    opened.locator(".ex-marks").wait_for()
    assert opened.locator(".ex-readout").inner_text() == "the square is 9"


def test_in_a_frame_it_tells_its_height(site, watched_page, tmp_path):
    (tmp_path / "mine.html").write_text(FRAMED.format(address=(site / "embed/square.html").as_uri()), encoding="utf-8")
    page = watched_page(tmp_path / "mine.html", root="/")
    inside = page.frame_locator("iframe")
    assert moves(inside.locator("figure.explorable"), page)
    assert page.evaluate("told") > 200
    scroll = page.frames[1].evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert scroll[0] <= scroll[1] + 1, "nothing is cut"


def test_by_a_script_tag_in_a_bare_page_from_disk(site, watched_page, tmp_path):
    (tmp_path / "mine.html").write_text(TAGGED.format(site=site.as_uri()), encoding="utf-8")
    page = watched_page(tmp_path / "mine.html", root="/")
    page.locator("figure.explorable .ex-marks").nth(1).wait_for()
    for key in ("square", "cube"):
        assert moves(page.locator(f"#{key}"), page)
    order = page.locator("p:not(figure *), figure").evaluate_all("all => all.map(e => e.id || e.textContent)")
    assert order == ["Before.", "square", "Between.", "cube", "After."]


def test_under_a_strict_policy(site, browser):
    """Served, with scripts and styles of the same place alone; nothing is evaluated from text."""

    class Strict(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *args):
            pass

    (site / "mine.html").write_text(TAGGED.format(site="."), encoding="utf-8")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Strict, directory=str(site))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        page, faults = browser.new_page(), []
        page.on("console", lambda message: message.type in ("error", "warning") and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        for name in ("mine.html", "embed/square.html"):
            page.goto(f"http://127.0.0.1:{running.server_port}/{name}")
            assert moves(page.locator("#square"), page)
        page.close()
        running.shutdown()
    assert [fault for fault in faults if "favicon" not in fault and "404" not in fault] == []
