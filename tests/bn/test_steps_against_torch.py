"""PyTorch's optimizers, clipping and schedules as a second judge, in float64, over thirty steps of a small network."""

from functools import partial

import numpy as np
import pytest

from bn import network
from bn.steps import adam_step, adamw_step, clip_gradients, cosine, momentum_step, sgd_step, stateless, warm_up
from tests.bn.torch_helpers import close, functional, leaf, torch

STEPS = 30
RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(9, 6)), RNG.integers(0, 3, 9)
CASES = {
    "sgd": (stateless(sgd_step), torch.optim.SGD, {}),
    "momentum": (partial(momentum_step, momentum=0.8), torch.optim.SGD, {"momentum": 0.8}),
    "nesterov": (partial(momentum_step, nesterov=True), torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adam": (adam_step, torch.optim.Adam, {}),
    "adam, other settings": (
        partial(adam_step, beta1=0.7, beta2=0.95, eps=1e-3),
        torch.optim.Adam,
        {"betas": (0.7, 0.95), "eps": 1e-3},
    ),
    "adamw": (adamw_step, torch.optim.AdamW, {}),
}


def loss_of(layers):
    a = torch.tensor(X)
    for layer in layers[:-1]:
        a = a @ layer["w"][0]
        a = torch.tanh(functional.batch_norm(a, None, None, layer["gamma"][0, 0], layer["beta"][0, 0], True, 0.1, 1e-5))
    return functional.cross_entropy(a @ layers[-1]["w"][0] + layers[-1]["b"][0], torch.tensor(LABELS))


@pytest.mark.parametrize("longest", [None, 0.3])
@pytest.mark.parametrize("decay", [0.0, 0.2])
@pytest.mark.parametrize("name", CASES)
def test_thirty_steps(name, decay, longest):
    step, optimizer, settings = CASES[name]
    lr = 0.02 if "adam" in name else 0.1
    net = network.init((6, 8, 7, 3), norm="batch", activation="tanh")
    layers = [{key: leaf(p) for key, p in layer.items()} for layer in net.params]
    weights = [layer["w"] for layer in layers[:-1]]
    others = [p for layer in layers for p in layer.values() if not any(p is w for w in weights)]
    theirs = optimizer(
        [{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}], lr=lr, **settings
    )
    state = None
    for _ in range(STEPS):
        theirs.zero_grad()
        loss_of(layers).backward()
        _, grads, _ = network.loss_and_grads(net, X, LABELS)
        if longest is not None:
            total = torch.nn.utils.clip_grad_norm_([*weights, *others], longest)
            grads = clip_gradients(grads, float(longest * total / (total + 1e-6)))  # theirs adds 1e-6 to the length
        theirs.step()
        net, state = step(net, grads, state, lr, decay)
    for ours, tensors in zip(net.params, layers, strict=True):
        for key, tensor in tensors.items():
            close(ours[key], tensor, 1e-10)


def test_schedules():
    optimizer = torch.optim.SGD([leaf(np.zeros(1))], lr=2.0)
    rise = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1 / 5, total_iters=4)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=15, eta_min=0.2)
    both = torch.optim.lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[5])
    for step in range(20):
        assert optimizer.param_groups[0]["lr"] == pytest.approx(2 * cosine(step, 20, lowest=0.1, rise=5), rel=1e-12)
        assert step >= 5 or optimizer.param_groups[0]["lr"] == pytest.approx(2 * warm_up(step, 5), rel=1e-12)
        optimizer.step()
        both.step()
