"""The files that editors are made of, as texts: the page's scripts, and Python with all that it needs in one script.

From disk a page can neither fetch a file nor start a worker from one. So python.js holds the worker's script as a
function, whose text makes a worker; from a server the same file, opened as a worker, is that worker.
"""

import ast
import base64
import gzip
import hashlib
import json
from functools import cache
from pathlib import Path

from explorable.page.joining import join

from .answering.trials import SECONDS
from .exercise import Case
from .shared import telling, trouble

HERE = Path(__file__).parent
VENDOR = HERE / "vendor"
SCRIPTS = ("write", "editor")  # of editor/
INSIDE = "/lib/explorable/writing"  # where MicroPython finds what this package holds for it


def parts():
    """{name: text} of all files but python.js, which knows the exercises."""
    return {f"{name}.js": join(HERE / "editor", name) for name in SCRIPTS} | {
        "codemirror.js": (VENDOR / "codemirror.js").read_text(encoding="utf-8"),
        "write.css": (HERE / "editor" / "write.css").read_text(encoding="utf-8"),
    }


def python_script(known):
    """python.js.   known : {module: names of its exercises}."""
    left = {"files": inside(), "known": known, "endless": endless(), "seconds": SECONDS}
    micropython = (VENDOR / "micropython.js").read_text(encoding="utf-8")
    return PYTHON.replace("LEFT", json.dumps(left, separators=(",", ":"))).replace(
        "WASM", base64.b64encode(packed()).decode()
    ).replace("WORKER", micropython + join(HERE / "arrays", "worker"))  # fmt: skip


PYTHON = """// Python for the editors of a page; see explorable/writing/parts.py.
(() => {
const work = () => {
WORKER
};
if (typeof document === "undefined") return work();
const unpacked = async (text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
};
globalThis.explorableWriting.python = { ...LEFT, source: `(${work})()`, wasm: unpacked("WASM") };
})();
"""


@cache
def packed():
    return gzip.compress((VENDOR / "micropython.wasm").read_bytes(), 9, mtime=0)


def endless():
    """What is told of a run that took too long; CASE stands for the inputs."""
    return telling.problem(*trouble.endless(SECONDS, (0, ""), Case("CASE", (), {})))


@cache
def inside():
    """{path: text} of the Python files that MicroPython gets."""
    files = {f"/lib/numpy/{path.name}": path for path in sorted((HERE / "arrays" / "numpy").glob("*.py"))}
    for folder in ("shared", "inside"):
        files |= {f"{INSIDE}/{folder}/{path.name}": path for path in sorted((HERE / folder).glob("*.py"))}
    texts = {path: bare(file.read_text(encoding="utf-8")) for path, file in files.items()}
    return texts | {"/lib/explorable/__init__.py": "", f"{INSIDE}/__init__.py": ""}


def bare(text):
    """A module without docstrings and comment lines, which a page need not load."""
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            blank = " " * first.col_offset + ("pass" if len(body) == 1 else "")
            lines[first.lineno - 1 : first.end_lineno] = [blank] + [""] * (first.end_lineno - first.lineno)
    return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#")) + "\n"


def exercise_script(address, data):
    """exercises/MODULE.NAME.js: an exercise's data, for `explorableWriting.exercises`."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return f"explorableWriting.exercises[{json.dumps(address)}] = {text};\n"


def version(texts):
    """A hash of texts, for addresses that change with what they name."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()[:8]
