"""Code that runs twice: by NumPy here, and by MicroPython with the page's arrays in a browser; and how both compare."""

import base64
import json
import os
import warnings
from pathlib import Path

import numpy as np

import explorable
from explorable.page.joining import join

WRITING = Path(explorable.__file__).parent / "writing"
ARRAYS = WRITING / "arrays"
SOURCES = {path.name: path.read_text("utf-8") for path in (ARRAYS / "numpy").glob("*.py")}
# In MicroPython: what a line of code gives, one part after the other.
DRIVER = """
import _told
import numpy as np

def _tell(r):
    t = type(r)
    if t is np.ndarray:
        _told.give("array", r._j)
    elif t is bool or t is float:
        _told.give(t.__name__, r)
    elif t is int:
        _told.give("int", str(r))
    elif t is tuple or t is list:
        _told.give("list", len(r))
        for each in r:
            _tell(each)
    else:
        _told.give("str", str(r))

INPLACE = {"*": "__imul__", "/": "__itruediv__", "//": "__ifloordiv__", "%": "__imod__", "**": "__ipow__"}

def _by(value, name, other):
    if isinstance(value, np.ndarray):
        return getattr(value, INPLACE[name])(other)
    return eval(f"a {name} b", {"a": value, "b": other})

def _case(code, *inputs):
    names = {"np": np, "nan": np.nan, "inf": np.inf, "_by": _by}
    for i in range(0, len(inputs), 2):
        names[inputs[i]] = np.ndarray(inputs[i + 1])
    try:
        lines = code.split("; ")
        for line in lines[:-1]:
            exec(line, names)
        result = eval(lines[-1], names)
        _tell(result)
    except Exception as error:
        _told.give("error", type(error).__name__)
        _told.give("str", str(error))
"""
# In the page: every case is [code, name, array, name, array, ...] with arrays as [shape, kind, base64 of float64].
RUN = """
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const text = (data) => {
    const all = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    let out = "";
    for (let at = 0; at < all.length; at += 4096) out += String.fromCharCode(...all.subarray(at, at + 4096));
    return btoa(out);
  };
  globalThis.start = async (wasm, sources, driver) => {
    globalThis.told = [];
    globalThis.printed = [];
    const began = performance.now();
    const compiled = new WebAssembly.Module(dividing(bytes(wasm)));
    const mp = await loadMicroPython({
      instantiateWasm: (imports, done) => done(new WebAssembly.Instance(compiled, imports), compiled),
      heapsize: 2 ** 22,
      stdout: (line) => printed.push(line),
    });
    const loaded = performance.now();
    mp.registerJsModule("_arrays", arrays);
    mp.registerJsModule("_told", {
      give: (kind, value) => {
        if (kind !== "array") return void told.push([kind, value]);
        const { shape, data, dtype } = arrays.plain(value);
        told.push(["array", shape, dtype, text(data)]);
      },
    });
    mp.FS.mkdir("/numpy");
    for (const [name, source] of Object.entries(sources)) mp.FS.writeFile(`/numpy/${name}`, source);
    mp.runPython("import numpy");
    const ready = performance.now();
    mp.runPython(driver);
    globalThis.mp = mp;
    return [loaded - began, ready - loaded];
  };
  globalThis.run = (cases) => {
    const run = mp.globals.get("_case");
    arrays.forget();
    return cases.map(([code, ...inputs]) => {
      globalThis.told = [];
      run(prepared(code), ...inputs.map((each) => Array.isArray(each)
        ? arrays.array(each[0], new Float64Array(bytes(each[2]).buffer), each[1]) : each));
      return told;
    });
  };
"""


def scripts(folder):
    """The scripts of a page that holds MicroPython and the arrays, as classic scripts."""
    where = os.path.relpath(ARRAYS, folder)
    names = {"arrays": "arrays", "source": "prepared", "division": "dividing"}
    entry = "".join(f'import {{ {name} }} from "{where}/{file}.js";\n' for file, name in names.items())
    (folder / "entry.js").write_text(f"{entry}Object.assign(globalThis, {{ {', '.join(names.values())} }});\n", "utf-8")
    return [(WRITING / "vendor" / "micropython.js").read_text("utf-8"), join(folder, "entry"), RUN]


def started(page, folder):
    """A blank page in which cases can run; returns how long MicroPython and the module took to start."""
    for script in scripts(folder):
        page.add_script_tag(content=script)
    wasm = base64.b64encode((WRITING / "vendor" / "micropython.wasm").read_bytes()).decode()
    return page.evaluate("(args) => start(...args)", [wasm, SOURCES, DRIVER])


KINDS = {"b": 0, "i": 1, "f": 2}


def wire(value):
    data = base64.b64encode(np.ascontiguousarray(value, dtype=float).tobytes()).decode()
    return [list(value.shape), KINDS[value.dtype.kind], data]


def here(code, inputs):
    """What NumPy gives: a value, or the exception."""
    names = {"np": np, "nan": np.nan, "inf": np.inf} | {name: value.copy() for name, value in inputs.items()}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            lines = code.split("; ")
            for line in lines[:-1]:
                exec(line, names)
            return eval(lines[-1], names)
        except Exception as error:
            return error


def _read(told):
    kind, *rest = told.pop(0)
    if kind == "array":
        shape, dtype, data = rest
        return np.frombuffer(base64.b64decode(data)).reshape(shape).astype(dtype)
    if kind == "list":
        return [_read(told) for _ in range(rest[0])]
    if kind == "error":
        return type(rest[0], (Exception,), {})(told.pop(0)[1])
    return {"int": int, "float": float, "bool": bool, "str": str}[kind](rest[0])


def there(page, cases):
    """What MicroPython gives for each (code, {name: array})."""
    sent = [[code, *(part for name, value in inputs.items() for part in (name, wire(value)))] for code, inputs in cases]
    return [_read(list(told)) for told in page.evaluate("(cases) => run(cases)", sent)]


# Of exceptions that are private to NumPy, the page has the public kind.
RENAMED = {"_UFuncOutputCastingError": "UFuncTypeError", "_UFuncNoLoopError": "TypeError"}


def differs(expected, got, close=0.0, texts=True):
    """Why two results are not the same, or "". close: the relative error that is allowed."""
    if isinstance(expected, Exception):
        name = type(expected).__name__
        name = RENAMED.get(name, name)
        if not isinstance(got, Exception):
            return f"{name} was expected: {expected}"
        if type(got).__name__ != name:
            return f"{name} was expected: {expected}; got {type(got).__name__}: {got}"
        return "" if not texts or str(expected) == str(got) else f"says {str(got)!r}, not {str(expected)!r}"
    if isinstance(got, Exception):
        return f"{type(got).__name__}: {got}"
    if isinstance(expected, (tuple, list)):
        if not isinstance(got, list) or len(expected) != len(got):
            return f"{len(expected)} parts were expected"
        return next(filter(None, (differs(e, g, close, texts) for e, g in zip(expected, got))), "")
    if isinstance(expected, np.ndarray) != isinstance(got, np.ndarray):
        return "one is an array and one is a number"
    if isinstance(expected, (str, np.dtype)):
        return "" if str(expected) == got else f"other text from {_apart(str(expected), str(got))}"
    a, b = np.asarray(expected), np.asarray(got)
    if a.shape != b.shape or a.dtype.kind != b.dtype.kind:
        return f"shape or dtype: {a.shape} {a.dtype}, got {b.shape} {b.dtype}"
    return "" if _same(a, b, close) else "other numbers"


def _apart(expected, got):
    at = next((k for k, (a, b) in enumerate(zip(expected, got)) if a != b), min(len(expected), len(got)))
    return f"place {at} on: {expected[at : at + 40]!r}, got {got[at : at + 40]!r}"


def _same(a, b, close):
    if a.dtype.kind != "f":
        return np.array_equal(a, b)
    if not close:
        return np.array_equal(a, b, equal_nan=True) and np.array_equal(
            np.signbit(a) & ~np.isnan(a), np.signbit(b) & ~np.isnan(b)
        )
    with np.errstate(all="ignore"):
        near = np.abs(a - b) <= close * np.maximum(np.abs(a), np.abs(b)) + 5e-324 * (close > 0)
    return bool(np.all(near | (a == b) | (np.isnan(a) & np.isnan(b))))


def compare(page, cases, close=0.0, texts=True):
    """Fails with the first case that differs; cases: (code, {name: array}) or with an own tolerance behind them."""
    wrong = []
    for (code, inputs, *own), got in zip(cases, there(page, [case[:2] for case in cases])):
        expected = here(code, inputs)
        why = differs(expected, got, own[0] if own else close, texts)
        if why:
            shown = "\n".join(
                f"  {name} = {json.dumps(value.tolist())} {value.dtype}" for name, value in inputs.items()
            )
            wrong.append(f"{code}: {why}\n{shown}\n  NumPy: {expected!r}\n  page:  {got!r}")
    assert not wrong, f"{len(wrong)} of {len(cases)} differ\n" + "\n".join(wrong[:80])
