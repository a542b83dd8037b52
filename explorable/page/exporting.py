"""`jupyter nbconvert --to html` with widgets that stay alive: labconfig/jupyter_nbconvert_config.json names this.

The output of a widget holds a live view, dead without its kernel, and its page form (exported.py). The first is taken
out here, and before the first widget of the page comes what all of them need.
"""

from nbconvert.preprocessors import Preprocessor

from explorable.page.exported import unpacked
from explorable.page.runtime import whole

VIEW = "application/vnd.jupyter.widget-view+json"
MARK = '<figure class="explorable"'
PLOTLY_MARK = '"kind":"plotly"'
# The page of nbconvert says whether it is light or dark in an attribute of its own.
THEME = '<style>body[data-jp-theme-light="false"] .explorable { color-scheme: dark; }</style>\n'


class StandaloneWidgets(Preprocessor):
    """Makes an executed notebook's widgets self-sufficient."""

    enabled = True

    def preprocess(self, notebook, resources):
        """The notebook with page forms for views, and the runtime before the first of them."""
        found = [data for cell in notebook.cells for data in page_forms(cell)]
        for data in found:
            data.pop(VIEW, None)
            data["text/html"] = unpacked("".join(data["text/html"]))
        if found:
            plotly = any(PLOTLY_MARK in data["text/html"] for data in found)
            found[0]["text/html"] = whole(plotly) + THEME + found[0]["text/html"]
        if not any(VIEW in data for cell in notebook.cells for data in outputs(cell)):
            notebook.metadata.pop("widgets", None)  # the state of views that are gone
        return notebook, resources


def page_forms(cell):
    """The outputs of a cell that hold a widget of ours."""
    return [data for data in outputs(cell) if MARK in "".join(data.get("text/html", ""))]


def outputs(cell):
    """The data of every displayed output of a cell."""
    return [output["data"] for output in cell.get("outputs", ()) if "data" in output]
