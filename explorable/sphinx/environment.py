"""What notebooks that the build runs must know, and when they must run again."""

import hashlib
import os
from pathlib import Path

CACHE = ".explorable-cache"
PACKAGE = Path(__file__).resolve().parent.parent


def set_environment(app):
    """Kernels inherit these: widgets choose the page host, and progress bars stay quiet.

    A progress bar in a cell goes to stderr, which `stderr_output: error` rightly fails on. The cache folder lies beside
    the book's source, is kept from build to build, and is given as an absolute path, since kernels run in chapters/.
    """
    os.environ["EXPLORABLE_HOST"] = "page"
    os.environ["EXPLORABLE_CACHE"] = str(Path(app.srcdir).resolve() / CACHE)
    os.environ["TQDM_DISABLE"] = "1"
    for library in ("OPENBLAS", "OMP", "MKL"):  # small matrices: threads would fight over the cores that grids use
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


# Parts of this package that no notebook imports.
IN_PAGES = ("pages.py", "parts.py", "baking.py", "inside/", "arrays/")  # of writing/
ELSEWHERE = ("sphinx/", "offline/", *(f"writing/{name}" for name in IN_PAGES))


def source_hash(root, patterns):
    """A short name for the state of this package's sources and of the files under root that match the patterns.

    What works on the results of notebooks, or in a page, is not imported by them.
    """
    files = {path for pattern in patterns for path in Path(root).glob(pattern)}
    files |= {path for path in PACKAGE.rglob("*.py") if not path.relative_to(PACKAGE).as_posix().startswith(ELSEWHERE)}
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        digest.update(path.name.encode("utf-8") + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def name_execution_cache(app, config):
    """Give the notebook cache a name made from the sources, since by itself it sees only the cells of a chapter.

    `explorable_sources` lists the book's own, as patterns relative to its folder.
    """
    config.exclude_patterns.append(f"{CACHE}/**")
    state = source_hash(app.srcdir, config.explorable_sources)
    config.nb_execution_cache_path = str(Path(os.environ["EXPLORABLE_CACHE"]) / "notebooks" / state)


def setup(app):
    app.add_config_value("explorable_sources", ["requirements.txt"], "env")
    set_environment(app)
    app.connect("config-inited", name_execution_cache)
