"""A drawing as a control: what it takes, how it is written in an address, how it is told."""

import numpy as np
import pytest

from explorable import DeclarationError, Drawing
from explorable.declare.control import KINDS

DRAWING = Drawing("picture", "a picture", rows=2, columns=3)


def test_it_starts_empty_and_takes_the_nearest_of_sixteen_levels():
    assert DRAWING.start_value().tolist() == [0] * 6
    taken = DRAWING.clean([0, 1, 0.5, 0.03, 0.034, 0.2])
    assert np.allclose(15 * taken, [0, 15, 8, 0, 1, 3])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([0] * 5, "takes 6 numbers"),
        ([[0, 0, 0], [0, 0, 0]], "takes 6 numbers"),
        ([0, 0, 0, 0, 0, 1.01], "from 0 to 1"),
        ([0, 0, 0, 0, 0, np.nan], "from 0 to 1"),
    ],
)
def test_it_refuses_what_is_no_picture(value, words):
    with pytest.raises(DeclarationError, match=words):
        DRAWING.clean(value)


@pytest.mark.parametrize("size", [1, 33, 2.0, True])
def test_it_has_from_2_to_32_rows(size):
    with pytest.raises(DeclarationError, match="needs rows from 2 to 32"):
        Drawing("picture", "a picture", rows=size, columns=3).check()


def test_an_author_writes_it_as_digits():
    wire = DRAWING.wire()
    assert KINDS["drawing"].read(wire, "0f8003") == [0, 1, 8 / 15, 0, 0, 0.2]
    for text in ("0f800", "0f80033", "0f800g", "0F8003"):
        with pytest.raises(ValueError, match="6 hexadecimal digits"):
            KINDS["drawing"].read(wire, text)


def test_it_is_told_by_how_much_is_drawn():
    wire = DRAWING.wire()
    assert KINDS["drawing"].spoken(wire, DRAWING.start_value()) == "nothing drawn"
    assert KINDS["drawing"].spoken(wire, DRAWING.clean([0, 1, 0, 0, 0.5, 0])) == "2 of 6 cells drawn"
