"""What the page draws is what NumPy draws, in every bit."""

from pathlib import Path

import modules
import numpy as np
import pytest

from tests.conftest import open_watched

SEEDS = [0, 1, 2026, 2**32 - 1, 2**32, 2**53 + 1, 2**128 - 1, 31**80, [7, 0, 2**40], [2**200, 5], []]


def short(seed):
    return str(seed)[:12]


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("random")
    page = open_watched(browser, modules.write_page(folder, "random"), root=folder)
    yield page
    assert not page.watch.problems
    page.context.close()


@pytest.fixture
def drawn(page):
    """drawn(seed, "(rng) => an array") is that array, of a new generator in the page."""

    def draw(seed, what, dtype=float):
        return modules.numbers(page.evaluate(f"() => bytesOf(({what})(new Generator({written(seed)})))"), dtype)

    return draw


def written(seed):
    """A seed in JavaScript."""
    if isinstance(seed, list):
        return f"[{', '.join(map(written, seed))}]"
    return f"{seed}n" if seed >= 2**53 else str(seed)


def same(ours, theirs):
    """Equal in every bit, so that not even the sign of a zero differs."""
    return ours.dtype == theirs.dtype and ours.shape == theirs.shape and ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("seed", SEEDS, ids=short)
def test_a_seed_is_hashed_as_numpy_does(page, seed):
    words = modules.numbers(page.evaluate(f"() => bytesOf(seedWords({written(seed)}, 11))"), np.uint32)
    assert same(words, np.random.SeedSequence(seed).generate_state(11))


@pytest.mark.parametrize("seed", SEEDS, ids=short)
def test_numbers_in_the_unit_interval(drawn, seed):
    assert same(drawn(seed, "(rng) => rng.random(2000)"), np.random.default_rng(seed).random(2000))


@pytest.mark.parametrize("seed", SEEDS, ids=short)
def test_normal_numbers(drawn, seed):
    assert same(drawn(seed, "(rng) => rng.standardNormal(20000)"), np.random.default_rng(seed).standard_normal(20000))


def test_the_tables_of_the_ziggurat_stand_in_numpy_as_they_are(page):
    library = Path(np.random._generator.__file__).read_bytes()
    for name, dtype in (("widths", "<f8"), ("sure", "<u8"), ("heights", "<f8")):
        table = modules.numbers(page.evaluate(f"() => bytesOf(ziggurat().{name})")).astype(dtype)
        assert len(table) == 256 and table.tobytes() in library, name


def test_many_normal_numbers_with_some_hundred_of_the_tail(drawn):
    expected = np.random.default_rng(11).standard_normal(1_000_000)
    assert (np.abs(expected) > 3.6541528853610088).sum() > 200
    assert same(drawn(11, "(rng) => rng.standardNormal(1e6)"), expected)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 255, 256, 257, 2000, 70000])
@pytest.mark.parametrize("seed", [0, 2**90])
def test_permutations(drawn, seed, count):
    ours = drawn(seed, f"(rng) => rng.permutation({count})", np.int32)
    assert same(ours.astype(np.int64), np.random.default_rng(seed).permutation(count))


@pytest.mark.parametrize("high", [1, 2, 3, 10, 2**16, 2**31 + 1, 3 * 2**30, 2**32 - 1])
def test_whole_numbers_below_a_bound(drawn, high):
    ours = drawn(5, f"(rng) => rng.integers({high}, 3001)", np.uint32)
    assert same(ours.astype(np.int64), np.random.default_rng(5).integers(high, size=3001))


MIXED = """(rng) => {
  const drawn = [];
  for (let turn = 1; turn < 40; turn++) {
    drawn.push(...rng.integers(10 * turn, turn % 4), ...rng.random(turn % 3), ...rng.permutation(turn % 6));
    drawn.push(...rng.standardNormal(turn % 5), ...rng.shuffle([1, 2, 3, 4].slice(turn % 3)));
  }
  return Float64Array.from(drawn);
}"""


@pytest.mark.parametrize("seed", [0, 3, 2**64])
def test_half_of_64_bits_waits_for_the_next_whole_number_whatever_comes_between(drawn, seed):
    rng, expected = np.random.default_rng(seed), []
    for turn in range(1, 40):
        expected += [*rng.integers(10 * turn, size=turn % 4), *rng.random(turn % 3), *rng.permutation(turn % 6)]
        listed = np.array([1, 2, 3, 4][turn % 3 :])
        expected += [*rng.standard_normal(turn % 5)]
        rng.shuffle(listed)
        expected += [*listed]
    assert len(expected) > 200 and same(drawn(seed, MIXED), np.array(expected, float))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("new Generator(-1)", "seed is -1; allowed: a whole number from 0"),
        ("new Generator(0.5)", "seed is 0.5; allowed"),
        ("new Generator([1, -2n])", "seed is -2; allowed"),
        ("new Generator(2 ** 53)", "seed is 9007199254740992; allowed: a whole number from 0, a BigInt from 2^53 on"),
        ("new Generator()", "seed is undefined; allowed"),
        ("new Generator(1).random(-1)", "count is -1; allowed: a whole number from 0 to"),
        ("new Generator(1).standardNormal(1.5)", "count is 1.5; allowed"),
        ("new Generator(1).permutation()", "count is undefined; allowed"),
        ("new Generator(1).integers(0, 3)", "high is 0; allowed: a whole number from 1 to"),
        ("new Generator(1).integers(2 ** 32, 3)", "high is 4294967296; allowed"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(page, call, said):
    words = page.evaluate(f"() => {{ try {{ {call}; return ''; }} catch (error) {{ return String(error); }} }}")
    assert words.startswith(f"RangeError: {said}")
