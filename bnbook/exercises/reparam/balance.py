"""Where growth and decay of scale-invariant weights balance."""

import numpy as np

from .. import registered
from ..exercise import Case, Exercise, Mistake


def equilibrium_solution(lr, decay, gradient):
    length = (lr * gradient**2 / (2 * decay - lr * decay**2)) ** 0.25
    angle = np.arccos(1 - lr * decay)
    return length, angle


def _cases(rng):
    for lr, decay in ((0.5, 0.3), (1.0, 0.05), (0.2, 1.5)):
        gradient = float(rng.uniform(1.5, 3))
        yield Case(f"learning rate {lr}, decay {decay}, gradient {gradient:.2f}", (lr, decay, gradient), {})


def _wrong(length=None, angle=None):
    def wrong(lr, decay, gradient):
        first, second = equilibrium_solution(lr, decay, gradient)
        return (length(lr, decay, gradient) if length else first), (angle(lr, decay) if angle else second)

    return wrong


def _length(name):
    fourth = registered.mutant("equilibrium-length", name)
    return lambda lr, decay, gradient: fourth(lr, decay, gradient) ** 0.25


equilibrium = Exercise(
    name="equilibrium",
    chapter="04_reparameterization",
    title="Growth and decay in balance",
    task="Weights before a batch norm layer follow w <- (1 - lr decay) w - lr grad, at eps = 0. At length 1 the "
    "gradient has a fixed length. At which length do the weights settle, and by which angle do they then turn in "
    "each step? Exactly, not for small lr decay.",
    arguments={
        "lr": "a number, the learning rate",
        "decay": "a number, the weight decay",
        "gradient": "a number, the length that the gradient would have at weights of length 1",
    },
    returns={"length": "a number", "angle": "a number, in radians"},
    cases=_cases,
    solve=equilibrium_solution,
    mistakes={
        "first order": Mistake(
            "both are the values for a small product of learning rate and decay", "the square of 1 - lr decay.",
            _wrong(_length("first order only"), lambda lr, decay: np.sqrt(2 * lr * decay)),
        ),
        "length-first-order": Mistake(
            "the length is that for a small product of learning rate and decay", "the square of 1 - lr decay.",
            _wrong(_length("first order only")),
        ),
        "angle-first-order": Mistake(
            "the angle is that for a small product of learning rate and decay", "the triangle of the step: its sides "
            "are the old weights, shrunk, the gradient's step, and the new weights.",
            _wrong(angle=lambda lr, decay: np.sqrt(2 * lr * decay)),
        ),
        "one decay": Mistake(
            "the cross term 2 lr decay is counted once", "what (1 - a)^2 is.", _wrong(_length("one decay"))
        ),
        "sign": Mistake("a sign in the square of 1 - lr decay is wrong", "what (1 - a)^2 is.", _wrong(_length("sign"))),
        "fixed gradient": Mistake(
            "the length is a square root where a fourth root belongs, as if the gradient did not depend on the length",
            "what happens to the gradient when scale-invariant weights are made twice as long.",
            _wrong(lambda lr, decay, gradient: np.sqrt(lr * gradient**2 / (2 * decay - lr * decay**2))),
        ),
        "degrees": Mistake(
            "the angle is in degrees", "the unit that is asked for.",
            _wrong(angle=lambda lr, decay: np.degrees(np.arccos(1 - lr * decay))),
        ),
        "cosine": Mistake("the cosine is returned and not the angle", "what it is for lr decay = 0.",
            _wrong(angle=lambda lr, decay: 1 - lr * decay)),
        "sine": Mistake(
            "the angle is taken from the wrong side of the triangle",
            "which side of the right triangle is the longest.",
            _wrong(angle=lambda lr, decay: np.arctan(np.sqrt(2 * lr * decay))),
        ),
    },
    help="The gradient is at right angles to the weights: write Pythagoras for one step, with gradient / length for "
    "the gradient, and set the new length equal to the old.",
    others={
        "tangent": lambda lr, decay, gradient: (
            np.sqrt(np.sqrt(lr / decay / (2 - lr * decay)) * gradient),
            np.arctan(np.sqrt(2 * lr * decay - (lr * decay) ** 2) / (1 - lr * decay)),
        ),
        "registry": lambda lr, decay, gradient: (
            registered.form("equilibrium-length")(lr, decay, gradient) ** 0.25,
            np.arccos(registered.form("equilibrium-angle")(lr, decay)[0]),
        ),
    },
)  # fmt: skip
