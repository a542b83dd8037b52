"""Cells that are editors: by pointer, finger and keyboard, from disk and from a server; what is written is kept."""

import http.server
import json
import re
import threading
from functools import partial

import pytest

from bnbook import exercises
from tests.book import driver
from tests.book.test_predictions import faults
from tests.conftest import Watch
from tests.exercises.test_in_chapters import CELLS

PAGE = "chapters/03_backprop"
RIGHT = """def my_gradient(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    s = np.sqrt((c**2).mean(axis=0) + eps)
    xhat = c / s
    return gamma / s * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))


exercises.backward.check(my_gradient)"""

ENDLESS = """def my_gradient(dy, x, gamma, eps):
    while True:
        pass


exercises.backward.check(my_gradient)"""


def box_of(page, name="backward"):
    return page.locator(f"#write-{name}")


def awake(page, name="backward"):
    """The box of an exercise, with its editor."""
    box = box_of(page, name)
    box.locator("[data-act=edit]").click()
    box.locator(".cm-content").wait_for()
    return box


def put(page, box, text):
    """Replace the text as a reader does, by keys."""
    box.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def lines_of(box):
    """What stands in the editor."""
    return box.evaluate("box => [...box.querySelectorAll('.cm-line')].map((line) => line.textContent)")


def run(box):
    box.locator("[data-act=run]").click()
    return said(box)


def said(box):
    """What the run is told as, once it has ended."""
    box.locator(".ex-write-status", has_text=re.compile("ran in")).wait_for()
    return box.locator(".ex-write-output").inner_text()


def stored(page):
    return page.evaluate("Object.entries(localStorage).filter(([name]) => name.startsWith('code: ')).map((e) => e[1])")


@pytest.fixture(scope="module")
def site(book):
    """The built book on a server that allows scripts of its own and nothing else."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'")
            super().end_headers()

        def do_GET(self):
            if self.path == "/favicon.ico":  # which browsers ask for by themselves
                self.send_response(204)
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(book)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_every_exercise_is_an_editor_in_its_chapter(book):
    found = {}
    for page in (book / "chapters").glob("*.html"):
        for name in re.findall(r'class="ex-write" id="write-([\w-]+)"', page.read_text(encoding="utf-8")):
            found[name] = page.stem
    assert [name for name in found if name.startswith("cell-")] != [], "and cells that are no exercises"
    found = {name: page for name, page in found.items() if not name.startswith("cell-")}
    assert found == {name: exercise.chapter for name, exercise in exercises.EXERCISES.items()}
    assert found == {cell.exercise: cell.chapter for cell in CELLS}


def test_nothing_is_loaded_until_an_editor_is_touched(book, watched_page):
    page = watched_page(book / f"{PAGE}.html", wait="commit")
    asked = []
    page.on("request", lambda request: asked.append(request.url.split("?")[0].rsplit("/", 1)[1]))
    page.wait_for_load_state("load")
    assert "write.js" in asked and not {"codemirror.js", "python.js", "editor.js"} & set(asked)
    run(awake(page))
    assert {"codemirror.js", "python.js", "editor.js", "bnbook.exercises.backward.js"} <= set(asked)
    assert sum(name.startswith("bnbook.exercises.") for name in asked) == 1
    assert "write.js" not in (book / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("way", "width"), [("mouse", 1280), ("mouse", 360), ("keyboard", 1280), ("touch", 360)])
def test_a_wrong_attempt_is_told_and_mended(book, watched_page, way, width):
    page = watched_page(book / f"{PAGE}.html", touch=way == "touch", width=width)
    box, press = box_of(page), driver.presser(page, way)
    assert "the path through the variance is missing" in box.locator(".cell_output").inner_text()
    press(box.locator("[data-act=run]"))
    assert "the path through the variance is missing" in said(box)
    assert box.locator(".cell_output").count() == 0, "what the build was told makes room"
    assert box.locator(".ex-write-output").get_attribute("aria-live") == "polite", "and it is spoken"
    put(page, box, RIGHT)
    if way == "keyboard":
        page.keyboard.press("Control+Enter")
        box.locator(".ex-write-card[data-tone=right]").wait_for()
    else:
        press(box.locator("[data-act=run]"))
        box.locator(".ex-write-card[data-tone=right]").wait_for()
    assert said(box).startswith("Right.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_alone_gets_in_and_out(book, watched_page):
    page = watched_page(book / f"{PAGE}.html")
    box = box_of(page)
    box.locator("[data-act=edit]").focus()
    page.keyboard.press("Enter")
    box.locator(".cm-content:focus").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("if 1:")
    page.keyboard.press("Enter")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    assert lines_of(box) == ["if 1:", "        2"], "a new line is indented, and Tab indents"
    page.wait_for_timeout(600)  # what comes soon after another change is undone with it
    page.keyboard.press("Shift+Tab")
    assert lines_of(box)[1] == "    2"
    page.keyboard.press("Control+z")
    assert lines_of(box)[1] == "        2"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.act") == "run"
    snapshot = box.aria_snapshot()
    assert 'textbox "Your code: The backward pass. Control and Enter run it. Escape, then Tab leaves."' in snapshot


def test_the_text_stays_on_this_device_until_it_is_taken_back(book, watched_page):
    page = watched_page(book / f"{PAGE}.html")
    start = box_of(page).get_attribute("data-code")
    box = awake(page)
    put(page, box, "print('mine')\n")
    assert "kept on this device" in box.locator(".ex-write-status").inner_text()
    assert json.loads(stored(page)[0]) == {f"{PAGE}#backward": "print('mine')\n"}
    page.reload()
    box = box_of(page)
    assert box.locator(".cell_input pre").inner_text().strip() == "print('mine')"
    assert "mine" in run(box)
    box.locator("[data-act=again]").click()
    assert lines_of(box) == start.split("\n") and stored(page) == []
    box.locator(".cm-content").focus()
    page.keyboard.press("Control+z")
    assert lines_of(box)[0] == "print('mine')", "to start again can be undone"


def test_what_was_solved_is_marked_until_it_is_begun_again(book, watched_page):
    page = watched_page(book / f"{PAGE}.html")
    mark = "box => getComputedStyle(box.querySelector('.ex-write-title strong'), '::after').content"
    box = awake(page)
    put(page, box, RIGHT)
    assert box.evaluate(mark) == "none" and run(box).startswith("Right.")
    assert box.evaluate(mark) == '" \u2713 solved"'
    page.reload()
    assert box_of(page).evaluate(mark) == '" \u2713 solved"' and box_of(page, "parameters").evaluate(
        "box => !box.matches('.ex-write-solved')"
    )
    box = awake(page)
    box.locator("[data-act=again]").click()
    left = page.evaluate("Object.keys(localStorage).filter((name) => /^(code|solved): /.test(name))")
    assert box.evaluate(mark) == "none" and left == []


def test_a_text_is_saved_and_opened(book, watched_page, tmp_path):
    page = watched_page(book / f"{PAGE}.html")
    box = awake(page)
    put(page, box, "a = 1\na + 1")
    with page.expect_download() as saved:
        box.locator("[data-act=save]").click()
    assert saved.value.suggested_filename == "backward.py"
    assert saved.value.path().read_text(encoding="utf-8") == "a = 1\na + 1"
    (tmp_path / "other.py").write_bytes(b"b = 5\r\nif b:\r\n\tprint(b)\r\n")
    with page.expect_file_chooser() as chosen:
        box.locator("[data-act=open]").click()
    chosen.value.set_files(tmp_path / "other.py")
    box.locator(".cm-line", has_text="b = 5").wait_for()
    assert run(box).strip() == "5"


def test_a_hint_comes_before_the_solution(book, watched_page):
    page = watched_page(book / f"{PAGE}.html")
    box = awake(page)
    assert box.locator("[data-act=solution]").is_disabled()
    box.locator("[data-act=hint]").click()
    assert said(box).startswith("Hint for exercises.backward") and box.locator("[data-act=solution]").is_enabled()
    box.locator("[data-act=solution]").click()
    box.locator("pre", has_text="def backward_solution").wait_for()


def test_an_endless_loop_is_stopped_and_the_page_lives(book, watched_page):
    page = watched_page(book / f"{PAGE}.html")
    box = awake(page)
    put(page, box, ENDLESS)
    box.locator("[data-act=run]").click()
    box.locator("[data-act=stop]").click()
    box.locator(".ex-write-card", has_text="Stopped.").wait_for()
    put(page, box, RIGHT)
    assert run(box).startswith("Right.")


def test_a_loop_that_takes_too_long_is_told(book, watched_page):
    page = watched_page(book / f"{PAGE}.html")
    box = awake(page)
    page.evaluate("Object.assign(explorableWriting.python, { seconds: 1 })")
    put(page, box, ENDLESS)
    words = run(box)
    assert "still running after 1 seconds and was stopped" in words and "a loop that never ends" in words
    assert "It was in line 2 of its file or cell: while True:" in words
    assert "It was called with a batch of 5 examples with 4 features" in words
    put(page, box, "x = 0\nwhile x == 0:\n    try:\n        print('again and again')\n    except:\n        pass")
    words = run(box)
    assert "more was printed than is shown" in words and "in line 2" in words and len(words) < 30_000
    assert "It was called with" not in words
    put(page, box, ENDLESS.replace("while True", "for i in range(10**12)"))
    assert "still running after 10 seconds and was stopped" in run(box), "no loop that can be asked: from outside"


def test_from_a_server_under_a_policy(site, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    watch = Watch(site)
    watch.attach(page)
    page.goto(f"{site}/{PAGE}.html")
    box = awake(page)
    put(page, box, RIGHT)
    assert run(box).startswith("Right.") and watch.problems == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_before_and_after(book, watched_page, width, scheme):
    page = watched_page(book / f"{PAGE}.html", width=width, scheme=scheme)
    assert faults(page, "#write-backward") == []
    box = awake(page)
    put(page, box, "# a comment\nprint('x' * 3, 1.5, None)\n" + RIGHT)
    run(box)
    assert faults(page, "#write-backward") == []
    box_of(page, "parameters").locator("summary").click()
    assert faults(page, "#write-parameters") == []


@pytest.mark.parametrize(
    ("chapter", "before"), [("02_transform", ("3.0", "-20.0")), ("03_backprop", ("0.5\n", "0.0\n"))]
)
def test_a_plain_cell_shows_what_the_notebook_shows_and_can_be_changed(book, watched_page, chapter, before):
    page = watched_page(book / "chapters" / f"{chapter}.html")
    box = box_of(page, "cell-1")
    built = box.locator(".cell_output").inner_text().strip()
    assert len(built) > 20 and run(box).strip() == built
    put(page, box, box.get_attribute("data-code").replace(*before))
    box.locator(".ex-write-status", has_text="kept").wait_for()
    assert run(box).strip() != built


def test_a_cell_that_needs_more_says_so(book, watched_page):
    page = watched_page(book / f"{PAGE}.html")
    said = "cell => getComputedStyle(cell, '::after').content"
    shown = page.locator(".cell:not(.tag_write) > .cell_input").evaluate_all(f"cells => cells.map({said})")
    assert len(shown) >= 5 and set(shown) == {'"runs in the notebook"'}
    assert box_of(page).locator(".cell_input").evaluate(said) == "none"


def test_without_a_script_it_is_a_cell(book, watched_page):
    page = watched_page(book / f"{PAGE}.html", java_script_enabled=False)
    box = box_of(page)
    assert "def my_gradient" in box.inner_text() and box.locator("button:visible").count() == 0


def test_in_the_notebook_it_is_a_cell_that_runs(book):
    cells = json.loads((book / "_sources" / f"{PAGE}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert sum("exercises.backward.check(my_gradient)" in text for text in code) == 1
    assert sum("exercises.parameters.check(" in text for text in code) == 1
