"""Names for the widgets of a notebook: what the prose sets can be run there, as `chain.set(depth=20)`.

A cell that shows a widget without giving it a name, `motivation.chain()`, becomes `chain = motivation.chain()` and
`chain`; the name is made of the widget's key. The page and the chapter's own file keep the cell as it was written.
"""

import ast
import builtins
import keyword


def named(source, key, counts):
    """(source, name) of a cell whose last expression shows the widget `key`; name is None where there is none.

    counts : {name: how often the notebook's cells bind it}, see `bindings`; a name is not given a second meaning.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic of IPython
        return source, None
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return source, None
    if isinstance(last.value, ast.Name) and counts.get(last.value.id) == 1:
        return source, last.value.id
    name = free_name(key, counts)
    lines = source.split("\n")
    begin, end = last.lineno - 1, last.end_lineno
    shown = "\n".join(lines[begin:end])
    return "\n".join([*lines[:begin], f"{name} = {shown}", name, *lines[end:]]), name


def free_name(key, counts):
    """A name for a widget that the notebook uses for nothing else."""
    name = key.replace("-", "_")
    while name in counts or keyword.iskeyword(name) or hasattr(builtins, name):
        name += "_widget"
    return name


def bindings(sources):
    """{name: how often it is bound} over all cells: by assignment, import, definition or loop."""
    counts = {}
    for source in sources:
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            for name in bound(node):
                counts[name] = counts.get(name, 0) + 1
    return counts


def bound(node):
    """The names that one node of a syntax tree binds."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return [node.id]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    return []
