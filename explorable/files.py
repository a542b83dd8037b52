"""Files that appear whole or not at all, whoever is killed while one is written."""

import os
import tempfile
from pathlib import Path


def write_whole(path, content):
    """Write bytes beside `path`, then give them that name. What a killed process leaves ends in `.part`."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
