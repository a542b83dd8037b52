"""A warning must not be forgotten.

Sphinx reads again only the pages that changed, so a page that warned once would pass the next build with -W. After a
build with warnings the saved environment is deleted: the next build reads every page (notebooks come from their cache).
Sphinx itself does the same after an exception.
"""

from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME


def forget_environment(app, exception):
    if app._warncount:
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    app.connect("build-finished", forget_environment, priority=900)
