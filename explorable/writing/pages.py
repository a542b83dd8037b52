"""Cells that readers can write in, in a book made by Sphinx and MyST-NB: `extensions = ["explorable.writing.pages"]`.

A code cell with the tag `write` becomes an editor in the built page, and stays a cell in the notebook. With the tag
`folded`, too, it is a line with its title until it is opened. If it calls `MODULE.NAME.check(...)` with an exercise of
the book, it is about that exercise, and the task stands before it. The book names its exercises in

    explorable_exercises = {"bnbook.exercises": "bnbook.exercises:EXERCISES"}

{the module that code imports: where its `Exercise`s are, by name}.
"""

import html
import re
from importlib import import_module
from pathlib import Path

from docutils import nodes
from sphinx.errors import ConfigError, SphinxError

from . import baking, parts
from .shared import asking

TAG, FOLDED = "tag_write", "tag_folded"
FOLDER = "explorable/writing"
CHECKED = re.compile(r"^(?:\w+\.)*(\w+)\.check\(", re.MULTILINE)


class WritingError(SphinxError):
    category = "A cell to write in"


class writable(nodes.Element):
    """A cell that is an editor in a page. place, code, label, exercise (address or ""), file, title, task, folded."""


def exercises(config):
    """{module: {name: exercise}} of the book.   Raises ConfigError for what cannot be found."""
    found = {}
    for module, place in config.explorable_exercises.items():
        source, _, name = place.partition(":")
        try:
            found[module] = dict(getattr(import_module(source), name))
        except (ImportError, AttributeError, TypeError) as error:
            words = f"explorable_exercises: {place!r} is no module:mapping of exercises ({error})"
            raise ConfigError(words) from error
    return found


def records(env):
    """{page: addresses of the exercises of its editors, "" for a plain one}."""
    if not hasattr(env, "explorable_written"):
        env.explorable_written = {}
    return env.explorable_written


def transform(app, doctree):
    """Put each cell with the tag into a node of its own."""
    found, page = [], app.env.docname
    for cell in [node for node in doctree.findall(nodes.container) if TAG in node["classes"]]:
        code = next((node.astext() for node in cell.findall(nodes.literal_block)), "")
        address, exercise = subject(app.config, code, page)
        name = address.rpartition(".")[2] or f"cell-{len(found) + 1}"
        if any(address and address == other for other in found):
            raise WritingError(f"{page}: two cells are about {address}; one is enough")
        node = writable(code=code, exercise=address, file=name, place=f"{page}#{name}")
        node["title"] = exercise.title if exercise else ""
        node["task"] = task(exercise) if exercise else ""
        node["folded"] = FOLDED in cell["classes"]
        cell.replace_self(node)
        node += cell
        found.append(address)
    records(app.env)[page] = found


def subject(config, code, page):
    """(address, exercise) that a cell is about; ("", None) for a plain one."""
    said = CHECKED.search(code)
    if not said:
        return "", None
    for module, known in exercises(config).items():
        if said[1] in known:
            return f"{module}.{said[1]}", known[said[1]]
    names = ", ".join(sorted(name for known in exercises(config).values() for name in known))
    raise WritingError(f"{page}: a cell checks {said[1]!r}, which is no exercise of this book; those are {names}")


def task(exercise):
    """The task as HTML: what to write, and what the arguments and results are."""
    told = asking.about(exercise, exercise.title)["notes"][:3]
    (_, words), *lists = ((note[0], note[1]) for note in told)
    items = [f"<dt>{marked(head)}</dt>" + "".join(f"<dd>{marked(row)}</dd>" for row in rows) for head, rows in lists]
    return f"<p>{marked(words)}</p><dl>{''.join(items)}</dl>"


def marked(text):
    """Text as HTML, what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def visit(translator, node):
    label = f"Your code: {node['title']}" if node["title"] else "Your code"
    data = {name: node[name] for name in ("place", "code", "exercise", "file")}
    data |= {"label": label, "book": translator.config.html_title}
    written = " ".join(f'data-{name}="{html.escape(value, quote=True)}"' for name, value in data.items())
    head = f"<strong>{marked(node['title'])}</strong>" if node["title"] else ""
    fold = (
        f"<details><summary>{head or 'Code'}</summary>"
        if node["folded"]
        else (head and f'<p class="ex-write-title">{head}</p>')
    )
    box = f'<div class="ex-write" id="write-{html.escape(node["file"])}" {written}>'
    translator.body.append(f'{box}\n{fold}<div class="ex-write-task">{node["task"]}</div>\n')


def depart(translator, node):
    translator.body.append("</details></div>\n" if node["folded"] else "</div>\n")


def load(app, pagename, templatename, context, doctree):
    """Only pages with such cells load the bar; all else is loaded when one is touched."""
    if records(app.env).get(pagename):
        app.builder.add_css_file(f"{FOLDER}/write.css", priority=610)
        app.builder.add_js_file(f"{FOLDER}/write.js", priority=610, defer="defer")


def write(app):
    """Write the files of the editors and the data of all exercises before the first page."""
    if app.builder.format != "html":
        return
    offered = exercises(app.config)
    folder = Path(app.outdir, "_static", *FOLDER.split("/"))
    (folder / "exercises").mkdir(parents=True, exist_ok=True)
    files = parts.parts() | {"python.js": parts.python_script({m: list(known) for m, known in offered.items()})}
    for module, known in offered.items():
        for name, exercise in known.items():
            address = f"{module}.{name}"
            files[f"exercises/{address}.js"] = parts.exercise_script(address, baking.baked(exercise))
    # The page knows one address, that of write.js: its version stands for all.
    files["write.js"] += f"// {parts.version(files.values())}\n"
    for name, text in files.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in (folder / "exercises").iterdir():
        if f"exercises/{path.name}" not in files:
            path.unlink()


def purge(app, env, docname):
    records(env).pop(docname, None)


def merge(app, env, docnames, other):
    records(env).update({page: records(other)[page] for page in docnames if page in records(other)})


def setup(app):
    """Called by Sphinx."""
    app.add_config_value("explorable_exercises", {}, "env")
    through = (lambda translator, node: None,) * 2
    app.add_node(writable, html=(visit, depart), latex=through, text=through, man=through, texinfo=through)
    app.connect("doctree-read", transform, priority=410)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("builder-inited", write)
    app.connect("html-page-context", load)
    return {"version": "0.1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
