"""What an exercise says, as plain text and as HTML for a notebook: a headline and notes under it.

The HTML takes its colours from the page around it, light or dark; the edge only repeats what the headline says.
"""

import textwrap
from dataclasses import dataclass
from html import escape

WIDTH = 100
EDGES = {"right": "#1a8f76", "wrong": "#c2600a", "": "#808890"}  # 3 to 1 or more on white and on black


@dataclass(frozen=True)
class Note:
    """A piece of a page. kind : "" for a sentence, "code", "list", or "more" for what can be called next."""

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
        head = f"<strong>{escape(self.title)}:</strong> " if self.title else ""
        if self.kind == "code":
            return f'<pre tabindex="0" style="margin: 0.4em 0; overflow-x: auto"><code>{escape(self.text)}</code></pre>'
        if self.kind == "list":
            rows = "".join(f"<li>{named(line)}</li>" for line in self.text)
            return f'<p style="margin: 0.3em 0 0">{head}</p><ul style="margin: 0 0 0.3em">{rows}</ul>'
        shown = shown_call(self.text) if self.kind == "more" else escape(str(self.text))
        return f'<p style="margin: 0.3em 0">{head}{shown}</p>'


def named(line):
    """ "x: (m, d), the batch" with the name set as code."""
    name, colon, rest = line.partition(": ")
    return f"<code>{escape(name)}</code>{colon}{escape(rest)}"


def shown_call(line):
    """ "For a hint: exercises.backward.hint()" with the call set as code."""
    words, colon, call = line.rpartition(": ")
    return f"{escape(words)}{colon}<code>{escape(call)}</code>"


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
        edge = f"border-left: 4px solid {EDGES[self.tone]}; padding: 0.1em 0 0.1em 0.9em; max-width: 44em"
        head = f'<p style="margin: 0.2em 0"><strong>{escape(self.headline)}</strong></p>'
        return f'<div class="bn-exercise" role="group" style="{edge}">{head}{body}</div>'
