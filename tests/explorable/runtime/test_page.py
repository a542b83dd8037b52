"""The page as a whole: accessibility, a strict content policy, paper, no JavaScript, the vendored files, speed."""

import functools
import hashlib
import http.server
import json
import threading
from pathlib import Path

import demo
import demo_widgets
import pytest

from explorable.page import runtime
from tests.axe import violations

CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
AWAKE = """() => {
  explorable.widgets.forEach(w => w.wake());
  return Promise.all([...explorable.widgets.values()].map(w => w.ready)).then(() => true);
}"""
VIOLATION = "document.addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))"
SHOW = "cases => cases.map(c => explorable.format(c.value?.number ? Number(c.value.number) : c.value, c.spec))"
RIGHT_ENDS = "layers => layers.slice(0, 2).map(e => e.getBoundingClientRect().right)"
SAMPLED = """() => {
  const {y, counts, half} = explorable.widgets.get('table').outputs;
  return [Array.from(y, v => Number.isNaN(v) ? null : v), Array.from(counts), half];
}"""


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_accessibility_fault(watched_page, site, scheme, width):
    page = watched_page(site / "index.html", root=site, scheme=scheme, width=width, touch=width < 500)
    page.evaluate(AWAKE)
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    found = violations(page, options={"preload": False})
    grave = [(v["id"], [n["target"] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")]
    assert grave == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture
def server(tmp_path):
    """A folder served on the loopback: (folder, address)."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


def test_widgets_work_under_a_strict_policy(browser, server):
    folder, address = server
    demo.write_page(folder, demo_widgets.all_widgets(), csp=CSP)
    page = browser.new_page()
    faults = []
    page.on("console", lambda message: message.type in ("error", "warning") and faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script(VIOLATION)
    page.goto(address + "index.html")
    assert page.evaluate(AWAKE)
    before = page.locator("#waves .ex-marks").inner_html()
    page.locator("#waves [data-control=rate] input").press("ArrowRight")
    changed = "before => document.querySelector('#waves .ex-marks').innerHTML !== before"
    page.wait_for_function(changed, arg=before, timeout=60_000)
    assert page.locator("#field image").get_attribute("href").startswith("data:image/png")
    page.close()
    assert [fault for fault in faults if "favicon" not in fault and "404" not in fault] == []


def test_our_scripts_make_no_code_from_text():
    for name in runtime.script_names():
        source = runtime.read(name)
        for word in ("eval(", "new Function", "innerHTML", "document.write", 'setAttribute("on'):
            assert word not in source, f"{name}: {word}"


def test_without_javascript_caption_and_readout_stay(watched_page, site):
    page = watched_page(site / "index.html", root=site, java_script_enabled=False)
    assert page.locator("#waves figcaption").is_visible()
    assert page.locator("#waves .ex-readout").inner_text().startswith("At a rate of 1.0 per second")
    assert not page.locator("#waves .ex-controls").is_visible()
    assert not page.locator("#waves .ex-figures").is_visible()


def test_on_paper_the_state_is_printed_and_the_controls_are_not(hand):
    waves = hand("waves")
    waves.slide("rate", 30)
    state = "document.querySelector('#waves .ex-state').textContent"
    waves.page.wait_for_function(f"{state}.startsWith('rate: 3.2 per second')", timeout=60_000)
    waves.page.emulate_media(media="print")
    assert not waves.figure.locator(".ex-controls").is_visible()
    assert waves.figure.locator(".ex-state").inner_text().startswith("rate: 3.2 per second · height: 1 · shape: round")
    assert waves.figure.locator(".ex-marks").is_visible()
    waves.page.set_viewport_size({"width": 600, "height": 800})
    layers = "(document.querySelectorAll('#waves .ex-canvas > svg'))"
    # a new width is a new layout, and the layers shrink together
    fits = f"(([a, b]) => a === b && a <= 600)(({RIGHT_ENDS})([...{layers}]))"
    waves.page.wait_for_function(fits, timeout=60_000)


def test_a_page_that_nobody_scrolls_has_all_its_pictures_soon(watched_page, site):
    """Else a page that is printed at once shows the first picture only."""
    page = watched_page(site / "index.html", root=site)
    drawn = "widget => widget.charts && widget.figure.querySelector('.ex-canvas > *')"
    page.wait_for_function(f"() => [...explorable.widgets.values()].every({drawn})", timeout=30_000)
    assert page.evaluate("[scrollY, explorable.widgets.size > 5]") == [0, True]


def test_formats_agree_with_python(watched_page, site):
    file = Path(__file__).parents[1] / "format_cases.json"
    cases = json.loads(file.read_text(encoding="utf-8"))
    assert len(cases) > 50
    page = watched_page(site / "index.html", root=site)
    shown = page.evaluate(SHOW, cases)
    wrong = [(case, got) for case, got in zip(cases, shown, strict=True) if got != case["expected"]]
    assert wrong == []


def test_ticks_are_those_of_d3(watched_page, site):
    """tick_cases.json holds what d3.ticks and the `nice` of its scales gave."""
    cases = json.loads((Path(__file__).parents[1] / "tick_cases.json").read_text(encoding="utf-8"))
    page = watched_page(site / "index.html", root=site)
    found = page.evaluate(
        """({ linear, log }) => { const { ticks, nice } = explorable.parts; return {
          linear: linear.map((c) => ({ ...c, ticks: ticks(c.low, c.high, c.count), nice: nice([c.low, c.high]) })),
          log: log.map((c) => ({ ...c, nice: nice([c.low, c.high], true) })) }; }""",
        cases,
    )
    assert len(cases["linear"]) > 40 and found == cases
    assert page.evaluate("explorable.parts.ticks(1, -1, 2)") == [1, 0, -1]


def test_vendored_files_are_what_the_table_says():
    folder = demo.runtime.STATIC / "vendor"
    rows = json.loads((folder / "VENDOR.json").read_text(encoding="utf-8"))
    assert {row["file"] for row in rows} == {file.name for file in folder.glob("*.js")}
    for row in rows:
        assert hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"], row["file"]
        assert (folder / row["licence_file"]).stat().st_size > 300
        assert row["version"] in (folder / row["file"]).read_text(encoding="utf-8")[:4000]


def test_sampled_values_are_numpys(hand):
    table, widget = hand("table"), demo_widgets.table()
    for kind, step in ((2, 10), (0, 0), (5, 30), (3, 17)):
        table.page.evaluate("([kind, step]) => explorable.widgets.get('table').set({kind, step})", [kind, step])
        table.settle()
        shown = table.page.evaluate(SAMPLED)
        wanted = widget.evaluate(kind=kind, step=step)
        assert shown[1] == list(wanted["counts"])
        assert shown[2] == pytest.approx(float(wanted["half"]))
        assert [v is None for v in shown[0]] == [v != v for v in wanted["y"]]
        numbers = [v for v in wanted["y"] if v == v]
        assert [v for v in shown[0] if v is not None] == pytest.approx(numbers, rel=2e-6, abs=1e-9)


def test_decode_floats(watched_page, site):
    page = watched_page(site / "index.html", root=site)
    assert page.evaluate("Array.from(explorable.decodeFloats('AAAAAAAA8D8AAAAAAAAEwA=='))") == [1, -2.5]


def test_every_update_says_what_it_cost(hand):
    """What benchmarks/ measures."""
    waves = hand("waves")
    for index in range(30):
        waves.slide("rate", index)
    work = sorted(waves.page.evaluate("explorable.widgets.get('waves').moves.map(m => m.work)"))
    assert len(work) >= 29
    assert work[-1] > 0
