"""What an editor in a page costs: `python -m benchmarks.writing`, with a built book.

Bytes: what is loaded when an editor is first touched, gzipped, with the data of its exercise, the heaviest of all.
Ready: from the press of Edit, from disk, to the editor and to Python, which waits for a run. Run: the heaviest exercise
with the first attempt of its chapter, from the press to what is told; the median of some runs, each in a new worker.
"""

import gzip
import statistics
import time

from playwright.sync_api import sync_playwright

from bnbook import exercises
from tools.build import BOOK
from tools.find_browser import launch_options

GOALS = {"bytes": 400, "editor": 300, "python": 300, "run": 200}
RUNS = 7
EDITOR = """async (name) => {
  const box = document.querySelector(`#write-${name}`);
  const began = performance.now();
  box.querySelector("[data-act=edit]").click();
  const until = async (there) => {
    while (!there()) await new Promise((done) => setTimeout(done, 1));
    return performance.now() - began;
  };
  const editor = await until(() => box.querySelector(".cm-content"));
  await explorableWriting.ready();
  return [editor, performance.now() - began];
}"""
RUN = """async (name) => {
  const code = document.querySelector(`#write-${name}`).dataset.code;
  const began = performance.now();
  await explorableWriting.run(code, () => 0);
  return performance.now() - began;
}"""


def row(what, value, goal):
    """Print a figure beside its goal; True if it is missed."""
    print(f"{what:<52} {value:8.0f} {GOALS[goal]:>6} {'MISS' if value > GOALS[goal] else 'hit'}", flush=True)
    return value > GOALS[goal]


def sizes(folder):
    """(KB of the scripts that all editors share, {name of an exercise: KB of its data}), gzipped."""

    def packed(path):
        return len(gzip.compress(path.read_bytes(), 6)) / 1000

    shared = sum(packed(folder / f"{name}.js") for name in ("codemirror", "python", "editor"))
    return shared, {path.stem.rpartition(".")[2]: packed(path) for path in (folder / "exercises").iterdir()}


def main():
    """Print the table; the exit code tells whether a goal was missed."""
    shared, data = sizes(BOOK / "_static" / "explorable" / "writing")
    heaviest = max(data, key=data.get)
    missed = row(f"KB loaded when {heaviest} is touched", shared + data[heaviest], "bytes")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        opened = []
        for _ in range(RUNS):
            page = browser.new_page()
            page.goto((BOOK / "chapters" / f"{exercises.EXERCISES[heaviest].chapter}.html").as_uri())
            page.wait_for_timeout(1500)  # until the page itself is at rest
            opened.append(page.evaluate(EDITOR, heaviest))
            if len(opened) < RUNS:
                page.close()
        missed |= row("ms from Edit to the editor, from disk", statistics.median(a for a, _ in opened), "editor")
        missed |= row("ms from Edit to a Python that waits", statistics.median(b for _, b in opened), "python")
        took = []
        for _ in range(RUNS):
            time.sleep(0.5)  # a reader reads what he was told; meanwhile the next worker starts
            took.append(page.evaluate(RUN, heaviest))
        missed |= row(f"ms of a run of {heaviest}", statistics.median(took), "run")
        browser.close()
    raise SystemExit(missed)


if __name__ == "__main__":
    main()
