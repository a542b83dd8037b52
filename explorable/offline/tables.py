"""Wide tables on a phone: every row becomes a block, each cell under the heading of its column.

Which tables that are is decided when the book is built, from the words in them: those whose columns, side by side, need
more room than a phone has. The others, small tables of numbers most of all, are compared better as they are. A table
stays one for a screen reader, by explicit roles, since browsers take its meaning from how it is displayed; so what is
written over a cell, which is said as the heading of its column anyway, is only for the eye.
"""

import re
from html import unescape
from pathlib import Path

from ..files import write_whole
from .cards import plain

HERE = Path(__file__).resolve().parent
FOLDER, STYLE = "explorable", "tables.css"
TABLE = re.compile(r'<table class="table">(.*?)</table>', re.DOTALL)
HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
ROW = re.compile(r"<tr\b([^>]*)>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<(t[hd])\b([^>]*)>(.*?)</t[hd]>", re.DOTALL)
FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
FOLDED = re.compile(r"(<details\b[^>]*>.*?</summary>).*?</details>", re.DOTALL)  # all of it but what is pressed
BREAKS = re.compile(r"\s+|(?<=[-/–])")
COLUMNS = 4  # of a table with fewer, each has room for its words
ROOM = 34  # characters side by side on a phone, with one more for the space beside each column
BRIEF = 32  # characters of a cell that can stand beside its heading
ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "th": "columnheader", "td": "cell", "tr": "row"}


def with_blocks(body):
    """A page's body, in which wide tables can turn into blocks."""
    return TABLE.sub(lambda found: blocks(found[0]) if is_wide(found[0]) else found[0], body)


def words(html):
    """What is read of a cell at once, as plain text; formulas, which do not break, with the room that they need."""
    seen = FORMULA.sub(
        lambda formula: "m" * round(1.5 * len("".join(text(formula[0]).split()))), FOLDED.sub(r"\1", html)
    )
    return text(seen).strip()


def text(html):
    return unescape(re.sub(r"<[^>]*>", "", html))


def is_wide(table):
    """Whether its columns need more than a phone has. What can be pressed in a heading would be lost in a block.

    >>> is_wide("<tr><th>a</th><th>b</th><th>c</th><th>d</th></tr>" + "<tr>" + 4 * "<td>0.25</td>" + "</tr>")
    False
    >>> is_wide("<tr>" + 4 * "<th>normalization</th>" + "</tr>")
    True
    """
    if "<a " in "".join(HEAD.findall(table)):
        return False
    columns = list(
        zip(*([words(cell[2]) for cell in CELL.findall(row[1])] for row in ROW.findall(table)), strict=False)
    )
    longest = [max(len(word) for cell in column for word in BREAKS.split(cell)) for column in columns]
    return len(columns) >= COLUMNS and sum(longest) + len(longest) > ROOM


def blocks(table):
    """The table with a label in each cell. A first cell that is empty means the one above, which its block repeats."""
    head = HEAD.search(table)
    headings = [plain(re.sub(r"</?p\b[^>]*>", "", cell[2])) for cell in CELL.findall(head[0])] if head else []
    rows = [[words(cell[2]) for cell in CELL.findall(row[1])] for row in ROW.findall(table)][1 if head else 0 :]
    brief = all(len(cell) <= BRIEF for row in rows for cell in row[1:])
    above = ""

    def row(found):
        nonlocal above
        cells = CELL.findall(found[2])
        if not cells or cells[0][0] == "th":
            return found[0]
        above = cells[0][2] if words(cells[0][2]) else above
        parts = [labeled(k, *cell, headings[k] if k < len(headings) else "") for k, cell in enumerate(cells)]
        return f"<tr{found[1]}>{''.join(parts)}</tr>"

    def labeled(place, tag, attributes, inside, heading):
        label = f'<span class="ex-heading-of" aria-hidden="true">{heading}</span>' if heading else ""
        if words(inside):
            return f"<{tag}{attributes}>{label}{inside}</{tag}>"
        if place == 0 and above:
            return f'<{tag}{attributes}>{label}<div class="ex-above">{plain(above)}</div></{tag}>'
        return f'<{tag}{attributes} class="ex-empty"></{tag}>'

    table = ROW.sub(row, table)
    table = re.sub(r"<(thead|tbody|tr|th|td)\b", lambda part: f'{part[0]} role="{ROLES[part[1]]}"', table)
    table = re.sub(r'role="columnheader"([^>]*>(?:<p></p>)?</th>)', r'role="cell"\1', table)  # it heads nothing
    kind = "ex-rows ex-brief" if brief else "ex-rows"
    return table.replace('<table class="table">', f'<table class="table {kind}" role="table">', 1)


def change_page(app, pagename, templatename, context, doctree):
    """Only pages with such a table load its style sheet."""
    if app.builder.format != "html" or "body" not in context:
        return
    context["body"] = with_blocks(context["body"])
    if 'class="table ex-rows' in context["body"]:
        app.builder.add_css_file(f"{FOLDER}/{STYLE}", priority=570)


def copy_assets(app):
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / STYLE, (HERE / "assets" / STYLE).read_bytes())


def setup(app):
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", change_page)
