"""Random programs: some ten to thirty array operations, each on what the ones before have made.

`Program(seed)` chooses them by running them in NumPy; whether an operation fits depends on shapes alone, so that the
same program runs on other numbers, and on tracers. An exact one has only operations without rounding.
"""

import numpy as np

SHAPES = [(3, 4), (4,), (2, 3, 4), (3, 1), (), (4, 4)]
MOST = 40.0  # numbers that have grown beyond it are brought back
TOO_MANY = 200  # numbers in an array


def elementwise(function, count):
    """An operation on arrays that can be broadcast together."""

    def choose(rng, pool):
        places = [int(rng.integers(len(pool))) for _ in range(count)]
        shape = np.broadcast_shapes(*(pool[i].shape for i in places))  # or a ValueError: another try
        return (function, places) if np.prod(shape) <= TOO_MANY else None

    return choose


def of_one(make):
    """An operation on one array; make(rng, array) gives the function, or None if there is none."""

    def choose(rng, pool):
        place = int(rng.integers(len(pool)))
        function = make(rng, pool[place])
        return function and (function, [place])

    return choose


def reduction(name):
    def make(rng, x):
        if not x.ndim:
            return None
        axes = tuple(int(a) for a in range(x.ndim) if rng.random() < 0.5) or None
        axes = axes and axes[0] if name == "argmax" else axes
        keep = bool(rng.random() < 0.5)
        return lambda x: getattr(np, name)(x, axis=axes, keepdims=keep)

    return of_one(make)


def sliced(rng, x):
    keys = []
    for n in x.shape:
        start, step = int(rng.integers(max(n, 1))), int(rng.choice([1, 1, 2, -1, -2]))
        keys.append(rng.choice([0, 1, 2]) and slice(start, None, step))
    keys = [slice(None) if isinstance(key, (int, np.integer)) else key for key in keys]
    if rng.random() < 0.3 and x.ndim and x.shape[0]:
        keys[0] = int(rng.integers(-x.shape[0], x.shape[0]))
    if rng.random() < 0.3:
        keys.insert(int(rng.integers(len(keys) + 1)), None)
    return lambda x: x[tuple(keys)]


def moved(rng, x):
    order = tuple(int(a) for a in rng.permutation(x.ndim))
    return lambda x: x.transpose(order)


def reshaped(rng, x):
    ways = [(-1,), x.shape[::-1], (1, *x.shape), (-1, *x.shape[-1:])]
    shape = ways[int(rng.integers(len(ways)))]
    return (lambda x: x.reshape(shape)) if x.ndim else None


def gathered(rng, x):
    if not x.ndim or not x.shape[0]:
        return None
    index = rng.integers(-x.shape[0], x.shape[0], size=int(rng.integers(1, 5)))
    return lambda x: x[index]


def gathered_by_itself(rng, x):
    if not x.ndim or not x.shape[-1]:
        return None
    return lambda x: np.take_along_axis(x, x.argmax(axis=-1, keepdims=True), -1)


def doubled(rng, x):
    axis = int(rng.integers(x.ndim)) if x.ndim and x.size * 2 <= TOO_MANY else None
    return None if axis is None else lambda x: np.concatenate([x, x[::-1]], axis=axis)


def in_order(rng, x):
    axis = int(rng.integers(x.ndim)) if x.ndim else None
    return None if axis is None else lambda x: np.sort(x, axis=axis)


def in_place(rng, x):
    mask, number = bool(rng.random() < 0.5), float(rng.integers(-3, 4))

    def function(x):
        y = x.copy()
        y += number
        if mask:
            y[y > 0] = number
        return y - x

    return function if x.ndim else None


def product(rng, pool):
    a, b = (int(rng.integers(len(pool))) for _ in range(2))
    fits = pool[a].ndim and pool[b].ndim and max(pool[a].ndim, pool[b].ndim) <= 3
    return (lambda x, y: np.matmul(x, y) / 4, [a, b]) if fits and np.matmul(pool[a], pool[b]).size else None


EXACT = [
    *(elementwise(f, 2) for f in (np.add, np.subtract, np.maximum, np.minimum, np.multiply)),
    elementwise(lambda x, y: x % 7 - abs(y), 2),
    elementwise(lambda x, y: np.where(x > y, x, -y), 2),
    elementwise(lambda x, y, z: np.where((x >= 0) | (y == z), y - z, 2 * x), 3),
    elementwise(lambda x: np.maximum(x, 0), 1),
    elementwise(lambda x: (x.astype(int) // 2).astype(float), 1),
    *(reduction(name) for name in ("sum", "max", "min", "argmax", "any", "all", "count_nonzero")),
    *(of_one(m) for m in (sliced, moved, reshaped, gathered, gathered_by_itself, doubled, in_order, in_place)),
    of_one(lambda rng, x: lambda x: np.broadcast_to(x, (2, *x.shape))),
]
ROUNDED = [
    *EXACT,
    *(elementwise(f, 1) for f in (np.tanh, np.sin, np.cbrt, lambda x: np.exp(-x * x), lambda x: np.sqrt(abs(x) + 1))),
    *(elementwise(f, 2) for f in (lambda x, y: x / (y * y + 1), np.hypot, np.arctan2)),
    *(reduction(name) for name in ("mean", "std")),
    product,
    product,
    of_one(lambda rng, x: (lambda x: np.quantile(x, [0.25, 0.6], axis=-1)) if x.ndim and x.shape[-1] else None),
]


class Program:
    """arrays : what it was chosen with.   steps : [(function, which of what is there it takes)]."""

    def __init__(self, seed, exact):
        rng = np.random.default_rng(seed)
        draw = (
            (lambda shape: rng.integers(-4, 5, size=shape) + 0.0) if exact else (lambda shape: rng.normal(size=shape))
        )
        self.arrays = [np.asarray(draw(shape)) for shape in SHAPES]
        self.steps, pool = [], list(self.arrays)
        length, known = int(rng.integers(10, 31)), EXACT if exact else ROUNDED
        while len(self.steps) < length:
            choose = known[int(rng.integers(len(known)))]
            try:
                found = choose(rng, pool)
            except ValueError:  # the shapes do not fit
                continue
            if found:
                self._add(pool, *found)
        last = range(len(pool) - 4, len(pool))
        self.wanted = sorted({*last, *(int(i) for i in rng.integers(len(SHAPES), len(pool), size=3))})

    def _add(self, pool, function, places):
        made = np.asarray(function(*(pool[i] for i in places)))
        if not made.size or made.ndim > 4:
            return
        self.steps.append((function, places))
        pool.append(made.astype(float) if made.dtype != float else made)
        if made.dtype != float:
            self.steps[-1] = (lambda *parts: function(*parts).astype(float)), places
        elif np.abs(made).max() > MOST:
            self.steps.append((lambda x: np.clip(x, -MOST / 2, MOST / 2), [len(pool) - 1]))
            pool.append(np.clip(made, -MOST / 2, MOST / 2))

    def __call__(self, *arrays):
        pool = list(arrays)
        for function, places in self.steps:
            pool.append(function(*(pool[i] for i in places)))
        return {f"y{i}": pool[i] for i in self.wanted}
