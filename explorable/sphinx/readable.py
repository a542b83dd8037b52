"""Whoever may read the site's folder may read every file in it, whoever serves it.

Sphinx and its extensions copy files with the modes that these have where they come from, and builds of an older version
left scripts that only their owner could read. Copied to a host with their modes, they are refused there. So, when
all is written, each file gets the rights to read that the umask grants; none is taken away.
"""

import os
from pathlib import Path


def granted():
    """The bits that the umask leaves to new files, of those that allow reading."""
    mask = os.umask(0)  # it can only be read by setting it
    os.umask(mask)
    return 0o444 & ~mask


def open_up(folder):
    """Let all in `folder` be read, as the umask allows: 0644 and 0755 where it is 022. Links are left alone."""
    read = granted()
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        mode = path.stat().st_mode & 0o777
        wanted = mode | read | (read >> 2 if path.is_dir() else 0)  # whoever may read a folder may also enter it
        if mode != wanted:
            path.chmod(wanted)


def finish(app, exception):
    if not exception:
        open_up(Path(app.outdir))


def setup(app):
    app.connect("build-finished", finish, priority=940)  # when all is written
