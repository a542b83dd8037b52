"""The pictures of the index of widgets."""

import base64

import pytest

from tools.build import ROOT
from tools.pictures import PICTURES, SIZE, pictures_of

# The share of the pixels along each edge that are not paper.
EDGES = """async (webp) => {
  const picture = new Image();
  picture.src = "data:image/webp;base64," + webp;
  await picture.decode();
  const { width, height } = picture, canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const inked = (...box) => {
    const data = context.getImageData(...box).data, dark = data.filter((part, i) => i % 4 !== 3 && part < 200);
    return dark.length / data.length;
  };
  const upright = [inked(0, 0, 2, height), inked(width - 2, 0, 2, height)];
  return { width, height, edges: [...upright, inked(0, 0, width, 2), inked(0, height - 2, width, 2)] };
}"""


@pytest.fixture(scope="module")
def blank(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("key", sorted(path.stem for path in (ROOT / PICTURES).glob("*.webp")))
def test_no_picture_is_cut(blank, key):
    """Around the figures there is paper on all four sides."""
    check(blank, PICTURES / f"{key}.webp")


def check(page, path):
    seen = page.evaluate(EDGES, base64.b64encode(path.read_bytes()).decode())
    assert seen["width"] <= SIZE[0] and seen["height"] <= SIZE[1]
    assert max(seen["edges"]) == 0, seen


def test_every_widget_has_a_picture(book):
    page = (book / "chapters" / "widgets.html").read_text(encoding="utf-8")
    assert page.count('class="bn-card docutils') == page.count("_images/") > 40


def test_one_picture_can_be_taken_anew(browser, book, blank, tmp_path):
    """Also of a widget whose page grows above it while it opens."""
    context = browser.new_context(viewport={"width": 1280, "height": 1600}, reduced_motion="reduce", offline=True)
    keys = pictures_of(context.new_page(), book / "chapters" / "01_motivation.html", ["chain"], tmp_path)
    assert {"chain", "drift"} <= keys and [path.name for path in tmp_path.iterdir()] == ["chain.webp"]
    check(blank, tmp_path / "chain.webp")
    context.close()
