"""Every wrong declaration fails with a DeclarationError that names the widget and the fault."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from explorable import (
    Arrow,
    Axis,
    Band,
    Bar,
    Bind,
    Cases,
    Chart,
    Choice,
    Circle,
    Contour,
    DeclarationError,
    Diagram,
    Diverging,
    Dot,
    Drag,
    Label,
    Line,
    Linear,
    Map,
    Numbers,
    PlotlyFigure,
    Point,
    Raster,
    Rect,
    Rule,
    Select,
    Sequential,
    Slider,
    Text,
    Toggle,
    palette,
)

LINE = Line(y="curve")


def controls_with(*more):
    return [
        Slider("depth", "depth", low=1, high=20, step=1, start=20),
        Slider("lr", "rate", low=0.1, high=1, step=0.1, start=0.5),
        *more,
    ]


def slider(**changes):
    return Slider(**({"name": "a", "label": "a", "low": 0, "high": 1, "step": 0.1, "start": 0} | changes))


def numbers(**changes):
    parts = {"name": "a", "label": "a", "start": (1,), "low": 0, "high": 2, "step": 1}
    return Numbers(**(parts | changes))


def point(**changes):
    parts = {"name": "a", "label": "a", "start": (0, 0), "x": (0, 1), "y": (0, 1), "step": 0.1}
    return Point(**(parts | changes))


def choice(**changes):
    return Choice(**({"name": "a", "label": "a", "options": {1: "one", 2: "two"}, "start": 1} | changes))


BAD_CONTROLS = {
    "start is no stop": (slider(start=0.55), r"no stop at 0.55; the stops nearest to it are 0.\d, 0.\d"),
    "step does not divide": (slider(step=0.3), "divides"),
    "low above high": (slider(low=2), "low < high"),
    "listed and spanned": (slider(values=(0, 1)), "not both"),
    "neither listed nor spanned": (slider(step=None), "needs values"),
    "log from zero": (slider(step=None, log=True), "0 < low < high"),
    "log with step": (slider(log=True), "needs values"),
    "values fall": (Slider("a", "a", values=(2, 1), start=2), "ascending"),
    "values are words": (Slider("a", "a", values=("x", "y"), start="x"), "numbers as stops"),
    "too many stops": (slider(step=1e-6), "10000"),
    "bad format": (slider(format=".3z"), "no number format"),
    "play of 0 s": (slider(play=0), "positive number of seconds"),
    "no label": (slider(label=" "), "visible label"),
    "no identifier": (slider(name="a-b"), "no JavaScript identifier"),
    "begins with a digit": (slider(name="2a"), "no JavaScript identifier"),
    "word of JavaScript": (slider(name="var"), "reserved word"),
    "word of Python": (slider(name="lambda"), "reserved word"),
    "dollar": (slider(name="a$"), r"\$"),
    "one option": (choice(options={1: "one"}), "two options"),
    "option is no word or number": (choice(options={1: "one", None: "two"}), "str, int or float"),
    "option is a boolean": (
        choice(options={False: "no", True: "yes"}, start=True),
        "str, int or float, got False",
    ),
    "option without label": (choice(options={1: "one", 2: ""}), "needs a label"),
    "unknown option": (choice(start=3), "no option 3; the options are 1, 2"),
    "toggle of three": (Toggle("a", "a", start=3), "True or False"),
    "too few numbers": (numbers(min_count=2), "2 to 8 numbers"),
    "number outside": (numbers(start=(5,)), "from 0 to 2"),
    "counts crossed": (numbers(min_count=3, max_count=2), "min_count <= max_count"),
    "step too long": (numbers(step=5), "positive step"),
    "point outside": (point(start=(2, 0)), "within x"),
    "flat range": (point(x=(1, 1)), "low < high"),
    "three names": (point(names=("a", "b", "c")), "two words"),
    "twice the same name": (slider(name="lr"), 'two controls are called "lr"'),
    "not a control": ("depth", "no control"),
}


@pytest.mark.parametrize("control, fault", BAD_CONTROLS.values(), ids=BAD_CONTROLS)
def test_a_wrong_control_is_refused_at_construction(declare, control, fault):
    with pytest.raises(DeclarationError, match=f'^widget "tiny": .*{fault}'):
        declare(controls=controls_with(control), figures=Chart([LINE]))


def test_a_point_takes_its_two_parts_as_names(declare):
    with pytest.raises(DeclarationError, match='two controls are called "a_x"'):
        declare(controls=controls_with(point(), slider(name="a_x")), figures=Chart([LINE]))


def diagram(*elements, bindings=(), **changes):
    return Diagram(100, 50, [Rect("box", 0, 0, 10, 10), *elements], bindings, **({"alt": "a box"} | changes))


def plotly(bindings, **changes):
    return PlotlyFigure([{"type": "scatter3d", "z": []}], {}, bindings, **({"alt": "3-D"} | changes))


DRAG = {"scale": (0, 100, 0, 1)}
ACTIVE = {"spoken": "the dot"}

BAD_FIGURES = {
    "no marks": (Chart([]), "no marks"),
    "not a mark": (Chart(["line"]), "not a mark"),
    "not a figure": ("chart", "no Chart, Diagram or PlotlyFigure"),
    "unknown color": (
        Chart([Line(y="curve", color="mauve")]),
        r"mark 0 \(line\): unknown palette name .mauve.; known are",
    ),
    "unknown color in a list": (Chart([Bar(y="curve", color=["ink", "mauve"])]), "mauve"),
    "line without y": (Chart([Line("curve")]), "needs y"),
    "band without high": (Chart([Band(low="curve")]), "needs high"),
    "rule of both": (Chart([Rule(1, 2)]), "x or y, and not both"),
    "arrow without end": (Chart([Arrow(1, 2, 3)]), "needs y2"),
    "symbol": (Chart([Dot(y="curve", symbol="star")]), "symbol is one of circle"),
    "anchor": (Chart([Text(1, 2, "a", anchor="left")]), "anchor is start"),
    "scheme": (Chart([Raster("rows", scheme="jet")]), "diverging or sequential"),
    "raster domain": (Chart([Raster("rows", domain=(1, 0))]), "low must be below high"),
    "no levels": (Chart([Contour("rows")]), "at least one level"),
    "axis kind": (Chart([LINE], x=Axis(kind="time")), "number or category"),
    "axis format": (Chart([LINE], y=Axis(format="%d")), "y axis.*no number format"),
    "domain of three": (Chart([LINE], x=Axis(domain=(0, 1, 2))), "x axis: domain.*two finite numbers"),
    "domain falls": (Chart([LINE], x=Axis(domain=(1, 0))), "low must be below high"),
    "domain not finite": (Chart([LINE], x=Axis(domain=(0, np.inf))), "two finite numbers"),
    "log domain from 0": (Chart([LINE], x=Axis(domain=(0, 1), log=True)), "above 0"),
    "height": (Chart([LINE], height=0), "height must be a positive"),
    "aspect": (Chart([LINE], aspect=-1), "aspect must be a positive"),
    "drag of nothing": (Chart([Dot(y="curve", drag=Drag("nix"))]), 'no control "nix"; controls: depth'),
    "drag of a toggle": (Chart([Dot(y="curve", drag=Drag("noise"))]), "needs a slider or numbers or point"),
    "drag along z": (Chart([Dot(y="curve", drag=Drag("x", "xy"))]), "dragged along x or y"),
    "dash": (Chart([Line(y="curve", dash="dotted")]), 'dash is False, True or "dots"'),
    "tells": (Chart([Line(y="curve", tells="curve")]), "tells is {words: output}"),
    "select of nothing": (Chart([Dot(y="curve", select=Select("nix"))]), 'no control "nix"'),
    "select of a list": (Chart([Dot(y="curve", select=Select("x"))]), "needs a slider or choice or toggle"),
    "no element": (diagram("box"), "no element"),
    "element twice": (diagram(Circle("box", 1, 1, 1)), "two elements have this name"),
    "element color": (diagram(Circle("c", 1, 1, 1, tone="mauve")), "mauve"),
    "element size": (diagram(Circle("c", 1, 1, "1")), "r must be a number"),
    "binding to no element": (
        diagram(bindings=[Bind("bax", "x", "loss")]),
        r'no element "bax" \(did you mean "box"\?\); elements: box',
    ),
    "binding to no part": (diagram(bindings=[Bind("box", "color", "loss")]), "part is one of text"),
    "binding format": (diagram(bindings=[Bind("box", "text", "loss", format="x")]), "no number format"),
    "color without scale": (diagram(bindings=[Bind("box", "fill", "loss")]), "a color needs scale"),
    "color scale for x": (
        diagram(bindings=[Bind("box", "x", "loss", scale=Diverging(1))]),
        "feeds fill or stroke",
    ),
    "number scale for fill": (
        diagram(bindings=[Bind("box", "fill", "loss", scale=Linear((0, 1), (0, 1)))]),
        "gives numbers",
    ),
    "limit": (diagram(bindings=[Bind("box", "fill", "loss", scale=Diverging(0))]), "limit must be positive"),
    "scale domain": (
        diagram(bindings=[Bind("box", "fill", "loss", scale=Sequential((1, 0)))]),
        "low must be below",
    ),
    "map color": (diagram(bindings=[Bind("box", "fill", "loss", scale=Map({0: "mauve"}))]), "mauve"),
    "not a scale": (diagram(bindings=[Bind("box", "x", "loss", scale=3)]), "no scale"),
    "silent element": (
        diagram(Circle("c", 1, 1, 1, select=Select("noise", True))),
        "needs spoken words or a text",
    ),
    "select without value": (
        diagram(Circle("c", 1, 1, 1, select=Select("norm"), **ACTIVE)),
        "needs the value",
    ),
    "select of no stop": (diagram(Circle("c", 1, 1, 1, select=Select("m", 3), **ACTIVE)), "no stop at 3"),
    "select of no option": (
        diagram(Circle("c", 1, 1, 1, select=Select("norm", "x"), **ACTIVE)),
        "no option 'x'",
    ),
    "drag without scale": (diagram(Circle("c", 1, 1, 1, drag=Drag("depth"), **ACTIVE)), r"needs scale=\(px0"),
    "drag without index": (
        diagram(Circle("c", 1, 1, 1, drag=Drag("x", **DRAG), **ACTIVE)),
        "needs index=0 to 3",
    ),
    "narrow differs": (
        diagram(narrow=Diagram(9, 9, [Rect("other", 0, 0, 1, 1)], alt="")),
        "same element names",
    ),
    "plotly path": (plotly({"1.z": "rows"}), "must start with"),
    "plotly path without part": (plotly({"0": "rows"}), "must start with"),
    "plotly flat": (plotly({"0.z": "rows"}, flat="chart"), "flat must be a Chart or None, got 'chart'"),
    "plotly flat without marks": (plotly({"0.z": "rows"}, flat=Chart([])), "no marks"),
    "plotly color": (PlotlyFigure([{"line": {"color": "ex:mauve"}}], {}, {}, alt=""), "mauve"),
}


@pytest.mark.parametrize("figure, fault", BAD_FIGURES.values(), ids=BAD_FIGURES)
def test_a_wrong_figure_is_refused_at_construction(declare, figure, fault):
    with pytest.raises(DeclarationError, match=f'^widget "tiny": .*{fault}'):
        declare(figures=figure)


UNKNOWN = {
    "line": Chart([Line("nix", "curve")]),
    "bar base": Chart([Bar(y="curve", base="nix")]),
    "when": Chart([Line(y="curve", when="nix")]),
    "text": Chart([Text(0, 0, ["{depth}", "{nix}"])]),
    "raster": Chart([Raster("nix")]),
    "axis domain": Chart([LINE], y=Axis(domain="nix")),
    "chart alt": Chart([LINE], alt="about {nix}"),
    "binding": diagram(bindings=[Bind("box", "x", "nix")]),
    "diagram alt": diagram(alt="{nix}"),
    "binding of narrow": diagram(narrow=diagram(bindings=[Bind("box", "x", "nix")])),
    "plotly": plotly({"0.z": "nix"}),
    "plotly flat": plotly({"0.z": "rows"}, flat=Chart([Raster("nix")])),
    "plotly title": plotly({"layout.title.text": "at {nix:.2f}"}),
}


@pytest.mark.parametrize("figure", UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_name_in_a_figure_is_found_by_check(declare, figure):
    widget = declare(figures=figure)
    with pytest.raises(DeclarationError, match=r'^widget "tiny": .*"nix" is neither an output nor a control'):
        widget.check()


BAD_WORDS = {
    "readout": ({"readout": "about {nix}"}, '"nix" is neither'),
    "case": ({"readout": Cases("loss", {0: "{nix}"})}, '"nix" is neither'),
    "cases": ({"readout": Cases("nix", {0: ""})}, '"nix" is neither'),
    "readout is no text": ({"readout": None}, "template or Cases"),
    "part of a point": ({"readout": "{p_x}"}, r"write \{p\[0\]\}"),
    "when part of a point": ({"figures": Chart([Line(y="curve", when="p_x")])}, "part of a point"),
    "domain is a control": ({"figures": Chart([LINE], x=Axis(domain="depth"))}, "output of two numbers"),
}


@pytest.mark.parametrize("changes, fault", BAD_WORDS.values(), ids=BAD_WORDS)
def test_wrong_references_are_found_by_check(declare, changes, fault):
    with pytest.raises(DeclarationError, match=f'^widget "tiny": .*{fault}'):
        declare(**changes).check()


@pytest.mark.parametrize(
    "changes",
    [{"title": ""}, {"caption": ""}, {"figures": []}, {"layout": "above"}, {"columns": 0}, {"columns": True}],
    ids=str,
)
def test_a_wrong_part_of_the_widget_is_refused(declare, changes):
    with pytest.raises(DeclarationError, match=r'^widget "tiny"'):
        declare(**changes)


@pytest.mark.parametrize("key", ["Tiny", "2tiny", "tiny_one", "", "a b", None])
def test_a_key_must_fit_addresses_and_files(declare, key):
    with pytest.raises(DeclarationError, match=re.escape(f'widget "{key}"')):
        declare(key=key)


def test_an_output_with_the_name_of_a_control_is_refused(declare, model):
    twin = SimpleNamespace(kind="sampled", check=lambda _: None, gaps=(), output_names=lambda _: ["curve", "lr"])
    with pytest.raises(DeclarationError, match='"lr" is the name of a control and of an output'):
        declare(model=twin, readout="").check()


def test_what_a_model_finds_wrong_names_the_widget(declare):
    def fault(controls):
        raise DeclarationError('numbers "x" cannot be baked')

    with pytest.raises(DeclarationError, match=r'^widget "tiny": numbers "x" cannot be baked'):
        declare(model=SimpleNamespace(check=fault)).check()


def test_a_right_declaration_passes(declare):
    palette.use({"test-plain": ("#D55E00", "#F0883E")})
    widget = declare(figures=[Chart([Line(y="curve", color="test-plain")]), diagram(), plotly({"0.z": "rows"})])
    assert widget.check() is widget
    assert widget.spec()["palette"]["test-plain"] == ["#D55E00", "#F0883E"]


def test_what_sentences_show_is_known_so_that_the_page_keeps_it_exactly(declare):
    figures = [
        Chart([Line(y="rows"), Text("depth", 0, "{span[1]:.2f}")], alt="{curve[2]:.1f}"),
        Diagram(9, 9, [Label("label", 1, 1)], [Bind("label", "text", "holes", index=0)], alt=""),
    ]
    assert declare(figures=figures, readout="at {depth}: {loss:.3f}").printed() == {"span", "curve", "holes", "loss"}
    assert declare(readout=Cases("loss", {0: "{depth}"})).printed() == {"loss"}


@pytest.mark.parametrize(("control", "along"), [("p", "xy"), ("x", "x"), ("depth", "x")])
def test_a_point_is_dragged_in_the_plane_unless_told_otherwise(declare, control, along):
    figure = Chart([Dot("p_x", "p_y", drag=Drag(control)), Dot("p_x", "p_y", drag=Drag("p", along="y"))])
    first, second = declare(figures=figure).spec()["figures"][0]["marks"]
    assert (first["drag"], second["drag"]["along"]) == ({"control": control, "along": along}, "y")
