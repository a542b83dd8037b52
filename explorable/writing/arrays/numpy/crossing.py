"""What crosses the border between MicroPython and the arrays in JavaScript, and how functions are made of it.

`ndarray` and `array` are put here by the modules that define them. Numbers without axes are Python's float, int, bool.
"""

import _arrays as _js

ndarray = array = None


class UFuncTypeError(TypeError):
    pass


class AxisError(ValueError):
    pass


class LinAlgError(ValueError):
    pass


_ERRORS = {
    "ValueError": ValueError,
    "IndexError": IndexError,
    "TypeError": TypeError,
    "MemoryError": MemoryError,
    "ZeroDivisionError": ZeroDivisionError,
    "RuntimeError": RuntimeError,
    "UFuncTypeError": UFuncTypeError,
    "AxisError": AxisError,
    "LinAlgError": LinAlgError,
}
_HERE = " here; in the notebook of this chapter it has"


def _out(r):
    """What a function of JavaScript gave: an array, a number, a number as text, or a refusal."""
    t = type(r)
    if t is _proxy:
        return ndarray(r)
    if t is str:
        c = r[0]
        if c == "f":
            return float(r[1:])
        if c == "i":
            return int(r[1:])
        _check(r)
    return r


def _check(r):
    if type(r) is str and r[:1] == "!":
        name, text = r[1:].split("|", 1)
        raise _ERRORS[name](text)
    return r


def _many(r):
    return [_out(each) for each in _check(r)]


def _arg(v):
    """An operand that is neither an array nor a float nor a bool."""
    t = type(v)
    if t is int:
        return v if -0x40000000 < v < 0x40000000 else float(v)
    if t is ndarray:
        return v._j
    if t in (float, bool):
        return v
    if t in (list, tuple, range):
        return array(v)._j
    raise TypeError(f"unsupported operand type for an array: '{t.__name__}'")


def _j(v):
    """Anything as an array of JavaScript."""
    return v._j if type(v) is ndarray else array(v)._j


def _index(v):
    if type(v) is int or type(v) is bool:
        return int(v)
    if type(v) is ndarray and v.ndim == 0:
        return int(v.item())
    raise TypeError(f"'{type(v).__name__}' object cannot be interpreted as an integer")


def _axes(axis):
    if axis is None or type(axis) is int:
        return axis if axis is None else str(axis)
    if type(axis) in (tuple, list):
        return ",".join([str(_index(a)) for a in axis])
    return str(_index(axis))


def _shape(shape):
    if type(shape) is int:
        return str(shape)
    if type(shape) in (tuple, list):
        return ",".join([str(_length(n)) for n in shape])
    if type(shape) is float:
        raise TypeError(f"expected a sequence of integers or a single integer, got '{shape}'")
    return str(_length(shape))


def _length(n):
    if type(n) is float:
        raise TypeError("'float' object cannot be interpreted as an integer")
    return _index(n)


def _kind(dtype, other=2):
    if dtype is None:
        return other
    kind = _KINDS.get(str(dtype) if type(dtype) is _DType else dtype)
    if kind is None:
        name = dtype if type(dtype) is str else getattr(dtype, "__name__", str(dtype))
        raise TypeError(f"numpy has no dtype {name}{_HERE}")
    return kind


_KINDS = {
    float: 2,
    int: 1,
    bool: 0,
    "float64": 2,
    "float": 2,
    "f8": 2,
    "d": 2,
    "int64": 1,
    "int": 1,
    "i8": 1,
    "bool": 0,
}
_KINDS["?"] = 0


class _DType:
    def __init__(self, kind):
        self.name = ("bool", "int64", "float64")[kind]
        self.kind = "bif"[kind]
        self.type = (bool, int, float)[kind]
        self.itemsize = (1, 8, 8)[kind]

    def __str__(self):
        return self.name

    def __repr__(self):
        return f"dtype('{self.name}')"

    def __eq__(self, other):
        try:
            return _kind(other) == _kind(self.name)
        except TypeError:
            return False

    def __hash__(self):
        return hash(self.name)


_DTYPES = (_DType(0), _DType(1), _DType(2))


def dtype(name):
    return _DTYPES[_kind(name)]


def _unary(name):
    def f(x):
        return _out(_one(name, x._j if type(x) is ndarray else _arg(x), type(x) is float))

    return f


def _binary(name):
    def f(a, b):
        floats = 0
        if type(a) is ndarray:
            a = a._j
        elif type(a) is float:
            floats = 1
        else:
            a = _arg(a)
        if type(b) is ndarray:
            b = b._j
        elif type(b) is float:
            floats += 2
        else:
            b = _arg(b)
        return _out(_two(name, a, b, floats))

    return f


def _swapped(f):
    def reflected(a, b):
        return f(b, a)

    return reflected


def _inplace(name):
    def f(a, b):
        _check(_into(name, a._j, _arg(b), type(b) is float))
        return a

    return f


def _compared(name, otherwise=None):
    f = _binary(name)

    def compare(a, b):
        if otherwise is not None and type(b) in (str, type(None)):
            return ndarray(_js.astype(_js.full(_shape(a.shape), otherwise, 2), 0))
        return f(a, b)

    return compare


def _reduction(name, ddof=False):
    if ddof:

        def f(a, axis=None, *, ddof=0, keepdims=False):
            return _out(_reduce(name, _j(a), _axes(axis), keepdims, ddof))

    else:

        def f(a, axis=None, *, keepdims=False):
            return _out(_reduce(name, _j(a), _axes(axis), keepdims, 0))

    return f


_one, _two, _into, _reduce = _js.one, _js.two, _js.into, _js.reduce
_proxy = type(_js.full("", 0, 0))
