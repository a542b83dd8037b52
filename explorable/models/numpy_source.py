"""A scheduled model as NumPy source: the same operations in the same order, on whole arrays."""

import numpy as np

from explorable.models.schedule import LoopBlock
from explorable.models.source import ATOM, Source

FUNCTIONS = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2", "asinh": "arcsinh",
    "acosh": "arccosh", "atanh": "arctanh", "max": "maximum", "min": "minimum",
}  # fmt: skip
REDUCTIONS = {"total": "sums", "product": "products", "maximum": "np.max", "minimum": "np.min"}


def compiled(scope, blocks, nodes, outputs):
    """(function of a dict of control values that returns the outputs, its source)."""
    source = NumpySource(scope).program(blocks, nodes, outputs)
    helpers = (component, histogram, sums, products, power, rows)
    names = {"np": np, "c": scope.arrays, **{helper.__name__: helper for helper in helpers}}
    exec(compile(source, "<symbolic model>", "exec"), names)
    return names["model"], source


def component(vector, index, default, axis):
    """Elements of `vector` at whole numbers `index` along its axis number `axis`; `default` for any other."""
    good = (index >= 0) & (index < vector.shape[axis]) & (np.floor(index) == index)
    place = np.where(good, index, 0).astype(int)
    return np.where(good, np.take(vector, place, axis=axis), default)


def histogram(values, low, high, bins, density):
    """Counts in equal bins; by the page's arithmetic, so that no value changes its bin."""
    factor = bins / (high - low)
    size = values.size
    values = values[(values >= low) & (values <= high)]
    places = np.floor((values - low) * factor)
    places = np.minimum(places[places >= 0], bins - 1).astype(int)
    counts = np.bincount(places, minlength=bins).astype(float)
    return counts * (factor / size) if density else counts


def sums(values, axis):
    """Sums along an axis, from first to last like the page's, so that both hosts round alike.

    np.sum adds in pairs; where a result hangs on the rounding (a constant feature, eps = 0) it shows.
    """
    return np.cumsum(values, axis=axis).take(-1, axis=axis)


def products(values, axis):
    """Products along an axis, from first to last."""
    return np.cumprod(values, axis=axis).take(-1, axis=axis)


def power(base, exponent):
    """`base` to `exponent` as JavaScript has it: 1 to NaN and 1 or -1 to infinity are NaN."""
    strange = np.isnan(exponent) | ((np.abs(base) == 1) & np.isinf(exponent))
    return np.where(strange, np.nan, np.power(base, exponent))


def rows(parts):
    """Numbers and vectors of one length as an array or, if there is a vector, the rows of a table."""
    return np.array(np.broadcast_arrays(*parts), float)


class NumpySource(Source):
    """Spells nodes over whole arrays; arrays of fewer axes get new ones to broadcast along."""

    def program(self, blocks, nodes, outputs):
        """The text of `def model(v)`."""
        self.write("def model(v):")
        self.indent += 1
        self.inputs(nodes)
        self.run(blocks)
        parts = []
        for name, value in outputs.items():
            if isinstance(value, list):
                texts = [self.text(node) for node in value]
                parts.append(f"{name!r}: rows([{', '.join(texts)}])")
            else:
                parts.append(f"{name!r}: {self.text(value)}")
        self.write(f"return {{{', '.join(parts)}}}")
        return "\n".join(self.lines) + "\n"

    def inputs(self, nodes):
        """Read the control values as doubles, and cut what is longer than its axis."""
        for axis in self.scope.axes:
            if self.scope.length(axis) is None:
                lengths = ", ".join(f'len(v["{name}"])' for name in self.scope.lists_on(axis))
                self.write(f"{self.size(axis)} = min([{lengths}])")
        for node in dict.fromkeys(node for node in nodes if node.op in ("control", "list", "array")):
            if node.op == "control":
                index = f"[{node.data[1]}]" if len(node.data) > 1 else ""
                words = self.scope.words(node.data[0])
                value = f'v["{node.data[0]}"]{index}'
                self.write(f"{self.leaf_control(node)} = np.float64({f'{words}.index({value})' if words else value})")
            else:
                sizes = [self.scope.length(axis) for axis in node.axes]
                cut = [":" if size is not None else f":{self.size(axis)}" for size, axis in zip(sizes, node.axes)]
                whole = f'c["{node.data}"]' if node.op == "array" else f'np.array(v["{node.data}"], float)'
                cut = f"[{', '.join(cut)}]" if None in sizes else ""
                self.write(f"{self.whole_name(node)} = {whole}{cut}")

    def size(self, axis):
        length = self.scope.length(axis)
        return str(length) if length is not None else f"n{self.scope.axes.index(axis)}"

    def whole_name(self, node):
        """The variable of a leaf that is an array."""
        return f"p_{node.data[1]}" if node.op == "path" else f"in_{node.data}"

    def run(self, blocks):
        for block in blocks:
            if isinstance(block, LoopBlock):
                self.recurrence(block)
                continue
            for node in block.nodes:
                if node.place != "inline":
                    self.write(f"{node.name} = {self.spell(node)[0]}")
            for node in block.across:
                self.write(f"{node.name} = {self.across(node)}")

    def across(self, node):
        """A reduction or a histogram."""
        value = self.text(node.args[0])
        if node.op == "histogram":
            low, high = (self.text(arg) for arg in node.args[1:])
            return f"histogram({value}, {low}, {high}, {node.data[0]}, {node.data[1]})"
        how, axis = node.data
        return f"{REDUCTIONS[how]}({value}, axis={node.args[0].axes.index(axis)})"

    def recurrence(self, block):
        loop = block.loop
        for name, node in loop.starts.items():
            path = loop.paths[name]
            shape = ", ".join(self.size(axis) for axis in path.axes)
            self.write(f"{self.whole_name(path)} = np.empty(({shape},))")
            self.store_row(loop, name, node, "0")
        self.write(f"for k in range({loop.steps - 1}):")
        self.indent += 1
        self.run(block.blocks)
        for name, node in loop.nexts.items():
            self.store_row(loop, name, node, "k + 1")
        self.indent -= 1

    def store_row(self, loop, name, node, row):
        path = loop.paths[name]
        value = self.text(node, axes=loop.others[name])
        self.write(f"{self.whole_name(path)}{row_of(path, loop, row)} = {value}")

    def element(self, node, text, axes):
        if not node.axes or node.axes == axes:
            return text
        places = [":" if axis in node.axes else "None" for axis in axes]
        while places[0] == "None":  # leading axes come by themselves
            places.pop(0)
        return text if "None" not in places else f"{text}[{', '.join(places)}]"

    def leaf_control(self, node):
        name = node.data[0] + ("_" + "xy"[node.data[1]] if len(node.data) > 1 else "")
        return f"in_{name}"

    def leaf_list(self, node):
        return self.whole_name(node)

    leaf_array = leaf_path = leaf_list

    def leaf_step(self, node):
        return "np.float64(k)"

    def leaf_count(self, node):
        return f"np.float64({self.size(node.data)})"

    def leaf_position(self, node):
        return f"np.arange({self.size(node.data)}, dtype=float)"

    def leaf_here(self, node):
        whole = node.args[0]
        name = self.spell(whole)[0] if whole.is_leaf else whole.name
        return f"{name}{row_of(whole, node.region.loop, 'k')}"

    def number(self, value):
        if np.isfinite(value):
            return repr(float(value))
        return "np.nan" if np.isnan(value) else "np.inf" if value > 0 else "-np.inf"

    def call(self, function, texts):
        if function == "power":
            return f"power({', '.join(texts)})"
        name = FUNCTIONS.get(function, function)
        if function in ("max", "min"):  # of two arguments only
            text = texts[0]
            for other in texts[1:]:
                text = f"np.{name}({text}, {other})"
            return text
        return f"np.{name}({', '.join(texts)})"

    def _divide(self, node):
        above, below = node.args
        if above.op == "number" and below.op in ("number",):
            return f"np.float64({self.text(above)}) / {self.text(below, ATOM)}", 1
        return super()._divide(node)

    def logical(self, node, name):
        text = self.text(node.args[0], axes=node.axes)
        for arg in node.args[1:]:
            text = f"np.logical_{name}({text}, {self.text(arg, axes=node.axes)})"
        return text, ATOM

    def _and(self, node):
        return self.logical(node, "and")

    def _or(self, node):
        return self.logical(node, "or")

    def _not(self, node):
        return f"np.logical_not({self.text(node.args[0])})", ATOM

    def _choose(self, node):
        cases, text = self.branches(node)
        for condition, value in reversed(cases):
            text = f"np.where({condition}, {value}, {text})"
        return text, ATOM

    def _copy(self, node):
        return f"np.array({self.text(node.args[0])})", ATOM

    def _component(self, node):
        vector, index, default = node.args
        name = self.spell(vector)[0] if vector.is_leaf else vector.name
        index, default = self.text(index, axes=node.axes), self.text(default, axes=node.axes)
        return f"component({name}, {index}, {default}, {vector.axes.index(node.data)})", ATOM


def row_of(node, loop, row):
    """The subscript of one step of a vector that runs along the loop's axis."""
    at = node.axes.index(loop.axis)
    return f"[{', '.join([':'] * at + [row])}]"
