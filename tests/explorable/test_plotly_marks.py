"""Every mark of the grammar becomes Plotly traces that show the same numbers."""

import numpy as np
import pytest

from explorable import (
    Arrow,
    Axis,
    Band,
    Bar,
    Chart,
    Contour,
    Dot,
    Line,
    PlotlyFigure,
    Raster,
    Rule,
    Text,
)
from explorable.plotly_marks import TRACES

nan = np.nan


@pytest.fixture
def draw(declare):
    """draw(mark, ...) is the FigureWidget of a chart with these marks, at the start values."""

    def make(*marks, **settings):
        widget = declare(figures=Chart(list(marks), **settings))
        return widget.show().panels[0].view

    return make


def test_every_mark_of_the_grammar_has_traces():
    from explorable import marks

    kinds = {kind.kind for kind in vars(marks).values() if isinstance(kind, type) and issubclass(kind, marks.Mark)}
    assert set(TRACES) == kinds - {""}


def test_a_line_draws_its_points_and_a_gap(draw):
    (trace,) = draw(Line(y="holes", color="accent", label="holes", dash=True, width=3)).data
    np.testing.assert_array_equal(trace.x, [0, 1, 2, 3])
    np.testing.assert_array_equal(trace.y, [1, nan, 3, 20])
    assert (trace.mode, trace.name, trace.showlegend) == ("lines", "holes", True)
    assert (trace.line.color, trace.line.dash, trace.line.width) == ("#0B62A8", "dash", 3)
    assert not trace.connectgaps


def test_rows_are_drawn_as_lines_apart(draw):
    (trace,) = draw(Line([5, 6, 7], "rows")).data
    np.testing.assert_array_equal(trace.x, [5, 6, 7, nan, 5, 6, 7])
    np.testing.assert_array_equal(trace.y, [20, 20, 20, nan, 20, 20, 20])


def test_rows_of_a_line_can_have_a_colour_each(draw):
    one, other = draw(Line([5, 6, 7], "rows", color=["ink", "accent"], label="rows")).data
    assert (one.line.color, other.line.color) == ("#1F2328", "#0B62A8")
    assert len(one.x) == len(other.x) == 3 and (one.showlegend, other.showlegend) == (True, False)


def test_a_band_goes_there_and_back_and_leaves_gaps_out(draw):
    (trace,) = draw(Band(low=0, high="holes", color="ink", opacity=0.5)).data
    np.testing.assert_array_equal(trace.x, [0, 0, nan, 2, 3, 3, 2])
    np.testing.assert_array_equal(trace.y, [0, 1, nan, 0, 0, 20, 3])
    assert trace.fill == "toself" and trace.fillcolor == "rgba(31,35,40,0.5)"


def test_bars_stand_on_their_base_and_have_their_colours(draw):
    (trace,) = draw(Bar(y="curve", base=5, color=["ink", "accent"], width=0.5)).data
    np.testing.assert_array_equal(np.add(trace.base, trace.y), [0, 20, 40, 60])
    assert list(trace.marker.color) == ["#1F2328", "#0B62A8"] * 2 and trace.width == 0.5


def test_bars_stand_on_categories(draw):
    axis = Axis(kind="category", categories=("a", "b", "c", "d"))
    view = draw(Bar(["a", "b", "c", "d"], "curve"), x=axis)
    assert list(view.data[0].x) == ["a", "b", "c", "d"]
    assert view.layout.xaxis.type == "category" and view.layout.xaxis.categoryarray == ("a", "b", "c", "d")


def test_bars_stand_beside_the_middle_of_a_category(draw):
    axis = Axis(kind="category", categories=("a", "b"))
    view = draw(Bar([-0.2, 0.8], [1, 2], width=0.3), x=axis)
    assert list(view.layout.xaxis.tickvals) == [0, 1] and list(view.layout.xaxis.ticktext) == ["a", "b"]
    assert view.layout.xaxis.type is None and list(view.layout.xaxis.range) == [-0.5, 1.5]


def test_bars_on_a_logarithmic_axis_stand_on_its_edge(draw):
    (trace,) = draw(Bar(y=[1, 10]), y=Axis(log=True)).data
    assert trace.base is None and list(trace.y) == [1, 10]


def test_dots_have_size_symbol_and_place(draw):
    (trace,) = draw(Dot("p_x", "p_y", symbol="triangle", size=6)).data
    assert (list(trace.x), list(trace.y)) == ([0], [0.5])
    assert (trace.mode, trace.marker.symbol, trace.marker.size) == ("markers", "triangle-up", 12)


def test_rules_cross_the_whole_chart(draw):
    view = draw(Rule(x="span"), Rule(y="loss", dash=False))
    upright, level = view.data
    np.testing.assert_array_equal(upright.x, [1, 1, nan, 21, 21])
    np.testing.assert_array_equal(upright.y, [0, 1, nan, 0, 1])
    assert upright.yaxis == "y2" and level.xaxis == "x2" and list(level.y) == [0.1, 0.1]
    assert view.layout.yaxis2.range == (0, 1) and view.layout.xaxis2.overlaying == "x"
    assert (upright.line.dash, level.line.dash) == ("dash", "solid")


def test_an_arrow_has_its_head_at_the_end(draw):
    (trace,) = draw(Arrow(0, 0, "loss", [1, 2])).data
    np.testing.assert_array_equal(trace.x, [0, 0.1, nan, 0, 0.1])
    np.testing.assert_array_equal(trace.y, [0, 1, nan, 0, 2])
    assert list(trace.marker.size) == [0, 12, 0, 0, 12, 0] and trace.marker.angleref == "previous"


def test_words_are_filled_in_and_placed(draw):
    one, many = draw(
        Text(1, "loss", "loss {loss:.2f}", anchor="start", dy=-8), Text([0, 1], 0, ["a", "{depth:d}"])
    ).data
    assert list(one.text) == ["loss 0.10"] and one.textposition == "top right"
    assert list(many.text) == ["a", "20"] and many.textposition == "middle center"


def test_a_raster_places_cells_by_their_middles(draw):
    (trace,) = draw(Raster("rows", x=(0, 3), y=(-1, 1), domain=(0, 20))).data
    assert trace.type == "heatmap" and (list(trace.x), list(trace.y)) == ([0.5, 1.5, 2.5], [-0.5, 0.5])
    assert np.shape(trace.z) == (2, 3) and (trace.zmin, trace.zmax) == (0, 20)


def test_contours_have_a_trace_for_each_level(draw):
    traces = draw(Contour("rows", levels=[1, 2, 5], color="accent")).data
    assert [trace.contours.value for trace in traces] == [1, 2, 5]
    assert all(trace.type == "contour" and trace.line.color == "#0B62A8" for trace in traces)


def test_axes_have_title_range_logarithm_and_ticks(draw):
    axes = {
        "x": Axis("step", "epochs", domain="span", ticks=[1, 2]),
        "y": Axis("loss", log=True, domain=(0.01, 10)),
    }
    bare = draw(Line(y="curve"), x=Axis(ticks=()), y=Axis("loss", ticks=())).layout
    assert bare.xaxis.visible is False and bare.yaxis.visible is not False
    view = draw(Line(y="curve"), **axes, title="Above", height=200, aspect=2)
    layout = view.layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("step (epochs)", "loss")
    assert layout.xaxis.range == (1, 21) and layout.xaxis.tickvals == (1, 2)
    assert layout.yaxis.type == "log" and layout.yaxis.range == (-2, 1)
    assert (layout.title.text, layout.height, layout.showlegend) == ("Above", 260, False)
    assert (layout.yaxis.scaleanchor, layout.yaxis.scaleratio) == ("x", 2)


def test_a_plotly_figure_gets_its_outputs_titles_and_colours(declare):
    data = [{"type": "surface", "z": []}, {"type": "scatter3d", "line": {"color": "ex:accent"}}]
    bindings = {"0.z": "rows", "1.x": "curve", "layout.title.text": "at depth {depth:d}"}
    view = declare(figures=PlotlyFigure(data, {}, bindings, alt="")).show()
    figure = view.panels[0].view
    assert figure.data[1].line.color == "#0B62A8" and figure.layout.title.text == "at depth 20"
    view.set(depth=3)
    assert list(figure.data[1].x) == [0, 3, 6, 9] and np.array_equal(figure.data[0].z, np.full((2, 3), 3))
    assert figure.layout.title.text == "at depth 3"
