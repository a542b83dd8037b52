"""The contents of the book: a drawer at every width, with the sections of the chapter that is open."""

import pytest

DRAWER = "#pst-primary-sidebar-modal"


def open_drawer(page, way):
    button = page.get_by_role("button", name="Contents", exact=True)
    button.tap() if way == "touch" else button.click()
    page.wait_for_selector(f"{DRAWER}[open]")
    return page.locator(DRAWER)


@pytest.mark.parametrize(("way", "width"), [("mouse", 1280), ("touch", 360)])
def test_it_lists_the_chapters_and_the_sections_of_this_one(visit, way, width):
    page = visit("chapters/03_backprop", width=width, way=way)
    drawer = open_drawer(page, way)
    box = drawer.bounding_box()
    assert box["x"] == 0 and box["height"] >= page.viewport_size["height"] - 1 and box["width"] <= width
    assert page.evaluate(f"document.activeElement.closest('{DRAWER} .current') !== null"), (
        "the focus is where one reads"
    )
    sections = drawer.locator(".current .section-nav > li > a")
    assert sections.count() > 3 and sections.first.is_visible()
    assert drawer.locator("a", has_text="In practice").count() == 1
    page.keyboard.press("Escape")
    assert not page.locator(f"{DRAWER}[open]").count()
    assert page.evaluate("document.activeElement.matches('.primary-toggle')"), "and goes back"


@pytest.mark.parametrize(("way", "width"), [("mouse", 1280), ("touch", 360)])
def test_a_section_closes_it_and_a_press_beside_it_too(visit, way, width):
    page = visit("chapters/03_backprop", width=width, way=way)
    drawer = open_drawer(page, way)
    last = drawer.locator(".current .section-nav > li > a").last
    address = last.get_attribute("href")
    last.tap() if way == "touch" else last.click()
    assert not page.locator(f"{DRAWER}[open]").count()
    assert page.evaluate("location.hash") == address
    open_drawer(page, way)
    page.mouse.click(width - 5, 300)
    assert not page.locator(f"{DRAWER}[open]").count()


def test_a_wide_page_has_no_column_beside_the_text(visit):
    page = visit("chapters/03_backprop", width=1280)
    assert page.locator("article h1").bounding_box()["x"] < 100
    assert not page.locator("#pst-secondary-sidebar").count()
