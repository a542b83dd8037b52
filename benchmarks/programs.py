"""How many steps a second the two networks of the laboratory take in a page, within the 8 ms of each frame.

    python -m benchmarks.programs               at three layers and at six, plain and with WebAssembly, slowed and not

A step is one of both networks, A without and B with batch norm, 64 units a layer, on a batch of 64. Its page holds
nothing else. Size and first answer of the whole page: `python -m benchmarks.pages --only laboratory`.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bnbook.widgets.laboratory import laboratory
from explorable.page import form, runtime
from tools.find_browser import launch_options

SECONDS = 3
GOALS = {(3, 1): 60, (6, 1): 30, (3, 4): 15, (6, 4): 8}  # (layers, times slower): steps a second, in plain JavaScript
PLAIN = "script-src 'self' 'unsafe-inline' file:"  # forbids WebAssembly
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Programs</title>{policy}</head>
<body><script defer src="explorable.js"></script>{figure}</body></html>"""

# Steps a second, with the drawing that belongs to them, and the longest frame in ms.
MEASURE = """async ([changes, seconds]) => {
  const w = explorable.widgets.get("laboratory");
  w.wake();
  await w.ready;
  const { runs } = w.evaluate;
  w.set(changes);
  const frame = () => new Promise(requestAnimationFrame);
  while (w.waiting || w.answer || !runs.model.ready(w.values) || runs.pending) await frame();
  w.set({ step: w.values.step + 20 }); // warm
  while (w.waiting || runs.pending) await frame();
  const [from, began] = [runs.at, performance.now()];
  let [before, longest] = [began, 0];
  runs.moving = true;
  w.move("step", 1000, true);
  while (performance.now() - began < 1000 * seconds && runs.at < 1000) {
    const now = await frame();
    longest = Math.max(longest, now - before);
    before = now;
  }
  return { rate: (1000 * (runs.at - from)) / (performance.now() - began), longest, fast: runs.found.fast };
}"""


def write(folder):
    """Two pages: index.html, and plain.html, which may use no WebAssembly."""
    widget = laboratory().check()
    start = {"activation": "relu", "residual": "none"}
    wanted = [(norm, depth) for norm in ("none", "batch") for depth in (3, 4, 6)]
    order = widget.model.structure
    of = [{name: ({"norm": n, "depth": d} | start)[name] for name in order} for n, d in wanted]
    widget.model.combinations = lambda: of
    figure = form.html(widget, "laboratory.js")
    for name, policy in (("index.html", ""), ("plain.html", PLAIN)):
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
        (folder / name).write_text(PAGE.format(policy=meta, figure=figure), encoding="utf-8")
    for name, text in (
        ("explorable.js", runtime.page_scripts()),
        ("program.js", runtime.program_script()),
        ("laboratory.js", form.script(widget)),
    ):
        (folder / name).write_text(text, encoding="utf-8")


def measured(browser, path, depth, slower):
    page = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True).new_page()
    if slower > 1:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(path.as_uri())
    found = page.evaluate(MEASURE, [{"depth": depth, "width": 64, "batch": 64}, SECONDS])
    page.context.close()
    return found


def main():
    missed = 0
    print(f"{'layers':>6} {'slowed':>6} {'product':>12} {'steps/s':>8} {'goal':>5} {'longest frame':>14}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        write(Path(folder))
        browser = playwright.chromium.launch(**launch_options())
        for (depth, slower), goal in GOALS.items():
            for name in ("plain.html", "index.html"):
                found = measured(browser, Path(folder, name), depth, slower)
                product = "WebAssembly" if found["fast"] else "JavaScript"
                rate, longest = found["rate"], found["longest"]
                print(
                    f"{depth:>6} {slower:>6} {product:>12} {rate:>8.0f} {goal:>5} {longest:>11.0f} ms",
                    "" if found["rate"] >= goal else "  MISSED",
                    flush=True,
                )
                missed |= found["rate"] < goal
        browser.close()
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
