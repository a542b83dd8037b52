"""Files that appear whole or not at all, whoever is killed while one is written."""

import os
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
