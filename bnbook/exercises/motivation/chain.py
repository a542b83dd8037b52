"""A chain of weights: its gradient, one step, and all orders of the step."""

from itertools import combinations
from math import factorial

import numpy as np

from .. import registered
from ..exercise import Case, Exercise, Mistake

CHAIN = {
    "x": "a number, the input",
    "w": "(l,), the weights",
    "lr": "a number, the learning rate",
    "delta": "a number, the upstream gradient d L / d y",
}


def _chains(rng):
    """x, w, lr, delta for chains of several lengths; every order of the step counts."""
    for length, lr, delta in ((3, 0.3, 0.7), (4, 0.2, -1.4), (6, 0.15, 0.6)):
        w = rng.uniform(0.7, 1.5, length) * np.where(np.arange(length) == 1, -1, 1)
        label = f"a chain of {length} weights, learning rate {lr}, upstream gradient {delta}"
        yield label, {"weights": length}, (float(rng.uniform(1.2, 1.7)), w, lr, delta)


def _gradient(x, w, delta):
    return delta * x * np.prod(w) / w


# gradient


def chain_gradient_solution(x, w, delta):
    gradient = np.empty_like(w)
    for i in range(len(w)):
        others = np.delete(w, i)
        gradient[i] = delta * x * np.prod(others)
    return gradient


def _gradient_cases(rng):
    for label, sizes, (x, w, _, delta) in _chains(rng):
        yield Case(label, (x, w, delta), sizes)


def _registered_gradient(name):
    wrong = registered.mutant("chain-gradient", name)
    return lambda x, w, delta: wrong(x * np.prod(w), w, delta)


chain_gradient = Exercise(
    name="chain_gradient",
    chapter="01_motivation",
    title="The gradient of a chain",
    task="The chain is y = x w1 w2 ... wl. Compute the gradient of the loss by every weight.",
    arguments={name: CHAIN[name] for name in ("x", "w", "delta")},
    returns={"gradient": "(l,), d L / d w_i"},
    cases=_gradient_cases,
    solve=chain_gradient_solution,
    mistakes={
        "times the weight": Mistake(
            "the output is multiplied by the weight and not divided by it",
            "how often w_i itself occurs in the derivative by w_i.",
            _registered_gradient("times the weight"),
        ),
        "sign": Mistake(
            "the sign is wrong",
            "the sign of a step is not part of the gradient.",
            _registered_gradient("sign"),
        ),
        "output": Mistake(
            "every entry is the whole product, with the weight itself in it",
            "how often w_i itself occurs in the derivative by w_i.",
            lambda x, w, delta: np.full_like(w, delta * x * np.prod(w)),
        ),
        "delta": Mistake(
            "the upstream gradient is left out", "by what the loss is differentiated first.",
            lambda x, w, delta: x * np.prod(w) / w,
        ),
        "input": Mistake(
            "the input x is left out", "what a derivative becomes when x is twice as large.",
            lambda x, w, delta: delta * np.prod(w) / w,
        ),
        "before": Mistake(
            "only the layers before the weight are in the product",
            "what the layers after the weight do to a change of it.",
            lambda x, w, delta: delta * x * np.cumprod(w) / w,
        ),
        "after": Mistake(
            "only the layers after the weight are in the product", "what the layers before the weight hand to it.",
            lambda x, w, delta: delta * x * np.cumprod(w[::-1])[::-1] / w,
        ),
    },
    help="Move one weight by a small h and watch y. By what is h multiplied on its way to the output?",
    others={"whole array": _gradient, "list": lambda x, w, delta: [delta * x * np.prod(w) / v for v in w]},
)  # fmt: skip


# one step


def one_step_solution(x, w, lr, delta):
    y = x * np.prod(w)
    gradient = delta * y / w
    stepped = x * np.prod(w - lr * gradient)
    forecast = -lr * delta * np.sum((y / w) ** 2)
    return forecast, stepped - y


def _one_step(forecast=None, change=None):
    def wrong(x, w, lr, delta):
        first, second = one_step_solution(x, w, lr, delta)
        return (
            first if forecast is None else forecast(x, w, lr, delta),
            second if change is None else change(x, w, lr, delta),
        )

    return wrong


def _one_after_the_other(x, w, lr, delta):
    moved = w.copy()
    for i in range(len(w)):
        moved[i] -= lr * delta * x * np.prod(moved) / moved[i]
    return x * np.prod(moved) - x * np.prod(w)


def _step_cases(rng):
    for label, sizes, args in _chains(rng):
        yield Case(label, args, sizes)


one_step = Exercise(
    name="one_step",
    chapter="01_motivation",
    title="Forecast and truth",
    task="Gradient descent takes one step on all weights of the chain y = x w1 ... wl at once. By how much does the "
    "gradient forecast that y changes, to first order in the learning rate, and by how much does it change?",
    arguments=CHAIN,
    returns={"forecast": "a number, the change to first order", "change": "a number, the true change"},
    cases=_step_cases,
    solve=one_step_solution,
    mistakes={
        "sequential": Mistake(
            "the weights move one after the other, each with a gradient that knows the new values of the others",
            "when the gradients are computed and when the weights are changed.",
            _one_step(change=_one_after_the_other),
        ),
        "uphill": Mistake(
            "the step goes uphill", "the sign of the step.",
            lambda x, w, lr, delta: one_step_solution(x, w, -lr, delta),
        ),
        "output": Mistake(
            "the new output is returned in place of its change", "what is asked: the change.",
            _one_step(change=lambda x, w, lr, delta: one_step_solution(x, w, lr, delta)[1] + x * np.prod(w)),
        ),
        "loss": Mistake(
            "the forecast is that of the loss, not of the output",
            "how the loss and the output differ: by a factor of delta to first order.",
            _one_step(forecast=lambda x, w, lr, delta: delta * one_step_solution(x, w, lr, delta)[0]),
        ),
        "not squared": Mistake(
            "the forecast adds up the gradients and not their products with the step",
            "how far each weight moves, and what each move does to y.",
            _one_step(forecast=lambda x, w, lr, delta: -lr * np.sum(_gradient(x, w, delta))),
        ),
        "one weight": Mistake(
            "the true change moves one weight at a time and adds up what each does alone",
            "what happens to y when all weights have moved together.",
            _one_step(change=lambda x, w, lr, delta: one_step_solution(x, w, lr, delta)[0]),
        ),
    },
    help="First the gradients of all weights, from the old weights. Then the new weights, all at once. Then the new y. "
    "The forecast needs no new weights: each weight's move times the slope of y along it.",
    others={"array": lambda x, w, lr, delta: np.array(one_step_solution(x, w, lr, delta))},
)  # fmt: skip


# orders


def orders_solution(x, w, lr, delta):
    y = x * np.prod(w)
    a = delta * y / w**2
    sums = np.zeros(len(w) + 1)
    sums[0] = 1
    for value in a:
        sums[1:] += value * sums[:-1].copy()
    k = np.arange(1, len(w) + 1)
    return (-lr) ** k * y * sums[1:]


def _sums(a):
    """The elementary symmetric polynomials of a, orders 1 to l."""
    return np.array([sum(np.prod(some) for some in combinations(a, k)) for k in range(1, len(a) + 1)])


def _orders(change):
    def wrong(x, w, lr, delta):
        y, k = x * np.prod(w), np.arange(1, len(w) + 1)
        return change(y, delta * y / w**2, lr, k)

    return wrong


orders = Exercise(
    name="orders",
    chapter="01_motivation",
    title="The orders of a step",
    task="The change of y = x w1 ... wl in one step of gradient descent is a sum of contributions of order 1 to l in "
    "the learning rate. Compute them all; together they are the true change.",
    arguments=CHAIN,
    returns={"contributions": "(l,), orders 1, 2, ..., l"},
    cases=_step_cases,
    solve=orders_solution,
    mistakes={
        "sign": Mistake(
            "all orders have the sign of the first", "the sign of a product of two moves.",
            _orders(lambda y, a, lr, k: -(lr**k) * y * _sums(a)),
        ),
        "repeated": Mistake(
            "each order is a power of the sum, in which one weight counts several times",
            "how often one bracket can give its term: pairs of different weights.",
            _orders(lambda y, a, lr, k: (-lr) ** k * y * np.sum(a) ** k),
        ),
        "powers": Mistake(
            "each order adds up powers of single weights and leaves out the products of different ones",
            "which weights stand in a term of order 2.",
            _orders(lambda y, a, lr, k: (-lr) ** k * y * np.array([np.sum(a**n) for n in k])),
        ),
        "factorial": Mistake(
            "the derivatives are given and not the terms, or divided by k! once too often",
            "whether the two orders of a pair count as one or as two.",
            _orders(lambda y, a, lr, k: (-lr) ** k * y * _sums(a) / [factorial(n) for n in k]),
        ),
        "ordered": Mistake(
            "every pair is counted in both orders, every triple in six", "how often the pair (1, 2) occurs.",
            _orders(lambda y, a, lr, k: (-lr) ** k * y * _sums(a) * [factorial(n) for n in k]),
        ),
        "ratio": Mistake(
            "the ratio of step to weight has the weight once and not squared",
            "the move of w_i divided by w_i itself.",
            lambda x, w, lr, delta: (-lr) ** np.arange(1, len(w) + 1) * x * np.prod(w) * _sums(_gradient(x, w, delta)),
        ),
        "output": Mistake(
            "the factor y in front is left out", "what remains of the product when all brackets give their 1.",
            _orders(lambda y, a, lr, k: (-lr) ** k * _sums(a)),
        ),
    },
    help="The new y is the old one times l brackets, 1 minus something small. Multiply two brackets out by hand, then "
    "three. itertools.combinations lists the subsets; adding one bracket at a time is quicker.",
    others={
        "subsets": _orders(lambda y, a, lr, k: (-lr) ** k * y * _sums(a)),
        "polynomial": lambda x, w, lr, delta: x * np.prod(w) * np.poly(lr * delta * x * np.prod(w) / w**2)[1:],
    },
)  # fmt: skip
