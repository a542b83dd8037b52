"""Pages that hold single modules of the runtime, for what no widget loads: their exports are globals there."""

import base64

import numpy as np

from explorable.page.joining import EXPORT, join, ordered
from explorable.page.runtime import STATIC, inline

HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Modules</title>
<meta name="viewport" content="width=device-width, initial-scale=1">"""
# In the page: what an array holds, byte by byte, for numbers that must be the same in the last bit.
BYTES = """(array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(text);
}"""


def module_script(folder, name):
    """The module `name` and all that it imports as one script that leaves its exports as globals."""
    modules = ordered(STATIC, name)
    exported = ", ".join(EXPORT.findall(modules[name]))
    entry = f'import {{ {exported} }} from "./{name}.js";\nObject.assign(globalThis, {{ {exported} }});\n'
    for other, text in (modules | {"every_export": entry}).items():
        (folder / f"{other}.js").write_text(text, encoding="utf-8")
    return join(folder, "every_export")


def write_page(folder, name, head="", body=""):
    """A page in the folder with this module; returns its path."""
    path = folder / f"{name}.html"
    script = inline(module_script(folder, name) + f"globalThis.bytesOf = {BYTES};\n")
    path.write_text(f"{HEAD}{head}{script}{body}", encoding="utf-8")
    return path


def numbers(text, dtype=float):
    """The array whose bytes a page has given by bytesOf."""
    return np.frombuffer(base64.b64decode(text), dtype)
