"""One loop nest as a JavaScript function without a number in it: extents, strides and constants are its arguments.

So layers, depths, widths and batch sizes share kernels. A statement is first written over all axes of the loop; then
axes that every access walks in one go become one, and then it is printed, each part as far outside as it can stand.
"""

from collections import Counter
from math import prod
from typing import NamedTuple

from explorable.tracing.fusing import looped
from explorable.tracing.graph import root_of
from explorable.tracing.operations import FOLDS, TEXT


class Load(NamedTuple):
    """A number of an array: at `offset` + sum of strides times indices + sum of (index array's number times step)."""

    root: object
    strides: tuple
    offset: int = 0
    picks: tuple = ()  # ((Load, step), ...)


class Count(NamedTuple):
    """The position itself."""

    strides: tuple
    offset: int


class Number(NamedTuple):
    """A constant.   user : which argument of which node it is."""

    value: float
    user: tuple


class Apply(NamedTuple):
    op: str
    parts: tuple


class Temp(NamedTuple):
    """What a statement of the same loop has computed."""

    node: object


class Statement(NamedTuple):
    """target : the Load to store to, or None.   how : of a reduction, else None.   reduced : its axes."""

    node: object
    value: object
    target: Load | None
    how: str | None = None
    reduced: tuple = ()


class Kernel:
    """dims : extents of its loops.   arguments : what else it is called with, arrays (nodes) and numbers."""

    def __init__(self, group, plan):
        self.plan, self.size = plan, len(group.space)
        self.here = set(group.nodes)
        self.statements = [self._statement(node) for node in group.nodes]
        self.dims, self.kept = _merged(list(group.space), [s for each in self.statements for s in _strides_in(each)])
        self.arguments, self._names, self._count = [], {}, Counter()
        self.text = Printer(self).function()

    def name(self, kind, value, use):
        """The name of an argument; `use` is where it is used, and there it keeps its name.

        Numbers that are equal by chance, as a width and a batch size can be, have different names: else the text of a
        kernel would depend on them.
        """
        if (kind, use) not in self._names:
            self._names[kind, use] = f"{kind}{self._count[kind]}"
            self._count[kind] += 1
            self.arguments.append((self._names[kind, use], value))
        return self._names[kind, use]

    def _statement(self, node):
        shape = looped(node).shape
        stored = node in self.plan.stored
        if node.op != "fold":
            target = Load(node, _over(node.strides, node.shape, shape)) if stored else None
            return Statement(node, self._expression(node, shape), target)
        how, axes = node.attr
        target = Load(node, _over(node.strides, node.shape, shape))
        reduced = tuple(axis in axes for axis, n in enumerate(shape) if n != 1)
        return Statement(node, self._value(node.args[0], shape, (node, 0)), target, how, reduced)

    def _value(self, node, shape, user):
        """A node read in a loop over `shape`."""
        if node in self.plan.inlined and node.op != "iota":
            return self._expression(node, shape)
        root, offset, strides = root_of(node)
        over = _over(strides, node.shape, shape)
        if root.op == "iota":
            return Count(over, offset)
        if root.op == "const" and root.size == 1:
            return Number(root.value.item(), user)
        if root in self.here:
            return Temp(root)
        return Load(root, over, offset)

    def _expression(self, node, shape):
        if node.op == "pick":
            return self._pick(node, shape)
        return Apply(node.attr, tuple(self._value(arg, shape, (node, i)) for i, arg in enumerate(node.args)))

    def _pick(self, node, shape):
        """The affine part of the position, and one term for each index array."""
        source, *indexes = node.args
        root, offset, strides = root_of(source)
        places, lead, along = node.attr
        if along:
            own = [0 if axis in places else s for axis, s in enumerate(strides)]
            own_shape, index_shapes = [1 if axis in places else n for axis, n in enumerate(source.shape)], None
        else:
            own = [s for axis, s in enumerate(strides) if axis not in places]
            own_shape = [n for axis, n in enumerate(source.shape) if axis not in places]
            wide = len(indexes[0].shape)
            own[lead:lead] = [0] * wide
            own_shape[lead:lead] = [1] * wide
            index_shapes = (1,) * lead + indexes[0].shape + (1,) * (len(own_shape) - lead - wide)
        terms = []
        for axis, index in zip(places, indexes):
            index_root, index_offset, index_strides = root_of(index)
            if not along:
                index_strides = (0,) * lead + index_strides + (0,) * (len(own_shape) - lead - wide)
            over = _over(index_strides, index_shapes or index.shape, shape)
            if index_root.op == "iota":
                terms.append((Count(over, index_offset), strides[axis]))
            elif index_root.op == "const" and index_root.size == 1:
                offset += index_root.value.item() * strides[axis]
            elif index in self.plan.inlined:
                terms.append((self._expression(index, shape), strides[axis]))
            elif index_root in self.here:
                terms.append((Temp(index_root), strides[axis]))
            else:
                terms.append((Load(index_root, over, index_offset), strides[axis]))
        return Load(root, _over(own, own_shape, shape), offset, tuple(terms))


def _over(strides, shape, loop):
    """Strides over the axes of the loop that are longer than 1, of an array that is broadcast along it."""
    missing = len(loop) - len(shape)
    full = [0] * max(missing, 0) + [0 if n == 1 else s for s, n in zip(strides, shape)]
    full = full[len(full) - len(loop) :]
    return tuple(s for s, n in zip(full, loop) if n != 1)


def _strides_in(part):
    """All strides that a statement uses, and where it reduces: loops that differ in one of them cannot be one."""
    if isinstance(part, Statement):
        yield from _strides_in(part.value)
        if part.target:
            yield part.target.strides
        if part.how:
            yield tuple(None if flag else 0 for flag in part.reduced)
    elif isinstance(part, Load):
        yield part.strides
        for pick, _ in part.picks:
            yield from _strides_in(pick)
    elif isinstance(part, Count):
        yield part.strides
    elif isinstance(part, Apply):
        for each in part.parts:
            yield from _strides_in(each)


def _merged(dims, accesses):
    """(extents, for each the last axis that it is made of): neighbors that all accesses walk in one go become one."""
    kept = list(range(len(dims)))
    axis = 0
    while axis + 1 < len(kept):
        outer, inner = kept[axis], kept[axis + 1]
        if all(_one_walk(access[outer], access[inner], dims[axis + 1]) for access in accesses):
            dims[axis : axis + 2] = [dims[axis] * dims[axis + 1]]
            del kept[axis]
        else:
            axis += 1
    return dims, kept


def _one_walk(outer, inner, extent):
    if outer is None or inner is None:
        return outer is inner
    return outer == inner * extent


class Printer:
    """Writes a kernel's text: what does not depend on the inner loops stands before them."""

    def __init__(self, kernel):
        self.kernel, self.depth = kernel, len(kernel.dims)
        self.before = [[] for _ in range(self.depth + 1)]
        self.after = [[] for _ in range(self.depth + 1)]
        self.known, self.temps = {}, {}

    def function(self):
        for statement in self.kernel.statements:
            (self.reduction if statement.how else self.assignment)(statement)
        names = [f"n{d}" for d in range(self.depth)] + [name for name, _ in self.kernel.arguments]
        lines = list(self.before[0])
        for d in range(self.depth):
            lines += [f"for(let i{d}=0;i{d}<n{d};i{d}++){{", *self.before[d + 1]]
        for d in range(self.depth, 0, -1):
            lines += [*self.after[d], "}"]
        return f"({','.join(names)})=>{{{''.join(lines + self.after[0])}}}"

    def assignment(self, statement):
        text, _ = self.print(statement.value)
        name = self.const(text, self.depth)
        self.temps[statement.node] = name
        if statement.target:
            self.before[self.depth].append(f"{self.place(statement.target)[0]}={name};")

    def reduction(self, statement):
        start, update = FOLDS[statement.how]
        text, _ = self.print(statement.value)
        target, _ = self.place(statement.target)
        reduced = [statement.reduced[axis] for axis in self.kernel.kept]
        inner = next((d for d in range(self.depth, 0, -1) if not reduced[d - 1]), 0)  # loops inside of it all reduce
        if not any(reduced):
            self.before[self.depth].append(f"{target}={text};")
        elif not any(reduced[:inner]):
            name = f"r{len(self.known)}"
            self.known[name] = name
            self.before[inner].append(f"let {name}={start};")
            self.after[inner].append(f"{target}={name};")
            self.before[self.depth].append(update.format(name, text) + ";")
        else:
            array = target.split("[")[0]
            self.before[0].append(f"{array}.fill({start});")
            self.before[self.depth].append(update.format(target, text) + ";")

    def print(self, part):
        """(text, the number of loops that it depends on)."""
        if isinstance(part, Temp):
            return self.temps[part.node], self.depth
        if isinstance(part, Number):
            return self.number(part), 0
        if isinstance(part, Count):
            text, level = self.position(part)
            return f"({text})", level
        if isinstance(part, Load):
            text, level = self.place(part)
            return self.const(text, level), level
        printed = [self.print(each) for each in part.parts]
        level = max((at for _, at in printed), default=0)
        texts = [self.const(text, at) if at < level else text for text, at in printed]
        template = TEXT[part.op]
        return template.format(*texts), level

    def number(self, number):
        """0, 1 and truths as they are, all others as an argument; -0 is not 0."""
        value = number.value
        if value in (0, 1) and str(value)[0] != "-":
            return str(int(value))
        return self.kernel.name("c", value, number.user)

    def const(self, text, level):
        """The name of a constant with this text, declared in the loop of this level; a name stays as it is."""
        if text.isidentifier() or text.isdigit():
            return text
        if (level, text) not in self.known:
            self.known[level, text] = f"t{len(self.known)}"
            self.before[level].append(f"const {self.known[level, text]}={text};")
        return self.known[level, text]

    def place(self, load):
        """(text of an element, level)."""
        text, level = self.position(load)
        for number, (part, step) in enumerate(load.picks):
            at, deep = self.print(part)
            if step != 1:
                at = f"{at}*{self.kernel.name('s', step, (load, 'pick', number))}"
            text, level = (at if text == "0" else f"{text}+{at}"), max(level, deep)
        return f"{self.kernel.name('a', load.root, load.root)}[{text}]", level

    def position(self, read):
        """(text of offset + sum of index times stride, level); what outer loops give is computed there."""
        terms, level = [], 0
        if read.offset:
            terms.append(self.kernel.name("o", read.offset, read))
        for d, axis in enumerate(self.kernel.kept):
            stride = read.strides[axis]
            if not stride:
                continue
            if len(terms) > 1 or (terms and "*" in terms[0]):
                terms = [self.const("+".join(terms), level)]
            terms.append(f"i{d}{self.factor(d, stride, read)}")
            level = d + 1
        return "+".join(terms) or "0", level

    def factor(self, d, stride, read):
        """The stride of a loop: the extents inside of it if they are just that, else an argument."""
        dims = self.kernel.dims
        for end in range(self.depth, d, -1):
            if prod(dims[d + 1 : end]) == stride:
                return "".join(f"*n{e}" for e in range(d + 1, end))
        return "*" + self.kernel.name("s", stride, (read, d))
