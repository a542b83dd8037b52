"""Elementwise operations: the ufuncs that can be traced, and their text in JavaScript."""

import numpy as np

# {} stands for an argument. NumPy's own special values hold: NaN goes through max and min, comparisons with it fail.
TEXT = {
    "add": "({}+{})",
    "subtract": "({}-{})",
    "multiply": "({}*{})",
    "divide": "({}/{})",
    "negative": "(-{})",
    "positive": "{}",
    "reciprocal": "(1/{})",
    "floor_divide": "floorDivide({},{})",
    "remainder": "remainder({},{})",
    "power": "power({},{})",
    "exp": "Math.exp({})",
    "expm1": "Math.expm1({})",
    "exp2": "Math.pow(2,{})",
    "log": "Math.log({})",
    "log2": "Math.log2({})",
    "log10": "Math.log10({})",
    "log1p": "Math.log1p({})",
    "sqrt": "Math.sqrt({})",
    "cbrt": "Math.cbrt({})",
    "sin": "Math.sin({})",
    "cos": "Math.cos({})",
    "tan": "Math.tan({})",
    "arctan": "Math.atan({})",
    "arctan2": "Math.atan2({},{})",
    "sinh": "Math.sinh({})",
    "cosh": "Math.cosh({})",
    "tanh": "Math.tanh({})",
    "absolute": "Math.abs({})",
    "fabs": "Math.abs({})",
    "sign": "(Math.sign({})+0)",
    "floor": "Math.floor({})",
    "ceil": "Math.ceil({})",
    "trunc": "Math.trunc({})",
    "rint": "rint({})",
    "maximum": "Math.max({},{})",
    "minimum": "Math.min({},{})",
    "hypot": "hypot({},{})",
    "logaddexp": "logaddexp({},{})",
    "greater": "({}>{}?1:0)",
    "less": "({}<{}?1:0)",
    "greater_equal": "({}>={}?1:0)",
    "less_equal": "({}<={}?1:0)",
    "equal": "({}==={}?1:0)",
    "not_equal": "({}!=={}?1:0)",
    "isfinite": "(Number.isFinite({})?1:0)",
    "isnan": "(Number.isNaN({})?1:0)",
    "isinf": "(Math.abs({})===Infinity?1:0)",
    "logical_and": "({}&{})",
    "logical_or": "({}|{})",
    "logical_xor": "({}^{})",
    "logical_not": "(1-{})",
    # Of whole numbers, which have no -0 and no infinity: + 0 takes the sign from it.
    "whole negative": "(0-{})",
    "whole multiply": "({}*{}+0)",
    "whole floor_divide": "wholeQuotient({},{})",
    "whole remainder": "wholeRemainder({},{})",
    # No ufuncs, but elementwise as well:
    "where": "({}?{}:{})",
    "same": "{}",
    "whole": "(Math.trunc({})+0)",
    "truth": "({}!==0?1:0)",
}
ON_TRUTH = ("logical_and", "logical_or", "logical_xor", "logical_not")
BITWISE = {
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_xor": "logical_xor",
    "invert": "logical_not",
}
# On booleans, arithmetic is logic; what is left out NumPy refuses itself.
OF_BOOLEANS = {"add": "logical_or", "multiply": "logical_and", "maximum": "logical_or", "minimum": "logical_and"}
ONLY_FLOATS = ("reciprocal",)  # of whole numbers NumPy's is 0, but for 1 and -1
REDUCTIONS = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
    "logical_or": "any",
    "logical_and": "all",
}
# How a reduction begins, and what takes in one more number.
FOLDS = {
    "sum": ("0", "{0}+={1}"),
    "prod": ("1", "{0}*={1}"),
    "whole prod": ("1", "{0}={0}*{1}+0"),
    "any": ("0", "{0}|={1}"),
    "all": ("1", "{0}&={1}"),
    "max": ("-Infinity", "{0}=Math.max({0},{1})"),
    "min": ("Infinity", "{0}=Math.min({0},{1})"),
}
# What the kernels call and JavaScript does not have as NumPy means it.
HELPERS = """\
const hypot=(x,y)=>{const r=Math.sqrt(x*x+y*y);return r>1e-150&&r<1e150?r:Math.hypot(x,y);};
const rint=(x)=>{const r=Math.round(x);return r-x===0.5&&r%2!==0?r-1:r;};
const remainder=(x,y)=>{const r=x%y;return r===0?y<0?-0:0:r<0!==y<0?r+y:r;};
const floorDivide=(x,y)=>{if(y===0)return x/y;const r=x%y,d=(x-r)/y-(r!==0&&r<0!==y<0?1:0),f=Math.floor(d);
return d===0?(x/y<0||Object.is(x/y,-0)?-0:0):f+(d-f>0.5?1:0);};
const wholeQuotient=(x,y)=>y===0?0:Math.floor(x/y)+0;
const wholeRemainder=(x,y)=>y===0?0:remainder(x,y)+0;
const power=(x,y)=>x===1||(x===-1&&Math.abs(y)===Infinity)?1:Math.pow(x,y);
const logaddexp=(x,y)=>x===y?x+Math.LN2:Math.max(x,y)+Math.log1p(Math.exp(-Math.abs(x-y)));
"""


def spelled(name, dtypes):
    """The name under which an operation on these types stands in TEXT, or None if it cannot be traced."""
    kinds = {dtype.kind for dtype in dtypes}
    if name in BITWISE:
        return BITWISE[name] if kinds == {"b"} else None
    if kinds == {"b"} and name in OF_BOOLEANS:
        return OF_BOOLEANS[name]
    if name not in TEXT or not isinstance(getattr(np, name, None), np.ufunc):
        return None
    if "f" in kinds:
        return name
    return None if name in ONLY_FLOATS else f"whole {name}" if f"whole {name}" in TEXT else name
