"""Programs in a page: they compute NumPy's numbers whichever way one goes."""

import random
from pathlib import Path

import demo
import pytest
from running import Running, Way

from tests.conftest import open_watched
from tests.explorable import programs

WIDGETS = {
    "fitting": programs.fitting,
    "logistic": programs.logistic,
    "shaken": programs.shaken,
    "slow": programs.slow,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page with all programs."""
    found = tmp_path_factory.mktemp("programs")
    demo.write_page(found, [make() for make in WIDGETS.values()])
    return found


@pytest.fixture(scope="module")
def shared(browser, folder):
    """One open page for the tests that only ask for numbers."""
    page = open_watched(browser, Path(folder, "index.html"), root=folder)
    yield page
    assert not page.watch.problems
    page.context.close()


@pytest.fixture
def fitting(shared):
    """(the running widget, its way from the start)."""
    running = Running(shared, "fitting")
    running.go(seed=1, step=0)  # so that nothing is left of the run before
    shared.evaluate("explorable.widgets.get('fitting').reset()")
    running.go()
    return running, Way(programs.fitting().check())


def both(pair, **changes):
    """Go there in the page and by NumPy, and compare."""
    running, way = pair
    running.go(**changes)
    way.go(**changes)
    running.agrees(way.expected())


@pytest.mark.parametrize("step", [0, 1, 7, 50, 400, 401, 1203])
def test_every_output_is_numpys(fitting, step):
    both(fitting, step=step)


def test_other_rules_seeds_sizes_and_starts(fitting):
    for changes in (
        {"rule_a": "heavy", "step": 40},
        {"seed": 3},
        {"batch": 2, "step": 90},
        {"spread": 0.0},
        {"rule_b": "plain", "rate": 0.1},
        {"wide": 2.0, "step": 0},
    ):
        both(fitting, **changes)


def test_any_way_is_the_way_of_numpy(fitting):
    """Forward, back, settings in mid-run, presses, other sizes: at random, each state compared."""
    running, way = fitting
    chance = random.Random(3)
    for _ in range(60):
        step = way.values["step"]
        kind = chance.choice(["on", "on", "back", "tens", "rate", "batch", "wide", "press", "size"])
        if kind == "press":
            running.press("kick")
            way.press("kick")
            both(fitting)
        elif kind in ("on", "back", "tens"):
            target = {"on": step + chance.randrange(1, 90), "back": chance.randrange(step + 1)}.get(kind, step + 20)
            both(fitting, step=min(target - target % 20 if kind == "tens" else target, 1500))
        else:
            stops = {"rate": (0.01, 0.1, 0.02), "batch": (2, 4, 8), "wide": (1.0, 2.0), "size": (0.5, 1.0)}[kind]
            both(fitting, **{kind: chance.choice(stops)})


def test_numbers_drawn_on_the_way_and_data_that_are_chosen_are_those_of_numpy(shared):
    """Forward and back, with draws that begin and end on the way, in batches of any size."""
    pair = Running(shared, "shaken"), Way(programs.shaken().check())
    chance = random.Random(5)
    for _ in range(40):
        step = pair[1].values["step"]
        changes = {
            "on": {"step": step + chance.randrange(1, 60)},
            "back": {"step": chance.randrange(step + 1)},
            "shake": {"shake": chance.choice((0.0, 0.5, 1.0))},
            "rate": {"rate": chance.choice((0.01, 0.1))},
            "batch": {"batch": chance.choice((2, 4, 16))},
            "which": {"which": chance.choice(("three", "five"))},
        }
        both(pair, **changes[chance.choice(["on", "on", "back", *changes])])


@pytest.mark.parametrize("step", [0, 19, 20, 40, 60])
def test_what_was_done_at_a_step_is_gone_on_the_way_back_to_it(fitting, step):
    """Also at those steps from which the page goes on instead of beginning anew."""
    running, way = fitting
    both(fitting, step=step)
    running.press("kick")
    way.press("kick")
    both(fitting, rate=0.1)
    both(fitting, step=step + 30)
    both(fitting, step=step)
    assert running.page.evaluate("explorable.widgets.get('fitting').evaluate.runs.log.length") == 1 + bool(step)


def test_a_setting_that_moves_before_the_first_step_holds_from_the_start(fitting):
    both(fitting, wide=2.0)
    both(fitting, batch=2)
    both(fitting, step=30)
    both(fitting, step=0)


def test_the_way_back_is_short_after_a_long_run(fitting):
    """Snapshots are thinned, not lost: at most one interval is computed again, from the right state."""
    running, _ = fitting
    both(fitting, step=700)
    both(fitting, rate=0.02)
    both(fitting, step=1500)
    kept, interval = running.page.evaluate(
        "(({snapshots, interval}) => [snapshots.map(s => s.at), interval])"
        "(explorable.widgets.get('fitting').evaluate.runs)"
    )
    assert (kept, interval) == (list(range(0, 1501, 80)), 80)
    for step in (1300, 1280, 800, 799, 705, 640, 5):
        both(fitting, step=step)
        both(fitting, step=step + 33)
