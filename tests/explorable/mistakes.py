"""Mistakes that authors of widgets make. Each is a function that could stand in a cell; its docstring is what is said.

The words before the first mistake stand in a cell of their own (test_mistakes.py), so that they need nothing else.
"""

import numpy as np
import sympy as sp

from explorable import Chart, Dot, Explorable, Line, Numbers, Sampled, Slider, Symbolic

a = sp.Symbol("a")


def slider(name="a", **changes):
    return Slider(name, name, **({"values": (1, 2, 3), "start": 2} | changes))


def widget(**changes):
    """A right widget with one slider, a, and one output, y, but for the changes."""
    parts = {
        "key": "tiny",
        "title": "A number and its square",
        "controls": [slider()],
        "model": Symbolic({"y": a**2}),
        "figures": [Chart([Dot("a", "y")])],
        "readout": "the square is {y}",
        "caption": "Squares grow.",
    }
    return Explorable(**(parts | changes))


def a_misspelled_name_in_a_figure():
    """chart, mark 0 (dot): y: "square" is neither an output nor a control (did you mean "squares"?); outputs: squares;
    controls: a"""
    return widget(model=Symbolic({"squares": a**2}), figures=[Chart([Dot("a", "square")])], readout="")


def a_missing_output():
    """readout: "loss" is neither an output nor a control; outputs: y; controls: a"""
    return widget(readout="the loss is {loss}")


def a_number_outside_its_array():
    """at the start values: template 'the square is {y[2]}' asks for y[2], which has shape (2,)"""
    return widget(model=Symbolic({"y": [a, a**2]}), readout="the square is {y[2]}")


def a_wrong_number_format():
    """template '{y:.3}': '.3' is no number format; allowed are d, .Nf, .Ng, .Ne, .N%, +"""
    return widget(readout="{y:.3}")


def more_x_than_y():
    """at the start values: chart, mark 0 (line): its parts must be single numbers or equally many, got x 3, y 2"""
    return widget(model=Symbolic({"y": [a, a**2]}), figures=[Chart([Line([1, 2, 3], "y")])], readout="")


def an_unknown_color():
    """chart, mark 0 (dot): unknown palette name 'acent' (did you mean "accent"?); known are accent, grid, ink, muted,
    paper; palette.use adds colors"""
    return widget(figures=[Chart([Dot("a", "y", color="acent")])])


def a_mark_without_a_chart():
    """a Dot is no Chart, Diagram or PlotlyFigure; a mark stands in Chart([ ])"""
    return widget(figures=[Dot("a", "y")])


def a_mark_without_a_list():
    """chart: marks must be a list, got a Dot; put it into [ ]"""
    return widget(figures=[Chart(Dot("a", "y"))])


def a_start_that_is_no_stop():
    """slider "a" has no stop at 2.5; the stops nearest to it are 1, 2, 3"""
    return widget(controls=[slider(start=2.5)])


def two_controls_of_one_name():
    """two controls are called "a"; give one of them another name"""
    return widget(controls=[slider(), slider()])


def a_control_that_nothing_uses():
    """neither the model nor a figure nor a sentence uses slider "rate"; leave it out"""
    return widget(controls=[slider(), slider("rate")])


def an_output_called_as_a_control():
    """ "a" is the name of a control and of an output; change one"""
    return widget(model=Symbolic({"y": a**2, "a": a}))


def a_symbol_that_no_control_gives():
    """output "y": the symbol rat is no control and no constant (did you mean "rate"?); symbols are: a, rate"""
    return widget(controls=[slider(), slider("rate")], model=Symbolic({"y": a * sp.Symbol("rat")}))


def a_function_that_no_page_has():
    """output "y": gamma(a) (gamma) cannot be computed in the page; besides + - * / and powers, Piecewise, Mod,
    Heaviside and comparisons there are Abs, Max, Min, acos, acosh, asin, asinh, atan, atan2, atanh, ceiling, cos,
    cosh, exp, expm1, floor, log, log1p, sign, sin, sinh, tan, tanh; the function of a Sampled model may use anything"""
    return widget(model=Symbolic({"y": sp.gamma(a)}))


def a_formula_that_is_infinite_at_one_stop():
    """output "y" is infinite at a=3; if that is meant, declare gaps=("y",)"""
    return widget(model=Symbolic({"y": 1 / (a - 3)}))


def a_function_in_place_of_a_model():
    """the model is Sampled(function) or Symbolic({output: formula}), got a function"""
    return widget(model=lambda a: {"y": a**2})


def a_control_that_the_function_does_not_take():
    """square does not take the controls (a, rate): got an unexpected keyword argument 'rate'; its arguments are the
    names of the controls, and others have a default"""

    def square(a):
        return {"y": a**2}

    return widget(controls=[slider(), slider("rate")], model=Sampled(square))


def an_argument_that_is_no_control():
    """times does not take the controls (a): missing a required argument: 'rate'; its arguments are the names of the
    controls, and others have a default"""

    def times(a, rate):
        return {"y": rate * a}

    return widget(model=Sampled(times))


def a_list_that_drives_a_function():
    """numbers "a" cannot drive a sampled model: its values are not listed (use a slider, a choice or a toggle, or a
    symbolic model)"""

    def total(a):
        return {"y": sum(a)}

    numbers = Numbers("a", "a", start=(1, 2), low=0, high=3, step=1)
    return widget(controls=[numbers], model=Sampled(total))


def a_grid_that_is_too_large():
    """the grid has 90000 points (a 300 x b 300); the limit is 20000 (explorable.models.grid.MAX_POINTS); take fewer
    stops, or hand a slider over whole by along="""

    def product(a, b):
        return {"y": a * b}

    return widget(controls=[slider(values=range(300)), slider("b", values=range(300))], model=Sampled(product))


def a_forgotten_return():
    """square(a=2) must return a dict {name: number or array}, got None"""

    def square(a):
        {"y": a**2}

    return widget(model=Sampled(square))


def complex_numbers():
    """output "y" of turn(a=2) must be a real number or an array of them, got 2j"""

    def turn(a):
        return {"y": a * 1j}

    return widget(model=Sampled(turn))


def rows_of_different_length():
    """output "y" of rows(a=2) must be a real number or an array of them, got [[1, 2], [2]]"""

    def rows(a):
        return {"y": [[1, 2], [a]]}

    return widget(model=Sampled(rows))


def draws_without_a_seed():
    """draw(a=2) gives another "y" when it is called again; seed what is random, as in np.random.default_rng(0)"""

    def draw(a):
        return {"y": a * np.random.default_rng().normal()}

    return widget(model=Sampled(draw))


def an_exception_at_one_stop():
    """inverse(a=3) raised ZeroDivisionError: division by zero; it must give its outputs at every stop"""

    def inverse(a):
        return {"y": 1 / (3 - a)}

    return widget(model=Sampled(inverse))


def nan_at_one_stop():
    """output "y" is not a number at a=3; if that is meant, declare gaps=("y",)"""

    def root(a):
        return {"y": np.nan if a == 3 else a**0.5}

    return widget(model=Sampled(root))


def another_shape_at_one_stop():
    """output "y" has shape (3,) at a=3 but (2,) at a=1; the shape must be the same over the whole grid"""

    def path(a):
        return {"y": np.zeros(3 if a == 3 else 2)}

    return widget(model=Sampled(path), figures=[Chart([Line(y="y")])], readout="")


def an_output_that_is_missing_at_one_stop():
    """the outputs at a=3 are y but at a=1 y, z; they must be the same over the whole grid"""

    def squares(a):
        return {"y": a**2} if a == 3 else {"y": a**2, "z": -a}

    return widget(model=Sampled(squares))
