"""Functions of single numbers, broadcasting and the operators."""

from hypothesis import given

from tests.explorable.writing.arrays import inpage
from tests.explorable.writing.arrays.drawn import Drawn, search, seeds

EXACT = "sqrt square absolute fabs negative positive sign floor ceil trunc rint reciprocal isnan isfinite isinf signbit"
EXACT = [*EXACT.split(), "logical_not"]
ROUNDED = (
    "exp expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh cbrt exp2"
)
ROUNDED = [*ROUNDED.split(), "degrees", "radians"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", ">", ">="]
NAMES = (
    "add subtract multiply divide maximum minimum fmax fmin heaviside copysign logical_and logical_or logical_xor fmod"
)
INTO = ["+=", "-=", "*=", "/=", "//=", "%="]
SCALARS = ["2", "-3", "0", "0.5", "-1.5", "0.0", "True", "False", "inf", "nan", "1e300", "3000000000", "-0.0"]
ROUGH = 4e-15  # of functions that libraries round as they like


def small(inputs):
    """Without what is a half-precision float in NumPy: functions of truth values."""
    return {name: value + 0 if value.dtype == bool else value for name, value in inputs.items()}


@search
@given(seeds)
def test_one_operand(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(15):
        x = drawn.array(drawn.shape())
        cases.append((f"np.{drawn.one(EXACT)}({drawn.seen('x', x.ndim)})", small({"x": x})))
        cases.append((f"np.{drawn.one(ROUNDED)}({drawn.seen('x', x.ndim)})", small({"x": x}), ROUGH))
        cases.append((f"{drawn.one(['-', '+', '~', 'abs', ''])}({drawn.seen('x', x.ndim)})", {"x": x}))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_two_operands(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(25):
        x = drawn.array(drawn.shape())
        y = drawn.array(drawn.fitting(x.shape))
        left, right = drawn.seen("x", x.ndim), drawn.seen("y", y.ndim)
        if drawn.rng.random() < 0.3:
            right = drawn.one(SCALARS)
        # Where a number of Python's stands left of an array without axes, MicroPython asks the array for a float.
        if drawn.rng.random() < 0.3 and x.ndim:
            left, right = right, left
        if drawn.rng.random() < 0.7:
            sign = drawn.one([*OPERATORS, "&", "|", "^"])
            if left in ("True", "False") or (left in ("inf", "nan") and sign in OPERATORS[6:]):
                left, right = right, left  # MicroPython asks only what stands left; source.js helps numbers alone
            code = f"{left} {sign} {right}"
        else:
            code = f"np.{drawn.one(NAMES.split())}({left}, {right})"
        # NumPy's half-precision and 8-bit results of truth values are not there.
        numbers = not {"//", "%", "np.fmod", "np.heaviside", "np.copysign"} & set(code.replace("(", " ").split())
        cases.append((code, {"x": x, "y": y} if numbers else small({"x": x, "y": y})))
    # Which of two zeros is the larger one differs between processors.
    inpage.compare(page, [(*case, 1e-18) if "np.f" in case[0] or "imum" in case[0] else case for case in cases])


@search
@given(seeds)
def test_powers(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(10):
        x = drawn.array(drawn.shape(), kinds="fi")
        y = drawn.array(drawn.fitting(x.shape), kinds="fi")
        code = drawn.one(["x ** y", "x ** 2", "x ** -1", "x ** 0.5", "2 ** x", "2.0 ** x", "x ** 3", "abs(x) ** 0.3"])
        cases.append((code, {"x": x, "y": y}, ROUGH))
        code = drawn.one(["np.arctan2(x, y)", "np.hypot(x, y)", "np.logaddexp(x, y)", "np.float_power(abs(x), y)"])
        cases.append((code, {"x": x, "y": y}, ROUGH))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_into_an_array(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(15):
        x = drawn.array(drawn.shape(), kinds="fi")
        y = drawn.array(drawn.fitting(x.shape))
        other = drawn.one(["y", drawn.seen("y", y.ndim), drawn.one(SCALARS), "x", drawn.seen("x", x.ndim)])
        place = drawn.one(["v = x", "v = x[...]", f"v = {drawn.seen('x', x.ndim)}"])
        cases.append((f"{place}; v {drawn.one(INTO)} {other}; [x, v]", {"x": x, "y": y}))
    inpage.compare(page, cases)


@search
@given(seeds)
def test_choosing_and_rounding(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(6):
        x = drawn.array(drawn.shape(), kinds="fi")
        y, z = drawn.array(drawn.fitting(x.shape)), drawn.array(drawn.fitting(x.shape), kinds="fi")
        lines = [
            "np.where(y, x, z)",
            "np.where(x > 0, x, 0.5)",
            "np.clip(x, -1, 1)",
            "x.clip(0.5, None)",
            "np.clip(x, z, 2)",
            "np.isclose(x, z)",
            "np.isclose(x, x + 1e-9, equal_nan=True)",
            "np.allclose(x, z)",
            "np.array_equal(x, z)",
            "np.nan_to_num(x)",
            "np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=-2.0)",
        ]
        line = drawn.one(lines)
        cases.append((line, {"x": x, "y": y, "z": z}, 1e-18 if "clip" in line else 0.0))
        cases.append((drawn.one(["np.round(x, 1)", "x.round()", "np.round(x, 2)", "np.round(x, -1)"]), {"x": x}, 1e-15))
    inpage.compare(page, cases)
