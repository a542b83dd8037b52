"""What stands in brackets, to get and to set."""

import numpy as np
from hypothesis import given

from tests.explorable.writing.arrays import inpage
from tests.explorable.writing.arrays.drawn import Drawn, search, seeds


def part(drawn, length, arrays, name):
    """One part of an index over an axis, as code; arrays gets what it names."""
    way = drawn.count(0, 10)
    limit = length + (drawn.rng.random() < 0.03)
    if way < 3:
        return str(drawn.count(-limit, limit)) if limit else "0"
    if way < 7 or arrays is None:
        ends = [drawn.one(["", str(drawn.count(-length - 1, length + 2))]) for _ in range(2)]
        return ":".join([*ends, drawn.one(["", "", "-1", "2", "-2"])])
    if way < 9:
        shape = drawn.one([(2,), (1,), (3, 1), (2, 2), (0,)])
        arrays[name] = np.asarray(drawn.rng.integers(-limit, limit, shape) if limit else np.zeros(0, int))
        return name
    arrays[name] = drawn.rng.random(length) < 0.5
    return name


def index(drawn, x, arrays):
    if x.size == 0 or drawn.rng.random() < 0.2:
        arrays = None
    parts = [part(drawn, n, arrays, f"i{k}") for k, n in enumerate(x.shape[: drawn.count(0, x.ndim + 1)])]
    for extra, chance in (("None", 0.2), ("...", 0.2)):
        if drawn.rng.random() < chance:
            parts.insert(drawn.count(0, len(parts) + 1), extra)
    return f"x[{', '.join(parts) or '...'}]"


@search
@given(seeds)
def test_views(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(20):
        x = drawn.array(drawn.shape())
        cases.append((index(drawn, x, None), {"x": x}))
        cases.append((f"v = {index(drawn, x, None)}; v + v", {"x": np.asarray(x * 1.0)}))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_arrays_of_places(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(20):
        x = drawn.array(drawn.shape())
        arrays = {"x": x}
        cases.append((index(drawn, x, arrays), arrays))
        mask = np.asarray(drawn.rng.random(x.shape[: drawn.count(0, x.ndim + 1)]) < 0.5)
        cases.append(("x[m]" if x.ndim else "x[...]", {"x": x, "m": mask}))
        cases.append(("x[x > 0]", {"x": x}))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_setting(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(20):
        x = drawn.array(drawn.shape(), kinds="fi", extreme=0.0)
        arrays = {"x": x}
        code = index(drawn, x, arrays if drawn.rng.random() < 0.6 else None)
        if drawn.rng.random() < 0.3:
            arrays["m"] = np.asarray(drawn.rng.random(x.shape) < 0.5)
            code = "x[m]"
        selected = inpage.here(code, arrays)
        fitting = np.shape(selected) if not isinstance(selected, Exception) else ()
        arrays["v"] = drawn.array(drawn.fitting(fitting), extreme=0.0)
        value = drawn.one(["v", "v", "1.5", "7", "True"])
        cases.append((f"{code} = {value}; x", arrays))
        cases.append((f"{code} += {drawn.one(['1', 'True', '2'])}; x", dict(arrays)))
        cases.append((f"{code} *= 2; x", dict(arrays)))
    # NumPy's words for an index array that fits nowhere depend on how it goes about it.
    inpage.compare(page, cases, texts=False)


@search
@given(seeds)
def test_views_share_memory(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(15):
        x = drawn.array(drawn.shape(3), kinds="fi", extreme=0.0)
        views = (
            "x.T|x[::-1]|x[..., None]|x.reshape(-1)|x[1:]|x.ravel()|x.flatten()|x.copy()|x[[0]]|np.moveaxis(x, 0, -1)"
        )
        views += "|x.squeeze()|np.flip(x[None])|x.reshape(x.T.shape)|x.T.ravel()|np.swapaxes(x, 0, -1)[None]"
        view = drawn.one(views.split("|"))
        cases.append((f"v = {view}; v[...] = 9; [x, v]", {"x": x}))
        cases.append(("v = x.T; x[...] = v.T[::-1]; x", {"x": x}))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_places_by_name(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(10):
        x = drawn.array((*drawn.shape(2), drawn.count(1, 5)), extreme=0.2)
        axis = drawn.count(-x.ndim, x.ndim)
        lines = ["np.nonzero(x)", "np.argwhere(x)", "np.flatnonzero(x)", "np.where(x)", f"x.take([0, -1], axis={axis})"]
        lines += [
            f"np.take(x, 0, axis={axis})" if x.size else "x",
            "[float(v) for v in x.ravel()]",
            "x.tolist()",
            "list(x)",
            "x.item()",
        ]
        lines += [
            f"np.take_along_axis(x, (x > 0).argmax(axis={axis}, keepdims=True), {axis})",
            "x.size, x.shape, x.ndim",
        ]
        cases.append((drawn.one(lines), {"x": x}))
    inpage.compare(page, cases)
