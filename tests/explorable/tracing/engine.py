"""A traced function, run as the page runs it: in V8, by the page's own tape.js and product.js; arrays in, arrays out.

One V8 serves all cases of a process. Everything crosses over as text, in which NaN, infinities and -0 have names.
"""

import json
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from py_mini_racer import MiniRacer

from explorable.page.joining import join
from explorable.page.runtime import STATIC
from explorable.tracing.operations import HELPERS
from explorable.tracing.recording import recording
from explorable.tracing.tape import Library, Tape
from explorable.tracing.traced import node_of
from explorable.tracing.tracer import Tracer

ORIGIN = "data"  # of the inputs, unless a case says otherwise
ENTRY = """import { lengthsOf, openTape } from "./tape.js";
import { product } from "./product.js";
Object.assign(globalThis, { lengthsOf, openTape, product });
"""
PAGE = """
const kernels = [];
const opened = [];
const said = (array) => Array.from(array, (x) => (Object.is(x, -0) ? "-0" : String(x))).join(" ");
const open = (tape) => {
  const parsed = JSON.parse(tape);
  const lengths = lengthsOf(parsed, {});
  return opened.push(openTape(parsed, kernels, product, {}, () => new Float64Array(lengths.shift()))) - 1;
};
const put = (n, given) => { for (const name in given) opened[n].inputs[name]?.set(given[name]); };
const begin = (tape, given) => {
  const n = open(tape);
  put(n, given);
  return n;
};
const got = (n) => JSON.stringify(Object.entries(opened[n].outputs).map(([name, array]) => [name, said(array)]));
/** Once, and it is closed. */
const ran = (n) => {
  const failed = opened[n].run();
  const all = JSON.stringify([failed, got(n)]);
  opened[n] = null;
  return all;
};
/** Steps: after each, what it gave is what the next one takes; a list of batches; what was kept of each step. */
const walk = (n, batches, kept) => {
  const { inputs, outputs, run } = opened[n];
  const seen = [];
  for (const batch of batches) {
    inputs.index?.set(batch);
    const failed = run();
    if (failed) return JSON.stringify([failed, said(seen)]);
    seen.push(...outputs[kept]);
    for (const name in outputs) if (name !== kept) inputs[name]?.set(outputs[name]);
  }
  return JSON.stringify(["", said(seen)]);
};
"""


class Case(NamedTuple):
    """A traced function. nodes : {name of an output: its node}."""

    tape: Tape
    nodes: dict
    library: Library
    graph: object


def flat_outputs(result):
    """{name: value} of what a function returns: a dict, several values or one."""
    if isinstance(result, dict):
        return result
    return {f"y{i}": value for i, value in enumerate(result if isinstance(result, tuple) else (result,))}


def traced(function, *arrays, origins=None, names=None, library=None, letting=()):
    """The `Case` of a function of arrays, whose inputs are called x0, x1 ..., unless they have names."""
    library = library or Library()
    with recording(letting) as (graph, _):
        origins = origins or [ORIGIN] * len(arrays)
        tracers = [Tracer(graph.add("input", value=a, origins=(o,))) for a, o in zip(arrays, origins)]
        names = names or [f"x{i}" for i in range(len(arrays))]
        inputs = {name: tracer.read() for name, tracer in zip(names, tracers)}
        nodes = {name: node_of(value) for name, value in flat_outputs(function(*tracers)).items()}
        return Case(Tape(graph, inputs, nodes, library), nodes, library, graph)


@cache
def v8():
    """The one engine, with the runtime's functions."""
    engine = MiniRacer()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("tape.js", "product.js", "product_kernel.js"):
            shutil.copy(STATIC / name, folder)
        (Path(folder) / "entry.js").write_text(ENTRY, encoding="utf-8")
        core = "export class Problem extends Error {}\n"  # the page's own asks for a page
        (Path(folder) / "core.js").write_text(core, encoding="utf-8")
        engine.eval("\n".join([join(Path(folder), "entry"), HELPERS, PAGE]))
    return engine


def text(array):
    """An array as JavaScript."""
    return json.dumps(np.ravel(array).astype(float).tolist())


def opened(case, given=None):
    """The number of a program in the page, with its inputs filled in."""
    return int(v8().eval(_opening(case, given or {})))


def _opening(case, given):
    """JavaScript that opens a program and says its number."""
    wire = json.dumps(json.dumps(case.tape.wire(), allow_nan=False))
    return f"(kernels.splice(0, Infinity, {','.join(case.library.kernels)}), begin({wire}, {_named(given)}))"


def _named(given):
    return "{" + ",".join(f"{json.dumps(name)}:{text(array)}" for name, array in given.items()) + "}"


def fill(number, given):
    """Set inputs of an opened program."""
    v8().eval(f"put({number}, {_named(given)}); 0")


def outputs(case, number):
    """{name: array} of what an opened program has computed."""
    return _read(case, v8().eval(f"got({number})"))


def _read(case, said):
    found = {}
    for name, words in json.loads(said):
        node = case.nodes[name]
        found[name] = np.array(words.split(), float).astype(node.dtype).reshape(node.shape)
    return found


def run(case, *arrays):
    """({name: array}, the place of the guard that failed or "")."""
    opening = _opening(case, {f"x{i}": array for i, array in enumerate(arrays)})
    failed, said = json.loads(v8().eval(f"ran({opening})"))
    return _read(case, said), failed


def walked(case, given, batches, kept):
    """(what was kept of each step, the outputs after the last, the place of a guard that failed or "").

    After each step, what it made is what the next one takes by the same name; each batch is the input "index".
    """
    number = opened(case, given)
    steps = json.dumps(np.asarray(batches).tolist())
    failed, seen = json.loads(v8().eval(f"walk({number}, {steps}, {json.dumps(kept)})"))
    return np.array(seen.split(), float), outputs(case, number), failed


def other(array):
    """An example to trace with: another array of the same kind, so that whatever is frozen shows."""
    array = np.asarray(array)
    return np.roll(array.ravel(), 1).reshape(array.shape) if array.size > 1 else array


def by_numpy(function, arrays):
    """{name: array} that NumPy gives; the function may change what it is given."""
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        made = flat_outputs(function(*[np.array(array) for array in arrays]))
    return {name: np.asarray(value) for name, value in made.items()}


def agree(function, *arrays, within=0.0, signs=False, close_to_zero=0.0, **how):
    """The program of a function gives NumPy's types, shapes and numbers; as for `alike`. Returns its `Case`."""
    expected = by_numpy(function, arrays)
    case = traced(function, *map(other, arrays), **how)
    found, failed = run(case, *arrays)
    assert failed == ""
    for name, wanted in expected.items():
        assert (found[name].dtype, found[name].shape) == (wanted.dtype, wanted.shape), name
        alike(found[name], wanted, within, signs, close_to_zero)
    return case


def alike(found, wanted, within=0.0, signs=False, close_to_zero=0.0):
    """Equal, NaN and infinities at the same places; up to `within` of each number's size; signs : zeros, too."""
    if not within:
        np.testing.assert_array_equal(found, wanted)
    else:
        np.testing.assert_allclose(found, wanted, rtol=within, atol=close_to_zero)
    if signs and wanted.dtype.kind == "f":
        zero = wanted == 0
        np.testing.assert_array_equal(np.signbit(found[zero]), np.signbit(wanted[zero]))
