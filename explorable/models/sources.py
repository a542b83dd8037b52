"""What a function's result depends on: its source, what it uses, and every project module that it imports.

The standard library and installed packages count by version, the engine by `FORMAT` in cache.py.
"""

import ast
import builtins
import functools
import hashlib
import importlib.metadata
import importlib.util
import inspect
import pickle
import sys
import textwrap
import time
import types
from pathlib import Path

import numpy as np
import sympy

ENGINE = __name__.split(".")[0]
STARTED = time.time()


class Untraceable(Exception):
    """Something that the function uses cannot be described by bytes, so its results must not be cached."""


class Trace:
    """Everything that decides what `function` returns, apart from its arguments.

    A function stands for its source and for each name that it uses: other functions of its file again by
    their source and names, modules of the project by their whole file and all they import, data by value.
    digest : a hexadecimal hash of it all.  settled : False if a source changed after this process began, so
    that what runs here may be older than what the disk says.
    Raises Untraceable for data that cannot be pickled or a function without source.
    """

    def __init__(self, function):
        self._parts = {}  # what -> bytes
        self._seen = {}  # by name or id; what has an id is kept, or another thing might be given the same one
        self._paths = set()
        self._home = None  # the module of the function
        self._value(function, "function")

    @property
    def digest(self):
        total = hashlib.sha256()
        for what, data in sorted(self._parts.items()):
            total.update(f"{what}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()

    @property
    def settled(self):
        return all(path.stat().st_mtime <= STARTED for path in self._paths if path.exists())

    def _add(self, what, data):
        """Note one part; a second one of the same name gets a number."""
        name, number = what, 1
        while self._parts.get(name, data) != data:
            name, number = f"{what} {number}", number + 1
        self._parts[name] = data

    def _value(self, thing, name):
        """Follow anything that a function can refer to."""
        if isinstance(thing, types.ModuleType):
            self._module(thing.__name__)
        elif isinstance(thing, functools.partial):
            self._value([thing.func, thing.args, thing.keywords], name)
        elif isinstance(thing, types.MethodType):
            self._value([thing.__func__, thing.__self__], name)
        elif isinstance(thing, types.FunctionType):
            self._function(thing, name)
        elif isinstance(thing, type) or (callable(thing) and hasattr(thing, "__module__")):
            self._definition(thing, name)
        else:
            self._data(thing, name)

    def _function(self, function, name):
        """Source, defaults and closure of a function, and every global name that it uses."""
        if id(function) in self._seen:
            return
        self._seen[id(function)] = function
        self._home = self._home or function.__module__
        if hasattr(function, "__wrapped__") or function.__module__ not in (self._home, "__main__"):
            self._definition(function, name)
            return
        source, code = source_of(function), function.__code__
        place = f"{function.__module__}.{function.__qualname__}"
        self._add(f"function {place}", source.encode() + code.co_code)
        self._paths.add(Path(code.co_filename))
        self._value([function.__defaults__, function.__kwdefaults__], f"defaults of {place}")
        for variable, cell in zip(code.co_freevars, function.__closure__ or ()):
            self._value(cell.cell_contents, f"{variable} of {place}")
        for used in sorted(names_in(code) & set(function.__globals__)):
            self._value(function.__globals__[used], f"{function.__module__}.{used}")
        if function.__name__ != "<lambda>":  # a lambda holds no import, and is not always a statement
            self._imports(imports_in(source.encode()), function.__globals__.get("__package__") or "")

    def _definition(self, thing, name):
        """A class, an object with a class of its own, a decorated or an installed function: its module."""
        module = getattr(thing, "__module__", None)
        self._add(f"name {name}", f"{module}.{getattr(thing, '__qualname__', type(thing).__qualname__)}".encode())
        if module == "__main__":
            self._add(f"class {name}", source_of(inspect.unwrap(thing)).encode())
        elif module:
            self._module(module)
        if (
            not is_installed(module)
            and hasattr(thing, "__dict__")
            and not isinstance(thing, (type, types.FunctionType))
        ):
            self._value(vars(thing), name)

    def _module(self, name):
        """A module: the version if installed, else its file and all that it imports."""
        if name in self._seen or name.split(".")[0] in (ENGINE, "__main__"):
            return
        self._seen[name] = name
        if is_installed(name):
            top = name.split(".")[0]
            self._add(f"version of {top}", version_of(top).encode())
            return
        parent = name.rpartition(".")[0]
        if parent:
            self._module(parent)
        path = file_of(name)
        if path:
            data = path.read_bytes()
            self._paths.add(path)
            self._add(f"module {name}", data)
            self._imports(imports_in(data), name if path.name == "__init__.py" else parent)

    def _imports(self, found, package):
        """Follow import statements, as `imports_in` lists them, of a file in `package`."""
        for level, base, names in found:
            base = importlib.util.resolve_name("." * level + base, package) if level else base
            self._module(base)
            if not is_installed(base):
                for name in names:  # from package import module
                    if file_of(f"{base}.{name}"):
                        self._module(f"{base}.{name}")

    def _data(self, thing, name):
        """Plain data, by value; not by pickle where that depends on the process (sets, shared strings)."""
        if isinstance(thing, (str, bytes, int, float, complex, type(None), type(...), range, Path)):
            self._add(f"data {name}", repr(thing).encode())
        elif isinstance(thing, np.ndarray) and thing.dtype != object:
            self._add(f"data {name}", repr((thing.shape, thing.dtype)).encode() + thing.tobytes())
        elif isinstance(thing, sympy.Basic):
            self._add(f"data {name}", sympy.srepr(thing).encode())
        elif isinstance(thing, (list, tuple, dict, set, frozenset)):
            if id(thing) not in self._seen:
                self._seen[id(thing)] = thing
                self._container(thing, name)
        elif hasattr(thing, "__dict__") and not is_installed(type(thing).__module__):
            self._value([type(thing), vars(thing)], name)
        else:
            try:
                self._add(f"data {name}", pickle.dumps(thing, protocol=5))
            except Exception as error:
                raise Untraceable(f"{name} cannot be pickled: {error}") from error

    def _container(self, thing, name):
        """The items of a container, each by its key."""
        self._add(f"data {name}", f"{type(thing).__qualname__} of {len(thing)}".encode())
        if isinstance(thing, dict):
            items = thing.items()
        else:
            items = enumerate(sorted(thing, key=repr) if isinstance(thing, (set, frozenset)) else thing)
        for key, item in items:
            self._value(item, f"{name}[{key!r}]")


def source_of(thing):
    """The source text of a function or class, without common indentation; Untraceable if there is none."""
    try:
        return textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError) as error:
        raise Untraceable(f"no source for {thing!r}") from error


def names_in(code):
    """All names of globals and attributes in a code object and in those within it."""
    inner = [names_in(part) for part in code.co_consts if isinstance(part, types.CodeType)]
    return (set(code.co_names) - set(dir(builtins))).union(*inner)


@functools.lru_cache(maxsize=1024)
def imports_in(source):
    """The import statements of a source, wherever they stand: a list of (level, module, imported names)."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(0, alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.level, node.module or "", tuple(alias.name for alias in node.names)))
    return found


def is_installed(name):
    """True for modules of the standard library and of installed packages, and for what has no file at all."""
    top = (name or "").split(".")[0]
    if top == "__main__":
        return False
    if top in sys.stdlib_module_names:
        return True
    spec = find(top)
    places = [spec.origin, *(spec.submodule_search_locations or ())] if spec else []
    places = [Path(place) for place in places if place and place not in ("built-in", "frozen", "namespace")]
    return not places or any({"site-packages", "dist-packages"} & set(place.parts) for place in places)


def find(name):
    """The import spec of a module (its parent packages are imported for this), or None."""
    try:
        return importlib.util.find_spec(name)
    except (ImportError, AttributeError, ValueError):
        return None


def file_of(name):
    """The source file of a module that can be imported, or None."""
    spec = find(name)
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


@functools.lru_cache(maxsize=256)
def version_of(top):
    """The version of the installed package that brings a module, or "" where it has none (standard library).

    The package may be named otherwise than the module. Whether the module is imported by now must not count: the same
    function would have one key before and another one after.
    """
    names = sorted(set(distributions().get(top, ())))
    return ", ".join(importlib.metadata.version(name) for name in names)


@functools.lru_cache(maxsize=1)
def distributions():
    """{module: names of the packages that bring it}."""
    return importlib.metadata.packages_distributions()
