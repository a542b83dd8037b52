"""Names of lines at their ends where a chart has room, in the legend elsewhere; tables of colors have their scale."""

import demo
import numpy as np
import pytest

import explorable as ex
from tests.conftest import open_watched

PLACE = np.arange(5.0)
LONG = "the second of the lines"  # too long for a telephone


def widget():
    javascript = """
      const at = (i, k) => i < 2 + v.length ? v.rise * i + k / 50 : NaN;
      const row = (k) => Float64Array.from({length: 5}, (_, i) => at(i, k));
      return {a: row(1), b: row(2), c: row(0), z: {shape: [2, 2], data: Float64Array.of(-1, 0, 1, 2)}};"""

    def python(rise, length):
        row = lambda k: np.where(np.arange(5) < 2 + length, rise * np.arange(5) + k / 50, np.nan)
        return {"a": row(1), "b": row(2), "c": row(0), "z": np.array([[-1.0, 0], [1, 2]])}

    lines = [
        ex.Band(PLACE, "a", "b", "first", label="a band"),
        ex.Line(PLACE, "a", "first", label="first"),
        ex.Line(PLACE, "b", "second", label=LONG, dash=True),
        ex.Line(PLACE, "c", "third", label="third"),
        ex.Rule(y=5, color="ink", label="goal"),
    ]
    return ex.Explorable(
        "names",
        "Names",
        [
            ex.Slider("rise", "rise", low=-1, high=1, step=0.5, start=0.5),
            ex.Slider("length", "length", low=0, high=3, step=1, start=3),
        ],
        demo.Handmade(javascript, python, gaps=("a", "b", "c")),
        [
            ex.Chart(lines, y=ex.Axis("y", domain=(-5, 6)), x=ex.Axis("x", domain=(0, 4)), alt="Lines.", direct=True),
            ex.Chart([ex.Raster("z", (0, 1), (0, 1), domain=(-1, 2), label="height")], alt="A table."),
        ],
        "{rise}",
        "See.",
    )


def opened(browser, folder, width):
    page = open_watched(browser, demo.write_page(folder, [widget()]), root=folder, width=width)
    page.evaluate("() => { const w = explorable.widgets.get('names'); w.wake(); return w.ready; }")
    return page


@pytest.fixture(scope="module", params=[1280, 360])
def page(request, browser, tmp_path_factory):
    page = opened(browser, tmp_path_factory.mktemp("names"), request.param)
    page.wide = request.param == 1280
    yield page
    assert not page.watch.problems
    page.context.close()


def put(page, **values):
    move = "to => { const w = explorable.widgets.get('names'); w.set(to); if (w.waiting) w.frame(); }"
    page.evaluate(move, values)


def keys(page):
    return page.locator(".ex-legend").first.locator(".ex-key").all_text_contents()


def names(page):
    """{name: (height of its middle, where its box begins and ends)}."""
    found = """all => all.map(e => {
      const { x, y, right, height } = e.getBoundingClientRect();
      return [e.textContent, y + height / 2, x, right];
    })"""
    return {name: where for name, *where in page.locator(".ex-ends text").evaluate_all(found)}


def test_names_stand_at_the_ends_or_in_the_legend(page):
    put(page, rise=0.5, length=3)
    if not page.wide:
        assert keys(page) == ["a band", "first", LONG, "third", "goal"] and names(page) == {}
        return
    assert keys(page) == ["a band"] and set(names(page)) == {"first", LONG, "third", "goal"}
    frame = page.locator(".ex-marks clipPath rect").first.bounding_box()
    ends = page.locator(".ex-canvas").first.bounding_box()
    for height, left, right in names(page).values():
        assert left >= frame["x"] + frame["width"] and right <= ends["x"] + ends["width"] + 1
        assert frame["y"] <= height <= frame["y"] + frame["height"]


@pytest.mark.parametrize("rise", [-1, 0, 0.5, 1])
def test_names_of_lines_that_end_together_do_not_touch(page, rise):
    put(page, rise=rise, length=3)
    heights = sorted(height for height, *_ in names(page).values())
    assert len(heights) == (4 if page.wide else 0) and (np.diff(heights) > 13).all()


def test_a_line_that_ends_early_has_a_thread_to_its_name_and_one_that_is_not_seen_has_no_name(page):
    put(page, rise=0.5, length=0)
    threads = page.locator(".ex-ends path").count()
    assert threads >= 3 if page.wide else threads == 0
    put(page, rise=-1, length=3)  # it ends at -4
    assert len(names(page)) == (4 if page.wide else 0)


def test_the_room_of_a_frame_does_not_depend_on_the_state(page):
    box = lambda: page.locator(".ex-marks clipPath rect").first.bounding_box()
    put(page, rise=0.5, length=3)
    before = box()
    put(page, rise=-1, length=0)
    assert box() == before


def test_a_table_of_colors_has_its_scale(page):
    key = page.locator(".ex-key-scale")
    assert key.text_content() == "height" and key.get_attribute("data-ends") == "−1 to 2"
    colors = key.evaluate("e => getComputedStyle(e, '::before').backgroundImage")
    assert colors.startswith("linear-gradient(to right, rgb(255, 255, 255), ") and colors.count("rgb(") == 5


def test_a_map_has_no_names_at_ends():
    with pytest.raises(ex.DeclarationError, match="without an aspect"):
        ex.Chart([ex.Line(y="y")], aspect=1, direct=True).check(())
