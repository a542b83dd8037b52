"""Find a Chromium for tests and benchmarks: the one place that knows where browsers live.

In this order: $CHROMIUM, a browser on the path or in its usual place, playwright's own (fetched if possible),
and, as root on Debian, apt-get. `python tools/find_browser.py` prints the path. With --others it installs, there, the
two other engines in which a few tests look at pages as well.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from filelock import FileLock

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "~/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "%ProgramFiles%/Google/Chrome/Application/chrome.exe",
    "%ProgramFiles(x86)%/Google/Chrome/Application/chrome.exe",
    "%LocalAppData%/Google/Chrome/Application/chrome.exe",
    "%ProgramFiles(x86)%/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
# The other engines: the program that is driven, and the packages of Debian that it needs.
OTHERS = {"firefox": ("firefox-esr", "firefox"), "webkit": ("WebKitWebDriver",)}
PACKAGES = {"firefox": ["firefox-esr"], "webkit": ["webkit2gtk-driver", "xvfb"]}
ADVICE = """No browser was found, and the tests need one. Any of these helps:
  - install Chromium or Google Chrome (Debian: apt install chromium; macOS: brew install --cask chromium)
  - python -m playwright install chromium
  - set the environment variable CHROMIUM to the path of a Chromium or Chrome"""


class NoBrowser(RuntimeError):
    """No browser, and none could be installed; the message says what to do."""


@lru_cache(maxsize=1)
def find_browser():
    """Path of a Chromium; NoBrowser if there is none and none can be had."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not shutil.which(given):
            raise NoBrowser(f"$CHROMIUM is {given}, which is not a program")
        return shutil.which(given)
    if path := installed() or playwrights_own():
        return str(path)
    with FileLock(Path(tempfile.gettempdir()) / "explorable-browser.lock"):  # two test workers, one installation
        # Whoever waited looks again before it fetches one.
        path = installed() or playwrights_own() or fetched_by_playwright() or fetched_by_apt()
    if not path:
        raise NoBrowser(ADVICE)
    return str(path)


def launch_options():
    """What playwright's `chromium.launch` needs. Root has no sandbox."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {"executable_path": find_browser(), "args": FLAGS + ["--no-sandbox"] * root}


def installed():
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    usual = (Path(os.path.expandvars(place)).expanduser() for place in PLACES)
    return on_path or next((place for place in usual if place.is_file()), None)


def playwrights_own():
    from playwright.sync_api import sync_playwright

    try:
        with sync_playwright() as playwright:
            path = Path(playwright.chromium.executable_path)
    except Exception:  # a loop is running, or the driver does not start: then its browser is of no use either
        return None
    return path if path.is_file() else None


def fetched_by_playwright():
    print("No browser found; trying `playwright install chromium` ...", file=sys.stderr)
    done = run([sys.executable, "-m", "playwright", "install", "chromium"])
    return playwrights_own() if done else None


def fetched_by_apt():
    return installed() if install("chromium") else None


def install(*packages):
    """Whether apt-get installed these packages; only root may, and only Debian and its like have them."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return False
    print(f"Not found; trying `apt-get install {' '.join(packages)}` ...", file=sys.stderr)
    run(["dpkg", "--configure", "-a"])  # an installation that was broken off would stop the next one
    run(["apt-get", "update", "-q"])
    return run(["apt-get", "install", "-y", "-q", *packages])


def other_engine(name):
    """Path of the program by which "firefox" or "webkit" is driven, or None if it is not installed."""
    return next(filter(None, map(shutil.which, OTHERS[name])), None)


def install_others():
    """Install the other engines that are missing; NoBrowser if that fails."""
    missing = [name for name in OTHERS if not other_engine(name)]
    if missing and not install(*(package for name in missing for package in PACKAGES[name])):
        raise NoBrowser(f"could not install {', '.join(package for name in missing for package in PACKAGES[name])}")


def run(command):
    """Whether the command ended well; its output goes to stderr."""
    try:
        return subprocess.run(command, stdout=sys.stderr, timeout=900, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    try:
        if "--others" in sys.argv[1:]:
            install_others()
        print(find_browser())
    except NoBrowser as error:
        sys.exit(str(error))
