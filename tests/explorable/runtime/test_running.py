"""The hands of a running program: run, pause, one step, back to the start; when it rests; what goes wrong is said."""

import re

import demo
import numpy as np
import pytest
from running import Running, Way

from explorable.models import Action
from tests.axe import violations
from tests.explorable import programs
from tests.explorable.runtime.test_page import CSP

RUN = "[data-control=step] .ex-play"
MOVED = """([key, least]) => new Promise((done) => {
  const w = explorable.widgets.get(key);
  const look = () => (w.values.step >= least ? done(w.values.step) : requestAnimationFrame(look));
  look();
})"""
FRAMES = "n => new Promise(done => { const next = () => (n-- ? requestAnimationFrame(next) : done()); next(); })"


def built(folder, *widgets, **how):
    demo.write_page(folder, widgets or [programs.fitting()], **how)
    return folder


@pytest.fixture
def program(watched_page, tmp_path):
    """program(**how) opens a page with one program; key, query, and what write_page and the page take."""

    def take(*widgets, query="", csp="", prose="", **how):
        folder = built(tmp_path, *widgets, csp=csp, prose=prose)
        page = watched_page((folder / "index.html").as_uri() + query, root=folder, **how)
        return Running(page, widgets[0].key if widgets else "fitting")

    return take


def pressed(running):
    return running.figure.locator(RUN).get_attribute("aria-pressed")


def still(running):
    """Nothing moves any more."""
    before = running.values()["step"]
    running.page.evaluate(FRAMES, 12)
    return running.values()["step"] == before


@pytest.mark.parametrize("way", ["mouse", "keyboard", "touch"])
def test_run_pause_step_and_back(program, way):
    running = program(touch=way == "touch", width=400 if way == "touch" else 1280)

    def push(selector):
        button = running.figure.locator(selector)
        if way == "keyboard":
            button.focus()
            running.page.keyboard.press("Enter" if "step" in selector else "Space")
        else:
            button.tap() if way == "touch" else button.click()

    play = running.figure.locator(RUN)
    assert (play.get_attribute("aria-label"), pressed(running)) == ("Run", "false")
    push(RUN)
    assert (play.get_attribute("aria-label"), pressed(running)) == ("Pause", "true")
    running.page.evaluate(MOVED, ["fitting", 10])
    push(RUN)
    assert (play.get_attribute("aria-label"), pressed(running)) == ("Run", "false") and still(running)
    at = running.values()["step"]
    push("[data-act=step]")
    running.go()
    assert running.values()["step"] == running.at() == at + 1
    push("[data-act=kick]")
    running.go()
    moved = Way(programs.fitting().check())
    moved.go(step=at + 1)
    moved.press("kick")
    running.agrees(moved.expected())
    assert f"Step {at + 1}." in running.readout()
    push("[data-act=start]")
    running.go()
    assert running.values()["step"] == running.at() == 0 and running.outputs()["done_a"] == 0


def test_it_runs_as_many_steps_a_second_as_the_pace_says(program):
    running = program()
    running.go(speed=10)
    started = running.page.evaluate("performance.now()")
    running.figure.locator(RUN).click()
    running.page.evaluate(MOVED, ["fitting", 12])
    took = running.page.evaluate("performance.now()") - started
    assert 900 < took < 3000  # 11 more steps at 10 a second
    running.go(speed=240)  # a hand on a control stops it
    assert pressed(running) == "false" and still(running)


def test_a_setting_moved_while_it_runs_holds_from_that_step(program):
    running = program()
    running.figure.locator(RUN).click()
    running.page.evaluate(MOVED, ["fitting", 10])
    running.go(rate=0.1)
    at = running.at()
    assert running.values()["step"] == at >= 10 and pressed(running) == "false"
    running.go(step=at + 50)
    way = Way(programs.fitting().check())
    for changes in ({"step": at}, {"rate": 0.1}, {"step": at + 50}):
        way.go(**changes)
    running.agrees(way.expected())


def test_a_run_ends_at_the_last_step_and_begins_again(program):
    running = program(programs.fitting(steps=30))
    running.go(speed=240)
    running.figure.locator(RUN).click()
    running.page.evaluate(MOVED, ["fitting", 30])
    running.page.wait_for_function(f"document.querySelector('{RUN}').ariaPressed === 'false'")
    running.figure.locator(RUN).click()
    running.page.wait_for_function("explorable.widgets.get('fitting').values.step < 30")


def test_divergence_stops_its_lane_and_says_so(program):
    running = program()
    running.go(rate=0.63, step=0)
    running.go(step=400)
    way = Way(programs.fitting().check())
    way.go(rate=0.63)
    way.go(step=400)
    expected = way.expected()
    assert expected["stopped"] in (1, 2)  # else it says nothing about the other lane
    running.agrees(expected, within=1e-6)  # of a run that falls apart
    gone, other = ("a", "b") if expected["stopped"] == 1 else ("b", "a")
    assert expected[f"done_{other}"] == 400 and expected[f"done_{gone}"] == expected[f"diverged_{gone}"] < 400
    assert re.search(rf"\b{int(expected[f'diverged_{gone}'])}\b", running.readout())
    assert running.problem() == ""


def halve(state):
    """What is small already is not halved."""
    if state["x"] < 0.3:
        raise ValueError("x is too small")
    return {"x": state["x"] / 2}


def test_what_cannot_be_done_to_a_state_is_said_and_changes_nothing(program):
    running = program(programs.logistic(actions=(Action("halve", "Halve it", halve),)))
    seen = []
    for _ in range(3):
        running.figure.locator("[data-act=halve]").click()
        said = running.figure.evaluate("figure => figure.querySelector('.ex-remark')?.textContent ?? ''")
        running.go()
        seen.append((float(running.outputs()["now"][0]), said))
    x = np.random.default_rng(0).random()
    assert seen == [(x / 2, ""), (x / 4, ""), (x / 4, "“Halve it” cannot be done to this state.")]
    way = Way(programs.logistic(actions=(Action("halve", "Halve it", halve),)).check())
    for _ in range(3):
        way.press("halve")
    running.agrees(way.expected())


def test_when_all_lanes_have_diverged_it_stops(program):
    running = program()
    running.go(rate=10)
    running.figure.locator(RUN).click()
    running.page.wait_for_function("explorable.widgets.get('fitting').outputs.stopped === 3")
    running.page.wait_for_function(f"document.querySelector('{RUN}').ariaPressed === 'false'")
    assert still(running) and running.problem() == ""


def test_it_pauses_out_of_view(program):
    running = program(prose="<div style='height: 3000px'></div>")
    running.figure.locator(RUN).click()
    running.page.evaluate(MOVED, ["fitting", 5])
    running.page.evaluate("scrollTo(0, 0)")
    running.page.wait_for_function(f"document.querySelector('{RUN}').ariaPressed === 'false'")
    assert still(running)


def test_it_pauses_in_a_hidden_page_and_does_not_jump_afterwards(program):
    running = program()
    running.figure.locator(RUN).click()
    running.page.evaluate(MOVED, ["fitting", 5])
    running.page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
        document.dispatchEvent(new Event("visibilitychange")); delete document.hidden; }"""
    )
    assert pressed(running) == "false" and still(running)


def test_it_rests_when_nobody_is_there(program):
    """Three minutes without a hand on the page; a key pressed in between begins them anew."""
    running = program()
    page = running.page
    page.evaluate(
        "() => { const now = performance.now.bind(performance); window.later = 0;"
        " performance.now = () => now() + window.later; }"
    )
    running.go(speed=10)
    running.figure.locator(RUN).click()
    page.evaluate("window.later = 170000")
    page.evaluate(FRAMES, 5)
    assert pressed(running) == "true"
    page.keyboard.press("Shift")
    page.evaluate("window.later = 340000")
    page.evaluate(FRAMES, 5)
    assert pressed(running) == "true"
    page.evaluate("window.later = 521000")
    page.evaluate(FRAMES, 5)
    assert pressed(running) == "false" and still(running)


def test_with_reduced_motion_it_shows_a_still_picture_a_second(program):
    running = program(reduced_motion="reduce")
    running.page.evaluate(
        "() => { window.seen = []; document.querySelector('#fitting').addEventListener('explorable:change',"
        " e => window.seen.push(e.detail.values.step)); }"
    )
    running.figure.locator(RUN).click()
    running.page.wait_for_function("window.seen.includes(120)")
    assert sorted(set(running.page.evaluate("window.seen")) - {0})[:2] == [60, 120]
    running.figure.locator(RUN).click()
    assert pressed(running) == "false"


def test_a_long_way_is_spread_over_frames_and_the_page_answers_meanwhile(program):
    """However slow the machine: no step begins in a frame whose 8 ms are used up, and a press comes in between."""
    running = program(programs.slow())
    page = running.page
    page.evaluate(
        """() => { window.begun = []; window.heard = []; let began = 0;
        const w = explorable.widgets.get("slow"), { runs } = w.evaluate, { advance, once } = runs;
        runs.advance = (target) => { began = performance.now(); return advance.call(runs, target); };
        runs.once = () => { window.begun.push(performance.now() - began); return once.call(runs); };
        w.figure.querySelector(".ex-title").addEventListener("click", () => window.heard.push(runs.at));
        const tick = () => { const channel = new MessageChannel();
          channel.port1.onmessage = () => w.figure.querySelector(".ex-title").click(); channel.port2.postMessage(0);
          if (runs.pending || w.waiting) requestAnimationFrame(tick); else window.through = true; };
        w.set({ step: 150 }); requestAnimationFrame(tick); }"""
    )
    page.wait_for_function("window.through")
    begun, heard = page.evaluate("[window.begun, window.heard]")
    assert len(begun) == 150 and max(begun) < 8 + 4  # between a look at the clock and this note of it
    assert len({at for at in heard if 0 < at < 150}) > 10  # answered at many places of the way
    running.go()
    running.agrees(programs.slow().check().model.evaluate(programs.slow().settings(step=150)), within=1e-9)


def test_strict_policy_forbids_webassembly_and_the_numbers_are_the_same(program):
    running = program(programs.slow(32), csp=CSP)
    running.go(step=20)
    running.agrees(programs.slow(32).check().model.evaluate(programs.slow(32).settings(step=20)), within=1e-11)
    problems = running.page.watch.problems
    problems[:] = [each for each in problems if "WebAssembly" not in each and "wasm" not in each]  # it is tried


def test_nothing_is_asked_for_but_files_beside_the_page(program):
    asked = []
    running = program()
    running.page.on("request", lambda request: asked.append(request.url))
    running.go(step=20, rule_a="heavy")
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)


def test_undo_takes_a_setting_back_and_the_run_goes_on(program):
    running = program()
    running.go(step=20)
    running.go(rate=0.1)
    running.page.keyboard.press("Escape")
    running.figure.locator(".ex-undo").click()
    running.go()
    running.go(step=40)
    running.agrees(programs.fitting().check().model.evaluate(programs.fitting().settings(step=40)))


def test_a_link_of_the_prose_names_a_whole_state_wherever_the_run_stands(program):
    """Also at the step where the run stands already, and after what was done on the way; undo brings that back."""
    running = program()
    wanted = [
        programs.fitting().check().model.evaluate(programs.fitting().settings(step=30, rate=rate))
        for rate in (0.02, 0.1)
    ]
    assert not np.allclose(wanted[0]["loss_a"], wanted[1]["loss_a"])
    running.go(step=30, rate=0.02)
    running.go(step=30, rate=0.1)
    running.agrees(wanted[1])
    running.figure.locator(".ex-undo").click()
    running.go()
    running.agrees(wanted[0])
    running.press("kick")
    assert not np.allclose(running.outputs()["weights_a"], np.ravel(wanted[0]["weights_a"]))
    running.go(step=30, rate=0.02)
    running.agrees(wanted[0])


def test_a_link_opens_the_state_with_what_was_done_on_the_way(program, watched_page, tmp_path):
    running = program(permissions=["clipboard-read", "clipboard-write"])
    way = Way(programs.fitting().check())
    for changes in ({"step": 10}, {"rate": 0.1}, {"step": 25}, {"batch": 2}, {"step": 70}):
        running.go(**changes)
        way.go(**changes)
        if changes == {"step": 25}:
            running.press("kick")
            way.press("kick")
    running.agrees(way.expected())
    running.share("Link to this state")
    assert running.said() == "The link is copied."
    again = Running(watched_page(running.page.url, root=tmp_path), "fitting")
    again.go()
    assert again.values() == running.values()
    again.agrees(way.expected())
    again.go(step=50)  # the way back is the same, too
    way.go(step=50)
    again.agrees(way.expected())


def test_a_link_that_makes_no_sense_is_noted_or_left_and_nothing_breaks(program):
    running = program(query="?fitting.step=12&fitting.past=0:rate=much;x&fitting.rate=0.1")
    running.go()
    assert running.values()["step"] == 12 and running.problem() == ""
    expected = programs.fitting().check().model.evaluate(programs.fitting().settings(step=12, rate=0.1))
    running.agrees(expected)


def many(folder):
    """A page whose program lies in a file for each block, as in a book."""
    from explorable.page import form

    widget = programs.fitting()
    demo.write_page(folder, [widget])
    target = folder / "_static" / "explorable"
    blocks = []

    def apart(packed):
        name = f"block{len(blocks)}.js"
        text = f"explorable.block(document.currentScript.src.split('/').pop(), {packed!r});\n"
        (target / name).write_text(text, encoding="utf-8")
        blocks.append(target / name)
        return name

    (target / "fitting.js").write_text(form.script(widget, apart), encoding="utf-8")
    return blocks


def test_blocks_come_when_they_are_asked_for(watched_page, tmp_path):
    blocks = many(tmp_path)
    assert len(blocks) == 2
    asked = []
    page = watched_page(tmp_path / "index.html", root=tmp_path)
    page.on("request", lambda request: asked.append(request.url.split("/")[-1]))
    running = Running(page, "fitting")
    running.go(rule_b="plain")
    running.go(rule_b="heavy", step=9)
    running.agrees(programs.fitting().check().model.evaluate(programs.fitting().settings(step=9)))
    assert len([name for name in asked if name.startswith("block")]) == len({*asked} & {b.name for b in blocks})


@pytest.mark.parametrize("fault", ["missing", "empty", "damaged"])
def test_a_block_that_is_not_there_is_told_once_and_what_is_there_goes_on(watched_page, tmp_path, fault):
    blocks = many(tmp_path)
    page = watched_page(tmp_path / "index.html", root=tmp_path)
    running = Running(page, "fitting")
    running.go(rule_b="plain")  # the other one has been asked for, too: begin from a page that never did
    page.close()
    if fault == "missing":
        blocks[1].unlink()
    else:
        blocks[1].write_text("" if fault == "empty" else blocks[1].read_text()[:60] + '");', encoding="utf-8")
    page = watched_page((tmp_path / "index.html").as_uri() + "?fitting.rule_b=plain", root=tmp_path)
    running = Running(page, "fitting")
    running.go(step=12)
    page.evaluate("explorable.widgets.get('fitting').set({rule_b: 'heavy'})")
    page.wait_for_function("!document.querySelector('.ex-problem').hidden")
    words = "the file block1.js is missing" if fault == "missing" else "damaged"
    assert words in running.problem()
    frames = page.evaluate(
        """() => new Promise((done) => { let n = 0; const w = explorable.widgets.get("fitting");
        const frame = w.frame.bind(w);
        w.frame = () => (n++, frame()); setTimeout(() => done(n), 300); })"""
    )
    assert frames <= 1  # it is not asked for again and again
    running.go(rule_b="plain")
    assert running.problem() == ""
    running.agrees(programs.fitting().check().model.evaluate(programs.fitting().settings(step=12, rule_b="plain")))
    page.watch.problems[:] = [p for p in page.watch.problems if "block1.js" not in p and "ERR_FILE_NOT_FOUND" not in p]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(program, scheme):
    running = program(scheme=scheme)
    running.go(step=30)
    assert violations(running.page, options={"preload": False}) == []
