"""What the JavaScript and the NumPy text of a model have in common: how an operation is spelled."""

ADD, MULTIPLY, SIGN, ATOM = range(4)  # how tightly a text binds


class Source:
    """Spells nodes; each host says in a subclass how it reads values and calls functions.

    scope : what the names mean (scope.Scope).
    """

    def __init__(self, scope):
        self.scope = scope
        self.lines = []
        self.indent = 0

    def write(self, line):
        """Add a line at the current indentation."""
        self.lines.append("    " * self.indent + line)

    def text(self, node, tight=ADD, axes=None):
        """The value of a node, read over `axes`, in parentheses if it binds less than `tight`."""
        inline = node.place == "inline" or node.is_leaf
        text, strength = self.spell(node) if inline else (node.name, ATOM)
        if not inline or node.is_leaf:
            text = self.element(node, text, node.axes if axes is None else axes)
        return f"({text})" if strength < tight else text

    def element(self, node, text, axes):
        """Read a named value within the loop (or the broadcast) over `axes`."""
        raise NotImplementedError

    def spell(self, node):
        """(text, strength) of the operation itself."""
        spelling = getattr(self, f"_{node.op}", None)
        if spelling:
            return spelling(node)
        return getattr(self, f"leaf_{node.op}")(node), ATOM

    def _number(self, node):
        text = self.number(node.data)
        return text, SIGN if text.startswith("-") else ATOM

    def _copy(self, node):
        return self.text(node.args[0], axes=node.axes), ADD

    def _add(self, node):
        parts = []
        for arg in node.args:
            minus = arg.op == "negate" and arg.place == "inline"
            value = self.text(arg.args[0] if minus else arg, MULTIPLY if minus else ADD, node.axes)
            if not parts:
                parts.append(f"-{self.text(arg.args[0], ATOM, node.axes)}" if minus else value)
            else:
                parts.append(f"- {value}" if minus else f"+ {value}")
        return " ".join(parts), ADD

    def _multiply(self, node):
        first, *others = node.args
        # A quotient that is not the first factor stays together, so that both hosts round alike.
        values = [self.text(first, MULTIPLY, node.axes), *(self.text(arg, SIGN, node.axes) for arg in others)]
        return " * ".join(values), MULTIPLY

    def _divide(self, node):
        above, below = node.args
        return f"{self.text(above, MULTIPLY, node.axes)} / {self.text(below, SIGN, node.axes)}", MULTIPLY

    def _negate(self, node):
        return f"-{self.text(node.args[0], ATOM, node.axes)}", SIGN  # "--x" would be another operation

    def _power(self, node):
        return self.called("power", node)

    def _call(self, node):
        return self.called(node.data, node)

    def called(self, function, node):
        """A call of one of the host's functions with the node's arguments."""
        return self.call(function, [self.text(arg, axes=node.axes) for arg in node.args]), ATOM

    def joined(self, node, sign):
        """The arguments with a sign between them, in parentheses."""
        return f"({f' {sign} '.join(self.text(arg, SIGN, node.axes) for arg in node.args)})", ATOM

    def _compare(self, node):
        return self.joined(node, node.data)

    def branches(self, node):
        """([(condition, value), ...], otherwise) of a choice."""
        texts = [self.text(arg, SIGN, node.axes) for arg in node.args]
        return list(zip(texts[0:-1:2], texts[1:-1:2])), texts[-1]
