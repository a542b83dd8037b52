"""Which tables turn into blocks on a phone, and what their cells hold. How they look: tests/book/test_tables.py."""

import re

from explorable.offline.tables import is_wide, with_blocks


def table(*rows):
    """A table as Sphinx writes it; the first row is its heading."""
    head, *others = ["<tr>" + "".join(row) + "</tr>" for row in rows]
    return f'<table class="table">\n<thead>{head}</thead>\n<tbody>{"".join(others)}</tbody>\n</table>'


def heads(*words):
    return [f'<th class="head"><p>{word}</p></th>' for word in words]


def cells(*words):
    return [f"<td><p>{word}</p></td>" if word else "<td></td>" for word in words]


CLAIMS = heads("Claim", "For it", "Against it", "Measured")
LONG = cells("normalization", "distributions", "counterexample", "percent")


def labels(html):
    return re.findall(r'<span class="ex-heading-of" aria-hidden="true">(.*?)</span>', html)


def test_numbers_that_fit_stay_a_table_and_so_does_a_heading_with_a_link():
    numbers = table(heads("size", "2", "4", "8"), cells("plain", "0.25", "0.5", "1"))
    assert with_blocks(numbers) == numbers
    linked = table(heads('<a href="#x">Claim</a>', "For it", "Against it", "Measured"), LONG)
    assert with_blocks(linked) == linked
    few = table(heads("a", "b", "c"), cells("normalization", "counterexample", "distributions"))
    assert with_blocks(few) == few
    assert "dataframe" in with_blocks('<table class="dataframe">' + few)


def test_each_cell_has_the_heading_of_its_column_and_none_where_there_is_none():
    html = with_blocks(table(CLAIMS, LONG))
    assert labels(html) == ["Claim", "For it", "Against it", "Measured"]
    assert html.count('role="columnheader"') == html.count('role="cell"') == 4
    assert html.count('role="row"') == html.count('role="rowgroup"') == 2 and 'role="table"' in html
    nameless = with_blocks(table(heads("", "For it", "", "Measured"), LONG))
    assert labels(nameless) == ["For it", "Measured"]
    assert nameless.count('role="columnheader"') == 2  # an empty one heads nothing


def test_formulas_come_along_and_names_and_links_do_not():
    formula = '<math id="x"><msub><mi>σ</mi><mi>w</mi></msub></math>'
    html = with_blocks(table(heads("Claim", formula, "Against it", "Measured"), LONG))
    assert labels(html)[1] == formula.replace(' id="x"', "")
    assert html.count('id="x"') == 1


def test_what_is_folded_needs_no_room():
    folded = "<details><summary>seeds</summary><p>normalization and distributions</p></details>"
    assert not is_wide(table(heads("a", "b", "c", "d"), cells("x", "y", folded, folded)))


def test_an_empty_first_cell_repeats_the_one_above_and_other_empty_ones_are_left_out():
    html = with_blocks(table(CLAIMS, LONG, cells("", "a tie", "", "distributions")))
    assert '<div class="ex-above"><p>normalization</p></div>' in html
    assert html.count("ex-empty") == 1


def test_numbers_stand_beside_their_headings_and_sentences_below():
    assert "ex-brief" in with_blocks(table(CLAIMS, LONG))
    sentence = "The mean holds still, by construction, whatever the layers below do."
    assert "ex-brief" not in with_blocks(table(CLAIMS, cells("normalization", sentence, "counterexample", "percent")))
