# ruff: noqa: E402, F401, F811, I001, SIM905
"""NumPy for code that is written in the page: MicroPython's side of the arrays in JavaScript.

An array holds a proxy, and every function hands over to `_arrays`. This is compiled when the page's Python starts: it
is short; what is rarer is made or imported when it is first asked for (`__getattr__`).
"""

import builtins
import json
import sys

import _arrays as _js
from numpy import crossing
from numpy.crossing import (
    _DTYPES,
    _HERE,
    AxisError,
    _arg,
    _axes,
    _binary,
    _check,
    _compared,
    _index,
    _inplace,
    _j,
    _kind,
    _out,
    _reduction,
    _swapped,
    _unary,
    dtype,
)

pi = 3.141592653589793
e = 2.718281828459045
euler_gamma = 0.5772156649015329
inf = float("inf")
nan = float("nan")
newaxis = None
float64 = double = floating = float
int64 = int32 = intp = int_ = integer = int
bool_ = bool
_SHAPES = {"": ()}  # by the text in which they come from JavaScript
_row, _take, _slice = _js.row, _js.take, slice

# Functions of one and of two operands that are made when they are first asked for, with other names of some.
_ONE = (
    "sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh "
    "arctanh degrees radians fabs rint floor ceil trunc square reciprocal sign isnan isinf isfinite signbit logical_not"
).split()
_TWO = (
    "float_power fmod hypot heaviside copysign logaddexp arctan2 maximum minimum fmax fmin equal not_equal logical_and "
    "logical_or logical_xor"
).split()
_ALONG = "median count_nonzero nansum nanmean nanmax nanmin".split()
_SAME = (
    "asin=arcsin acos=arccos atan=arctan rad2deg=degrees deg2rad=radians fix=trunc bitwise_not=invert remainder=mod "
    "true_divide=divide amax=max amin=min abs=absolute around=round pow=power concat=concatenate empty=zeros "
    "permute_dims=transpose empty_like=zeros_like ascontiguousarray=asarray"
)
_SAME = dict([_n.split("=") for _n in _SAME.split()])

absolute, negative, positive, invert = [_unary(_n) for _n in ("absolute", "negative", "positive", "invert")]
add, subtract, multiply, divide = [_binary(_n) for _n in ("add", "subtract", "multiply", "divide")]
floor_divide, mod, power = _binary("floor_divide"), _binary("mod"), _binary("power")
less, less_equal, greater, greater_equal = [_binary(_n) for _n in ("less", "less_equal", "greater", "greater_equal")]
bitwise_and, bitwise_or, bitwise_xor = _binary("bitwise_and"), _binary("bitwise_or"), _binary("bitwise_xor")

sum, prod, mean = _reduction("sum"), _reduction("prod"), _reduction("mean")
var, std = _reduction("var", True), _reduction("std", True)
max, min, ptp = _reduction("max"), _reduction("min"), _reduction("ptp")
any, all = _reduction("any"), _reduction("all")


def _best(name):
    f = _reduction(name)

    def best(a, axis=None, *, keepdims=False):
        return f(a, axis if axis is None else _index(axis), keepdims=keepdims)

    return best


argmax, argmin = _best("argmax"), _best("argmin")


def _cumulative(product):
    def f(a, axis=None):
        a = _j(a) if axis is not None else _js.ravel(_j(a))
        return _out(_js.cumulate(product, a, 0 if axis is None else _index(axis)))

    return f


cumsum, cumprod = _cumulative(False), _cumulative(True)


def _part(k):
    """What stands in brackets, for JavaScript."""
    t = type(k)
    if t is int or t is bool:
        return k
    if t is _slice:
        ends = []
        for v in (k.start, k.stop, k.step):
            if v is not None and type(v) is not int and type(v) is not bool:
                raise TypeError("slice indices must be integers or None or have an __index__ method")
            ends.append("" if v is None else str(int(v)))
        return ":".join(ends)
    if k is None:
        return "n"
    if k is Ellipsis:
        return "..."
    if t is ndarray:
        return k._j
    if t in (list, tuple, range):
        a = array(k)
        return _js.astype(a._j, 1) if a.size == 0 else a._j
    raise IndexError(
        "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid "
        "indices"
    )


class ndarray:
    def __init__(self, j):
        self._j = j

    __add__, __radd__, __iadd__ = add, _swapped(add), _inplace("add")
    __sub__, __rsub__, __isub__ = subtract, _swapped(subtract), _inplace("subtract")
    __mul__, __rmul__, __imul__ = multiply, _swapped(multiply), _inplace("multiply")
    __truediv__, __rtruediv__, __itruediv__ = divide, _swapped(divide), _inplace("divide")
    __floordiv__, __rfloordiv__, __ifloordiv__ = floor_divide, _swapped(floor_divide), _inplace("floor_divide")
    __mod__, __rmod__, __imod__ = mod, _swapped(mod), _inplace("mod")
    __pow__, __rpow__, __ipow__ = power, _swapped(power), _inplace("power")
    __and__, __rand__, __iand__ = bitwise_and, _swapped(bitwise_and), _inplace("bitwise_and")
    __or__, __ror__, __ior__ = bitwise_or, _swapped(bitwise_or), _inplace("bitwise_or")
    __xor__, __rxor__, __ixor__ = bitwise_xor, _swapped(bitwise_xor), _inplace("bitwise_xor")
    __eq__, __ne__ = _compared("equal", False), _compared("not_equal", True)
    __lt__, __le__, __gt__, __ge__ = less, less_equal, greater, greater_equal
    __neg__, __pos__, __abs__, __invert__ = negative, positive, absolute, invert

    def __hash__(self):
        raise TypeError("unhashable type: 'numpy.ndarray'")

    def __matmul__(self, other):
        return matmul(self, other)

    def __rmatmul__(self, other):
        return matmul(other, self)

    def __imatmul__(self, other):
        self[...] = matmul(self, other)
        return self

    def __divmod__(self, other):
        return floor_divide(self, other), mod(self, other)

    def __bool__(self):
        size = _js.size(self._j)
        if size == 1:
            return bool(self.item())
        if size == 0:
            raise ValueError(
                "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not "
                "empty."
            )
        raise ValueError("The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()")

    # MicroPython asks for a float in `1.5 + a`, too; None says that there is none, and then it asks for __radd__. There
    # is no __int__: `[1, 2] * a` would repeat the list.
    def __float__(self):
        return None if self.shape else float(self.item())

    def __len__(self):
        shape = self.shape
        if not shape:
            raise TypeError("len() of unsized object")
        return shape[0]

    def __iter__(self):
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return iter([_out(_row(self._j, i)) for i in range(self.shape[0])])

    def __contains__(self, value):
        return any(self == value)

    def __getitem__(self, key):
        t = type(key)
        if t is int:
            return _out(_row(self._j, key))
        if t is tuple:
            return _out(_take(self._j, *[_part(k) for k in key]))
        return _out(_take(self._j, _part(key)))

    def __setitem__(self, key, value):
        parts = [_part(k) for k in key] if type(key) is tuple else [_part(key)]
        _check(_js.put(self._j, _arg(value), type(value) is float, *parts))

    def __str__(self):
        return _js.str(self._j)

    def __repr__(self):
        return _js.repr(self._j)

    def __getattr__(self, name):
        if name in _METHODS:
            f = globals().get(name) or __getattr__(name)
            return lambda *args, **how: f(self, *args, **how)
        raise AttributeError(f"'numpy.ndarray' object has no attribute '{name}'{_HERE if name in _LACKS else ''}")

    @property
    def shape(self):
        s = _js.shape(self._j)
        if s not in _SHAPES:
            _SHAPES[s] = tuple([int(n) for n in s.split(",")])
        return _SHAPES[s]

    @property
    def ndim(self):
        return len(self.shape)

    @property
    def size(self):
        return _js.size(self._j)

    @property
    def dtype(self):
        return _DTYPES[_js.kind(self._j)]

    @property
    def T(self):
        return ndarray(_js.transpose(self._j, None))

    @property
    def flat(self):
        return iter(self.ravel())

    def item(self, *at):
        if at:
            if len(at) > 1 or type(at[0]) is tuple:
                return self[at[0] if type(at[0]) is tuple else at]
            if not -self.size <= at[0] < self.size:
                raise IndexError(f"index {at[0]} is out of bounds for size {self.size}")
            return _out(_js.at(self._j, at[0] % self.size))
        if self.size != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        return _out(_js.value(self._j))

    def tolist(self):
        text = _js.json(self._j)
        if "N" in text or "I" in text:
            return eval(text, {"NaN": nan, "Infinity": inf, "true": True, "false": False})
        return json.loads(text)

    def astype(self, dtype, *, copy=True):
        kind = _kind(dtype)
        return self if not copy and kind == _js.kind(self._j) else ndarray(_js.astype(self._j, kind))

    def copy(self):
        return ndarray(_js.copy(self._j))

    def fill(self, value):
        self[...] = value

    def reshape(self, *shape):
        return reshape(self, shape[0] if len(shape) == 1 else shape)

    def ravel(self):
        return ndarray(_js.ravel(self._j))

    def flatten(self):
        return self.copy().ravel()

    def transpose(self, *axes):
        return transpose(self, axes[0] if len(axes) == 1 else axes or None)

    def dot(self, other):
        return dot(self, other)

    def sort(self, axis=-1):
        _check(_js.sortInto(self._j, axis))

    def nonzero(self):
        return nonzero(self)

    sum, prod, mean, var, std, max, min, any, all = sum, prod, mean, var, std, max, min, any, all
    argmax, argmin, cumsum, cumprod = argmax, argmin, cumsum, cumprod


crossing.ndarray = ndarray
_METHODS = "squeeze swapaxes round clip ptp argsort repeat take trace diagonal searchsorted".split()
_LACKS = "ctypes data base flags strides nbytes itemsize tobytes view partition real".split()

from numpy.making import (
    arange,
    array,
    asarray,
    clip,
    concatenate,
    copy,
    dot,
    eye,
    full,
    full_like,
    linspace,
    matmul,
    nonzero,
    ones,
    ones_like,
    reshape,
    round,
    stack,
    transpose,
    where,
    zeros,
    zeros_like,
)


class _Left:
    """A number left of a comparison: MicroPython asks nothing of what stands on the right."""

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return other > self.value

    def __le__(self, other):
        return other >= self.value

    def __gt__(self, other):
        return other < self.value

    def __ge__(self, other):
        return other <= self.value


builtins._left = _Left


def __getattr__(name):
    if name in _SAME:
        return globals().get(_SAME[name]) or __getattr__(_SAME[name])
    if name in _ONE:
        f = _unary(name)
    elif name in _TWO:
        f = _binary(name)
    elif name in _ALONG:
        f = _reduction(name)
    elif name in ("linalg", "random"):
        f = _module(name)
    else:
        f = None if name[:1] == "_" else getattr(_module("more"), name, None) or getattr(_module("rarer"), name, None)
        if f is None:
            raise AttributeError(name if name[:2] == "__" else f"numpy has no '{name}'{_HERE}")
    globals()[name] = f
    return f


def _module(name):
    __import__("numpy." + name)
    return sys.modules["numpy." + name]
