"""What pictures and captions of all widgets share: colors with one meaning, and words that hold at every width."""

import re
from itertools import combinations

import numpy as np
import pytest

from explorable import Chart, palette
from tests.book.records import MAKERS

# How colors look to normal eyes, and without one kind of cones (Machado and others, 2009, the strongest form).
EYES = {
    "normal": np.eye(3),
    "protan": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deutan": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9690]],
    "tritan": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9309, 0.1476], [0.0047, 0.6914, 0.3039]],
}
# Oklab (Ottosson, 2020): where equal distances look about equally different.
TO_CONES = [[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]]
TO_LAB = [[0.21045, 0.79362, -0.00407], [1.97800, -2.42859, 0.45059], [0.02590, 0.78277, -0.80868]]
# Least distance of two lines of one chart that only their color tells apart, in hundredths. Blue and green are close to
# each other for the rarest kind of color blindness.
LEAST = {"normal": 9, "protan": 7, "deutan": 7, "tritan": 3}
MEANINGS = {  # words of legends, and the color that they have wherever they stand
    "plain": "plain",
    "without normalization": "plain",
    "gradient descent": "plain",
    "batch norm": "batchnorm",
    "with batch normalization": "batchnorm",
    "GDNP": "batchnorm",
    "noisy batch norm": "noisy",
    "layer norm": "othernorm",
    "ℓₚ norm": "othernorm",
    "frozen twin": "frozen",
    "running statistics": "frozen",
    "Nesterov": "accelerated",
}
# "Left, the loss; right, its slope" is wrong on a phone, where pictures stand below one another.
PLACES = re.compile(r"(?:^|[.;] )(?:[Aa]bove |[Bb]elow )?([Ll]eft|[Rr]ight|[Mm]iddle),|\bon the (left|right)\b")

WIDGETS = {widget.key: widget for makers in MAKERS.values() for widget in (make() for make in makers)}


def charts(widget):
    figures = widget.figures if isinstance(widget.figures, (list, tuple)) else [widget.figures]
    return [figure for figure in figures if isinstance(figure, Chart)]


def looks(color, eyes):
    """The place of a #RRGGBB in Oklab, times 100, as these eyes see it."""
    part = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    light = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return 100 * np.array(TO_LAB) @ np.cbrt(np.array(TO_CONES) @ np.clip(np.array(EYES[eyes]) @ light, 0, 1))


def alike(marks):
    """Pairs of colors by which alone two marks in the legend of a chart differ. Arrows have words beside them."""
    kinds = {}
    for mark in marks:
        if getattr(mark, "label", "") and mark.kind != "arrow":
            shape = mark.kind, getattr(mark, "dash", None), getattr(mark, "symbol", None)
            kinds.setdefault(shape, set()).update(mark.colors())
    return {pair for names in kinds.values() for pair in combinations(sorted(names), 2)}


@pytest.mark.parametrize("eyes", EYES)
def test_colors_of_one_chart_stay_apart_for_all_eyes(eyes):
    pairs = {pair for widget in WIDGETS.values() for chart in charts(widget) for pair in alike(chart.marks)}
    assert ("batchnorm", "plain") in pairs and ("batchnorm", "frozen") in pairs
    for first, second in sorted(pairs):
        for one, other in zip(palette.color(first), palette.color(second), strict=True):  # light, dark
            apart = np.linalg.norm(looks(one, eyes) - looks(other, eyes))
            assert apart >= LEAST[eyes], f"{first} and {second} differ by {apart:.1f}"


@pytest.mark.parametrize(("words", "name"), MEANINGS.items())
def test_a_meaning_has_one_color_everywhere(words, name):
    marks = [mark for widget in WIDGETS.values() for chart in charts(widget) for mark in chart.marks]
    found = {color for mark in marks if getattr(mark, "label", "") == words for color in mark.colors()}
    assert found == {name}


@pytest.mark.parametrize("key", WIDGETS)
def test_a_caption_does_not_say_left_and_right_of_pictures(key):
    assert not PLACES.search(WIDGETS[key].caption), PLACES.search(WIDGETS[key].caption)[0]
