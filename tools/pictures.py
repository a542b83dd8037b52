"""Takes the picture of every widget of the built book for the index of widgets: `make pictures`.

The first row of its figures at the start state, in the light colors and whole, as WebP, which the browser itself
makes: twice the size at which the index shows it is enough. `make pictures ARGS="chain drift"` takes only some. What is
no longer in the book loses its picture.
"""

import base64
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.find_browser import launch_options

ROOT = Path(__file__).resolve().parent.parent
BOOK, PICTURES = ROOT / "_build" / "html", ROOT / "chapters" / "images" / "widgets"
WINDOW = {"width": 1280, "height": 1600}  # high enough for every row of figures: what is in sight is not laid out anew
MARGIN = 8  # pixels of paper around the figures, for what stands out of their boxes, such as the last number of an axis
SIZE, QUALITY = (668, 352), 0.5  # greatest size of a picture: twice that in the index; of WebP

# The place in the window of the first row of a widget's figures. The others are not to be seen in its margin.
ROW = """(key) => {
  const figures = [...document.querySelectorAll(`#${key} .ex-figure`)];
  const boxes = figures.map((figure) => figure.getBoundingClientRect());
  const first = boxes.map((box) => Math.abs(box.top - boxes[0].top) < 2), row = boxes.filter((box, i) => first[i]);
  figures.forEach((figure, i) => (figure.style.visibility = first[i] ? "" : "hidden"));
  const [left, top] = [Math.min(...row.map((box) => box.left)), boxes[0].top];
  const [right, bottom] = [Math.max(...row.map((box) => box.right)), Math.max(...row.map((box) => box.bottom))];
  return { x: left, y: top, width: right - left, height: bottom - top };
}"""

# Scrolled to, and then at rest for five frames: what stands above may still be growing.
AT_REST = f"""async (key) => {{
  const row = {ROW}, place = () => JSON.stringify(row(key));
  const frame = () => new Promise(requestAnimationFrame);
  for (let still = 0, last = ""; still < 5; ) {{
    scrollBy({{ top: row(key).y - 40, behavior: "instant" }});
    await frame();
    still = place() === last ? still + 1 : 0;
    last = place();
  }}
  return row(key);
}}"""

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


def main(wanted=()):
    """Take the pictures of the widgets `wanted`, or of all if none is named."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    there = set()
    with sync_playwright() as play:
        browser = play.chromium.launch(**launch_options())
        context = browser.new_context(viewport=WINDOW, reduced_motion="reduce", offline=True)
        for path in sorted(BOOK.rglob("*.html")):
            if 'class="explorable' in path.read_text(encoding="utf-8"):
                there |= pictures_of(context.new_page(), path, wanted)
        browser.close()
    unknown = sorted(set(wanted) - there)
    if unknown:
        sys.exit(f"no such widget: {', '.join(unknown)}; known are {', '.join(sorted(there))}")
    for path in PICTURES.glob("*.webp"):
        if path.stem not in there:
            path.unlink()
    print(f"{len(wanted or there)} pictures in {PICTURES.relative_to(ROOT)}")


def pictures_of(page, path, wanted=(), folder=PICTURES):
    """Take the pictures of one page's widgets, or of those `wanted`; returns the keys of all."""
    page.goto(path.as_uri())
    cover = ".skip-link, .bd-header-article, #pst-header, #pst-back-to-top { display: none !important; }"
    veil = ".bn-veiled > * * { filter: none !important; }"  # of a picture whose curve is still to be predicted
    page.add_style_tag(content=cover + veil)
    keys = [figure.get_attribute("id") for figure in page.locator("figure.explorable").all()]
    for key in keys:
        if not wanted or key in wanted:
            (folder / f"{key}.webp").write_bytes(picture_of(page, key))
    page.close()
    return set(keys)


def picture_of(page, key):
    """The picture of a widget, as the bytes of a WebP."""
    page.locator(f"#{key}").scroll_into_view_if_needed()
    page.wait_for_function("(key) => window.explorable?.widgets.has(key)", arg=key)
    page.evaluate("(key) => window.explorable.widgets.get(key).ready", key)
    page.wait_for_timeout(500)  # movements at the start come to rest
    row = page.evaluate(AT_REST, key)
    clip = {"x": row["x"] - MARGIN, "y": row["y"] - MARGIN}
    clip |= {"width": row["width"] + 2 * MARGIN, "height": row["height"] + 2 * MARGIN}
    png = base64.b64encode(page.screenshot(clip=clip)).decode()
    return base64.b64decode(page.evaluate(SMALLER, [png, SIZE, QUALITY]))


if __name__ == "__main__":
    main(sys.argv[1:])
