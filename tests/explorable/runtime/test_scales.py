"""Axes without fixed ends grow with a move at once, shrink after it, and show that they have."""

import itertools

import demo
import numpy as np
import pytest

import explorable as ex

SIZES = [1, 2, 4, 8, 16, 32, 64]


def widget():
    javascript = """const y = Float64Array.of(-v.size, 0, v.size * 1.1);
      return {y, wide: Float64Array.of(0, v.size), far: 10 ** v.size, plain: v.kind ? 3 : 40};"""
    python = lambda size, kind: {
        "y": np.array([-size, 0, size * 1.1]), "wide": [0, size], "far": 10.0**size, "plain": 3 if kind else 40,
    }  # fmt: skip
    place = ex.Axis("place", domain=(0, 2))
    line = lambda **how: ex.Chart([ex.Line(np.arange(3.0), "y", "first")], x=place, alt="A line.", **how)
    far = ex.Chart(
        [ex.Dot(1, "far", "first"), ex.Dot(0, 1, "second")], x=place, y=ex.Axis("far", log=True), alt="Dots."
    )
    return ex.Explorable(
        "growing",
        "Growing",
        [
            ex.Slider("size", "size", values=SIZES, start=8),
            ex.Choice("kind", "kind", options={0: "large", 1: "small"}, start=0),
        ],
        demo.Handmade(javascript, python),
        [
            line(y=ex.Axis("fitted")),
            line(y=ex.Axis("given", domain="wide")),
            line(y=ex.Axis("fixed", domain=(-80, 80))),
            far,
            ex.Chart([ex.Dot(0, "plain", "first"), ex.Dot(1, 0, "first")], x=place, y=ex.Axis("kind"), alt="Dots."),
        ],
        "{size}",
        "See.",
        columns=2,
    )


@pytest.fixture
def ends(page):
    """ends() are those of all y axes, [low, high] each, once what was done is drawn; from the start on."""
    page.locator("#growing .ex-reset").click()

    def now():
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return page.evaluate("() => explorable.widgets.get('growing').charts.map(c => c.face().frame.y.domain)")

    return now


def lit(page):
    """Of which charts the numbers of an axis light up."""
    return page.evaluate(
        "() => [...document.querySelectorAll('.ex-axes')].map(svg =>"
        " document.getAnimations().some(a => a.id === 'scale' && svg.contains(a.effect.target)))"
    )


def dark(page):
    page.evaluate("() => document.getAnimations().forEach(a => a.cancel())")


class Thumb:
    """The slider's thumb, held by the mouse."""

    def __init__(self, page):
        self.page, self.box = page, page.locator("#growing input[type=range]").bounding_box()
        self.page.mouse.move(*self.place(3))
        self.page.mouse.down()

    def place(self, stop):
        return self.box["x"] + 9 + (self.box["width"] - 18) * stop / (len(SIZES) - 1), self.box["y"] + 14

    def to(self, stop):
        self.page.mouse.move(*self.place(stop))

    def let_go(self):
        self.page.mouse.up()


FIT, GIVEN, FIXED, FAR, KIND = range(5)


def test_while_a_slider_is_held_axes_grow_and_do_not_shrink(page, ends):
    start = ends()
    assert start[FIT] == [-8, 10] and start[GIVEN] == [0, 8]
    thumb, seen = Thumb(page), [start]
    for stop in (4, 5, 6, 5, 4, 3, 2, 1, 0):
        thumb.to(stop)
        seen.append(ends())
    for before, now in itertools.pairwise(seen):
        assert all(low <= lo and high >= hi for (low, high), (lo, hi) in zip(now, before)), (before, now)
    assert seen[3][FIT][1] > 60 and seen[3][GIVEN] == [0, 64] and seen[3][FAR][1] >= 1e64
    assert seen[-1] == seen[3]  # where they were largest
    assert [now[FIXED] for now in seen] == [[-80, 80]] * len(seen)
    page.wait_for_timeout(1200)  # longer than without a move
    assert ends() == seen[-1], "it is still held"
    thumb.let_go()
    page.wait_for_function("() => explorable.widgets.get('growing').charts[0].face().frame.y.domain[1] < 2")
    assert ends()[GIVEN] == [0, 1] and ends()[FAR] == [1, 10]


def test_an_axis_that_has_changed_lights_up(page, ends):
    ends()
    dark(page)
    thumb = Thumb(page)
    ends()
    assert lit(page) == [False] * 5
    thumb.to(4)
    ends()
    assert lit(page) == [True, True, False, True, False]
    dark(page)
    thumb.to(3)
    ends()
    assert lit(page) == [False] * 5
    thumb.to(0)
    dark(page)
    thumb.let_go()
    page.wait_for_function("() => explorable.widgets.get('growing').charts[0].face().frame.y.domain[1] < 2")
    assert lit(page) == [True, True, False, True, False]


def test_an_axis_that_is_filled_by_half_stays_as_it_is(page, ends):
    before = ends()
    thumb = Thumb(page)
    thumb.to(2)
    thumb.let_go()
    page.wait_for_timeout(400)
    assert page.evaluate("explorable.widgets.get('growing').values.size") == 4 and ends()[GIVEN] == before[GIVEN]


def test_what_leads_elsewhere_at_once_may_shrink_an_axis_at_once_and_reset_brings_the_start_back(page, ends):
    start = ends()
    page.locator("#growing input[name=growing-kind]").nth(1).click()
    assert ends()[KIND] == [0, 3] and lit(page)[KIND]
    page.evaluate("explorable.widgets.get('growing').set({size: 1})")
    assert ends()[GIVEN] == [0, 1]
    page.locator("#growing .ex-reset").click()
    assert ends() == start


def test_a_key_does_not_shrink_an_axis_before_the_reader_pauses(page, ends):
    start = ends()
    page.locator("#growing input[type=range]").focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
        assert ends()[GIVEN] == start[GIVEN]
    page.wait_for_function("() => explorable.widgets.get('growing').charts[1].face().frame.y.domain[1] === 2")
