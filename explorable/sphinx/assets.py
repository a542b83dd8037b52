"""The page runtime in the site: one script, one style sheet, vendored libraries as they are.

The script is joined from the modules of `explorable/static/`; what only the menu of a widget needs is in a second one,
more.js, which the runtime loads when a menu is opened, and what runs programs in a third, program.js. What is in
vendor/ is loaded when it is needed, too.
"""

import hashlib
import shutil
from pathlib import Path

from explorable.page.runtime import (
    LATER,
    PROGRAM,
    STATIC,
    later_script,
    page_scripts,
    page_styles,
    program_script,
)

from . import widgets

FOLDER = "explorable"


def fingerprint(app, config):
    """Pages are written again when an asset changes: its address in the page ends in a hash of its content."""
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(path.read_bytes())
    config.explorable_assets = digest.hexdigest()


def copy_runtime(app):
    """Write the assets before the first page, since a page's link to them holds a hash of their content."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "explorable.js").write_text(page_scripts(), encoding="utf-8")
    (folder / f"{LATER}.js").write_text(later_script(), encoding="utf-8")
    (folder / f"{PROGRAM}.js").write_text(program_script(), encoding="utf-8")
    shutil.copy(STATIC / "early.js", folder)
    (folder / "explorable.css").write_text(page_styles(), encoding="utf-8")
    shutil.rmtree(folder / "vendor", ignore_errors=True)  # it may hold what is no longer used
    shutil.copytree(STATIC / "vendor", folder / "vendor")


def load_runtime(app, pagename, templatename, context, doctree):
    """Only pages that have widgets load the runtime. Deferred scripts run in order, after the text is there."""
    if not widgets.records(app.env).get(pagename):
        return
    app.builder.add_css_file(f"{FOLDER}/explorable.css", priority=600)
    app.builder.add_js_file(f"{FOLDER}/early.js", priority=100)  # not deferred: it decides how the page is laid out
    app.builder.add_js_file(f"{FOLDER}/explorable.js", priority=600, defer="defer")


def setup(app):
    app.add_config_value("explorable_assets", "", "html")
    app.connect("config-inited", fingerprint)
    app.connect("builder-inited", copy_runtime)
    app.connect("html-page-context", load_runtime)
