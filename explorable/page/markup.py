"""The controls of the static widget as HTML: native inputs, each with its visible label."""

from html import escape

from explorable.declare.text import spoken

MOST_RADIOS = 5  # more options than this become a drop-down list
PASTE = (
    '<details class="ex-paste"><summary>Paste numbers</summary>'
    '<textarea aria-label="Paste numbers"></textarea>'
    '<button type="button">Use these</button><p class="ex-note" role="status"></p></details>'
)


def control_html(control, key):
    """One control at its start value.

    control : its JSON form.  key : of the widget; begins every id.
    """
    name = control["name"]
    body = PARTS[control["kind"]](control, f"{key}-{name}")
    note = ""
    if control["help"]:
        note = f'<p class="ex-help" id="{key}-{name}-help">{escape(control["help"])}</p>'
    tag, kind = ("fieldset", control["kind"]) if _is_group(control) else ("div", control["kind"])
    described = f' aria-describedby="{key}-{name}-help"' if note else ""
    return f'<{tag} class="ex-control ex-{kind}" data-control="{name}"{described}>{body}{note}</{tag}>'


def _is_group(control):
    few = control["kind"] == "choice" and len(control["options"]) <= MOST_RADIOS
    return few or control["kind"] in ("numbers", "point")


def _slider(control, ident):
    label, start = escape(control["label"]), control["start"]
    shown = escape(spoken(control, control["stops"][start]))
    play = ""
    if control["play"]:
        play = '<button type="button" class="ex-play"'
        play += f' aria-label="Play {label}" aria-pressed="false"></button>'
    return (
        f'<label for="{ident}">{label}</label><output class="ex-value" for="{ident}">{shown}</output>{play}'
        f'<input type="range" id="{ident}" min="0" max="{len(control["stops"]) - 1}" step="1" value="{start}"'
        f' aria-valuetext="{shown}">'
    )


def _choice(control, ident):
    label, labels = escape(control["label"]), [escape(label) for _, label in control["options"]]
    if _is_group(control):
        return f"<legend>{label}</legend>" + "".join(
            f'<label><input type="radio" name="{ident}" value="{index}"'
            f"{_if(index == control['start'], 'checked')}><span>{option}</span></label>"
            for index, option in enumerate(labels)
        )
    options = "".join(
        f'<option value="{index}"{_if(index == control["start"], "selected")}>{option}</option>'
        for index, option in enumerate(labels)
    )
    return f'<label for="{ident}">{label}</label><select id="{ident}">{options}</select>'


def _toggle(control, ident):
    box = f'<input type="checkbox" id="{ident}"{_if(control["start"], "checked")}>'
    return f"<label>{box}<span>{escape(control['label'])}</span></label>"


def _numbers(control, ident):
    label, limits = escape(control["label"]), _limits(control["low"], control["high"], control["step"])
    cells = "".join(
        f'<input type="number" id="{ident}-{index}" aria-label="{label}, value {index + 1}" {limits}'
        f' value="{value:.12g}">'
        for index, value in enumerate(control["start"])
    )
    unit = f' <span class="ex-unit">{escape(control["unit"])}</span>' if control["unit"] else ""
    count = len(control["start"])
    full, least = count >= control["max_count"], count <= control["min_count"]
    buttons = (
        f'<button type="button" class="ex-add"{_if(full, "disabled")}>Add</button>'
        f'<button type="button" class="ex-remove"{_if(least, "disabled")}>Remove</button>'
    )
    return (
        f'<legend>{label}{unit}</legend><div class="ex-cells">{cells}</div>'
        f"{'' if full and least else buttons}{PASTE if control['paste'] else ''}"
    )


def _point(control, ident):
    fields = "".join(
        f'<label>{escape(name)} <input type="number" id="{ident}-{axis}"'
        f' {_limits(*control[axis], control["step"])} value="{value:.12g}"></label>'
        for name, axis, value in zip(control["names"], "xy", control["start"])
    )
    return f"<legend>{escape(control['label'])}</legend>{fields}"


def _if(condition, attribute):
    return f" {attribute}" if condition else ""


def _limits(low, high, step):
    return f'min="{low:.12g}" max="{high:.12g}" step="{step:.12g}"'


PARTS = {"slider": _slider, "choice": _choice, "toggle": _toggle, "numbers": _numbers, "point": _point}
