"""What can go wrong in silence: kernels that grow with a network, settings that are frozen, far numbers, ties."""

import json

import numpy as np
import pytest

from explorable.tracing.tape import Library
from tests.explorable.tracing import training
from tests.explorable.tracing.engine import agree, fill, opened, outputs, run, traced, v8, walked

NORMS = ["none", "batch", "layer", "group"]


def kernels(net, batch=training.BATCH, library=None):
    """(texts of the kernels of its training step, the tape)."""
    case, _ = training.compiled(net, training.batches(1, batch), library=library or Library())
    return set(case.library.kernels), case.tape


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_kernels_do_not_depend_on_the_depth(norm, activation):
    width = 16 if norm != "group" else 24
    two, _ = kernels(training.network(2, width, norm=norm, activation=activation))
    for depth in (3, 5, 8):
        assert kernels(training.network(depth, width, norm=norm, activation=activation))[0] == two
    assert kernels(training.network(1, width, norm=norm, activation=activation))[0] <= two
    assert len(two) < 45


def test_a_layer_more_is_the_same_calls_more():
    counts = [len(kernels(training.network(depth, norm="batch"))[1].calls) for depth in range(1, 6)]
    assert len(set(np.diff(counts))) == 1


@pytest.mark.parametrize("norm", NORMS)
def test_kernels_do_not_depend_on_width_or_batch_size(norm):
    library = Library()
    first, _ = kernels(training.network(2, 16 if norm != "group" else 24, norm=norm), library=library)
    for width, batch in ((40, 24), (48, 7), (32, 64), (64, 12)):
        assert kernels(training.network(2, width, norm=norm), batch, library)[0] == first


def test_programs_share_a_library():
    library = Library()
    tapes = [kernels(training.network(2, norm=norm), library=library)[1] for norm in NORMS for _ in range(2)]
    sizes = sum(len(kernels(training.network(2, norm=norm))[0]) for norm in NORMS)
    assert len(library.kernels) < 0.75 * sizes
    assert all(json.dumps(a.wire()) == json.dumps(b.wire()) for a, b in zip(tapes[::2], tapes[1::2]))


def test_learning_rate_and_momentum_are_alive():
    net, places = training.network(2, norm="batch"), training.batches(5)
    case, given = training.compiled(net, places)
    seen = {}
    for lr, momentum in ((0.1, 0.2), (0.3, 0.2), (0.1, 0.9)):
        losses, state = training.by_numpy(net, places, lr=np.array(lr), momentum=np.array(momentum))
        found, made, failed = walked(case, {**given, "lr": lr, "momentum": momentum}, places, "loss")
        assert failed == ""
        np.testing.assert_allclose(found, losses, rtol=1e-12)
        np.testing.assert_allclose(made["running.0.mean"], state["running.0.mean"], rtol=1e-11)
        seen[lr, momentum] = found[-1], made["running.0.mean"].sum()
    assert seen[0.1, 0.2][0] != seen[0.3, 0.2][0] and seen[0.1, 0.2][1] != seen[0.1, 0.9][1]


def test_a_number_of_python_is_a_constant():
    rate = 0.25
    case = traced(lambda x, lr: (x * rate, x * lr), np.arange(3.0), np.array(0.5))
    found, _ = run(case, np.arange(3.0), np.array(7.0))
    assert found["y0"].tolist() == [0, 0.25, 0.5] and found["y1"].tolist() == [0, 7, 14]
    assert "0.25" not in "".join(case.library.kernels) and 0.25 in case.tape.calls[0]


def test_constants_are_no_part_of_a_kernel():
    texts = [
        set(traced(lambda x, n=n: np.tanh(x * n) + 3 * n, np.ones(3)).library.kernels) for n in (2, 3.5, -7, 1e300)
    ]
    assert all(text == texts[0] for text in texts)


def test_a_refused_step_has_overwritten_its_outputs_but_no_inputs():
    case = traced(lambda x: x * 2 if x.max() < 10 else x, np.ones(2))
    number = opened(case, {"x0": np.array([3.0, 4.0])})
    assert v8().eval(f"opened[{number}].run()") == ""
    fill(number, {"x0": np.array([30.0, 4.0])})
    assert v8().eval(f"opened[{number}].run()").startswith("test_pitfalls.py, line ")
    assert outputs(case, number)["y0"].tolist() == [60, 8]
    fill(number, {"x0": np.array([5.0, 4.0])})  # and it can go on from elsewhere
    assert v8().eval(f"opened[{number}].run()") == "" and outputs(case, number)["y0"].tolist() == [10, 8]


def test_a_step_that_diverges_trips_a_guard_or_shows_in_its_loss():
    places = training.batches(30)
    case, given = training.compiled(training.network(2, norm="batch"), places)
    losses, _, failed = walked(case, {**given, "lr": 1e200}, places, "loss")
    assert failed.endswith(tuple("0123456789")) or not (losses < 1e6).all()
    assert ".py, line " in failed or not np.isfinite(losses).all()


def test_another_way_of_a_branch_is_not_in_the_program():
    def scaled(x):
        size = np.abs(x).max()
        return x / size if size > 1e150 else x

    case = traced(scaled, np.array([1.0, 2.0]))
    assert run(case, np.array([1.0, 3.0]))[1] == "" and run(case, np.array([1.0, 1e160]))[1]
    assert run(traced(scaled, np.array([1.0, 1e200])), np.array([2e180, 1e180]))[0]["y0"].tolist() == [1, 0.5]


def test_state_may_be_its_own_output():
    case = traced(lambda x, y: {"x0": y, "x1": x, "sum": x + y}, np.zeros(2), np.ones(2))
    found, made, _ = walked(case, {"x0": [1.0, 2.0], "x1": [5.0, 7.0]}, [[0], [0], [0]], "sum")
    assert made["x0"].tolist() == [5, 7] and made["x1"].tolist() == [1, 2] and found.tolist() == [6, 9] * 3


def test_an_output_may_be_an_input_a_constant_a_view_or_twice_the_same():
    agree(lambda x: (x, x[0], x.T, np.arange(3), np.float64(2.5), np.zeros((2, 2)), x + 1, x + 1), np.ones((2, 3)))
    case = traced(lambda x: (x + 1, x + 1), np.ones(3))
    assert case.nodes["y0"] is case.nodes["y1"]


def test_an_input_that_nobody_reads_is_none():
    case = traced(lambda x, y: y * 2, np.ones(2), np.ones(3))
    assert list(case.tape.inputs) == ["x1"] and run(case, np.ones(2), np.ones(3))[0]["y0"].tolist() == [2, 2, 2]


def test_hypot_of_far_numbers():
    far = np.array(
        [0.0, 5e-324, 1e-320, 1e-308, 3e-200, 1e-160, 1e-150, 1e-149, 1.0, 1e149, 1e150, 1e160, 3e200, 1e308]
    )
    agree(lambda x, y: np.hypot(x, y), far[:, None], -far, within=4e-16)


def test_buffers_are_used_again():
    def function(x):
        for _ in range(40):
            x = np.tanh(x) - x.mean(axis=0)
            x = x[::-1] * 0.5  # read at other places: a buffer for each
        return x

    case = agree(function, np.random.default_rng(0).normal(size=(4, 3)), within=1e-13, close_to_zero=1e-15)
    assert len(case.tape.sizes) < 12 < len(case.tape.calls)


def test_steps_do_not_remember():
    case = traced(lambda x: (np.sort(x)[..., :2] + x.sum(), x.max(axis=0), (x > 0).all(axis=0)), np.ones((3, 4)))
    number = opened(case)
    for seed in range(4):
        x = np.random.default_rng(seed).normal(size=(3, 4)) + 0.5
        fill(number, {"x0": x})
        v8().eval(f"opened[{number}].run()")
        found = outputs(case, number)
        np.testing.assert_allclose(found["y0"], np.sort(x)[:, :2] + x.sum(), rtol=1e-13)
        assert np.array_equal(found["y1"], x.max(axis=0)) and np.array_equal(found["y2"], (x > 0).all(axis=0))


def test_a_tape_is_strict_json():
    case = traced(lambda x: np.where(x > 1, np.inf, np.nan) + np.array([np.nan, -np.inf, -0.0]), np.zeros(3))
    wire = json.loads(json.dumps(case.tape.wire(), allow_nan=False))
    assert "NaN" in json.dumps(wire) and "Infinity" in json.dumps(wire)
    agree(lambda x: np.where(x > 1, np.inf, -2) + np.array([1.0, -np.inf, -0.0]), np.array([0.0, 0.0, 5.0]))
