"""The API reference: a directive that documents all modules of a package from their docstrings.

```{api} bn.layers
```

A module that is added to the package appears by itself. Options: `skip`, patterns of module names to leave out, and
`brief`, for signatures and first sentences only. Docstrings are plain text, not reStructuredText: `docstrings.py` turns
them into it.
"""

import importlib
import inspect
import pkgutil
from fnmatch import fnmatch
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from .docstrings import paragraphs, to_rst

AUTOMODULE = ("```{{eval-rst}}", ".. automodule:: {name}", "   :members:", "   :ignore-module-all:", "```")


def modules_of(package, skip=()):
    """Names of a package and of all public modules in it, in order, without those that match a pattern of `skip`."""
    top = importlib.import_module(package)
    inside = pkgutil.walk_packages(getattr(top, "__path__", ()), f"{package}.")
    names = [package, *sorted(found.name for found in inside)]
    hidden = [name for name in names if any(fnmatch(name, pattern) for pattern in skip)]
    return [name for name in names if not any(f"{name}.".startswith(f"{one}.") for one in hidden) and "._" not in name]


def members(module):
    """[(name, function or class)] that a module defines for others, in the order of its source."""
    found = [
        (name, thing)
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__ and inspect.getdoc(thing)
    ]
    return [(name, thing) for name, thing in found if inspect.isfunction(thing) or inspect.isclass(thing)]


class Api(SphinxDirective):
    """The directive; see the head of this file."""

    required_arguments = 1
    option_spec: ClassVar = {"skip": directives.unchanged, "brief": directives.flag}

    def run(self):
        package, skip = self.arguments[0], self.options.get("skip", "").split()
        names = modules_of(package, skip)
        listed(self.env).setdefault(self.env.docname, []).append((package, skip, names))
        sections = [self._section(name) for name in names]
        return [section for section in sections if section is not None]

    def _section(self, name):
        module = importlib.import_module(name)
        self.env.note_dependency(inspect.getfile(module))
        if not members(module):
            return None
        section = nodes.section(ids=[nodes.make_id(f"api {name}")], names=[f"api {name}"])
        section += nodes.title("", "", nodes.literal("", name))
        lines = (
            self._brief(name, module) if "brief" in self.options else [line.format(name=name) for line in AUTOMODULE]
        )
        self.state.nested_parse(StringList(lines, self.env.doc2path(self.env.docname)), 0, section)
        return section

    def _brief(self, name, module):
        """Signature and first paragraph of every member, as a definition list in reStructuredText."""
        lines = ["```{eval-rst}", *to_rst(paragraphs(inspect.getdoc(module) or "")[:1]), ""]
        for member, thing in members(module):
            first = paragraphs(inspect.getdoc(thing))[:1]
            lines += [f"``{member}{signature(thing)}``", *(f"   {line}" for line in to_rst(first)), ""]
        return [*lines, "```"]


def signature(thing):
    """The parameters by name, with * and ** but without defaults, whose text may be long."""
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return ""
    marks = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return f"({', '.join(marks.get(one.kind, '') + one.name for one in parameters if one.name != 'self')})"


def plain_docstring(app, what, name, thing, options, lines):
    """For autodoc: the docstring of ours as reStructuredText."""
    lines[:] = to_rst(paragraphs("\n".join(lines)))


def skip_fields(app, what, name, thing, skip, options):
    """The fields of a named tuple say no more than that they are fields; its docstring explains them."""
    return True if str(getattr(thing, "__doc__", "")).startswith("Alias for field number") else None


def listed(env):
    """{page: [(package, skip, the modules that it had)]}"""
    if not hasattr(env, "bn_api_modules"):
        env.bn_api_modules = {}
    return env.bn_api_modules


def outdated(app, env, added, changed, removed):
    """Pages whose package has got or lost a module are read again."""
    return [
        page
        for page, found in listed(env).items()
        if any(modules_of(package, skip) != names for package, skip, names in found)
    ]


def forget(app, env, docname):
    listed(env).pop(docname, None)


def merge(app, env, docnames, other):
    listed(env).update({page: found for page, found in listed(other).items() if page in docnames})


def setup(app):
    app.add_directive("api", Api)
    app.setup_extension("sphinx.ext.autodoc")  # whose events are answered here
    app.connect("autodoc-process-docstring", plain_docstring)
    app.connect("autodoc-skip-member", skip_fields)
    app.connect("env-get-outdated", outdated)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
