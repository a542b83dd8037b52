"""Products of matrices, sums by subscripts, and what linear algebra makes of matrices."""

import numpy as np
from hypothesis import given

from tests.explorable.writing.arrays import inpage
from tests.explorable.writing.arrays.drawn import Drawn, search, seeds

ROUGH = 1e-12


def positive(drawn, shape):
    """No sums that nearly vanish, so that errors stay relative."""
    return drawn.rng.uniform(0.5, 2, shape) if drawn.rng.random() < 0.7 else drawn.rng.integers(0, 4, shape)


@search
@given(seeds)
def test_products(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(20):
        n, k, m = drawn.count(0, 5), drawn.count(0, 5), drawn.count(0, 5)
        wrong = drawn.rng.random() < 0.1
        head = drawn.shape(2, 3)
        x = positive(drawn, drawn.one([(n, k), (k,), (*head, n, k)]))
        y = positive(drawn, drawn.one([(k + wrong, m), (k + wrong,), (*drawn.fitting(head), k, m)]))
        code = drawn.one(["x @ y", "np.matmul(x, y)", "x @ y[..., ::-1]", "np.dot(x, y)", "x[::-1] @ y", "x.dot(y)"])
        code = drawn.one([code, code, "np.inner(x, x)", "np.outer(x, y)", "np.dot(x, 2)", "x.T @ x"])
        cases.append((code, {"x": np.asarray(x), "y": np.asarray(y)}, ROUGH))
    # Which of several misfits is named first differs.
    inpage.compare(page, cases, texts=False)


@search
@given(seeds)
def test_einsum(page, seed):
    drawn = Drawn(seed)
    cases = []
    lengths = {letter: drawn.count(1, 4) for letter in "ijkl"}
    for _ in range(15):
        inputs = ["".join(drawn.one("ijkl") for _ in range(drawn.count(0, 4))) for _ in range(drawn.count(1, 4))]
        letters = sorted(set("".join(inputs)))
        output = drawn.rng.permutation(letters)[: drawn.count(0, len(letters) + 1)] if letters else []
        arrays = {f"x{n}": np.asarray(positive(drawn, [lengths[c] for c in part])) for n, part in enumerate(inputs)}
        arrow = drawn.one(["", "->" + "".join(output), "->" + "".join(output)])
        cases.append((f"np.einsum('{','.join(inputs)}{arrow}', {', '.join(arrays)})", arrays, ROUGH))
    inpage.compare(page, cases, texts=False)


def test_einsum_with_an_ellipsis(page):
    x, y = np.random.default_rng(1).uniform(1, 2, (2, 3, 4)), np.random.default_rng(2).uniform(1, 2, (4, 3))
    lines = ["...ij,jk->...ik", "...i,ij", "i...->...", "...->...", "ij...,jk->ik..."]
    cases = [(f"np.einsum('{line}', {'x, y' if ',' in line else 'x'})", {"x": x, "y": y}, ROUGH) for line in lines[:4]]
    inpage.compare(page, cases)


def close(x, scale=1.0):
    """Numbers with their error measured against one: what is small compared to it may be anything small."""
    return f"np.round(({x}) / {scale!r}, 9) + 0.0"


@search
@given(seeds)
def test_matrices(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(6):
        n, m = drawn.count(1, 6), drawn.count(1, 6)
        head = drawn.one([(), (2,), (2, 2)])
        x = drawn.rng.normal(size=(*head, n, n)) + 3 * np.eye(n)
        t = drawn.rng.normal(size=(*head, n, m))
        vector, several = drawn.rng.normal(size=n), drawn.rng.normal(size=(*head, n, m))
        inputs = {"x": x, "t": t, "v": vector, "b": several, "z": drawn.rng.normal(size=7)}
        norm = drawn.one(["", ", 1", ", 2", ", np.inf", ", -np.inf", ", 'fro'", ", 'nuc'", ", -1", ", -2"])
        lines = [
            close("x @ np.linalg.inv(x)"),
            close("np.linalg.solve(x, b)", 10.0),
            close("np.linalg.solve(x, v)", 10.0) if not head else "x",
            close("np.linalg.det(x)", 1000.0),
            close("np.linalg.svd(t, compute_uv=False)"),
            close("np.linalg.eigvalsh(x @ np.swapaxes(x, -1, -2))", 10.0),
            "w, q = np.linalg.eigh(x + np.swapaxes(x, -1, -2)); "
            + close("q * w[..., None, :] @ np.swapaxes(q, -1, -2)"),
            "u, s, h = np.linalg.svd(t, full_matrices=False); " + close("u * s[..., None, :] @ h"),
            close(f"np.linalg.norm(t{norm}, axis=(-2, -1))"),
            close(f"np.linalg.norm(t{'' if 'f' in norm or 'n' in norm.replace('np.inf', '') else norm}, axis=-1)"),
            close(f"np.linalg.norm(z, {drawn.one(['1', '2', '3', 'np.inf', '0', 'None', '0.5'])})", 100.0),
            close("np.linalg.norm(t)"),
            close("np.linalg.norm(t, axis=-1, keepdims=True)"),
        ]
        cases.append((drawn.one(lines), inputs, 2e-9))
    inpage.compare(page, cases)
