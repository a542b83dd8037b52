"""Marks run from state to state, and a shadow of the state before stays; the page itself holds what is so at once."""

import re

import numpy as np
import pytest

# Three steps of a slider, frame by frame.
STEPS = """async (slider) => {
  for (let step = 0; step < 3; step++) {
    slider.value = Number(slider.value) + 1;
    slider.dispatchEvent(new InputEvent("input", { bubbles: true }));
    explorable.widgets.get("waves").frame();
  }
}"""
# What has begun to run since, however slow the machine is: the first keyframe of each animation.
RECORD = """() => {
  const { animate } = Element.prototype;
  window.ran = [];
  Element.prototype.animate = function (frames, how) {
    if (how.id === "change") window.ran.push(frames[0]);
    return animate.call(this, frames, how);
  };
}"""
PATHS = "e => [...e.querySelectorAll('.ex-marks path')].map(p => p.getAttribute('d'))"
SHADOWS = "e => [...e.querySelectorAll('.ex-ghost path')].map(p => p.getAttribute('d'))"


def recording(widget):
    widget.page.evaluate(RECORD)
    return widget


def running(widget):
    """What has begun to run since this was asked last."""
    return widget.page.evaluate("() => window.ran.splice(0)")


def shadows(widget):
    return widget.figure.evaluate(SHADOWS)


def numbers(path):
    return [float(number) for number in re.findall(r"-?[\d.]+", path)]


def by_link(widget, **changes):
    """As a link sets it, and long enough after what was done before to be a move of its own; the ms that it took."""
    widget.page.wait_for_timeout(300)
    move = "([key, to]) => { const w = explorable.widgets.get(key); w.set(to); w.frame(); return w.moves.at(-1).work; }"
    return widget.page.evaluate(move, [widget.key, changes])


def test_a_line_runs_from_where_it_was_and_the_page_holds_where_it_is(hand):
    waves = recording(hand("waves"))
    before = waves.figure.evaluate(PATHS)
    by_link(waves, size=2)
    now = waves.figure.evaluate(PATHS)
    assert now != before
    assert [numbers(frame["d"]) for frame in running(waves)] == [numbers(d) for d in before]  # the band, three lines
    waves.page.wait_for_function("document.getAnimations().every(a => a.id !== 'change')")
    assert waves.figure.evaluate(PATHS) == now


def test_bars_dots_and_rules_run(hand):
    bars = recording(hand("bars"))
    by_link(bars, work=1)
    kinds = [set(frame) for frame in running(bars)]
    assert {"y", "height"} in kinds and {"cy"} in kinds
    batch = recording(hand("batch"))
    by_link(batch, goal=4)
    (rule,) = [frame["transform"] for frame in running(batch) if "transform" in frame]
    assert rule.startswith("translate(-")


def test_what_has_other_parts_than_before_does_not_run(hand):
    table = recording(hand("table"))
    by_link(table, step=30)
    assert all("d" not in frame for frame in running(table))  # its gaps are elsewhere


@pytest.mark.parametrize("how", ["drag", "play", "keys"])
def test_nothing_runs_while_moves_follow_each_other(hand, how):
    waves = recording(hand("waves"))
    slider = waves.control("rate").locator("input")
    waves.page.wait_for_timeout(300)
    if how == "drag":
        box = slider.bounding_box()
        at = lambda share: (box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        waves.page.mouse.move(*at(0.2))
        waves.page.mouse.down()
        for share in (0.4, 0.8):
            waves.page.mouse.move(*at(share))
            waves.settle()
        assert running(waves) == [] and waves.values()["rate"] > 2
        waves.page.mouse.up()
    elif how == "play":
        before = waves.values()
        waves.control("rate").locator(".ex-play").click()
        waves.page.wait_for_function("rate => explorable.widgets.get('waves').values.rate > rate", arg=before["rate"])
        assert running(waves) == []
    else:
        slider.evaluate(STEPS)
        assert len(running(waves)) == 4  # of the first step only


def test_with_reduced_motion_nothing_runs_and_the_shadow_does_not_fade(hand):
    waves = recording(hand("waves"))
    waves.page.emulate_media(reduced_motion="reduce")
    by_link(waves, size=2)
    assert running(waves) == []
    waves.page.wait_for_function("document.querySelector('#waves .ex-ghost')?.getAnimations().length")
    fade = "document.querySelector('#waves .ex-ghost').getAnimations()[0].effect.getKeyframes().map(k => k.opacity)"
    assert len(set(waves.page.evaluate(fade))) == 1


def test_the_shadow_is_the_state_before_the_move_and_goes(hand):
    waves = hand("waves")
    before = waves.figure.evaluate(PATHS)
    by_link(waves, size=2)
    waves.settle()
    assert shadows(waves) == before
    by_link(waves, size=1.5)
    waves.settle()
    assert shadows(waves) not in ([], before)
    waves.page.wait_for_function("!document.querySelector('#waves .ex-ghost')", timeout=15_000)


def test_through_a_whole_drag_the_shadow_is_that_of_its_beginning(hand):
    batch = hand("batch")
    dot = batch.page.locator("#batch .ex-handle[aria-label='the batch, value 2']").bounding_box()
    x, y = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
    places = "e => [...e.querySelectorAll('%s circle[cx]')].map(c => Number(c.getAttribute('cx')))"
    before = batch.figure.evaluate(places % ".ex-marks")
    batch.page.mouse.move(x, y)
    batch.page.mouse.down()
    for part in (10, 30, 60):
        batch.page.mouse.move(x + part, y)
        batch.settle()
    assert batch.figure.evaluate(places % ".ex-ghost") == before
    assert batch.figure.evaluate(places % ".ex-marks") != before
    batch.page.mouse.up()


def test_a_shadow_stands_on_the_axes_of_now(hand):
    table = hand("table")
    start = table.figure.evaluate("e => e.querySelectorAll('.ex-marks')[1].querySelectorAll('rect[height]').length")
    by_link(table, step=30)  # the axis of the counts grows
    table.settle()
    domain = table.page.evaluate("explorable.widgets.get('table').charts[1].face().frame.y.domain[1]")
    highest = table.figure.evaluate("""e => {
      const { frame } = explorable.widgets.get('table').charts[1].face();
      const bars = [...e.querySelectorAll('.ex-figure:last-child .ex-ghost rect')];
      return Math.max(...bars.map(b => frame.py.invert(Number(b.getAttribute('y')))));
    }""")
    assert start > 1 and domain > 20 and highest == pytest.approx(9, abs=0.1)


def test_a_move_that_is_shown_as_change_stays_quick(hand):
    waves = recording(hand("waves"))
    works = [by_link(waves, size=1 + turn % 2) for turn in range(1, 8)]
    assert len(running(waves)) == 4 * 7
    assert np.median(works) < 5, works
