"""What tracers do to each other: elementwise operations, reductions, products of matrices, reading at traced places."""

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from explorable.tracing import operations
from explorable.tracing.graph import DTYPES, CannotTrace, Pick, cast, narrowed, root_of
from explorable.tracing.traced import Recording, Traced, add, example, node_of, solid


def elementwise(ufunc, *inputs):
    """A ufunc of arrays; a square is a product, and a factor 1 is left out."""
    name = ufunc.__name__
    if ufunc.nout != 1:
        raise CannotTrace(f"np.{name}, which gives {ufunc.nout} arrays")
    with np.errstate(all="ignore"):
        value = np.asarray(ufunc(*map(example, inputs)))
    if value.dtype not in DTYPES.values():
        raise CannotTrace(f"np.{name}, which gives an array of {value.dtype} here")
    if name == "square":
        return elementwise(np.multiply, inputs[0], inputs[0])
    if name == "power" and (simpler := _simpler_power(*inputs, value.dtype)):
        return simpler(inputs[0])
    nodes = [node_of(each) for each in inputs]
    text = operations.spelled(name, [node.dtype for node in nodes])
    if text is None:
        raise CannotTrace(f"np.{name} of {' and '.join(str(node.dtype) for node in nodes)}")
    if text in operations.ON_TRUTH:
        nodes = [cast(Recording.graph, node, bool) for node in nodes]
    if name == "multiply":
        for one, other in (nodes, nodes[::-1]):
            root, _, _ = root_of(one)
            if root.op == "const" and root.size == 1 and root.value == 1 and other.shape == value.shape:
                return Recording.kind(cast(Recording.graph, other, narrowed(value).dtype))
    return add("map", nodes, text, value)


def _simpler_power(base, exponent, dtype):
    """What a power with this exponent is, if there is something simpler, else None."""
    kind = np.asarray(example(base)).dtype.kind
    if isinstance(exponent, Traced) or np.ndim(exponent) or kind == "b" or (exponent != 2 and dtype.kind != "f"):
        return None
    return {2: lambda x: x * x, 0.5: np.sqrt, -1: lambda x: 1 / x}.get(exponent)


def where(condition, a, b):
    """np.where with three arguments."""
    value = np.where(*map(example, (condition, a, b)))
    truth = cast(Recording.graph, node_of(condition), bool)
    return add("map", (truth, node_of(a), node_of(b)), "where", value)


def fold(x, how, axis, keepdims=False, dtype=None):
    """A reduction. Booleans are counted as whole numbers; their maximum is any, their minimum all."""
    node = node_of(x)
    axes = range(len(node.shape)) if axis is None else normalize_axis_tuple(axis, max(len(node.shape), 1))
    axes = tuple(sorted(axes)) if node.shape else ()
    if how in ("any", "all"):
        node = cast(Recording.graph, node, bool)
    elif how in ("sum", "prod"):
        wanted = dtype or (np.float64 if node.dtype.kind == "f" else np.int64)
        node = cast(Recording.graph, node, narrowed(np.empty(0, wanted)).dtype)
    if node.size == 0 and how in ("max", "min"):
        raise CannotTrace(f"the {how} of an array of shape {node.shape}")
    with np.errstate(all="ignore"):
        value = np.asarray(getattr(np, how)(node.value, axis=axes, keepdims=True)).astype(node.dtype)
    total = add("fold", (node,), (_fold_of(how, node.dtype), axes), value) if axes else Recording.kind(node)
    return total if keepdims else total.reshape([n for a, n in enumerate(node.shape) if a not in axes]).copy()


def _fold_of(how, dtype):
    """The name of a reduction in FOLDS."""
    if dtype.kind == "b":
        return {"max": "any", "min": "all"}.get(how, how)
    return "whole prod" if how == "prod" and dtype.kind == "i" else how


def matmul(a, b):
    """A product of matrices, or of stacks of them; one with a row or column of ones is a sum."""
    a, b = (each if isinstance(each, Traced) else np.asarray(each) for each in (a, b))
    if a.ndim == 1 or b.ndim == 1:
        return _with_vectors(a, b)
    with np.errstate(all="ignore"):
        value = np.matmul(example(a), example(b))
    for ones, other, axis in ((a, b, -2), (b, a, -1)):
        if not isinstance(ones, Traced) and ones.shape[axis] == 1 and value.dtype.kind != "b" and (ones == 1).all():
            total = fold(other, "sum", axis, True, value.dtype)
            return total.view(lambda t: np.broadcast_to(t, value.shape)).copy()
    if value.ndim > 3:
        raise CannotTrace(f"a product of matrices with {value.ndim} axes; at most 3")
    nodes = [solid(cast(Recording.graph, node_of(each), np.float64)) for each in (a, b)]
    product = Recording.graph.add("matmul", tuple(nodes), None, value.astype(np.float64))
    return Recording.kind(cast(Recording.graph, product, value.dtype))


def _with_vectors(a, b):
    one, other = a.ndim == 1, b.ndim == 1
    result = matmul(a[None, :] if one else a, b[:, None] if other else b)
    return result.view(
        lambda m: m[..., 0] if other and not one else m[..., 0, :] if one and not other else m[..., 0, 0]
    ).copy()


def gather(x, keys):
    """x[keys] where some keys are arrays of whole numbers, which stand beside each other; the others are plain."""
    if Ellipsis in [key for key in keys if not isinstance(key, (Traced, np.ndarray, list))]:
        at = next(i for i, key in enumerate(keys) if key is Ellipsis)
        missing = x.ndim - sum(key is not None and key is not Ellipsis for key in keys)
        keys = (*keys[:at], *[slice(None)] * missing, *keys[at + 1 :])
    is_array = [isinstance(key, (Traced, np.ndarray, list)) for key in keys]
    places = [i for i, found in enumerate(is_array) if found]
    if any(key is None or isinstance(key, (int, np.integer)) for key in keys) or places != list(
        range(places[0], places[-1] + 1)
    ):
        raise CannotTrace("index arrays mixed with None or numbers, or not beside each other")
    plain_keys = tuple(slice(None) if found else key for key, found in zip(keys, is_array))
    base = x.view(lambda a: a[plain_keys])
    indexes = [counted_from_zero(keys[i], base.shape[i]) for i in places]
    value = base.read().value[tuple(np.asarray(example(k)) if f else slice(None) for k, f in zip(keys, is_array))]
    common = np.broadcast_shapes(*(node.shape for node in indexes))
    indexes = [Recording.kind(n).view(lambda a: np.broadcast_to(a, common)).read() for n in indexes]
    return add("pick", (solid(base.read()), *indexes), Pick(tuple(places), places[0], False), value)


def counted_from_zero(index, length):
    """The node of an index; a traced one may be negative, which counts from the end."""
    if not isinstance(index, Traced):
        index = np.asarray(index)
        if index.dtype.kind not in "iu":
            raise CannotTrace(f"an index of type {index.dtype}")
        return Recording.graph.constant(np.where(index < 0, index + length, index))
    if index.dtype.kind != "i":
        raise CannotTrace(f"an index of type {index.dtype}")
    root = root_of(index.read())[0]
    if root.op == "iota" or (root.op == "input" and root.origins == {"draw"}):  # never negative
        return index.read()
    return where(index < 0, index + length, index).read()


def take_along_axis(x, indices, axis=-1):
    """np.take_along_axis."""
    value = np.take_along_axis(example(x), example(indices), axis)
    index = counted_from_zero(indices, np.shape(example(x))[axis])
    axis = axis % len(np.shape(example(x)))
    return add("pick", (solid(node_of(x)), index), Pick((axis,), 0, True), value)


def first_place(x, extreme, axis, keepdims):
    """The first place of an extreme, or of a NaN, along an axis."""
    if axis is None:
        flat = first_place(x.ravel(), extreme, 0, False)
        return flat.reshape((1,) * x.ndim) if keepdims else flat
    moved = x.view(lambda a: np.moveaxis(a, axis, -1))
    counted = np.arange(moved.shape[-1])
    here = where((moved == extreme(moved)) | np.isnan(moved), counted, moved.shape[-1])
    found = fold(here, "min", -1, True)
    found = found.view(lambda a: np.moveaxis(a, -1, axis))
    return (found if keepdims else found.squeeze(axis)).copy()
