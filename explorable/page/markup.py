"""The controls of the static widget as HTML: native inputs, each with its visible label."""

from html import escape

from explorable.declare.control import KINDS


def control_html(control, key):
    """One control at its start value.

    control : its JSON form.  key : of the widget; begins every id.
    """
    name, kind = control["name"], control["kind"]
    body = KINDS[kind].html(control, f"{key}-{name}")
    note = ""
    if control["help"]:
        note = f'<p class="ex-help" id="{key}-{name}-help">{escape(control["help"])}</p>'
    tag = "fieldset" if KINDS[kind].is_group(control) else "div"
    described = f' aria-describedby="{key}-{name}-help"' if note else ""
    return f'<{tag} class="ex-control ex-{kind}" data-control="{name}"{described}>{body}{note}</{tag}>'
