"""What a hand expects of every widget: changes taken back, start values, numbers typed, keys, a pinned state."""

import pytest

from tests.axe import violations
from tests.book.driver import drag

WIDGET = "explorable.widgets.get('waves')"


def undo(widget):
    return widget.figure.get_by_role("button", name="Undo")


def press(widget, *keys):
    for key in keys:
        widget.page.keyboard.press(key)
    widget.settle()


def focus(widget, name):
    widget.control(name).locator("input[type=range]").focus()


def apart(widget):
    """So much time that another press is another change."""
    widget.page.wait_for_timeout(850)


def test_undo_appears_with_the_first_change_and_goes_with_the_last(hand):
    waves = hand("waves")
    assert undo(waves).count() == 0
    start = waves.values()
    focus(waves, "rate")
    press(waves, "ArrowRight")
    assert undo(waves).is_visible() and waves.values() != start
    undo(waves).click()
    waves.settle()
    assert waves.values() == start and undo(waves).count() == 0
    assert waves.page.evaluate("document.activeElement.textContent") == "Reset", "the focus is not lost"


def test_changes_are_taken_back_one_by_one_and_made_again(hand):
    waves = hand("waves")
    states = [waves.values()]
    focus(waves, "rate")
    press(waves, "ArrowRight", "ArrowRight", "ArrowRight")  # fast: one change
    states.append(waves.values())
    apart(waves)
    press(waves, "End")
    states.append(waves.values())
    waves.control("band").locator("input").click()
    states.append(waves.values())
    waves.control("shape").locator("input").last.click()
    states.append(waves.values())
    for state in reversed(states[:-1]):
        press(waves, "Control+z")
        assert waves.values() == state
    press(waves, "Control+z")
    assert waves.values() == states[0]
    for state in states[1:]:
        press(waves, "Control+Shift+z")
        assert waves.values() == state
    focus(waves, "rate")
    press(waves, "Control+z", "ArrowLeft")
    after = waves.values()
    press(waves, "Control+y")
    assert waves.values() == after, "a new change ends what could be made again"


@pytest.mark.parametrize(("way", "touch"), [("mouse", False), ("touch", True)])
def test_a_drag_is_one_change(hand, way, touch):
    waves = hand("waves", touch=touch)
    start = waves.values()
    box = waves.control("rate").locator("input").bounding_box()
    middle = box["y"] + box["height"] / 2
    drag(waves.page, way, (box["x"] + 0.3 * box["width"], middle), (box["x"] + 0.8 * box["width"], middle))
    waves.settle()
    assert waves.values()["rate"] > 2
    focus(waves, "rate")
    press(waves, "Control+z")
    assert waves.values() == start


def test_two_drags_in_a_picture_are_two_changes(hand):
    batch = hand("batch")
    states = [batch.values()]
    for shift in (60, 90):
        box = batch.figure.locator(".ex-handle .ex-hit").last.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        drag(batch.page, "mouse", (x, y), (x - shift, y))
        batch.settle()
        states.append(batch.values())
    assert states[0] != states[1] != states[2]
    for state in (states[1], states[0]):
        press(batch, "Control+z")
        assert batch.values() == state


def test_reset_a_link_and_play_are_one_change_each(hand):
    waves = hand("waves")
    waves.page.locator("a.ex-set").click()
    waves.settle()
    linked = waves.values()
    waves.figure.locator(".ex-reset").click()
    waves.settle()
    start = waves.values()
    waves.control("rate").locator(".ex-play").click()
    waves.page.wait_for_function(f"{WIDGET}.values.rate > 1.3")
    waves.control("rate").locator(".ex-play").click()
    waves.settle()
    undo(waves).click()
    waves.settle()
    assert waves.values() == start
    undo(waves).click()
    waves.settle()
    assert waves.values() == linked, "a reset can be taken back"
    undo(waves).click()
    waves.settle()
    assert waves.values() == start


def test_a_field_keeps_its_own_undo(hand):
    batch = hand("batch")
    cell = batch.control("x").locator(".ex-cells input").first
    cell.fill("3")
    batch.settle()
    moved = batch.values()
    focus(batch, "eps")
    press(batch, "ArrowRight")
    cell.focus()
    before = batch.values()
    press(batch, "Control+z")
    assert batch.values()["eps"] == before["eps"] and before["x"] == moved["x"]


def test_the_track_marks_where_the_slider_started(hand):
    waves = hand("waves")
    tick = "(e) => [getComputedStyle(e).getPropertyValue('--ex-start'), getComputedStyle(e).backgroundImage !== 'none']"
    start, drawn = waves.control("rate").locator("input").evaluate(tick)
    assert drawn and float(start) == pytest.approx(8 / 38)  # 1 of 0.2 to 4
    # As a share of what the image leaves free, and pixels: its middle is that of the thumb.
    place = """(e) => {
      const [, share, pixels] = /([\\d.]+)% \\+ ([\\d.]+)px/.exec(getComputedStyle(e).backgroundPositionX);
      const at = (Number(share) / 100) * (e.clientWidth - 2) + Number(pixels) + 1;
      return [at, 9 + Number(getComputedStyle(e).getPropertyValue("--ex-start")) * (e.clientWidth - 18)];
    }"""
    at, thumb = waves.control("rate").locator("input").evaluate(place)
    assert at == pytest.approx(thumb, abs=0.1)


@pytest.mark.parametrize("key", ["Delete", "Backspace", None])
def test_a_slider_goes_to_its_start_by_a_key_or_a_double_click(hand, key):
    waves = hand("waves")
    start = waves.values()
    waves.slide("size", 10)
    other = waves.values()
    focus(waves, "rate")
    press(waves, "End")
    if key:
        press(waves, key)
    else:
        waves.control("rate").locator("input").dblclick(position={"x": 40, "y": 14})
        waves.settle()
    assert waves.values() == other != start


def test_a_handle_in_a_picture_goes_to_its_start_too(hand):
    batch = hand("batch")
    handle = batch.figure.get_by_role("slider", name="goal").last
    handle.focus()
    press(batch, "ArrowLeft", "ArrowLeft")
    assert batch.values()["goal"] == 1
    press(batch, "Delete")
    assert batch.values()["goal"] == 2
    dot = batch.figure.get_by_role("slider", name="the batch, value 1")
    dot.focus()
    before = batch.values()
    press(batch, "Delete")
    assert batch.values() == before, "one of several numbers has no start of its own"


def typed(waves, name, text, key="Enter"):
    waves.control(name).locator(".ex-value").click()
    field = waves.control(name).get_by_role("textbox")
    field.fill(text)
    field.press(key)
    waves.settle()


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("2.5", 2.5, None),
        ("2,5 per second", 2.5, None),
        ("2.54", 2.5, "rate: “2.54” became 2.5 per second, the nearest possible value."),
        ("17", 4, "rate: “17” became 4.0 per second, the nearest possible value."),
        ("−3", 0.2, "rate: “−3” became 0.2 per second, the nearest possible value."),
    ],
)
def test_the_number_beside_a_slider_can_be_typed(hand, text, value, said):
    waves = hand("waves")
    typed(waves, "rate", text)
    assert waves.values()["rate"] == value
    note = waves.figure.locator(".ex-remark:not(:empty)")
    assert (note.inner_text() if note.count() else None) == said
    assert waves.page.evaluate("document.activeElement.type") == "range", "the slider has the focus again"
    press(waves, "Control+z")
    assert waves.values()["rate"] == 1


def test_what_is_no_number_is_said_and_changes_nothing(hand):
    waves = hand("waves")
    typed(waves, "rate", "much")
    assert waves.figure.locator(".ex-remark").inner_text() == "“much” is not a number."
    assert waves.control("rate").get_by_role("textbox").is_visible() and waves.values()["rate"] == 1
    press(waves, "Escape")
    assert waves.control("rate").get_by_role("textbox").count() == 0
    assert waves.control("rate").locator(".ex-value").inner_text() == "1.0 per second"
    typed(waves, "rate", "3", "Escape")
    assert waves.values()["rate"] == 1
    typed(waves, "rate", "3", "Tab")
    assert waves.values()["rate"] == 3, "who goes on has typed it"


def test_a_digit_on_a_slider_opens_its_field(hand):
    waves = hand("waves")
    focus(waves, "rate")
    press(waves, "3", ".", "4", "Enter")
    assert waves.values()["rate"] == 3.4
    press(waves, "Enter")
    field = waves.control("rate").get_by_role("textbox")
    assert field.input_value() == "3.4"
    assert field.get_attribute("aria-label") == "rate"


def test_space_plays_r_resets_and_a_question_mark_lists_the_keys(hand):
    waves = hand("waves")
    focus(waves, "size")
    press(waves, "End", " ")
    assert waves.control("rate").locator(".ex-play").get_attribute("aria-pressed") == "true"
    press(waves, " ")
    assert waves.control("rate").locator(".ex-play").get_attribute("aria-pressed") == "false"
    press(waves, "r")
    assert waves.values()["size"] == 1 and waves.values()["rate"] == 1
    press(waves, "?")
    keys = waves.figure.locator(".ex-keys")
    keys.wait_for()
    assert "play, pause" in keys.inner_text() and "undo" in keys.inner_text()
    press(waves, "Escape")
    assert keys.count() == 0


def test_keys_are_left_alone_where_they_mean_something_else(hand):
    waves = hand("waves")
    box = waves.control("band").locator("input")
    box.focus()
    press(waves, " ")
    assert not box.is_checked() and waves.control("rate").locator(".ex-play").get_attribute("aria-pressed") == "false"
    waves.control("rate").locator(".ex-value").click()
    press(waves, "r", "?")
    assert waves.values()["band"] == 0, "typed into a field, a letter is a letter"
    assert waves.figure.locator(".ex-menu").is_hidden()
    press(waves, "Escape")
    waves.page.evaluate("document.activeElement.blur()")
    press(waves, "r")
    assert waves.values()["band"] == 0, "without the focus, a widget hears no key"


def test_reset_by_a_key_takes_back_what_the_menu_said(hand):
    waves = hand("waves", permissions=["clipboard-read", "clipboard-write"])
    waves.slide("rate", 30)
    waves.share("Link to this state")
    assert waves.said() == "The link is copied." and "waves.rate" in waves.page.url
    press(waves, "r")
    assert waves.figure.locator(".ex-menu").is_hidden() and "waves.rate" not in waves.page.url
    waves.figure.get_by_role("button", name="Menu").click()
    assert waves.figure.locator(".ex-share [role=status]").inner_text() == ""


PINNED = "#waves .ex-marks [stroke='var(--ex-pinned)'], #waves .ex-marks [fill='var(--ex-pinned)']"
SHAPES = (
    f"(() => [...document.querySelectorAll(`{PINNED}`)].map((e) => (e.querySelector('path') ?? e).getAttribute('d')))()"
)


def pin(widget):
    widget.figure.get_by_role("button", name="Pin").click()
    widget.settle()
    widget.page.wait_for_timeout(50)


def test_a_pinned_state_stays_behind_the_next_ones_until_it_is_taken_out(hand):
    waves = hand("waves")
    plain = waves.picture()
    assert waves.page.evaluate(SHAPES) == []
    pin(waves)
    button = waves.figure.get_by_role("button", name="Pin")
    button_state = button.get_attribute("aria-pressed")
    kept = waves.page.evaluate(SHAPES)
    assert button_state == "true" and len(kept) == 4  # a band and three lines
    told = waves.figure.locator(".ex-pinned").inner_text()
    assert told.startswith("Pinned (rate: 1.0 per second, height: 1, shape: round,") and waves.readout() in told
    order = waves.figure.locator(".ex-marks > g > g").evaluate_all(
        "(all) => all.map((e) => e.outerHTML.includes('--ex-pinned'))"
    )
    assert order == [True] * 4 + [False] * 4, "the copies lie behind"
    legend = waves.figure.locator(".ex-key").all_inner_texts()
    assert waves.changes(lambda: waves.slide("rate", 30)) == (True, True)
    assert waves.page.evaluate(SHAPES) == kept and waves.figure.locator(".ex-pinned").inner_text() == told
    assert legend == ["error band", "first wave", "second wave", "sum"]
    waves.figure.locator(".ex-reset").click()
    waves.settle()
    assert waves.page.evaluate(SHAPES) == kept, "to compare with the start"
    pin(waves)
    assert waves.page.evaluate(SHAPES) == [] and waves.figure.locator(".ex-pinned").count() == 0
    assert button.get_attribute("aria-pressed") == "false"
    count = "(e) => e.querySelectorAll('.ex-marks path').length"
    assert waves.figure.evaluate(count) == plain.count("<path") - waves.figure.evaluate(
        "(e) => e.querySelectorAll('.ex-axes path').length"
    )


def test_a_pin_is_announced(hand):
    waves = hand("waves")
    pin(waves)
    region = "document.querySelector('#waves .ex-announced').textContent"
    waves.page.wait_for_function(f"{region}.startsWith('Pinned')", timeout=60_000)
    pin(waves)
    waves.page.wait_for_function(f"{region} === 'The pin is taken out.'", timeout=60_000)


def test_copies_lie_above_a_surface_and_handles_stay_alive(hand):
    field = hand("field")
    pin(field)
    kinds = (
        field.figure.locator(".ex-figure")
        .first.locator(".ex-marks > g")
        .evaluate_all(
            "(all) => all.map((e) => [e.querySelector('image') ? 'surface' : '', e.innerHTML.includes('--ex-pinned')])"
        )
    )
    assert [copy for _, copy in kinds] == [False, False, True, True, False, False] and kinds[0][0] == "surface"
    handle = field.figure.locator(".ex-handle").first
    handle.focus()
    assert field.changes(lambda: field.page.keyboard.press("ArrowRight")) == (True, True)


def test_of_a_diagram_the_words_stay(hand):
    cells = hand("cells")
    before = cells.picture()
    pin(cells)
    assert cells.picture() == before
    assert cells.figure.locator(".ex-pinned").inner_text().startswith("Pinned (weight: 0, gain: 1): The chosen weight")


def test_a_pinned_chart_costs_nothing_more_to_move(hand):
    """The copies are drawn once: a move leaves their elements, and what they hold, alone."""
    waves = hand("waves")
    pin(waves)
    touched = waves.page.evaluate("""async () => {
      const copies = [...document.querySelectorAll('#waves .ex-marks > g')].slice(0, 4);
      let seen = 0;
      const watch = new MutationObserver((records) => (seen += records.length));
      for (const copy of copies) watch.observe(copy, {childList: true, subtree: true, attributes: true});
      const widget = explorable.widgets.get('waves');
      for (const pick of [5, 9, 20]) {
        widget.move('rate', pick);
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      }
      return seen;
    }""")
    assert touched == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_moved_pinned_and_typed_no_rule_of_accessibility_is_broken(hand, scheme):
    waves = hand("waves", scheme=scheme)
    pin(waves)
    waves.slide("rate", 30)
    waves.control("size").locator(".ex-value").click()
    assert violations(waves.page, {"include": [["#waves"]]}, {"preload": False}) == []
