"""Every widget of the book draws, every control answers to mouse, keyboard and touch, an address keeps its state."""

import json
from weakref import WeakKeyDictionary

import pytest

from tests.book import driver
from tests.book.pages import notebooks


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", notebooks())
def test_every_widget_draws(visit, name, width):
    page = visit(name, width=width)
    for key in driver.widget_keys(page):
        driver.show(page, key)
        figure = page.locator(f"#{key}")
        assert figure.locator(".ex-problem").is_hidden(), f"{key}: {figure.locator('.ex-problem').text_content()}"
        boxes = figure.locator(".ex-canvas").evaluate_all(
            "boxes => boxes.map(box => { const drawn = box.querySelector('svg, canvas, .js-plotly-plot');"
            " const area = drawn?.getBoundingClientRect();"
            " return drawn ? [area.width, area.height, box.querySelectorAll('*').length] : [0, 0, 0]; })"
        )
        assert boxes and all(w > 50 and h > 20 and parts > 3 for w, h, parts in boxes), f"{key}: {boxes}"
        assert figure.locator(".ex-readout").text_content().strip(), f"{key} has an empty readout"


def test_every_widget_of_the_book_is_on_a_tested_page(book, watched_page):
    """The widgets found by their markup are those whose data files the book holds, with all controls of each."""
    found = {}
    for name in notebooks():
        page = watched_page(book / f"{name}.html", wait="domcontentloaded")
        for key in driver.widget_keys(page):
            assert key not in found, f"{key} is on two pages"
            found[key] = [control for control, _ in driver.controls(page, key)]
    declared = {}
    for path in (book / "_static" / "explorable").glob("*-*.js"):
        text = path.read_text(encoding="utf-8").removeprefix("explorable.register(")
        if text[0] == "{":
            spec, _ = json.JSONDecoder().raw_decode(text)
            declared[spec["key"]] = [control["name"] for control in spec["controls"]]
    assert {key: sorted(names) for key, names in found.items()} == {k: sorted(names) for k, names in declared.items()}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("way", ["mouse", "keyboard", "touch"])
@pytest.mark.parametrize("name", notebooks())
def test_every_control_changes_the_picture_or_the_readout(visit, name, way, width):
    page = visit(name, width=width, way=way)
    dead = []
    for key in driver.widget_keys(page):
        driver.show(page, key)
        found = driver.controls(page, key)
        assert found, f"{key} has no control"
        dead += [
            f"{key}: {control} ({kind})" for control, kind in found if not answers(page, key, control, kind, way, found)
        ]
        assert page.locator(f"#{key} .ex-problem").is_hidden(), key
    assert not dead, f"by {way}, nothing changes with " + ", ".join(dead)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page has become too wide"


def answers(page, key, name, kind, way, found):
    """Whether one move of this control changes something, from the start or with another choice made beforehand.

    A control may rule only part of a widget's states (the weight of the fifth layer, with three layers shown).
    """
    if driver.is_program(page, key):
        return rules_a_run(page, key, name, kind, way, usual_run(page, key))
    for prepare in [None, *((other, k) for other, k in found if other != name and k in ("toggle", "choice"))]:
        before, values = driver.state(page, key, reset=True)
        if prepare:
            for _ in driver.operate(page, key, *prepare, "keyboard"):
                break
            before, values = driver.state(page, key)
        for _ in driver.operate(page, key, name, kind, way):
            now, moved = driver.state(page, key)
            if now != before and moved[name] != values[name]:
                return True
    return False


RUNS = WeakKeyDictionary()  # {page: what usual_run has seen there}


def usual_run(page, key):
    """What a program comes to from its start state: looked at once on a page, in a window of one size."""
    found = RUNS.setdefault(page, {})
    where = page.url.partition("#")[0], key, page.viewport_size["width"]
    if where not in found:
        driver.state(page, key, reset=True)
        driver.on_the_way(page, key)
        found[where] = driver.look(page, key)
    return found[where]


def rules_a_run(page, key, name, kind, way, usual):
    """Whether a move of this control changes what a program comes to, or, of its pace, the control alone."""
    model = page.evaluate("(key) => explorable.widgets.get(key).spec.model", key)
    start = driver.state(page, key, reset=True)[1]
    for _ in driver.operate(page, key, name, kind, way):
        moved = driver.state(page, key)[1]
        if moved[name] == start[name]:
            continue
        if name == model["pace"]:
            return True
        if name != model["clock"]:
            driver.on_the_way(page, key)
        if driver.look(page, key) != usual:
            return True
        driver.state(page, key, reset=True)
    return False


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", notebooks())
def test_a_painted_figure_follows_every_control(visit, name, width):
    """What Plotly paints is no markup, so the picture itself is compared."""
    page = visit(name, width=width)
    for key in driver.widget_keys(page):
        driver.show(page, key)
        driver.turn(page, key, True)
        if not page.locator(f"#{key} .ex-plotly").count():
            continue
        _, start = driver.state(page, key, reset=True)
        before = driver.shot(page, key)
        for control, kind in driver.controls(page, key):
            moves = driver.operate(page, key, control, kind, "keyboard")
            assert any(driver.shot(page, key) != before for _ in moves), f"{key}: {control}"
            assert driver.state(page, key, reset=True)[1] == start
        driver.turn(page, key, False)


@pytest.mark.parametrize("name", notebooks())
def test_play_moves_its_slider_and_stops(visit, name):
    page = visit(name)
    for key in driver.widget_keys(page):
        driver.show(page, key)
        for button in page.locator(f"#{key} .ex-play").all():
            driver.reset(page, key)
            before = driver.look(page, key)
            button.click()
            for _ in range(200):
                if driver.look(page, key) != before:
                    break
                page.wait_for_timeout(50)
            assert driver.look(page, key) != before, key
            assert button.get_attribute("aria-pressed") == "true", f"{key} was at its end at once"
            button.click()
            assert button.get_attribute("aria-pressed") == "false", key
            assert driver.look(page, key) == driver.look(page, key) != before, f"{key} does not stop"


@pytest.mark.parametrize(("way", "width"), [("mouse", 1280), ("keyboard", 1280), ("touch", 360)])
@pytest.mark.parametrize("name", notebooks())
def test_everything_in_a_picture_that_can_be_moved_moves(visit, name, way, width):
    page = visit(name, width=width, way=way)
    for key in driver.widget_keys(page):
        driver.show(page, key)
        driver.reset(page, key)  # another test of this page may have left other parts visible
        parts = page.locator(f"#{key} :is(.ex-handle, .ex-choosable):visible")
        for index in range(count := parts.count()):
            part = parts.nth(index)
            # One choice needs no reset before the next, as long as it hides no part; that saves most of the time.
            if part.get_attribute("role") != "radio" or parts.count() != count:
                driver.reset(page, key)
            before = driver.values(page, key)
            if part.get_attribute("aria-checked") == "true":
                continue  # chosen already
            for _ in range(3):
                if any(driver.values(page, key) != before for _ in driver.move_in_picture(page, part, way)):
                    break
                driver.at_rest(page, key)  # fitted to its place just then, it is drawn anew under the hand; or a card
            else:
                met = driver.what_lies_on(page, part)
                pytest.fail(f"{key}: part {index} ({part.get_attribute('aria-label')}) by {way} (at {met})")
            if part.get_attribute("role") == "radio" and part.locator("circle.ex-hit").count():
                page.evaluate(driver.FRAMES)
                assert part.get_attribute("aria-checked") == "true", f"{key}: by {way} a dot beside {index} was chosen"


LOOKS = """(key) => {
  const parts = ["width", "height", "borderTopWidth", "borderTopStyle", "borderTopColor", "backgroundColor",
    "clipPath", "borderRadius", "opacity"];
  const look = (e) => parts.map((part) => getComputedStyle(e, "::before")[part]).join(" ");
  return [...document.querySelectorAll(`#${key} .ex-legend`)].map((legend) => [...legend.children].map(look));
}"""


@pytest.mark.parametrize("name", notebooks())
def test_no_two_keys_of_a_legend_look_alike(visit, name):
    page = visit(name)
    for key in driver.widget_keys(page):
        driver.show(page, key)
        for number, looks in enumerate(page.evaluate(LOOKS, key)):
            assert len(set(looks)) == len(looks), f"{key}, picture {number}: {looks}"


STOPS = """(key) => [...document.querySelectorAll(`#${key} .ex-canvas`)].flatMap((canvas) => {
  const parts = [...canvas.querySelectorAll(".ex-choosable")].filter((e) => e.checkVisibility());
  return parts.length ? [parts.filter((e) => e.getAttribute("tabindex") === "0").length] : [];
})"""


@pytest.mark.parametrize("name", notebooks())
def test_tab_enters_every_picture_in_which_something_is_chosen(visit, name):
    page = visit(name)
    for key in driver.widget_keys(page):
        driver.show(page, key)
        driver.reset(page, key)
        stops = page.evaluate(STOPS, key)
        assert all(stops), f"{key}: {stops}"
        if stops:
            page.locator(f"#{key} .ex-share > button").focus()
            page.keyboard.press("Tab")
            inside = "(key) => Boolean(document.activeElement.closest(`#${key} .ex-canvas, #${key} .ex-turn`))"
            assert page.evaluate(inside, key), key


@pytest.mark.parametrize("name", notebooks())
def test_reset_brings_the_start_back(visit, name):
    page = visit(name, fresh=True)  # where nothing was moved, so that the start is known
    for key in driver.widget_keys(page):
        driver.show(page, key)
        start = driver.values(page, key)
        change_all(page, key)
        assert driver.values(page, key) != start, key
        page.locator(f"#{key} .ex-reset").click()
        page.evaluate(driver.FRAMES)
        assert driver.values(page, key) == start, key


@pytest.mark.parametrize("name", notebooks())
def test_state_is_restored_from_the_address(visit, watched_page, name):
    page = visit(name)
    expected = {}
    for key in driver.widget_keys(page):
        driver.show(page, key)
        driver.reset(page, key)
        change_all(page, key)
        page.locator(f"#{key} .ex-share > button").click()
        page.locator(f"#{key} .ex-menu").get_by_role("button", name="Link to this state").click()
        expected[key] = driver.values(page, key), page.locator(f"#{key} .ex-readout").text_content()
    again = watched_page(page.url)
    for key, (values, readout) in expected.items():
        driver.show(again, key)
        assert driver.values(again, key) == values, key
        assert again.locator(f"#{key} .ex-readout").text_content() == readout, key


def test_a_strange_address_does_no_harm(book, watched_page):
    """Unknown widgets, controls and values in the query are passed over: the page works, and no script fails."""
    page = watched_page(f"{(book / 'index.html').as_uri()}?nothing.here=1&%%%&a.b&x=1e999")
    keys = driver.widget_keys(page)
    for key in keys:
        driver.show(page, key)
        names = [name for name, _ in driver.controls(page, key)]
        query = "&".join(
            f"{key}.{name}={value}" for name, value in zip(names * 4, ("abc", "NaN", "1e400", ","), strict=False)
        )
        strange = watched_page(f"{(book / 'index.html').as_uri()}?{query}")
        driver.show(strange, key)
        assert strange.locator(f"#{key} .ex-readout").text_content().strip()


@pytest.mark.parametrize("name", notebooks())
def test_without_javascript_caption_and_readout_remain(book, watched_page, name):
    page = watched_page(book / f"{name}.html", java_script_enabled=False)
    for figure in page.locator("figure.explorable").all():
        assert figure.locator(".ex-readout").is_visible() and figure.locator(".ex-readout").text_content().strip()
        assert figure.locator("figcaption").is_visible()
        assert not figure.locator(".ex-controls").is_visible()
        assert figure.locator(".ex-figures").bounding_box() is None, "an empty place is left for the pictures"


def change_all(page, key):
    """One move of every control by keyboard, to a state that is not the start."""
    for name, kind in driver.controls(page, key):
        moves = driver.operate(page, key, name, kind, "keyboard")
        next(moves, None)
        next(moves, None) if kind in ("numbers", "point") else None
    page.evaluate(driver.FRAMES)
