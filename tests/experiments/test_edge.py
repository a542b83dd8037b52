"""The largest curvature in training on full batches, at reduced settings."""

import numpy as np
import pytest

from bn.data import digits
from bn.hessian import hessian_vector_product
from bn.network import init
from bnbook.experiments import edge


def whole_hessian(net, x, wanted):
    """Every column of the Hessian in all parameters, of a stack of one network."""
    names = [(i, name) for i, layer in enumerate(net.params) for name in layer]
    sizes = [net.params[i][name].size for i, name in names]
    columns = []
    for k in range(sum(sizes)):
        flat = np.zeros(sum(sizes))
        flat[k] = 1
        parts = np.split(flat, np.cumsum(sizes)[:-1])
        vectors = [dict.fromkeys(layer) for layer in net.params]
        for (i, name), part in zip(names, parts, strict=True):
            vectors[i][name] = part.reshape(net.params[i][name].shape)
        product = hessian_vector_product(net, x, wanted, vectors, "squared")
        columns.append(np.concatenate([product[i][name].ravel() for i, name in names]))
    scales = [
        np.full(size, np.linalg.norm(net.params[i][name]) if name == "w" else 0.0)
        for (i, name), size in zip(names, sizes)
    ]
    return np.array(columns), np.concatenate(scales)


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_look_finds_the_largest_eigenvalue(norm):
    x, labels = digits((0,)).train((0,))
    x, wanted = x[:, :30, :6], np.eye(10)[labels[:, :30]]
    net = init((6, 4, 10), norm=norm, activation="tanh", init="lecun", seeds=(0,))
    look = edge._Looking(0)
    for _ in range(30):
        found = look(0, net, x, wanted)
    hessian, scales = whole_hessian(net, x, wanted)
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-9)
    for name, matrix in (("curvature", hessian), ("equal", scales[:, None] * hessian * scales)):
        values = np.linalg.eigvalsh(matrix)
        assert found[name][0] == pytest.approx(values[np.abs(values).argmax()], rel=1e-4)


def test_a_step_above_the_edge_is_not_kept_by_a_small_network():
    run = edge.of_seed(0, kinds=("tanh",), norms=("none",), steps=400)
    share = run["curvature"][0, 0, :, -1] * np.array(edge.RATES) / 2
    assert share[2] == pytest.approx(1, abs=0.15) and share[0] < 0.7
