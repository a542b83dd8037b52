"""PyTorch as a second judge of folding, and as a source of arrays for the doctor."""

import numpy as np
import pytest

import bn
from tests.bn.torch_helpers import close, torch


def trained_norm(make, d, seed=0):
    """A batch norm module in inference mode with parameters and statistics that are nothing special."""
    rng = np.random.default_rng(seed)
    module = make(d, dtype=torch.float64).eval()
    with torch.no_grad():
        for name, value in zip(("weight", "bias", "running_mean"), rng.normal(size=(3, d)), strict=True):
            getattr(module, name).copy_(torch.tensor(value))
        module.running_var.copy_(torch.tensor(rng.uniform(0.1, 3, size=d)))
    names = ("weight", "bias", "running_mean", "running_var")
    return module, [getattr(module, name).detach().numpy().copy() for name in names]  # training moves the originals


@pytest.mark.parametrize("bias", [True, False])
def test_folding_gives_the_fused_modules_of_torch(bias):
    from torch.nn.utils import fusion

    conv = torch.nn.Conv2d(3, 4, (3, 2), padding=1, bias=bias, dtype=torch.float64).eval()
    norm, arrays = trained_norm(torch.nn.BatchNorm2d, 4)
    fused = fusion.fuse_conv_bn_eval(conv, norm)
    w, b = bn.fold(conv.weight.detach().numpy(), conv.bias.detach().numpy() if bias else None, *arrays, norm.eps)
    close(w, fused.weight)
    close(b, fused.bias)
    linear = torch.nn.Linear(5, 4, dtype=torch.float64).eval()
    norm, arrays = trained_norm(torch.nn.BatchNorm1d, 4)
    fused = fusion.fuse_linear_bn_eval(linear, norm)
    w, b = bn.fold(linear.weight.detach().numpy(), linear.bias.detach().numpy(), *arrays, norm.eps, axis=0)
    close(w, fused.weight)
    close(b, fused.bias)


def test_the_doctor_sees_a_forgotten_switch_in_a_torch_module():
    module, (gamma, beta, mean, var) = trained_norm(torch.nn.BatchNorm2d, 3)
    rng = np.random.default_rng(1)
    x = mean[:, None, None] + np.sqrt(var)[:, None, None] * rng.normal(size=(16, 3, 5, 5)) * 1.1
    layer = {"x": x, "gamma": gamma, "beta": beta, "running_mean": mean, "running_var": var, "mode": "inference"}
    right = module(torch.tensor(x)).detach().numpy()
    module.train()
    forgotten = module(torch.tensor(x)).detach().numpy()
    assert not bn.diagnose({**layer, "y": right})
    assert bn.diagnose({**layer, "y": forgotten}).codes == ("forgotten-switch",)
