"""A fault fails the build, and is not forgotten by the next one.

Warnings: the build goes on, so that all of them are said, and then ends with an error, as with `-W --keep-going`; a
book whose author wants it otherwise sets `explorable_strict: false`. Sphinx reads again only the pages that changed, so
a page that warned once would pass the next build. After a build with warnings the saved environment is deleted: the
next one reads every page (notebooks come from their cache). Sphinx itself does the same after an exception.
"""

from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME


def be_strict(app, config):
    """Let Sphinx end with an error after a warning, whatever command started it."""
    if config.explorable_strict:
        app.keep_going = app.keep_going or not app.warningiserror
        config.nb_execution_raise_on_error = False  # it would bury the message, which cells.py says


def forget_environment(app, exception):
    if app._warncount:
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    app.add_config_value("explorable_strict", True, "", bool)
    app.connect("config-inited", be_strict)
    app.connect("build-finished", forget_environment, priority=900)
