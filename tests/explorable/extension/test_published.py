"""A site that is copied with its modes and served by somebody else, as on a host."""

import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest

from tests.book import driver
from tests.explorable.extension.tiny import build_book, widget, write_book

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="there is no umask")]
SERVER = """
import functools, http.server, os, sys
if os.geteuid() == 0:
    import pwd
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A tiny book, built where files are for everybody, and then again over what an older version left."""
    folder = tmp_path_factory.mktemp("published")
    write_book(folder, f"# One\n\n{widget()}\n\n$$ x^2 $$\n")
    for _ in range(2):
        good, words = build_book(folder, umask=0o022)
        assert good, words
        closed = [path for path in site(folder).rglob("*") if path.is_file() and not_for_all(path)]
        assert not closed
        for path in site(folder).rglob("*.js"):
            path.chmod(0o600)
    good, words = build_book(folder, umask=0o022)
    assert good, words
    return folder


def site(folder):
    return folder / "_build" / "html"


def not_for_all(path):
    return path.stat().st_mode & 0o444 != 0o444


@pytest.fixture
def address(book):
    """Where a copy of the site is served: by nobody, if the tests may become somebody else."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        copy = shutil.copytree(site(book), Path(folder, "site"))
        command = [sys.executable, "-c", SERVER, copy]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            try:
                yield f"http://127.0.0.1:{int(server.stdout.readline())}/"
            finally:
                server.terminate()


def test_every_file_may_be_read_after_a_second_build_too(book):
    assert not [path for path in site(book).rglob("*") if not_for_all(path)]


def test_another_user_serves_it_and_its_widget_is_alive(book, address, browser):
    for path in site(book).rglob("*"):
        if path.is_file():
            with urllib.request.urlopen(address + path.relative_to(site(book)).as_posix(), timeout=30) as answer:
                assert answer.read() == path.read_bytes()
    page = browser.new_page()
    page.goto(address)
    driver.show(page, "square")
    page.locator("#square input[type=range]").press("End")
    assert "the square is 9" in page.locator("#square .ex-readout").inner_text()
    page.close()


def test_what_the_umask_forbids_stays_forbidden(tmp_path):
    """Also in folders, which whoever may read them may enter."""
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "folder" / "file").touch(0o600)
    code = "import pathlib, sys; from explorable.extension.readable import open_up; open_up(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, tmp_path / "folder"], umask=0o027, check=True)
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "folder", tmp_path / "folder" / "file")]
    assert modes == [0o750, 0o640]
