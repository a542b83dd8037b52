"""Cards: what a term, a numbered equation or a letter of a formula means, beside the place where it is read.

The texts are in the book already. When it is built, those that a page may ask for are put into one script,
_static/explorable/card-texts.js, which cards.js loads when the first card is wanted, so that no page is heavier for
them: the entries of glossaries, equations that other pages refer to, and the rows of the page of notation that
`explorable_notation` names. Of its tables, those with three columns hold what a letter means in the whole book, those
with two what it means in the equations that are named beside it.
"""

import json
import re
from pathlib import Path

from ..files import write_whole

HERE = Path(__file__).resolve().parent
FOLDER = "explorable"
PARTS = ("cards.js", "cards.css")  # of assets/
DATA = "card-texts.js"
TERM = re.compile(r'((?:<dt id="term-[^"]+">.*?</dt>\s*)+)<dd>(.*?)</dd>', re.DOTALL)
NAME = re.compile(r'<dt id="(term-[^"]+)">(.*?)</dt>', re.DOTALL)
EQUATION = re.compile(
    r'id="(equation-[^"]+)"[^>]*>(?:<span[^>]*></span>)*\s*<div class="ex-formula-box">(<math.*?</math>)</div>',
    re.DOTALL,
)
ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
REFERENCE = re.compile(r'href="([\w./-]*)#(equation-[^"]+)"')
PERMALINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
WANTED = re.compile(r'ex-formula"|#equation-|#term-')


def texts_of(folder, names):
    """The pages that can hold what a card tells: {name: text}. What an earlier build has left is none of them."""
    paths = {name: folder / f"{name}.html" for name in sorted(names)}
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.exists()}


def collected(pages, notation):
    """What the script holds.   notation : name of the page with the tables of letters, or ""."""
    found = {"terms": {}, "equations": {}, "letters": [], "local": []}
    wanted = {match[2] for name, text in pages.items() for match in REFERENCE.finditer(text) if match[1]}
    for text in pages.values():
        for heads, entry in TERM.findall(text):
            for ident, term in NAME.findall(heads):
                found["terms"][ident] = [plain(term), plain(entry)]
        for ident, formula in EQUATION.findall(text):
            if ident in wanted:
                found["equations"][ident] = formula
    for row in ROW.findall(pages.get(notation, "")):
        cells = CELL.findall(row)
        if len(cells) == 3:
            found["letters"].append([plain(cells[0]), plain(cells[2])])
        elif len(cells) == 2:
            found["local"].append([plain(cells[0]), PERMALINK.sub("", cells[1])])
    return found


def plain(html):
    """The same without links, which a card does not offer, and without names, which a page has already."""
    return re.sub(r' id="[^"]*"', "", re.sub(r"</?a\b[^>]*>", "", PERMALINK.sub("", html))).strip()


def write(app, exception):
    """Write the texts of all pages of the finished site."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    found = collected(texts_of(folder, app.env.found_docs), app.config.explorable_notation)
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    write_whole(folder / "_static" / FOLDER / DATA, f"explorableCards({text});\n".encode())


def copy_assets(app):
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        write_whole(folder / name, (HERE / "assets" / name).read_bytes())


def load_assets(app, pagename, templatename, context, doctree):
    """Only pages that refer to a term or an equation, or show one, load the script."""
    if doctree is not None and WANTED.search(context.get("body", "")):
        app.builder.add_css_file(f"{FOLDER}/cards.css", priority=560)
        app.builder.add_js_file(f"{FOLDER}/cards.js", priority=660, defer="defer")


def setup(app):
    app.add_config_value("explorable_notation", "", "html")
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", load_assets)
    app.connect("build-finished", write)
