"""How to compute in Python what a widget shows: a few lines, in which the page puts the present value of each control.

Authors may write their own (`Explorable(python=...)`). Else a cell that ends with the call of a function, `chain()`, or
with a name for what it returned, says which function makes the widget; the lines import it from where it is defined,
and evaluate its model.
"""

import ast
import inspect
import keyword
import sys

LINES = """\
{begin}
numbers = widget.check().evaluate(
{settings}
)"""


def recipe(widget):
    """The lines, with {control} for each value; "" where nobody knows what makes the widget."""
    if widget.python:
        return widget.python.strip()
    names = [control.name for control in widget.controls]
    begin = beginning(*cell_now())
    if not begin or any(map(keyword.iskeyword, names)):
        return ""
    return LINES.format(begin=begin, settings="\n".join(f"    {name}={{{name}}}," for name in names))


def cell_now():
    """(text of the notebook's cell that runs, names that its notebook knows); ("", {}) outside of a notebook."""
    ipython = sys.modules.get("IPython")  # where it is not loaded, no notebook runs
    shell = ipython.get_ipython() if ipython else None
    try:
        return shell.user_ns["In"][-1], shell.user_ns
    except (AttributeError, KeyError, IndexError):
        return "", {}


def beginning(cell, known):
    """The lines that make the widget with which a cell ends, "" if it is not what a function returns there.

    >>> beginning("fit()", {"fit": inspect.cleandoc})
    'from inspect import cleandoc\\n\\nwidget = cleandoc()'
    >>> beginning("widget", {})
    ''
    """
    call = _last_call(cell)
    if call is None or not _are_plain(call):
        return ""
    function = _found(call.func, known)
    if not inspect.isfunction(function) or function.__qualname__ != function.__name__:
        return ""
    name, module = function.__name__, function.__module__
    source = "# in the notebook of this page" if module == "__main__" else f"from {module} import {name}\n"
    return f"{source}\nwidget = {ast.unparse(ast.Call(ast.Name(name), call.args, call.keywords))}"


def _last_call(cell):
    """The call with which a cell ends, or what the name at its end was set to by a call before; else None."""
    try:
        *before, last = ast.parse(cell).body
    except (SyntaxError, ValueError):
        return None
    value = last.value if isinstance(last, ast.Expr) else None
    if isinstance(value, ast.Name):
        name = value.id
        made = [line.value for line in before if isinstance(line, ast.Assign) and _sets(line, name)]
        value = made[-1] if made else None
    return value if isinstance(value, ast.Call) else None


def _sets(line, name):
    return [ast.dump(target) for target in line.targets] == [ast.dump(ast.Name(name, ast.Store()))]


def _are_plain(call):
    """Whether its arguments mean the same everywhere: numbers, texts, lists of them."""
    try:
        for value in (*call.args, *(each.value for each in call.keywords)):
            ast.literal_eval(value)
    except ValueError:
        return False
    return all(each.arg for each in call.keywords)


def _found(node, known):
    """What a name, or a name after a dot, stands for in the notebook; None if it is unknown."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(_found(node.value, known), node.attr, None)
    return None
