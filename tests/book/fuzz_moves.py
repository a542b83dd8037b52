"""Moves for the fuzz test: both ends of everything, what no reader should write, and moves at random.

A move is a list of acts that fuzz.js carries out on a widget's own inputs; `after` says what the controls hold then.
Controls come as in the widget's record (`Control.wire()`).
"""

import math
import re

# Pasted or typed by someone who does not know better, or has slipped.
PASTED = [
    "",
    " , ;",
    "abc",
    "1 2 x",
    "NaN 1",
    "1e999 1 2",
    "1,2;3 4\n-1",
    "0.1 0.1 0.1 0.1",
    "5",
    "1e300 -1e300 1e-300",
]
TYPED = ["", "1e300", "-1e300", "0", "-0", "1e-300", "0.1"]  # what is no number at all, a number field keeps to itself
KEYS = ["Home", "End", "ArrowLeft", "ArrowUp", "PageDown", "PageUp"]
PLACES = [(-4, -4), (5, 5), (-4, 5), (0.5, -9), (1e6, 0.5), (0.5, 0.5)]  # most of them far outside of the picture


def words_in(text):
    return [word for word in re.split(r"[\s,;]+", text) if word]


def number_of(text):
    """The number that a number field reads in a text, or NaN."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def limits(control):
    """[(low, high)] of every number of a list or a point."""
    return [control["x"], control["y"]] if control["kind"] == "point" else [(control["low"], control["high"])]


def start(control):
    return value_at(control, control["start"])


def value_at(control, pick):
    """What a model gets for the pick of a slider, choice or toggle; lists are their own values."""
    if control["kind"] == "slider":
        return control["stops"][pick]
    if control["kind"] == "choice":
        return control["options"][pick][0]
    return int(pick) if control["kind"] == "toggle" else list(pick)


def size(control):
    """How many values a slider, choice or toggle has."""
    return len(control.get("stops") or control.get("options") or [0, 1])


def act_to(control, pick):
    """The act that puts a slider, choice or toggle to a pick."""
    kind = {"slider": "slide", "choice": "choose", "toggle": "switch"}[control["kind"]]
    return [kind, control["name"], bool(pick) if kind == "switch" else int(pick)]


def ends(control):
    """Acts that put a control to its low end, and acts that put it to its high end."""
    name = control["name"]
    if control["kind"] == "numbers":
        shrink = [["remove", name]] * (control["max_count"] - control["min_count"])
        grow = [["add", name]] * (control["max_count"] - control["min_count"])
        fill = lambda value, count: [["type", name, i, str(value)] for i in range(count)]
        return (
            [*shrink, *fill(control["low"], control["min_count"])],
            [*grow, *fill(control["high"], control["max_count"])],
        )
    if control["kind"] == "point":
        return tuple([["type", name, i, str(span[end])] for i, span in enumerate(limits(control))] for end in (0, 1))
    return [act_to(control, 0)], [act_to(control, size(control) - 1)]


def extremes(controls):
    """All low, all high, each alone at each end; lists with one number, and with equal numbers."""
    both = [ends(control) for control in controls]
    yield [act for low, _ in both for act in low]
    yield [act for _, high in both for act in high]
    for pair in both:
        for acts in pair:
            yield [["reset"], *acts]
    for control in controls:
        if control["kind"] == "numbers":
            few = [["remove", control["name"]]] * (control["max_count"] - control["min_count"])
            for value in (0, control["high"]):
                same = [["type", control["name"], i, str(value)] for i in range(control["max_count"])]
                yield [["reset"], *same]
                yield [*few, *same]
    yield [["reset"]]


def bad_input(controls):
    """What makes no sense, typed, pasted and dragged."""
    for control in controls:
        if control["kind"] == "numbers" and control["paste"]:
            yield from ([["paste", control["name"], text]] for text in [*PASTED, "1 " * (control["max_count"] + 3)])
        if control["kind"] in ("numbers", "point"):
            yield from ([["type", control["name"], 0, text]] for text in TYPED)


def in_picture(count):
    """Every handle by every key and to every place; `count` of them at most are different."""
    for index in range(count):
        yield from ([["key", index, key]] for key in KEYS)
        yield from ([["drag", index, place]] for place in PLACES)


def at_random(controls, rng, count):
    """`count` moves of one to three acts."""
    for _ in range(count):
        if rng.random() < 0.15:
            yield [picture_act(rng)]
        else:
            chosen = rng.choice(len(controls), size=min(len(controls), int(rng.integers(1, 4))), replace=False)
            yield [random_act(controls[i], rng) for i in chosen]


def picture_act(rng):
    index = int(rng.integers(64))
    kind = rng.choice(["key", "drag", "press"])
    if kind == "key":
        return ["key", index, KEYS[rng.integers(len(KEYS))]]
    return ["drag", index, rng.uniform(-0.5, 1.5, 2).tolist()] if kind == "drag" else ["press", index]


def random_act(control, rng):
    name, kind = control["name"], control["kind"]
    if kind in ("slider", "choice", "toggle"):
        return act_to(control, rng.integers(size(control)))
    spans = limits(control)
    if kind == "numbers" and rng.random() < 0.4:
        changes = ["add", "remove"] if control["min_count"] < control["max_count"] else []
        changes += ["paste"] if control["paste"] else []
        if changes:
            act = str(rng.choice(changes))
            return [act, name, random_list(control, rng)] if act == "paste" else [act, name]
    index = int(rng.integers(control["min_count"] if kind == "numbers" else 2))
    low, high = spans[index if kind == "point" else 0]
    return ["type", name, index, f"{rng.uniform(low, high):.6g}"]


def random_list(control, rng):
    count = rng.integers(control["min_count"], control["max_count"] + 1)
    return " ".join(f"{value:.6g}" for value in rng.uniform(control["low"], control["high"], count))


def after(acts, controls, values):
    """(values, {control: words that its remark must hold}) after acts that can be foreseen; None if one cannot."""
    known, values, told = {control["name"]: control for control in controls}, dict(values), {}
    for kind, *given in acts:
        if kind in ("key", "drag", "press"):
            return None
        if kind == "reset":
            values, told = {name: start(control) for name, control in known.items()}, {}
            continue
        control = known[given[0]]
        if kind in ("slide", "choose", "switch"):
            values[given[0]] = value_at(control, given[1])
        else:
            values[given[0]], told[given[0]] = LISTS[kind](control, values[given[0]], *given[1:])
    return values, {name: words for name, words in told.items() if words}


def typed(control, now, index, text):
    value = number_of(text)
    if math.isnan(value) or index >= len(now):
        return now, ""
    low, high = limits(control)[index if control["kind"] == "point" else 0]
    held = min(max(value, low), high)
    return [held if i == index else old for i, old in enumerate(now)], "between" if held != value else ""


def pasted(control, now, text):
    words = words_in(text)
    wrong = next((word for word in words if math.isnan(number_of(word))), None)
    if wrong is not None:
        return now, f"“{wrong}” is not a number"
    if len(words) < control["min_count"]:
        return now, f"At least {control['min_count']}"
    low, high = control["low"], control["high"]
    numbers = [float(word) for word in words]
    told = "between" if any(not low <= number <= high for number in numbers) else "numbers in use"
    return [min(max(number, low), high) for number in numbers[: control["max_count"]]], told


LISTS = {
    "type": typed,
    "paste": pasted,
    "add": lambda control, now: ([*now, now[-1]] if len(now) < control["max_count"] else now, ""),
    "remove": lambda control, now: (now[:-1] if len(now) > control["min_count"] else now, ""),
}
