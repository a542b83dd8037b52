"""The docstrings of this project as reStructuredText.

They are written to be read in the source: sentences, `names` in single backticks, and entries "name : meaning", several
of which may share a line, two blanks apart. Nothing in them is meant as markup, so everything else is escaped and no
docstring can upset the build.

>>> to_rst(paragraphs("Shift `x` by *one*.\\n\\nx : (m, d), rows.  by : a number\\n    or a vector."))
['Shift ``x`` by \\\\*one\\\\*.', '', '- ``x`` : (m, d), rows.', '- ``by`` : a number or a vector.', '']
"""

import re
from textwrap import dedent

NAME = r"[A-Za-z_]\w*(?:\[\w+\])?"
ENTRY = re.compile(rf"^{NAME}(?:, {NAME})*(?:, \.\.\.)? : ")
BREAK = re.compile(rf"  +(?={NAME}(?:, {NAME})* : )")
SENTENCE = re.compile(r"^(Returns|Raises|Yields)\b")
LITERAL = re.compile(r"``(.+?)``|`([^`]+)`")


def paragraphs(text):
    """The paragraphs of a docstring, each a list of lines."""
    return [part.split("\n") for part in re.split(r"\n[ \t]*\n", dedent(text).strip("\n")) if part.strip()]


def to_rst(parts):
    """Lines of reStructuredText for these paragraphs."""
    lines = []
    for part in parts:
        lines += [*converted(part), ""]
    return lines


def converted(part):
    """One paragraph: an example, preformatted lines, or sentences and entries."""
    if part[0].lstrip().startswith(">>>"):
        return dedent("\n".join(part)).split("\n")
    if all(line.startswith("  ") for line in part):
        return ["::", "", *("   " + line for line in part)]
    entries, lines = gathered(part), []
    for k, entry in enumerate(entries):
        is_item = bool(ENTRY.match(entry)) or entry.startswith("- ")
        if k and not (is_item and lines[-1].startswith("- ")):
            lines.append("")
        lines.append(item(entry) if is_item else sentence(entry))
    return lines


def gathered(part):
    """The lines of a paragraph joined into entries: one begins at "name : ", at "- " and at Returns or Raises."""
    entries = []
    for line in (piece for whole in part for piece in BREAK.split(whole)):
        begins = ENTRY.match(line) or line.startswith("- ") or SENTENCE.match(line)
        if begins or not entries:
            entries.append(line.strip())
        else:
            entries[-1] += " " + line.strip()
    return entries


def item(entry):
    """An entry "name : meaning" or "- text" as an item of a list."""
    if entry.startswith("- "):
        return f"- {escaped(entry[2:])}"
    names, _, meaning = entry.partition(" : ")
    return f"- ``{names}`` : {escaped(meaning)}"


def sentence(text):
    """Text that starts a paragraph: nothing at its start makes it a list, a comment or a field."""
    text = escaped(text)
    return text if re.match(r"[A-Za-z]{2}|``|[A-Z] ", text) and not re.match(r"\w{1,4}[.)] ", text) else "\\ " + text


def escaped(text):
    """Text with its `names` as literals and all other markup escaped."""
    out, at = "", 0
    for match in LITERAL.finditer(text):
        before, after = text[at : match.start()], text[match.end() : match.end() + 1]
        inside = (match[1] or match[2]).strip()
        out += plain(before) + ("\\ " if before[-1:].isalnum() or (before[-1:] in "-/" and before) else "")
        out += f"``{inside}``" + ("\\ " if after and not re.match(r"[\s.,;:!?)\]}'\"-]", after) else "")
        at = match.end()
    return out + plain(text[at:])


def plain(text):
    """Text without a literal in it, escaped."""
    return re.sub(r"([\\*|`_])", r"\\\1", text).replace("::", ":\\:")
