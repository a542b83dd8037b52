"""JavaScript modules joined to one classic script, since a page that is opened from disk may load no modules.

Each module becomes a function that is called once, after those that it imports from, and returns its exports:

    import { base } from "./core.js";        const $twice = (() => {
    // The double.                           const { base } = $core;
    export const twice = 2 * base;
                                             const twice = 2 * base;
                                             return { twice }; })();

Further entries make further scripts, each loaded when it is first needed: they find the modules that stand in the first
(join_later), and nothing of each other.

A module of another folder is imported by its path from there; no two modules may have one name.

Comments stay behind, since readers of a page need not load them. All else stays line by line as it is in the module: a
place in the script is soon found there.
"""

import re
from collections import Counter

IMPORT = re.compile(r'^import (?:\{([^{}]+)\} from )?"(\.{1,2}/(?:[\w.]+/)*)(\w+)\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE)
DECLARED = re.compile(r"^(?:async )?(?:function\*?|class|const|let) (\w+|[\[{][^=]+)", re.MULTILINE)
OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/)$", re.MULTILINE)  # of whole lines


class JoinError(Exception):
    """What is wrong with the modules, with the name of the file."""


def join(folder, entry, later=()):
    """The module `entry` (its name without `.js`) and all that it imports as one script.

    later : the entries of further scripts, which `join_later` makes of what this one does not hold; what they import of
    this one is left for them in `explorable.inner`.
    """
    modules, left = ordered(folder, entry), ""
    if later:
        wanted = {name for each in later for name in _shared(folder, entry, each)}
        names = ", ".join(f"${name}" for name in modules if name in wanted)
        left = f"\nglobalThis.explorable.inner = {{ {names} }};"
    return _script(entry, modules, modules, end=left)


def join_later(folder, entry, first):
    """The module `entry` as a script that comes after the one of `first`, and holds what that one does not."""
    modules, there = ordered(folder, entry), ordered(folder, first)
    own = {name: text for name, text in modules.items() if name not in there}
    names = ", ".join(f"${name}" for name in _shared(folder, first, entry))
    return _script(entry, own, modules, begin=f"const {{ {names} }} = globalThis.explorable.inner;\n")


def _shared(folder, first, later):
    """The modules of the first script that those of the second alone import from."""
    there, modules = ordered(folder, first), ordered(folder, later)
    own = [text for name, text in modules.items() if name not in there]
    wanted = {other for text in own for names, _, other in IMPORT.findall(text) if names}
    return [name for name in there if name in wanted]


def _script(entry, modules, known, begin="", end=""):
    exports = {name: EXPORT.findall(text) for name, text in known.items()}
    for name, text in modules.items():
        _check(name, text, exports)
    script = begin + "\n".join(_function(name, text, exports[name]) for name, text in modules.items()) + end
    return f'// {entry}.js and all that it imports; comments stand there.\n(() => {{\n"use strict";\n{script}\n}})();\n'


def ordered(folder, entry):
    """{name: text} of the module and of all that it imports, each after those that it imports itself."""
    modules, folders = {}, {}

    def add(folder, name, trail):
        if folders.setdefault(name, folder) != folder:
            raise JoinError(f"two modules are called {name}.js: in {folders[name]} and in {folder}")
        if name in trail:
            raise JoinError(f"a circle of imports: {' > '.join((*trail, name))}")
        if name not in modules:
            text = _read(folder, name, trail)
            for _, where, other in IMPORT.findall(text):
                add((folder / where).resolve(), other, (*trail, name))
            modules[name] = text

    add(folder.resolve(), entry, ())
    return modules


def _read(folder, name, trail):
    try:
        return (folder / f"{name}.js").read_text(encoding="utf-8").rstrip("\n")
    except FileNotFoundError:
        where = f"{trail[-1]}.js" if trail else folder
        raise JoinError(f"{where}: there is no module {name}.js") from None


def _check(name, text, exports):
    """Refuse what would mean something else in the script, or nothing at all."""
    imported = [(each, other) for names, _, other in IMPORT.findall(text) for each in _names(names)]
    for each, other in imported:
        if each not in exports[other]:
            raise JoinError(f"{name}.js imports {each}, which {other}.js does not export")
    bare = EXPORT.sub("", IMPORT.sub("", text))
    if other := OTHER.search(bare):
        raise JoinError(f"{name}.js: this cannot be joined: {other[0]}")
    declared = [each for names in DECLARED.findall(bare) for each in _names(names)]
    for each, count in Counter([*declared, *(each for each, _ in imported)]).items():
        if count > 1:
            raise JoinError(f"{name}.js declares or imports {each} twice")


def _names(listed):
    return re.findall(r"\w+", listed)


def _function(name, text, exported):
    text = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    text = IMPORT.sub(lambda found: f"const {{{found[1]}}} = ${found[3]};" if found[1] else "", EXPORT.sub("", text))
    return f"const ${name} = (() => {{\n{text}\nreturn {{ {', '.join(exported)} }}; }})();"
