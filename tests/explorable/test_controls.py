"""Stops are the round numbers a reader expects, and values become what a model gets."""

import numpy as np
import pytest

from explorable import Choice, Numbers, Point, Slider, Toggle


def test_linear_stops_are_decimal():
    stops = Slider("a", "a", low=0, high=1, step=0.1, start=0.3).stops
    assert stops == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def test_whole_stops_are_integers_and_shown_so():
    slider = Slider("depth", "depth", low=1, high=20, step=1, start=4)
    assert slider.stops == tuple(range(1, 21)) and all(type(stop) is int for stop in slider.stops)
    assert slider.number_format == "d"
    assert type(slider.start_value()) is int


def test_logarithmic_stops_are_round_numbers_with_equal_ratios():
    stops = Slider("lr", "lr", low=0.001, high=10, log=True, start=0.05).stops
    assert len(stops) == 81 and stops[0] == 0.001 and stops[-1] == 10
    assert {0.0011, 0.0013, 0.05, 0.5, 5.0} <= set(stops)
    np.testing.assert_allclose(stops, np.geomspace(0.001, 10, 81), rtol=0.05)


def test_crowded_logarithmic_stops_get_more_digits():
    stops = Slider("lr", "lr", low=1, high=10, log=True, per_decade=100, start=1).stops
    assert len(stops) == 101 and len(set(stops)) == 101


def test_a_value_next_to_a_stop_becomes_the_stop_and_others_stay():
    slider = Slider("a", "a", low=0, high=1, step=0.1, start=0)
    assert slider.clean(0.1 * 3) == 0.3
    assert slider.clean(0.123) == 0.123


def test_listed_whole_numbers_count_something():
    counting = Slider("n", "n", values=(1, 2, 5, 20), start=1)
    assert counting.clean(7) == counting.clean(7.0) == 7 and type(counting.clean(7.0)) is int
    assert Slider("n", "n", values=(1.0, 2, 5), start=1).clean(3.5) == 3.5
    with pytest.raises(ValueError, match=r'slider "n" takes whole numbers from 1 to 20, got 3\.5'):
        counting.clean(3.5)


@pytest.mark.parametrize(
    ("control", "value"),
    [
        (Slider("a", "a", low=0, high=1, step=0.1, start=0), 1.5),
        (Slider("a", "a", low=0, high=1, step=0.1, start=0), np.nan),
        (Slider("a", "a", low=0, high=1, step=0.1, start=0), "1"),
        (Choice("a", "a", options={1: "one", 2: "two"}, start=1), 3),
        (Choice("a", "a", options={1: "one", 2: "two"}, start=2), True),
        (Toggle("a", "a", start=False), 2),
        (Numbers("a", "a", start=(1,), low=0, high=2, step=1), []),
        (Numbers("a", "a", start=(1,), low=0, high=2, step=1), [3]),
        (Numbers("a", "a", start=(1,), low=0, high=2, step=1), [np.nan]),
        (Point("a", "a", start=(0, 0), x=(0, 1), y=(0, 1), step=0.1), (0, 2)),
        (Point("a", "a", start=(0, 0), x=(0, 1), y=(0, 1), step=0.1), (0, 1, 1)),
    ],
)
def test_a_value_that_a_control_cannot_take_is_refused_by_name(control, value):
    with pytest.raises(ValueError, match=f'{control.kind} "a"'):
        control.clean(value)


def test_lists_and_points_are_new_arrays(declare):
    widget = declare()
    values = widget.settings()
    values["x"][0] = 99
    assert widget.settings()["x"].tolist() == [1, -2.5]
    assert widget.settings(p=(1, 1))["p"].tolist() == [1, 1]


def test_unknown_names_of_values_are_refused(declare):
    with pytest.raises(ValueError, match='widget "tiny" has no control "depht"'):
        declare().settings(depht=3)
