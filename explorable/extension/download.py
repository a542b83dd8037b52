"""Every chapter can be downloaded as .ipynb, without outputs: the theme lists it in its download menu."""

from pathlib import Path

import jupytext


def offer_notebook(app, pagename, templatename, context, doctree):
    """Write the notebook beside the page's source, and tell the theme where it is."""
    if doctree is None or app.builder.format != "html":
        return
    source = Path(app.env.doc2path(pagename))
    if source.suffix != ".md" or "format_name: myst" not in source.read_text(encoding="utf-8")[:500]:
        return
    target = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="md:myst")
    target.write_text(jupytext.writes(notebook, fmt="ipynb"), encoding="utf-8")
    context["ipynb_source"] = f"{pagename}.ipynb"


def setup(app):
    # Before the theme makes its buttons, at 501.
    app.connect("html-page-context", offer_notebook, priority=400)
