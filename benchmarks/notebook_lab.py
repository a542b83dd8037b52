"""The browser's half of notebook.py: a chapter in JupyterLab, from "run all" until all is drawn, and sliders."""

import time

from tools.build import ROOT
from tools.servers import KERNEL_READY, jupyter_served

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
# Seconds from the end of "run all" until every widget is drawn, or null if that takes longer than `patience`.
RUN_AND_DRAW = """async ([panel, wanted, patience]) => {
  await window.jupyterapp.commands.execute("notebook:run-all-cells");
  const start = performance.now();
  const drawn = () => [...document.querySelectorAll(`${panel} figure.explorable`)].filter((f) => f.explorable?.drawn);
  while (drawn().length < wanted) {
    if (performance.now() - start > 1000 * patience) return [null, drawn().length];
    await new Promise((done) => setTimeout(done, 20));
  }
  return [(performance.now() - start) / 1000, drawn().length];
}"""
BUSY = """() => void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
  .requestExecute({ code: "import time; time.sleep(600)", store_history: false })"""
IS_BUSY = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'"
# Of each slider of each widget: [key, kind of model, frames from input to drawn answer, the slowest of some moves].
ANSWERS = """async ([panel, moves]) => {
  const found = [];
  for (const figure of document.querySelectorAll(`${panel} figure.explorable`)) {
    figure.scrollIntoView({ block: "center" });
    await new Promise((done) => setTimeout(done, 300));
    for (const slider of figure.querySelectorAll("input[type=range]")) {
      let slowest = 0;
      for (let i = 1; i <= moves; i++) {
        await new Promise((done) => setTimeout(done, 20));
        let [drawn, frames] = [false, 0];
        figure.addEventListener("explorable:change", () => (drawn = true), { once: true });
        slider.value = (Number(slider.value) + 1) % (Number(slider.max) + 1);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        while (!drawn && frames < 120) await new Promise((done) => requestAnimationFrame(() => (frames++, done())));
        slowest = Math.max(slowest, drawn ? frames : Infinity);
      }
      found.push([figure.dataset.key, figure.explorable.spec.model.kind, slowest === Infinity ? null : slowest]);
    }
  }
  return found;
}"""


def opened(browser, address, path):
    """A page with the notebook in JupyterLab, its kernel ready."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(f"{address}lab/tree/{path}?token=book&reset")
    page.locator(f"{PANEL} .jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
    page.wait_for_function(KERNEL_READY, timeout=90_000)
    return page


def measured(browser, folder, path, widgets, patience=60, moves=8):
    """((seconds until all are drawn or None, how many were), seconds of "run all", answers of the sliders)."""
    with jupyter_served(folder, EXPLORABLE_CACHE=str(ROOT / ".explorable-cache")) as address:
        page = opened(browser, address, path)
        page.set_default_timeout(900_000)
        start = time.perf_counter()
        seconds, drawn = page.evaluate(RUN_AND_DRAW, [PANEL, widgets, patience])
        whole = time.perf_counter() - start - (patience if seconds is None else seconds)
        page.evaluate(BUSY)
        page.wait_for_function(IS_BUSY)
        answers = page.evaluate(ANSWERS, [PANEL, moves])
        page.context.close()
    return (seconds, drawn), whole, answers
