"""Handles that follow a path, widgets that move by themselves, small pictures, tints of one color."""

import numpy as np
import pytest
import sympy as sp

from explorable import (
    Axis,
    Chart,
    DeclarationError,
    Demo,
    Dot,
    Drag,
    Explorable,
    Line,
    Picture,
    Presets,
    Raster,
    Slider,
    Symbolic,
)
from explorable.page.exported import page_form
from explorable.page.runtime import whole

VALUES = "() => explorable.widgets.get('circle').values"
READY = "() => explorable.widgets.get('circle').ready.then(() => true)"
HEAD = '<!doctype html><meta charset="utf-8"><style>:root { color-scheme: light dark }</style>'
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def circle(**more):
    """A dot on a circle, which stands at no control's value, over a tinted ground, with two small pictures."""
    angle, radius = sp.symbols("angle radius")
    turn = angle * sp.pi / 180
    return Explorable(
        key="circle",
        title="A circle",
        controls=[
            Slider("angle", "angle", low=0, high=355, step=5, start=0, unit="°"),
            Slider("radius", "radius", low=0.5, high=2, step=0.1, start=2),
        ],
        model=Symbolic({"x": radius * sp.cos(turn), "y": radius * sp.sin(turn)}),
        figures=Chart(
            [
                Raster(np.array([[0, 1], [0.5, 0.25]]), x=(-3, 3), y=(-3, 3), color="accent", smooth=True),
                Picture([-1, 1], [0, 0], np.stack([np.eye(4), 1 - np.eye(4)]), size=12),
                Line([0, 1], [0, 1]),
                Dot("x", "y", drag=Drag("angle", "path")),
            ],
            x=Axis(domain=(-3, 3)),
            y=Axis(domain=(-3, 3)),
            aspect=1,
        ),
        readout="At {angle}.",
        caption="A dot on a circle.",
        layout="under",
        **more,
    )


@pytest.fixture
def opened(watched_page, tmp_path):
    """A function that opens the page of one widget."""

    def open_page(widget, **how):
        file = tmp_path / "circle.html"
        file.write_text(HEAD + whole(True) + page_form(widget), "utf-8")
        page = watched_page(file, root=tmp_path, **how)
        page.evaluate(READY)
        page.evaluate(FRAMES)
        return page

    return open_page


def test_a_dot_is_dragged_along_the_places_that_its_slider_gives_it(opened):
    page = opened(circle())
    box = page.locator(".ex-ring").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    frame = page.locator(".ex-marks image").first.bounding_box()
    unit, middle = frame["width"] / 6, frame["x"] + frame["width"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for degrees in (20, 60, 90, 135):
        turn = np.radians(degrees)
        page.mouse.move(middle + 2.6 * unit * np.cos(turn), y - 2.6 * unit * np.sin(turn))
        page.evaluate(FRAMES)
        assert page.evaluate(VALUES) == {"angle": degrees, "radius": 2}
    page.mouse.up()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(VALUES)["angle"] == 140


def test_only_sliders_of_charts_have_paths():
    with pytest.raises(DeclarationError, match="dragged along x or y, got 'path'"):
        Drag("angle", "path", scale=(0, 1, 0, 1)).check(circle().controls, "here", in_diagram=True)


def test_small_pictures_and_tints_are_drawn_in_the_colors_of_the_theme(opened):
    pages = {scheme: opened(circle(), scheme=scheme) for scheme in ("light", "dark")}
    drawn = {
        scheme: page.locator(".ex-marks image").evaluate_all("all => all.map((e) => e.getAttribute('href'))")
        for scheme, page in pages.items()
    }
    assert len(drawn["light"]) == len(set(drawn["light"])) == 3
    assert not set(drawn["light"]) & set(drawn["dark"])
    first, second = pages["light"].locator(".ex-marks image").nth(1), pages["light"].locator(".ex-marks image").nth(2)
    assert [float(first.get_attribute(name)) for name in ("width", "height")] == [12, 12]
    assert first.get_attribute("href") != second.get_attribute("href")


def test_figures_come_before_the_controls_where_these_stand_under_them(opened):
    page = opened(circle())
    names = page.locator(".ex-layout > div").evaluate_all("all => all.map((e) => e.className)")
    assert names == ["ex-figures", "ex-controls"]


DEMO = Demo(({"angle": 90}, {"radius": 0.5}), seconds=0.5)


@pytest.fixture
def moving(opened):
    page = opened(circle(demo=DEMO), demos=True)
    page.wait_for_function("() => explorable.widgets.get('circle').values.angle > 0", timeout=20_000)
    return page


def rests(page):
    held = page.evaluate(VALUES)
    page.wait_for_timeout(400)
    return page.evaluate(VALUES) == held


@pytest.mark.parametrize("hand", ["key", "press", "wheel", "handle"])
def test_a_demo_begins_by_itself_and_ends_at_a_touch(moving, hand):
    assert moving.locator(".ex-demo").inner_text() == "Pause"
    if hand == "key":
        moving.locator("input[type=range]").first.press("Shift")
    elif hand == "press":
        moving.mouse.click(*center(moving.locator(".ex-canvas")))
    elif hand == "wheel":
        moving.mouse.move(*center(moving.locator(".ex-canvas")))
        moving.mouse.wheel(0, 1)
        moving.wait_for_timeout(100)
    else:
        moving.locator(".ex-handle").dispatch_event("pointerover", {})
    assert moving.locator(".ex-demo").inner_text() == "Let it move"
    assert rests(moving)


def center(locator):
    box = locator.first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_button_holds_a_demo_and_lets_it_go_on(moving):
    button = moving.locator(".ex-demo")
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert rests(moving)
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert not rests(moving)


def test_on_paper_a_demo_stands_at_its_start(moving):
    moving.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert moving.evaluate(VALUES) == {"angle": 0, "radius": 2}


@pytest.mark.parametrize("how", [{"reduced_motion": "reduce", "demos": True}, {"demos": False}])
def test_a_demo_waits_for_its_button_where_little_motion_is_asked_for_and_where_a_page_forbids_it(opened, how):
    page = opened(circle(demo=DEMO), **how)
    page.wait_for_timeout(2500)
    assert page.evaluate(VALUES) == {"angle": 0, "radius": 2}
    page.locator(".ex-demo").click()
    assert not rests(page)


def test_a_demo_names_sliders_and_stops():
    with pytest.raises(DeclarationError, match=r'there is no slider "angel".*angle'):
        circle(demo=Demo(({"angel": 5},)))
    with pytest.raises(DeclarationError, match="has no stop at 7"):
        circle(demo=Demo(({"angle": 7},)))
    with pytest.raises(DeclarationError, match="needs states"):
        circle(demo=Demo(()))


def test_presets_put_the_widget_into_named_states_and_show_which_it_is_in(opened):
    page = opened(circle(presets=Presets("States", {"up": {"angle": 90}, "near": {"radius": 0.5}})))
    up, near = page.locator(".ex-presets button").all()
    pressed = lambda: [button.get_attribute("aria-pressed") for button in (up, near)]
    assert pressed() == ["false", "false"]
    for button, values, shown in (
        (near, {"angle": 0, "radius": 0.5}, ["false", "true"]),
        (up, {"angle": 90, "radius": 2}, ["true", "false"]),  # what it leaves out is at its start again
    ):
        button.click()
        page.evaluate(FRAMES)
        assert (page.evaluate(VALUES), pressed()) == (values, shown)
    page.locator("input[type=range]").first.press("ArrowRight")
    page.evaluate(FRAMES)
    assert pressed() == ["false", "false"]


def test_presets_name_controls_and_possible_values():
    with pytest.raises(DeclarationError, match='preset "a": there is no control "angel"'):
        circle(presets=Presets("States", {"a": {"angel": 5}}))
    with pytest.raises(DeclarationError, match="takes numbers from 0"):
        circle(presets=Presets("States", {"a": {"angle": 700}}))
