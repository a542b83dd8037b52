"""One step of each optimizer on a stack of networks; clipping; schedules of the learning rate.

All are pure functions: nothing they are given is changed. A step is (net, grads, state, lr, decay) -> (net, state).
state : what the optimizer remembers, a dict of arrays in the form of `net.params`, and for Adam a count of steps. None
before the first step, or what `momentum_start` and `adam_start` give.
lr, decay, ... : every number is one for all, one per network (k,), or an array that broadcasts to (k, 1, 1).
decay : weight decay, of the weights of hidden layers only; biases, the parameters of a norm and the output layer do not
decay.

Nothing here asks what a number is: a step can be traced, and what is not finite comes out as such (`train` looks).
"""

from dataclasses import replace

import numpy as np


def sgd_step(net, grads, lr, decay=0.0):
    """The stack after w <- (1 - lr decay) w - lr dw for every parameter: gradient descent, which remembers nothing."""
    lr, decay = _column(lr), _column(decay)
    params = []
    for i, (layer, g) in enumerate(zip(net.params, grads, strict=True)):
        kept = {"w": 1 - lr * decay} if i < net.hidden else {}
        params.append(
            {name: (kept.get(name, 1) * p - lr * g[name]).astype(p.dtype, copy=False) for name, p in layer.items()}
        )
    return replace(net, params=params)


def momentum_step(net, grads, state, lr, decay=0.0, momentum=0.9, nesterov=False):
    """w <- w - lr v, where v <- momentum v + dw is the velocity; nesterov : w <- w - lr (dw + momentum v) instead.

    Polyak (1964) and, for nesterov, Sutskever et al. (2013), in PyTorch's form without dampening: the learning rate
    multiplies the whole velocity. Sutskever's velocity holds it, which for a constant rate is the same.
    decay : is added to the gradient, dw + decay w, and so goes through the velocity.
    """
    state = momentum_start(net) if state is None else state
    moves, state = momentum_move(_decayed(net, grads, decay), state, momentum, nesterov)
    return sgd_step(net, moves, lr), state


def adam_step(net, grads, state, lr, decay=0.0, beta1=0.9, beta2=0.999, eps=1e-8):
    """w <- w - lr m / (sqrt(v) + eps): m, v are unbiased running means of dw and dw^2 (Kingma & Ba 2015, algorithm 1).

    decay : is added to the gradient, dw + decay w, and so is divided by sqrt(v) like the rest of it.
    """
    state = adam_start(net) if state is None else state
    moves, state = adam_move(_decayed(net, grads, decay), state, beta1, beta2, eps)
    return sgd_step(net, moves, lr), state


def adamw_step(net, grads, state, lr, decay=0.0, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam with decoupled decay: w <- (1 - lr decay) w - lr m / (sqrt(v) + eps).

    Loshchilov & Hutter (2019), algorithm 2; but as in PyTorch the whole learning rate multiplies the decay, and not
    only its schedule.
    """
    state = adam_start(net) if state is None else state
    moves, state = adam_move(grads, state, beta1, beta2, eps)
    return sgd_step(net, moves, lr, decay), state


def momentum_start(net):
    """The state before the first step: a velocity of 0."""
    return {"velocity": _each(np.zeros_like, net.params)}


def adam_start(net):
    """The state before the first step: no steps so far, both means 0."""
    return {"count": 0, "mean": _each(np.zeros_like, net.params), "square": _each(np.zeros_like, net.params)}


def momentum_move(grads, state, momentum=0.9, nesterov=False):
    """What `momentum_step` subtracts, times lr, in the form of grads; and the next state."""
    momentum = _column(momentum)
    velocity = _each(lambda v, g: momentum * v + g, state["velocity"], grads)
    moves = _each(lambda v, g: g + momentum * v, velocity, grads) if nesterov else velocity
    return moves, {"velocity": velocity}


def adam_move(grads, state, beta1=0.9, beta2=0.999, eps=1e-8):
    """What `adam_step` subtracts, times lr, in the form of grads; and the next state.

    A running mean that starts at 0 is too small by the factor 1 - beta^count: hence the division.
    """
    beta1, beta2, eps, count = _column(beta1), _column(beta2), _column(eps), state["count"] + 1
    mean = _each(lambda m, g: beta1 * m + (1 - beta1) * g, state["mean"], grads)
    square = _each(lambda v, g: beta2 * v + (1 - beta2) * np.square(g), state["square"], grads)
    share1, share2 = 1 - beta1**count, 1 - beta2**count
    moves = _each(lambda m, v: m / share1 / (np.sqrt(v / share2) + eps), mean, square)
    return moves, {"count": count, "mean": mean, "square": square}


def stateless(update):
    """The optimizer that a function (net, grads, lr, decay) -> net makes, such as `sgd_step`."""
    return lambda net, grads, state, lr, decay: (update(net, grads, lr, decay), state)


OPTIMIZERS = {"sgd": stateless(sgd_step), "momentum": momentum_step, "adam": adam_step, "adamw": adamw_step}


def clip_gradients(grads, longest):
    """The gradients; where those of a network, all parameters together, are longer than `longest`, shortened to it.

    Pascanu et al. (2013).   longest : above 0.
    """
    longest = _column(longest)
    arrays = [g.astype(np.float64) for layer in grads for g in layer.values()]
    length = np.sqrt(sum(np.square(g).sum(axis=(1, 2), keepdims=True) for g in arrays))
    factor = longest / np.maximum(length, longest)  # exactly 1 where nothing is to be done
    return _each(lambda g: factor * g, grads)


def warm_up(step, steps):
    """The share of the learning rate at `step` = 0, 1, ...: it rises evenly, to 1 at the last of `steps` steps.

    As Goyal et al. (2017) start, here from nearly nothing.   steps : with 0 or 1 there is no warm-up.

    >>> [float(warm_up(step, 4)) for step in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """
    return np.minimum(1, (step + 1) / np.maximum(steps, 1))


def cosine(step, steps, lowest=0.0, rise=0):
    """The share of the learning rate at `step`: half a cosine from 1 down to `lowest` at step `steps`, and there it
    stays. Loshchilov & Hutter (2017), equation 5, without restarts.

    rise : the first of these `steps` that are a warm-up.

    >>> [round(float(cosine(step, 4)), 3) for step in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    after = np.clip((step - rise) / np.maximum(steps - rise, 1), 0, 1)
    return warm_up(step, rise) * (lowest + (1 - lowest) * (1 + np.cos(np.pi * after)) / 2)


def take_state(state, which):
    """What an optimizer remembers of the networks `which`; lists and dicts of arrays (k, ...) and of plain numbers."""
    if isinstance(state, dict):
        return {name: take_state(part, which) for name, part in state.items()}
    if isinstance(state, (list, tuple)):
        return [take_state(part, which) for part in state]
    return state[which] if np.ndim(state) else state


def _each(rule, *forms):
    """rule(array, ...) for every parameter, in the form and the types of the first of `forms`."""
    return [
        {name: rule(*(layer[name] for layer in layers)).astype(p.dtype, copy=False) for name, p in layers[0].items()}
        for layers in zip(*forms, strict=True)
    ]


def _decayed(net, grads, decay):
    """The gradient of the loss plus decay / 2 times the sum of the squared weights of hidden layers."""
    decay = _column(decay)
    hidden = [{**g, "w": g["w"] + decay * layer["w"]} for g, layer in zip(grads[:-1], net.params)]
    return [*hidden, grads[-1]]


def _column(number):
    """A number per network, (k,), as (k, 1, 1), which multiplies parameters; another array, or one number, as it is."""
    number = np.asarray(number)
    return number[:, None, None] if number.ndim == 1 else number
