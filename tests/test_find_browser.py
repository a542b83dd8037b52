"""How a browser is found, and what is said if there is none; nothing is installed here."""

import pytest

from tools import find_browser as tool


@pytest.fixture
def machine(monkeypatch):
    """A machine without a browser, where each step can be replaced: `machine(installed=..., ...)`."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    tool.find_browser.cache_clear()

    def make(**steps):
        for name in ("installed", "playwrights_own", "fetched_by_playwright", "fetched_by_apt"):
            monkeypatch.setattr(tool, name, steps.get(name, lambda: None))

    yield make
    tool.find_browser.cache_clear()


def test_what_is_installed_is_taken_first(machine):
    machine(installed=lambda: "/usr/bin/chromium", fetched_by_apt=lambda: pytest.fail("installs without need"))
    assert tool.find_browser() == "/usr/bin/chromium"


def test_without_a_browser_the_advice_is_given(machine):
    machine()
    with pytest.raises(tool.NoBrowser, match="apt install chromium"):
        tool.find_browser()


def test_a_waiting_worker_looks_again_before_it_installs(machine):
    """The other worker has installed one while this one waited for the lock."""
    looks = iter([None, "/usr/bin/chromium"])
    machine(installed=lambda: next(looks), fetched_by_apt=lambda: pytest.fail("installs a second time"))
    assert tool.find_browser() == "/usr/bin/chromium"


def test_a_wrong_address_is_named(machine, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(tool.NoBrowser, match="/nowhere/chromium"):
        tool.find_browser()
