"""A page stays open from one test to the next: to open it and to wake its widgets takes longer than most questions."""

import pytest

from tests.book.pages import view
from tests.conftest import FAILED, open_watched

HEIGHT = 740  # of the window


class Visit:
    """The page that is open. It is opened anew for other settings, on request, and after a test that failed."""

    def __init__(self, browser, book):
        self.browser, self.book = browser, book
        self.settings = self.page = None

    def open(self, name, fresh=False, scheme="light", **parameters):
        """A page as `view` says. Its widgets may stand where the last test left them, unless it is `fresh`."""
        settings = name, *view(**parameters)
        if fresh or settings != self.settings:
            self.close()
            _, width, touch = settings
            allowed = {} if touch else {"permissions": ["clipboard-write"]}  # for the button that copies an address
            window = {"width": width, "height": HEIGHT, "touch": touch, "scheme": scheme}
            self.page = open_watched(self.browser, self.book / f"{name}.html", **window, **allowed)
            self.settings = settings
        else:
            self.page.evaluate("() => { scrollTo(0, 0); document.activeElement?.blur(); }")
            self.page.mouse.move(0, 0)  # else what is scrolled under it would take it for a pointer
        return self.page

    def take_problems(self):
        """What the page did that it must not, since this was asked last."""
        found = [f"{self.page.url}: {problem}" for problem in self.page.watch.problems] if self.page else []
        if found:
            self.page.watch.problems = []
        return found

    def close(self):
        if self.page:
            self.page.context.close()
        self.settings = self.page = None


@pytest.fixture(scope="session")
def visits(browser, book):
    visit = Visit(browser, book)
    yield visit
    visit.close()


@pytest.fixture
def visit(visits, request):
    """`visit(name, width=, way=, fresh=)` opens a page, or goes back to it; the test fails if the page misbehaved."""
    yield visits.open
    problems = visits.take_problems()
    if problems or request.node.stash[FAILED]:
        visits.close()
    assert not problems, "\n".join(problems)
