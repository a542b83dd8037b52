"""Products of matrices in the page: NumPy's numbers, and the same bits from JavaScript and from WebAssembly."""

import base64

import modules
import numpy as np
import pytest

from tests.conftest import open_watched
from tools import product_kernel

# Each case in a room of its own, by both products; C stands between arrays that must stay as they are.
RUN = """(cases) => cases.map(({sizes, strides, a, b, length}) => {
  const floats = (text) => new Float64Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const [flatA, flatB] = [floats(a), floats(b)];
  const results = [product, null].map((plain) => {
    const room = makeRoom([3, flatA.length, flatB.length, 3, length, 3]);
    const [before, A, B, between, C, after] = room.arrays;
    for (const fence of [before, between, after]) fence.fill(7);
    A.set(flatA);
    B.set(flatB);
    C.fill(NaN);
    (plain ?? room.product)(...sizes, A, ...strides[0], B, ...strides[1], C);
    const whole = [before, between, after].every((fence) => fence.every((value) => value === 7));
    const kept = A.every((value, i) => value === flatA[i]) && B.every((value, i) => value === flatB[i]);
    return [bytesOf(C), whole && kept, room.fast];
  });
  return results;
})"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return modules.write_page(tmp_path_factory.mktemp("product"), "product")


@pytest.fixture(scope="module")
def page(browser, address):
    page = open_watched(browser, address, root=address.parent)
    yield page
    assert not page.watch.problems
    page.context.close()


def laid_out(rng, shape):
    """(a view of this shape, the array it looks into): axes in any order, with steps, turned around or repeated."""
    inside = np.where(rng.random(3) < 0.1, 1, shape)
    order, steps = rng.permutation(3), rng.integers(1, 4, 3)
    base = rng.standard_normal([steps[axis] * inside[axis] + 1 for axis in order])
    view = base.transpose(np.argsort(order))[tuple(slice(1, None, step) for step in steps)]
    view = np.flip(view, axis=tuple(np.flatnonzero(rng.random(3) < 0.3)))
    return np.broadcast_to(view, shape), base


def place(view, base):
    """Offset and strides of a view, in numbers."""
    start, origin = (array.__array_interface__["data"][0] for array in (view, base))
    return [(start - origin) // 8, *(stride // 8 for stride in view.strides)]


def case(a, b):
    """What the page needs to multiply a and b, each (a view, the array it looks into)."""
    (k, rows, inner), columns = a[0].shape, b[0].shape[2]
    text = lambda array: base64.b64encode(array.tobytes()).decode("ascii")
    return {
        "sizes": [k, rows, columns, inner],
        "strides": [place(*a), place(*b)],
        "a": text(a[1]),
        "b": text(b[1]),
        "length": k * rows * columns,
    }


def in_order(a, b):
    """a @ b, summed over the inner index from its first value to its last."""
    total = np.zeros((*a.shape[:2], b.shape[2]))
    for p in range(a.shape[2]):
        total += a[:, :, p, None] * b[:, None, p, :]
    return total


def check(page, pairs):
    """Both products give the same bits, those of a sum in order, close to NumPy's product, and write C alone."""
    for (a, b), results in zip(pairs, page.evaluate(RUN, [case(a, b) for a, b in pairs])):
        expected = in_order(a[0], b[0])
        np.testing.assert_allclose(expected, a[0] @ b[0], rtol=1e-12, atol=1e-12)
        for text, untouched, _ in results:
            assert untouched and modules.numbers(text).tobytes() == expected.tobytes(), (a[0].shape, b[0].shape)
        assert results[1][2], "WebAssembly is there"


@pytest.mark.parametrize("seed", range(8))
def test_any_shapes_and_strides(page, seed):
    rng = np.random.default_rng(seed)
    shapes = [(rng.integers(1, 4), *rng.integers(0 if seed == 0 else 1, 14, 3)) for _ in range(40)]
    check(page, [(laid_out(rng, (k, m, p)), laid_out(rng, (k, p, n))) for k, m, n, p in shapes])


@pytest.mark.parametrize(("rows", "columns", "inner"), [(64, 64, 64), (129, 10, 64), (64, 3, 50), (1, 64, 64)])
def test_the_products_of_a_training_step(page, rows, columns, inner):
    rng = np.random.default_rng(1)
    x, w, dz = (rng.standard_normal((1, *shape)) for shape in ((rows, inner), (inner, columns), (rows, columns)))
    flipped = lambda array: (array.swapaxes(1, 2), array)
    check(page, [((x, x), (w, w)), ((dz, dz), flipped(w)), (flipped(x), (dz, dz))])


def test_numbers_that_are_not_finite_and_zeros_with_a_sign(page):
    a, b = np.zeros((2, 1, 5, 5))
    a[0, 0, :2], b[0, 0], b[0, 1, :3] = np.inf, -1.0, 1.0  # inf - inf, and -inf + inf * 0
    a[0, 3, 2], b[0, 2, 3] = 1e308, 1e10
    a[0, 4], b[0, :, 4] = -1.0, 0.0  # sums of -0
    with np.errstate(invalid="ignore", over="ignore"):
        expected = in_order(a, b)
    assert np.isnan(expected).sum() == 5 and np.isinf(expected).sum() == 1 and not np.signbit(expected[0, 4, 4])
    for text, untouched, _ in page.evaluate(RUN, [case((a, a), (b, b))])[0]:
        found = modules.numbers(text).reshape(1, 5, 5)
        np.testing.assert_array_equal(found, expected)
        assert untouched and (np.signbit(found) == np.signbit(expected))[~np.isnan(expected)].all()


def test_what_is_committed_is_what_the_generator_makes():
    assert product_kernel.TARGET.read_text("utf-8") == product_kernel.script(), "python tools/product_kernel.py"
    assert len(product_kernel.module()) < 1024


FALLEN_BACK = """() => {
  const room = makeRoom([20, 25, 20]);
  const [A, B, C] = room.arrays;
  A.forEach((_, i) => (A[i] = i));
  B.forEach((_, i) => (B[i] = i % 6));
  room.product(1, 4, 5, 5, A, 0, 0, 5, 1, B, 0, 0, 5, 1, C);
  return [room.fast, bytesOf(C)];
}"""
ANSWER = np.arange(20.0).reshape(4, 5) @ (np.arange(25) % 6.0).reshape(5, 5)


@pytest.mark.parametrize(
    ("policy", "fast"), [("'unsafe-inline'", False), ("'unsafe-inline' 'wasm-unsafe-eval'", True)], ids=["no", "yes"]
)
def test_a_policy_that_forbids_webassembly_is_kept(watched_page, tmp_path, policy, fast):
    head = f'<meta http-equiv="Content-Security-Policy" content="script-src {policy}">'
    page = watched_page(modules.write_page(tmp_path, "product", head=head), root=tmp_path)
    found, text = page.evaluate(FALLEN_BACK)
    assert found is fast and modules.numbers(text).tobytes() == ANSWER.tobytes()
    # The browser says what it has refused; that is all that it says.
    told, page.watch.problems[:] = list(page.watch.problems), []
    assert all("Content Security Policy" in words for words in told) and len(told) <= (not fast)


def test_without_webassembly_the_product_is_the_plain_one(watched_page, address):
    page = watched_page(address, root=address.parent)
    page.evaluate("() => delete globalThis.WebAssembly")
    found, text = page.evaluate(FALLEN_BACK)
    assert not found and modules.numbers(text).tobytes() == ANSWER.tobytes()


def test_arrays_of_another_room_are_multiplied_too(page):
    text = page.evaluate("""() => {
      const room = makeRoom([20, 20]);
      const B = Float64Array.from({ length: 25 }, (_, i) => i % 6);
      room.arrays[0].forEach((_, i, A) => (A[i] = i));
      room.product(1, 4, 5, 5, room.arrays[0], 0, 0, 5, 1, B, 0, 0, 5, 1, room.arrays[1]);
      return bytesOf(room.arrays[1]);
    }""")
    assert modules.numbers(text).tobytes() == ANSWER.tobytes()


def test_a_room_has_the_lengths_that_were_asked_for(page):
    lengths = [3, 0, 1, 100_000, 8]
    found = page.evaluate(
        "(lengths) => makeRoom(lengths).arrays.map((a) => [a.length, a.byteOffset, a.every((v) => v === 0)])", lengths
    )
    assert [length for length, *_ in found] == lengths and all(zero for *_, zero in found)
    ends = [start + 8 * length for length, start, _ in found]
    assert all(end <= start for end, (_, start, _) in zip(ends, found[1:])), "they do not overlap"
    assert all(start % 16 == 0 for _, start, _ in found)


@pytest.mark.parametrize("length", ["-1", "1.5", "undefined", "NaN"])
def test_a_length_that_makes_no_sense_is_refused_in_words(page, length):
    words = page.evaluate(f"() => {{ try {{ makeRoom([1, {length}]); }} catch (error) {{ return String(error); }} }}")
    assert words == f"RangeError: a length is {length}; allowed: whole numbers from 0"
