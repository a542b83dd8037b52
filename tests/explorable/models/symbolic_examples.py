"""Symbolic models that together use the whole language, each with a second way to compute its outputs."""

import numpy as np
import sympy as sp

from explorable import Choice, Numbers, Point, Slider, Toggle
from explorable.models import (
    Recurrence,
    Symbolic,
    Vector,
    component,
    count,
    histogram,
    maximum,
    mean,
    minimum,
    position,
    product,
    total,
)

RNG = np.random.default_rng(5)
X256, DY256 = RNG.normal(size=(2, 256))
GRID = np.linspace(-3, 3, 41)
SCORES, TURNED = RNG.normal(size=(7, 3)), RNG.normal(size=(3, 6))
TABLE = RNG.normal(size=(30, 12))


def slider(name, low=-4, high=4, step=0.5, start=1):
    return Slider(name, name, low=low, high=high, step=step, start=start)


def numbers(name, count=8, least=1):
    return Numbers(name, name, start=(1,) * least, low=-5, high=5, step=0.1, min_count=least, max_count=count)


# Batch norm forward and backward with a free upstream gradient, over 256 examples ---------------------------

gamma, beta, eps, gain, shift = sp.symbols("gamma beta eps gain shift")


def normalized(x, dy):
    """Outputs of one batch norm layer and its gradients, as expressions."""
    mu = mean(x)
    var = mean((x - mu) ** 2)
    xhat = (x - mu) / sp.sqrt(var + eps)
    y = gamma * xhat + beta
    dxhat = gamma * dy
    dx = (dxhat - mean(dxhat) - xhat * mean(dxhat * xhat)) / sp.sqrt(var + eps)
    return {"mu": mu, "variance": var, "y": y, "dx": dx, "dgamma": total(dy * xhat), "dbeta": total(dy)}


def normalized_directly(x, dy, v):
    mu, var = x.mean(), x.var()
    root = np.sqrt(var + v["eps"])
    with np.errstate(all="ignore"):  # eps = 0 and a single example
        xhat = (x - mu) / root
    dxhat = v["gamma"] * dy
    return {
        "mu": mu,
        "variance": var,
        "y": v["gamma"] * xhat + v["beta"],
        "dx": (dxhat - dxhat.mean() - xhat * (dxhat * xhat).mean()) / root,
        "dgamma": (dy * xhat).sum(),
        "dbeta": dy.sum(),
    }


def batch_norm():
    x, dy = Vector("x"), Vector("dy")
    outputs = normalized(gain * x + shift, dy)
    outputs["counts"] = histogram(outputs["y"], -3, 3, 30)
    controls = [slider("gamma"), slider("beta"), slider("eps", 0), slider("gain"), slider("shift")]
    return controls, Symbolic(outputs, constants={"x": X256, "dy": DY256})


def batch_norm_directly(v):
    outputs = normalized_directly(v["gain"] * X256 + v["shift"], DY256, v)
    return outputs | {"counts": np.histogram(outputs["y"], bins=30, range=(-3, 3))[0]}


# The same over a list that the reader edits, with an upstream gradient that is cut to its length -----------


def edited():
    x, dy = Vector("x"), Vector("dy")
    outputs = normalized(x, dy) | {
        "m": count(x),
        "widest": maximum(x) - minimum(x),
        "third": component(x, 2, -1),
        "last": component(x, -1),
        "before": component(x, position(x) - 1, 0),
        "neighbours": x * component(sp.exp(beta * x), position(x) + 1, beta) + component(sp.sin(x), sp.floor(gamma), 9),
        "rows": [x, dy, beta],
        "largest_is_at": total(sp.Piecewise((position(x), sp.Eq(x, maximum(x))), (0, True))),
        "density": histogram(x, -5, sp.Max(beta, -4), 4, density=True),
    }
    controls = [numbers("x"), slider("gamma"), slider("beta"), slider("eps", 0)]
    return controls, Symbolic(outputs, constants={"dy": DY256[:9]})


def edited_directly(v):
    x, dy = np.array(v["x"], float), DY256[: len(v["x"])]
    edges = np.linspace(-5, max(v["beta"], -4), 5)
    return normalized_directly(x, dy, v) | {
        "m": len(x),
        "widest": np.ptp(x),
        "third": x[2] if len(x) > 2 else -1,
        "last": x[-1],
        "before": np.append(0, x[:-1]),
        "neighbours": x * np.append(np.exp(v["beta"] * x)[1:], v["beta"])
        + (np.sin(x)[int(np.floor(v["gamma"]))] if 0 <= np.floor(v["gamma"]) < len(x) else 9),
        "rows": np.stack([x, dy, np.full(len(x), v["beta"])]),
        "largest_is_at": np.flatnonzero(x == x.max()).sum(),
        "density": np.histogram(x, edges)[0] / len(x) / (edges[1] - edges[0]),
    }


# Several axes: outer expressions, tables, reductions of reductions -----------------------------------------


def outer():
    x, g, table = Vector("x"), Vector("g", "grid"), Vector("table", ("example", "feature"))
    width = sp.Symbol("width")
    scores = Vector("scores", ("batch", "column"))  # longer than the reader's list
    turned = Vector("turned", ("column", "batch"))
    bumps = sp.exp(-(((g - x) / width) ** 2))
    mu = mean(table, "example")
    var = mean((table - mu) ** 2, "example")
    xhat = (table - mu) / sp.sqrt(var + width)
    outputs = {
        "bumps": bumps,
        "curve": total(bumps, "batch"),
        "mass": total(bumps, "grid"),
        "all": total(bumps),
        "xhat": xhat,
        "feature_mean": mu,
        "example_norm": sp.sqrt(total(xhat**2, "feature")),
        "largest_mean": maximum(mu),
        "spread_of_spreads": mean((sp.sqrt(var) - mean(sp.sqrt(var))) ** 2),
        "weighted": total(mu * total(table, "feature") * table) / product(1 + mu**2),
        "everything": histogram(bumps, 0, 1, 7),
        "cut": total(x * scores, "batch"),
        "cut_table": scores * turned + x,
    }
    controls = [numbers("x", 5), slider("width", 0.5)]
    return controls, Symbolic(outputs, constants={"g": GRID, "table": TABLE, "scores": SCORES, "turned": TURNED})


def outer_directly(v):
    x, width = np.array(v["x"], float), v["width"]
    bumps = np.exp(-(((GRID[None] - x[:, None]) / width) ** 2))
    mu, var = TABLE.mean(0), TABLE.var(0)
    xhat = (TABLE - mu) / np.sqrt(var + width)
    return {
        "bumps": bumps,
        "curve": bumps.sum(0),
        "mass": bumps.sum(1),
        "all": bumps.sum(),
        "xhat": xhat,
        "feature_mean": mu,
        "example_norm": np.sqrt((xhat**2).sum(1)),
        "largest_mean": mu.max(),
        "spread_of_spreads": np.sqrt(var).var(),
        "weighted": (mu * TABLE.sum(1, keepdims=True) * TABLE).sum() / np.prod(1 + mu**2),
        "everything": np.histogram(bumps, bins=7, range=(0, 1))[0],
        "cut": x @ SCORES[: len(x)],
        "cut_table": SCORES[: len(x)] * TURNED.T[: len(x)] + x[:, None],
    }


# Single numbers: every function, and what happens at the edges of its domain -------------------------------


def scalars():
    a, b, on, k, p_x, p_y = sp.symbols("a b on k p_x p_y")
    clip = sp.Piecewise((-1, a < -1), (a, (a <= 1) & (b > 0)), (1, sp.Or(a > 1, sp.Not(sp.Eq(on, 1)))))
    outputs = {
        "powers": [
            a**2,
            a**3,
            a**7,
            a**-3,
            sp.sqrt(a),
            a ** sp.Rational(-3, 2),
            a ** sp.Rational(1, 3),
            2**a,
            a**b,
        ],
        "functions": [
            sp.exp(a),
            sp.log(a),
            sp.sin(a),
            sp.cos(a),
            sp.tan(a),
            sp.atan(a),
            sp.tanh(a),
            sp.sinh(a),
        ],
        "more": [sp.asin(a), sp.acos(a), sp.atan2(a, b), sp.acosh(a), sp.atanh(a), sp.asinh(a), sp.cosh(a)],
        "steps": [
            sp.floor(a),
            sp.ceiling(a),
            sp.sign(a),
            sp.Abs(a),
            sp.Heaviside(a),
            sp.Heaviside(a, 1),
            sp.Mod(a, b),
        ],
        "extremes": [sp.Max(a, b, 0), sp.Min(a, b, 2), a / b, a / (b - b * on), sp.floor(a) / sp.floor(b)],
        "clip": clip,
        "truth": a > b,
        "number": sp.pi * a + sp.Rational(1, 3) + sp.sqrt(2) + sp.binomial(10, 3) + sp.factorial(5),
        "logic": sp.Piecewise((k, on), (-k, True)),
        "point": sp.sqrt(p_x**2 + p_y**2),
        "chain": sp.expand((a + b) ** 5) - a * sp.prod([b - k * a for _ in range(6)]),
        "given": a,
    }
    controls = [
        slider("a"),
        slider("b"),
        Toggle("on", "on", start=True),
        Choice("k", "k", options={1: "one", 2.5: "more"}, start=1),
        Point("p", "p", start=(0, 0), x=(-1, 1), y=(-1, 1), step=0.1),
    ]
    return controls, Symbolic(outputs, gaps=set(outputs))


def scalars_directly(v):
    a, b, on, k, p = np.float64(v["a"]), np.float64(v["b"]), float(v["on"]), np.float64(v["k"]), v["p"]
    clip = -1 if a < -1 else a if a <= 1 and b > 0 else 1 if a > 1 or not on else np.nan
    with np.errstate(all="ignore"):
        return {
            "powers": [a**2, a**3, a**7, 1 / a**3, a**0.5, 1 / a**1.5, a ** (1 / 3), 2**a, a**b],
            "functions": [f(a) for f in (np.exp, np.log, np.sin, np.cos, np.tan, np.arctan, np.tanh, np.sinh)],
            "more": [
                np.arcsin(a),
                np.arccos(a),
                np.arctan2(a, b),
                np.arccosh(a),
                np.arctanh(a),
                np.arcsinh(a),
                np.cosh(a),
            ],
            "steps": [
                np.floor(a),
                np.ceil(a),
                np.sign(a),
                abs(a),
                (np.sign(a) + 1) / 2,
                float(a >= 0),
                a - b * np.floor(a / b),
            ],
            "extremes": [max(a, b, 0), min(a, b, 2), a / b, a / (b - b * on), np.floor(a) / np.floor(b)],
            "clip": clip,
            "truth": float(a > b),
            "number": np.pi * a + 1 / 3 + np.sqrt(2) + 240,
            "logic": k if on else -k,
            "point": np.hypot(*p),
            "chain": (a + b) ** 5 - a * (b - k * a) ** 6,
            "given": a,
        }


# Recurrences: momentum, gradient descent over a batch, a state with a vector in each step -----------------


def recurrences():
    w, v, orders, running = (
        Vector("w", "t"),
        Vector("velocity", "t"),
        Vector("orders", ("t", "k")),
        Vector("running", "t"),
    )
    x, noise, k = Vector("x"), Vector("noise", "t"), Vector("k", "k")
    lr, momentum = sp.symbols("lr momentum")
    step = momentum * v - lr * mean((w * x - 2) * x, "batch") + noise / 10
    descent = Recurrence("t", 40, {w: (lr, w + step), v: (0, step)})
    product_so_far = Recurrence(
        "t",
        40,
        {
            orders: (
                sp.Piecewise((1, sp.Eq(k, 0)), (0, True)),
                orders - lr * component(orders, position(k) - 1, 0, "k"),
            )
        },
    )
    average = Recurrence("t", 40, {running: (1, (1 - momentum) * running + momentum * (w + position("t")))})
    outputs = {
        "w": w,
        "velocity": v,
        "final": component(w, -1),
        "loss": mean((w * x - 2) ** 2, "batch"),
        "running": running,
        "path_mean": mean(w),
        "orders": orders,
        "last_orders": component(orders, 39, axis="t"),
    }
    constants = {"noise": RNG.normal(size=40), "k": np.arange(6)}
    controls = [numbers("x"), slider("lr", 0, 1, 0.1), slider("momentum", 0, 1, 0.1)]
    recurrences.noise = constants["noise"]
    return controls, Symbolic(outputs, constants, [descent, product_so_far, average])


def recurrences_directly(v):
    x, lr, rho = np.array(v["x"], float), v["lr"], v["momentum"]
    w, velocity, running, orders = [lr], [0.0], [1.0], [np.eye(6)[0]]
    for t in range(39):
        step = rho * velocity[-1] - lr * np.mean((w[-1] * x - 2) * x) + recurrences.noise[t] / 10
        running.append((1 - rho) * running[-1] + rho * (w[-1] + t))
        w.append(w[-1] + step)
        velocity.append(step)
        orders.append(orders[-1] - lr * np.append(0, orders[-1][:-1]))
    w, orders = np.array(w), np.array(orders)
    return {
        "w": w,
        "velocity": velocity,
        "final": w[-1],
        "loss": np.mean((w[None] * x[:, None] - 2) ** 2, axis=0),
        "running": running,
        "path_mean": w.mean(),
        "orders": orders,
        "last_orders": orders[-1],
    }


EXAMPLES = {
    "batchnorm": (batch_norm, batch_norm_directly),
    "edited": (edited, edited_directly),
    "outer": (outer, outer_directly),
    "scalars": (scalars, scalars_directly),
    "recurrences": (recurrences, recurrences_directly),
}


def random_values(controls, rng):
    """Values within the controls' ranges, off their stops more often than not."""
    values = {}
    for control in controls:
        if control.kind == "slider":
            low, high = control.stops[0], control.stops[-1]
            values[control.name] = float(rng.choice(control.stops) if rng.random() < 0.3 else rng.uniform(low, high))
        elif control.kind == "choice":
            values[control.name] = list(control.options)[rng.integers(len(control.options))]
        elif control.kind == "toggle":
            values[control.name] = bool(rng.integers(2))
        elif control.kind == "numbers":
            size = rng.integers(control.min_count, control.max_count + 1)
            values[control.name] = rng.uniform(control.low, control.high, size).round(int(rng.integers(4))).tolist()
        else:
            values[control.name] = [float(rng.uniform(*control.x)), float(rng.uniform(*control.y))]
    return values
