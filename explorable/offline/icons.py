"""The finished page asks for nothing outside its folder, and for little inside it.

The theme (sphinx-book-theme on pydata-sphinx-theme) draws its icons twice, by a script of 1.5 MB and by a font. The
script is left out (templates/), the font is cut to the icons in use, and so are its rules in the style sheet.
"""

import re
from pathlib import Path

from sphinx.util import logging

from explorable.files import seen_from
from explorable.offline.fonts import cut

LOGGER = logging.getLogger(__name__)
STYLE = "_static/styles/pydata-sphinx-theme.css"
FONTS = "_static/vendor/fontawesome/webfonts"
ICON_RULE = re.compile(r"((?:\.fa-[a-z0-9-]+:before,?)+)\{content:\"(\\[0-9a-f]+)\"\}")
LITERAL = re.compile(r"content:\s*\"\\([ef][0-9a-f]{3})\"")
USELESS = ("_static/scripts/fontawesome.js", "_static/**/*.map", f"{FONTS}/*.ttf")


def use_templates(app, config):
    config.templates_path.insert(0, seen_from(app.confdir, Path(__file__).resolve().parent / "templates"))


def names_in_use(outdir):
    """Icon names in pages and scripts: `fa-` and a name, wherever it stands; too many do no harm."""
    files = [*outdir.rglob("*.html"), *(outdir / "_static").rglob("*.js")]
    found = set()
    for path in files:
        if path.name != "fontawesome.js":
            found.update(re.findall(r"fa-[a-z0-9-]+", path.read_text(encoding="utf-8", errors="replace")))
    return found


def trim_style(css, names):
    """(the style sheet with only the rules of these icons, the code points that it still draws)."""
    codes = set()

    def keep(match):
        used = [part for part in match[1].split(",") if part[1:].partition(":")[0] in names]
        if not used:
            return ""
        codes.add(int(match[2][1:], 16))
        return ",".join(used) + '{content:"' + match[2] + '"}'

    return ICON_RULE.sub(keep, css), codes


def literal_codes(outdir):
    """Code points of icons that other style sheets draw by number."""
    sheets = [path for path in (outdir / "_static").rglob("*.css") if path.name != Path(STYLE).name]
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in sheets)
    return {int(code, 16) for text in texts for code in LITERAL.findall(text)}


def lighten(app, exception):
    """After the pages are written: trim the icons' style sheet and fonts, remove what no page loads."""
    if exception or app.builder.format != "html":
        return
    outdir = Path(app.outdir)
    theme = theme_static(app)
    if theme is None:
        return
    css, codes = trim_style(
        (theme / "styles/pydata-sphinx-theme.css").read_text(encoding="utf-8"), names_in_use(outdir)
    )
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = re.sub(r",url\(\.\./vendor/fontawesome/webfonts/[a-z0-9-]+\.ttf\) format\(\"truetype\"\)", "", css)
    (outdir / STYLE).write_text(css, encoding="utf-8")
    codes |= literal_codes(outdir)
    for source in (theme / "vendor/fontawesome/webfonts").glob("*.woff2"):
        (outdir / FONTS / source.name).write_bytes(cut(source.read_bytes(), codes))
    for pattern in USELESS:
        for path in outdir.glob(pattern):
            path.unlink()


def theme_static(app):
    """The folder static/ of pydata-sphinx-theme; None if the book has another theme."""
    for folder in app.builder.theme.get_theme_dirs():
        if Path(folder, "static/styles/pydata-sphinx-theme.css").is_file():
            return Path(folder, "static")
    return None


def setup(app):
    app.connect("config-inited", use_templates)
    app.connect("build-finished", lighten)
