"""What an exercise says, as plain text and as HTML for a notebook: a headline and notes under it.

What stands between backticks is set as code. The HTML takes its colors from the page around it, light or dark; the
edge only repeats what the headline says.
"""

import re
import textwrap
from dataclasses import dataclass
from html import escape

WIDTH = 100
EDGES = {"right": "#1a8f76", "wrong": "#c2600a", "": "#808890"}  # 3 to 1 or more on white and on black


@dataclass(frozen=True)
class Note:
    """A piece of a page. kind : "" for a sentence, "code", or "list" (of lines)."""

    text: object
    title: str = ""
    kind: str = ""

    def __str__(self):
        head = f"{self.title}: " if self.title else ""
        if self.kind == "code":
            return str(self.text)
        if self.kind == "list":
            lines = (textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ") for line in self.text)
            return "\n".join([head.rstrip(" "), *lines])
        return textwrap.fill(head + str(self.text), WIDTH, subsequent_indent="  " if head else "")

    def html(self):
        head = f"<strong>{marked(self.title)}:</strong> " if self.title else ""
        if self.kind == "code":
            return f'<pre tabindex="0" style="margin: 0.4em 0; overflow-x: auto"><code>{escape(self.text)}</code></pre>'
        if self.kind == "list":
            rows = "".join(f"<li>{marked(line)}</li>" for line in self.text)
            return f'<p style="margin: 0.3em 0 0">{head}</p><ul style="margin: 0 0 0.3em">{rows}</ul>'
        return f'<p style="margin: 0.3em 0">{head}{marked(self.text)}</p>'


def marked(text):
    """The text as HTML, with `names` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(str(text)))


@dataclass(frozen=True)
class Page:
    """A headline and notes. tone : "right", "wrong" or ""."""

    headline: str
    notes: tuple
    tone: str = ""

    def __str__(self):
        return "\n".join([self.headline, *(str(note) for note in self.notes)])

    __repr__ = __str__

    def _repr_html_(self):
        body = "".join(note.html() for note in self.notes)
        edge = f"border-left: 4px solid {EDGES[self.tone]}; padding: 0.1em 0 0.1em 0.9em; max-width: 36em"
        head = f'<p style="margin: 0.2em 0"><strong>{marked(self.headline)}</strong></p>'
        return f'<div class="ex-answer" role="group" style="{edge}">{head}{body}</div>'
