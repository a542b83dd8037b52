"""Exercises of chapter 3: a node of the graph, and the whole way back."""

import numpy as np

from bn import mistakes as museum

from . import inputs, registered
from .exercise import Exercise, Mistake

GRADIENT = {
    "dy": "(m, d), the upstream gradient",
    "x": "(m, d), the batch",
    "gamma": "(d,), the scale",
    "eps": "a number",
}


def normalized(x, eps):
    """c, s and xhat of each feature."""
    c = x - x.mean(axis=0)
    s = np.sqrt((c * c).mean(axis=0) + eps)
    return c, s, c / s


# back to the variance


def to_variance_solution(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    s = np.sqrt((c**2).mean(axis=0) + eps)
    dxhat = gamma * dy
    return -(dxhat * c).sum(axis=0) / (2 * s**3)


def _dvar(name):
    """A wrong version of the registry's formula, that of the paper."""
    wrong = registered.mutant("chain-dvar", name)
    return _to_variance(lambda g, c, s, eps: wrong(g, c, (c * c).mean(axis=0), eps))


def _to_variance(change):
    """With a change made to (dxhat, c, s, eps)."""

    def wrong(dy, x, gamma, eps):
        c, s, _ = normalized(x, eps)
        return change(gamma * dy, c, s, eps)

    return wrong


to_variance = Exercise(
    name="to_variance",
    chapter=3,
    title="A node of the graph: back to the variance",
    task="Send the upstream gradient back to the variance of each feature, the node v of the graph.",
    arguments=GRADIENT,
    returns={"dvar": "(d,), d L / d var"},
    cases=inputs.backward_cases,
    solve=to_variance_solution,
    mistakes={
        "eps left out": Mistake(
            "eps is left out of the spread", "what s is the root of.", _dvar("eps left out")
        ),
        "power": Mistake(
            "the power of s is that of the forward pass", "the derivative of 1 / sqrt(v + eps) by v.",
            _dvar("power"),
        ),
        "sign": Mistake(
            "the sign is wrong", "whether the normalized values grow or shrink when the variance grows.",
            _dvar("sign"),
        ),
        "half": Mistake(
            "the factor 1 / 2 is missing", "the derivative of a square root.",
            lambda *args: 2 * to_variance_solution(*args),
        ),
        "mean": Mistake(
            "there is a mean over the batch where a sum belongs", "how many outputs the variance has an arrow to.",
            lambda dy, *args: to_variance_solution(dy, *args) / len(dy),
        ),
        "gamma": Mistake(
            "gamma is forgotten",
            "the first arrow on the way back.", lambda dy, x, gamma, eps: to_variance_solution(dy, x, 1, eps)
        ),
        "xhat": Mistake(
            "the normalized values stand where the centered ones belong",
            "which of the two an output was before the division.",
            _to_variance(lambda g, c, s, eps: -(g * c / s).sum(axis=0) / (2 * s**3)),
        ),
        "x": Mistake(
            "the inputs stand where the centered values belong", "what was divided by the spread.",
            lambda dy, x, gamma, eps: -(gamma * dy * x).sum(axis=0) / (2 * normalized(x, eps)[1] ** 3),
        ),
        "deviation": Mistake(
            "this is the gradient by the standard deviation", "one more arrow: from v to s.",
            _to_variance(lambda g, c, s, eps: -(g * c).sum(axis=0) / s**2),
        ),
    },
    help="Three arrows lead from v to each output: v to s, s to r, r to xhat. Multiply their derivatives, then add "
    "up over everything that the variance reaches.",
    others={
        "nodes": _to_variance(lambda g, c, s, eps: -(c * g).sum(axis=0) / s**2 / (2 * s)),
        "einsum": _to_variance(lambda g, c, s, eps: -0.5 * np.einsum("ij,ij,j->j", g, c, s**-3.0)),
    },
)  # fmt: skip


# the whole way back


def backward_solution(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    s = np.sqrt((c**2).mean(axis=0) + eps)
    xhat = c / s
    return gamma / s * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))


LOOK = {
    "mean-path": "what a change of one input does to the mean, and to whom the mean is subtracted; the columns of dx "
    "should add up to zero.",
    "variance-path": "what a change of one input does to the spread that divides all of them.",
    "both-paths": "whether mean and variance stand still when one input moves.",
    "gamma": "the last line of the forward pass.",
    "eps-forgotten": "the spread on the way back and the one on the way forward: they are the same number.",
    "eps-outside": "the spread on the way back and the one on the way forward: they are the same number.",
    "unbiased": "the variance that the forward pass divided by.",
    "one-over-m": "what one input contributes to a mean of m.",
    "factor": "how often each path is counted.",
    "sign": "the sign: a gradient is not a step.",
}


def _museum(name):
    return lambda dy, x, gamma, eps: museum.gradient(name, x, dy, gamma, eps)


def _dx(name):
    """The registry's one line, or a wrong version of it."""
    wrong = registered.mutant("dx", name) if name else registered.form("dx")

    def apply(dy, x, gamma, eps):
        _, s, xhat = normalized(x, eps)
        return wrong(dy, xhat, gamma, s, len(x))

    return apply


def over_features(dy, x, gamma, eps):
    c = x - x.mean(axis=1, keepdims=True)
    s = np.sqrt((c * c).mean(axis=1, keepdims=True) + eps)
    xhat = c / s
    return gamma / s * (dy - dy.mean(axis=1, keepdims=True) - xhat * (dy * xhat).mean(axis=1, keepdims=True))


def backward_loops(dy, x, gamma, eps):
    """The four steps of the paper, number by number."""
    m, d = x.shape
    dx = np.zeros((m, d))
    for j in range(d):
        mu = sum(x[:, j]) / m
        var = sum((v - mu) ** 2 for v in x[:, j]) / m
        s = (var + eps) ** 0.5
        dxhat = [gamma[j] * dy[i, j] for i in range(m)]
        dvar = sum(dxhat[i] * (x[i, j] - mu) for i in range(m)) * -0.5 * s**-3
        dmu = -sum(dxhat) / s
        for i in range(m):
            dx[i, j] = dxhat[i] / s + dvar * 2 * (x[i, j] - mu) / m + dmu / m
    return dx


def backward_matrix(dy, x, gamma, eps):
    """With the matrix J of each feature, by einsum."""
    m = len(x)
    _, s, xhat = normalized(x, eps)
    jacobian = (np.eye(m) - 1 / m - np.einsum("id,kd->dik", xhat, xhat) / m) / s[:, None, None]
    return gamma * np.einsum("dik,kd->id", jacobian, dy)


backward = Exercise(
    name="backward",
    chapter=3,
    title="The backward pass",
    task="Send the upstream gradient back through batch normalization, to its input.",
    arguments=GRADIENT,
    returns={"dx": "(m, d), d L / d x"},
    cases=inputs.backward_cases,
    solve=backward_solution,
    mistakes={
        **{
            name: Mistake(mistake.title, LOOK[name], _museum(name))
            for name, mistake in museum.MISTAKES.items()
            if not mistake.harmless
        },
        "m - 1": Mistake("the sums are divided by m - 1", "by what the mean divides.", _dx("m - 1")),
        "variance": Mistake(
            "the variance stands where its root belongs", "the unit of dx: that of dy divided by that of x.",
            _dx("the variance for its root"),
        ),
        "axis": Mistake(
            "the means are taken over the features", "who shares a mean: axis=0 runs over examples.",
            over_features,
        ),
        "x": Mistake(
            "the second term has the inputs where the normalized values belong", "which direction is taken out of dy.",
            lambda dy, x, gamma, eps: gamma / normalized(x, eps)[1]
            * (dy - dy.mean(axis=0) - x * (dy * normalized(x, eps)[2]).mean(axis=0)),
        ),
    },
    help="Take from the upstream gradient what the layer hides: a shift of all outputs, and a stretch of all "
    "outputs. What is left is scaled. Or follow the four steps of the chapter: xhat, variance, mean, input.",
    others={
        "loops": backward_loops,
        "matrix": backward_matrix,
        "without the harmless term": _museum("none"),
        "with the harmless term": _museum("variance-to-mean"),
        "registry": _dx(None),
    },
)  # fmt: skip

EXERCISES = (to_variance, backward)
