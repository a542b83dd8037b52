"""A link that sets a widget out of sight brings it to the sentence, which stays where it stands, and lets it go."""

import pytest

from tests.axe import violations

# The link stands in the middle of the window, three screens above all widgets.
FAR = """() => {
  const link = document.querySelector("a.ex-set");
  link.closest("p").style.marginBlock = "1000px 3000px";
  link.scrollIntoView({ block: "center", behavior: "instant" });
}"""
TOP = "() => document.querySelector('a.ex-set').getBoundingClientRect().top"
PLACE = "() => { const box = document.querySelector('#waves, .ex-place').getBoundingClientRect(); return box.height; }"
# Whether the middle of each of these is on the screen, and nothing lies over it.
SEEN = """(selectors) => selectors.filter((selector) => {
  const box = document.querySelector(selector).getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !hit?.closest(selector);
})"""
PARTS = ["a.ex-set", "#waves .ex-canvas", "#waves [data-control=rate] input", "#waves .ex-readout", "#waves .ex-bar"]
MARKED = """() => [...document.querySelectorAll(".ex-control")].filter((control) => control.getAnimations().length)
  .map((control) => [control.dataset.control, getComputedStyle(control).outlineStyle])"""
SETTLED = f"() => !({MARKED})().length"


ALL_DRAWN = """() => Promise.all([...explorable.widgets.values()].map((widget) => {
  widget.wake();
  return widget.ready.catch(() => {});
}))"""


def far(hand, **how):
    """The widget "waves" of a page whose link to it stands far from it."""
    waves = hand("waves", **how)
    waves.page.evaluate(ALL_DRAWN)  # whatever is drawn later would have another height than the place kept for it
    waves.page.evaluate(FAR)
    waves.settle()
    return waves


def press(waves, touch=False):
    """Press the link; returns by how much its sentence has moved in the window."""
    before = waves.page.evaluate(TOP)
    link = waves.page.locator("a.ex-set")
    (link.tap if touch else link.click)()
    waves.settle()
    return waves.page.evaluate(TOP) - before


def is_docked(waves):
    return waves.page.locator("#waves.ex-docked").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height", "touch"), [(1280, 800, False), (768, 1024, False), (360, 740, True)])
def test_the_widget_comes_and_the_sentence_stays(hand, width, height, touch, scheme):
    waves = far(hand, width=width, height=height, touch=touch, scheme=scheme)
    page = waves.page
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.locator("a.ex-set").evaluate("a => { a.dataset.set = '{\"rate\":2}'; }")
    assert abs(press(waves, touch)) <= 1
    assert is_docked(waves) and waves.values()["rate"] == 2
    assert waves.figure.bounding_box()["height"] <= 0.45 * height + 1
    assert page.evaluate(SEEN, PARTS) == []
    assert abs(page.evaluate("document.documentElement.scrollHeight") - whole) <= 1  # nothing of the text has moved
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.activeElement.matches('a.ex-set')")
    assert waves.control("size").is_hidden() and waves.control("rate").is_visible()
    page.wait_for_function(SETTLED)  # a mark is of its own color
    found = violations(page, options={"preload": False})
    assert [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")] == []


def test_what_is_in_sight_does_not_dock(hand):
    waves = hand("waves", width=1280, height=1400)
    waves.page.evaluate("() => scrollTo(0, 0)")
    press(waves)
    assert not is_docked(waves) and waves.page.locator(".ex-place").count() == 0
    assert ["rate", "solid"] in waves.page.evaluate(MARKED)


@pytest.mark.parametrize("edge", ["start", "end"])
def test_a_sentence_at_the_edge_of_the_window_is_not_covered(hand, edge):
    """The dock takes the other edge."""
    waves = far(hand)
    waves.page.locator("a.ex-set").evaluate(
        "(a, block) => { a.closest('p').style.scrollMargin = '10px'; a.closest('p').scrollIntoView({block}); }", edge
    )
    assert abs(press(waves)) <= 1
    assert is_docked(waves) and waves.page.evaluate(SEEN, PARTS) == []
    assert waves.figure.evaluate("e => e.classList.contains('ex-top')") == (edge == "end")


@pytest.mark.parametrize("way", ["button", "Escape", "from within"])
def test_the_way_back_leads_to_the_sentence(hand, way):
    waves = far(hand)
    place = waves.page.evaluate(PLACE)
    before, scrolled = waves.page.evaluate(TOP), waves.page.evaluate("scrollY")
    waves.page.locator("a.ex-set").press("Enter")
    waves.settle()
    assert is_docked(waves) and abs(waves.page.evaluate(PLACE) - place) <= 1
    if way == "button":
        waves.figure.get_by_role("button", name="Back to the text").click()
    else:
        if way == "from within":
            waves.control("rate").locator("input").focus()
        waves.page.keyboard.press("Escape")
    assert not is_docked(waves) and waves.page.locator(".ex-place, .ex-bar").count() == 0
    assert waves.page.evaluate("document.activeElement.matches('a.ex-set')")
    assert (waves.page.evaluate(TOP), waves.page.evaluate("scrollY")) == (before, scrolled)
    assert abs(waves.page.evaluate(PLACE) - place) <= 1  # the pictures have their height again


def test_the_title_leads_to_the_place_and_so_does_scrolling(hand):
    waves = far(hand)
    press(waves)
    waves.figure.locator(".ex-bar a").click()
    waves.settle()
    assert not is_docked(waves) and 0 <= waves.figure.bounding_box()["y"] <= 20
    waves.page.evaluate(FAR)
    press(waves)
    assert is_docked(waves)
    waves.page.evaluate("() => document.querySelector('.ex-place').scrollIntoView({block: 'center'})")
    waves.page.wait_for_function("() => !document.querySelector('.ex-docked, .ex-place')")
    assert waves.page.evaluate(SEEN, ["#waves .ex-canvas", "#waves .ex-readout"]) == []


def test_a_docked_widget_is_alive(hand):
    """Its slider moves it, its readout speaks, and all of its controls can be had."""
    waves = far(hand)
    press(waves)
    assert waves.changes(lambda: waves.control("rate").locator("input").press("ArrowRight")) == (True, True)
    assert waves.values()["rate"] == 2.1
    waves.page.wait_for_function("document.querySelector('#waves .ex-announced').textContent", timeout=60_000)
    everything = waves.figure.get_by_role("button", name="All controls")
    assert everything.get_attribute("aria-expanded") == "false"
    everything.click()
    assert everything.get_attribute("aria-expanded") == "true" and waves.control("size").is_visible()
    assert waves.figure.bounding_box()["height"] <= 0.45 * 800 + 1


def test_another_link_brings_another_widget_and_back_brings_the_first_again(hand):
    waves = far(hand)
    page = waves.page
    press(waves)
    page.evaluate(
        """() => { const a = document.querySelector('a.ex-set').cloneNode(true);
        Object.assign(a.dataset, { key: 'batch', set: '{"eps": 0.1}' });
        document.querySelector('a.ex-set').after(a); a.click(); }"""
    )
    waves.settle()
    docked = "() => [...document.querySelectorAll('.ex-docked')].map((figure) => figure.id).join()"
    assert page.evaluate(docked) == "batch" and page.locator(".ex-place").count() == 1
    for way, expected in [("back", "waves"), ("back", ""), ("forward", "waves")]:
        page.evaluate(
            f"() => new Promise((done) => (addEventListener('popstate', done, {{once: true}}), history.{way}()))"
        )
        waves.settle()
        assert page.evaluate(docked) == expected, way


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_changed_control_is_marked_for_a_moment(hand, motion):
    waves = far(hand, reduced_motion=motion)
    press(waves)
    assert waves.page.evaluate(MARKED) == [["rate", "solid"], ["shape", "solid"]]
    easing = waves.control("rate").evaluate("e => e.getAnimations()[0].effect.getTiming().easing")
    assert easing == ("ease-in" if motion == "no-preference" else "steps(1)")
    waves.page.wait_for_function(SETTLED)


def test_on_paper_the_widget_stands_in_its_place(hand):
    waves = far(hand)
    press(waves)
    waves.page.emulate_media(media="print")
    assert waves.figure.evaluate("e => getComputedStyle(e).position") == "static"
    assert waves.page.locator(".ex-bar").is_hidden() and waves.page.locator(".ex-place").is_hidden()
    waves.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert not is_docked(waves)


CASES = {
    "<p>One. Two <a class='ex-set'>three</a> four. Five.</p>": "Two three four.",
    "<p><a class='ex-set'>One</a> at 0.5 is <i>two. Three</i> four.</p>": "One at 0.5 is two.",
    "<p>A question? <b>And</b> <a class='ex-set'>one</a></p>": "And one",
    "<ul><li>Other.</li><li>an <a class='ex-set'>entry</a> of a list</li></ul>": "an entry of a list",
}


@pytest.mark.parametrize(("html", "sentence"), CASES.items())
def test_the_sentence_around_a_link_is_found(watched_page, site, html, sentence):
    page = watched_page(site / "index.html", root=site)
    found = page.evaluate(
        """(html) => { const box = document.createElement("div"); box.innerHTML = html;
        return explorable.parts.sentenceOf(box.querySelector("a")).toString(); }""",
        html,
    )
    assert found == sentence
