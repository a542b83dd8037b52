"""A scheduled model as JavaScript: plain loops over Float64Arrays, in one function literal."""

import base64
import json

import numpy as np

from explorable.models.javascript_values import JavaScriptValues
from explorable.models.schedule import LoopBlock

LONG = 200  # constants with more numbers are written as base64
START = {"total": "0", "product": "1", "maximum": "-Infinity", "minimum": "Infinity"}
FEED = {
    "total": "{0} += {1};",
    "product": "{0} *= {1};",
    "maximum": "{0} = Math.max({0}, {1});",
    "minimum": "{0} = Math.min({0}, {1});",
}


def javascript(scope, blocks, nodes, outputs):
    """The text of an expression that is a function of the control values and returns the outputs.

    blocks, nodes : from `schedule`.  outputs : {name: list of Nodes, or a Node}.
    The function needs `explorable.decodeFloats(base64)` if a constant is long.
    """
    return JavaScript(scope, nodes).program(blocks, outputs)


class JavaScript(JavaScriptValues):
    """Writes the whole program."""

    def __init__(self, scope, nodes):
        super().__init__(scope)
        self.nodes = nodes
        self.kept = set()

    def program(self, blocks, outputs):
        """Constants and work space once, then the function."""
        self.kept = {id(node) for value in outputs.values() for node in as_list(value)}
        self.write("(function () {")
        self.indent += 1
        for name in dict.fromkeys(node.data for node in self.nodes if node.op == "array"):
            self.write(f"const {self.array_name(name)} = {array_literal(self.scope.arrays[name])};")
        self.spaces(once=True)
        self.write("return function (v) {")
        self.indent += 1
        self.inputs()
        self.spaces(once=False)
        self.run(blocks)
        self.results(outputs)
        self.indent -= 1
        self.write("};")
        self.indent -= 1
        self.write("})()")
        return "\n".join(self.lines)

    def spaces(self, once):
        """Declare the stored arrays: those of fixed size, which are no outputs, once for all calls."""
        arrays = [node for node in self.nodes if node.axes or node.op == "histogram"]
        for node in [*(node for node in arrays if node.place == "stored"), *self.paths()]:
            fixed = all(self.scope.length(axis) is not None for axis in node.axes)
            if (fixed and id(node) not in self.kept) == once:
                name = self.path_name(node) if node.op == "path" else node.name
                size = str(node.data[0]) if node.op == "histogram" else self.product_of(node.axes)
                self.write(f"const {name} = new Float64Array({size});")

    def paths(self):
        """The paths of all states."""
        return [path for node in self.nodes if node.op == "loop" for path in node.data.paths.values()]

    def product_of(self, axes):
        """The number of elements over some axes."""
        sizes = [self.size(axis) for axis in axes]
        if all(size.isdigit() for size in sizes):
            return str(int(np.prod([int(size) for size in sizes])))
        return " * ".join(sizes)

    def inputs(self):
        """Read the control values that are in use, and the lengths that they set."""
        used = {node.data: node for node in self.nodes if node.op in ("control", "list")}
        for data, node in used.items():
            if node.op == "list":
                self.write(f"const {self.list_name(data)} = Float64Array.from(v.{data});")
            else:
                index = f"[{data[1]}]" if len(data) > 1 else ""
                words = self.scope.words(data[0])
                number = f"{json.dumps(words)}.indexOf(v.{data[0]})" if words else f"+v.{data[0]}{index}"
                self.write(f"const {self.leaf_control(node)} = {number};")
        for axis in self.scope.axes:
            if self.scope.length(axis) is None:
                lengths = ", ".join(f"v.{name}.length" for name in self.scope.lists_on(axis))
                self.write(f"const {self.size(axis)} = Math.min({lengths});")

    def run(self, blocks):
        """Write blocks in order."""
        for block in blocks:
            if isinstance(block, LoopBlock):
                self.recurrence(block)
            else:
                self.block(block)

    def block(self, block):
        """One loop nest, with its reductions set to their start before it."""
        for node in block.across:
            self.begin(node)
        self.open_loops(block.axes)
        for node in block.nodes:
            if node.place != "inline":
                text, _ = self.spell(node)
                target = f"const {node.name}"
                if node.place == "stored":
                    target = f"{node.name}[{self.flat(node.axes)}]"
                self.write(f"{target} = {text};")
        for node in block.across:
            self.feed(node)
        self.close_loops(block.axes)
        for node in block.across:
            self.finish(node)

    def open_loops(self, axes):
        for axis in axes:
            i = self.variable(axis)
            self.write(f"for (let {i} = 0; {i} < {self.size(axis)}; {i}++) {{")
            self.indent += 1

    def close_loops(self, axes):
        for _ in axes:
            self.indent -= 1
            self.write("}")

    def begin(self, node):
        """Set a reduction or a histogram to its start."""
        if node.op == "histogram":
            low, high = (self.text(arg) for arg in node.args[1:])
            self.write(f"const {node.name}l = {low}, {node.name}h = {high};")
            self.write(f"const {node.name}f = {node.data[0]} / ({node.name}h - {node.name}l);")
            self.write(f"{node.name}.fill(0);")
        elif node.axes:
            self.write(f"{node.name}.fill({START[node.data[0]]});")
        else:
            self.write(f"let {node.name} = {START[node.data[0]]};")

    def feed(self, node):
        """Take one element into a reduction or a histogram."""
        value = self.text(node.args[0])
        if node.op == "reduce":
            target = f"{node.name}[{self.flat(node.axes)}]" if node.axes else node.name
            self.write(FEED[node.data[0]].format(target, value))
            return
        t, last = node.name, node.data[0] - 1
        self.write("{")
        self.write(f"    const q = {value};")
        self.write(f"    if (q >= {t}l && q <= {t}h) {{")
        self.write(f"        const b = Math.floor((q - {t}l) * {t}f);")
        self.write(f"        if (b >= 0) {t}[b < {last} ? b : {last}] += 1;")
        self.write("    }")
        self.write("}")

    def finish(self, node):
        """Turn counts into a density where that is asked for."""
        if node.op == "histogram" and node.data[1]:
            elements = self.product_of(node.args[0].axes)
            self.write(f"const {node.name}d = {node.name}f / ({elements});")
            self.write(f"for (let b = 0; b < {node.data[0]}; b++) {node.name}[b] *= {node.name}d;")

    def recurrence(self, block):
        """The start of every state, then step after step."""
        loop = block.loop
        for name, node in loop.starts.items():
            self.store_row(loop, name, node, "0")
        self.write(f"for (let k = 0; k < {loop.steps - 1}; k++) {{")
        self.indent += 1
        self.run(block.blocks)
        for name, node in loop.nexts.items():
            self.store_row(loop, name, node, "(k + 1)")
        self.indent -= 1
        self.write("}")

    def store_row(self, loop, name, node, row):
        """Write a state's value into its path at a step."""
        path = loop.paths[name]
        others = loop.others[name]
        self.open_loops(others)
        place = self.flat(path.axes, {loop.axis: row})
        self.write(f"{self.path_name(path)}[{place}] = {self.text(node, axes=others)};")
        self.close_loops(others)

    def results(self, outputs):
        """Return all outputs under their names."""
        parts = []
        for k, (name, value) in enumerate(outputs.items()):
            text = self.stacked(value, f"o{k}") if isinstance(value, list) else self.shaped(value)
            parts.append(f"{json.dumps(name)}: {text}")
        self.write(f"return {{{', '.join(parts)}}};")

    def shaped(self, node):
        """One output: a number, an array, or a table with its shape."""
        if len(node.axes) < 2:
            name = node.name if node.axes or not (node.is_leaf or node.place == "inline") else self.text(node)
            return f"Number({name})" if node.op in ("compare", "and", "or", "not") else name
        sizes = ", ".join(self.size(axis) for axis in node.axes)
        return f"{{shape: [{sizes}], data: {node.name}}}"

    def stacked(self, nodes, name):
        """A list of numbers, or of numbers and vectors on one axis as the rows of a table."""
        axes = max((node.axes for node in nodes), key=len)
        if not axes:
            return f"Float64Array.of({', '.join(self.text(node) for node in nodes)})"
        size = self.size(axes[0])
        self.write(f"const {name} = new Float64Array({len(nodes)} * {size});")
        for row, node in enumerate(nodes):
            if node.axes:
                self.write(f"{name}.set({node.name}, {row} * {size});")
            else:
                self.write(f"{name}.fill({self.text(node)}, {row} * {size}, {row + 1} * {size});")
        return f"{{shape: [{len(nodes)}, {size}], data: {name}}}"


def as_list(value):
    """An output's nodes."""
    return value if isinstance(value, list) else [value]


def array_literal(array):
    """A constant array as text, exact to the last bit."""
    flat = np.ascontiguousarray(array, "<f8").reshape(-1)
    if flat.size > LONG and np.isfinite(flat).all():
        return f'explorable.decodeFloats("{base64.b64encode(flat.tobytes()).decode("ascii")}")'
    texts = [repr(float(value)).replace("inf", "Infinity").replace("nan", "NaN") for value in flat]
    return f"Float64Array.of({', '.join(text.removesuffix('.0') for text in texts)})"
