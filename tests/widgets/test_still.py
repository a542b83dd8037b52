"""The graph that stands still shows what `bn` computes, and says so in words."""

import re

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_grad
from bnbook.widgets.backprop.still import COLORS, still

SETTINGS = {"x": (0.5, -1.0, 4.0), "dy": (2.0, -0.5, 1.0), "gamma": 1.5, "beta": -0.25, "eps": 0.1}


@pytest.fixture(scope="module")
def picture():
    return still(**SETTINGS)


def column(found, kind):
    return np.array([found[f"{kind}{k}"] for k in (1, 2, 3)])


def test_its_numbers_are_those_of_the_library(picture):
    x, dy = (np.array(SETTINGS[name])[:, None] for name in ("x", "dy"))
    y, cache = batch_norm(x, [1.5], [-0.25], 0.1)
    dx, _, _ = batch_norm_grad(dy, cache)
    assert column(picture.values, "y") == pytest.approx(y.ravel())
    assert column(picture.values, "xhat") == pytest.approx(cache.xhat.ravel())
    assert picture.values["mu"] == pytest.approx(x.mean()) and picture.values["v"] == pytest.approx(x.var())
    assert column(picture.gradients, "x") == pytest.approx(dx.ravel())
    assert column(picture.gradients, "y") == pytest.approx(dy.ravel())


def test_every_node_stands_in_the_picture_with_both_numbers(picture):
    html = picture._repr_html_()
    forward, back = ("light-dark({}, {})".format(*COLORS[name]) for name in ("forward", "upstream"))
    texts = re.findall(r'<text [^>]*style="fill: ([^;]+);[^>]*>([^<]+)</text>', html)
    assert sum(color == forward for color, _ in texts) == sum(color == back for color, _ in texts) == 15 + 1
    shown = {text.replace("\N{MINUS SIGN}", "-") for color, text in texts if color == back}
    assert {f"{value:.3g}" for value in picture.gradients.values()} <= shown


def test_its_words_hold_the_gradient(picture):
    label = re.search(r'role="img" aria-label="([^"]+)"', picture._repr_html_())[1]
    assert all(f"{value:.3g}".replace("-", "\N{MINUS SIGN}") in label for value in column(picture.gradients, "x"))
