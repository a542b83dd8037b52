"""How a symbolic model's values are read and its operations written in JavaScript."""

import numpy as np

from explorable.models.source import ATOM, Source


class JavaScriptValues(Source):
    """Spells nodes within loops: a stored array is read at the place that the loop variables give."""

    def array_name(self, name):
        return f"c{list(self.scope.arrays).index(name)}"

    def list_name(self, name):
        return f"v{list(self.scope.controls).index(name)}"

    def path_name(self, node):
        return f"p{list(self.scope.states).index(node.data[1])}"

    def size(self, axis):
        """The length of an axis: a number or the name of a variable."""
        length = self.scope.length(axis)
        return str(length) if length is not None else f"n{self.scope.axes.index(axis)}"

    def variable(self, axis):
        """The loop variable of an axis."""
        return f"i{self.scope.axes.index(axis)}"

    def flat(self, axes, fixed=None, sizes=None):
        """The place of an element in a stored array.

        fixed : {axis: text} where it is not the loop variable.  sizes : lengths of the axes in the array.
        """
        text = ""
        for k, axis in enumerate(axes):
            index = (fixed or {}).get(axis) or self.variable(axis)
            size = sizes[k] if sizes else self.size(axis)
            text = index if not text else f"{f'({text})' if ' + ' in text else text} * {size} + {index}"
        return text

    def place_in(self, node, fixed=None):
        """The place of an element of a leaf or of a stored node."""
        sizes = self.scope.arrays[node.data].shape if node.op == "array" else None
        return self.flat(node.axes, fixed, sizes)

    def element(self, node, text, axes):
        if node.op in ("list", "array", "path") or (node.place == "stored" and node.axes):
            return f"{text}[{self.place_in(node)}]"
        return text

    def leaf_control(self, node):
        name = node.data[0] + ("_" + "xy"[node.data[1]] if len(node.data) > 1 else "")
        return f"in_{name}"

    def leaf_list(self, node):
        return self.list_name(node.data)

    def leaf_array(self, node):
        return self.array_name(node.data)

    def leaf_path(self, node):
        return self.path_name(node)

    def leaf_step(self, node):
        return "k"

    def leaf_count(self, node):
        return self.size(node.data)

    def leaf_position(self, node):
        return self.variable(node.data)

    def leaf_here(self, node):
        whole = node.args[0]
        name = whole.name if not whole.is_leaf else self.spell(whole)[0]
        return f"{name}[{self.place_in(whole, {node.region.loop.axis: 'k'})}]"

    def number(self, value):
        if np.isnan(value):
            return "NaN"
        if np.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return repr(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)

    def call(self, function, texts):
        name = "pow" if function == "power" else function
        return f"Math.{name}({', '.join(texts)})"

    def _compare(self, node):
        sign = {"==": "===", "!=": "!=="}.get(node.data, node.data)
        return self.joined(node, sign)

    def _and(self, node):
        return self.joined(node, "&&")

    def _or(self, node):
        return self.joined(node, "||")

    def _not(self, node):
        return f"(!{self.text(node.args[0], ATOM)})", ATOM

    def _choose(self, node):
        cases, text = self.branches(node)
        for condition, value in reversed(cases):
            text = f"({condition} ? {value} : {text})"
        return text, ATOM

    def _component(self, node):
        vector, index, default = node.args
        i, size, axis = self.text(index, ATOM), self.size(node.data), node.data
        where = self.place_in(vector, {axis: i})
        name = self.spell(vector)[0] if vector.is_leaf else vector.name
        if vector.op == "here":
            whole = vector.args[0]
            name = self.spell(whole)[0] if whole.is_leaf else whole.name
            where = self.place_in(whole, {axis: i, node.region.loop.axis: "k"})
        inside = f"{i} >= 0 && {i} < {size} && Math.floor({i}) === {i}"
        return f"({inside} ? {name}[{where}] : {self.text(default, ATOM)})", ATOM
