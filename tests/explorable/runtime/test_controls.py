"""Every control, by mouse, keyboard and touch, changes the values and the picture."""

import pytest

BOTH = (True, True)
SMALL_TARGETS = """() => [...document.querySelectorAll('.explorable :is(button, input, select, summary)')]
  .map(e => e.matches('[type=radio], [type=checkbox]') ? e.closest('label') : e)
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 40)
  .map(e => e.outerHTML)"""
TINY_TEXTS = """() => [...document.querySelectorAll('.ex-canvas svg text')]
  .filter(t => t.textContent && parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a < 11.9)
  .map(t => t.textContent)"""


def test_slider_by_mouse(hand):
    waves = hand("waves")
    box = waves.control("rate").locator("input").bounding_box()
    place = box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2
    assert waves.changes(lambda: waves.page.mouse.click(*place)) == BOTH
    assert waves.values()["rate"] > 2
    assert waves.control("rate").locator(".ex-value").inner_text() == f"{waves.values()['rate']:.1f} per second"


def test_slider_by_keyboard(hand):
    waves = hand("waves")
    slider = waves.control("rate").locator("input")
    slider.focus()
    assert waves.changes(lambda: waves.page.keyboard.press("ArrowRight")) == BOTH
    assert waves.values()["rate"] == 1.1
    assert slider.get_attribute("aria-valuetext") == "1.1 per second"


def test_a_unit_in_the_plural_is_in_the_singular_after_one(hand):
    table = hand("table")
    slider = table.control("step").locator("input")
    slider.focus()
    shown = []
    for key in ("Home", "ArrowRight", "ArrowRight"):
        table.changes(lambda key=key: table.page.keyboard.press(key))
        shown.append(slider.get_attribute("aria-valuetext"))
    assert shown == ["0 steps", "1 step", "2 steps"]


def test_slider_by_touch(hand):
    waves = hand("waves", width=360, touch=True)
    box = waves.control("rate").locator("input").bounding_box()
    place = box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2
    assert waves.changes(lambda: waves.page.touchscreen.tap(*place)) == BOTH


def test_radio_choice(hand):
    waves = hand("waves")
    assert waves.changes(lambda: waves.control("shape").get_by_label("square").check()) == BOTH
    assert waves.changes(lambda: waves.page.keyboard.press("ArrowLeft")) == BOTH
    assert waves.values()["shape"] == 0


def test_radio_choice_by_touch(hand):
    waves = hand("waves", width=360, touch=True)
    assert waves.changes(lambda: waves.control("shape").get_by_label("square").tap()) == BOTH


def test_drop_down_choice(hand):
    table = hand("table")
    assert table.changes(lambda: table.control("kind").locator("select").select_option(label="five")) == BOTH
    assert "Kind five" in table.readout()
    table.control("kind").locator("select").focus()
    assert table.changes(lambda: table.page.keyboard.press("ArrowUp")) == BOTH


@pytest.mark.parametrize("how", ["click", "tap", "key"])
def test_toggle(hand, how):
    waves = hand("waves", touch=how == "tap", width=360)
    box = waves.control("band").locator("input")
    act = {"click": box.click, "tap": box.tap, "key": lambda: box.press("Space")}[how]
    assert waves.changes(act) == BOTH
    assert waves.values()["band"] == 0
    assert "error band" not in waves.figure.locator(".ex-legend").inner_text()


def test_numbers_typed_added_removed_and_pasted(hand):
    batch = hand("batch")
    box = batch.control("x")
    assert batch.changes(lambda: box.locator("input").nth(0).fill("-2.5")) == BOTH
    assert batch.values()["x"] == [-2.5, 0.5, 2, 4]
    assert batch.changes(lambda: box.locator(".ex-add").click()) == BOTH
    assert len(batch.values()["x"]) == 5
    assert box.locator(".ex-cells input").count() == 5
    assert batch.changes(lambda: box.locator(".ex-cells input").nth(4).fill("1")) == BOTH
    assert batch.changes(lambda: box.locator(".ex-remove").click()) == BOTH
    box.locator("summary").click()
    box.locator("textarea").fill("1; 2, 3\n4 99")
    assert batch.changes(lambda: box.get_by_text("Use these").click()) == BOTH
    assert batch.values()["x"] == [1, 2, 3, 4, 5]  # 99 is held at the upper limit
    assert "between -5 and 5" in box.locator(".ex-note").inner_text()
    box.locator("textarea").fill("1 two")
    assert batch.changes(lambda: box.get_by_text("Use these").click()) == (False, False)
    assert "“two” is not a number" in box.locator(".ex-note").inner_text()


def test_an_empty_number_field_changes_nothing_and_comes_back(hand):
    batch = hand("batch")
    field = batch.control("x").locator("input").nth(1)
    assert batch.changes(lambda: field.fill("")) == (False, False)
    field.blur()
    assert field.input_value() == "0.5"


def test_a_number_outside_of_the_range_is_kept_inside_and_told(hand):
    w = hand("batch")
    cell = w.control("x").locator(".ex-cells input").first
    high = cell.get_attribute("max")
    cell.fill("1000")
    w.settle()
    assert cell.input_value() == high and f"and {high}." in w.figure.locator(".ex-remark").text_content()
    cell.fill("1")
    w.settle()
    assert w.figure.locator(".ex-remark").text_content() == ""


def test_point_typed(hand):
    field = hand("field")
    assert field.changes(lambda: field.control("p").locator("input").nth(1).fill("-1.5")) == BOTH
    assert field.values()["p"] == [0.5, -1.5]


def test_reset_restores_everything(hand):
    batch = hand("batch")
    start = batch.values(), batch.picture(), batch.readout()
    batch.control("x").locator(".ex-add").click()
    batch.slide("eps", 3)
    batch.slide("goal", 0)
    assert batch.readout() != start[2]
    batch.figure.locator(".ex-reset").click()
    batch.settle()
    assert (batch.values(), batch.picture(), batch.readout()) == start


def test_many_inputs_in_one_frame_are_one_update(hand):
    waves = hand("waves")
    count = waves.page.evaluate("""async () => {
      const w = explorable.widgets.get('waves'), input = w.figure.querySelector('[data-control=rate] input');
      w.moves.length = 0;
      for (let i = 0; i < 20; i++) { input.value = i; input.dispatchEvent(new InputEvent('input', {bubbles: true})); }
      await new Promise(done => setTimeout(done, 100));
      return [w.moves.length, w.moves[0].values.rate];
    }""")
    assert count == [1, 2.1]


def test_axes_stay_and_only_changed_marks_are_drawn(hand):
    waves = hand("waves")
    waves.page.evaluate("""() => {
      const svg = document.querySelector('#waves .ex-marks');
      const marks = [...svg.querySelectorAll(':scope > g')].map(g => g.firstChild);
      window.kept = [document.querySelector('#waves .ex-axes'), ...marks];
      window.path = kept[2].firstChild.getAttribute('d');
    }""")
    assert waves.changes(lambda: waves.control("band").locator("input").click()) == BOTH
    kept = waves.page.evaluate("kept.map(node => node.isConnected)")
    assert kept == [True, False, True, True, True]  # axes, band (gone), three lines
    waves.slide("size", 0)
    assert waves.page.evaluate("kept[0].isConnected && kept[2].isConnected")  # drawn again with the elements it had
    assert waves.page.evaluate("kept[2].firstChild.getAttribute('d') !== path")


def test_touch_targets_and_text_on_a_phone(hand):
    waves = hand("waves", width=360, touch=True)
    waves.page.evaluate("scrollTo(0, 0)")
    small = waves.page.evaluate(SMALL_TARGETS)
    assert small == []
    for key in ("field", "cells", "bars"):
        waves.neighbor(key)
    waves.settle()
    tiny = waves.page.evaluate(TINY_TEXTS)
    assert tiny == []
    assert waves.page.evaluate("document.documentElement.scrollWidth") <= 360
