"""The widget as it stays alive in a notebook that is exported to HTML, without a kernel and without a network.

In a notebook a widget's output holds, besides the live view, its page form: the <figure> and, inline, the script with
its data. What all widgets of a page share (runtime.py) is put in once, when the notebook is exported, see exporting.py.
"""

import os
from html import escape

from explorable.page import form
from explorable.page.runtime import inline

ALWAYS = "EXPLORABLE_BAKE"  # set to 1, every sampled model is computed whole when its widget is shown
PATIENCE = 3.0  # seconds of computing that a widget may add to being shown
NOTE = (
    "The slider stands still here: the data of this widget were not computed when the notebook ran. "
    "Call its method bake(), show it again, and export the notebook once more."
)
SHOWN = {}  # key -> how often this process has shown a widget of that key


def html(widget):
    """The widget for an exported notebook; a plain figure with a note where its grid would take long to compute."""
    if not affordable(widget):
        return still(widget)
    widget = with_own_key(widget)
    figure = form.html(widget, "")
    script = form.script(widget).strip()
    return figure + inline(f"if (globalThis.explorable?.register) {script}")


def with_own_key(widget):
    """The widget, under another key if one of its key was shown before: in one page, a key names one widget."""
    count = SHOWN[widget.key] = SHOWN.get(widget.key, 0) + 1
    return widget if count == 1 else widget.replace(key=f"{widget.key}-{count}")


def affordable(widget):
    """Whether the data of all settings are there, or quick to compute, or asked for."""
    seconds = getattr(widget.model, "seconds_to_bake", None)
    if seconds is None or os.environ.get(ALWAYS, "") not in ("", "0"):
        return True
    return seconds(widget.controls) <= PATIENCE


def still(widget):
    """Title, readout at the start, and caption, with a note that says how to get more."""
    readout = form.readout_text(widget.spec(), widget.settings(), widget.evaluate())
    return (
        f'<figure class="explorable"><p class="ex-title">{escape(widget.title)}</p>'
        f'<p class="ex-readout">{escape(readout)}</p><p class="ex-remark">{NOTE}</p>'
        f"<figcaption>{form.emphasis(widget.caption)}</figcaption></figure>\n"
    )
