"""How pages look where a look is easily forgotten: on paper, without scripts, on a phone, in forced colors."""

import re

import pytest

from tests.book.pages import chapters, notebooks

LONG_NAMES = [name for name in chapters() if name.startswith("chapters/0")]
# Words that stand out of the link that they are in, which cuts them off.
CUT = """() => [...document.querySelectorAll(".prev-next-area a")].filter((link) => {
  const words = document.createRange(), box = link.getBoundingClientRect();
  words.selectNodeContents(link.querySelector(".prev-next-title"));
  return [...words.getClientRects()].some((line) => line.left < box.left - 1 || line.right > box.right + 1);
}).map((link) => link.textContent.trim())"""
CHOICES = """() => [...document.querySelectorAll(".explorable .ex-choice label:has(> [type=radio])")].map((label) => {
  const { left, right, width, height } = label.getBoundingClientRect();
  return { words: label.textContent, left, right, width, height };
})"""

COLORS = """(e) => {
  const { color, backgroundColor, forcedColorAdjust } = getComputedStyle(e);
  return [color, backgroundColor, forcedColorAdjust];
}"""


@pytest.mark.parametrize("name", LONG_NAMES)
def test_on_a_phone_the_neighbors_names_and_the_choices_have_room(visit, name):
    page = visit(name, width=360, way="touch")
    assert page.evaluate(CUT) == []
    for choice in page.evaluate(CHOICES):
        assert choice["left"] >= 0 and choice["right"] <= 360, choice
        assert choice["width"] >= 44 and choice["height"] >= 44, f"too small for a finger: {choice}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chosen_option_can_be_read_in_forced_colors(book, watched_page, scheme):
    page = watched_page(book / "chapters" / "05_smoothness.html", scheme=scheme)
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    chosen = page.locator("#landscape .ex-choice input:checked + span").first
    other = page.locator("#landscape .ex-choice input:not(:checked) + span").first
    color, ground, adjust = chosen.evaluate(COLORS)
    assert adjust == "none", "the browser lays a plate of the page's color behind the words"
    assert color != ground and ground != other.evaluate(COLORS)[1]


def test_the_graph_that_stands_still_stands_on_the_page_and_not_on_a_plate(book, watched_page):
    page = watched_page(book / "chapters" / "03_backprop.html", scheme="dark")
    ground = "e => getComputedStyle(e.closest('.output')).backgroundColor"
    assert page.locator(".bn-still").evaluate(ground) == "rgba(0, 0, 0, 0)"
    card, words = page.locator(".bn-still rect").first, page.locator(".bn-still text").last
    assert card.evaluate("e => getComputedStyle(e).fill") == "rgb(20, 24, 30)"
    assert words.evaluate("e => getComputedStyle(e).fill") != card.evaluate("e => getComputedStyle(e).fill")


def test_a_printed_chapter_has_its_number_its_legends_and_its_whole_lines(book, watched_page):
    page = watched_page(book / "chapters" / "01_motivation.html")
    page.emulate_media(media="print")
    assert page.locator("h1:visible").first.inner_text().startswith("1. Why?")
    assert page.locator("summary:visible", has_text="Show code cell source").count() == 0
    assert (
        page.locator(".bd-article .cell_input pre").last.evaluate("e => getComputedStyle(e).whiteSpace") == "pre-wrap"
    )
    page.locator("#drift .ex-key").first.wait_for()
    key = "e => getComputedStyle(e, '::before').printColorAdjust"
    assert page.locator("#drift .ex-key").first.evaluate(key) == "exact", "a browser prints no grounds by itself"


@pytest.mark.parametrize("name", [name for name in notebooks() if name != "index"])
def test_without_javascript_the_state_is_told_and_the_theme_has_its_colors(book, watched_page, name):
    page = watched_page(book / f"{name}.html", java_script_enabled=False)
    color = "e => getComputedStyle(e).color"
    plain = page.locator(".bd-article p").first.evaluate(color)
    assert page.locator(".prev-next-title").last.evaluate(color) != plain, "a link looks like the text around it"
    for figure in page.locator("figure.explorable").all():
        assert re.match(r"At .+: .+ need JavaScript\.", figure.locator("noscript .ex-help").inner_text())


def test_the_link_to_an_exercise_begins_with_its_first_letter(book):
    text = (book / "chapters" / "01_motivation.html").read_text(encoding="utf-8")
    assert re.search(r"Solution to <a [^>]*>Exercise", text) and not re.search(r"Solution to<a [^>]*> ", text)


def test_a_formula_that_goes_on_fades_out_at_its_edge(book, watched_page):
    page = watched_page(book / "chapters" / "03_backprop.html", width=360, touch=True)
    boxes = page.locator(".ex-formula-box[tabindex='0']")
    boxes.first.wait_for(state="attached")
    fade = "e => [parseFloat(getComputedStyle(e).getPropertyValue('--ex-fade')), getComputedStyle(e).maskImage]"
    start, mask = boxes.first.evaluate(fade)
    boxes.first.evaluate("e => { e.scrollLeft = e.scrollWidth; }")
    page.wait_for_function(
        "e => parseFloat(getComputedStyle(e).getPropertyValue('--ex-fade')) === 0", arg=boxes.first.element_handle()
    )
    assert start > 10 and "gradient" in mask
    narrow = page.locator(".ex-formula-box:not([tabindex])").first
    assert narrow.evaluate(fade)[0] == 0, "a formula that is all there does not fade"


# Names in the sources have a test of their own, tests/test_spelling.py.
STEMS = "normalis|standardis|generalis|optimis|summaris|recognis|centred|colour|behaviour|neighbour|rumour"
BRITISH = re.compile(rf"(?<![-\w])\w*(?:{STEMS})\w*(?![-\w])")


@pytest.mark.parametrize("name", [name for name in chapters() if "api" not in name])
def test_the_text_is_in_american_spelling(book, name):
    """Names in code are the authors' own."""
    text = (book / f"{name}.html").read_text(encoding="utf-8")
    article = re.search(r"<article.*?</article>", text, re.DOTALL)[0]
    words = re.sub(r"<(pre|code|script|style|math)\b.*?</\1>|<[^>]*>", " ", article, flags=re.DOTALL)
    assert BRITISH.findall(words.lower()) == []
