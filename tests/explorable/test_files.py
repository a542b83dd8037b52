"""Files that appear whole or not at all."""

import subprocess
import sys

import pytest

from explorable.files import write_whole

WRITE = "import pathlib, sys; from explorable.files import write_whole; write_whole(pathlib.Path(sys.argv[1]), b'all')"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no umask")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600), (0o002, 0o664)])
def test_the_mode_of_a_file_follows_the_umask(tmp_path, umask, mode):
    path = tmp_path / "file"
    subprocess.run([sys.executable, "-c", WRITE, path], umask=umask, check=True)
    assert path.read_bytes() == b"all" and path.stat().st_mode & 0o777 == mode


def test_a_file_that_cannot_be_put_in_its_place_leaves_nothing(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "taken", b"all")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
