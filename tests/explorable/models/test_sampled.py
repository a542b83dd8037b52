"""The baked grid holds what the function returns, at every combination of the controls' values."""

import itertools
import json
import os
import re
import threading
import warnings

import joblib
import numpy as np
import pytest

from explorable import Choice, Numbers, Point, Slider, Toggle
from explorable.declare.errors import DeclarationError
from explorable.models import Sampled, cache, grid
from explorable.models.packing import unpack
from explorable.models.sources import Trace

RATE = Slider("rate", "rate", values=(0.1, 0.5, 2), start=0.5)
DEPTH = Slider("depth", "depth", low=1, high=4, step=1, start=2)
NORM = Choice("norm", "norm", options={"plain": "plain", "bn": "batch norm"}, start="bn")
NOISE = Toggle("noise", "noise", start=False)
ALL = [RATE, NORM, DEPTH, NOISE]
STOPS = {"rate": (0.1, 0.5, 2), "norm": ("plain", "bn"), "depth": (1, 2, 3, 4), "noise": (False, True)}


def curves(rate, norm, depth, noise):
    t = np.arange(6)
    return {
        "y": rate * t**2 * depth + (norm == "bn") + 0.25 * noise,
        "table": np.outer(t, t + (0 if norm == "plain" else np.nan)),
        "fixed": 7,
        "depth_only": np.array([depth, 1.5]),
        "flag": noise,
    }


def model(function=curves, **options):
    return Sampled(function, gaps=("table",), **options)


def read(wire, text, values, controls):
    """One state of the baked data, as the page reads it."""
    tables, outputs = unpack(wire["outputs"], json.loads(text)), {}
    lists = {control.name: control.listing() for control in controls}
    for name, entry in wire["outputs"].items():
        row = 0
        for axis in entry["over"]:
            row = row * len(lists[axis]) + lists[axis].index(values[axis])
        outputs[name] = tables[name][row]
    return outputs


def test_every_state_of_the_data_is_what_the_function_returns():
    made = model(error={"y": 1e-3})
    wire, text = made.payload(ALL)
    for picks in itertools.product(*STOPS.values()):
        values = dict(zip(STOPS, picks))
        got, wanted = read(wire, text, values, ALL), curves(**values)
        assert np.abs(got.pop("y") - wanted.pop("y")).max() <= 1e-3
        for name in got:
            assert np.allclose(got[name], wanted[name], rtol=1e-6, atol=0, equal_nan=True), (name, values)


def test_an_output_is_stored_only_over_the_controls_that_change_it():
    wire, _ = model().payload(ALL)
    over = {name: entry["over"] for name, entry in wire["outputs"].items()}
    assert over == {
        "y": ["rate", "norm", "depth", "noise"],
        "table": ["norm"],
        "fixed": [],
        "depth_only": ["depth"],
        "flag": ["noise"],
    }


def along_depth(rate, norm, depth, noise):
    """As `curves`, with depth as a whole array: (depth, ...) or a leading 1."""
    t = np.arange(6)
    assert depth.shape in ((4,), (1,))
    return {
        "y": rate * t**2 * depth[:, None] + (norm == "bn") + 0.25 * noise,
        "table": np.outer(t, t + (0 if norm == "plain" else np.nan))[None],
        "fixed": 7,
        "depth_only": np.stack([depth, np.full(len(depth), 1.5)], axis=1),
        "flag": np.array([noise]),
    }


def test_whole_arrays_along_a_slider_give_the_same_grid_with_fewer_calls():
    calls = []

    def counted(**values):
        calls.append(values)
        return along_depth(**values)

    one, other = model(along_depth, along="depth"), model()
    tables, wanted = one.bake(ALL), other.bake(ALL)
    for name in wanted:
        assert tables[name][0] == wanted[name][0]
        assert np.array_equal(tables[name][1], wanted[name][1], equal_nan=True)
    counting = Sampled(
        lambda rate, norm, depth, noise: counted(rate=rate, norm=norm, depth=depth, noise=noise),
        along="depth",
        gaps="table",
    )
    counting.bake(ALL, jobs=1)
    assert len(calls) == 3 * 2 * 2


def test_two_sliders_along_keep_their_order():
    def table(depth, rate):
        return {"z": depth[None, :] + 10 * rate[:, None]}

    tables = Sampled(table, along=("rate", "depth")).bake([DEPTH, RATE])
    over, array = tables["z"]
    assert over == ("depth", "rate") and array[1, 2] == 2 + 10 * 2


def test_any_value_off_the_grid_is_computed():
    values = {"rate": 0.123, "norm": "bn", "depth": 7, "noise": True}
    for made in (model(), model(along_depth, along="depth")):
        made.check(ALL)
        got, wanted = made.evaluate(values), curves(**values)
        assert list(got) == list(wanted)
        for name in wanted:
            assert np.array_equal(got[name], wanted[name], equal_nan=True)
        assert isinstance(got["fixed"], float)


def test_processes_give_the_same_as_this_one():
    def work(rate, depth):  # a closure: it cannot be imported by a worker
        x = np.random.default_rng(int(depth)).normal(size=(40, 40)) * RATE.stops[0]
        return {"y": np.linalg.inv(x @ x.T + rate * np.eye(40)), "process": os.getpid() != here}

    here = os.getpid()
    serial = Sampled(work).bake([RATE, DEPTH], jobs=1)
    os.environ["EXPLORABLE_CACHE"] += "-other"
    parallel = Sampled(work).bake([RATE, DEPTH], jobs=2)
    assert np.array_equal(serial["y"][1], parallel["y"][1])
    assert not serial["process"][1].any() and parallel["process"][1].any()


def inverse(rate, depth):
    """Enough arithmetic for its last bits to show where it ran."""
    x = np.random.default_rng(int(depth)).normal(size=(60, 60))
    return {"y": np.linalg.inv(x @ x.T + rate * np.eye(60))}


def grid_of(function, cache_folder, name, jobs=2):
    """The grid, computed anew in a cache folder of its own."""
    os.environ["EXPLORABLE_CACHE"] = str(cache_folder / name)
    return Sampled(function).bake([RATE, DEPTH], jobs=jobs)["y"][1]


def test_a_backend_of_joblib_that_the_author_chose_computes_the_grid(cache_folder, monkeypatch):
    """What comes back is kept here, point by point; what is known is not sent."""
    wanted = grid_of(inverse, cache_folder, "here", jobs=1)
    monkeypatch.setattr(Trace, "settled", True)
    monkeypatch.setattr(cache, "POINT_SECONDS", -1)
    threads, fail_at = [], [6]

    def work(rate, depth):
        threads.append(threading.get_ident())
        if len(threads) == fail_at[0]:
            raise KeyboardInterrupt
        return inverse(rate, depth)

    monkeypatch.setattr(Trace, "digest", "the same in spite of its lists")
    with joblib.parallel_config(backend="threading", n_jobs=1), pytest.raises(KeyboardInterrupt):
        grid_of(work, cache_folder, "there")
    assert len(list((cache_folder / "there").rglob("point-*.npz"))) == 5, "what was done is kept"
    threads.clear()
    fail_at[0] = None
    with joblib.parallel_config(backend="threading", n_jobs=2):
        assert np.array_equal(grid_of(work, cache_folder, "there"), wanted)
    assert len(threads) == 12 - 5 and threading.get_ident() not in threads


@pytest.mark.slow
def test_a_cluster_gives_identical_data(cache_folder):
    """One line hands the grid to Dask; here to a cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed")
    wanted = grid_of(inverse, cache_folder, "here", jobs=1)
    settings = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the cluster says while it opens and closes its sockets
        with distributed.Client(**settings) as client, joblib.parallel_config(backend="dask"):
            assert np.array_equal(grid_of(inverse, cache_folder, "there"), wanted)
            done = client.run(lambda dask_worker: dask_worker.state.transition_counter)
    assert sum(bool(count) for count in done.values()) == 2, "both workers took part"


@pytest.mark.parametrize(
    ("control", "kind"),
    [
        (Numbers("x", "x", start=(1,), low=0, high=2, step=1), "numbers"),
        (Point("x", "x", start=(0, 0), x=(-1, 1), y=(-1, 1), step=0.1), "point"),
    ],
)
def test_controls_without_a_list_are_refused_by_name(control, kind):
    with pytest.raises(DeclarationError, match=f'{kind} "x" cannot drive a sampled model'):
        Sampled(lambda x: {"y": x}).check([control])


def fault(function, controls, **options):
    with pytest.raises(DeclarationError) as caught:
        Sampled(function, **options).payload(controls)
    return str(caught.value)


def test_faults_are_named(monkeypatch):
    assert "does not take the controls (rate)" in fault(lambda speed: {}, [RATE])
    assert 'along names "speed"' in fault(lambda rate: {}, [RATE], along="speed")
    assert 'along names "norm", whose values' in fault(lambda norm: {}, [NORM], along="norm")
    assert "rate=0.1) raised ZeroDivisionError" in fault(lambda rate: {"y": 1 / 0}, [RATE])
    assert "must return a dict" in fault(lambda rate: [rate], [RATE])
    assert '"y"' in fault(lambda rate: {"y": "text"}, [RATE])
    assert '"a b"' in fault(lambda rate: {"a b": 1}, [RATE]) or "'a b'" in fault(lambda rate: {"a b": 1}, [RATE])
    assert 'names "z", which is no output' in fault(lambda rate: {"y": 1}, [RATE], gaps=("z",))
    assert 'names "z", which is no output' in fault(lambda rate: {"y": 1}, [RATE], error={"z": 1})
    assert '"y" is not a number at rate=2' in fault(lambda rate: {"y": np.nan if rate == 2 else 1.0}, [RATE])
    assert "shape (2,) at depth=2 but (1,) at depth=1" in fault(lambda depth: {"y": np.ones(depth)}, [DEPTH])
    assert "leading axes must be (4,)" in fault(lambda depth: {"y": np.ones((3, 4))}, [DEPTH], along="depth")
    names = iter("abcdef")
    assert "the outputs at rate=0.5 are b but at rate=0.1 a" in fault(lambda rate: {next(names): 1}, [RATE])
    monkeypatch.setattr(grid, "MAX_POINTS", 10)
    assert "12 points (rate 3 x depth 4); the limit is 10" in fault(lambda rate, depth: {}, [RATE, DEPTH])
    monkeypatch.setattr(grid, "MAX_BYTES", 100)
    assert "the limit is 0 MB" in fault(lambda rate: {"y": rate * np.ones(50)}, [RATE])


def test_a_stop_of_a_baked_grid_is_looked_up():
    calls = []

    def slow(rate, depth):
        calls.append(rate)
        return {"y": rate * np.arange(3), "d": depth}

    made = Sampled(slow)
    made.bake([RATE, DEPTH], jobs=1)
    before = len(calls)
    got = made.evaluate({"rate": 0.5, "depth": 3})
    assert np.array_equal(got["y"], 0.5 * np.arange(3)) and got["d"] == 3 and len(calls) == before
    made.evaluate({"rate": 0.6, "depth": 3})
    assert len(calls) == before + 1
    got["y"][:] = 99
    assert made.evaluate({"rate": 0.5, "depth": 3})["y"][1] == 0.5, "a caller must not change the grid"


def test_a_grid_that_does_not_fit_into_memory_is_refused_after_one_point(monkeypatch):
    calls = []

    def large(rate):
        calls.append(rate)
        return {"y": rate * np.ones(1000)}

    monkeypatch.setattr(grid, "MAX_MEMORY", 20_000)
    assert "would take 0 MB before packing (3 points)" in fault(large, [RATE])
    assert len(calls) == 1


def test_one_run_serves_all_stops_along_it():
    calls = []

    def run(rate, depth):
        calls.append(len(depth))
        return {"y": rate * depth, "same": rate}

    made = Sampled(run, along="depth")
    made.check([RATE, DEPTH])
    for depth in (3, 1, 4):
        assert made.evaluate({"rate": 0.5, "depth": depth}) == {"y": 0.5 * depth, "same": 0.5}
    assert calls == [4, 4]  # the second is a look at whether another run gives the same
    assert made.evaluate({"rate": 2, "depth": 2})["y"] == 4 and calls == [4, 4, 4]
    assert made.evaluate({"rate": 0.5, "depth": 2.5})["y"] == 1.25 and calls == [4, 4, 4, 1]


def threads_now(lr):
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))  # so that BLAS is loaded
    return {"threads": max([pool["num_threads"] for pool in threadpool_info()], default=1)}


def test_a_point_is_computed_with_one_thread_wherever_it_is_asked_for():
    """The number of threads can change the last bits of a product, and two builds must give the same bytes."""
    slider = Slider("lr", "lr", values=(1, 2), start=1)
    model = Sampled(threads_now)
    model.check([slider])
    assert model.evaluate({"lr": 1})["threads"] == 1


def test_a_build_hears_how_far_a_grid_is_and_how_long_it_will_take(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORABLE_PROGRESS", str(tmp_path / "progress.txt"))
    now, heard = iter(range(0, 10_000, 40)), []
    monkeypatch.setattr(grid.time, "perf_counter", lambda: next(now))
    monkeypatch.setattr(grid, "write_progress", heard.append)
    monkeypatch.setattr(grid, "LONG_SECONDS", 1000)

    def slow(rate):
        return {"y": rate}

    def fails(rate):
        return {"y": 1 / (rate - 2)}

    Sampled(slow).bake([RATE], jobs=1)
    assert heard[0].endswith("slow: 0 of 3 points") and heard[-2].endswith("slow: 3 of 3 points") and heard[-1] == ""
    assert re.fullmatch(r".*slow: 1 of 3 points, about \d+ s left", heard[1])
    monkeypatch.setattr(grid, "LONG_SECONDS", 5)
    with pytest.raises(DeclarationError):
        Sampled(fails).bake([RATE], jobs=1)
    assert heard[-2].endswith("s left (fewer stops, along= or a cheaper function would be quicker)") and heard[-1] == ""
