"""Every page of the built book, from disk, without a network: quiet, accessible, and narrow enough for a phone."""

import re
from html import unescape
from urllib.parse import unquote

import pytest

from tests.axe import violations
from tests.book.pages import chapters

PAGES = [*chapters(), "genindex", "search"]
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
# Formulas with a mark for each line, where a mark does not stand beside its line.
MARKS_ASTRAY = """() => [...document.querySelectorAll('.bn-formula')].filter(formula => {
    const lines = [...formula.querySelectorAll('math > mtable > mtr')].map(line => line.getBoundingClientRect());
    const marks = [...formula.querySelectorAll('.bn-mark')].map(mark => mark.getBoundingClientRect());
    const middles = marks.map(mark => (mark.top + mark.bottom) / 2);
    const beside = (line, k) => line.top < middles[k] && middles[k] < line.bottom;
    return lines.length === marks.length && !lines.every(beside);
}).map(formula => formula.textContent)"""

# Marks three places of each kind of text. Places of one kind look alike, and so does all that they stand in: element by
# element up to the root, they have the same names, classes and computed colors. A page holds thousands of a kind.
MARK_KINDS = """() => {
    const kinds = new Map(), kindOf = new Map(), times = new Map();
    const number = (words) => kinds.get(words) ?? kinds.set(words, kinds.size).get(words);
    const own = (e) => e.matches("input, select, textarea")
        || [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    for (const e of document.documentElement.querySelectorAll("*")) {
        const s = getComputedStyle(e);
        const looks = [s.color, s.fill, s.backgroundColor, s.backgroundImage, s.opacity, s.fontSize, s.fontWeight];
        const kind = number([kindOf.get(e.parentElement), e.tagName, e.getAttribute("class"), ...looks].join("|"));
        kindOf.set(e, kind);
        e.removeAttribute("data-kind");
        if (e.closest("math *") || !own(e) || !e.checkVisibility({ visibilityProperty: true })) continue;
        times.set(kind, (times.get(kind) ?? 0) + 1);
        if (times.get(kind) <= 3) e.dataset.kind = kind;
    }
    return [document.querySelectorAll("[data-kind]").length, kinds.size];
}"""


@pytest.mark.parametrize(("way", "width"), [("mouse", 1280), ("touch", 360)])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_quiet_fits_and_is_accessible(visit, name, way, width):
    """From top to bottom, dark and light: no error, no request outside, no sideways scrolling, no serious fault.

    One visit serves all of it, since opening a page and drawing all its widgets is what takes the time. Dark differs
    from light in its colors only, so there only the contrast is examined.
    """
    page = visit(name, width=width, way=way, fresh=True, scheme="dark")
    scroll_through(page)
    faults = poor_contrast(page)
    dark = page.evaluate(BACKGROUND)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"dark => {BACKGROUND} !== dark", arg=dark)
    scroll_through(page)
    faults += poor_contrast(page) + serious_faults(page, {"rules": {"color-contrast": {"enabled": False}}})
    assert page.locator("main h1:visible").count() == 1
    too_wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
          .slice(0, 5).map(e => e.tagName + '.' + e.className)"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width, too_wide
    assert page.evaluate(MARKS_ASTRAY) == []
    assert not faults, "\n".join(faults)


def poor_contrast(page):
    """What axe finds of text that is hard to see. It takes its time with each place, so it is shown each kind only."""
    page.evaluate(MARK_KINDS)
    return serious_faults(page, {"runOnly": ["color-contrast"]}, include=[["[data-kind]"]])


def serious_faults(page, options, **context):
    """What axe finds, a line for each fault and place. Formulas are looked at as wholes."""
    options = {"preload": False, "resultTypes": ["violations"], **options}
    found = violations(page, {"exclude": [["math > *"]], **context}, options)
    bad = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in bad for node in fault["nodes"][:4]]


def test_no_page_holds_widget_state_or_foreign_addresses(book):
    """Nothing is loaded from elsewhere (links to elsewhere are fine), and no page carries dead notebook widgets."""
    loads = re.compile(r"<(?:script|img|iframe|source|link)\b[^>]*?(?:src|href)=[\"'](?:https?:)?//[^>]*>")
    for path in book.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "application/vnd.jupyter.widget-state" not in text, path
        foreign = [tag for tag in loads.findall(text) if not re.search(r'rel="(canonical|license|author)"', tag)]
        assert not foreign, (path, foreign)


def test_no_id_stands_twice_on_a_page(book):
    for path in book.rglob("*.html"):
        ids = re.findall(r"<[a-z][^<>]*? id=\"([^\"]+)\"", path.read_text(encoding="utf-8"))
        twice = {name for name in ids if ids.count(name) > 1}
        assert not twice, (path, twice)


PLACED = """(target) => {
  document.documentElement.style.scrollBehavior = "auto";
  document.getElementById(target).scrollIntoView();
  const kept = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop); // for the header in view
  return [document.getElementById(target).getBoundingClientRect().top, kept];
}"""


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(("name", "selector"), [
    ("chapters/01_motivation", "figure.explorable"), ("chapters/01_motivation", ".bn-question"),
    ("chapters/ledger", ".bn-entry"),
])  # fmt: skip
def test_what_an_address_names_stands_right_below_the_header(visit, name, selector, width):
    page = visit(name, width=width)
    target = page.locator(selector).nth(1).get_attribute("id")
    top, header = page.evaluate(PLACED, target)
    assert header <= top <= header + 32, (target, top, header)


def test_every_link_inside_the_book_has_its_target(book):
    """Links and their anchors, from page to page; Sphinx checks only those that it resolved itself."""
    texts = {path: path.read_text(encoding="utf-8") for path in book.rglob("*.html")}
    anchors = {path: set(re.findall(r"\bid=[\"']([^\"']+)", text)) for path, text in texts.items()}
    for path, text in texts.items():
        article = re.search(r"<article.*?</article>", text, re.DOTALL)
        for link in re.findall(r"<a\b[^>]*?href=\"([^\"]*)\"", article[0] if article else ""):
            if re.match(r"[a-z]+:", link):
                continue
            place, _, anchor = unescape(link).partition("#")
            target = (path.parent / unquote(place.partition("?")[0])).resolve() if place.partition("?")[0] else path
            assert target.exists(), (path.name, link)
            assert not anchor or target not in anchors or unquote(anchor) in anchors[target], (path.name, link)


def test_search_finds_a_chapter(book, watched_page):
    page = watched_page(f"{(book / 'search.html').as_uri()}?q=batch")
    page.locator("#search-results li").first.wait_for()


def test_theme_switch_changes_the_colors(book, watched_page):
    page = watched_page(book / "index.html")
    before = page.evaluate(BACKGROUND)
    for _ in range(3):
        page.locator("button.theme-switch-button:visible").first.click()
        if page.evaluate(BACKGROUND) != before:
            return
    raise AssertionError("the theme switch never changed the background")


def scroll_through(page):
    """Bring every part of the page into view once, as a reader does, and let it draw.

    A frame that is not painted is not waited for: WebGL without a graphics card can bring the browser to a halt.
    """
    page.evaluate(
        """async () => { for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await Promise.race([new Promise(requestAnimationFrame), new Promise((done) => setTimeout(done, 500))]);
        } scrollTo(0, 0); }"""
    )
    settle(page)


def settle(page, keys=None):
    """Wait until these widgets (by default all) have drawn their start state, or have shown that they cannot.

    A widget that never came near the reader's view is never ready, so the wait has an end.
    """
    page.evaluate(
        """async (keys) => {
          const all = [...(window.explorable?.widgets ?? [])].filter(([key]) => !keys || keys.includes(key));
          const ready = Promise.all(all.map(([, widget]) => Promise.resolve(widget.ready).catch(() => 0)));
          const wait = (time) => new Promise((done) => setTimeout(done, time));
          const begin = performance.now();
          await Promise.race([ready, wait(15000)]);
          await wait(keys && performance.now() - begin < 5 ? 0 : 100);  // what was ready before has drawn long ago
        }""",
        keys,
    )
