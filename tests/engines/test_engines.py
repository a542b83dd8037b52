"""Two pages in three engines: all is drawn, nothing is reported, and what engines paint differently is alike."""

import io
import re

import pytest
from pypdf import PdfReader

PAGES = ("index", "chapters/03_backprop")
FRAMES = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
# The pictures that beforeprint leaves without content, in the very moment that the page has loaded.
EMPTY_AT_PRINT = """dispatchEvent(new Event("beforeprint"));
const empty = [...document.querySelectorAll(".ex-canvas:empty")].map((canvas) => canvas.closest("figure").id);
dispatchEvent(new Event("afterprint"));
return empty;"""
WAKE = f"""explorable.widgets.forEach((widget) => widget.wake());
await Promise.all(Array.from(explorable.widgets.values(), (widget) => widget.ready));
await document.fonts.ready;
{FRAMES}"""
STATE = """const all = [...document.querySelectorAll("figure.explorable")];
return { problems, count: all.length,
  fonts: [...document.fonts].filter((font) => font.status === "error").map((font) => font.family),
  told: all.filter((figure) => !figure.querySelector(".ex-problem").hidden).map((figure) => figure.id),
  empty: [...document.querySelectorAll(".ex-canvas:empty")].map((canvas) => canvas.closest("figure").id) };"""
# Formulas in which the ink of an opening bracket begins left of where the letter before it ends.
BRACKETS = """const rect = (leaf) => {
  const range = document.createRange();
  range.selectNodeContents(leaf);
  return range.getBoundingClientRect();
};
let count = 0;
const wrong = [];
for (const math of document.querySelectorAll("math")) {
  const leaves = [...math.querySelectorAll("mi, mn, mo, mtext")].filter((leaf) => leaf.getClientRects().length);
  leaves.forEach((leaf, i) => {
    const before = leaves[i - 1];
    if (!/^[([]$/.test(leaf.textContent.trim()) || !before) return;
    const [a, b] = [rect(before), rect(leaf)];
    if (a.bottom < b.top || b.bottom < a.top || a.left > b.right) return; // a fraction, or the next line
    count++;
    const overlap = a.right - b.left;
    if (overlap > 0.15 * parseFloat(getComputedStyle(leaf).fontSize)) wrong.push([math.textContent, overlap]);
  });
}
return { count, wrong };"""
HEADS = f"""const root = document.documentElement.dataset;
[root.mode, root.theme] = [args[0], args[0]];
{FRAMES}
return [...document.querySelectorAll("[marker-end]")].map((path) => {{
  const head = document.querySelector(path.getAttribute("marker-end").slice(4, -1)).firstElementChild;
  return [getComputedStyle(path).stroke, getComputedStyle(head).fill];
}});"""
# How far the index of a diagram's letter stands below it, in em.
INDEX = """const text = document.querySelector("#backprop-graph [data-name=x1-symbol] text");
const [letter, index] = [0, text.textContent.length - 1].map((i) => text.getStartPositionOfChar(i).y);
return (index - letter) / parseFloat(getComputedStyle(text).fontSize);"""
# Words of more than four letters in each widget's pictures, by which they are found on paper.
WORDS = """return Object.fromEntries(Array.from(document.querySelectorAll("figure.explorable"), (figure) => [figure.id,
  [...new Set(Array.from(figure.querySelectorAll(".ex-canvas text"))
    .filter((text) => text.getClientRects().length && getComputedStyle(text).visibility !== "hidden")
    .flatMap((text) => text.textContent.match(/[a-z]{5,}/g) ?? []))]]));"""


@pytest.fixture(scope="session", params=PAGES)
def seen(request, engine, noting_pages):
    """What the engine shows of a page: all that the tests below ask for, of one visit.

    It is printed first, in the moment that the page has loaded. WebKitGTK's driver cannot print: there the page is told
    that it will be, which is what a page learns of it.
    """
    engine.open(noting_pages(request.param))
    record = {"name": request.param, "empty": [], "printed": None}
    if hasattr(engine, "paper"):
        pages = PdfReader(io.BytesIO(engine.paper())).pages
        record["printed"] = " ".join(page.extract_text() for page in pages)
    else:
        record["empty"] = engine.run(EMPTY_AT_PRINT)
    engine.run(WAKE)
    record |= {"state": engine.run(STATE), "brackets": engine.run(BRACKETS), "words": engine.run(WORDS)}
    record["index"] = engine.run(INDEX) if request.param != "index" else None
    record["heads"] = {theme: engine.run(HEADS, theme) for theme in ("dark", "light")}
    return record


def test_all_is_drawn_and_nothing_is_reported(seen):
    state = dict(seen["state"])
    assert state.pop("count") == (1 if seen["name"] == "index" else 5)
    assert state == {"problems": [], "fonts": [], "told": [], "empty": []}


def test_what_is_printed_at_once_has_its_pictures_on_paper(seen):
    assert seen["empty"] == []
    if seen["printed"] is None:
        return
    assert "not ready" not in seen["printed"]
    for key, words in seen["words"].items():
        found = [word for word in words if word in seen["printed"]]
        assert len(found) >= 0.7 * len(words) > 0, f"{key}: {set(words) - set(found)}"


def test_no_bracket_lies_on_the_letter_before_it(seen):
    assert seen["brackets"]["wrong"] == []
    assert seen["brackets"]["count"] > 20 or seen["name"] == "index"


def test_arrow_heads_have_the_color_of_their_arrows(seen):
    light, dark = seen["heads"]["light"], seen["heads"]["dark"]
    for stroke, fill in light + dark:
        assert re.sub(r"\s", "", stroke) == re.sub(r"\s", "", fill)
    if seen["name"] != "index":
        assert len(light) > 30 and light != dark and "none" in {fill for _, fill in light}


def test_an_index_stands_as_far_below_its_letter_as_in_a_formula(seen):
    assert seen["index"] in (None, pytest.approx(0.21, abs=0.02))


# What the menu of the first widget makes: files, colors in its picture, the widget as large as the window.
MENU = f"""const widget = [...explorable.widgets.values()][0];
const {{ figure }} = widget;
figure.querySelector(".ex-share > button").click();
for (let i = 0; i < 200 && !explorable.more; i++) await new Promise((done) => setTimeout(done, 50));
const saved = [];
HTMLAnchorElement.prototype.click = () => 0; // nothing is put into the folder of downloads
const keep = URL.createObjectURL;
URL.createObjectURL = (blob) => (saved.push(blob), keep.call(URL, blob));
const words = [];
for (const name of ["svg", "png", "csv"]) await explorable.more[name](widget, (said) => words.push(said));
const image = await createImageBitmap(saved[1]);
const canvas = Object.assign(document.createElement("canvas"), {{ width: image.width, height: image.height }});
canvas.getContext("2d").drawImage(image, 0, 0);
const {{ data }} = canvas.getContext("2d").getImageData(0, 0, image.width, image.height);
const colors = new Set(new Uint32Array(data.buffer)).size;
explorable.more.enlarge(widget);
{FRAMES}
const box = figure.getBoundingClientRect();
const large = [box.left, box.top, box.width - document.documentElement.clientWidth, box.height - innerHeight];
figure.querySelector(".ex-close").click();
{FRAMES}
const left = document.querySelectorAll(".ex-dialog").length;
return {{ words, sizes: saved.map((blob) => blob.size), colors, large, left, problems }};"""


def test_the_menu_saves_and_enlarges(engine, noting_pages):
    engine.open(noting_pages("index"))
    engine.run(WAKE)
    found = engine.run(MENU)
    assert found["words"] == [f"shift-at-a-glance.{kind} is in your downloads." for kind in ("svg", "png", "csv")]
    assert min(found["sizes"]) > 5000 and found["colors"] > 50
    assert found["large"] == [0, 0, 0, 0] and found["left"] == 0
    assert found["problems"] == []
