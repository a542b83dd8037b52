"""Takes the picture of every widget of the built book for the index of widgets: `make pictures`.

The start state in the light colours, the upper part where it is tall, as WebP, which the browser itself makes: twice
the size at which the index shows it is enough. What is no longer in the book loses its picture.
"""

import base64
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # this file is run by its path
from tools.find_browser import launch_options

ROOT = Path(__file__).resolve().parent.parent
BOOK, PICTURES = ROOT / "_build" / "html", ROOT / "chapters" / "images" / "widgets"
WIDTH, SHAPE = 1280, 0.53  # pixels of the page; greatest height of a picture, as a share of its width
SIZE, QUALITY = (668, 352), 0.5  # greatest size of a picture: twice that in the index; of WebP

# A PNG as a WebP of at most this size, in base64.
SMALLER = """async ([png, [width, height], quality]) => {
  const picture = new Image();
  picture.src = "data:image/png;base64," + png;
  await picture.decode();
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, width / picture.width, height / picture.height);
  [canvas.width, canvas.height] = [Math.round(scale * picture.width), Math.round(scale * picture.height)];
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(**launch_options())
        context = browser.new_context(viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce", offline=True)
        pages = sorted(path for path in BOOK.rglob("*.html") if 'class="explorable' in path.read_text(encoding="utf-8"))
        taken = {key for path in pages for key in pictures_of(context.new_page(), path)}
        browser.close()
    for path in PICTURES.glob("*.webp"):
        if path.stem not in taken:
            path.unlink()
    print(f"{len(taken)} pictures in {PICTURES.relative_to(ROOT)}")


def pictures_of(page, path):
    """Take the pictures of one page's widgets; yield their keys."""
    page.goto(path.as_uri())
    page.add_style_tag(
        content=".skip-link, .bd-header-article, #pst-header { display: none !important; }"
    )  # they would cover
    for figure in page.locator("figure.explorable").all():
        key = figure.get_attribute("id")
        figure.scroll_into_view_if_needed()
        page.wait_for_function("(key) => window.explorable?.widgets.has(key)", arg=key)
        page.evaluate("(key) => window.explorable.widgets.get(key).ready", key)
        if figure.locator(".ex-plotly").count():
            figure.locator(".ex-plotly canvas").first.wait_for()
        page.wait_for_timeout(500)  # movements at the start come to rest
        area = figure.locator(".ex-figures").bounding_box()
        scrolled = page.evaluate("scrollY")
        clip = {
            "x": area["x"],
            "y": area["y"] + scrolled,
            "width": area["width"],
            "height": min(area["height"], SHAPE * area["width"]),
        }
        png = base64.b64encode(page.screenshot(full_page=True, clip=clip)).decode()
        small = page.evaluate(SMALLER, [png, SIZE, QUALITY])
        (PICTURES / f"{key}.webp").write_bytes(base64.b64decode(small))
        yield key
    page.close()


if __name__ == "__main__":
    main()
