"""Every widget alone, for other people's pages: embed/KEY.html for a frame, embed/KEY.js for a script tag.

    <iframe src=".../embed/chain.html" title="..." width="100%" height="640"></iframe>
    <script src=".../embed/chain.js"></script>

The page of a widget has no header and tells its height to the page that holds it: a message {explorable: KEY, height}.
The script puts the widget where its tag stands. Both take their data, script and style from the site that they lie in,
so that they work from disk, and under a policy that allows scripts and styles of that site alone.
"""

import json
from html import escape
from pathlib import Path

from explorable.page.runtime import STATIC

from ..files import write_whole
from . import widgets

FOLDER = "embed"
PARTS = ("embed.js", "embed.css")
ASSETS = "../_static/explorable/"
PAGE = """\
<!doctype html>
<html lang="{language}" data-theme="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{assets}explorable.css">
<link rel="stylesheet" href="{assets}embed.css">
<script src="{assets}early.js"></script>
<script src="{assets}explorable.js" defer></script>
<script src="{assets}embed.js" defer></script>
</head>
<body>
<main>
{figure}<p class="ex-from">From <a href="../{address}" target="_top">{source}</a></p>
</main>
</body>
</html>
"""
SCRIPT = """\
{embed}
explorableEmbed(document.currentScript, {figure});
"""


def page_of(app, key, place, record):
    """The page of one widget."""
    figure = record["html"].replace('data-src="_static/', 'data-src="../_static/')
    address = f"{app.builder.get_target_uri(place)}#{key}"
    source = ": ".join(filter(None, (app.config.html_title, app.env.titles[place].astext())))
    words = {"title": record["title"], "address": address, "source": source, "language": app.config.language or "en"}
    return PAGE.format(assets=ASSETS, figure=figure, **{name: escape(word) for name, word in words.items()})


def script_of(record):
    """The script of one widget: the few lines of static/embed_script.js, and its figure as text."""
    text = json.dumps(record["html"]).replace("</", r"<\/")  # all ASCII: a page may tell no encoding, or another
    return SCRIPT.format(embed=(STATIC / "embed_script.js").read_text(encoding="utf-8").rstrip(), figure=text)


def write_all(app, exception):
    """Write both forms of every widget, and remove those of widgets that are gone."""
    if exception or app.builder.format != "html":
        return
    folder, assets = Path(app.outdir, FOLDER), Path(app.outdir, "_static", "explorable")
    found = widgets.all_widgets(app.env)
    wanted = {}
    for key, (place, record) in found.items():
        wanted[f"{key}.html"], wanted[f"{key}.js"] = page_of(app, key, place, record), script_of(record)
    for path in folder.glob("*"):
        if path.name not in wanted:
            path.unlink()
    if not wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in wanted.items():
        write_whole(folder / name, text.encode())
    for name in PARTS:
        write_whole(assets / name, (STATIC / name).read_bytes())


def setup(app):
    app.connect("build-finished", write_all)
