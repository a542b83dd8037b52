"""Pages of the runtime's own demonstration, opened in the browser from disk."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # demo.py and demo_widgets.py stand beside the tests

import demo
import demo_widgets

from tests.conftest import open_watched


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A folder with index.html, one widget of every kind on it."""
    folder = tmp_path_factory.mktemp("site")
    demo.write_page(folder, demo_widgets.all_widgets(), prose=demo_widgets.PROSE)
    demo.write_page(folder, [demo_widgets.surface()], "surface.html")
    demo.write_page(folder, [demo_widgets.turnable()], "turnable.html")
    return folder


@pytest.fixture(scope="module")
def page(request, browser, tmp_path_factory):
    """An open page with nothing but the `widget` of the test's module, which is awake."""
    only = request.module.widget()
    path = demo.write_page(tmp_path_factory.mktemp(only.key), [only])
    page = open_watched(browser, path, root=path.parent)
    page.evaluate(VALUES, only.key)
    yield page
    assert not page.watch.problems
    page.context.close()


WAKE = """key => {
  const w = explorable.widgets.get(key);
  w.wake();
  w.figure.scrollIntoView({block: 'start', behavior: 'instant'});
  w.moves = [];
  w.figure.addEventListener('explorable:change', event => w.moves.push(event.detail));
  return w.ready.then(() => true, () => false);
}"""
VALUES = "key => { const w = explorable.widgets.get(key); w.wake(); return w.ready.then(() => w.values); }"
SETTLE = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20))))"


DRAWN = "all => all.flatMap(e => [...e.children].map(p => p.matches('.ex-values, .ex-ghost') ? '' : p.outerHTML))"


class Hand:
    """One widget on an open page: what it holds, what it shows, and how to touch it."""

    def __init__(self, page, key):
        self.page, self.key = page, key
        self.figure = page.locator(f"#{key}")
        self.woke = page.evaluate(WAKE, key)
        self.settle()

    def settle(self):
        """Wait until what was done is drawn."""
        self.page.evaluate(SETTLE)

    def values(self):
        """Control values by name."""
        return self.page.evaluate("key => explorable.widgets.get(key).values", self.key)

    def neighbor(self, key):
        """Control values of another widget of the page, once it is ready."""
        return self.page.evaluate(VALUES, key)

    def picture(self):
        """The HTML of all pictures but for what the pointer asks for: equal only if nothing changed."""
        return "".join(self.figure.locator(".ex-canvas").evaluate_all(DRAWN))

    def readout(self):
        return self.figure.locator(".ex-readout").inner_text()

    def problem(self):
        """The message in the widget's place, or "" if all is well."""
        return self.figure.locator(".ex-problem").evaluate("e => e.hidden ? '' : e.textContent")

    def control(self, name):
        return self.figure.locator(f"[data-control={name}]")

    def slide(self, name, index):
        """Move a slider to a stop by its index."""
        self.control(name).locator("input").evaluate(
            "(e, i) => { e.value = i; e.dispatchEvent(new InputEvent('input', {bubbles: true})); }", index
        )
        self.settle()

    def share(self, entry):
        """Press an entry of the menu, which is opened first."""
        self.figure.get_by_role("button", name="Menu").click()
        self.figure.get_by_role("button", name=entry).click()

    def said(self):
        """What the menu answers."""
        words = self.figure.locator(".ex-share [role=status]:not(:empty)")
        words.wait_for()
        return words.inner_text()

    def changes(self, action):
        """Do it, and say whether values and picture changed: (bool, bool)."""
        before = self.values(), self.picture()
        action()
        self.settle()
        return self.values() != before[0], self.picture() != before[1]


@pytest.fixture
def hand(watched_page, site):
    """`hand(key, **how)` opens the demonstration page and wakes one widget; `query` is the address's query."""

    def take(key, *, query="", name="index.html", folder=None, **how):
        folder = folder or site
        address = (folder / name).as_uri() + query
        return Hand(watched_page(address, root=folder, **how), key)

    return take
