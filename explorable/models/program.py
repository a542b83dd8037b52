"""The third kind of model: a NumPy function that is iterated, in the page by its own traced code.

An author writes a start and a step, and what is to be seen of the state that they make; the page runs them within each
frame, and whoever moves a setting sees the rest of the run change.
"""

import copy
from dataclasses import dataclass
from itertools import product

import numpy as np

from explorable.declare.errors import DeclarationError, check_name, meant
from explorable.models.calls import call, parameters
from explorable.models.chosen import Data
from explorable.models.program_parts import check_outputs, check_parts
from explorable.models.runs import Run

OWN = ("state", "seed")  # arguments that are neither a control nor data


@dataclass(frozen=True, eq=False)
class Action:
    """Something that a press does to the state, between two steps: function(state, **settings) -> state."""

    name: str
    label: str
    function: object
    help: str = ""


class Program:
    """A model that runs: from a start, step by step, as far as the control `clock` says.

    start(seed, ...) -> state; step(state, ...) -> state, {name: number or array} that is kept over time;
    look(state, ...) -> {name: number or array} of the present state. Each takes by name what it needs: controls, data,
    batches. A state is a nest of dicts, lists and tuples of arrays and numbers.
    clock : the slider that counts steps, from 0 by 1.   seed : the control that seeds start and batches.
    structure : arguments that decide what is computed: their controls are listed, and each value is traced by itself.
    sizes : {argument: unit}, those that are only lengths, multiples of the unit: one tape serves them all.
    All other controls are numbers that may move while it runs; those that `start` takes begin the run anew, and those
    of `anew`, because what is kept depends on them. Arrays, and those of `shown`, only `look` takes: they choose what
    is seen of the present state, and are no part of the way.
    data : {name: array, or `Chosen`}.   prepare(data ...) -> {name: array}, computed once, also for step and look.
    batches : {name: Shuffled or Normals}.   actions : Action records.
    lanes : {lane: {argument: control}}: several programs side by side, on the same batches from the same draws. Names
    of outputs then end in _lane.   trail : names of what `look` gives that is also kept over time, every `every` steps.
    bound : {kept name: largest number}; above it, as where it is not finite, the program has diverged and stops.
    pace : the control that says how many steps a second a run makes; None is 60.
    guarded : settings that a function may branch on; the run stops where they would have it go another way.
    letting : (module, function's name, (position, argument)) that checks a number and lets traced ones through, or
    (module, function's name, function of NumPy's that does the same).
    gaps : as for Symbolic.

    Outputs: what look gives; each kept NAME as history, the last axis is time, over `steps`; of a trail NAME the same
    as `NAME_trail` over `trail_steps`; `diverged`, the step at which it stopped, or -1; `done`, the steps computed;
    `window`, (0, end) for an axis of steps; and `stopped`, which adds 1 if the first lane has diverged, 2 if the second
    one has, and so on.
    """

    kind = "program"

    def __init__(self, start, step, look, *, clock="step", seed="seed", structure=(), sizes=None, data=None,
                 prepare=None, batches=None, actions=(), lanes=None, trail=(), every=5, bound=None, pace=None,
                 anew=(), shown=(), guarded=(), letting=(), gaps=()):  # fmt: skip
        self.start, self.step, self.look, self.prepare = start, step, look, prepare
        self.clock, self.seed = clock, seed
        self.structure = tuple(structure)
        self.sizes = dict(sizes or {})
        self.data = Data(data or {})
        self.batches, self.actions = dict(batches or {}), tuple(actions)
        self.lanes = {name: dict(names) for name, names in (lanes or {"": {}}).items()}
        self.trail, self.every, self.bound = tuple(trail), every, dict(bound or {})
        self.pace, self.anew, self.letting = pace, tuple(anew), tuple(letting)
        self.shown, self.guarded = tuple(shown), tuple(guarded)
        self.gaps = frozenset((gaps,) if isinstance(gaps, str) else gaps)
        self._controls, self._run, self._compiled, self._prepared = None, None, None, {}
        self.used = frozenset()

    def check(self, controls):
        """Raise DeclarationError for what does not fit together."""
        self._controls = {control.name: control for control in controls}
        self._run = self._compiled = None
        for name in (self.clock, self.seed, *([self.pace] if self.pace else [])):
            if name not in self._controls:
                hint = meant(name, self._controls)
                raise DeclarationError(f'there is no control "{name}"{hint}; controls: {", ".join(self._controls)}')
        stops = self._controls[self.clock].listing()
        if tuple(stops) != tuple(range(len(stops))):
            raise DeclarationError(f'the clock "{self.clock}" counts steps: its stops are 0, 1, 2 and so on')
        for lane in self.lanes:
            if lane:
                check_name(lane, "lane")
        moving = [self.start, self.step, *(action.function for action in self.actions)]
        known = {*self.known(), *OWN}
        wanted = [name for function in [*moving, self.look] for name in parameters(function)]
        for name in wanted:
            if name not in known:
                raise DeclarationError(
                    f'a function of the program takes "{name}", which is nothing{meant(name, known)}'
                )
        for name in self.seen():
            if name not in self.live() or any(name in parameters(function) for function in moving):
                raise DeclarationError(f'"{name}" is shown or an array: only look can take it, and no start or step')
        for name in self.live():
            for lane in self.lanes:
                if isinstance(self.control(lane, name).start_value(), str):
                    raise DeclarationError(f'"{name}" has words as values, so it must be listed as structure')
        for name in self.guarded:
            if name not in self.live():
                hint = meant(name, self.live())
                raise DeclarationError(f'guarded names "{name}", which is no number that moves{hint}')
        for name in (*self.structure, *self.sizes):
            for lane in self.lanes:
                self.control(lane, name).listing()
        if self.data.control:
            self.data.check(self.control(next(iter(self.lanes)), self.data.control).listing())
        check_parts(self)
        self.used = frozenset(
            {self.clock, self.seed, self.pace, self.data.control} - {None}
            | {self.control_of(lane, name) for lane in self.lanes for name in wanted if name in self.arguments()}
            | {self.control_of(lane, name) for lane in self.lanes for name in (*self.structure, *self.sizes)}
        )

    def control_of(self, lane, argument):
        """The name of the control that gives an argument in a lane."""
        name = self.lanes[lane].get(argument, argument)
        if name not in self._controls:
            raise DeclarationError(f'argument "{argument}" of lane "{lane}": there is no control "{name}"')
        return name

    def control(self, lane, argument):
        """The control that gives an argument in a lane."""
        return self._controls[self.control_of(lane, argument)]

    def arguments(self):
        """Names of arguments that controls give."""
        mapped = {argument for names in self.lanes.values() for argument in names}
        behind = {control for names in self.lanes.values() for control in names.values()}
        return mapped | (set(self._controls) - behind - {self.clock, self.seed, self.pace})

    def known(self):
        """Names of what functions may take besides the state and the seed."""
        return {*self.arguments(), *self.arrays(), *self.batches}

    def settings(self, lane, values):
        """{argument: value} of a lane at these control values."""
        return {name: values[self.control_of(lane, name)] for name in sorted(self.arguments())}

    def live(self):
        """Arguments that are numbers and may move while it runs."""
        return sorted(self.arguments() - {*self.structure, *self.sizes, self.data.control})

    def seen(self):
        """Live arguments of which only `look` hears, and nothing that is kept depends on them."""
        first = next(iter(self.lanes))
        arrays = [name for name in self.live() if np.ndim(self.control(first, name).start_value())]
        return sorted({*arrays, *self.shown})

    def units(self):
        """{size: what its lengths are multiples of}; the last one is the length that differs among chosen data."""
        return {**self.sizes, **({self.data.control: 1} if self.data.control else {})}

    def arrays(self, values=None):
        """{name: array} of the data and of what `prepare` makes of it, at these values of the controls."""
        control = self.data.control
        value = None if control is None else self.data.values[0] if values is None else values[control]
        if value not in self._prepared:
            self._prepared[value] = self.with_prepared(self.data.at(value))
        return self._prepared[value]

    def with_prepared(self, data):
        """These arrays and what `prepare` makes of them."""
        made = {} if self.prepare is None else call(self.prepare, data)
        return {**data, **{name: np.asarray(array) for name, array in made.items()}}

    def combinations(self):
        """All values of the structure, as dicts."""
        lists = []
        for name in self.structure:
            values = [v for lane in self.lanes for v in self.control(lane, name).listing()]
            lists.append(list(dict.fromkeys(values)))
        return [dict(zip(self.structure, values)) for values in product(*lists)]

    @property
    def buttons(self):
        """[act, words, help] of what a press does, besides running."""
        own = [["step", "One step", ""], ["start", "Back to the start", ""]]
        return own + [[action.name, action.label, action.help] for action in self.actions]

    def output_names(self, controls):
        """The names of the outputs, from the start."""
        if self._controls is None:
            self.check(controls)
        values = {name: control.start_value() for name, control in self._controls.items()}
        self._run = Run(self, values)
        check_outputs(self, self._run.lanes[0], values)
        return list(self.evaluate(values))

    def evaluate(self, values, past=()):
        """The outputs after as many steps as the clock says, computed by NumPy.

        past : what was done on the way, (step, {control: (before, after)}) for settings and (step, name) for an action;
        without it, these values held from the start.
        """
        if self._run is None or not self._run.continues(values, past):
            self._run = Run(self, values, past)
        return self._run.to(values[self.clock])

    def bake(self, controls):
        """Trace every combination; DeclarationError names what cannot be traced."""
        from explorable.models.compiling import compiled

        if self._controls is None:
            self.check(controls)
        if self._compiled is None:
            self._compiled = compiled(self)

    def payload(self, controls, printed=(), apart=None):
        """What the page needs: names and shapes, and as JavaScript the kernels, the tapes and the data, packed.

        apart : None, or a function that takes the text of a block of tapes and returns the name of its file.
        """
        from explorable.models import compiling

        self.bake(controls)
        wire, parts = compiling.written(self, self._compiled)
        blocks = compiling.packed_blocks(self._compiled)
        if apart is not None:
            blocks = {name: apart(text) for name, text in blocks.items()}
            parts["sets"] = {value: apart(text) for value, text in parts["sets"].items()}
        return wire, compiling.spoken(parts, blocks)

    def for_another_process(self):
        """The same without what it has computed."""
        other = copy.copy(self)
        other._run = other._compiled = None
        return other

    def seconds_to_bake(self, controls):
        """A notebook computes by NumPy itself: tracing everything first would keep its reader waiting."""
        return np.inf
