"""The slope of a loss along a random direction, by its gradients and by a difference."""


def both_slopes(loss_and_grads, params, rng, step=1e-6):
    """(by a central difference, by the gradients), each (k,), for a stack of two networks.

    loss_and_grads : params -> (losses, gradients), a dict per layer.   params : the same form.
    """
    along = [{name: rng.normal(size=p.shape) for name, p in layer.items()} for layer in params]
    _, grads = loss_and_grads(params)

    def loss(h):
        moved = [{name: p + h * v[name] for name, p in layer.items()} for layer, v in zip(params, along)]
        return loss_and_grads(moved)[0]

    by_gradients = sum(
        (g[name].reshape(v[name].shape) * v[name]).reshape(2, -1).sum(axis=1)
        for g, v in zip(grads, along)
        for name in v
    )
    return (loss(step) - loss(-step)) / (2 * step), by_gradients
