"""Refresh what the page's editor is made of, from npm: `python tools/vendor_writing.py` (needs Node.js).

MicroPython becomes a classic script, since a page from disk loads no module; a few edits, each of which must fit, do
that. CodeMirror is bundled from what the editor uses (EDITOR, below). The results are committed, in
explorable/writing/vendor/, with the checksums that the tests compare.
"""

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "explorable" / "writing" / "vendor"
MICROPYTHON = ("@micropython/micropython-webassembly-pyscript", "1.27.0")
CODEMIRROR = {
    "@codemirror/state": "6.7.6",
    "@codemirror/view": "6.43.15",
    "@codemirror/commands": "6.11.1",
    "@codemirror/language": "6.13.1",
    "@codemirror/legacy-modes": "6.5.5",
    "@lezer/highlight": "1.2.5",
}
ESBUILD = {"esbuild": "0.28.2"}
EDITOR = """
export { EditorState } from "@codemirror/state";
export { EditorView, keymap, lineNumbers } from "@codemirror/view";
export { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
export {
  bracketMatching, indentOnInput, indentUnit, StreamLanguage, syntaxHighlighting,
} from "@codemirror/language";
export { python } from "@codemirror/legacy-modes/mode/python";
export { classHighlighter } from "@lezer/highlight";
"""
TAIL = ("if(globalThis.loadMicroPython=loadMicroPython,", "class PyProxy{")
EDITS = (
    ("export default _createMicroPythonModule;export async function", "async function"),
    # A page compiles the program once, for all its workers; here is the one way to hand it over.
    ("let Module={locateFile:", "let Module={instantiateWasm:options.instantiateWasm,locateFile:"),
)


def classic(text):
    """MicroPython's module as a classic script that sets `loadMicroPython`."""
    for old, new in EDITS:
        if text.count(old) != 1:
            raise ValueError(f"this edit fits {text.count(old)} times, not once: {old}")
        text = text.replace(old, new)
    start = text.index(TAIL[0])
    text = f"{text[:start]}globalThis.loadMicroPython=loadMicroPython;{text[text.index(TAIL[1], start) :]}"
    text = text.replace("import.meta.url", '""')
    return f"/* MicroPython {MICROPYTHON[1]} */(()=>{{{text}}})();\n"


def installed(folder, packages):
    names = [f"{name}@{version}" for name, version in packages.items()]
    subprocess.run(["npm", "install", "--silent", "--prefix", folder, *names], check=True)
    return Path(folder) / "node_modules"


def main():
    """Write all files and their table."""
    VENDOR.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        modules = installed(folder, dict([MICROPYTHON]) | CODEMIRROR | ESBUILD)
        micropython = modules / MICROPYTHON[0]
        (VENDOR / "micropython.wasm").write_bytes((micropython / "micropython.wasm").read_bytes())
        text = (micropython / "micropython.mjs").read_text(encoding="utf-8")
        (VENDOR / "micropython.js").write_text(classic(text), encoding="utf-8")
        Path(folder, "editor.js").write_text(EDITOR, encoding="utf-8")
        banner = f"--banner:js=/* CodeMirror {CODEMIRROR['@codemirror/view']} */"
        options = ["--bundle", "--minify", "--format=iife", "--global-name=CodeMirror", "--target=es2020", banner]
        program = [modules / ".bin" / "esbuild", "editor.js", *options, "--legal-comments=none"]
        subprocess.run([*program, f"--outfile={VENDOR / 'codemirror.js'}"], cwd=folder, check=True)
        (VENDOR / "codemirror.LICENSE.txt").write_bytes((modules / "@codemirror/view/LICENSE").read_bytes())
    rows = [row("MicroPython", [MICROPYTHON], "micropython"), row("CodeMirror", CODEMIRROR.items(), "codemirror")]
    (VENDOR / "VENDOR.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def row(name, packages, stem):
    files = sorted(path for path in VENDOR.glob(f"{stem}.*") if not path.name.endswith(".txt"))
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return {"name": name, "packages": dict(packages), "license": f"MIT, {stem}.LICENSE.txt", "sha256": sums}


if __name__ == "__main__":
    main()
