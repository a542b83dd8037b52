"""The menu of a widget: opened and closed by pointer, finger and keys, in sight whole, and never on paper."""

import pytest

from tests.axe import violations

OPEN = "() => document.querySelector('#waves .ex-share > button').getAttribute('aria-expanded') === 'true'"
COVERED = """() => {
  const box = document.querySelector("#waves .ex-menu").getBoundingClientRect();
  const at = [[5, 5], [box.width - 5, 5], [5, box.height - 5], [box.width - 5, box.height - 5]];
  const seen = at.map(([x, y]) => document.elementFromPoint(box.x + x, box.y + y));
  return seen.some((element) => !element?.closest("#waves .ex-menu"));
}"""


def is_open(waves):
    shown = waves.figure.locator(".ex-menu").is_visible()
    assert shown == waves.page.evaluate(OPEN), "what is said of the menu is what is seen of it"
    return shown


def button(waves):
    return waves.figure.get_by_role("button", name="Menu")


@pytest.mark.parametrize(("width", "touch"), [(1280, False), (360, True)])
def test_it_opens_whole_over_the_pictures_and_closes_by_a_press_elsewhere(hand, width, touch):
    waves = hand("waves", width=width, touch=touch)
    press = (lambda place: place.tap()) if touch else (lambda place: place.click())
    assert not is_open(waves)
    press(button(waves))
    assert is_open(waves) and not waves.page.evaluate(COVERED)
    assert waves.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press(button(waves))
    assert not is_open(waves)
    press(button(waves))
    press(waves.figure.locator(".ex-title"))
    assert not is_open(waves)


def test_it_is_used_by_keys_alone(hand):
    waves = hand("waves")
    keys = waves.page.keyboard
    waves.figure.locator(".ex-pin").focus()
    keys.press("Tab")
    keys.press("Enter")
    assert is_open(waves)
    keys.press("Tab")
    assert waves.page.evaluate("document.activeElement.textContent") == "Enlarge"
    keys.press("Escape")
    assert not is_open(waves) and button(waves).evaluate("(e) => e === document.activeElement")
    keys.press("Space")
    assert is_open(waves)
    keys.press("Shift+Tab")
    assert not is_open(waves), "who goes on leaves no open menu behind"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_the_menu_open_no_rule_of_accessibility_is_broken(hand, scheme):
    waves = hand("waves", scheme=scheme)
    waves.share("Embed")
    assert waves.figure.get_by_label("As a frame").is_visible()
    assert violations(waves.page, {"include": [["#waves .ex-controls"]]}, {"preload": False}) == []


def test_on_paper_there_is_no_menu(hand):
    waves = hand("waves")
    button(waves).click()
    waves.page.emulate_media(media="print")
    assert not waves.figure.locator(".ex-share, .ex-menu").first.is_visible()
    assert not waves.figure.locator(".ex-menu").is_visible()


def test_in_a_frame_the_link_is_not_said_to_be_in_an_address_bar(hand, watched_page, tmp_path, site):
    """Frames of other sites may not write into the clipboard, and their own address stands nowhere."""
    address = (site / "index.html").as_uri()
    text = f'<!doctype html><title>Mine</title><iframe src="{address}" title="all" width="900" height="700"></iframe>'
    (tmp_path / "mine.html").write_text(text, encoding="utf-8")
    page = watched_page(tmp_path / "mine.html", root="/")
    figure = page.frame_locator("iframe").locator("#waves")
    figure.locator(".ex-marks").first.wait_for()
    page.frames[1].evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    figure.get_by_role("button", name="Menu").click()
    figure.get_by_role("button", name="Link to this state").click()
    field = figure.get_by_label("The link")
    assert field.input_value().startswith(address)
    selected = "(e) => [e === document.activeElement, e.selectionStart, e.selectionEnd, e.value.length]"
    focused, start, end, length = field.evaluate(selected)
    assert focused and (start, end) == (0, length), "it can be copied by hand at once"
