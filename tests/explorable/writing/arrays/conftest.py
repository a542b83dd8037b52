"""One page with MicroPython and the arrays, for all tests of this folder."""

import pytest

from tests.explorable.writing.arrays import inpage


@pytest.fixture(scope="session")
def page(browser, tmp_path_factory):
    context = browser.new_context(offline=True)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.started = inpage.started(page, tmp_path_factory.mktemp("arrays"))
    yield page
    context.close()
    assert not problems
