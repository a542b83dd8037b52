"""In a notebook a moved control changes values, outputs, readout and picture, in place, without a browser."""

import threading

import ipywidgets
import numpy as np
import pytest

from explorable import Axis, Bind, Chart, Diagram, Dot, Drag, Line, Rect, Select


@pytest.fixture
def view(declare):
    return declare().show()


def field(view, name):
    return view.inputs[name].field


def test_the_start_is_drawn(view):
    assert view.readout.value == "loss 0.100 at 0.05 and 20 layers" and view.problem.value == ""
    assert view.outputs["loss"] == 0.1
    np.testing.assert_array_equal(view.panels[0].view.data[0].y, [0, 20, 40, 60])


def test_each_control_has_the_widget_that_fits(view):
    kinds = {name: type(field(view, name)).__name__ for name in ("depth", "lr", "m", "norm", "width", "noise")}
    assert kinds == {
        "depth": "IntSlider", "lr": "FloatLogSlider", "m": "SelectionSlider",
        "norm": "ToggleButtons", "width": "Dropdown", "noise": "Checkbox",
    }  # fmt: skip
    assert field(view, "depth").description == "depth (layers)"


def test_a_moved_slider_changes_picture_and_readout_in_place(view):
    figure = view.panels[0].view
    field(view, "depth").value = 3
    assert view.panels[0].view is figure
    np.testing.assert_array_equal(figure.data[0].y, [0, 3, 6, 9])
    assert view.readout.value == "loss 0.100 at 0.05 and 3 layers" and view.values["depth"] == 3


def test_an_update_sends_only_what_changed(declare, monkeypatch):
    view = declare(figures=Chart([Line(y="curve"), Line(y=[1, np.nan, 3])])).show()
    figure, sent = view.panels[0].view, []
    monkeypatch.setattr(figure, "_send_update_msg", lambda **message: sent.append(message))
    field(view, "depth").value = 3
    (message,) = sent
    assert message["trace_indexes"] == [0] and set(message["restyle_data"]) == {"y"}
    assert not message["relayout_data"]


def test_a_logarithmic_slider_stops_at_readable_numbers(view):
    slider = field(view, "lr")
    slider.value = 10 ** (slider.min + 1 * slider.step)
    assert view.values["lr"] == 0.0011
    slider.value = 0.00123  # typed into the field, between two stops
    assert view.values["lr"] == 0.00123


def test_choices_and_toggles_reach_the_model(view):
    field(view, "norm").value = "plain"
    field(view, "width").value = 32
    field(view, "noise").value = False
    assert (view.values["norm"], view.values["width"], view.values["noise"]) == ("plain", 32, False)


def test_numbers_are_edited_added_removed_and_pasted(view):
    batch = view.inputs["x"]
    batch.cells.children[1].value = 2.0
    assert view.values["x"].tolist() == [1, 2] and batch.remove.disabled
    batch.add.click()
    assert view.values["x"].tolist() == [1, 2, 0] and not batch.remove.disabled
    batch.pasted.value = "1; 2,\n-1 0.5"
    batch.use.click()
    assert view.values["x"].tolist() == [1, 2, -1, 0.5] and batch.add.disabled
    batch.paste("1 2 three")
    assert "three" in batch.note.value and view.values["x"].tolist() == [1, 2, -1, 0.5]
    batch.paste("1 2 99")
    assert "from -3 to 3" in batch.note.value
    batch.remove.click()
    assert view.values["x"].tolist() == [1, 2, -1] and len(batch.cells.children) == 3


def test_a_point_is_typed(view):
    view.inputs["p"].fields[0].value = 0.7
    assert view.values["p"].tolist() == [0.7, 0.5]
    assert list(view.panels[0].view.data[1].x) == [0.7]


def test_a_typed_number_out_of_range_is_kept_at_its_end_and_that_is_said(view):
    """As the browser sends it: a field that clipped there would leave nothing to say here."""
    batch, point = view.inputs["x"], view.inputs["p"]
    for given, typed, name, value, words in [
        (batch, batch.cells.children[0], "x", [3, -2.5], "the batch: values are kept between -3 and 3."),
        (point, point.fields[1], "p", [0, -2], "start, shift: values are kept between -2 and 2."),
    ]:
        assert not hasattr(typed, "max") and given.remark.value == ""
        typed.set_state({"value": value[given is point] * 33})
        assert (typed.value, view.values[name].tolist()) == (value[given is point], value)
        assert given.remark.value == words and given.remark in given.widget.children
        typed.set_state({"value": 1})
        assert given.remark.value == "" and 1 in view.values[name]
        typed.set_state({"value": 99})
        assert given.remark.value == words
        given.put(view.values[name])
        assert given.remark.value == "", "Python has moved the control since"


def test_python_moves_the_controls_and_they_follow(view):
    view.set(depth=5, m=6, lr=0.5, norm="plain", noise=False, x=[1, 2, 3], p=(1, -1))
    assert (field(view, "depth").value, field(view, "m").value, field(view, "lr").value) == (5, 6, 0.5)
    assert [cell.value for cell in view.inputs["x"].cells.children] == [1, 2, 3]
    assert view.readout.value == "loss 1.000 at 0.5 and 5 layers"
    with pytest.raises(ValueError, match='no control "dept"'):
        view.set(dept=5)
    with pytest.raises(ValueError, match="from 1 to 20"):
        view.set(depth=50)
    assert view.values["depth"] == 5


def test_the_widget_itself_answers_for_its_view(declare):
    widget = declare()
    assert widget.show() is widget.view and widget.values["depth"] == 20 and len(widget.values) == 8
    widget.values["depth"] = 3
    assert field(widget.view, "depth").value == 3 and widget.outputs["span"].tolist() == [1, 4]
    widget.set(lr=0.01234, m=5)  # off the stops
    assert (widget.values["lr"], widget.values["m"], widget.outputs["loss"]) == (0.01234, 5, 0.02468)
    widget.values.update(depth=7, noise=False)
    assert dict(widget.values) | {"x": 0, "p": 0} == {
        "depth": 7, "lr": 0.01234, "m": 5, "norm": "bn", "width": 4, "noise": False, "x": 0, "p": 0,
    }  # fmt: skip
    widget.reset()
    assert widget.values["depth"] == field(widget.view, "depth").value == 20


def test_wrong_settings_are_refused_and_change_nothing(declare):
    widget = declare()
    with pytest.raises(KeyError, match='no control "dept"; controls: depth, lr'):
        widget.values["dept"] = 3
    for name, value, words in [
        ("depth", 50, "from 1 to 20"), ("depth", 2.5, "whole numbers"), ("depth", "a", "finite number"),
        ("norm", "ln", "options are 'plain', 'bn'"), ("noise", 2, "True or False"), ("x", [9, 9], "from -3 to 3"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=words):
            widget.set(**{"m": 4, name: value})
    assert widget.values["m"] == 8 and widget.values["depth"] == 20
    with pytest.raises(ValueError, match="read-only"):
        widget.values["x"][0] = 2
    with pytest.raises(TypeError, match="reset"):
        del widget.values["depth"]


def test_outputs_are_those_of_the_present_values_or_none(declare, model):
    """Also when a slow model is still at work, and when the notebook is busy with the cell that asks."""
    widget = declare()
    view, slow = widget.view, threading.Event()

    def work(values):
        slow.wait(0.1)
        return model.evaluate(values)

    view.runner.work, view.runner.last_time, view.runner.loop = work, 1.0, None
    widget.set(depth=3)
    widget.set(depth=4)
    assert widget.outputs["span"].tolist() == [1, 5]
    view.runner.work = lambda values: 1 / 0
    widget.set(depth=5)
    with pytest.raises(RuntimeError, match=r'widget "tiny": .*ZeroDivisionError'):
        _ = widget.outputs


def test_a_changed_model_and_a_changed_figure_make_another_widget(declare, model):
    widget = declare()

    class Tripling(type(model)):
        def evaluate(self, values):
            return super().evaluate(values) | {"loss": 3 * values["lr"]}

    other = widget.replace(model=Tripling(), figures=Chart([Dot("p_x", "p_y")]), title="Other")
    assert other.outputs["loss"] == pytest.approx(0.15) and len(other.view.panels[0].view.data) == 1
    assert widget.outputs["loss"] == 0.1 and other.view is not widget.view


def test_reset_goes_back_to_the_start(view):
    view.set(depth=5, x=[1, 2, 3], m=6)
    view.reset_button.click()
    assert view.values["depth"] == field(view, "depth").value == 20
    assert view.values["x"].tolist() == [1, -2.5] and field(view, "m").value == 8


def test_play_walks_along_the_stops(view):
    play = view.inputs["depth"].play
    assert (play.min, play.max, play.interval) == (0, 19, 200)
    play.value = 4
    assert view.values["depth"] == field(view, "depth").value == 5


def test_folded_controls_stand_in_an_accordion(view):
    def inside(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child)

    titles = [part for part in inside(view.box) if isinstance(part, ipywidgets.Accordion)]
    (more,) = (part for part in titles if part.titles == ("More settings",))
    assert field(view, "noise") in inside(more)
    assert field(view, "depth") in inside(view.box) and field(view, "depth") not in inside(more)


def test_a_value_that_is_no_number_is_named_and_the_picture_stays(view, model, monkeypatch):
    whole = model.evaluate
    monkeypatch.setattr(model, "evaluate", lambda values: whole(values) | {"loss": np.nan})
    view.runner.work = model.evaluate
    view.set(depth=3)
    assert view.problem.value == 'The output "loss" is not a number at these settings.'
    assert view.readout.value == ""
    np.testing.assert_array_equal(view.panels[0].view.data[0].y, [0, 20, 40, 60])
    view.runner.work = whole
    view.set(depth=4)
    assert view.problem.value == "" and view.readout.value


def test_a_model_that_raises_says_so_in_its_place(view):
    def broken(values):
        raise ZeroDivisionError("no steps")

    view.runner.work = broken
    view.set(depth=3)
    assert view.problem.value == "These settings cannot be computed: ZeroDivisionError: no steps"


def test_of_a_slow_model_only_the_latest_value_is_run(view, model):
    started, go, ran = threading.Event(), threading.Event(), []

    def slow(values):
        ran.append(values["depth"])
        started.set()
        assert go.wait(5)
        return model.evaluate(values)

    view.runner.work = slow
    view.runner.last_time = 1.0
    view.runner.loop = None  # as in a plain script: a browser that an earlier test opened leaves its loop running
    sentences = []
    view.readout.observe(lambda change: sentences.append(change["new"]), "value")
    view.set(depth=1)
    assert started.wait(5) and view.computing.value == "computing …"
    for depth in (2, 3, 4):
        view.set(depth=depth)
    assert view.readout.value.endswith("20 layers")  # nothing stale is drawn meanwhile
    go.set()
    view.wait()
    assert ran == [1, 4] and view.computing.value == ""
    assert sentences == ["loss 0.100 at 0.05 and 4 layers"]


def test_clicking_a_dot_chooses_its_option(declare):
    view = declare(figures=Chart([Dot(y=[1, 2], select=Select("norm")), Dot(y="curve", select=Select("m"))])).show()
    for trace, number in zip(view.panels[0].view.data, (0, 1)):
        points = type("Points", (), {"point_inds": [number]})
        trace._dispatch_on_click(points, None)
    assert (view.values["norm"], view.values["m"]) == ("plain", 4)


def test_a_mark_shows_only_when_it_should_and_domains_follow(declare):
    chart = Chart([Line(y="curve", when="noise")], y=Axis(domain="span"))
    view = declare(figures=chart).show()
    figure = view.panels[0].view
    assert figure.data[0].visible is True and figure.layout.yaxis.range == (1, 21)
    view.set(noise=False, depth=4)
    assert figure.data[0].visible is False and figure.layout.yaxis.range == (1, 5)


def test_the_alternative_text_follows(declare):
    view = declare(figures=Chart([Line(y="curve")], alt="at depth {depth:d}")).show()
    assert view.alts[0].value == "at depth 20" and view.alts[0].way == "hidden"
    view.set(depth=2)
    assert view.alts[0].value == "at depth 2"


def test_a_number_outside_its_array_shows_nothing(declare):
    view = declare(readout="third: {x[2]:.1f}.").show()
    assert view.readout.value == "third: ."
    view.set(x=[0, 1, 2])
    assert view.readout.value == "third: 2.0."


def test_a_diagram_gets_values_and_outputs_and_sends_controls(declare):
    box = Rect("box", 0, 0, 9, 9, text="box", drag=Drag("depth", scale=(0, 9, 1, 20)))
    view = declare(figures=Diagram(9, 9, [box], [Bind("box", "text", "loss")], alt="")).show()
    diagram = view.panels[0].view
    assert diagram.state["outputs"]["holes"] == [1, None, 3, 20] and diagram.state["values"]["p"] == [0, 0.5]
    assert diagram.spec["kind"] == "diagram" and "drawDiagram" in diagram._esm
    diagram._handle_custom_msg({"depth": 7}, [])
    assert view.values["depth"] == 7 and diagram.state["values"]["depth"] == 7
    diagram._handle_custom_msg({"depth": 70}, [])
    assert "from 1 to 20" in view.problem.value and view.values["depth"] == 7


def test_outside_a_build_the_widget_shows_itself_in_the_notebook(declare, monkeypatch):
    monkeypatch.delenv("EXPLORABLE_HOST", raising=False)
    assert "application/vnd.jupyter.widget-view+json" in declare()._repr_mimebundle_()
