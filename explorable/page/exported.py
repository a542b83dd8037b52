"""The widget as it stays alive in a notebook that is exported to HTML, without a kernel and without a network.

In a notebook a widget's output holds, besides the live view, its title, readout and caption, and packed the page form:
the <figure> and the script with its data. Unpacked it is when the notebook is exported (exporting.py), where what all
widgets of a page share (runtime.py) is put in once. Packed, since a notebook is sent and saved with all its outputs.
"""

import base64
import gzip
import os
import re
from html import escape

from explorable.page import form
from explorable.page.runtime import inline

ALWAYS = "EXPLORABLE_BAKE"  # set to 1, every sampled model is computed whole when its widget is shown
PATIENCE = 3.0  # seconds of computing that a widget may add to being shown
NOTE = (
    "The slider stands still here: the data of this widget were not computed when the notebook ran. "
    "Call its method bake(), show it again, and export the notebook once more."
)
RUNS = "This widget runs in a built page, or beside a kernel; in an exported notebook it stands still at its start."
PACKED = '<script type="application/gzip" class="ex-packed">{}</script>\n'
PACKED_IN = re.compile(PACKED.strip().format("([A-Za-z0-9+/=]+)"))
SHOWN = {}  # key -> how often this process has shown a widget of that key


def html(widget):
    """The widget for an exported notebook; a plain figure with a note where its grid would take long to compute."""
    if not affordable(widget):
        return still(widget, RUNS if widget.model.kind == "program" else NOTE)
    form_packed = base64.b64encode(packed(page_form(with_own_key(widget)))).decode("ascii")
    return still(widget) + PACKED.format(form_packed)


def page_form(widget):
    """The living <figure>, and after it, inline, the script with its data."""
    return form.html(widget, "") + inline(f"if (globalThis.explorable?.register) {form.script(widget).strip()}")


def packed(text):
    """A text as it is sent: bytes of gzip; the same text gives the same bytes."""
    return gzip.compress(text.encode(), mtime=0)


def unpacked(output):
    """The page form out of an output, or the output as it is where its widget has none."""
    found = PACKED_IN.search(output)
    return gzip.decompress(base64.b64decode(found[1])).decode() if found else output


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


def still(widget, note=""):
    """Title, readout at the start, and caption, with a note that says how to get more."""
    remark = f'<p class="ex-remark">{note}</p>' if note else ""
    readout = form.readout_text(widget.spec(), widget.settings(), widget.evaluate())
    return (
        f'<figure class="explorable"><p class="ex-title">{escape(widget.title)}</p>'
        f'<p class="ex-readout">{escape(readout)}</p>{remark}'
        f"<figcaption>{form.emphasis(widget.caption)}</figcaption></figure>\n"
    )
