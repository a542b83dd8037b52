"""The widgets of the descendants: what they show is what the layers compute and what is proved."""

import importlib

import numpy as np
import pytest

from bn import layers
from bnbook.experiments import family as contest_experiment
from bnbook.experiments import invariances as experiment
from bnbook.proofs import registry as ledger
from bnbook.widgets.family import contest, invariances, one_tensor, tensor, tree
from bnbook.widgets.family.methods import LANES, METHODS

# The functions hide the modules of their name.
table, match = (importlib.import_module(f"bnbook.widgets.family.{name}") for name in ("invariances", "contest"))
EPS = 1e-5
GAMMA, BETA = 1.5, -0.5


@pytest.fixture(scope="module")
def widget():
    return one_tensor().check()


def normalized(norm, groups):
    """The library's output for the whole tensor, flat."""
    x, ones = tensor.numbers(), np.ones(4)
    if norm == tensor.BATCH:
        return layers.batch_norm(x, GAMMA * ones, BETA * ones, EPS)[0].ravel()
    if norm == tensor.RMS:
        return layers.rms_norm(x.reshape(3, -1), GAMMA * np.ones(16), EPS)[0].ravel()
    if norm == tensor.TANH:
        return layers.dynamic_tanh(x, 0.5, GAMMA * np.ones(2), BETA * np.ones(2))[0].ravel()
    count = {tensor.LAYER: 1, tensor.INSTANCE: 4, tensor.GROUP: groups}[norm]
    return layers.group_norm(x, GAMMA * ones, BETA * ones, count, EPS)[0].ravel()


@pytest.mark.parametrize("groups", tensor.GROUPS)
@pytest.mark.parametrize("norm", range(6))
def test_every_output_of_the_tensor_is_the_librarys(widget, norm, groups):
    truth = normalized(norm, groups)
    out = widget.evaluate(norm=norm, groups=groups, show=1, gamma=GAMMA, beta=BETA, cell=17)
    np.testing.assert_allclose(out["shown"], truth, rtol=1e-10, atol=1e-12)
    assert out["steps"][0] == tensor.numbers().ravel()[17] and out["steps"][4] == pytest.approx(truth[17])


def test_the_numbers_that_light_up_are_those_that_move_the_output(widget):
    """By a change of each input in turn, through the library's own layers."""
    x = tensor.numbers()
    cell, moved = 20, []
    for place in range(x.size):
        other = x.copy()
        other.ravel()[place] += 0.5
        moved.append(layers.group_norm(other, np.ones(4), np.zeros(4), 2)[0].ravel()[cell])
    same = layers.group_norm(x, np.ones(4), np.zeros(4), 2)[0].ravel()[cell]
    out = widget.evaluate(norm=tensor.GROUP, groups=2, cell=cell)
    np.testing.assert_array_equal(np.abs(np.array(moved) - same) > 1e-9, out["state"] > 0)
    assert out["shared"] == 8 and out["state"][cell] == 2


def test_inputs_are_shown_as_they_are(widget):
    np.testing.assert_array_equal(widget.evaluate(show=0)["shown"], tensor.numbers().ravel())


def test_every_tick_has_a_proof_or_a_reason_and_no_other_cell_has():
    moved = experiment.table(10)
    for i, change in enumerate(table.CHANGES):
        for j, norm in enumerate(table.NORMS):
            assert (moved[i, j] < experiment.EXACT) == ((norm, change) in table.PROVED)
    for reason in table.PROVED.values():
        assert reason == table.ALONE or reason in ledger.identities()
    assert list(table.CHANGES) == list(experiment.CHANGES) == list(table.SHORT)
    assert list(table.NORMS) == list(experiment.NORMS)


def test_the_table_shows_the_experiment():
    widget = invariances()
    for size, eps, cell in ((10, 0, 9), (0.1, 1e-5, 12), (-1, 0.01, 57)):
        out = widget.evaluate(size=size, eps=eps, cell=cell)
        moved = experiment.table(size, eps).ravel()
        assert ((moved < experiment.EXACT) == (out["kind"] == 0)).all()
        np.testing.assert_allclose(out["moved"][out["kind"] == 2], moved[out["kind"] == 2], atol=0.0051)
        np.testing.assert_allclose(out["moved"][out["kind"] == 1], moved[out["kind"] == 1], rtol=0.5)
        change, norm = table.CELLS[cell]
        run = experiment.run(norm, change, size, eps)
        for name in ("before", "after"):
            shown = out[name][~np.isnan(out[name])]
            assert len(shown) in (6, 12) and np.isin(np.round(shown, 9), np.round(run[name], 9)).all()


def test_the_contest_shows_the_finding():
    """Medians, leaders and places of the table, at a rate for all and at each norm's own."""
    kept_run = match.RUN["accuracy"]  # seeds, depths, scales, norms, sizes, rates
    out = match.tables(depth=2, scale=1.0, own=0, lr=(0.1, 1.0), batch_size=(4, 16))
    for k, rate in enumerate((0.1, 1.0)):
        right = 100 * kept_run[:, 0, 1, :, :, match.RATES.index(rate)]  # seeds, norms, sizes
        middle = np.median(right, axis=0)
        np.testing.assert_allclose(out["share"][k, 0], middle)
        for m, size in enumerate((4, 16)):
            place = match.SIZES.index(size)
            np.testing.assert_allclose(out["mid"][k, m], middle[:, place])
            assert out["top"][k, m] == pytest.approx(middle[:, place].max())
            assert out["nobody"][k, m] % 10 == middle[:, place].argmax()
            leads = contest_experiment.leaders(right[:, :, place].T / 100)
            np.testing.assert_array_equal(out["best"][k, 0][:, place], leads)
            assert out["tied"][k, m] == max(leads.sum() - 1, 0)
            np.testing.assert_allclose(out["seeds"][k, m], right[:, :, place].T.ravel())
    own = match.tables(depth=2, scale=1.0, own=1, lr=(0.1, 1.0), batch_size=(16,))
    np.testing.assert_array_equal(own["mid"][0], own["mid"][1])
    right = 100 * np.moveaxis(kept_run[:, 0, 1, :, match.SIZES.index(16)], 0, -1)
    np.testing.assert_allclose(own["mid"][0, 0], np.median(contest_experiment.at_own_rate(right)[0], axis=-1))


def test_a_finding_of_the_contest_is_one_of_its_seeds():
    run = contest_experiment.run(2, 0.1, ("layer",), (4,), (0.03,), seeds=(5,))
    place = match.RUN["accuracy"][5, 0, 0, 4, 1, 1]
    assert run["accuracy"].item() == pytest.approx(place, abs=0.01)


def test_the_tree_grows_and_every_method_has_a_lane_and_older_parents():
    widget = tree().check()
    counts = [widget.evaluate(year=year)["count"] for year in range(2015, 2026)]
    assert counts[0] == 1 and counts[-1] == len(METHODS) and counts == sorted(counts)
    for method in METHODS.values():
        assert method.lane in LANES and all(METHODS[parent].year <= method.year for parent in method.parents)


def test_every_contender_of_the_contest_is_named():
    assert tuple(match.NAMES) == contest_experiment.NORMS and len(match.COLORS) == len(match.NAMES)
    assert contest().key == "contest"


def test_of_what_is_changed_alone_something_is_shown():
    """A cell that says that the output moves has a dot off the diagonal."""
    moved, (before, after) = table.all_runs()
    off = np.nanmax(np.abs(after - before), axis=-1) / np.nanmax(np.abs(before), axis=-1)  # cells, sizes, eps
    assert ((np.moveaxis(moved, -1, 0) > 0.01) <= (off > 1e-3)).all()
