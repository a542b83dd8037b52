"""The static widget follows the contract with the runtime: labeled inputs, indexes, readout, script."""

import json

import numpy as np
import pytest

from explorable import (
    Bind,
    Cases,
    Chart,
    DeclarationError,
    Diagram,
    Diverging,
    Drag,
    Explorable,
    Line,
    PlotlyFigure,
    Rect,
    Sampled,
    Select,
    Slider,
)
from explorable.page import form
from tests.explorable.html_tree import Tree


@pytest.fixture
def figure(declare):
    return Tree(form.html(declare(), "_static/explorable/tiny-1.js")).root.one("figure")


def test_the_figure_names_key_script_and_colors(figure):
    assert (figure["id"], figure["data-key"], figure["class"]) == ("tiny", "tiny", "explorable")
    assert figure["data-src"] == "_static/explorable/tiny-1.js"
    assert "--ex-ink:light-dark(#1F2328,#E6EDF3);" in figure["style"]
    assert figure.one("p", id="tiny-title").text == "A tiny widget"
    assert figure.one(cls="ex-controls", role="group")["aria-labelledby"] == "tiny-title"


def test_every_input_has_a_name_and_every_id_is_one(figure):
    ids = [node["id"] for node in figure.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for field in [*figure.all("input"), *figure.all("select"), *figure.all("textarea")]:
        by_label = field.parent.tag == "label" and field.parent.text.strip()
        by_id = [label for label in figure.all("label") if label.attributes.get("for") == field.attributes.get("id")]
        by_id = field.attributes.get("id") and any(label.text.strip() for label in by_id)
        assert by_label or by_id or field.attributes.get("aria-label")
    for button in figure.all("button"):
        assert button["type"] == "button" and (button.text or button["aria-label"])


def test_a_slider_carries_its_index_and_speaks_its_value(figure):
    depth = figure.one(data_control="depth", cls="ex-slider")
    field = depth.one("input")
    assert [field[name] for name in ("type", "min", "max", "step", "value")] == [
        "range",
        "0",
        "19",
        "1",
        "19",
    ]
    assert field["aria-valuetext"] == depth.one("output", cls="ex-value").text == "20 layers"
    assert depth.one("output")["for"] == depth.one("label")["for"] == field["id"] == "tiny-depth"
    assert depth.one("button", cls="ex-play")["aria-pressed"] == "false"
    rate = figure.one(data_control="lr")
    assert not list(rate.all("button")) and rate.one("output").text == "0.05"


def test_help_is_tied_to_its_control(figure):
    batch = figure.one(data_control="m")
    assert batch.one("p", id=batch["aria-describedby"]).text == "How many <examples>."


def test_few_options_are_radios_and_many_a_list(figure):
    norm = figure.one("fieldset", data_control="norm")
    assert norm.one("legend").text == "network"
    radios = list(norm.all("input"))
    assert [radio["value"] for radio in radios] == ["0", "1"] and {radio["name"] for radio in radios} == {"tiny-norm"}
    assert ["checked" in radio.attributes for radio in radios] == [False, True]
    assert [label.text for label in norm.all("label")] == ["plain & simple", "batch norm"]
    options = list(figure.one("div", data_control="width").one("select").all("option"))
    assert [option["value"] for option in options] == list("012345")
    assert ["selected" in option.attributes for option in options] == [
        False,
        False,
        True,
        False,
        False,
        False,
    ]


def test_folded_controls_stand_under_more_settings(figure):
    more = figure.one("details", cls="ex-more")
    assert more.one("summary").text == "More settings"
    assert [node["data-control"] for node in more.all(cls="ex-control")] == ["noise"]
    assert "checked" in more.one("input", type="checkbox").attributes


def test_a_list_of_numbers_has_a_named_cell_each_and_a_box_to_paste(figure):
    batch = figure.one("fieldset", data_control="x")
    cells = list(batch.one(cls="ex-cells").all("input"))
    assert [cell["value"] for cell in cells] == ["1", "-2.5"]
    assert [cell["aria-label"] for cell in cells] == ["the batch, value 1", "the batch, value 2"]
    assert all((cell["min"], cell["max"], cell["step"]) == ("-3", "3", "0.1") for cell in cells)
    assert "disabled" in batch.one(cls="ex-remove").attributes  # two is the least
    assert "disabled" not in batch.one(cls="ex-add").attributes
    paste = batch.one("details", cls="ex-paste")
    assert paste.one("summary").text and paste.one("textarea") and paste.one("p", role="status").text == ""


def test_a_point_is_two_named_numbers(figure):
    fields = list(figure.one("fieldset", data_control="p").all("label"))
    assert [field.text.strip() for field in fields] == ["gain", "shift"]
    assert [field.one("input")["value"] for field in fields] == ["0", "0.5"]
    assert [field.one("input")["max"] for field in fields] == ["1", "2"]


def test_without_scripts_readout_and_caption_say_the_start(figure):
    assert figure.one("output", cls="ex-readout", aria_live="polite").text == "loss 0.100 at 0.05 and 20 layers"
    assert figure.one("figcaption").text == "See this <first>." and figure.one("figcaption").one("em").text == "this"
    assert "hidden" in figure.one("p", role="alert", cls="ex-problem").attributes
    assert figure.one(cls="ex-reset").text == "Reset" and figure.one(cls="ex-share").text == "Menu"


def test_each_figure_has_a_canvas_of_its_height(declare):
    charts = [
        Chart([Line(y="curve")], title="a < b", height=200),
        Diagram(9, 9, [Rect("a", 0, 0, 1, 1)], alt=""),
    ]
    root = Tree(form.html(declare(figures=charts, columns=2, layout="stacked"), "s.js")).root
    assert root.one(cls="ex-figures")["style"] == "--ex-columns:2" and root.one(cls="ex-stacked")
    first, second = root.all(cls="ex-figure")
    assert (first["data-figure"], second["data-figure"]) == ("0", "1")
    assert first.one(cls="ex-figure-title").text == "a < b"
    assert first.one(cls="ex-canvas")["style"] == "min-height:200px"
    assert "style" not in second.one(cls="ex-canvas").attributes


def test_cases_pick_the_sentence(declare):
    cases = Cases("depth", {20: "deep: {loss:.2f}", 1: "shallow"})
    widget = declare(readout=cases)
    spec, outputs = widget.spec(), widget.evaluate()
    assert spec["readout"] == {
        "by": {"control": "depth"},
        "texts": {"20": "deep: {loss:.2f}", "1": "shallow"},
    }
    assert form.readout_text(spec, widget.settings(), outputs) == "deep: 0.10"
    assert form.readout_text(spec, widget.settings(depth=7), outputs) == ""


def read_script(text):
    """SPEC and MODEL of a data file."""
    head, tail = "explorable.register(", ");\n"
    assert text.startswith(head) and text.endswith(tail)
    fail = lambda word: pytest.fail(f"{word} is no JSON")
    decoder = json.JSONDecoder(parse_constant=fail)
    spec, end = decoder.raw_decode(text, len(head))
    assert text[end : end + 2] == ", "
    return spec, text[end + 2 : -len(tail)]


def test_the_script_is_one_statement_with_json_and_the_model(declare):
    spec, model = read_script(form.script(declare()))
    assert model == "function (v) { return {loss: 2 * v.lr}; }"
    assert spec["model"] == {"kind": "symbolic", "note": "wire"}
    assert spec["gaps"] == ["holes"] and spec["readout"] == {"text": "loss {loss:.3f} at {lr} and {depth}"}
    stops = [control.get("stops") for control in spec["controls"]]
    assert stops[0] == list(range(1, 21)) and stops[2] == [2, 4, 8, 16]
    assert [control["start"] for control in spec["controls"]] == [19, 34, 2, 1, 2, True, [1, -2.5], [0, 0.5]]


def test_what_is_no_json_never_reaches_the_page(declare, model, monkeypatch):
    monkeypatch.setattr(model, "payload", lambda controls, printed: ({"scale": np.nan}, "null"))
    with pytest.raises(ValueError, match="JSON"):
        form.script(declare())


def test_channels_name_outputs_controls_parts_and_constants(declare):
    chart = Chart([Line([1, np.nan, np.inf], "curve", when="noise"), Line("depth", "p_y", dash=True)])
    (figure,) = declare(figures=chart).spec()["figures"]
    first, second = figure["marks"]
    assert (first["mark"], first["x"], first["y"]) == ("line", {"const": [1, None, None]}, {"out": "curve"})
    assert (first["when"], second["when"]) == ("noise", None)
    assert (second["x"], second["y"]) == ({"control": "depth"}, {"control": "p", "index": 1})
    assert second["dash"] is True


def test_diagrams_and_plotly_figures_go_over_whole(declare):
    box = Rect("box", 1, 2, 3, 4, tone="accent", text="box", select=Select("norm", "bn"))
    binds = [Bind("box", "fill", "curve", index=2, scale=Diverging(2))]
    ball = Rect("ball", 0, 0, 1, 1, spoken="ball", drag=Drag("x", index=1, scale=(0, 100, -3, 3)))
    diagram = Diagram(90, 40, [box, ball], binds, alt="box", narrow=Diagram(40, 90, [box, ball], alt=""))
    surface = PlotlyFigure(
        [{"type": "surface", "z": np.eye(2)}], {}, {"0.z": "rows", "layout.title.text": "{loss}"}, alt=""
    )
    first, second = declare(figures=[diagram, surface]).spec()["figures"]
    shape, other = first["elements"]
    assert (shape["shape"], shape["name"], shape["tone"]) == ("rect", "box", "accent")
    assert shape["select"] == {"control": "norm", "value": "bn"} and shape["drag"] is None
    assert other["drag"] == {"control": "x", "along": "x", "index": 1, "scale": [0, 100, -3, 3]}
    assert first["bindings"] == first["narrow"]["bindings"]
    assert first["bindings"][0]["from"] == {"out": "curve"}
    assert first["bindings"][0]["scale"] == {"kind": "diverging", "limit": 2}
    assert second["data"][0]["z"] == [[1, 0], [0, 1]]
    assert second["bindings"] == {"0.z": {"out": "rows"}, "layout.title.text": {"text": "{loss}"}}


@pytest.fixture
def built(monkeypatch, tmp_path):
    monkeypatch.setenv("EXPLORABLE_HOST", "page")
    monkeypatch.setenv("EXPLORABLE_CACHE", str(tmp_path))
    monkeypatch.setattr(form, "KEYS", {})
    return tmp_path


def test_in_a_build_the_widget_hands_over_page_and_script(declare, built):
    bundle = declare()._repr_mimebundle_()
    data = bundle["application/vnd.explorable+json"]
    assert bundle["text/plain"] == "A tiny widget"
    (script,) = (built / "page").iterdir()
    assert data["script_name"] == script.name and form.is_whole(script)
    assert f'data-src="_static/explorable/{script.name}"' in data["html"]
    assert script.read_text(encoding="utf-8") == form.script(declare())
    assert data["values"] == {
        "depth": 20, "lr": 0.05, "m": 8, "norm": "bn", "width": 4,
        "noise": True, "x": [1, -2.5], "p": [0, 0.5],
    }  # fmt: skip
    assert data["outputs"]["holes"] == [1, "NaN", 3, 20] and data["outputs"]["loss"] == 0.1
    json.dumps(data, allow_nan=False)


def test_the_name_of_the_script_changes_with_its_content(declare):
    one, other = declare(), declare(caption="Another.")
    assert form.script_name(one, form.script(one)) == form.script_name(declare(), form.script(declare()))
    assert form.script_name(one, form.script(one)) != form.script_name(other, form.script(other))


def test_two_different_widgets_with_one_key_are_refused_in_a_build(declare, built):
    declare()._repr_mimebundle_()
    declare()._repr_mimebundle_()  # the same one again is fine
    with pytest.raises(DeclarationError, match='widget "tiny": another widget of this book has the same key'):
        declare(caption="Another.")._repr_mimebundle_()


def test_a_start_that_is_not_a_number_is_refused_in_a_build(declare, built, model):
    model.gaps = frozenset()
    with pytest.raises(DeclarationError, match='widget "tiny": output "holes" is not a number at the start values'):
        declare()._repr_mimebundle_()


@pytest.mark.parametrize("readout", ["{curve[4]}", "{loss[0]}", "{rows[1][3]}", "{rows[2]}"])
def test_a_number_outside_its_array_is_refused_in_a_build(declare, built, readout):
    with pytest.raises(DeclarationError, match=r'widget "tiny": at the start values: template .* has shape'):
        declare(readout=readout)._repr_mimebundle_()


def test_a_sentence_of_too_many_numbers_is_refused_in_a_build(declare, built, model, monkeypatch):
    monkeypatch.setattr(model, "evaluate", lambda values: {"curve": np.zeros(17)})
    with pytest.raises(DeclarationError, match="would list the 17 numbers of curve"):
        declare(figures=Chart([Line(y="curve")], alt="{curve}"), readout="")._repr_mimebundle_()


def test_large_outputs_are_only_summarized():
    assert form.summary(np.zeros((20, 30))) == {"shape": [20, 30]}
    assert form.summary(np.int64(3)) == 3 and form.summary(-np.inf) == "-Infinity"


def test_words_of_the_author_cannot_become_markup(declare):
    nasty = '<img src=x onerror="1">'
    sliders = [*declare().controls, Slider("a", nasty, values=(1, 2), start=1, unit=nasty, help=nasty)]
    root = Tree(form.html(declare(title=nasty, controls=sliders, caption=nasty, readout=nasty), "s.js")).root
    assert not list(root.all("img"))
    assert root.one("p", cls="ex-title").text == nasty == root.one(cls="ex-readout").text


def test_arrays_of_a_sampled_model_that_no_sentence_shows_cannot_stand_in_the_prose():
    def function(n):
        return {"one": n / 3, "drawn": np.arange(3.0), "listed": n * np.arange(3.0)}

    def widget(**model):
        parts = [Slider("n", "n", values=(1, 2, 3), start=1)], Sampled(function, **model), Chart([Line(y="drawn")])
        return Explorable("tiny", "Tiny", *parts, "{listed[1]:.2f}", "See.")

    assert form.mime_bundle(widget(error=0.1))[form.MIME_TYPE]["inexact"] == ["drawn"]
