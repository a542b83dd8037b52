"""Whether the parts of a program fit each other: names, sizes, batches, what is given back."""

from explorable.declare.errors import DeclarationError, meant
from explorable.models.draws import Normals

OWN_BUTTONS = ("step", "start")


def check_parts(program):
    """Raise DeclarationError for names that stand for two things, and for sizes that cannot be."""
    fixed = program.arrays()
    for name in fixed:
        if name in program.arguments():
            raise DeclarationError(f'"{name}" is the name of a control and of data; change one')
    taken = set(OWN_BUTTONS)
    for action in program.actions:
        if action.name in taken:
            raise DeclarationError(f'the action "{action.name}" has the name of another button')
        taken.add(action.name)
    for name, unit in program.sizes.items():
        for length in _stops(program, name):
            if length % unit or length <= 0:
                raise DeclarationError(f'"{name}" counts by {unit}, so it cannot be {length}')
    for name, batch in program.batches.items():
        _check_batch(program, name, batch, fixed)


def _check_batch(program, name, batch, fixed):
    if isinstance(batch, Normals):
        return _check_normals(program, name, batch)
    if batch.of not in fixed:
        raise DeclarationError(f'batches "{name}" are of "{batch.of}", which is no data{meant(batch.of, fixed)}')
    most = max(_stops(program, batch.size)) if isinstance(batch.size, str) else batch.size
    if most > (count := len(fixed[batch.of])):
        raise DeclarationError(f'batches "{name}" take {most} of the {count} examples of "{batch.of}"')


def _check_normals(program, name, batch):
    for length in batch.shape:
        if isinstance(length, str) and length not in program.sizes:
            hint = meant(length, program.sizes)
            raise DeclarationError(f'"{name}" has a length "{length}", which is no size{hint}')
        if not isinstance(length, str) and (not isinstance(length, int) or length < 1):
            raise DeclarationError(f'"{name}" has a length {length!r}; allowed are a size and whole numbers from 1')
    if batch.when is not None and batch.when not in program.live():
        hint = meant(batch.when, program.live())
        raise DeclarationError(f'"{name}" is drawn when "{batch.when}", which is no number that moves{hint}')


def _stops(program, argument):
    return [stop for lane in program.lanes for stop in program.control(lane, argument).listing()]


def check_outputs(program, lane, values):
    """Raise DeclarationError where two outputs have one name, or a trail names nothing."""
    looked, kept = list(lane.look(values)), list(lane.kept_names(values))
    for name in program.trail:
        if name not in looked:
            raise DeclarationError(f'trail names "{name}", which the look does not give{meant(name, looked)}')
    trails = [f"{name}_trail" for name in program.trail]
    found = ["window", "stopped"]
    for name in ["steps", "trail_steps", "diverged", "done", *trails, *kept, *looked]:
        if name in found:
            raise DeclarationError(f'the output "{name}" is given twice; change one of the names')
        found.append(name)


def check_state(shapes, new):
    """Raise DeclarationError where a new state has another form than the one of the start.

    shapes : {part: (shape, example)}.   new : {part: node}.
    """
    if new.keys() != shapes.keys():
        raise DeclarationError("the state that it returns has other parts than the one of the start")
    for name, (shape, example) in shapes.items():
        node = new[name]
        if node.shape != shape or node.dtype != example.dtype:
            raise DeclarationError(
                f'the part "{name}" of the state that it returns has shape {node.shape} and type {node.dtype}, '
                f"the one of the start shape {shape} and type {example.dtype}"
            )
