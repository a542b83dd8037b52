"""The whole way back through a layer: to its input, its scale and its shift."""

import numpy as np

from bn import mistakes as museum

from .. import inputs, registered
from ..exercise import Exercise, Mistake
from .common import GRADIENT, LOOK, normalized

# the input


def backward_solution(dy, x, gamma, eps):
    c = x - x.mean(axis=0)
    s = np.sqrt((c**2).mean(axis=0) + eps)
    xhat = c / s
    return gamma / s * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))


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
    chapter="03_backprop",
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


# the parameters


def parameters_solution(dy, x, eps):
    c = x - x.mean(axis=0)
    s = np.sqrt((c**2).mean(axis=0) + eps)
    xhat = c / s
    return (dy * xhat).sum(axis=0), dy.sum(axis=0)


def _parameters(dgamma=None, dbeta=None):
    def wrong(dy, x, eps):
        first, second = parameters_solution(dy, x, eps)
        c, s, xhat = normalized(x, eps)
        return (dgamma(dy, c, s, xhat) if dgamma else first), (dbeta(dy) if dbeta else second)

    return wrong


def _parameter_cases(rng):
    return inputs.backward_cases(rng, with_gamma=False)


parameters = Exercise(
    name="parameters",
    chapter="03_backprop",
    title="The gradients of gamma and beta",
    task="Compute the gradients of the loss by the scale and by the shift.",
    arguments={name: GRADIENT[name] for name in ("dy", "x", "eps")},
    returns={"dgamma": "(d,)", "dbeta": "(d,)"},
    cases=_parameter_cases,
    solve=parameters_solution,
    mistakes={
        "means": Mistake(
            "both are means over the batch where sums belong",
            "how many outputs each parameter has an arrow to. (A loss that is a mean has its 1 / m in dy already.)",
            _parameters(lambda dy, c, s, xhat: (dy * xhat).mean(axis=0), lambda dy: dy.mean(axis=0)),
        ),
        "dgamma-mean": Mistake(
            "dgamma is a mean over the batch where a sum belongs", "how many outputs gamma has an arrow to.",
            _parameters(lambda dy, c, s, xhat: (dy * xhat).mean(axis=0)),
        ),
        "dbeta-mean": Mistake(
            "dbeta is a mean over the batch where a sum belongs", "how many outputs beta has an arrow to.",
            _parameters(dbeta=lambda dy: dy.mean(axis=0)),
        ),
        "centered": Mistake(
            "dgamma has the centered values where the normalized ones belong", "by what gamma was multiplied.",
            _parameters(lambda dy, c, s, xhat: (dy * c).sum(axis=0)),
        ),
        "inputs": Mistake(
            "dgamma has the inputs where the normalized values belong", "by what gamma was multiplied.",
            lambda dy, x, eps: ((dy * x).sum(axis=0), dy.sum(axis=0)),
        ),
        "eps-forgotten": Mistake(
            "dgamma has normalized values without eps", "the values that the forward pass used.",
            lambda dy, x, eps: parameters_solution(dy, x, 0.0),
        ),
        "exchanged": Mistake(
            "the two are exchanged", "the order of what is returned.",
            lambda dy, x, eps: parameters_solution(dy, x, eps)[::-1],
        ),
        "apart": Mistake(
            "dgamma is the product of two sums and not the sum of products",
            "what is added up: one product for each example.",
            _parameters(lambda dy, c, s, xhat: dy.sum(axis=0) * xhat.std(axis=0)),
        ),
    },
    help="y = gamma xhat + beta for every example. Each parameter is used by all m of them.",
    others={"einsum": lambda dy, x, eps: (np.einsum("ij,ij->j", dy, normalized(x, eps)[2]), np.einsum("ij->j", dy))},
)  # fmt: skip
