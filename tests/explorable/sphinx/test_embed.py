"""A widget alone: in a page of its own, in a frame, and by a script tag, from disk and under a strict policy."""

import functools
import http.server
import threading

import pytest

from tests.explorable.sphinx.tiny import build_book, built, widget, write_book

# Words beyond ASCII in the figure (title) and in its data (readout).
OTHER = widget("cube").replace("A number and its square", "A number and its x²").replace("the square is", "x² is")
TEXT = f"# One\n\n{widget()}\n\n{OTHER}\n"
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


def test_tags_in_a_page_that_has_nothing_else_and_tells_no_encoding(site, watched_page, tmp_path):
    """There the parser counts them to the head, of which nothing is seen; and the words are those of the book."""
    tags = "".join(f'<script src="{site.as_uri()}/embed/{key}.js"></script>' for key in ("square", "cube"))
    (tmp_path / "mine.html").write_text(f"<!doctype html><title>Mine</title>{tags}<p>After.</p>", encoding="ascii")
    page = watched_page(tmp_path / "mine.html", root="/")
    for key in ("square", "cube"):
        assert moves(page.locator(f"#{key}"), page)
    order = page.locator("p:not(figure *), figure").evaluate_all("all => all.map(e => e.id || e.textContent)")
    assert order == ["square", "cube", "After."]
    page.wait_for_timeout(400)  # the settings in words follow a move when it has come to rest
    assert page.evaluate("document.characterSet") != "UTF-8"
    assert page.locator("#square .ex-state").text_content() == "number: 3 · twice: off"
    assert page.locator("#cube .ex-title").inner_text() == "A number and its x²"
    assert page.locator("#cube .ex-readout").inner_text() == "x² is 9"


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


SITE = "https://book.example/batch-norm/"


@pytest.fixture
def published(site, browser):
    """`published(name)` opens a page of the book as it would stand on the web; other addresses are `elsewhere`."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    elsewhere = {}

    def answer(route):
        address = route.request.url.split("?")[0].split("#")[0]
        if address in elsewhere:
            return route.fulfill(body=elsewhere[address], content_type="text/html")
        path = site / address.removeprefix(SITE)
        return route.fulfill(path=path) if address.startswith(SITE) and path.is_file() else route.fulfill(status=404)

    context.route("**/*", answer)

    def open_page(address, text=None):
        if text is not None:
            elsewhere[address] = text
        page = context.new_page()
        page.goto(address)
        return page

    yield open_page
    context.close()


def embedding(page):
    """{"frame": what is to be copied, "script": ...}, as the menu of the first widget shows it."""
    figure = page.locator("#square")
    figure.locator(".ex-marks").wait_for()
    figure.get_by_role("button", name="Menu").click()
    figure.get_by_role("button", name="Embed").click()
    return {kind: figure.get_by_label(f"As a {kind}").input_value() for kind in ("frame", "script")}


def test_what_the_menu_offers_shows_the_widget_as_it_was_left_in_another_page(published):
    page = published(f"{SITE}index.html?square.a=3&square.double=1")
    lines = embedding(page)
    for kind, line in lines.items():
        page.get_by_role("button", name=f"Copy the {kind}").click()
        page.get_by_text(f"The {kind} is copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == line
    width = page.locator("#square").evaluate("(e) => e.offsetWidth") + 32  # what the page of the widget adds
    line = lines["frame"].replace("100%", str(width))
    other = published("https://other.example/frame.html", f"<!doctype html><title>Mine</title>{line}")
    frame = other.frame_locator("iframe")
    frame.locator(".ex-readout", has_text="the square is 18").wait_for()
    need, given = other.frames[1].evaluate("[document.querySelector('main').offsetHeight, innerHeight]")
    assert need <= given <= need + 20, "the frame is as high as the widget"
    assert other.locator("iframe").get_attribute("title") == "A number and its square"
    other = published("https://other.example/script.html", f"<!doctype html><title>Mine</title>{lines['script']}")
    other.locator(".ex-readout", has_text="the square is 18").wait_for()
    assert embedding(other)["script"] == lines["script"], "from there it can be taken further"


def test_a_widget_at_its_start_is_offered_without_settings(published):
    lines = embedding(published(f"{SITE}index.html"))
    assert f'src="{SITE}embed/square.html"' in lines["frame"]
    assert lines["script"] == f'<script src="{SITE}embed/square.js"></script>'


def test_where_the_clipboard_is_refused_the_text_is_selected(published):
    page = published(f"{SITE}index.html")
    lines = embedding(page)
    page.evaluate("() => delete Navigator.prototype.clipboard")
    page.get_by_role("button", name="Copy the frame").click()
    page.get_by_text("copy it by hand").wait_for()
    selected = "(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd))"
    assert page.evaluate(f"{selected}(document.activeElement)") == lines["frame"]


def test_a_book_on_disk_says_that_it_has_no_address(site, watched_page):
    page = watched_page(site / "index.html", root=site)
    lines = embedding(page)
    assert "no address on the web" in page.locator("#square .ex-share [role=status]").inner_text()
    assert all("https://ADDRESS-OF-THE-BOOK/embed/square." in line for line in lines.values())


def test_a_widget_alone_does_not_offer_itself_but_can_be_linked_to(published):
    page = published(f"{SITE}embed/square.html?square.a=3")
    page.locator(".ex-marks").wait_for()
    page.get_by_role("button", name="Menu").click()
    assert page.locator(".ex-menu button").all_inner_texts() == [
        "Enlarge",
        "Picture as SVG",
        "Picture as PNG",
        "Numbers as CSV",
        "Link to this state",
        "Keys",
    ]
    page.get_by_role("button", name="Link to this state").click()
    page.get_by_text("The link is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{SITE}embed/square.html?square.a=3&")
