"""The first cell of a notebook that is offered for download names what is missing, all at once, and how to get it.

It looks for what the notebook's own cells import, for what widgets need in a notebook (`ENGINE`), and for what the
settings name. Settings, each in `_config.yml` alone:

explorable_packages     further modules that the notebooks need
explorable_repository   address of the book's repository, "" as long as it has none
explorable_requirement  the name under which pip finds the book's requirements in that repository, with its extras; ""
                        if the repository is no Python project
explorable_install      the command that installs what the book needs, in the repository's folder
"""

import ast
import re
import sys

# What `explorable` imports when a widget is shown in a notebook; tests/test_metadata.py compares this with its files.
ENGINE = (
    "explorable", "anywidget", "joblib", "numpy", "sympy", "threadpoolctl", "tqdm", "traitlets",
)  # fmt: skip
FIRST = '''\
# What this notebook needs is looked for here. If something is missing, all of it is named, with the way to get it.
from importlib.machinery import PathFinder
from importlib.util import find_spec


def is_there(name):
    top, _, rest = name.partition(".")
    spec = find_spec(top)
    return spec is not None and (not rest or bool(PathFinder.find_spec(name, spec.submodule_search_locations or [])))


needed = """
{needed}
"""
missing = [name for name in needed.split() if not is_there(name)]
if missing:
    raise ImportError(f"""not installed here: {{", ".join(missing)}}.
{advice}""")
'''


def source(config, code):
    """The source of the cell.   code : the sources of the notebook's code cells."""
    names = dict.fromkeys([*config.explorable_packages, *imports(code), *ENGINE])
    longer = {name.partition(".")[0] for name in names if "." in name}  # `bnbook.widgets` says more than `bn`
    needed = " ".join(sorted((name for name in names if name not in longer), key=str.lower))
    lines = re.findall(r".{1,110}(?: |$)", needed)
    return FIRST.format(needed="\n".join(line.strip() for line in lines), advice=advice(config))


def imports(code):
    """The packages beside the standard library that the cells import; of cells with magics, nobody can say."""
    for cell in code:
        try:
            tree = ast.parse(cell)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found = [node.module]
            else:
                continue
            tops = (name.partition(".")[0] for name in found)
            yield from (top for top in tops if top not in sys.stdlib_module_names)


def advice(config):
    """What to do where something is missing, from the settings."""
    address, requirement = config.explorable_repository, config.explorable_requirement
    if address and requirement:
        return f'Run this line in a cell, and restart the kernel:\n\n    %pip install "{requirement} @ git+{address}"\n'
    if address:
        folder = re.sub(r"\.git$", "", address.rstrip("/")).rpartition("/")[2]
        steps = f"    git clone {address}\n    cd {folder}\n    {config.explorable_install}\n"
        return f"Run these lines in a terminal, and restart the kernel:\n\n{steps}"
    return (
        "The book's settings hold no address to install it from. Get its repository from where this notebook is from,\n"
        f"run this line in the repository's folder, and restart the kernel:\n\n    {config.explorable_install}\n"
    )


def setup(app):
    app.add_config_value("explorable_packages", [], "html")
    app.add_config_value("explorable_repository", "", "html")
    app.add_config_value("explorable_requirement", "", "html")
    app.add_config_value("explorable_install", "pip install -r requirements.txt", "html")
