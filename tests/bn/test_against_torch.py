"""PyTorch as a second judge, in float64 to 1e-12 relative to the largest entry."""

import numpy as np
import pytest

from bn import layers, network
from tests.bn.torch_helpers import close, functional, leaf, torch


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("eps", [1e-8, 1e-5, 1e-2, 1.0])
@pytest.mark.parametrize("shape", [(3, 4), (64, 100), (5, 3, 2, 2), (8, 4, 6, 5)])
def test_batch_norm_and_its_gradient(shape, eps, seed):
    rng = np.random.default_rng(seed)
    d = shape[1]
    x, dy, gamma, beta = (
        rng.normal(2, 3, size=shape),
        rng.normal(size=shape),
        rng.normal(2, 1, size=d),
        rng.normal(size=d),
    )
    tx, tgamma, tbeta = leaf(x), leaf(gamma), leaf(beta)
    ty = functional.batch_norm(tx, None, None, tgamma, tbeta, True, 0.1, eps)
    ty.backward(torch.tensor(dy))
    y, cache = layers.batch_norm(x, gamma, beta, eps)
    close(y, ty)
    for ours, theirs in zip(layers.batch_norm_grad(dy, cache), (tx.grad, tgamma.grad, tbeta.grad), strict=True):
        close(ours, theirs)


@pytest.mark.parametrize("momentum", [0.1, 0.7, None])
@pytest.mark.parametrize("shape", [(6, 3), (4, 3, 2, 2)])
def test_running_statistics_and_inference(shape, momentum):
    rng = np.random.default_rng(1)
    module = (torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d)(
        3, momentum=momentum, dtype=torch.float64
    )
    running = layers.running_start(3)
    for _ in range(7):
        x = rng.normal(1, 2, size=shape)
        module(torch.tensor(x))
        running = layers.update_running(running, layers.batch_norm(x, np.ones(3), np.zeros(3))[1], momentum)
    close(running.mean, module.running_mean)
    close(running.var, module.running_var)
    assert running.batches == int(module.num_batches_tracked)
    y = layers.batch_norm_inference(x, np.ones(3), np.zeros(3), running.mean, running.var)
    close(y, module.eval()(torch.tensor(x)))


@pytest.mark.parametrize("mean", [0.0, 100.0, 1e5])
@pytest.mark.parametrize("shape", [(64, 100), (1024, 20), (32, 8, 16, 16)])
def test_float32_statistics_are_at_least_as_exact(shape, mean):
    x = np.random.default_rng(0).normal(mean, 1, size=shape).astype(np.float32)
    d = shape[1]
    axes = (0,) if x.ndim == 2 else (0, 2, 3)
    true_mean, true_var = x.astype(np.float64).mean(axis=axes), x.astype(np.float64).var(axis=axes)
    tmean, tvar = torch.zeros(d), torch.ones(d)
    ones, m = np.ones(d, np.float32), x.size // d
    ty = functional.batch_norm(torch.tensor(x), tmean, tvar, torch.ones(d), torch.zeros(d), True, 1.0, 1e-5)
    y, cache = layers.batch_norm(x, ones, 0 * ones)
    truth, _ = layers.batch_norm(x.astype(np.float64), ones, 0 * ones)
    worst = lambda a, b: np.abs(a - b).max()
    rounding = 2**-24  # of a float32 next to 1, the spread of x
    assert worst(cache.mu, true_mean) <= max(rounding, worst(tmean.numpy(), true_mean))
    assert worst(cache.var, true_var) <= max(2 * rounding, worst(tvar.numpy() * ((m - 1) / m), true_var))
    assert worst(y, truth) <= 1.5 * worst(ty.numpy(), truth) + 1e-7


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
def test_activations(name):
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(5, 4)) * 4, rng.normal(size=(5, 4))
    x[0, :3] = 0, 40, -40
    tx = leaf(x)
    ty = getattr(torch, name)(tx)
    ty.backward(torch.tensor(dy))
    forward, gradient = layers.ACTIVATIONS[name]
    y, cache = forward(x)
    close(y, ty)
    close(gradient(dy, cache), tx.grad)


def test_softmax_cross_entropy_and_linear():
    rng = np.random.default_rng(0)
    x, w, b, labels = (
        rng.normal(size=(6, 5)),
        rng.normal(size=(5, 4)) * 10,
        rng.normal(size=4),
        rng.integers(0, 4, 6),
    )
    leaves = leaf(x), leaf(w), leaf(b)
    logits = leaves[0] @ leaves[1] + leaves[2]
    loss = functional.cross_entropy(logits, torch.tensor(labels))
    loss.backward()
    y, linear_cache = layers.linear(x, w, b)
    ours, cache = layers.softmax_cross_entropy(y, labels)
    close(ours, loss)
    gradients = layers.linear_grad(layers.softmax_cross_entropy_grad(1.0, cache), linear_cache)
    for gradient, tensor in zip(gradients, leaves, strict=True):
        close(gradient, tensor.grad)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_whole_network(norm, activation):
    rng = np.random.default_rng(0)
    net = network.init((6, 8, 7, 3), norm=norm, activation=activation, seeds=(0, 1))
    x, labels = rng.normal(size=(2, 9, 6)), rng.integers(0, 3, (2, 9))
    losses, grads, _ = network.loss_and_grads(net, x, labels)
    for k in range(2):
        tensors = [{name: leaf(p[k]) for name, p in layer.items()} for layer in net.params]
        a = torch.tensor(x[k])
        for i, layer in enumerate(tensors):
            a = a @ layer["w"] + layer.get("b", 0)
            if i < 2 and norm == "batch":
                a = functional.batch_norm(a, None, None, layer["gamma"][0], layer["beta"][0], True, 0.1, net.eps)
            a = getattr(torch, activation)(a) if i < 2 else a
        loss = functional.cross_entropy(a, torch.tensor(labels[k]))
        loss.backward()
        close(losses[k], loss)
        for ours, theirs in zip(grads, tensors, strict=True):
            for name in theirs:
                close(ours[name][k], theirs[name].grad)


@pytest.mark.parametrize("skip_init", [None, 0.7])
@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("residual", ["pre", "end", "post"])
def test_a_residual_network(residual, norm, skip_init):
    rng = np.random.default_rng(0)
    net = network.init((6, 8, 8, 8, 3), norm=norm, residual=residual, skip_init=skip_init)
    x, labels = rng.normal(size=(9, 6)), rng.integers(0, 3, 9)
    losses, grads, _ = network.loss_and_grads(net, x, labels)
    tensors = [{name: leaf(p[0]) for name, p in layer.items()} for layer in net.params]

    def linear(a, layer):
        return a @ layer["w"] + layer.get("b", 0)

    def normed(a, layer):
        if norm == "none":
            return a
        if norm == "layer":
            return functional.layer_norm(a, (8,), layer["gamma"][0], layer["beta"][0], net.eps)
        return functional.batch_norm(a, None, None, layer["gamma"][0], layer["beta"][0], True, 0.1, net.eps)

    first, *blocks, last = tensors
    stream = linear(torch.tensor(x), first)
    if residual == "pre":
        for before, block in zip(tensors, blocks, strict=False):
            stream = stream + block.get("branch", 1) * linear(torch.relu(normed(stream, before)), block)
        stream = torch.relu(normed(stream, tensors[-2]))
    elif residual == "end":
        stream = torch.relu(normed(stream, first))
        for block in blocks:
            stream = torch.relu(stream + block.get("branch", 1) * normed(linear(stream, block), block))
    else:
        stream = normed(stream, first)
        for block in blocks:
            stream = normed(stream + block.get("branch", 1) * linear(torch.relu(stream), block), block)
        stream = torch.relu(stream)
    loss = functional.cross_entropy(linear(stream, last), torch.tensor(labels))
    loss.backward()
    close(losses[0], loss)
    for ours, theirs in zip(grads, tensors, strict=True):
        for name in theirs:
            close(ours[name][0], theirs[name].grad, 1e-11)


@pytest.mark.parametrize("seed", range(3))
def test_weight_norm(seed):
    """PyTorch stores (fan_out, fan_in), one length per row."""
    rng = np.random.default_rng(seed)
    x, v, g, dy = rng.normal(size=(7, 5)), rng.normal(size=(5, 4)), rng.normal(2, 1, size=4), rng.normal(size=(7, 4))
    module = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(5, 4, bias=False, dtype=torch.float64))
    length, direction = module.parametrizations.weight.original0, module.parametrizations.weight.original1
    with torch.no_grad():
        length.copy_(torch.tensor(g[:, None]))
        direction.copy_(torch.tensor(v.T))
    ty = module(torch.tensor(x))
    ty.backward(torch.tensor(dy))
    w, cache = layers.weight_norm(v, g)
    y, linear_cache = layers.linear(x, w)
    close(y, ty)
    dv, dg = layers.weight_norm_grad(layers.linear_grad(dy, linear_cache)[1], cache)
    close(dv, direction.grad.T)
    close(dg, length.grad[:, 0])


@pytest.mark.parametrize(("padding", "stride"), [(0, 1), (1, 1), (2, 3)])
@pytest.mark.parametrize("bias", [True, False])
def test_convolution(padding, stride, bias):
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(3, 4, 9, 8)), rng.normal(size=(5, 4, 3, 2)), rng.normal(size=5) if bias else None
    tensors = [None if a is None else leaf(a) for a in (x, w, b)]
    ty = functional.conv2d(*tensors, stride=stride, padding=padding)
    dy = rng.normal(size=tuple(ty.shape))
    ty.backward(torch.tensor(dy))
    y, cache = layers.convolve(x, w, b, padding, stride)
    close(y, ty)
    for ours, tensor in zip(layers.convolve_grad(dy, cache), tensors, strict=True):
        assert (ours is None) == (tensor is None)
        if tensor is not None:
            close(ours, tensor.grad)


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (2, 1), (2, 3)])
@pytest.mark.parametrize("name", ["max_pool", "average_pool"])
def test_pooling(name, size, stride):
    rng = np.random.default_rng(0)
    x = np.round(rng.normal(size=(3, 4, 9, 8)))  # with many that are equal
    tx = leaf(x)
    ty = {"max_pool": functional.max_pool2d, "average_pool": functional.avg_pool2d}[name](tx, size, stride)
    dy = rng.normal(size=tuple(ty.shape))
    ty.backward(torch.tensor(dy))
    y, cache = getattr(layers, name)(x, size, stride)
    close(y, ty)
    close(getattr(layers, f"{name}_grad")(dy, cache), tx.grad)


def test_a_convolutional_network():
    """Two convolutions with batch norm over (N, H, W), ReLU and pooling, and a linear layer."""
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(6, 1, 12, 12)), rng.integers(0, 3, 6)
    arrays = [rng.normal(size=s) for s in ((4, 1, 3, 3), (4,), (4,), (5, 4, 3, 3), (5,), (5,), (45, 3), (3,))]
    tensors = [leaf(a) for a in arrays]
    images = torch.tensor(x)
    for w, gamma, beta in (tensors[:3], tensors[3:6]):
        z = functional.batch_norm(functional.conv2d(images, w, padding=1), None, None, gamma, beta, True, 0.1, 1e-5)
        images = functional.max_pool2d(torch.relu(z), 2)
    loss = functional.cross_entropy(images.reshape(6, -1) @ tensors[6] + tensors[7], torch.tensor(labels))
    loss.backward()
    images, caches = x, []
    for w, gamma, beta in (arrays[:3], arrays[3:6]):
        z, one = layers.convolve(images, w, padding=1)
        y, two = layers.batch_norm(z, gamma, beta)
        a, three = layers.relu(y)
        images, four = layers.max_pool(a)
        caches.append((one, two, three, four))
    logits, linear_cache = layers.linear(images.reshape(6, -1), *arrays[6:])
    ours, cache = layers.softmax_cross_entropy(logits, labels)
    close(ours, loss)
    d, *last = layers.linear_grad(layers.softmax_cross_entropy_grad(1.0, cache), linear_cache)
    d, grads = d.reshape(images.shape), last
    for one, two, three, four in reversed(caches):
        dz, dgamma, dbeta = layers.batch_norm_grad(layers.relu_grad(layers.max_pool_grad(d, four), three), two)
        d, dw, _ = layers.convolve_grad(dz, one)
        grads = [dw, dgamma, dbeta, *grads]
    for gradient, tensor in zip(grads, tensors, strict=True):
        close(gradient, tensor.grad, 1e-11)
