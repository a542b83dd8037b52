"""Takes the picture of every widget of the built book for the index of widgets: `make pictures`.

The start state at the width of a phone, in the light colours. What is no longer in the book loses its picture.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # this file is run by its path
from tools.find_browser import launch_options

ROOT = Path(__file__).resolve().parent.parent
BOOK, PICTURES = ROOT / "_build" / "html", ROOT / "chapters" / "images" / "widgets"
WIDTH, TALLEST, QUALITY = 400, 420, 40  # pixels; of JPEG


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(**launch_options())
        context = browser.new_context(viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce", offline=True)
        pages = sorted(path for path in BOOK.rglob("*.html") if 'class="explorable' in path.read_text(encoding="utf-8"))
        taken = {key for path in pages for key in pictures_of(context.new_page(), path)}
        browser.close()
    for path in PICTURES.glob("*.jpg"):
        if path.stem not in taken:
            path.unlink()
    print(f"{len(taken)} pictures in {PICTURES.relative_to(ROOT)}")


def pictures_of(page, path):
    """Take the pictures of one page's widgets; yield their keys."""
    page.goto(path.as_uri())
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
            "height": min(area["height"], TALLEST),
        }
        page.screenshot(path=PICTURES / f"{key}.jpg", type="jpeg", quality=QUALITY, full_page=True, clip=clip)
        yield key
    page.close()


if __name__ == "__main__":
    main()
