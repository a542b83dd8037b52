"""A small picture drawn by mouse, finger and keys; what is drawn, said, taken back and centered."""

import modules
import numpy as np
import pytest

from explorable.page import runtime
from tests.axe import violations
from tests.book.driver import drag

SIDE = 8
BODY = """<main><h1>Pads</h1><p>Some words above.</p><div id="small"></div><div id="large"></div>
<p style="height: 120vh">Below.</p></main><script>
const heard = [];
const onChange = (values) => heard.push(values);
const pads = {
  small: drawingPad(document.getElementById("small"), {rows: 8, columns: 8, label: "A digit", onChange}),
  large: drawingPad(document.getElementById("large"), {rows: 28, columns: 28, label: "A large digit"}),
};
</script>"""


@pytest.fixture
def pad(watched_page, tmp_path):
    """pad(name, width=, scheme=, touch=, ...) opens the page with two pads."""

    def take(name="small", **how):
        style = f"<style>:root {{ color-scheme: light dark }} {runtime.read('drawing_pad.css')}</style>"
        address = modules.write_page(tmp_path, "drawing_pad", head=style, body=BODY)
        return Pad(watched_page(address, root=tmp_path, **how), name)

    return take


class Pad:
    """One pad on an open page."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.place = page.locator(f"#{name}")
        self.ground = self.place.get_by_role("application")
        self.rows = SIDE if name == "small" else 28

    def values(self):
        return np.reshape(self.page.evaluate(f"() => [...pads.{self.name}.values()]"), (self.rows, self.rows))

    def heard(self):
        """What onChange was called with, so far."""
        return [
            np.reshape(values, (self.rows, self.rows))
            for values in self.page.evaluate("heard.map((values) => [...values])")
        ]

    def shown(self):
        """The picture as it stands on the screen."""
        cells = self.place.locator(".ex-pad-cells > rect")
        return np.reshape(
            cells.evaluate_all("(all) => all.map((e) => Number(e.getAttribute('fill-opacity')))"),
            (self.rows, self.rows),
        )

    def said(self):
        return self.place.get_by_role("status").inner_text()

    def button(self, name):
        return self.place.get_by_role("button", name=name)

    def at(self, row, column):
        """The place of a cell's middle on the screen; whole numbers and parts."""
        box = self.ground.locator("svg").bounding_box()
        return box["x"] + (column + 0.5) / self.rows * box["width"], box["y"] + (row + 0.5) / self.rows * box["height"]

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)


def ink(brush, points, side=SIDE):
    """What a brush leaves that was at all of these (row, column)."""
    rows, columns = np.indices((side, side))
    far = np.min([np.hypot(rows - row, columns - column) for row, column in points], axis=0)
    return np.clip(brush + 0.5 - far, 0, 1)


@pytest.mark.parametrize("way", ["mouse", "touch"])
def test_a_stroke_is_drawn_by_a_soft_round_brush(pad, way):
    small = pad(touch=way == "touch", width=360 if way == "touch" else 1280)
    drag(small.page, way, small.at(2, 1), small.at(2, 6))
    drawn = small.values()
    np.testing.assert_allclose(drawn, ink(0.75, [(2, c) for c in np.linspace(1, 6, 501)]), atol=0.05)
    assert drawn[2, 2] == pytest.approx(1) and drawn[3, 3] == pytest.approx(0.25, abs=0.05) and not drawn[5:].any()
    np.testing.assert_allclose(small.shown(), drawn, atol=1e-3)
    heard = small.heard()
    assert len(heard) >= 3 and (heard[-1] == drawn).all() and heard[0].sum() < heard[-1].sum()
    assert small.page.evaluate("scrollY") == 0, "a finger on the pad draws, it does not scroll"


def test_a_fast_stroke_has_no_gaps_and_may_leave_the_pad(pad):
    large = pad("large")
    mouse = large.page.mouse
    mouse.move(*large.at(14, 3))
    mouse.down()
    mouse.move(*large.at(14, 40))
    mouse.move(*large.at(20, 40))
    mouse.move(*large.at(20, 3))
    mouse.up()
    mouse.move(*large.at(3, 3))
    drawn = large.values()
    assert (
        (drawn[14, 3:] > 0.99).all() and (drawn[20, 3:] > 0.99).all() and not drawn[:10].any() and not drawn[17].any()
    )
    large.button("Undo").click()
    assert not large.values().any(), "it was one stroke"


def test_other_buttons_and_a_second_finger_draw_nothing(pad):
    small = pad(touch=True)
    small.page.mouse.click(*small.at(4, 4), button="right")
    assert not small.values().any()
    client = small.page.context.new_cdp_session(small.page)
    points = [dict(zip("xy", small.at(1, 1)), id=0), dict(zip("xy", small.at(6, 6)), id=1)]
    for kind, fingers in (
        ("touchStart", points[:1]),
        ("touchStart", points),
        ("touchEnd", points[:1]),
        ("touchEnd", []),
    ):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    np.testing.assert_allclose(small.values(), ink(0.75, [(1, 1)]), atol=0.02)


def test_strokes_are_taken_back_one_by_one_and_clear_is_one(pad):
    small = pad()
    assert small.button("Undo").is_disabled() and small.button("Clear").is_disabled()
    states = [small.values()]
    for row in (1, 3, 5):
        drag(small.page, "mouse", small.at(row, 1), small.at(row, 6))
        states.append(small.values())
    small.button("Clear").click()
    assert not small.values().any() and small.said() == "The pad is empty."
    assert small.button("Clear").is_disabled()
    assert small.ground.evaluate("(e) => e.matches(':focus')"), "the focus is not lost"
    for state in reversed(states):
        small.button("Undo").click()
        assert (small.values() == state).all() and (np.abs(small.shown() - state) < 1e-3).all()
        assert (small.heard()[-1] == state).all()
    assert small.button("Undo").is_disabled() and small.said() == "The last stroke is taken back."
    assert small.ground.evaluate("(e) => e.matches(':focus')")


def test_a_stroke_that_changes_nothing_is_none(pad):
    small = pad()
    for _ in range(3):
        small.page.mouse.click(*small.at(4, 4))
    calls = len(small.heard())
    assert calls == 1
    small.button("Undo").click()
    assert not small.values().any() and small.button("Undo").is_disabled()


def test_keys_move_a_cursor_paint_and_erase_and_it_is_said(pad):
    small = pad()
    small.page.keyboard.press("Tab")
    assert small.ground.evaluate("(e) => e.matches(':focus-visible')")
    assert small.said() == "row 4, column 4: empty"
    small.press("ArrowUp", "ArrowUp", "ArrowLeft", " ")
    assert small.said() == "Painted, row 2, column 3: full"
    np.testing.assert_allclose(small.values(), ink(0.75, [(1, 2)]))
    small.press("ArrowDown")
    assert small.said() == "row 3, column 3: 25 percent"
    small.press("ArrowUp", "ArrowRight", "ArrowRight", " ")
    both = small.values()
    np.testing.assert_allclose(both, ink(0.75, [(1, 2), (1, 4)]))
    small.press("Shift+ ")
    assert small.said() == "Erased, row 2, column 5: empty"
    np.testing.assert_allclose(small.values(), np.minimum(both, 1 - ink(0.75, [(1, 4)])))
    small.press("Control+z")
    assert (small.values() == both).all()
    small.press("Control+z", "Control+z", "Control+z")
    assert not small.values().any()
    small.press(*["ArrowLeft"] * 12, *["ArrowDown"] * 12)
    assert small.said() == "row 8, column 1: empty"
    assert small.page.evaluate("scrollY") == 0, "the page stands still"
    assert len(small.heard()) == 6


def test_the_cursor_is_seen_while_keys_are_used(pad):
    small = pad()
    cursor = small.place.locator(".ex-pad-cursor")
    visible = lambda: cursor.evaluate("(e) => getComputedStyle(e).visibility") == "visible"
    assert not visible()
    small.page.keyboard.press("Tab")
    small.press("ArrowRight", "ArrowDown")
    x, y = (cursor.bounding_box()[name] for name in "xy")
    assert visible() and [cursor.get_attribute(name) for name in "xy"] == ["4", "4"]
    near = small.at(3.5, 3.5)
    assert abs(x - near[0]) < 4 and abs(y - near[1]) < 4


def test_other_keys_are_left_alone(pad):
    small = pad()
    small.page.evaluate(
        "() => { window.left = []; addEventListener('keydown', (e) => left.push(e.defaultPrevented)); }"
    )
    small.ground.focus()
    small.press("r", "?", "Control+z", "Control+a", "Alt+ArrowUp", "Enter")
    small.press("ArrowUp", " ", "Control+z")
    found = small.page.evaluate("left")
    assert found.count(True) == 3 and not any(found[:6]), "nothing was there to take back"
    assert small.page.locator("#large").get_by_role("button", name="Undo").is_disabled()


def test_a_picture_can_be_put_on_the_pad(pad):
    small = pad()
    small.page.evaluate("() => pads.small.set(Float32Array.from({length: 64}, (_, i) => (i - 8) / 40))")
    expected = np.clip((np.arange(64, dtype=np.float32) - 8) / np.float32(40), 0, 1).reshape(SIDE, SIDE)
    np.testing.assert_allclose(small.values(), expected, atol=1e-7)
    np.testing.assert_allclose(small.shown(), expected, atol=1e-3)
    assert small.heard() == [], "who puts it there knows it"
    small.button("Undo").click()
    assert not small.values().any()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_rule_of_accessibility_is_broken(pad, scheme, width):
    small = pad(scheme=scheme, width=width, touch=width < 500)
    drag(small.page, "mouse", small.at(1, 1), small.at(6, 6))
    small.ground.focus()
    assert violations(small.page, options={"preload": False}) == []
    assert small.page.evaluate("document.documentElement.scrollWidth") <= width
    assert small.place.get_by_role("group", name="A digit").count() == 1
    assert small.page.get_by_role("application", name="A digit, 8 by 8 cells").count() == 1
    if width < 500:
        assert all(button.bounding_box()["height"] >= 44 for button in small.place.get_by_role("button").all())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ink_and_paper_follow_the_scheme(pad, scheme):
    small = pad(scheme=scheme)
    look = "(e, [part, name]) => getComputedStyle(e.querySelector(part))[name]"
    ink_color = small.place.evaluate(look, [".ex-pad-cells", "fill"])
    paper = small.place.evaluate(look, [".ex-pad-ground", "backgroundColor"])
    light = lambda color: sum(map(int, color.removeprefix("rgb(").removesuffix(")").split(","))) / 765
    assert (light(ink_color) < 0.2 and light(paper) > 0.9) == (scheme == "light")
    assert abs(light(ink_color) - light(paper)) > 0.7


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("rows: 0, columns: 8", "rows is 0; allowed: a whole number from 1 to 64"),
        ("rows: 8, columns: 2.5", "columns is 2.5; allowed: a whole number from 1 to 64"),
        ("rows: 8", "columns is undefined; allowed: a whole number from 1 to 64"),
        ("rows: 8, columns: 8", "label is undefined; allowed: the name of what is drawn"),
        ("rows: 8, columns: 8, label: ' '", "label is  ; allowed: the name of what is drawn"),
        ("rows: 8, columns: 8, label: 'x', brush: 0", "brush is 0; allowed: a number of cells above 0"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_words(pad, options, said):
    call = f"() => {{ try {{ drawingPad(document.body, {{{options}}}); }} catch (error) {{ return String(error); }} }}"
    assert pad().page.evaluate(call) == f"RangeError: {said}"


class TestCentered:
    """The pure function, without a pad."""

    @pytest.fixture(scope="class")
    def center(self, browser, tmp_path_factory):
        folder = tmp_path_factory.mktemp("centered")
        page = browser.new_page()
        page.goto(modules.write_page(folder, "drawing_pad").as_uri())

        def run(picture, box):
            call = "([values, rows, columns, box]) => bytesOf(centered(Float64Array.from(values), rows, columns, box))"
            found = page.evaluate(call, [np.ravel(picture).tolist(), *np.shape(picture), box])
            return modules.numbers(found).reshape(np.shape(picture))

        run.page = page
        yield run
        page.close()

    def test_an_empty_picture_stays_empty(self, center):
        assert not center(np.zeros((5, 7)), 4).any()

    def test_what_is_in_place_stays_as_it_is(self, center):
        picture = np.zeros((9, 11))
        picture[2:7, 4:7] = [[0.1, 0.2, 0.1]] + [[0.5, 1, 0.5]] * 3 + [[0.1, 0.2, 0.1]]
        np.testing.assert_allclose(center(picture, 5), picture, atol=1e-15)
        np.testing.assert_allclose(center(np.roll(picture, (-2, 3), (0, 1)), 5), picture, atol=1e-15)

    def test_twice_as_large_and_half_as_large(self, center):
        small = np.array([[1, 0.5, 1], [0.25, 0.75, 0.25], [1, 0.5, 1.0]])
        picture = np.zeros((12, 12))
        picture[1:4, 8:11] = small
        large = np.zeros((12, 12))
        large[3:9, 3:9] = np.kron(small, np.ones((2, 2)))
        np.testing.assert_allclose(center(picture, 6), large, atol=1e-15)
        # Back again: a middle of 1.5 cells stands half a cell beside their borders, so each is spread over four.
        halved = np.pad(small, 1)
        spread = sum(halved[r : r + 4, c : c + 4] for r in (0, 1) for c in (0, 1)) / 4
        expected = np.zeros((12, 12))
        expected[4:8, 4:8] = spread
        np.testing.assert_allclose(center(np.roll(large, (2, -1), (0, 1)), 3), expected, atol=1e-15)

    @pytest.mark.parametrize("seed", range(5))
    def test_the_middle_of_the_mass_is_the_middle_and_the_longer_side_the_box(self, center, seed):
        rng = np.random.default_rng(seed)
        rows, columns = rng.integers(20, 29, 2)
        height, width = rng.integers(3, 12, 2)
        picture = np.zeros((rows, columns))
        top, left = rng.integers(0, rows - height), rng.integers(0, columns - width)
        picture[top : top + height, left : left + width] = rng.uniform(0.2, 1, (height, width))
        box = rng.uniform(5, 14)
        found = center(picture, box)
        grid = np.indices(picture.shape) + 0.5
        np.testing.assert_allclose((grid * found).sum((1, 2)) / found.sum(), [rows / 2, columns / 2], atol=0.02)
        scale = box / max(height, width)
        assert found.sum() == pytest.approx(picture.sum() * scale**2) and found.max() <= 1 and found.min() >= 0
        sides = [np.ptp(np.flatnonzero(found.any(axis))) + 1 for axis in (1, 0)]
        assert all(0 <= side - scale * length < 2 for side, length in zip(sides, (height, width)))

    def test_what_does_not_fit_is_cut_off(self, center):
        picture = np.ones((6, 6))
        np.testing.assert_allclose(center(picture, 12), picture, atol=1e-15)

    @pytest.mark.parametrize(
        ("call", "said"),
        [
            ("centered(new Float64Array(5), 2, 3, 2)", "values.length is 5; allowed: rows * columns, 6"),
            ("centered(new Float64Array(6), 2, 3, 0)", "box is 0; allowed: a number above 0"),
            ("centered(new Float64Array(6), 2, 3)", "box is undefined; allowed: a number above 0"),
        ],
    )
    def test_what_makes_no_sense_is_refused_in_words(self, center, call, said):
        words = center.page.evaluate(f"() => {{ try {{ {call}; }} catch (error) {{ return String(error); }} }}")
        assert words == f"RangeError: {said}"
