"""What a notebook of the book costs: what it sends, how quick Python and sliders are, and when all is drawn.

    python -m benchmarks.notebook [NAME]    a chapter, by default 05_smoothness; the book must be built

Bytes: the messages of the kernel to its browser while the cell runs that shows a widget, as JSON with their buffers, in
KB of 1,000 bytes: `comms` is the live widget (the first one brings the runtime), `output` what the notebook keeps of it
for its export. Answers: frames from the input event at a slider to the drawn change, the slowest of some moves of each,
while the kernel is busy. Drawn: from the moment when JupyterLab says that "run all" is done.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

from benchmarks import notebook_kernel, notebook_lab
from tools.build import BOOK, ROOT, build
from tools.find_browser import launch_options

GOALS = {"first": 150, "further": 30, "models": 1, "frames": 1, "drawn": 5}
ENVIRONMENT = {
    "EXPLORABLE_HOST": "kernel",
    "EXPLORABLE_CACHE": str(ROOT / ".explorable-cache"),
    "PYTHONPATH": str(ROOT),
    "TQDM_DISABLE": "1",
}


def row(what, value, goal):
    """Print a figure beside its goal; True if it is missed."""
    missed = value is None or value > GOALS[goal]
    shown = "never" if value is None else f"{value:.3g}"
    print(f"{what:<58} {shown:>8} {GOALS[goal]:>6} {'MISS' if missed else 'hit'}", flush=True)
    return missed


def report_kernel(notebook, folder):
    """(number of widgets, whether a goal was missed) after the table of what is sent."""
    widgets, middle, slowest = notebook_kernel.measured(notebook, folder, ENVIRONMENT)
    print(f"{'widget':<8} {'comms KB':>9} {'output KB':>10} {'comm models':>12}")
    for number, (comms, output, models) in enumerate(widgets, 1):
        print(f"{number:<8} {comms / 1000:9.1f} {output / 1000:10.1f} {models:12}")
    totals = [(comms + output) / 1000 for comms, output, _ in widgets]
    print(f"together {sum(totals):.0f} KB\n")
    missed = row("first widget, KB", totals[0], "first")
    missed |= row("each further one, KB, median", statistics.median(totals[1:]), "further")
    missed |= row("each further one, KB, most", max(totals[1:]), "further")
    missed |= row("    the same without the output, most", max(comms for comms, *_ in widgets[1:]) / 1000, "further")
    missed |= row("comm models of a widget, most", max(models for *_, models in widgets), "models")
    print(f"{'one `set` in the kernel, ms: median widget':<58} {middle:8.2f}")
    print(f"{'one `set` in the kernel, ms: slowest widget':<58} {slowest:8.2f}", flush=True)
    return len(widgets), missed


def report_lab(browser, folder, path, widgets):
    """True if a goal was missed, after the figures from JupyterLab."""
    (seconds, drawn), whole, answers = notebook_lab.measured(browser, folder, path, widgets)
    missed = False
    for kind in sorted({kind for _, kind, _ in answers}):
        frames = [each for _, k, each in answers if k == kind]
        worst = None if None in frames else max(frames)
        missed |= row(f"slider of a {kind} widget, kernel busy, frames ({len(frames)})", worst, "frames")
    silent = sorted({key for key, _, frames in answers if frames is None})
    if silent:
        print(f"    no answer without the kernel: {', '.join(silent)}")
    missed |= row(f"all {widgets} widgets drawn after run-all ({drawn} were), s", seconds, "drawn")
    print(f"{'run-all itself, s':<58} {whole:8.1f}")
    return missed


def main():
    name = f"chapters/{sys.argv[1] if len(sys.argv) > 1 else '05_smoothness'}.ipynb"
    source = BOOK / "_sources" / name
    if not source.exists() and build().returncode:
        return 1
    notebook = nbformat.read(source, as_version=4)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        nbformat.write(notebook, folder / "chapter.ipynb")
        widgets, missed = report_kernel(notebook, folder)
        with sync_playwright() as playwright:  # not earlier: the kernel's client does not work beside it
            browser = playwright.chromium.launch(**launch_options())
            missed |= report_lab(browser, folder, "chapter.ipynb", widgets)
            browser.close()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
