"""A number field of the notebook, which never takes another number than the typed one without saying so."""

from math import isnan

import ipywidgets as widgets


def number_field(value, span, *, name, edited, remark, **look):
    """A field for a number within `span`, (low, high).

    edited() is called when it holds a new number. A typed one outside of the span becomes the nearest one inside, and
    `remark`, a `Live`, says so, as in the page; a number inside takes the sentence back.
    Not BoundedFloatText: that one clips in the browser already, so that nobody here could tell.
    """
    low, high = span
    field = widgets.FloatText(value=value, **look)

    def changed(change):
        given = change["new"]
        kept = change["old"] if isnan(given) else min(max(given, low), high)
        if given == kept:
            remark.value = ""
            edited()
            return
        field.value = kept  # this calls `changed` again
        remark.value = f"{name}: values are kept between {low:g} and {high:g}."

    field.observe(changed, "value")
    return field
