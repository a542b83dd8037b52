"""One linear unit on least squares: the best length for a direction, and a step of GDNP."""

import numpy as np

from .. import registered
from ..exercise import Case, Exercise, Mistake


def _problem(rng):
    """w, u and a covariance, whose ruler is far from the usual one."""
    for d in (2, 3, 5):
        a = rng.normal(size=(d, d)) * np.linspace(0.7, 1.6, d)
        s, u, w = a @ a.T + 0.3 * np.eye(d), rng.normal(0.5, 1, d), rng.normal(0.4, 1, d)
        yield Case(f"{d} weights", (w, u, s), {"weights": d})


PROBLEM = {
    "w": "(d,), the weights, whose direction counts",
    "u": "(d,), E[-y x]",
    "s": "(d, d), the covariance S of the inputs",
}


def best_length_solution(w, u, s):
    return -(u @ w) / np.sqrt(w @ s @ w)


best_length = Exercise(
    name="best_length",
    chapter="coordinates",
    title="The best length for a direction",
    task="On least squares: which length g is best for the direction of w?",
    arguments=PROBLEM,
    returns={"g": "a number"},
    cases=_problem,
    solve=best_length_solution,
    mistakes={
        "sign": Mistake(
            "the sign is wrong", "that u is E[-y x], with a minus.", registered.mutant("ls-best-length", "sign")
        ),
        "not divided": Mistake(
            "it is not divided by the length of w", "what happens to g when w is made twice as long.",
            registered.mutant("ls-best-length", "not divided"),
        ),
        "variance for its root": Mistake(
            "it is divided by the square of the length: that is the number that w is multiplied with",
            "the difference between the length g and the factor g / |w|_S.",
            registered.mutant("ls-best-length", "variance for its root"),
        ),
        "usual length": Mistake(
            "the usual length stands where the length that S measures belongs", "which ruler batch normalization has.",
            lambda w, u, s: -(u @ w) / np.linalg.norm(w),
        ),
        "mixed": Mistake(
            "this is the best length for weight normalization", "which ruler batch normalization has.",
            lambda w, u, s: -(u @ w) * np.linalg.norm(w) / (w @ s @ w),
        ),
        "loss": Mistake(
            "this is the loss that is left and not the length", "what g is measured in.",
            lambda w, u, s: -((u @ w) ** 2) / (w @ s @ w),
        ),
    },
    help="In the new coordinates the loss is a parabola in g. Where is its lowest point?",
    others={
        "registry": registered.form("ls-best-length"),
        "einsum": lambda w, u, s: -np.einsum("i,i", u, w) / np.einsum("i,ij,j", w, s, w) ** 0.5,
    },
)  # fmt: skip


def gdnp_step_solution(w, u, s):
    square = w @ s @ w
    rho = -((u @ w) ** 2) / square
    gradient = -2 * (u * (u @ w) + rho * (s @ w)) / square
    largest = np.linalg.eigvalsh(s)[-1]
    rate = square / (2 * largest * abs(rho))
    return w - rate * gradient


def _step(largest=lambda s: np.linalg.eigvalsh(s)[-1], name=None):
    step = registered.mutant("gdnp-step", name) if name else registered.form("gdnp-step")
    return lambda w, u, s: step(w, u, s, largest(s))


gdnp_step = Exercise(
    name="gdnp_step",
    chapter="coordinates",
    title="A step of GDNP",
    task="Take one gradient step on the direction, on least squares, with the step size of Kohler and co-authors. "
    "It asks for the largest eigenvalue of S.",
    arguments=PROBLEM,
    returns={"w": "(d,), the next weights, before the length is set"},
    cases=_problem,
    solve=gdnp_step_solution,
    mistakes={
        "sign of u": Mistake(
            "the part along u has the wrong sign", "the sign of R(w), and the two minus signs of its gradient.",
            _step(name="sign of u"),
        ),
        "half": Mistake(
            "the part along u is half of what it should be",
            "the factor 2 in the gradient and the one in the step size.",
            _step(name="half"),
        ),
        "not S": Mistake(
            "w is shrunk evenly, without S", "what the gradient of w^T S w is.", _step(name="not S")
        ),
        "uphill": Mistake(
            "the step goes uphill", "that R(w) is negative and the step size is not.",
            lambda w, u, s: 2 * w - gdnp_step_solution(w, u, s),
        ),
        "trace": Mistake(
            "the trace of S stands where its largest eigenvalue belongs",
            "which eigenvalue the step size asks for.",
            _step(largest=np.trace),
        ),
        "least": Mistake(
            "the least eigenvalue of S stands where the largest belongs", "the order in which eigenvalues come out.",
            _step(largest=lambda s: np.linalg.eigvalsh(s)[0]),
        ),
        "double": Mistake(
            "the step is twice as long", "the factor 2 in the gradient and the one in the step size.",
            lambda w, u, s: 2 * gdnp_step_solution(w, u, s) - w,
        ),
        "descent": Mistake(
            "this is a step of plain gradient descent on the weights w", "which function is differentiated.",
            lambda w, u, s: w - (s @ w + u) / np.linalg.eigvalsh(s)[-1],
        ),
    },
    help="Three lines: R(w), its gradient, the step size. Test: with S = I one step must give a multiple of u.",
    others={"multiplied out": _step()},
)  # fmt: skip
