"""Dragging and choosing inside pictures, by mouse, keyboard and touch; charts and diagrams that follow the state."""

import itertools

import demo
import demo_widgets
import numpy as np
import pytest

BOTH = (True, True)


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, start, dx, dy):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + dx / 2, start[1] + dy / 2)
    page.mouse.move(start[0] + dx, start[1] + dy)
    page.mouse.up()


def handle(widget, name):
    return widget.figure.get_by_role("slider", name=name, exact=True)


def test_a_dot_is_dragged_by_the_mouse(hand):
    batch = hand("batch")
    dot = handle(batch, "the batch, value 2").and_(batch.page.locator(".ex-handle"))
    x, _ = middle(dot)
    assert batch.changes(lambda: drag(batch.page, middle(dot), 60, 5)) == BOTH
    assert batch.values()["x"][1] > 0.8
    assert middle(dot)[0] == pytest.approx(x + 60, abs=4)  # the handle went with the pointer
    assert dot.get_attribute("aria-valuenow") == f"{batch.values()['x'][1]:g}"
    assert batch.control("x").locator("input").nth(1).input_value() == f"{batch.values()['x'][1]:g}"


def test_a_dot_is_moved_by_keys(hand):
    batch = hand("batch")
    dot = batch.page.locator("#batch .ex-handle[aria-label='the batch, value 1']")
    dot.focus()
    assert batch.changes(lambda: batch.page.keyboard.press("ArrowRight")) == BOTH
    assert batch.values()["x"][0] == -0.9
    batch.page.keyboard.press("Shift+ArrowUp")
    batch.settle()
    assert batch.values()["x"][0] == 0.1
    assert dot.evaluate("e => e === document.activeElement")  # a redraw leaves the focus where it was
    batch.page.keyboard.press("Home")
    batch.settle()
    assert batch.values()["x"][0] == -5


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("order", ["1,1.1,-4", "1.1,1,-4"])
def test_of_handles_that_overlap_the_nearest_is_held(hand, order, width):
    """What lies on top of a dot's middle is often the place for a finger around its neighbor."""
    batch = hand("batch", query=f"?batch.x={order}", width=width)
    for number in (1, 2):
        before = batch.values()["x"]
        dot = batch.page.locator(f"#batch .ex-handle[aria-label='the batch, value {number}']")
        drag(batch.page, middle(dot), 0, 0)
        drag(batch.page, middle(dot), -60, 0)
        batch.settle()
        moved = [now != then for now, then in zip(batch.values()["x"], before, strict=True)]
        assert moved == [k == number - 1 for k in range(3)], number
        batch.figure.locator(".ex-reset").click()
        batch.page.evaluate("x => explorable.widgets.get('batch').set({x})", order)
        batch.settle()


def test_a_rule_is_dragged_along_its_slider(hand):
    batch = hand("batch")
    rule = batch.page.locator("#batch .ex-handle[aria-label='goal']")
    rule.focus()
    assert batch.changes(lambda: batch.page.keyboard.press("ArrowLeft")) == BOTH
    assert batch.values()["goal"] == 1.5
    assert batch.readout().endswith("below the goal.")
    box = rule.locator("rect").bounding_box()
    assert batch.changes(lambda: drag(batch.page, (box["x"] + 14, box["y"] + 40), -90, 0)) == BOTH
    assert batch.readout().endswith("above the goal.")


def test_a_point_is_dragged_by_touch_and_by_keys(hand):
    field = hand("field", width=360, touch=True)
    dot = field.page.locator("#field .ex-handle")
    dot.scroll_into_view_if_needed()
    assert dot.locator(".ex-hit").bounding_box()["width"] >= 40
    assert dot.evaluate("e => getComputedStyle(e).touchAction") == "none"
    x, y = middle(dot)
    client = field.page.context.new_cdp_session(field.page)
    touch = lambda kind, points: client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def swipe():
        touch("touchStart", [{"x": x, "y": y}])
        for part in (10, 20, 40):
            touch("touchMove", [{"x": x - part, "y": y + part}])
        touch("touchEnd", [])

    assert field.changes(swipe) == BOTH
    assert field.values()["p"][0] < 0.3 and field.values()["p"][1] < 0.3
    dot.focus()
    before = field.values()["p"]
    field.page.keyboard.press("ArrowUp")
    field.page.keyboard.press("ArrowRight")
    field.settle()
    assert field.values()["p"] == pytest.approx([before[0] + 0.05, before[1] + 0.05])
    assert dot.get_attribute("aria-valuetext").startswith("x ")


def test_a_dot_chooses(hand):
    bars = hand("bars")
    dots = bars.figure.get_by_role("radio").and_(bars.page.locator(".ex-choosable"))
    assert bars.changes(lambda: dots.nth(2).click()) == BOTH
    assert bars.values()["which"] == 2
    assert bars.control("which").locator("input").nth(2).is_checked()
    assert bars.changes(lambda: bars.page.keyboard.press("ArrowRight")) == BOTH
    assert bars.values()["which"] == 3
    assert [dots.nth(i).get_attribute("aria-checked") for i in range(4)] == ["false", "false", "false", "true"]
    assert [dots.nth(i).get_attribute("tabindex") for i in range(4)] == ["-1", "-1", "-1", "0"]


def test_tab_enters_a_picture_whose_chosen_part_is_hidden_and_arrows_pass_it_by(hand):
    cells = hand("cells")
    stops = "() => [...document.querySelectorAll('#cells .ex-choosable')].map((e) => e.getAttribute('tabindex'))"
    assert cells.page.evaluate(stops).index("0") == cells.values()["cell"]
    hide = "() => { for (const e of document.querySelectorAll('#cells .ex-choosable[tabindex=\"0\"]')) %s; }"
    cells.page.evaluate(hide % "e.style.display = 'none'")
    chosen = cells.values()["cell"]
    cells.slide("gain", 3)
    now = cells.page.evaluate(stops)
    assert now.count("0") == 1 and now.index("0") != chosen
    cells.figure.locator(".ex-share > button").focus()
    cells.page.keyboard.press("Tab")
    parts = cells.page.locator("#cells .ex-choosable")
    assert parts.nth(now.index("0")).evaluate("e => e === document.activeElement")
    seen = set()
    for key in ["ArrowRight"] * 3 + ["ArrowLeft"] * 3:
        cells.page.keyboard.press(key)
        cells.settle()
        seen.add(cells.values()["cell"])
    assert len(seen) > 1 and chosen not in seen


@pytest.mark.parametrize("how", ["click", "tap", "Enter", " "])
def test_a_cell_of_a_diagram_chooses(hand, how):
    cells = hand("cells", touch=how == "tap", width=360 if how == "tap" else 1280)
    cell = cells.figure.get_by_role("radio", name="weight 4")
    act = {"click": cell.click, "tap": cell.tap}.get(how, lambda: (cell.focus(), cells.page.keyboard.press(how)))
    assert cells.changes(act) == BOTH
    assert cells.values()["cell"] == 3
    assert cell.get_attribute("aria-checked") == "true"
    assert cells.readout() == "The chosen weight is −0.76."


def test_a_diagram_shows_what_is_bound(hand):
    cells = hand("cells")
    part = lambda name, inner: cells.figure.locator(f"[data-name={name}] {inner}")
    assert part("c0", "text").text_content() == "0.84"
    start = part("bar", "rect").get_attribute("width")
    fill = part("c1", "rect").evaluate("e => e.style.fill")
    cells.slide("gain", 40)
    assert part("c0", "text").text_content() == "1.68"
    assert float(part("bar", "rect").get_attribute("width")) == pytest.approx(2 * float(start))
    assert part("c1", "rect").evaluate("e => e.style.fill") != fill
    assert cells.figure.locator("[data-name=knob]").get_attribute("transform") == "translate(220,0)"


def test_a_knob_of_a_diagram_is_dragged_and_moved_by_keys(hand):
    cells = hand("cells")
    knob = cells.page.locator("#cells .ex-handle")
    assert cells.changes(lambda: drag(cells.page, middle(knob), 55, 0)) == BOTH
    assert cells.values()["gain"] > 1.2
    knob.focus()
    assert cells.changes(lambda: cells.page.keyboard.press("End")) == BOTH
    assert cells.values()["gain"] == 2
    assert knob.get_attribute("aria-valuenow") == "2"


def test_a_narrow_page_gets_the_narrow_diagram(hand):
    cells = hand("cells", width=360, touch=True)
    assert cells.figure.locator(".ex-diagram").get_attribute("viewBox") == "0 0 300 300"


def test_a_chart_fits_the_page_again_when_its_width_changes(hand):
    waves = hand("waves")
    labels = lambda: waves.figure.locator(".ex-axes .ex-tick-x").count()
    wide = labels()
    waves.page.set_viewport_size({"width": 360, "height": 800})
    ticks = "document.querySelectorAll('#waves .ex-axes .ex-tick-x').length"
    waves.page.wait_for_function(f"2 <= {ticks} && {ticks} < {wide}", timeout=60_000)
    assert waves.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_an_axis_without_ticks_and_label_is_not_drawn(hand):
    waves = hand("waves")
    draw = """(x) => {
      const axis = { domain: [-1, 1], kind: "number", label: "", unit: "", ...x };
      const spec = { height: 200, aspect: 1, x: axis, y: { ...axis, label: "", ticks: [] } };
      const { frameOf, drawAxes } = explorable.parts;
      return drawAxes(frameOf(spec, 300, [], null)).querySelector(".ex-axis").getAttribute("d");
    }"""
    assert waves.page.evaluate(draw, {"ticks": []}) == ""
    assert waves.page.evaluate(draw, {"ticks": [0]}).count("H") == 2  # the axis, and the line of y = 0
    assert waves.page.evaluate(draw, {"ticks": [], "label": "x"}).count("H") == 2


def test_lines_stay_inside_a_fixed_domain(hand):
    waves = hand("waves")
    waves.slide("size", 60)
    clip = waves.figure.locator(".ex-marks clipPath rect")
    assert float(clip.get_attribute("height")) < 280
    assert waves.figure.locator(".ex-marks > g[clip-path]").count() == 4


def test_a_raster_is_drawn_again_for_the_other_theme(hand):
    field = hand("field")
    href = field.figure.locator("image").get_attribute("href")
    field.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    field.settle()
    assert field.figure.locator("image").get_attribute("href") != href


# The contours of a grid (rows of numbers; text stands for what JSON cannot hold), 1000 px a cell, as lists of corners.
CONTOURS = """([grid, levels]) => {
  const [rows, columns] = [grid.length, grid[0].length];
  const axis = { apply: (value) => 1000 * value };
  const spec = { x: [0, columns], y: [0, rows], levels, color: "ink", width: 1 };
  const z = { shape: [rows, columns], data: Float64Array.from(grid.flat(), Number) };
  const path = explorable.parts.drawContour(spec, z, { px: axis, py: axis }).firstChild;
  return (path.getAttribute("d").match(/M[^M]*/g) ?? []).map((text) => {
    const line = text.slice(1).replace("Z", "").split("L").map((pair) => pair.split(",").map(Number));
    return text.endsWith("Z") ? [...line, line[0]] : line;
  });
}"""


def crossings(grid, level):
    """What one level gives, cell by cell: a piece for every corner, or pair of corners, that is on its other side."""
    for i, j in np.ndindex(grid.shape[0] - 1, grid.shape[1] - 1):
        corners = [(i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)]
        high = [grid[c] >= level for c in corners]
        sides = {}
        for k in range(4):
            (a, b), n = sorted((corners[k], corners[k - 3])), k
            if high[k] != high[k - 3]:
                share = (level - grid[a]) / (grid[b] - grid[a])
                y, x = np.array(a) + share * (np.array(b) - a)
                sides[n] = (x, y)
        if len(sides) == 2:
            yield list(sides.values())
        elif sides:  # two opposite corners are high: each is cut off by the two sides that meet there
            yield from ([sides[k - 1 if k else 3], sides[k]] for k in range(4) if high[k])


@pytest.mark.parametrize("seed", range(4))
def test_contours_pass_between_low_and_high_corners(hand, seed):
    grid = np.random.default_rng(seed).normal(size=(9, 12))
    levels = [-1, -0.2, 0.3, 1.1, 9]
    drawn = hand("field").page.evaluate(CONTOURS, [grid.tolist(), levels])
    wanted = [[[1000 * n + 500 for n in end] for end in piece] for level in levels for piece in crossings(grid, level)]
    found = [piece for line in drawn for piece in itertools.pairwise(line)]
    inside = [p for p in found if all(500 <= x <= 11500 and 500 <= y <= 8500 for x, y in p)]
    assert len(wanted) > 100 and ordered(inside) == pytest.approx(ordered(wanted), abs=0.06)


def ordered(found):
    """Pieces as rows of numbers, whatever their direction, in an order that rounding does not change."""
    rows = [np.ravel(sorted(map(tuple, piece))) for piece in found]
    return np.array(sorted(rows, key=lambda row: tuple(np.round(row))))


def test_contours_end_at_the_edge_of_the_field_and_beside_gaps(hand):
    page = hand("field").page

    def ends(grid, level):
        (line,) = page.evaluate(CONTOURS, [grid, [level]])
        return sorted([line[0], line[-1]])

    assert ends([[0, 1, 1], [0, 1, 1], [0, 1, 1]], 0.5) == [[1000, 0], [1000, 3000]]
    # Only the cells of the last row have four numbers.
    assert ends([[0, 1, 1], [0, "NaN", 1], [0, 1, 1], [0, 1, 1]], 0.5) == [[1000, 2500], [1000, 4000]]
    assert ends([[0, "Infinity"], [0, "Infinity"]], 3) == [[500, 0], [500, 2000]]  # at the last number before infinity
    assert ends([["Infinity", 0], ["Infinity", 0]], 3) == [[1500, 0], [1500, 2000]]


def test_plotly_draws_and_follows(hand):
    surface = hand("surface", name="surface.html")
    surface.page.wait_for_function("document.querySelector('#surface .ex-plotly')?._fullLayout?.scene", timeout=60_000)
    z = "document.querySelector('#surface .ex-plotly').data[0].z[0][0]"
    first = surface.page.evaluate(z)
    surface.slide("bend", 20)
    assert surface.page.evaluate(z) != first
    assert "bend of 2.5" in surface.figure.locator(".ex-canvas").get_attribute("aria-label")


def test_a_turned_surface_stays_turned_when_a_slider_moves(hand):
    surface = hand("surface", name="surface.html")
    surface.page.wait_for_function("document.querySelector('#surface .ex-plotly')?._fullLayout?.scene", timeout=60_000)
    eye = "document.querySelector('#surface .ex-plotly')._fullLayout.scene._scene.getCamera().eye.x"
    first = surface.page.evaluate(eye)
    drag_until(surface, f"Math.abs({eye} - {first}) > 0.1")
    turned = at_rest(surface.page, eye)
    drawn = "document.querySelector('#surface .ex-plotly').data[0].z[0][0]"
    before = surface.page.evaluate(drawn)
    surface.slide("bend", 20)
    surface.page.wait_for_function(f"{drawn} !== {before}", timeout=60_000)
    assert at_rest(surface.page, eye) == pytest.approx(turned, abs=1e-3)


def test_a_chart_stands_in_for_a_surface_until_it_is_to_be_turned(hand):
    """Nothing of Plotly is loaded before the button is pressed; afterwards each shows what the slider says."""
    widget = hand("turnable", name="turnable.html")
    canvas, button = widget.figure.locator(".ex-canvas"), widget.figure.locator(".ex-turn")
    lines = canvas.locator("svg.ex-marks path")
    assert lines.count() == 20
    assert widget.page.evaluate("!window.Plotly && !document.querySelector('script[src*=plotly]')")
    first = widget.picture()
    widget.slide("bend", 20)
    assert widget.picture() != first
    label = canvas.locator("svg.ex-marks").get_attribute("aria-label")
    assert label == "Waves with a bend of 2.5."

    button.focus()
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    widget.page.wait_for_function("document.querySelector('.ex-plotly')?._fullLayout?.scene", timeout=60_000)
    assert lines.count() == 0 and canvas.get_attribute("aria-label") == "A surface with a bend of 2.5."
    z = "document.querySelector('.ex-plotly').data[0].z[0][0]"
    drawn = widget.page.evaluate(z)
    widget.slide("bend", 0)
    assert widget.page.evaluate(z) != drawn

    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "false" and canvas.get_attribute("role") is None
    assert lines.count() == 20 and widget.page.locator(".ex-plotly").count() == 0
    assert canvas.locator("svg.ex-marks").get_attribute("aria-label") == "Waves with a bend of 0.5."


def test_a_surface_that_cannot_be_turned_leaves_its_chart(watched_page, hand, tmp_path):
    """The library is missing: a remark says so, and the chart goes on."""
    demo.write_page(tmp_path, [demo_widgets.turnable()], "turnable.html")
    (tmp_path / "_static" / "explorable" / "vendor" / "plotly-gl3d.min.js").unlink()
    widget = hand("turnable", name="turnable.html", folder=tmp_path)
    widget.figure.locator(".ex-turn").click()
    widget.figure.locator(".ex-remark").filter(has_text="could not be loaded").wait_for()
    assert widget.figure.locator("svg.ex-marks path").count() == 20
    assert widget.changes(lambda: widget.slide("bend", 20)) == (True, True)
    widget.page.watch.problems.clear()  # the browser itself reports a missing file


def drag_until(hand, condition, tries=20):
    """Drag over a Plotly figure until the page says so: without a graphics card it takes in only some of the moves."""
    area = hand.figure.locator(".ex-plotly").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    hand.page.mouse.move(x, y)
    hand.page.mouse.down()
    for step in range(1, tries + 1):
        hand.page.mouse.move(x + 10 * step, y)
        hand.settle()
        if hand.page.evaluate(condition):
            break
    hand.page.mouse.up()
    hand.page.wait_for_function(condition, timeout=60_000)


def at_rest(page, number):
    """The value of an expression once it has stopped changing."""
    last = page.evaluate(number)
    for _ in range(200):
        page.wait_for_timeout(100)
        last, before = page.evaluate(number), last
        if last == before:
            return last
    raise AssertionError(f"{number} does not come to rest")


def test_a_handle_tells_small_numbers_without_an_exponent(hand):
    """ARIA's numbers are plain decimals."""
    slider = {"kind": "slider", "label": "h", "stops": [1e-14, 2.5e-7, 1], "format": ".0e"}
    heard = hand("batch").page.evaluate("slider => explorable.parts.moverOf(slider).aria(1)", slider)
    assert [heard[f"aria-value{name}"] for name in ("min", "now", "max")] == ["0.00000000000001", "0.00000025", 1]
