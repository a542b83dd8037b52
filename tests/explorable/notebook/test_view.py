"""The Python half of the notebook's view: settings in and out, answers to the browser, and what is left behind."""

import gzip
import json
import threading

import comm
import ipywidgets
import numpy as np
import pytest
import traitlets

from explorable import Chart, Dot, Slider
from explorable.declare.errors import DeclarationError
from explorable.notebook import View, bundle, view
from explorable.page import exported
from explorable.page.runtime import page_styles, read, script_names


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No view of another test is left to carry the runtime."""
    monkeypatch.setattr(view, "_living", type(view._living)())
    monkeypatch.setattr(view, "_shown", {})


def messages(of):
    """What a view sends to its browser, from now on."""
    sent = []
    of.send = lambda content, buffers=None: sent.append((content, [bytes(buffer) for buffer in buffers or []]))
    return sent


def test_the_widget_itself_answers_for_its_view(declare):
    widget = declare()
    assert widget.show() is widget.view and widget.values["depth"] == 20 and len(widget.values) == 8
    widget.values["depth"] = 3
    assert widget.view.depth == 3 and widget.outputs["span"].tolist() == [1, 4]
    widget.set(lr=0.01234, m=5)  # off the stops
    assert (widget.values["lr"], widget.values["m"], widget.outputs["loss"]) == (0.01234, 5, 0.02468)
    widget.values.update(depth=7, noise=False)
    assert dict(widget.values) | {"x": 0, "p": 0} == {
        "depth": 7, "lr": 0.01234, "m": 5, "norm": "bn", "width": 4, "noise": False, "x": 0, "p": 0,
    }  # fmt: skip
    widget.reset()
    assert widget.values["depth"] == widget.view.depth == 20


def test_wrong_settings_are_refused_and_change_nothing(declare):
    widget = declare()
    with pytest.raises(KeyError, match='no control "dept"; controls: depth, lr'):
        widget.values["dept"] = 3
    for name, value, words in [
        ("depth", 50, "from 1 to 20"), ("depth", "a", "finite number"),
        ("norm", "ln", "options are 'plain', 'bn'"), ("noise", 2, "True or False"), ("x", [9, 9], "from -3 to 3"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=words):
            widget.set(**{"m": 4, name: value})
        with pytest.raises(ValueError, match=words):
            setattr(widget.view, name, value)
    assert widget.values["m"] == 8 and widget.values["depth"] == 20
    with pytest.raises(ValueError, match="read-only"):
        widget.values["x"][0] = 2
    with pytest.raises(TypeError, match="reset"):
        del widget.values["depth"]


def test_outputs_that_cannot_be_computed_say_why(declare, model, monkeypatch):
    widget = declare()
    assert widget.outputs
    monkeypatch.setattr(type(model), "evaluate", lambda self, values: 1 / 0)
    with pytest.raises(RuntimeError, match=r'widget "tiny": These settings .*ZeroDivisionError'):
        _ = widget.outputs
    monkeypatch.setattr(type(model), "evaluate", lambda self, values: {"loss": np.nan})
    with pytest.raises(RuntimeError, match='"loss" is not a number'):
        _ = widget.outputs


def test_a_changed_model_and_a_changed_figure_make_another_widget(declare, model):
    widget = declare()

    class Tripling(type(model)):
        def evaluate(self, values):
            return super().evaluate(values) | {"loss": 3 * values["lr"]}

    other = widget.replace(model=Tripling(), figures=Chart([Dot("p_x", "p_y")]), title="Other")
    assert other.outputs["loss"] == pytest.approx(0.15) and b"Other" in gzip.decompress(other.view.ex_page)
    assert widget.outputs["loss"] == 0.1 and other.view is not widget.view


def test_a_view_is_observed_linked_and_put_into_boxes(declare):
    shown, seen = declare().view, []
    shown.observe(lambda change: seen.append(change["new"]), "depth")
    shown.set(depth=4)
    slider = ipywidgets.IntSlider(min=1, max=20)
    link = traitlets.link((shown, "depth"), (slider, "value"))
    slider.value = 6
    assert seen == [4, 6] and shown.values["depth"] == 6
    link.unlink()
    ipywidgets.jslink((shown, "depth"), (slider, "value"))  # a plain synced number on both sides
    assert {"depth", "x", "p", "noise"} <= set(shown.keys)
    assert ipywidgets.HBox([shown]).children == (shown,)


def test_a_control_may_have_a_name_that_a_view_uses_itself(declare):
    controls = [Slider(name, name, low=0, high=9, step=1, start=3) for name in ("depth", "lr", "set", "layout")]
    widget = declare(controls=controls, figures=Chart([Dot("depth", "lr")]), readout="{set}")
    widget.values["set"] = 5
    assert (widget.view.set_, widget.view.layout_, widget.values["layout"]) == (5, 3, 3)
    widget.view.set(layout=4)
    assert widget.values["layout"] == 4


@pytest.mark.parametrize("name", ["explorable", "names", "controls", "values", "runner", "outputs", "current"])
def test_a_control_may_have_the_name_of_what_a_view_keeps(declare, name):
    widget = declare(
        controls=[Slider(other, other, low=0, high=9, step=1, start=3) for other in ("depth", "lr", name)],
        figures=Chart([Dot("depth", "lr")]),
        readout=f"{{{name}}}",
    )
    widget.set(**{name: 5})
    assert dict(widget.values) == {"depth": 3, "lr": 3, name: 5} and getattr(widget.view, f"{name}_") == 5


def test_several_settings_arrive_in_one_message(declare, monkeypatch):
    shown, sent = declare().view, []
    monkeypatch.setattr(shown, "send_state", lambda key=None: sent.append(set(key)))
    shown.set(depth=3, lr=0.1, x=[0, 0, 0])
    assert sent == [{"depth", "lr", "x"}]


def test_a_question_is_answered_with_all_digits(declare):
    shown = declare().view
    sent = messages(shown)
    values = {**shown.current, "lr": 0.0123456789012345678}
    shown._heard(shown, {"ask": 7, "values": values}, [])
    shown.wait()
    ((content, buffers),) = sent
    assert content["answer"] == 7 and content["error"] == ""
    found = {name: np.frombuffer(buffer).reshape(shape) for (name, shape), buffer in zip(content["outputs"], buffers)}
    wanted = shown.explorable.evaluate(lr=0.0123456789012345678)
    assert list(found) == list(wanted)
    for name, value in wanted.items():
        np.testing.assert_array_equal(found[name], value)


def test_of_many_questions_only_the_first_and_the_latest_are_computed(declare, model, monkeypatch):
    shown = declare().view
    sent, started, go, ran = messages(shown), threading.Event(), threading.Event(), []
    whole = type(model).evaluate

    def slow(self, values):
        ran.append(values["depth"])
        started.set()
        assert go.wait(5)
        return whole(self, values)

    monkeypatch.setattr(type(model), "evaluate", slow)
    shown.runner.last_time, shown.runner.loop = 1.0, None
    for number in range(1, 5):
        shown._heard(shown, {"ask": number, "values": {"depth": number}}, [])
        assert started.wait(5)
    go.set()
    shown.wait()
    assert ran == [1, 4] and [content["answer"] for content, _ in sent] == [4]


def test_a_model_that_raises_is_told_in_the_widget_s_place(declare, model, monkeypatch):
    shown = declare().view
    sent = messages(shown)

    def broken(self, values):
        raise ZeroDivisionError("no steps")

    monkeypatch.setattr(type(model), "evaluate", broken)
    shown._heard(shown, {"ask": 1, "values": {}}, [])
    shown.wait()
    assert sent[0][0]["error"] == "These settings cannot be computed: ZeroDivisionError: no steps"


def test_one_view_carries_the_runtime_and_hands_it_on(declare):
    first, second = View(declare()), View(declare(key="other"))
    assert first.ex_runtime == bundle.runtime() and second.ex_runtime == b""
    assert len(second.ex_page) + len(second._esm) < 12_000
    first.close()
    assert second.ex_runtime == bundle.runtime()
    sent = messages(second)
    second._heard(second, {"want": "runtime"}, [])
    assert sent[0] == ({"text": "runtime"}, [bundle.runtime()])


def test_a_widget_is_one_comm_model_until_its_layout_is_touched(declare, monkeypatch):
    opened, open_comm = [], comm.create_comm
    monkeypatch.setattr(comm, "create_comm", lambda **how: (opened.append(how["data"]["state"]), open_comm(**how))[1])
    asked, given = View(declare()), View(declare(key="other"))
    assert len(opened) == 2 and not any("layout" in state for state in opened)
    for shown, touch in ((asked, lambda: asked.layout), (given, lambda: given.set_trait("layout", {"width": "50%"}))):
        sent = []
        monkeypatch.setattr(shown, "_send", lambda message, buffers=None, sent=sent: sent.append(message))
        touch()
        assert [message["state"] for message in sent] == [{"layout": f"IPY_MODEL_{shown.layout.model_id}"}]
        assert "layout" in shown.get_state()
    assert len(opened) == 4 and opened[-1]["width"] == "50%"
    ipywidgets.GridspecLayout(1, 2)[0, 0] = asked  # sets a trait of its layout


def test_a_cell_that_runs_again_leaves_nothing_behind(declare, monkeypatch):
    cell = iter(["a", "b", "a", "a"])
    monkeypatch.setattr(view, "cell_now", lambda: next(cell))
    first, beside = declare(), declare()
    first._repr_mimebundle_(), beside._repr_mimebundle_()  # two cells show widgets of one key
    again = declare()
    again._repr_mimebundle_()
    assert first.view.comm is None and again.view.comm is not None and beside.view.comm is not None
    again._repr_mimebundle_()  # the same widget once more
    assert again.view.comm is not None


def test_the_output_holds_the_live_view_and_the_page_form(declare, monkeypatch):
    monkeypatch.delenv("EXPLORABLE_HOST", raising=False)
    data, _ = declare()._repr_mimebundle_()
    html = data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data and '<figure class="explorable"' in html
    shown, whole = html.partition("<script")[0], exported.unpacked(html)
    assert "ex-readout" in shown and "<input" not in shown  # what a viewer of notebooks shows that has no widgets
    assert "<input" in whole and "explorable.register" in whole and "ex-packed" not in whole


def test_the_runtime_is_squeezed_and_says_the_same(declare):
    scripts = "".join(map(read, script_names()))
    assert all(line.count("`") % 2 == 0 for line in scripts.split("\n")), "a text over several lines would be changed"
    assert len(bundle.module()) < 0.9 * (len(scripts) + len(page_styles()))
    assert bundle.squeezed("// a\n  x(); // b\n/** c\n d */\n  /* e */\ny = '//';") == "x(); // b\ny = '//';"


def test_the_first_widget_weighs_at_most_82_kilobytes(declare):
    shown = View(declare())
    sizes = [len(value) if isinstance(value, bytes) else len(str(value)) for value in shown.get_state().values()]
    assert sum(sizes) < 82_000  # 12 of them are what the menu does, and the pad, which a page loads when it needs them


def test_a_model_that_fails_at_the_start_is_named(declare, model, monkeypatch):
    monkeypatch.setattr(type(model), "evaluate", lambda self, values: 1 / 0)
    with pytest.raises(DeclarationError, match='widget "tiny": at the start values: ZeroDivisionError'):
        declare()._repr_mimebundle_()


def test_a_grid_that_takes_long_is_not_shipped(declare, monkeypatch):
    widget = declare()
    monkeypatch.setattr(type(widget.model), "seconds_to_bake", lambda self, controls: 1e9, raising=False)
    script = json.loads(gzip.decompress(View(widget).ex_page))[1]
    assert script.rstrip().endswith(", null);")
