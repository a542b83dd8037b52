"""Random moves of one widget in the kernel host: its own inputs, and Python's `set` between the stops."""

import numpy as np

from explorable.kernel import KernelView
from explorable.page import readout_text

BESIDES = 1e-12  # of the largest number: the table of the page and the baked grid differ by their stated error


def faults(widget, model, rng, count, built_here):
    """Sentences about a view whose values, outputs or readout are not those of the model.

    model : values -> outputs as the page has them, from `records.model_of`.  built_here : whether the build of this
    book has left its grids in the cache; without them, a sampled widget would be computed anew, which takes long.
    """
    if hasattr(widget.model, "seconds_to_bake") and not found(widget):
        if built_here:
            yield "the grid that the build has computed is not found in its cache"
        return
    view = KernelView(widget)
    view.runner.loop = None  # as in a plain script: the browser of the test has a loop of its own
    for _ in range(count):
        wanted = {control.name: random_value(control, rng) for control in widget.controls}
        for name, value in wanted.items():
            enter(view, name, value)
        yield from state_faults(view, wanted)
        yield from page_faults(widget, view.outputs, model(plain(view.values)))
    if widget.model.kind == "symbolic":  # a sampled one would be computed anew, which takes long
        between = {control.name: anywhere(control, rng) for control in widget.controls}
        view.set(**between)
        yield from state_faults(view, between)


def found(widget):
    """Whether the whole grid of a sampled widget is in the cache."""
    widget.model.check(widget.controls)  # computes nothing, unlike the check of the widget
    return widget.model._cached() is not None


def random_value(control, rng):
    """One of the control's listed values, or numbers within its range."""
    if control.kind == "slider":
        return control.stops[rng.integers(len(control.stops))]
    if control.kind == "choice":
        return list(control.options)[rng.integers(len(control.options))]
    return bool(rng.integers(2)) if control.kind == "toggle" else anywhere(control, rng)


def anywhere(control, rng):
    """A value that need not be listed."""
    if control.kind == "slider":
        value = rng.uniform(control.stops[0], control.stops[-1])
        return round(value) if all(isinstance(stop, int) for stop in control.stops) else value
    if control.kind == "numbers":
        count = rng.integers(control.min_count, control.max_count + 1)
        return rng.uniform(control.low, control.high, count).round(6)
    if control.kind == "point":
        return rng.uniform(*np.transpose([control.x, control.y])).round(6)
    return random_value(control, rng)


def enter(view, name, value):
    """Put a value into the input of the notebook, as a reader does."""
    given = view.inputs[name]
    if hasattr(given, "paste"):
        given.paste(" ".join(f"{number:.6f}" for number in value))
    elif hasattr(given, "fields"):
        for field, number in zip(given.fields, value):
            field.value = number
    else:
        given.field.value = value


def state_faults(view, wanted):
    """The view holds these values, computes what `evaluate` does, and says so."""
    for name, value in wanted.items():
        if not np.allclose(*(as_numbers(view.explorable, name, v) for v in (view.values[name], value)), rtol=1e-9):
            yield f"{name} is {view.values[name]} and not {value}"
    values = dict(view.current)
    outputs, direct = view.outputs, view.explorable.evaluate(**values)
    for name, value in direct.items():
        if not np.array_equal(outputs[name], value, equal_nan=True):
            yield f"at {values}: {name} is {outputs[name]} and not {value}"
    if view.problem.value or view.readout.value != readout_text(view.spec, values, direct):
        yield f"at {values} it says {view.problem.value!r} {view.readout.value!r}"


def as_numbers(widget, name, value):
    """A value as numbers that can be compared; an option as its place."""
    control = next(control for control in widget.controls if control.name == name)
    return control.index_of(value) if control.kind == "choice" else np.asarray(value, float)


def plain(values):
    """Values of the kernel as the page names them."""
    return {name: int(v) if isinstance(v, bool) else v.tolist() if np.ndim(v) else v for name, v in values.items()}


def page_faults(widget, outputs, paged):
    """The page's numbers are those of the notebook, within the error that a sampled model states."""
    error = getattr(widget.model, "error", None)
    for name, value in outputs.items():
        bound = error.get(name) if isinstance(error, dict) else error
        size = np.abs(np.where(np.isfinite(value), value, 0)).max(initial=0)
        room = {"rtol": 0, "atol": bound + 1e-12 * size} if bound else {"rtol": 1e-6, "atol": BESIDES * size}
        if np.shape(value) != np.shape(paged[name]) or not np.allclose(paged[name], value, **room, equal_nan=True):
            yield f"{name} is {value} and in the page {paged[name]}"
