"""From a program to what the page runs: every combination of its structure traced, and all of it written and packed."""

import base64
import json
import os
from dataclasses import dataclass, field

import numpy as np

from explorable.declare.errors import DeclarationError
from explorable.models.calls import parameters
from explorable.models.packing import gzip_bytes, pack
from explorable.models.program_parts import check_state
from explorable.tracing import sizes as sizing
from explorable.tracing import trees
from explorable.tracing.operations import HELPERS
from explorable.tracing.recording import SEED, recording
from explorable.tracing.tape import Library, Tape
from explorable.tracing.traced import node_of
from explorable.tracing.tracer import Tracer

MANY = 4  # blocks, from which on it takes several processes
APART = 3  # so many values of the structure name a block of tapes, which comes as a whole when it is asked for


@dataclass
class Compiled:
    """library : the kernels of all.   blocks : {name: {combination: {function: its tape}}}.   common : tapes of all."""

    library: Library = field(default_factory=Library)
    blocks: dict = field(default_factory=dict)
    common: dict = field(default_factory=dict)


def compiled(program):
    """The `Compiled` of a program; DeclarationError names the function and what of it cannot be traced."""
    found, blocks = Compiled(), {}
    for combination in program.combinations():
        blocks.setdefault(spelled(combination, APART), []).append(combination)
    if program.prepare is not None:
        found.common["prepare"] = prepared(program, found.library)
    for name, (kernels, block) in zip(blocks, _in_processes(program, list(blocks.values()))):
        numbers = [found.library.number(text) for text in kernels]
        found.blocks[name] = {key: renumbered(tapes, numbers) for key, tapes in block.items()}
    return found


def _in_processes(program, blocks):
    """(kernels, {combination: tapes}) of each block, in their order; in several processes where there are many."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if cores == 1 or len(blocks) < MANY:
        return (block_of(program, block) for block in blocks)
    from joblib import Parallel, delayed

    bare = program.for_another_process()
    return Parallel(n_jobs=cores, return_as="generator")(delayed(block_of)(bare, block) for block in blocks)


def block_of(program, combinations):
    """What one process makes: kernels by itself, numbered from 0, and the tapes that call them."""
    library = Library()
    tapes = {spelled(combination): combined(program, combination, library) for combination in combinations}
    return list(library.kernels), tapes


def renumbered(tapes, numbers):
    """The tapes with the numbers that their kernels have in the common library."""
    return {
        name: tape
        | {"calls": [[numbers[call[0]] if isinstance(call[0], int) else call[0], *call[1:]] for call in tape["calls"]]}
        for name, tape in tapes.items()
    }


def spelled(combination, most=None):
    """A combination as a key, its values, or the first of them, in the order of the structure."""
    return "|".join(written_value(value) for value in list(combination.values())[:most])


def written_value(value):
    """A value as JavaScript writes it."""
    whole = isinstance(value, bool) or (isinstance(value, float) and value.is_integer())
    return str(int(value)) if whole else str(value)


def prepared(program, library):
    """The tape of what is made of the data, for all of its lengths."""
    sets = []
    for lengths in _sets(program):
        sets.append(Tracing(program, lengths, library).function(program.prepare, "prepare"))
        if not program.data.control:
            return sets[0]
    with _About("prepare"):
        return sizing.fitted(*sets, program.units())


def _sets(program):
    return [sizing.examples(program.units(), which) for which in (0, 1)]


def combined(program, combination, library):
    """{function: tape} for one combination, for all sizes."""
    sets = []
    for lengths in _sets(program):
        sets.append(Tracing(program, {**combination, **lengths}, library).tapes())
        if not lengths:
            return sets[0]
    found = {}
    for name, tape in sets[0].items():
        with _About(f"{name} at {combination}"):
            found[name] = sizing.fitted(tape, sets[1][name], program.units())
    return found


class Tracing:
    """The functions of a program at one combination and one set of sizes."""

    def __init__(self, program, fixed, library):
        self.program, self.fixed, self.library = program, fixed, library
        control = program.data.control
        self.arrays = program.with_prepared(program.data.example(fixed[control])) if control else program.arrays()
        self.template = None  # the state in its nested form, and what of it never changes

    def tapes(self):
        program = self.program
        made = {"start": self.start()}
        made["step"] = self.function(program.step, "step")
        made["look"] = self.function(program.look, "look")
        for action in program.actions:
            made[f"act {action.name}"] = self.function(action.function, action.name)
        return made

    def start(self):
        """The tape of the start; its random numbers are inputs, told by streams."""
        program = self.program
        with self._about("start"), recording(program.letting) as (graph, draws):
            inputs, given = self._inputs(graph, program.start, {"seed": SEED})
            state = program.start(**given)
            self.template = state
            leaves = {name: node_of(leaf) for name, leaf in trees.flat(state).items()}
            for name in leaves:
                if name in program.known():
                    raise DeclarationError(f'"{name}" is a part of the state and the name of a control or of data')
            streams = []
            for distance, asked in draws.streams:
                names = [f"draw {len(streams)} {k}" for k in range(len(asked))]
                inputs.update({name: node for name, (_, _, node) in zip(names, asked)})
                streams.append([distance, [[kind, name] for name, (kind, _, _) in zip(names, asked)]])
            self.shapes = {name: (node.shape, node.value) for name, node in leaves.items()}
            return self._wire(graph, inputs, leaves) | {"streams": streams}

    def function(self, function, what):
        """The tape of a step, of a look or of an action."""
        program = self.program
        with self._about(what), recording(program.letting) as (graph, _):
            inputs, given = self._inputs(graph, function, {})
            result = function(**given)
            state, outputs = self._parts(result, what)
            nodes = {name: node_of(value) for name, value in outputs.items()}
            if state is not None:
                new = trees.flat(state)
                new = {name: node_of(leaf) for name, leaf in new.items()}
                check_state(self.shapes, new)
                nodes.update({f"new {name}": leaf for name, leaf in new.items()})
            wire = self._wire(graph, inputs, nodes)
            wire["shapes"] = {name: list(nodes[name].shape) for name in outputs}
            return wire

    def _parts(self, result, what):
        if what == "step":
            if not isinstance(result, tuple) or len(result) != 2 or not isinstance(result[1], dict):
                raise DeclarationError("must return the state and a dict of what is kept")
            return result
        if what in ("look", "prepare"):
            if not isinstance(result, dict):
                raise DeclarationError("must return a dict of outputs")
            return None, result
        return result, {}

    def _inputs(self, graph, function, given):
        """({name: node}, {argument: tracer or value}) of what a function takes."""
        inputs, given = {}, dict(given)
        for name in parameters(function):
            if name in given:
                continue
            if name in self.fixed:
                given[name] = self.fixed[name]
            elif name == "state":
                leaves = {}
                for leaf, (_, value) in self.shapes.items():
                    leaves[leaf] = self._input(graph, inputs, leaf, value, "state")
                given[name] = trees.unflat(self.template, leaves)
            else:
                value, origin = self._example(name)
                given[name] = self._input(graph, inputs, name, value, origin)
        return inputs, given

    def _input(self, graph, inputs, name, value, origin):
        inputs[name] = graph.add("input", value=value, origins=(origin,))
        return Tracer(inputs[name])

    def _example(self, name):
        program = self.program
        if name in program.batches:
            return program.batches[name].example(self.fixed), "draw"
        if name in self.arrays:
            return self.arrays[name], "data"
        origin = "guarded" if name in program.guarded else "setting"
        return np.asarray(program.control(next(iter(program.lanes)), name).start_value(), float), origin

    def _wire(self, graph, inputs, outputs):
        return Tape(graph, inputs, outputs, self.library).wire()

    def _about(self, what):
        return _About(f"{getattr(getattr(self.program, what, None), '__qualname__', what)} at {self.fixed}")


class _About:
    """Names the function in what goes wrong."""

    def __init__(self, words):
        self.words = words

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, DeclarationError) and not str(error).startswith(self.words):
            raise DeclarationError(f"{self.words}: {error}") from error
        return False


def written(program, found):
    """(the wire form, the parts of its JavaScript) of a compiled program."""
    wire = {
        "kind": program.kind,
        "clock": program.clock,
        "seed": program.seed,
        "structure": list(program.structure),
        "apart": APART,
        "sizes": list(program.units()),
        "chosen": program.data.control and {"of": program.data.control, "lengths": program.data.lengths},
        "seen": program.seen(),
        "restart": sorted({*parameters(program.start), *program.anew} & program.arguments()),
        "lanes": {
            lane: {name: program.control_of(lane, name) for name in sorted(program.arguments())}
            for lane in program.lanes
        },
        "batches": {name: batch.wire() for name, batch in program.batches.items()},
        "actions": [[action.name, action.label, action.help] for action in program.actions],
        "trail": list(program.trail),
        "every": program.every,
        "bound": program.bound,
        "pace": program.pace,
        "gaps": sorted(program.gaps),
    }
    wire["data"], packed = _packed_arrays(program.data.fixed)
    sets = {
        value: _packed_arrays({name: a[value] for name, a in program.data.chosen.items()})
        for value in program.data.values
    }
    wire["sets"] = {value: description for value, (description, _) in sets.items()}
    parts = {"kernels": list(found.library.kernels), "common": found.common, "data": packed}
    return wire, parts | {"sets": {value: text for value, (_, text) in sets.items()}}


def _packed_arrays(arrays):
    """(what the page must know of them, their numbers, packed)."""
    return pack({name: ((), array) for name, array in arrays.items()}, dict.fromkeys(arrays), arrays.keys())


def spoken(parts, blocks):
    """The JavaScript expression of a program: its parts, and {block: packed, or the name of its file}."""
    kernels = ",\n".join(parts["kernels"])
    rest = {"common": parts["common"], "data": parts["data"], "sets": parts["sets"], "blocks": blocks}
    texts = "".join(f",{name}:{_json(value)}" for name, value in rest.items())
    return f"(()=>{{{HELPERS}return{{kernels:[\n{kernels}\n]{texts}}}}})()"


def packed_blocks(found):
    """{block: its tapes, packed}."""
    return {name: _packed(block) for name, block in found.blocks.items()}


def _packed(value):
    return base64.b64encode(gzip_bytes(_json(value).encode())).decode("ascii")


def _json(value):
    return json.dumps(value, separators=(",", ":"))
