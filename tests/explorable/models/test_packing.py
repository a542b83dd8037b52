"""What the page decodes is what NumPy computed, within the stated error."""

import base64
import gzip

import numpy as np
import pytest

from explorable.declare.errors import DeclarationError
from explorable.models.packing import choose_coding, from_planes, pack, planes, unpack


def back(array, error=None, over=()):
    wire, text = pack({"y": (over, array)}, {"y": error})
    return wire["y"], unpack(wire, text)["y"].reshape(array.shape)


@pytest.mark.parametrize("error", [1e-6, 1e-3, 0.3, 1e5])
@pytest.mark.parametrize("seed", range(4))
def test_quantized_values_stay_within_the_error(error, seed):
    rng = np.random.default_rng(seed)
    array = rng.normal(size=(7, 11)) * 10.0 ** rng.uniform(-3, 3) + rng.normal() * 100
    array[rng.random(array.shape) < 0.1] = np.nan
    array[rng.random(array.shape) < 0.1] = np.inf
    array[rng.random(array.shape) < 0.1] = -np.inf
    _, got = back(array, error)
    finite = np.isfinite(array)
    assert np.abs(got[finite] - array[finite]).max() <= error
    assert np.array_equal(got[~finite], array[~finite], equal_nan=True)


@pytest.mark.parametrize(("spread", "dtype"), [(0.2, "i1"), (10, "i2"), (1e4, "i4"), (1e12, "f8")])
def test_the_smallest_type_that_suffices_is_used(spread, dtype):
    entry, _ = back(np.linspace(-spread, spread, 999), error=1e-3)
    assert entry["dtype"] == dtype


@pytest.mark.parametrize(
    ("low", "high", "special", "dtype"),
    [
        (-128, 127, False, "i1"),
        (-128, 124, True, "i1"),
        (-128, 125, True, "i2"),
        (1000, 1255, False, "i1"),  # shifted
        (0, 256, False, "i2"),
        (-(2**31), 2**31 - 1, False, "i4"),
        (0, 2**33, False, "f8"),
    ],
)
def test_whole_numbers_are_exact(low, high, special, dtype):
    array = np.array([low, high, low + 1, high - 1], float)
    if special:
        array = np.append(array, [np.nan, np.inf, -np.inf])
    entry, got = back(array)
    assert entry["dtype"] == dtype
    assert np.array_equal(got, array, equal_nan=True)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint16, np.int64, np.float32])
def test_every_numeric_type_is_taken(dtype):
    array = np.array([[0, 1, 1], [1, 0, 1]], dtype)
    assert np.array_equal(back(array)[1], array)


def test_without_an_error_a_relative_millionth_is_kept():
    array = np.array([1e-300, 1.23456789e-5, np.pi, 6.02e23])
    entry, got = back(array)
    assert entry["dtype"] == "f8"
    entry, got = back(array[1:])
    assert entry["dtype"] == "f4"
    assert np.abs(got / array[1:] - 1).max() < 1e-6


def test_many_outputs_share_one_text_and_keep_their_place():
    rng = np.random.default_rng(0)
    tables = {
        "a": (("p",), rng.integers(0, 9, size=(4, 3))),
        "b": ((), np.array(2.5)),
        "c": (("p", "q"), rng.normal(size=(4, 2, 2, 5))),
    }
    wire, text = pack(tables, {"c": 1e-4})
    got = unpack(wire, text)
    assert wire["c"]["over"] == ["p", "q"] and wire["c"]["shape"] == [2, 5] and got["c"].shape == (8, 2, 5)
    for name, (_, array) in tables.items():
        assert np.abs(got[name].reshape(array.shape) - array).max() <= 1e-4


def test_equal_data_give_equal_bytes_in_a_plain_gzip_file():
    tables = {"y": (("p",), np.arange(1000.0))}
    wire, text = pack(tables, {})
    assert (wire, text) == pack(tables, {})
    data = base64.b64decode(text)
    assert data[4:8] == bytes(4), "the time in the header must be 0"
    assert len(gzip.decompress(data)) == wire["y"]["bytes"] == 2000


def test_planes_put_low_bytes_first():
    stored = np.array([0x0102, 0x0304], "<i2")
    assert planes(stored) == bytes([2, 4, 1, 3])
    assert np.array_equal(from_planes(planes(stored), "i2", 2), stored)


@pytest.mark.parametrize("error", [0, -1, np.inf, "small"])
def test_a_useless_error_is_refused(error):
    with pytest.raises(DeclarationError, match='error of output "y" must be a positive number'):
        choose_coding(np.zeros(3), error, "y")


def test_what_is_no_real_number_is_refused():
    with pytest.raises(DeclarationError, match='"y" must hold real numbers'):
        choose_coding(np.array(["a"]), None, "y")


def test_numbers_that_are_printed_are_kept_to_the_last_bit_whatever_error_is_allowed():
    rng = np.random.default_rng(3)
    tables = {
        "scalar": (("p", "q"), rng.normal(size=(5, 7))),
        "tenths": (("p",), np.arange(5) / 10),
        "listed": (("p",), rng.normal(size=(5, 3))),
        "drawn": (("p",), rng.normal(size=(5, 3))),
        "single": (("p",), rng.normal(size=5).astype(np.float32)),
        "gaps": (("p",), np.array([0.1, np.nan, np.inf, -np.inf, 1e300])),
    }
    wire, text = pack(tables, dict.fromkeys(tables, 0.01), printed={"listed"})
    got = unpack(wire, text)
    for name in set(tables) - {"drawn"}:
        array = tables[name][1].astype(float)
        assert np.array_equal(got[name].reshape(array.shape), array, equal_nan=True), name
    assert (wire["drawn"]["dtype"], wire["single"]["dtype"]) == ("i1", "f4")
    off = np.abs(got["drawn"].reshape(5, 3) - tables["drawn"][1]).max()
    assert 0 < off <= 0.01
