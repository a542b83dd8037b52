"""What a reader sees after a link in the prose has set a widget: figure and sentence, as shares of their area.

    python -m benchmarks.links                  the book in _build/html, which is built if it is not there
    python -m benchmarks.links --only NAME ...  only pages whose name holds one of these, such as 05_

Each link is brought to the middle of the window and pressed. The figure is all pictures of the widget.
"""

import argparse
import sys

from playwright.sync_api import sync_playwright

from benchmarks.pages import name_of, pages_named
from tools.build import BOOK, build
from tools.find_browser import launch_options

WINDOWS = [(1280, 800), (1440, 900)]
GOAL = 0.9  # of the figure, and of the sentence
STILL = 2  # px that a sentence may move

# Presses every link of the page that sets a widget of it; [{words, key, figure, sentence, moved, docked}].
PRESS = """async () => {
  document.documentElement.style.scrollBehavior = "auto";
  const frames = async (n) => { while (n--) await new Promise(requestAnimationFrame); };
  const widgets = window.explorable?.widgets ?? new Map(); // a page without any may still set those of others
  await Promise.all([...widgets.values()].map((w) => (w.wake(), w.ready.catch(() => 0))));
  const head = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  const area = (box) => Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
  const both = (a, b) => ({ left: Math.max(a.left, b.left), right: Math.min(a.right, b.right),
    top: Math.max(a.top, b.top), bottom: Math.min(a.bottom, b.bottom) });
  const share = (boxes, window) => boxes.reduce((sum, box) => sum + area(both(box, window)), 0)
    / boxes.reduce((sum, box) => sum + area(box), 0);
  const boxOf = (element) => element.getBoundingClientRect();
  const found = [];
  for (const link of document.querySelectorAll("a.ex-set")) {
    const widget = widgets.get(link.dataset.key);
    if (!widget || !link.getClientRects().length) continue;
    document.querySelector(".ex-bar button:last-child")?.click();
    link.scrollIntoView({ block: "center", behavior: "instant" });
    await frames(2);
    const before = boxOf(link).top;
    link.click();
    await frames(6);
    const open = { left: 0, right: innerWidth, top: head, bottom: innerHeight };
    const docked = widget.figure.matches(".ex-docked"), dock = docked && boxOf(widget.figure);
    const text = !docked ? open : dock.top > head + 1 ? { ...open, bottom: dock.top } : { ...open, top: dock.bottom };
    const pictures = [...widget.figure.querySelectorAll(".ex-canvas > :is(svg, div)")].map(boxOf);
    found.push({ words: link.textContent, key: widget.key, docked, moved: boxOf(link).top - before,
      high: docked ? dock.height / innerHeight : 0,
      figure: share(pictures, docked ? both(dock, open) : open),
      sentence: share([...explorable.parts.sentenceOf(link).getClientRects()], text) });
  }
  return found;
}"""


def measured(browser, path, width, height):
    """What PRESS finds on a page in a window of this size."""
    page = browser.new_context(viewport={"width": width, "height": height}, offline=True).new_page()
    page.goto(path.as_uri())
    found = page.evaluate(PRESS)
    page.context.close()
    return found


def is_good(link):
    return min(link["figure"], link["sentence"]) >= GOAL and abs(link["moved"]) <= STILL


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only pages whose name holds one of these")
    names = parser.parse_args().only
    if not (BOOK / "index.html").exists() and build().returncode:
        return 1
    missed = 0
    print(
        f"{'page':<28} {'window':>9} {'links':>5} {'docked':>6} {'figure':>6} {'sentence':>8} {'px moved':>8} {'':>4}"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for path in pages_named(names)[0]:
            for window in WINDOWS:
                missed += report(name_of(path), window, measured(browser, path, *window))
        browser.close()
    return int(missed > 0)


def report(name, window, links):
    """A row: the least that was seen, and the most that a sentence moved; how many links missed the goal."""
    if not links:
        return 0
    missed = sum(not is_good(link) for link in links)
    least = [min(link[what] for link in links) for what in ("figure", "sentence")]
    moved = max(abs(link["moved"]) for link in links)
    docked = sum(link["docked"] for link in links)
    where, verdict = "{}x{}".format(*window), "MISS" if missed else "hit"
    seen = f"{least[0]:>6.0%} {least[1]:>8.0%} {moved:>8.0f}"
    print(f"{name:<28} {where:>9} {len(links):>5} {docked:>6} {seen} {verdict:>4}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
