"""What the doctor is told about one batch norm layer, and what it works out from that."""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from bn.layers import checks

ACTIVATIONS = ("relu", "sigmoid", "tanh")
LARGEST = 1e100  # numbers beyond this, or infinite, are a finding, and nothing is computed from them
MODES = ("training", "inference")


@dataclass(frozen=True, eq=False)
class Layer:
    """One batch norm layer over one batch. Only `x` is needed; what is not given is not looked at.

    x : what enters the layer: (m, d), or (N, C, ...) with the features on axis 1, of any real type.
    name : how findings call it.   eps : of the layer.
    gamma, beta, running_mean, running_var : (d,) each.   bias : (d,) of the linear layer or convolution before it.
    activation : what comes directly after: "relu", "sigmoid" or "tanh".
    momentum : weight of the NEW value in the running statistics, as in PyTorch (Keras: 1 minus its momentum).
    y : what the layer gave for x, and mode : "training" or "inference", what it was meant to be in.
    Raises ValueError for shapes that do not fit, a negative eps and unknown names.
    """

    x: np.ndarray
    name: str = "batch norm"
    gamma: np.ndarray | None = None
    beta: np.ndarray | None = None
    running_mean: np.ndarray | None = None
    running_var: np.ndarray | None = None
    eps: float = 1e-5
    bias: np.ndarray | None = None
    activation: str | None = None
    momentum: float | None = None
    y: np.ndarray | None = None
    mode: str | None = None

    def __post_init__(self):
        x = _real("x", self.x)
        if x.ndim < 2 or x.size == 0:
            raise ValueError(f"x has shape {x.shape}; allowed are (m, d) and (N, C, ...), with an entry on every axis")
        for name in ("gamma", "beta", "running_mean", "running_var", "bias"):
            value = getattr(self, name)
            if value is not None and _real(name, value).shape != (x.shape[1],):
                given = np.shape(value)
                raise ValueError(f"{name} has shape {given}; allowed is ({x.shape[1]},), one entry per feature of x")
        if self.y is not None and _real("y", self.y).shape != x.shape:
            raise ValueError(f"y has shape {np.shape(self.y)}; allowed is {x.shape}, the shape of x")
        checks.as_eps(self.eps)
        if self.momentum is not None:
            checks.as_number("momentum", self.momentum, 0.0, 1.0, allowed="a number from 0 to 1, or None")
        for name, words in (("activation", ACTIVATIONS), ("mode", MODES)):
            value = getattr(self, name)
            if not (value is None or (isinstance(value, str) and value in words)):
                raise ValueError(f"{name} is {value!r}; allowed are {', '.join(words)}, or None")

    @classmethod
    def of(cls, given, name="the layer"):
        """A `Layer` from a `Layer` or from a dict of its fields.   name : how an error calls it."""
        if isinstance(given, cls):
            return given
        known = {field.name for field in fields(cls)}
        if not isinstance(given, dict) or "x" not in given or set(given) - known:
            what = f"has the fields {', '.join(map(str, given))}" if isinstance(given, dict) else ""
            what = what or f"is of type {type(given).__name__}"
            allowed = f"a Layer, or a dict with x and some of {', '.join(sorted(known - {'x'}))}"
            raise ValueError(f"{name} {what}; allowed is {allowed}")
        return cls(**given)

    @cached_property
    def rows(self):
        """x as (m, d) in float64: for images, every pixel of every example is a row."""
        return as_rows(self.x)

    @property
    def examples(self):
        """How many examples there are: N, not N times the pixels."""
        return len(self.x)

    @property
    def m(self):
        """How many numbers share one mean."""
        return len(self.rows)

    @property
    def d(self):
        """How many features there are."""
        return self.rows.shape[1]

    @cached_property
    def mean(self):
        """(d,) mean of the batch."""
        return self.rows.mean(axis=0)

    @cached_property
    def var(self):
        """(d,) biased variance of the batch."""
        return self.rows.var(axis=0)

    @cached_property
    def xhat(self):
        """The normalized batch (m, d); 0 where a feature is constant."""
        std = np.sqrt(self.var + self.eps)
        return (self.rows - self.mean) / np.where(std > 0, std, 1)

    @property
    def scale(self):
        """gamma, or 1."""
        return np.ones(self.d) if self.gamma is None else np.asarray(self.gamma, np.float64)

    @property
    def shift(self):
        """beta, or 0."""
        return np.zeros(self.d) if self.beta is None else np.asarray(self.beta, np.float64)

    @cached_property
    def output(self):
        """gamma xhat + beta, (m, d): what the layer gives in training mode."""
        return self.scale * self.xhat + self.shift

    @property
    def has_running(self):
        """Whether both running statistics were given."""
        return self.running_mean is not None and self.running_var is not None

    @cached_property
    def constant(self):
        """(d,) whether a feature is constant over the batch, up to the rounding of the type of x."""
        dtype = np.asarray(self.x).dtype
        rounding = np.finfo(dtype if dtype.kind == "f" else np.float64).eps
        return np.ptp(self.rows, axis=0) <= 2 * rounding * np.abs(self.mean)


def as_rows(a):
    """(m, d) float64, features last."""
    a = np.asarray(a, np.float64)
    return np.moveaxis(a, 1, -1).reshape(-1, a.shape[1])


def _real(name, value):
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is no array: {error}; allowed are numbers in rows of one length") from error
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} has dtype {array.dtype}; allowed are real numbers")
    return array
