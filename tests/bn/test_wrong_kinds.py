"""What is of another kind than was asked for is refused in words that name the argument, what it is, what may be."""

import numpy as np
import pytest

import bn
from bn.network import init

X = np.random.default_rng(0).normal(size=(8, 3))
ONES, ZEROS = np.ones(3), np.zeros(3)
NET = init((3, 4, 2), norm="batch")
FOLDED = (np.ones((2, 3)), None, ONES, ZEROS, ZEROS, ONES)
WRONG = [3, 2.5, "abc", None, [[1, 2], [3]], np.array([object(), 1], object), {}]
CALLS = {
    "layers": lambda given: bn.diagnose(given),
    "layers[1]": lambda given: bn.diagnose([{"x": X}, given]),
    "x": lambda given: bn.Layer(given),
    "gamma": lambda given: bn.Layer(X, gamma="none" if given is None else given),
    "activation": lambda given: bn.Layer(X, activation="linear" if given is None else given),
    "mode": lambda given: bn.Layer(X, mode="evaluation" if given is None else given),
    "axis": lambda given: bn.fold(*FOLDED, axis=1.0 if given is None else given),
    "net": lambda given: bn.fold_network(given),
    "net is": lambda given: bn.recompute_statistics(given, X),
    "net is of": lambda given: bn.observe(given, X),
    "which": lambda given: bn.observe(NET, X, which=given),
    "batch_size": lambda given: bn.recompute_statistics(NET, X, batch_size=9.0 if given is None else given),
}


@pytest.mark.parametrize("wrong", WRONG, ids=["int", "float", "str", "None", "uneven list", "objects", "dict"])
@pytest.mark.parametrize("name", CALLS)
def test_another_kind_is_refused_and_the_argument_named(name, wrong):
    if name == "batch_size" and isinstance(wrong, int):
        return  # a batch size it is
    with pytest.raises(ValueError) as error:
        CALLS[name](wrong)
    words = str(error.value)
    asked = {"layers": "the layer|layers"}.get(name, name)
    assert any(words.startswith(start) for start in asked.split("|")) and "allowed" in words, words


def test_the_words_say_what_was_given():
    for call, words in [
        (lambda: bn.diagnose(3), "layers is of type int; allowed are a Layer, a dict of its fields, or a list of"),
        (
            lambda: bn.diagnose([{"x": X}, {"X": X}]),
            r"layers\[1\] has the fields X; allowed is a Layer, or a dict with x",
        ),
        (lambda: bn.recompute_statistics(NET, ZEROS), r"x has shape \(3,\)"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
