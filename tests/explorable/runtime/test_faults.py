"""What goes wrong is said in the widget's place; the rest of the page goes on."""

import base64
import gzip
import re

import demo
import demo_widgets
import numpy as np
import pytest


def site_with(tmp_path, change):
    """A page with waves, table and batch, after change(text) of the data file of `table`."""
    widgets = [demo_widgets.waves(), demo_widgets.table(), demo_widgets.batch()]
    demo.write_page(tmp_path, widgets)
    file = tmp_path / "_static" / "explorable" / "table.js"
    text = change(file.read_text(encoding="utf-8"))
    file.unlink()
    if text is not None:
        file.write_text(text, encoding="utf-8")
    return tmp_path


def spoiled(text):
    """The same script with the compressed data destroyed in the middle, still valid base64."""
    start, end = re.search(r'"([A-Za-z0-9+/=]{100,})"\);', text).span(1)
    at = (start + end) // 2
    return text[:at] + "AAAAAAAAAAAAAAAAAAAAAAAA" + text[at + 24 :]


FAULTS = {
    "missing": (lambda text: None, "the file table.js is missing"),
    "cut off": (lambda text: text[: len(text) // 2], "table.js, is damaged"),
    "empty": (lambda text: "", "table.js, is damaged"),
    "another key": (lambda text: text.replace('"key":"table"', '"key":"chair"'), "table.js, is damaged"),
    "bad gzip": (spoiled, "cannot be unpacked"),
    "bad base64": (lambda text: re.sub(r'"[A-Za-z0-9+/=]{100,}"\)', '"%%%")', text), "cannot be unpacked"),
    "wrong length": (lambda text: re.sub(r'"bytes":\d+', '"bytes":40', text), "has the wrong length"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_data(hand, tmp_path, fault):
    change, message = FAULTS[fault]
    table = hand("table", folder=site_with(tmp_path, change))
    assert not table.woke
    assert message in table.problem()
    assert table.figure.locator(".ex-figures").evaluate("e => getComputedStyle(e).opacity") == "0.35"
    for key in ("waves", "batch"):
        assert table.neighbor(key)
    if fault == "missing":
        watch = table.page.watch
        assert [p for p in watch.problems if "table.js" not in p and "ERR_FILE_NOT_FOUND" not in p] == []
        watch.problems.clear()


def test_a_browser_that_cannot_unpack_by_itself_has_the_same_numbers(watched_page, site):
    outputs = []
    for script in ("", "delete window.DecompressionStream"):
        page = watched_page("about:blank", root=site)
        page.add_init_script(script)
        page.goto((site / "index.html").as_uri())
        page.evaluate("(async () => { const w = explorable.widgets.get('table'); w.wake(); await w.ready; })()")
        outputs.append(page.evaluate("JSON.stringify(explorable.widgets.get('table').outputs)"))
    assert outputs[0] == outputs[1] and len(outputs[0]) > 20


INFLATED = """(files) => files.map((file) => {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  try {
    return btoa(Array.from(explorable.parts.inflate(bytes), (byte) => String.fromCharCode(byte)).join(""));
  } catch (error) {
    return error.message;
  }
})"""


def test_our_own_gunzip_gives_what_was_packed(watched_page, site):
    """Stored, fixed and dynamic blocks, long repetitions; and a file that is cut off or has a wrong length says so."""
    noise = np.random.default_rng(3).integers(0, 256, 70_000, dtype=np.uint8).tobytes()
    contents = [b"", b"a", bytes(100_000), noise, bytes(byte % 7 for byte in noise), b"abcde" * 9000]
    packed = [gzip.compress(content, level, mtime=0) for level in (0, 1, 9) for content in contents]
    packed += [packed[-1][:-40], packed[-1][:-4] + bytes(4), b"no gzip at all, but long enough"]
    page = watched_page(site / "index.html", root=site)
    answers = page.evaluate(INFLATED, [base64.b64encode(file).decode() for file in packed])
    assert [base64.b64decode(answer) for answer in answers[:-3]] == contents * 3
    assert answers[-3:] == ["The data of this figure is damaged and cannot be unpacked."] * 3


def test_a_model_that_gives_nan_or_raises_says_so_and_recovers(hand):
    fragile = hand("fragile")
    assert fragile.problem() == ""
    fragile.slide("a", 2)
    assert fragile.problem() == "This setting gives no number for ‘loss’. Move a control, or reset."
    assert "ex-broken" in fragile.figure.get_attribute("class")
    assert not fragile.figure.locator(".ex-readout").is_visible()
    fragile.slide("a", 3)
    assert fragile.problem() == "This setting cannot be computed."
    fragile.slide("a", 4)
    assert fragile.problem() == ""
    assert fragile.readout() == "The loss is 4."
    assert "ex-broken" not in fragile.figure.get_attribute("class")
    assert fragile.neighbor("waves")


def test_set_tells_what_is_impossible(hand):
    waves = hand("waves")
    waves.page.evaluate("explorable.widgets.get('waves').set({rate: 3, colour: 'red'})")
    waves.settle()
    assert waves.values()["rate"] == 3
    assert "not possible for colour" in waves.figure.locator(".ex-remark").inner_text()


def test_a_link_to_what_cannot_be_computed_shows_the_start_behind_its_words(watched_page, site):
    page = watched_page(f"{(site / 'index.html').as_uri()}?fragile.a=3", root=site)
    page.wait_for_selector("#fragile .ex-problem:not([hidden])")
    assert page.locator("#fragile .ex-problem").inner_text() == "This setting cannot be computed."
    assert page.evaluate("explorable.widgets.get('fragile').values.a") == 3
    assert page.locator("#fragile .ex-marks circle").count() == 1
    page.locator("#fragile input[type=range]").press("ArrowRight")
    page.wait_for_selector("#fragile .ex-readout:visible")
    assert page.locator("#fragile .ex-readout").inner_text() == "The loss is 4."
