"""Which widgets have something to take hold of in their pictures, and whether the front page's figure is seen at once.

    python -m benchmarks.touch      the book in _build/html, which is built if it is not there

What can be dragged are points, rules, bars and parts of drawings; what can be pressed chooses an option. At first
sight: the share of the pictures' area that a window shows when the page has opened and nothing was scrolled.
"""

import sys

from playwright.sync_api import sync_playwright

from benchmarks.pages import READY, name_of, new_page, pages_named
from tools.build import BOOK, build
from tools.find_browser import launch_options

GOAL = 40  # widgets with something to drag or to press
WINDOWS = [(1280, 800), (1366, 768), (1440, 900), (1920, 1080), (360, 740)]
PARTS = """() => [...document.querySelectorAll("figure.explorable[data-key]")].map((figure) =>
  [figure.id, figure.querySelectorAll(".ex-handle").length, figure.querySelectorAll(".ex-choosable").length])"""
SIGHT = """() => {
  const boxes = [...document.querySelectorAll("figure.explorable .ex-canvas")].map((e) => e.getBoundingClientRect());
  const seen = ({ top, bottom, width }) => width * Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0));
  const area = ({ width, height }) => width * height;
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  return sum(boxes.map(seen)) / sum(boxes.map(area));
}"""


def wake(page):
    page.evaluate("() => window.explorable?.widgets.forEach((widget) => widget.wake())")
    page.evaluate(READY)


def main():
    if not (BOOK / "index.html").exists() and build().returncode:
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        page, found = new_page(browser), {}  # a widget has a page of its own, too, for embedding
        for path in pages_named(None)[0]:
            page.goto(path.as_uri())
            wake(page)
            for key, drag, press in page.evaluate(PARTS):
                if key not in found:
                    print(f"{name_of(path):<28} {key:<24} {drag:>3} to drag {press:>3} to press", flush=True)
                found[key] = drag + press > 0
        held = sum(found.values())
        print(f"\n{held} of {len(found)} widgets have something to take hold of (goal {GOAL})")
        least = 1.0
        for width, height in WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            page.goto((BOOK / "index.html").as_uri())
            wake(page)
            share = page.evaluate(SIGHT)
            least = min(least, share)
            print(f"front page, {width} x {height}: {share:.0%} of its pictures at first sight")
        browser.close()
    return int(held < GOAL or least < 1)


if __name__ == "__main__":
    sys.exit(main())
