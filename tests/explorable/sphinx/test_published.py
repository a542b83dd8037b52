"""A site that is copied with its modes and served by somebody else, as on a host."""

import functools
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.book import driver
from tests.explorable.sphinx.tiny import build_book, widget, write_book

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="there is no umask")]


class AsAnother(SimpleHTTPRequestHandler):
    """Serves what the modes give to everybody: as a host's own user would, without becoming one.

    (Whether a process may become somebody else is the machine's affair; what it would be refused stands in the modes.)
    """

    def send_head(self):
        path = Path(self.translate_path(self.path))
        root = Path(self.directory)
        above = [parent for parent in path.parents if parent == root or root in parent.parents]
        if any(not folder.stat().st_mode & 0o001 for folder in above):
            self.send_error(403, "a folder is closed to others")
            return None
        if path.is_file() and not path.stat().st_mode & 0o004:
            self.send_error(403, "the file is closed to others")
            return None
        return super().send_head()

    def log_message(self, *_):
        """Nothing: pytest's output is the report."""


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
def address(book, tmp_path):
    """Where a copy of the site, with its modes, is served."""
    copy = shutil.copytree(site(book), tmp_path / "site")
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(AsAnother, directory=copy)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


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
    expect(page.locator("#square .ex-readout")).to_contain_text("the square is 9")
    page.close()


def test_what_is_closed_to_others_is_refused(address, tmp_path):
    """The server of these tests would have shown the fault."""
    script = next((tmp_path / "site").rglob("*.js"))
    script.chmod(0o600)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(address + script.relative_to(tmp_path / "site").as_posix(), timeout=30)


def test_what_the_umask_forbids_stays_forbidden(tmp_path):
    """Also in folders, which whoever may read them may enter."""
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "folder" / "file").touch(0o600)
    code = "import pathlib, sys; from explorable.sphinx.readable import open_up; open_up(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, tmp_path / "folder"], umask=0o027, check=True)
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "folder", tmp_path / "folder" / "file")]
    assert modes == [0o750, 0o640]
