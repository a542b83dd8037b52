"""Tables on a phone: none is wider than its column, and the wide ones are blocks whose cells say what they hold."""

import pytest

from tests.axe import violations
from tests.book.pages import chapters

# What a table looks like: its room and its width, and of each cell below the heading whether it is cut.
MEASURED = """() => [...document.querySelectorAll("main table.table")].map((table) => {
  const cells = [...table.querySelectorAll("td")].filter((cell) => cell.checkVisibility());
  const right = table.parentElement.getBoundingClientRect().right;
  return {
    words: table.textContent.replace(/\\s+/g, " ").trim().slice(0, 60),
    blocks: table.matches(".ex-rows"),
    over: table.scrollWidth - table.parentElement.clientWidth,
    cut: cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1
      || [...cell.children].some((part) => part.getBoundingClientRect().right > right + 1)).length,
    columns: table.tHead?.rows[0].cells.length ?? 0,
  };
})"""
# How the rows of wide tables are shown: [the columns' headings, the labels of each row].
LABELS = """() => [...document.querySelectorAll("main table.ex-rows")].map((table) => [
  [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim()),
  [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.checkVisibility()
    ? cell.querySelector(":scope > .ex-heading-of")?.textContent.trim() ?? "" : null)),
])"""
WIDE = ["chapters/ten_years", "chapters/01_motivation", "chapters/tuned"]


@pytest.mark.parametrize("width", [360])
@pytest.mark.parametrize("name", chapters())
def test_no_table_is_wider_than_its_column_on_a_phone(visit, name, width):
    page = visit(name, width=width)
    for table in page.evaluate(MEASURED):
        assert table["over"] <= 0, table
        assert not table["cut"], table


@pytest.mark.parametrize("width", [360])
@pytest.mark.parametrize("name", WIDE)
def test_every_cell_of_a_block_stands_under_the_heading_of_its_column(visit, name, width):
    page = visit(name, width=width)
    tables = page.evaluate(LABELS)
    assert tables
    for headings, rows in tables:
        for row in rows:
            assert row[0] is not None
            assert [label for label in row if label is not None] == [
                heading for label, heading in zip(row, headings, strict=True) if label is not None
            ]


@pytest.mark.parametrize("width", [360])
def test_a_row_without_a_name_of_its_own_repeats_the_one_above(visit, width):
    page = visit("chapters/tuned", width=width)
    first = page.locator("table.ex-rows").nth(1).locator("tbody tr td:first-child")
    names = [cell.inner_text() for cell in first.all()]
    assert len(names) == 12
    assert names[0] == names[1] == names[2] != names[3]


@pytest.mark.parametrize("width", [360])
@pytest.mark.parametrize("name", WIDE)
def test_blocks_are_still_a_table_for_a_screen_reader(visit, name, width):
    page = visit(name, width=width)
    table = page.locator("table.ex-rows").first
    heading = page.get_by_role("table").and_(table).get_by_role("columnheader").first
    assert heading.count() == 1
    rows = page.get_by_role("table").and_(table).get_by_role("row").count()
    assert rows == table.locator("tr").count()
    assert violations(page, {"include": [["table.ex-rows"]]}, {"preload": False}) == []


def test_on_a_wide_window_and_on_paper_they_are_what_they_were(visit):
    page = visit("chapters/ten_years", fresh=True)
    look = """() => [...document.querySelectorAll("table.ex-rows :is(td, .ex-heading-of)")]
      .map((part) => getComputedStyle(part).display).filter((display, i, all) => all.indexOf(display) === i).sort()"""
    assert page.evaluate(look) == ["none", "table-cell"]
    page.set_viewport_size({"width": 360, "height": 740})
    assert "block" in page.evaluate(look)
    page.emulate_media(media="print")
    assert page.evaluate(look) == ["none", "table-cell"]
