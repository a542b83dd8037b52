"""A program in a notebook is run by NumPy in the kernel; the picture is the page's."""

import numpy as np

from explorable import Drawing
from tests.explorable import programs

FRAMES = "n => new Promise(done => { const next = () => (n-- ? requestAnimationFrame(next) : done()); next(); })"
HELD = "name => Array.from([document.querySelector('#one figure').explorable.outputs[name]].flat(Infinity)[0])"


def held(page, name):
    """A flat output as the picture has it."""
    return np.array(page.evaluate(HELD, name))


def test_the_picture_shows_what_numpy_computes(notebook, bare_page):
    widget = programs.fitting()
    book = notebook(widget)
    figure = book.mount()
    assert figure.locator(".ex-readout").inner_text().startswith("Step 0.")
    book.view.set(step=30, rate=0.1)
    book.settle()
    expected = programs.fitting().evaluate(step=30, rate=0.1)
    np.testing.assert_array_equal(held(bare_page, "loss_a"), expected["loss_a"])
    np.testing.assert_array_equal(book.view.outputs["weights_b"], expected["weights_b"])
    words = f"Step 30. A {expected['error_a']:.3f}, B {expected['error_b']:.3f}"
    assert figure.locator(".ex-readout").inner_text().startswith(words)


def test_the_reader_moves_the_clock_and_the_kernel_goes_on(notebook, bare_page):
    book = notebook(programs.fitting())
    figure = book.mount()
    slider = figure.locator("[data-control=step] input")
    slider.focus()
    for _ in range(3):
        bare_page.keyboard.press("ArrowRight")
        book.settle()
    assert book.view.values["step"] == 3 and len(held(bare_page, "loss_a")) == 3


def test_a_run_waits_for_its_pictures_and_can_be_paused(notebook, bare_page):
    """The kernel is asked for the next state when the last one is drawn: then no picture is overtaken by a question."""
    book = notebook(programs.fitting())
    figure = book.mount()
    play = figure.locator(".ex-play")
    play.click()
    steps = []
    while len(set(steps)) < 6 and len(steps) < 60:  # on a busy machine a frame may bring nothing new
        bare_page.evaluate(FRAMES, 4)
        asked = [each["message"]["values"]["step"] for each in book.talk() if "message" in each]
        assert len(asked) <= 1, f"asked for steps {asked} with no answer in between"
        steps.append(held(bare_page, "done_a")[0])
    assert play.get_attribute("aria-pressed") == "true"
    assert sorted(steps) == steps and len(set(steps)) == 6, f"pictures of the steps {steps}"
    play.click()
    book.settle()
    step = book.view.values["step"]
    assert play.get_attribute("aria-pressed") == "false" and held(bare_page, "done_a")[0] == step < 1500
    bare_page.evaluate(FRAMES, 8)
    book.settle()
    assert book.view.values["step"] == step, "it runs on"


def test_what_only_a_page_does_is_not_offered(notebook):
    """Presses act on the state between two steps, which the kernel is not asked for."""
    figure = notebook(programs.fitting()).mount()
    assert figure.locator("[data-act]").count() == 0


def test_a_fault_of_the_program_is_told_in_the_widgets_place(notebook):
    def refusing(state, r):
        raise RuntimeError("the step is broken")

    widget = programs.logistic()
    book = notebook(widget)
    figure = book.mount()
    widget.model.step = refusing
    book.view.set(step=5)
    book.settle()
    assert "the step is broken" in figure.locator(".ex-problem").inner_text()


def test_a_pad_is_there_and_what_is_drawn_on_it_reaches_the_kernel(notebook, bare_page):
    """The kernel is asked with all settings, a picture among them: as numbers, and also when another control moves."""
    widget = programs.logistic(
        controls=[Drawing("inked", "a picture", rows=2, columns=3)],
        look=lambda state, inked: {"now": 0 * state["x"] + np.sum(inked)},
    )
    book = notebook(widget)
    figure = book.mount()
    assert figure.locator(".ex-drawing canvas, .ex-drawing svg").count() > 0
    bare_page.evaluate("document.querySelector('#one figure').explorable.set({ inked: 'f0f000' })")
    book.settle()
    slider = figure.locator("[data-control=step] input")
    slider.focus()
    bare_page.keyboard.press("ArrowRight")
    book.settle()
    assert figure.locator(".ex-readout").inner_text() == "Step 1: 2.000; −1."
    assert figure.locator(".ex-problem").is_hidden()
