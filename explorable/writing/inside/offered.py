"""The exercises of a page as objects with the methods that they have in a notebook."""

from collections import OrderedDict

import numpy as np

from explorable.writing.inside import lines
from explorable.writing.shared import asking, judging, reading, telling, trouble


class Shown:
    """What an exercise tells; the page shows it, and `bool` says whether an answer is right."""

    def __init__(self, told):
        self.told = told
        self.kind = told.get("kind", "")
        self.mistakes = told.get("mistakes", ())

    def __bool__(self):
        return self.kind == "right"

    def __repr__(self):
        parts = [self.told["headline"]]
        for note in self.told["notes"]:
            text = note[1] if isinstance(note[1], str) else "; ".join(note[1])
            parts.append(f"{note[0]}: {text}" if note[0] else text)
        return "\n".join(parts)


class Part:
    """Data as attributes."""

    def __init__(self, data):
        for name, value in data.items():
            setattr(self, name, value)


class Offered(Part):
    """An exercise from its data, see `explorable.writing.baking`."""

    def __init__(self, data):
        super().__init__(data)
        self.arguments = OrderedDict(data["arguments"])
        self.returns = OrderedDict(data["returns"])
        self.mistakes = OrderedDict([(name, Part(each)) for name, each in data["mistakes"]])
        self.cases = [Part(each) for each in data["cases"]]
        for case in self.cases:
            case.args = [received(value) for value in case.args]
            case.sizes = OrderedDict(case.sizes)

    def check(self, function):
        """As in a notebook."""
        if not callable(function):
            return Shown(telling.problem(*trouble.not_a_function(self, reading.described(function))))
        wanted = arrays(self.wanted)
        given, changed = [], set()
        for case, right in zip(self.cases, wanted):
            outputs, problem = self.tried(function, case, right, changed)
            if problem:
                return Shown(telling.problem(*problem))
            given.append(outputs)
        changed = [name for name in self.arguments if name in changed]
        told = judging.judge(self, function, self.cases, wanted, given, changed, self.made, self.moved)
        return Shown(told)

    def made(self, name):
        """What a known mistake gives in each case."""
        return arrays(self.mistakes[name].made)

    def moved(self):
        """[(name, arguments)] of the first case with one of them moved, which should change the answer."""
        return [(name, [received(value) for value in args]) for name, args in self.moves]

    def tried(self, function, case, right, changed):
        """(arrays, None) or (None, problem) of one case."""
        args = [reading.copied(value) for value in case.args]
        lines.remember(case.label)
        try:
            given = function(*args)
        except lines.TookTooLong:
            return None, trouble.endless(lines.seconds(), lines.stopped_at(), case)
        except BaseException as error:
            where = lines.own(error)
            if isinstance(error, TypeError) and not where[1]:
                return None, trouble.arguments(self, lines.signature(function))
            return None, trouble.exception(lines.kind(error), lines.words(error), where, case)
        changed.update(judging.changed_arguments(self, case.args, args))
        return reading.read(self, given, right, case)

    def hint(self):
        """As in a notebook."""
        HINTED.add(self.name)
        return Shown(asking.hint(self))

    def solution(self):
        """At the first request a hint."""
        return Shown(asking.solution(self)) if self.name in HINTED else self.hint()

    @property
    def told(self):
        return asking.about(self, self.headline)


HINTED = set()  # names of the exercises whose hint was shown; the page remembers it from run to run


def arrays(rows):
    return [[received(value) for value in row] for row in rows]


def received(value):
    """A value from its data, see `explorable.writing.baking.sent`."""
    if not isinstance(value, dict):
        return value
    if "float" in value:
        return float(value["float"])
    if "items" in value:
        return tuple([received(each) for each in value["items"]])
    if "code" in value:
        return eval(value["code"], {"np": np} | {name: received(each) for name, each in value["given"].items()})
    numbers = [received(each) for each in value["numbers"]]
    kind = np.int64 if value["whole"] else np.float64
    return np.array(numbers, dtype=kind).reshape(tuple(value["shape"]))
