"""Attempts as people make them, for the transform and its gradient: (text of the body or of a whole function, kind).

Each is tried in a notebook's checker and in a page, which must say the same.
"""

HEAD = "def attempt(x, gamma, beta, eps):\n"
RIGHT = "    m, v = x.mean(axis=0), x.var(axis=0)\n    y = gamma * (x - m) / np.sqrt(v + eps) + beta\n"
BODIES = {
    "nothing comes back": (RIGHT, "type"),
    "only pass": ("    pass\n", "type"),
    "right": (RIGHT + "    return y\n", "right"),
    "right as a list": (RIGHT + "    return y.tolist()\n", "right"),
    "right as a tuple of one": (RIGHT + "    return (y,)\n", "right"),
    "right by loops": (
        "    y = np.zeros_like(x)\n"
        "    for j in range(x.shape[1]):\n"
        "        m = sum(x[:, j]) / len(x)\n"
        "        v = sum((a - m) ** 2 for a in x[:, j]) / len(x)\n"
        "        for i in range(len(x)):\n"
        "            y[i, j] = gamma[j] * (x[i, j] - m) / (v + eps) ** 0.5 + beta[j]\n"
        "    return y\n",
        "right",
    ),
    "right by einsum": (
        "    m = np.einsum('ij->j', x) / len(x)\n"
        "    c = x - m\n"
        "    return gamma * c / np.sqrt(np.einsum('ij,ij->j', c, c) / len(x) + eps) + beta\n",
        "right",
    ),
    "two things": (RIGHT + "    return y, m\n", "count"),
    "transposed": (RIGHT + "    return y.T\n", "shape"),
    "flat": (RIGHT + "    return y.ravel()\n", "shape"),
    "an axis too many": (RIGHT + "    return y[None]\n", "shape"),
    "one number": ("    return x.sum()\n", "shape"),
    "only the means": ("    return x.mean(axis=0)\n", "shape"),
    "the column of means": ("    return x.mean(axis=1, keepdims=True)\n", "shape"),
    "a text": ("    return 'y'\n", "type"),
    "a dictionary": ("    return {'y': x}\n", "type"),
    "a function": ("    return np.mean\n", "type"),
    "a ragged list": ("    return [[1.0, 2.0], [3.0]]\n", "type"),
    "true": ("    return x > 0\n", "wrong"),
    "whole numbers": ("    return np.arange(x.size).reshape(x.shape)\n", "wrong"),
    "all ones": ("    return np.ones_like(x)\n", "wrong"),
    "all zeros": ("    return np.zeros(x.shape)\n", "wrong"),
    "not a number": ("    return np.full(x.shape, np.nan)\n", "not finite"),
    "infinite": ("    return x / 0\n", "not finite"),
    "a root of a negative number": ("    return np.sqrt(-np.abs(x) - 1)\n", "not finite"),
    "zero by zero": ("    return (x - x) / (x - x)\n", "not finite"),
    "the sign": (RIGHT + "    return -y\n", "wrong"),
    "thrice": (RIGHT + "    return 3 * y\n", "wrong"),
    "half": (RIGHT + "    return y / 2\n", "wrong"),
    "times the examples": (RIGHT + "    return len(x) * y\n", "wrong"),
    "divided by the examples": (RIGHT + "    return y / len(x)\n", "wrong"),
    "a constant added": (RIGHT + "    return y + 1\n", "wrong"),
    "wrong for three": (RIGHT + "    return y + (len(x) == 3)\n", "wrong"),
    "wrong at one place": (RIGHT + "    y[1, 0] += 0.5\n    return y\n", "wrong"),
    "eps outside": ("    return gamma * (x - x.mean(0)) / (x.std(0) + eps) + beta\n", "wrong"),
    "over all": ("    return gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta\n", "wrong"),
    "over features": (
        "    m, v = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)\n"
        "    return gamma * (x - m) / np.sqrt(v + eps) + beta\n",
        "wrong",
    ),
    "the variance itself": ("    return gamma * (x - x.mean(0)) / (x.var(0) + eps) + beta\n", "wrong"),
    "without a mean": ("    return gamma * x / np.sqrt(x.var(0) + eps) + beta\n", "wrong"),
    "no gamma": ("    return (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta\n", "wrong"),
    "no beta": ("    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps)\n", "wrong"),
    "unbiased": ("    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0, ddof=1) + eps) + beta\n", "wrong"),
    "it writes into x": ("    x -= x.mean(axis=0)\n    return gamma * x / np.sqrt(x.var(0) + eps) + beta\n", "changed"),
    "it writes into gamma and is wrong": ("    gamma *= 2\n    return 5 * x\n", "wrong"),
    "it writes through a view": (
        RIGHT + "    first = x[0]\n    first[:] = 0\n    return y\n",
        "changed",
    ),
    "a name that is not there": ("    return gamma * xhat + beta\n", "exception"),
    "a name of NumPy that is not there": ("    return np.normalise(x)\n", "exception"),
    "axes that do not fit": ("    return (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + eps)\n", "exception"),
    "an axis that is not there": ("    return x - x.mean(axis=2)\n", "exception"),
    "an index too far": ("    return x - x[99]\n", "exception"),
    "a text in a sum": ("    return x + 'eps'\n", "exception"),
    "a method that is not there": ("    return x.normalize()\n", "exception"),
    "divided by the whole number zero": ("    return x * (1 // 0)\n", "exception"),
    "it raises": ("    raise ValueError('I do not know')\n", "exception"),
    "it leaves": ("    raise SystemExit\n", "exception"),
    "it calls itself": ("    return attempt(x, gamma, beta, eps)\n", "exception"),
}
ATTEMPTS = {name: (HEAD + body, kind) for name, (body, kind) in BODIES.items()} | {
    "too few arguments": ("def attempt(x, gamma):\n    return x\n", "arguments"),
    "no argument": ("def attempt():\n    return 0\n", "arguments"),
    "any arguments": ("def attempt(*args):\n    return args[0]\n", "wrong"),
    "a default": ("def attempt(x, gamma, beta, eps=1.0):\n    return x\n", "wrong"),
    "no function": ("attempt = 3.0\n", "not a function"),
    "called at once": ("attempt = np.ones((2, 3))\n", "not a function"),
    "a lambda": ("attempt = lambda x, g, b, e: g * (x - x.mean(0)) / np.sqrt(x.var(0) + e) + b\n", "right"),
}
