"""Values are read off the charts: under the mouse, by a tap, by keys; and what is shown is spoken."""

import re

import demo
import numpy as np
import pytest

import explorable as ex

BOX = ".ex-value-box"
LAYERS = "e => [...e.querySelectorAll('.ex-canvas')].map(c => Boolean(c.querySelector('.ex-values')))"
PARTS = "e => [...e.querySelectorAll('.ex-value-box > *')].map(part => part.textContent)"
# Everything of a page that the reader has not asked for stands where it stood.
PLACES = "e => [...e.querySelectorAll('*')].filter(p => !p.closest('.ex-values')).map(p => p.getBoundingClientRect().y)"


def canvas(widget, number=0):
    return widget.figure.locator(".ex-canvas").nth(number)


def place(widget, share, number=0, height=0.5):
    """A place on a picture, in px of the window: `share` of its width."""
    box = canvas(widget, number).bounding_box()
    return box["x"] + share * box["width"], box["y"] + height * box["height"]


def parts(widget):
    return widget.figure.evaluate(PARTS)


def test_the_mouse_shows_the_nearest_point_with_its_name_and_units(hand):
    waves = hand("waves")
    before = waves.figure.evaluate(PLACES)
    waves.page.mouse.move(*place(waves, 0.5))
    name, x, y = parts(waves)
    assert name in ("first wave", "second wave", "sum")
    time, unit = re.fullmatch(r"time ([\d.]+) (.*)", x).groups()
    assert unit == "s" and float(time) == pytest.approx(5, abs=0.4)
    height = float(re.fullmatch(r"displacement (.*) mm", y)[1].replace("−", "-"))
    outputs = waves.page.evaluate("() => { const o = explorable.widgets.get('waves').outputs; return"
                                  " Object.fromEntries(Object.entries(o).map(([k, v]) => [k, [v].flat()"
                                  ".flatMap(w => w.length ? [...w] : [w])])); }")  # fmt: skip
    row = outputs[{"first wave": "a", "second wave": "b", "sum": "sum"}[name]]
    k = int(np.abs(np.array(outputs["x"]) - float(time)).argmin())
    assert height == pytest.approx(row[k], abs=0.05)
    assert waves.figure.evaluate(PLACES) == before  # nothing has moved
    ring = waves.figure.locator(".ex-values circle").bounding_box()
    assert ring["x"] + ring["width"] / 2 == pytest.approx(place(waves, 0.5)[0], abs=8)
    waves.page.mouse.move(5, 5)
    assert waves.figure.locator(BOX).count() == 0


def test_charts_with_the_same_variable_along_x_share_the_rule(hand):
    table, field = hand("table"), None
    table.page.mouse.move(*place(table, 0.5, 1))
    assert table.figure.evaluate(LAYERS) == [True, True]  # both go along the place
    spots = table.figure.locator(".ex-values line").evaluate_all("all => all.map(e => Number(e.getAttribute('x1')))")
    assert len(spots) == 2
    assert [text.split()[0] for text in parts(table)] == ["height", "place", "count"]
    field = hand("field")
    field.page.mouse.move(*place(field, 0.5, 1))
    assert field.figure.evaluate(LAYERS) == [False, True]  # a map has no rule through it, though it lies east, too


def test_a_table_of_colors_tells_the_value_of_its_cell(hand):
    field = hand("field")
    field.page.mouse.move(*place(field, 0.75, 0, 0.25))
    east, north, value = [float(text.split()[1].replace("−", "-")) for text in parts(field)]
    assert value == pytest.approx(np.sin(1.5 * east) + east * north / 2, abs=0.005 + 0.01 * abs(value))


def test_bars_on_named_places_tell_the_name(hand):
    bars = hand("bars")
    bars.page.mouse.move(*place(bars, 0.9, 0, 0.5))
    assert parts(bars) == ["steps", "network group", "steps 8"]


def test_what_is_shown_follows_the_widget(hand):
    waves = hand("waves")
    waves.page.mouse.move(*place(waves, 0.5))
    before = parts(waves)
    waves.slide("size", 30)
    assert parts(waves)[1:] != before[1:]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_tap_shows_the_values_and_a_tap_elsewhere_takes_them_away(hand, width):
    waves = hand("waves", width=width, touch=True)
    for share in (0.2, 0.5, 0.95):
        waves.page.touchscreen.tap(*place(waves, share))
        box = waves.figure.locator(BOX).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and waves.figure.locator(BOX).count() == 1
    assert waves.page.evaluate("document.documentElement.scrollWidth") <= width
    waves.figure.locator(".ex-title").tap()
    assert waves.figure.locator(BOX).count() == 0


def test_a_finger_that_scrolls_or_moves_a_handle_asks_for_nothing(hand):
    batch = hand("batch", width=360, touch=True)
    rule = batch.page.locator("#batch .ex-handle[aria-label='the batch, value 1']")
    rule.scroll_into_view_if_needed()
    rule.tap()
    assert batch.figure.locator(BOX).count() == 0
    client = batch.page.context.new_cdp_session(batch.page)
    touch = lambda kind, points: client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    x, y = place(batch, 0.5)
    touch("touchStart", [{"x": x, "y": y}])
    for part in (20, 60, 90):
        touch("touchMove", [{"x": x, "y": y - part}])
    touch("touchEnd", [])
    assert batch.figure.locator(BOX).count() == 0
    assert canvas(batch).evaluate("e => getComputedStyle(e).touchAction") == "auto"


def test_while_a_handle_is_dragged_nothing_lies_over_the_picture(hand):
    batch = hand("batch")
    dot = batch.page.locator("#batch .ex-handle[aria-label='the batch, value 2']").bounding_box()
    batch.page.mouse.move(dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2)
    assert batch.figure.locator(BOX).count() == 1
    batch.page.mouse.down()
    batch.page.mouse.move(dot["x"] + 60, dot["y"] + 10)
    assert batch.figure.locator(BOX).count() == 0
    batch.page.mouse.up()


def test_keys_walk_along_the_points_and_what_they_come_to_is_spoken(hand):
    table = hand("table")
    stops = table.figure.locator(".ex-walk[tabindex='0']")
    assert (table.figure.locator(".ex-walk").count(), stops.count()) == (2, 1)
    table.figure.locator(".ex-share > button").focus()
    table.page.keyboard.press("Tab")
    assert stops.evaluate("e => e === document.activeElement")
    seen = [parts(table)]
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft", "Home"):
        table.page.keyboard.press(key)
        seen.append(parts(table))
    assert [int(shown[0].split()[1]) for shown in seen] == [0, 1, 2, 39, 38, 0]
    spoken = table.figure.locator(".ex-announced")
    table.page.wait_for_function(
        "() => /place 0, height 1/.test(document.querySelector('#table .ex-announced').textContent)"
    )
    assert spoken.text_content() == "place 0, height 1"
    table.page.keyboard.press("ArrowUp")  # on to the bars, in the other chart
    assert canvas(table, 1).locator(".ex-walk").evaluate("e => e === document.activeElement")
    assert stops.count() == 1 and "count" in str(parts(table))
    table.page.keyboard.press("Escape")
    assert table.figure.locator(BOX).count() == 0
    table.page.keyboard.press("ArrowRight")
    assert table.figure.locator(BOX).count() > 0
    table.page.keyboard.press("Tab")
    assert table.figure.locator(BOX).count() == 0


def test_keys_walk_over_a_table_of_colors(hand):
    field = hand("field")
    field.page.locator("#field .ex-walk").first.focus()
    field.page.keyboard.press("PageUp")
    field.page.keyboard.press("ArrowRight")
    numbers = lambda: [float(text.split()[1].replace("−", "-")) for text in parts(field)]
    here = numbers()
    field.page.keyboard.press("ArrowRight")
    field.page.keyboard.press("ArrowUp")
    assert numbers()[:2] == pytest.approx([here[0] + 0.1, here[1] + 0.1], abs=0.011)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_words_stand_out_from_their_ground(hand, theme):
    waves = hand("waves")
    waves.page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    waves.settle()  # the theme draws everything anew
    waves.page.mouse.move(*place(waves, 0.4))
    ink, ground = waves.figure.locator(BOX).evaluate(
        "e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor]; }"
    )
    light = [sum(w * (int(v) / 255) ** 2.2 for w, v in zip((0.2126, 0.7152, 0.0722), re.findall(r"\d+", color)))
             for color in (ink, ground)]  # fmt: skip
    assert (max(light) + 0.05) / (min(light) + 0.05) > 7


def test_nobody_who_does_not_ask_pays_for_it(hand):
    waves = hand("waves")
    counted = """() => {
      const { scope, reading } = explorable.widgets.get('waves');
      const { read } = scope;
      let asked = 0;
      scope.read = (channel) => (asked++, read(channel));
      reading.follow();
      return asked;
    }"""
    assert waves.page.evaluate(counted) == 0 and waves.figure.locator(".ex-values").count() == 0
    waves.page.mouse.move(*place(waves, 0.5))
    assert waves.page.evaluate(counted) == 0  # the points of this state are known by now
    waves.slide("size", 30)
    assert waves.figure.locator(".ex-values").count() == 1


def ridges():
    """Two charts of three ridges, whose height is but a place, and a line over them of which nothing is told."""
    numbers = np.array([[1, 2, 4], [10, 20, 40], [100, 200, 400.0]])
    steps = np.array([[0.0], [1], [2]])
    outputs = {"a": steps + numbers / 1000, "b": steps - numbers / 1000, "now": numbers[0] / 1000}
    script = "".join(
        f"{name}: {{shape: [3, 3], data: Float64Array.from({outputs[name].ravel().tolist()})}}, " for name in "ab"
    )
    model = demo.Handmade(
        f"return {{{script}now: Float64Array.from({outputs['now'].tolist()}).map((y) => y + v.up)}};",
        lambda up: outputs | {"now": outputs["now"] + up},
    )
    chart = lambda name: ex.Chart(
        [
            ex.Line(y=name, tells={"step": np.repeat(steps, 3, axis=1), "loss": numbers}),
            ex.Line(y="now", color="moved", tells={}),
        ],
        x=ex.Axis("place", ticks=(0, 1, 2)),
        y=ex.Axis("step", domain=(-1, 3)),
        title=name,
    )
    slider = ex.Slider("up", "up", values=(0, 1), start=0)
    return ex.Explorable("ridges", "Ridges", [slider], model, [chart("a"), chart("b")], "{now}", "Ridges.", columns=2)


def test_a_ridge_tells_what_it_stands_for_and_so_does_the_same_one_beside_it(hand, tmp_path):
    demo.write_page(tmp_path, [ridges()])
    widget = hand("ridges", folder=tmp_path)
    frame = widget.page.evaluate("() => explorable.widgets.get('ridges').charts[0].face().frame.margin")
    box = canvas(widget).bounding_box()
    high = box["height"] - frame["top"] - frame["bottom"]
    widget.page.mouse.move(*place(widget, 0.5, 0, (frame["top"] + high / 2) / box["height"]))  # at step 1
    assert parts(widget) == ["place 1", "step 1", "loss 20", "step 1", "loss 20"]


def test_keys_go_from_ridge_to_ridge(hand, tmp_path):
    demo.write_page(tmp_path, [ridges()])
    widget = hand("ridges", folder=tmp_path)
    widget.figure.locator(".ex-share > button").focus()
    widget.page.keyboard.press("Tab")
    seen = [parts(widget)[1:3]]
    for key in ("ArrowUp", "ArrowUp", "ArrowRight"):
        widget.page.keyboard.press(key)
        seen.append(parts(widget)[1:3])
    assert seen == [["step 0", "loss 1"], ["step 1", "loss 10"], ["step 2", "loss 100"], ["step 2", "loss 200"]]
