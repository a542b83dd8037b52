"""The browser's half: the page's runtime draws, moves and speaks, and asks the kernel for what it cannot compute."""

import numpy as np
import pytest
from playwright.sync_api import expect

from explorable import Chart, Dot, Drag, Explorable, Line, Numbers, Point, Sampled, Slider, Symbolic, Toggle, Vector

PAINT = "(color) => { document.body.style.background = color; document.body.className = color; }"
READY = "(where) => document.querySelector(`${where} figure`).explorable"


def symbolic():
    import sympy as sp

    a, p_x, p_y = sp.symbols("a p_x p_y")
    return Explorable(
        key="formulas",
        title="Formulas",
        controls=[
            Slider("a", "the slope", low=0, high=4, step=0.5, start=1),
            Toggle("on", "switched on", start=True),
            Point("p", "place", start=(0, 0), x=(-2, 2), y=(-2, 2), step=0.1),
            Numbers("x", "numbers", start=(1, 2), low=-5, high=5, step=1),
        ],
        model=Symbolic({"line": a * Vector("t"), "sum": a + p_x + p_y}, constants={"t": np.linspace(0, 1, 5)}),
        figures=Chart(
            [Line(np.linspace(0, 1, 5), "line"), Dot("p_x", "p_y", drag=Drag("p", "xy"))], alt="A line, {on}, and {x}."
        ),
        readout="The sum is {sum:.3f}.",
        caption="A line.",
    )


def squares(n, power):
    if n == 9:
        raise ValueError("nine is refused")
    return {"value": float(n) ** power, "row": np.arange(n + 1.0)[:3] ** power, "table": np.ones((2, 2)) * n}


def sampled(**changes):
    parts = {
        "key": "table",
        "title": "A table",
        "controls": [
            Slider("n", "n", low=2, high=8, step=1, start=3),
            Slider("power", "power", low=1, high=3, step=0.5, start=2),
        ],
        "model": Sampled(squares),
        "figures": Chart([Line(y="row")]),
        "readout": "The value is {value:.3f} at {n} and {power}.",
        "caption": "Powers.",
    }
    return Explorable(**(parts | changes))


def values(page, where="#one"):
    return page.evaluate(f"(where) => ({READY})(where).values", where)


def test_a_symbolic_widget_answers_without_the_kernel(notebook, bare_page):
    book = notebook(symbolic())
    figure = book.mount()
    assert figure.locator(".ex-readout").inner_text() == "The sum is 1.000."
    figure.locator("input[type=range]").first.focus()
    bare_page.keyboard.press("ArrowRight")
    bare_page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    assert figure.locator(".ex-readout").inner_text() == "The sum is 1.500."  # before any message was delivered
    assert [list(each) for each in book.talk()] == [["changes"]]
    assert book.view.values["a"] == 1.5


def test_python_moves_the_picture_and_the_picture_moves_python(notebook, bare_page):
    book = notebook(symbolic())
    figure = book.mount()
    before = figure.locator(".ex-canvas").inner_html()
    book.view.set(a=1.2345, on=False, x=[3, 4, 5])  # between two stops
    book.settle()
    assert figure.locator(".ex-canvas").inner_html() != before
    assert figure.locator(".ex-readout").inner_text() == "The sum is 1.234."
    assert figure.locator(".ex-value").first.inner_text() == "1.23"
    assert values(bare_page)["a"] == 1.2345 and values(bare_page)["x"] == [3, 4, 5]
    handle = figure.locator(".ex-handle").first
    box = handle.bounding_box()
    bare_page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    bare_page.mouse.down()
    bare_page.mouse.move(box["x"] + 60, box["y"] - 20, steps=4)
    bare_page.mouse.up()
    book.settle()
    x, y = book.view.values["p"]
    assert x > 0.05 and y > 0.05, "a chart can be dragged in a notebook"
    figure.get_by_role("button", name="Reset").click()
    book.settle()
    assert dict(book.view.values)["a"] == 1 and book.view.values["p"].tolist() == [0, 0]


def test_stops_of_a_grid_come_from_the_browser_and_others_from_the_kernel(notebook, bare_page):
    book = notebook(sampled())
    figure = book.mount()
    book.view.set(n=5)
    bare_page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    assert figure.locator(".ex-readout").inner_text() == "The value is 25.000 at 5 and 2."
    assert not [each for each in book.talk() if "message" in each]
    book.view.set(power=1.7)
    book.settle()
    assert figure.locator(".ex-readout").inner_text() == "The value is 15.426 at 5 and 1.7."


def test_without_the_grid_the_kernel_is_asked_and_the_latest_question_wins(notebook, bare_page, monkeypatch):
    monkeypatch.setattr(Sampled, "seconds_to_bake", lambda self, controls: 1e9)
    book = notebook(sampled())
    figure = book.mount()
    assert figure.locator(".ex-readout").inner_text() == "The value is 9.000 at 3 and 2."
    slider = figure.locator("input[type=range]").first
    slider.focus()
    for _ in range(3):
        bare_page.keyboard.press("ArrowRight")
        bare_page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    bare_page.wait_for_timeout(300)
    assert "computing" in figure.locator(".ex-remark").inner_text()
    said = bare_page.evaluate("() => model.sent.map((each) => each.message?.ask).filter(Boolean)")
    answers = {number: squares(n, 2) for number, n in zip(said, (4, 5, 6))}
    for number in (said[-1], said[0]):  # the overtaken one comes late
        shapes = [[name, list(np.shape(value))] for name, value in answers[number].items()]
        buffers = [np.asarray(value, float).tobytes() for value in answers[number].values()]
        book.messages.append(({"answer": number, "error": "", "outputs": shapes}, buffers))
    book.deliver()
    bare_page.wait_for_timeout(50)
    assert figure.locator(".ex-readout").inner_text() == "The value is 36.000 at 6 and 2."
    assert figure.locator(".ex-remark").inner_text() == ""


def test_an_error_of_the_model_is_told_in_its_place_and_goes_again(notebook, bare_page, monkeypatch):
    monkeypatch.setattr(Sampled, "seconds_to_bake", lambda self, controls: 1e9)
    controls = [Slider("n", "n", low=2, high=9, step=1, start=3), Slider("power", "power", values=(1, 2), start=2)]
    book = notebook(sampled(controls=controls))
    figure = book.mount()
    book.view.set(n=9)
    book.settle()
    problem = figure.locator(".ex-problem")
    assert problem.is_visible() and "ValueError: nine is refused" in problem.inner_text()
    book.view.set(n=4)
    book.settle()
    assert problem.is_hidden() and figure.locator(".ex-readout").inner_text() == "The value is 16.000 at 4 and 2."


def test_the_menu_offers_no_address_where_a_widget_has_none(notebook):
    figure = notebook(symbolic()).mount()
    figure.get_by_role("button", name="Menu").click()
    offered = figure.locator(".ex-menu > button").all_inner_texts()
    assert offered == ["Enlarge", "Picture as SVG", "Picture as PNG", "Numbers as CSV", "Keys"]
    figure.get_by_role("button", name="Keys").click()
    assert figure.locator(".ex-keys").is_visible(), "the second script came with the first"


def test_two_views_of_one_widget_stay_in_step_and_share_no_id(notebook, bare_page):
    book = notebook(symbolic())
    first, second = book.mount("#one"), book.mount("#two")
    first.locator("input[type=range]").first.focus()
    bare_page.keyboard.press("End")
    book.settle()
    assert (
        second.locator(".ex-readout").inner_text() == first.locator(".ex-readout").inner_text() == "The sum is 4.000."
    )
    ids = bare_page.evaluate("() => [...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    labels = bare_page.evaluate("() => [...document.querySelectorAll('label[for]')].map((e) => e.htmlFor)")
    assert set(labels) <= set(ids)
    assert bare_page.locator("style[data-explorable]").count() == 1


def test_a_view_that_goes_takes_its_listeners_with_it(notebook, bare_page):
    book = notebook(symbolic())
    book.mount()
    listening = bare_page.evaluate("() => model.listeners()")
    bare_page.evaluate("() => end()")
    assert bare_page.evaluate("() => model.listeners()") <= listening - len(book.view.names)


def test_a_reopened_notebook_without_a_kernel_is_alive_or_says_what_to_do(notebook, bare_page):
    """With the runtime among what was saved it lives, as all tests here show; else the static widget, and a word."""
    book = notebook(symbolic())
    bare_page.evaluate("() => model.set('ex_runtime', new DataView(new ArrayBuffer(0)))")
    bare_page.evaluate("() => { model.set('ex_version', 'another'); model.sent.splice(0); }")
    bare_page.evaluate("(esm) => void mount(model, esm, document.querySelector('#one'))", book.view._esm)
    figure = bare_page.locator("#one figure")
    assert figure.locator(".ex-readout").inner_text() == "The sum is 1.000."
    bare_page.locator("#one > .ex-remark").wait_for(timeout=8000)
    assert "Run this cell" in bare_page.locator("#one > .ex-remark").inner_text()


GROUNDS = [
    ("#111", "dark"), ("#fff", "light"), ("color(srgb 1 1 1)", "light"), ("color(display-p3 0.1 0.1 0.1)", "dark"),
    ("oklch(0.95 0.02 90)", "light"), ("oklab(0.2 0 0)", "dark"), ("lab(95 0 none)", "light"), ("lch(9 0 0)", "dark"),
    ("color(srgb 0 0 0 / 0.2)", "light"), ("rgba(255, 255, 255, 0.9)", "light"),
]  # fmt: skip


@pytest.mark.parametrize(("ground", "theme"), GROUNDS)
def test_the_theme_is_that_of_the_ground(notebook, bare_page, ground, theme):
    """However the host writes its color; of one that shows through, what is behind it counts."""
    book = notebook(symbolic())
    figure = book.mount()
    other = {"dark": "#fff", "light": "#111"}[theme]
    for color in (other, ground):
        bare_page.evaluate(PAINT, color)
        bare_page.wait_for_timeout(200)
    assert figure.evaluate("(f) => getComputedStyle(f).colorScheme") == theme


def test_a_style_sheet_that_comes_late_is_seen(notebook, bare_page):
    figure = notebook(symbolic()).mount()
    bare_page.evaluate(
        "() => { document.body.className = 'dark'; setTimeout(() => document.styleSheets[0].insertRule("
        "'body.dark { background: #111 !important }'), 200); }"
    )
    expect(figure).to_have_css("color-scheme", "dark")


def test_a_view_that_is_put_into_the_page_later_takes_its_theme(notebook, bare_page):
    """JupyterLab makes outputs that are out of sight apart from the page."""
    book = notebook(symbolic())
    bare_page.evaluate(PAINT, "#111")
    bare_page.evaluate(
        "(esm) => { window.apart = document.createElement('div'); mount(model, esm, apart); }", book.view._esm
    )
    for _ in range(40):
        book.talk()
        if bare_page.evaluate("() => Boolean(apart.querySelector('figure')?.explorable)"):
            break
        bare_page.wait_for_timeout(50)
    bare_page.evaluate("() => document.querySelector('#one').append(apart)")
    figure = bare_page.locator("#one figure")
    expect(figure).to_have_css("color-scheme", "dark")
    figure.locator(".ex-marks").first.wait_for()


def test_in_a_shadow_tree_the_styles_are_there_as_well(notebook, bare_page):
    book = notebook(symbolic())
    bare_page.evaluate(
        """(esm) => {
      const root = document.querySelector('#two').attachShadow({ mode: 'open' });
      root.innerHTML = '<div></div>';
      mount(model, esm, root.firstChild);
    }""",
        book.view._esm,
    )
    for _ in range(40):
        book.talk()
        if bare_page.evaluate(
            "() => document.querySelector('#two').shadowRoot.querySelector('figure')?.explorable?.drawn"
        ):
            break
        bare_page.wait_for_timeout(50)
    assert bare_page.locator("#two figure .ex-title").evaluate("(e) => getComputedStyle(e).fontWeight") == "650"
