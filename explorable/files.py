"""Files that appear whole or not at all, whoever is killed while one is written; and how a setting names a path."""

import os
from pathlib import Path
from uuid import uuid4


def write_whole(path, content):
    """Write bytes beside `path`, then give them that name. What a killed process leaves ends in `.part`.

    The file follows the umask, as any other: one made by `tempfile` would be its owner's alone, wherever it is copied.
    """
    temporary = path.with_name(f"{uuid4().hex}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def seen_from(book, path):
    """The path as a setting: relative if it lies in the book's folder, since `.buildinfo` in the site is a hash of the
    settings, and would tell one place of the whole from another.
    """
    book = Path(book).resolve()
    return path.relative_to(book).as_posix() if path.is_relative_to(book) else str(path)
