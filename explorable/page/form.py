"""The static widget of a built page: its HTML, and the script that carries its declaration and its data.

The contract with the runtime: the HTML is a <figure class="explorable" id=KEY> with labeled native inputs,
an empty canvas for each figure and an <output> with the readout; the runtime finds it, loads the script named
in `data-src` when it comes near, and draws. The script is one statement, `explorable.register(SPEC, MODEL);`
with SPEC = `widget.spec()` completed by `model.payload`, and MODEL the model's JavaScript expression.
"""

import hashlib
import json
import os
import re
from html import escape
from pathlib import Path

import numpy as np

from explorable.declare.errors import DeclarationError, about
from explorable.declare.text import fill, spoken
from explorable.files import write_whole
from explorable.page.markup import control_html
from explorable.page.recipe import recipe

MIME_TYPE = "application/vnd.explorable+json"
HASH = 12  # letters of a script's hash in its name
TURN = '<button type="button" class="ex-turn" aria-pressed="false">Turn it in 3-D</button>'
MOST_SUMMARY = 256  # larger outputs are summarized by their shape
# key -> name of its script, for every widget that this process has shown in a build: a key names one widget.
KEYS = {}


def script(widget, apart=None):
    """The text of the widget's data file; bakes or compiles the model, or raises DeclarationError.

    apart : for a program, what keeps a block of its tapes in a file and returns its name; without it all is in here.
    """
    spec = widget.bake().spec()
    parts = {"apart": apart} if apart and widget.model.kind == "program" else {}
    with about(widget.key):
        wire, javascript = widget.model.payload(widget.controls, widget.printed(), **parts)
    spec["model"] = {"kind": widget.model.kind, **wire}
    text = json.dumps(spec, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"explorable.register({text}, {javascript});\n"


def script_without_data(widget):
    """The same without the model, where the kernel computes every setting."""
    spec = widget.check().spec()
    spec["model"] = {"kind": widget.model.kind}
    return (
        f"explorable.register({json.dumps(spec, ensure_ascii=False, allow_nan=False, separators=(',', ':'))}, null);\n"
    )


def script_name(widget, text):
    """KEY-HASH.js, with a hash of the text, so that a browser never keeps an old one."""
    return f"{widget.key}-{hash_of(text.encode())}.js"


def hash_of(content):
    """The part of a script's name that tells its bytes."""
    return hashlib.sha256(content).hexdigest()[:HASH]


def is_whole(path):
    """Whether the file is there and holds the script that its name was made for."""
    try:
        return path.stem.endswith(f"-{hash_of(path.read_bytes())}")
    except OSError:
        return False


def folder():
    """Where scripts are left: in $EXPLORABLE_CACHE, which a build sets, by default in .explorable-cache here."""
    return Path(os.environ.get("EXPLORABLE_CACHE", ".explorable-cache"), "page").resolve()


def script_paths(record):
    """Where `write_script` left the scripts of a widget, wherever the book lay when that was noted."""
    return [folder() / name for name in (record["script_name"], *record["other_scripts"])]


def write_script(widget):
    """Write the data file into the disk cache, and those that it names; return the paths, its own first.

    The folder is `folder()`. A file appears whole or not at all.
    """
    folder().mkdir(parents=True, exist_ok=True)
    others = []

    def apart(packed):
        # The name tells the content, so it must not stand in it: the script says what it is called by itself.
        text = f"explorable.block(document.currentScript.src.split('/').pop().split('?')[0], {json.dumps(packed)});\n"
        others.append(_write(widget, text))
        return others[-1].name

    return [_write(widget, script(widget, apart)), *others]


def _write(widget, text):
    path = folder() / script_name(widget, text)
    write_whole(path, text.encode())
    return path


def mime_bundle(widget):
    """What a cell that ends with the widget hands to the build of the book.

    The script stays in the disk cache and is only named: large data never enters Sphinx's environment.
    Raises DeclarationError if the key is taken by a different widget.
    """
    path, *others = write_script(widget)
    if KEYS.setdefault(widget.key, path.name) != path.name:
        raise DeclarationError(f'widget "{widget.key}": another widget of this book has the same key; take another key')
    spec, outputs = widget.spec(), widget.evaluate()
    payload = {
        "key": widget.key,
        "title": widget.title,
        "html": html(widget, f"_static/explorable/{path.name}", spec, outputs),
        "script_name": path.name,
        "other_scripts": [other.name for other in others],
        "controls": spec["controls"],
        "values": {name: _json(value) for name, value in widget.settings().items()},
        "outputs": {name: summary(value) for name, value in outputs.items()},
        "gaps": spec["gaps"],
        "inexact": inexact(widget, outputs),
    }
    return {MIME_TYPE: payload, "text/plain": widget.title}


def inexact(widget, outputs):
    """Names of the arrays that the page may hold with an error: those of a sampled model that no sentence shows."""
    if widget.model.kind != "sampled":
        return []
    return sorted(name for name, value in outputs.items() if np.ndim(value) and name not in widget.printed())


def summary(value):
    """An output as JSON: number, nested lists, or {"shape": ...} if large; NaN and infinity are strings."""
    array = np.asarray(value)
    if array.size > MOST_SUMMARY:
        return {"shape": list(array.shape)}
    return _json(array)


def _json(value):
    if isinstance(value, str):
        return value
    if np.ndim(value):
        return [_json(part) for part in value]
    number = value.item() if isinstance(value, (np.ndarray, np.generic)) else value
    if isinstance(number, float) and not np.isfinite(number):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(number)]
    return number


def readout_text(spec, values, outputs):
    """The readout sentence for these values and outputs.

    spec : the widget's JSON form.  Cases drop the decimals of their number; one without a template gives "".
    """
    readout = spec["readout"]
    template = readout.get("text")
    if template is None:
        by = readout["by"]
        number = outputs[by["out"]] if "out" in by else values[by["control"]]
        case = np.asarray(number, float).ravel()[by.get("index", 0)]
        template = readout["texts"].get(str(int(case)), "") if np.isfinite(case) else ""
    return fill(template, spec["controls"], values, outputs)


def emphasis(text):
    """Escaped HTML of a caption; *words* become <em>."""
    return re.sub(r"\*([^*\n]+)\*", r"<em>\1</em>", escape(text, quote=False))


def html(widget, source, spec=None, outputs=None):
    """The widget's <figure> at its start values.

    source : address of its script.  spec, outputs : `widget.spec()` and the start outputs, if already known.
    """
    spec = widget.check().spec() if spec is None else spec
    outputs = widget.evaluate() if outputs is None else outputs
    key, values = widget.key, widget.settings()
    colors = "".join(f"--ex-{name}:light-dark({a},{b});" for name, (a, b) in spec["palette"].items())
    readout = escape(readout_text(spec, values, outputs))
    python = f' data-python="{escape(found)}"' if (found := recipe(widget)) else ""
    return (
        f'<figure class="explorable" id="{key}" data-key="{key}" data-src="{escape(source)}"{python}'
        f' style="{colors}">\n'
        f'<p class="ex-title" id="{key}-title">{escape(widget.title)}</p>\n'
        f'<div class="ex-layout ex-{widget.layout}{" ex-spread" * widget.wide}">\n'
        f"{_layout(spec)}\n</div>\n"
        f'<output class="ex-readout" aria-live="polite">{readout}</output>\n'
        f'<p class="ex-problem" role="alert" hidden></p>\n'
        f"{_without_scripts(spec, values)}\n"
        f"<figcaption>{emphasis(widget.caption)}</figcaption>\n</figure>\n"
    )


def _without_scripts(spec, values):
    """What the readout stands for where there are neither controls nor pictures."""
    settings = (f"{control['label']}: {spoken(control, values[control['name']])}" for control in spec["controls"])
    words = f"At {escape(' · '.join(settings))}. The picture and the controls need JavaScript."
    return f'<noscript><p class="ex-help">{words}</p></noscript>'


def _layout(spec):
    parts = [_controls(spec), _figures(spec)]  # in the order of the page, in which keys reach them
    return "\n".join(reversed(parts) if spec["layout"] == "under" else parts)


def _controls(spec):
    key = spec["key"]
    shown = [
        _with_acts(spec, control, control_html(control, key)) for control in spec["controls"] if not control["fold"]
    ]
    folded = [control_html(control, key) for control in spec["controls"] if control["fold"]]
    if folded:
        shown.append(f'<details class="ex-more"><summary>More settings</summary>{"".join(folded)}</details>')
    if "presets" in spec:
        shown.insert(0, _presets(spec["presets"]))
    demo = '<button type="button" class="ex-demo" aria-pressed="false">Let it move</button>' if "demo" in spec else ""
    buttons = (
        f'<div class="ex-actions">{demo}<button type="button" class="ex-reset">Reset</button>'
        '<button type="button" class="ex-undo" hidden>Undo</button>'
        '<button type="button" class="ex-pin" aria-pressed="false">Pin</button>'
        '<div class="ex-share"><button type="button" aria-expanded="false">Menu</button></div></div>'
    )
    body = "\n".join([*shown, buttons])
    return f'<div class="ex-controls" role="group" aria-labelledby="{key}-title">\n{body}\n</div>'


def _with_acts(spec, control, html):
    """A control; below the one that counts the steps of a program, the program's buttons."""
    buttons = spec.get("buttons", {"of": None})
    if control["name"] != buttons["of"]:
        return html
    titled = (f' title="{escape(words)}"' if words else "" for _, _, words in buttons["all"])
    each = (
        f'<button type="button" data-act="{act}"{title}>{escape(label)}</button>'
        for (act, label, _), title in zip(buttons["all"], titled)
    )
    return f'<div class="ex-clock">{html}<div class="ex-acts">{"".join(each)}</div></div>'


def _presets(presets):
    label = escape(presets["label"])
    buttons = "".join(
        f'<button type="button" aria-pressed="false">{escape(words)}</button>' for words, _ in presets["states"]
    )
    return f'<div class="ex-presets" role="group" aria-label="{label}"><p>{label}</p>{buttons}</div>'


def _figures(spec):
    parts = []
    for number, figure in enumerate(spec["figures"]):
        title = f'<p class="ex-figure-title">{escape(figure["title"])}</p>' if figure["title"] else ""
        legend = '<div class="ex-legend"></div>' if figure["kind"] == "chart" else ""
        turn = TURN if figure.get("flat") else ""
        height = (figure.get("flat") or figure).get("height")
        style = f' style="min-height:{height:g}px"' if figure["kind"] != "diagram" else ""
        canvas = f'<div class="ex-canvas"{style}></div>'
        parts.append(f'<div class="ex-figure" data-figure="{number}">{title}{legend}{turn}{canvas}</div>')
    body = "\n".join(parts)
    return f'<div class="ex-figures" style="--ex-columns:{spec["columns"]}">\n{body}\n</div>'
