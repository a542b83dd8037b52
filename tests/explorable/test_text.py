"""Numbers and sentences are written as the table says, and templates that cannot be read are refused."""

import json
from pathlib import Path

import pytest

from explorable.declare.errors import DeclarationError
from explorable.declare.text import Field, check_format, fill, parse, show, spoken

CASES = json.loads(Path(__file__).with_name("format_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['value']}-{case['spec']}")
def test_numbers_are_shown_as_the_table_says(case):
    value = case["value"]
    number = float(value["number"]) if isinstance(value, dict) else value
    assert show(number, case["spec"]) == case["expected"]


def test_a_number_without_a_tie_is_rounded_as_python_rounds_it():
    for value in (0.1, 3.14159, 2.675, 1.005, 123.456, 9.995):
        for spec in (".2f", ".4g", ".1e", ".1%"):
            expected = format(value, spec).replace("e+0", "e").replace("e-0", "e\N{MINUS SIGN}")
            assert show(value, spec) == expected


@pytest.mark.parametrize("spec", [".3", "3f", ",.2f", ".3x", "+", ".21f", ".2f ", 3])
def test_a_format_outside_the_list_is_refused(spec):
    with pytest.raises(DeclarationError, match="no number format"):
        check_format(spec, "here")


def test_a_template_is_split_into_words_and_fields():
    parts = parse("{{a}} {y[2]:.3f}, {z[0][1]}{x}")
    assert parts == ["{a} ", Field("y", (2,), ".3f"), ", ", Field("z", (0, 1), None), Field("x", (), None)]


@pytest.mark.parametrize("template", ["{", "a } b", "{}", "{x:.3}", "{x y}", "{0}", "{x[-1]}", "{x.y}"])
def test_a_template_that_cannot_be_read_is_refused(template):
    with pytest.raises(DeclarationError):
        parse(template)


def test_controls_are_shown_with_unit_or_label_and_bare_with_a_format(declare):
    widget = declare()
    controls = widget.spec()["controls"]
    values = widget.settings()
    template = "{depth}|{depth:d}|{lr:}|{norm}|{noise}|{x}|{x[1]}|{p}|{p[1]:.2f}|{curve[2]}|{curve:.1f}"
    shown = fill(template, controls, values, {"curve": [0.0, 20.0, 40.0]})
    minus = "\N{MINUS SIGN}"
    assert shown == (f"20 layers|20|0.05|batch norm|on|1, {minus}2.5 mm|{minus}2.5|(0, 0.5)|0.50|40|0.0, 20.0, 40.0")


def test_percent_and_degree_stand_close_to_the_number():
    slider = {"kind": "slider", "format": "d"}
    assert [spoken(slider | {"unit": unit}, 5) for unit in ("%", "°C", "mm", "")] == [
        "5%",
        "5°C",
        "5 mm",
        "5",
    ]


def test_a_unit_that_is_a_plural_word_is_in_the_singular_after_one():
    slider = {"kind": "slider", "format": "d"}
    shown = [spoken(slider | {"unit": unit}, value) for unit in ("images", "ms") for value in (0, 1, 2)]
    assert shown == ["0 images", "1 image", "2 images", "0 ms", "1 ms", "2 ms"]
