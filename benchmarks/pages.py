"""What a built page costs its reader: weight, time to the first answering slider, work of one update.

    python -m benchmarks.pages                  the book in _build/html, which is built if it is not there
    python -m benchmarks.pages --only NAME ...  only pages whose name holds one of these, such as 05_

Weight: everything a page has loaded after it was scrolled through, each file gzipped, in KB of 1,000 bytes.
First answer: from opening the file until a moved slider has changed the picture and the frame is there, also as a
ratio to a bare page with one slider and one box, opened in turn with it. Work: from the input event until the change
is drawn, without the wait for the frame, as the runtime reports it (`explorable:change`, detail.work), over all
sliders; normal, and with the processor slowed four times. Medians; the machine should have nothing else to do.
"""

import argparse
import gzip
import statistics
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from playwright.sync_api import sync_playwright

from tools.build import BOOK, build
from tools.find_browser import launch_options

VISITS = 7
MOVES = 24
GOALS = {"weight": 480, "answer": 500, "ratio": 3.5, "work": 5, "p95": 16.7, "slow": 25}
BARE = """<!doctype html><meta charset="utf-8"><title>bare</title><input type="range" min="0" max="9" value="3">
<div id="box" style="height:20px;width:30px;background:#345"></div><script>
document.querySelector("input").addEventListener("input", (event) => {
  document.querySelector("#box").style.width = event.target.value + "0px"; });</script>"""

# From the first moment, moves the first slider in every frame until a picture has changed; notes when it was there.
ASK = """() => {
  const seen = () => [...document.querySelectorAll(".ex-canvas, #box")].map((box) => box.outerHTML).join();
  const start = performance.now();
  const ask = () => {
    const slider = document.querySelector("figure.explorable input[type=range], body > input[type=range]");
    if (slider) {
      const before = seen();
      slider.value = Number(slider.value) === Number(slider.min) ? slider.max : slider.min;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      requestAnimationFrame(() => setTimeout(() => {
        if (seen() !== before && document.querySelector(".ex-canvas svg, #box")) window.answeredAt = performance.now();
        else ask();
      }));
    } else if (performance.now() - start < 20000) requestAnimationFrame(ask);
  };
  ask();
}"""

# Works of `moves` updates of one slider, in ms; each waits for its frame, so that none is skipped.
WORK = """async ([key, name, moves]) => {
  const figure = document.getElementById(key);
  const slider = figure.querySelector(`[data-control="${name}"] input[type=range]`);
  const works = [];
  const note = (event) => works.push(event.detail.work);
  figure.addEventListener("explorable:change", note);
  const [low, high] = [Number(slider.min), Number(slider.max)];
  for (let i = 0; i < moves; i++) {
    const next = low + Math.round(((i * 7) % moves) / (moves - 1) * (high - low));
    slider.value = next === Number(slider.value) ? (next === high ? low : next + 1) : next;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
  figure.removeEventListener("explorable:change", note);
  return works.slice(2);
}"""


READY = """() => Promise.race([
  Promise.all([...(window.explorable?.widgets.values() ?? [])].map((widget) => widget.ready)),
  new Promise((done) => setTimeout(done, 15000)),
])"""


# Pictures that wait for their reader are loaded as well.
PICTURES = """() => Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => 0);
}))"""


def new_page(browser, slow=1):
    page = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True).new_page()
    # No widget begins to move by itself while something else is measured.
    page.add_init_script("addEventListener('explorable:demo', (event) => event.preventDefault())")
    if slow > 1:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    return page


def weight(browser, path):
    """KB, gzipped, of all files that a page loads until its reader has seen the end of it."""
    page = new_page(browser)
    files = set()
    page.on("request", lambda request: files.add(urlsplit(request.url)._replace(query="", fragment="").geturl()))
    open_whole(page, path)
    page.context.close()
    local = [Path(url2pathname(unquote(urlsplit(url).path))) for url in files if url.startswith("file:")]
    return sum(min(len(raw), len(gzip.compress(raw, 6))) for raw in (file.read_bytes() for file in local)) / 1000


def open_whole(page, path):
    page.goto(path.as_uri())
    for figure in page.locator("figure.explorable").all():
        figure.scroll_into_view_if_needed()
        page.wait_for_timeout(50)
    page.evaluate(READY)
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    page.evaluate(PICTURES)
    page.wait_for_timeout(300)


def first_answer(browser, path):
    """ms from opening a page until a moved slider has changed its picture."""
    page = new_page(browser)
    page.add_init_script(f"({ASK})()")
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_function("() => window.answeredAt", timeout=30_000)
    answer = page.evaluate("() => window.answeredAt")
    page.context.close()
    return answer


def works(browser, path, slow):
    """{widget: [ms of each update]} of a page, over all sliders of each widget."""
    page = new_page(browser, slow)
    open_whole(page, path)
    found = page.evaluate(
        """() => [...document.querySelectorAll("figure.explorable .ex-slider")]
        .map((box) => [box.closest("figure").id, box.dataset.control])"""
    )
    times = {}
    for key, name in found:
        page.locator(f"#{key}").scroll_into_view_if_needed()
        times.setdefault(key, []).extend(page.evaluate(WORK, [key, name, MOVES]))
    page.context.close()
    return times


def p95(values):
    return sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]


def verdict(name, value):
    return "hit" if value <= GOALS[name] else "MISS"


def report_pages(browser, pages):
    """The table of weights and first answers; True if a goal was missed. A first answer counts by time or by ratio."""
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder, "bare.html")
        bare.write_text(BARE, encoding="utf-8")
        print(
            f"{'page':<28} {'KB':>6} {'<= 480':>6} {'answer ms':>10} {'bare ms':>8} {'ratio':>6} {'<= 500 or 3.5':>13}"
        )
        for path in pages:
            size = weight(browser, path)
            turns = [(first_answer(browser, path), first_answer(browser, bare)) for _ in range(VISITS)]
            answer, floor = (statistics.median(column) for column in zip(*turns, strict=True))
            good = "hit" if answer <= GOALS["answer"] or answer / floor <= GOALS["ratio"] else "MISS"
            print(
                f"{name_of(path):<28} {size:6.0f} {verdict('weight', size):>6} {answer:10.0f} {floor:8.0f} "
                f"{answer / floor:6.1f} {good:>13}",
                flush=True,
            )
            missed |= "MISS" in (good, verdict("weight", size))
    return missed


def report_others(browser, pages):
    """The table of weights of the pages without a widget; True if one is too heavy."""
    print(f"\n{'page without a widget':<28} {'KB':>6} {'<= 480':>6}")
    sizes = {name_of(path): weight(browser, path) for path in pages}
    for name, size in sizes.items():
        print(f"{name:<28} {size:6.0f} {verdict('weight', size):>6}", flush=True)
    return any(size > GOALS["weight"] for size in sizes.values())


def report_work(browser, pages):
    """The table of update works, normal and slowed four times; True if a goal was missed."""
    missed = False
    print(f"\n{'widget':<32} {'median ms':>9} {'<= 5':>5} {'p95 ms':>7} {'<= 16.7':>7} {'CPU x4':>7} {'<= 25':>5}")
    for path in pages:
        normal, slow = works(browser, path, 1), works(browser, path, 4)
        for key, times in normal.items():
            middle, tail, slowed = statistics.median(times), p95(times), statistics.median(slow[key])
            marks = verdict("work", middle), verdict("p95", tail), verdict("slow", slowed)
            print(
                f"{key:<32} {middle:9.1f} {marks[0]:>5} {tail:7.1f} {marks[1]:>7} {slowed:7.1f} {marks[2]:>5}",
                flush=True,
            )
            missed |= "MISS" in marks
    return missed


def name_of(path):
    return path.relative_to(BOOK).with_suffix("").as_posix()


def pages_named(names):
    """(pages with widgets, pages without) whose name holds one of these; without names, all of them."""
    every = [path for path in sorted(BOOK.rglob("*.html")) if "_static" not in path.parts]
    found = [path for path in every if not names or any(name in name_of(path) for name in names)]
    alive = [path for path in found if 'class="explorable' in path.read_text(encoding="utf-8")]
    return alive, [path for path in found if path not in alive]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only pages whose name holds one of these")
    names = parser.parse_args().only
    if not (BOOK / "index.html").exists() and build().returncode:
        return 1
    pages, others = pages_named(names)
    if not pages and not others:
        parser.error(f"no page is named {' or '.join(names)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        missed = bool(pages) and report_pages(browser, pages) | report_work(browser, pages)
        missed |= bool(others) and report_others(browser, others)
        browser.close()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
