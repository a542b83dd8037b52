"""What a widget's sentences and marks may ask of the outputs' shapes."""

import pytest

from explorable import Arrow, Band, Bar, Chart, Contour, DeclarationError, Dot, Line, PlotlyFigure, Raster

FITTING = [  # curve has 4 numbers, rows is (2, 3), loss is a number
    Line(y="rows"),
    Line([1, 2, 3], "rows"),
    Line("rows", "rows"),
    Line("loss", "curve"),
    Band("curve", 0, "curve"),
    Bar([1, 2, 3, 4], "loss"),
    Dot("curve", "loss"),
    Arrow(0, 0, "curve", [1, 2, 3, 4]),
    Raster("rows"),
]
MISFITS = [
    (Line([1, 2], "rows"), "x 2, y 6"),
    (Line([1, 2, 3], "curve"), "x 3, y 4"),
    (Line([1, 2], "loss"), "x 2, y 1"),
    (Band([1, 2, 3, 4], 0, "loss"), "x 4, low 1, high 1"),
    (Bar(y="curve", base=[1, 2]), "y 4, base 2"),
    (Arrow(0, 0, "curve", [1, 2]), "x1 1, y1 1, x2 4, y2 2"),
    (Raster("curve"), r"z must have two axes, got shape \(4,\)"),
    (Contour("loss", levels=[1]), r"z must have two axes, got shape \(\)"),
]


@pytest.mark.parametrize("mark", FITTING, ids=lambda mark: f"{mark.kind} {mark.channels}")
def test_marks_of_one_length_or_of_single_numbers_fit(declare, mark):
    declare(figures=Chart([mark])).check()


@pytest.mark.parametrize(("mark", "told"), MISFITS, ids=[told for _, told in MISFITS])
def test_marks_of_other_lengths_are_refused(declare, mark, told):
    words = rf'^widget "tiny": at the start values: chart "C", mark 1 \({mark.kind}\): .*{told}$'
    with pytest.raises(DeclarationError, match=words):
        declare(figures=Chart([Dot("depth", "loss"), mark], title="C")).check()


def test_the_chart_in_the_place_of_a_surface_is_looked_at_as_well(declare):
    surface = PlotlyFigure([{"type": "surface"}], {}, {"0.z": "rows"}, alt="3-D", flat=Chart([Raster("curve")]))
    with pytest.raises(DeclarationError, match="z must have two axes"):
        declare(figures=surface).check()
