"""A program as NumPy runs it: the lanes, what is kept of them over time, and what was done on the way.

The page does the same (static/program.js); tests compare the two.
"""

from contextlib import suppress

import numpy as np

from explorable.models.calls import call

CAPACITY = 400  # moments that a history holds; when it is full every second one goes, and fewer are taken from then on


class History:
    """Numbers over time: at most CAPACITY moments, evenly spaced from the first on."""

    def __init__(self):
        self.steps, self.rows, self.stride = [], [], 1

    def add(self, count, step, row):
        """Take the `count`-th moment, if it is one of those that are kept."""
        if count % self.stride:
            return
        if len(self.steps) == CAPACITY:
            self.steps, self.rows, self.stride = self.steps[::2], self.rows[::2], 2 * self.stride
            if count % self.stride:
                return
        self.steps.append(float(step))
        self.rows.append(row)

    def array(self, name):
        """What is kept under a name; time is the last axis, an array before it lies in one row."""
        parts = [np.ravel(row[name]).astype(float) for row in self.rows]
        whole = np.array(parts).T if parts else np.empty((1, 0))
        return whole[0] if not parts or np.ndim(self.rows[0][name]) == 0 else np.ascontiguousarray(whole)


class Lane:
    """One of the programs that run side by side."""

    def __init__(self, program, name, values):
        self.program, self.name = program, name
        self.end = f"_{name}" if name else ""
        self.fixed = program.arrays(values)
        self.orders = {key: batch.stream(self.fixed, values[program.seed]) for key, batch in program.batches.items()}
        settings = program.settings(name, values)
        self.state = call(program.start, {**self.fixed, **settings, "seed": values[program.seed]})
        self.kept, self.trail, self.diverged, self.done = History(), History(), -1, 0
        self._keep_trail(values)

    def given(self, values):
        return {**self.fixed, **self.program.settings(self.name, values), "state": self.state}

    def advance(self, values):
        if self.diverged >= 0:
            return
        given = self.given(values)
        for key, batch in self.program.batches.items():
            given[key] = batch.next(self.orders[key], given)
        with np.errstate(all="ignore"):
            try:
                state, kept = call(self.program.step, given)
            except (ValueError, FloatingPointError):  # the function refuses what the page's guards refuse
                self.diverged = self.done
                return
        if not self._holds(kept):
            self.diverged = self.done
            return
        self.kept.add(self.done, self.done, kept)
        self.state, self.done = state, self.done + 1
        self._keep_trail(values)

    def _holds(self, kept):
        return all(
            np.isfinite(value).all() and np.max(value) <= self.program.bound.get(name, np.inf)
            for name, value in kept.items()
            if name + self.end not in self.program.gaps
        )

    def _keep_trail(self, values):
        if self.program.trail and self.done % self.program.every == 0:
            self.trail.add(self.done // self.program.every, self.done, self.look(values))

    def look(self, values):
        with np.errstate(all="ignore"):
            return call(self.program.look, self.given(values))

    def kept_names(self, values):
        """What a step keeps, told before the first one by taking it and forgetting it."""
        given = self.given(values)
        for key, batch in self.program.batches.items():
            given[key] = batch.example(given)
        with np.errstate(all="ignore"):
            return call(self.program.step, given)[1]

    def act(self, name, values):
        action = next(action for action in self.program.actions if action.name == name)
        if self.diverged < 0:
            with suppress(ValueError, FloatingPointError):  # what it refuses, the page refuses as well
                self.state = call(action.function, self.given(values))


class Run:
    """All lanes from the start on, with what was done on the way."""

    def __init__(self, program, values, past=()):
        self.program, self.past, self._clock = program, list(past), program.clock
        self.first = dict(values)
        for _, change in reversed(self.past):  # the values at the start are those before all changes
            if isinstance(change, dict):
                self.first.update({name: pair[0] for name, pair in change.items()})
        self.values, self.at, self.left = dict(self.first), 0, list(self.past)
        self.lanes = [Lane(program, name, self.values) for name in program.lanes]

    def continues(self, values, past):
        """Whether a run to these values goes on from here."""
        program = self.program
        apart = {self._clock, *(program.control_of(lane, name) for name in program.seen() for lane in program.lanes)}
        same = all(np.array_equal(value, self.values[name]) for name, value in values.items() if name not in apart)
        self.values.update({name: value for name, value in values.items() if name in apart})
        return same and list(past) == self.past and not self.left and values[self.program.clock] >= self.at

    def to(self, step):
        while True:
            while self.left and self.left[0][0] <= self.at:
                self._do(self.left.pop(0)[1])
            if self.at >= step:
                return self.outputs()
            for lane in self.lanes:
                lane.advance(self.values)
            self.at += 1

    def _do(self, change):
        if isinstance(change, dict):
            self.values.update({name: pair[1] for name, pair in change.items()})
        else:
            for lane in self.lanes:
                lane.act(change, self.values)

    def outputs(self):
        found = {
            "window": window(self.at),
            "stopped": float(sum(2**i for i, lane in enumerate(self.lanes) if lane.diverged >= 0)),
        }
        for lane in self.lanes:
            end, looked = lane.end, lane.look(self.values)
            found.update({f"{name}{end}": _plain(value) for name, value in looked.items()})
            kept = lane.kept.rows[0] if lane.kept.rows else lane.kept_names(self.values)
            found.update({f"{name}{end}": lane.kept.array(name) for name in kept})
            found[f"steps{end}"] = np.array(lane.kept.steps)
            found.update({f"{name}_trail{end}": lane.trail.array(name) for name in self.program.trail})
            found[f"trail_steps{end}"] = np.array(lane.trail.steps)
            found[f"diverged{end}"], found[f"done{end}"] = float(lane.diverged), float(lane.done)
        return found


def window(step):
    """(0, end) of an axis of time: 1, 2 or 5 times a power of ten, at least 50, so that it grows seldom."""
    ends = (digit * 10.0**power for power in range(1, 10) for digit in (1, 2, 5))
    return np.array([0.0, next(end for end in ends if end >= max(step, 50))])


def _plain(value):
    array = np.asarray(value, float)
    return array if array.ndim else float(array)
