"""The three engines, each started once, and pages that note what goes wrong in them."""

import pytest

from tests.engines.chromium import Chromium
from tests.engines.firefox import Firefox
from tests.engines.webkit import WebKit
from tools.find_browser import OTHERS, other_engine

STARTS = {"firefox": Firefox, "webkit": WebKit}
# Before anything else in the page: errors, what is written into the console as one, and files that do not arrive.
COLLECT = """<script>
window.problems = [];
const missing = ({ src, href }) => `missing: ${src || href}`;
addEventListener("error", (event) => problems.push(event.message || missing(event.target)), true);
addEventListener("unhandledrejection", (event) => problems.push(`rejected: ${event.reason}`));
for (const kind of ["error", "warn"]) console[kind] = (...words) => problems.push(`${kind}: ${words.join(" ")}`);
</script>"""


@pytest.fixture(scope="session", params=["chromium", *STARTS])
def engine(request, tmp_path_factory):
    """One browser, or a skip where there is none; in CI a skip is a failure, and .ci/run installs them."""
    if request.param == "chromium":
        driver = Chromium(request.getfixturevalue("browser"))
    else:
        program = other_engine(request.param)
        if not program:
            pytest.skip(f"no {OTHERS[request.param][0]} here")
        driver = STARTS[request.param](program, tmp_path_factory.mktemp(request.param))
    yield driver
    driver.close()


@pytest.fixture(scope="session")
def noting_pages(book, tmp_path_factory):
    """`noting_pages(name)` is the address of a page of the book that keeps its problems in `window.problems`."""
    folder = tmp_path_factory.mktemp("noting")
    (folder / "chapters").mkdir()
    for entry in book.iterdir():
        if entry.is_dir() and entry.name != "chapters":
            (folder / entry.name).symlink_to(entry, target_is_directory=True)

    def address(name):
        text = (book / f"{name}.html").read_text(encoding="utf-8")
        (folder / f"{name}.html").write_text(text.replace("<head>", f"<head>{COLLECT}", 1), encoding="utf-8")
        return (folder / f"{name}.html").as_uri()

    return address
