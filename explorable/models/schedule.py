"""The order of the work: nodes sorted into loops, as few and as full as their dependencies allow.

Every node gets a level. At each level come first the single numbers, then the loops over one axis, over two,
and so on, then the recurrences. A reduction runs in the loop of what it reduces; its result is there for
the next level. What is used once, in the same loop, is then written in place; what another
loop needs is stored.
"""

from dataclasses import dataclass, field

from explorable.models.lowering import own_path
from explorable.models.nodes import ACROSS


@dataclass
class Block:
    """One loop over `axes` (none: straight code): nodes to compute, in order, and reductions to feed."""

    axes: tuple
    nodes: list = field(default_factory=list)
    across: list = field(default_factory=list)


@dataclass
class LoopBlock:
    """One recurrence, with the blocks of each step."""

    loop: object
    blocks: list


def schedule(region, results):
    """The blocks that compute `results`, and every node that is stored, of the region and those inside it.

    Sets level, place and name of the nodes.  results : the nodes of `region` that must be kept.
    Returns (blocks, all nodes in use).
    """
    used = reachable(results)
    nodes = [node for node in region.nodes if node in used]
    loops = [node.data for node in nodes if node.op == "loop"]
    kept = {id(node) for node in results}
    for loop in loops:
        kept |= {id(node) for node in (*loop.starts.values(), *loop.nexts.values())}
    everything = list(nodes)
    for loop in loops:
        everything += [node for node in loop.region.nodes if node in used]
    users = users_of(everything)
    blocks = arrange(nodes, users, kept)
    for loop in loops:
        inside = [node for node in loop.region.nodes if node in used]
        blocks = [LoopBlock(loop, arrange(inside, users, kept)) if block is loop else block for block in blocks]
    for number, node in enumerate(everything):
        node.name = f"t{number}"
    return blocks, everything


def reachable(results):
    """The set of all nodes that `results` depend on, those inside recurrences included."""
    found, queue = set(), list(results)
    while queue:
        node = queue.pop()
        if node in found:
            continue
        found.add(node)
        queue += node.args
        if node.op == "path":
            queue.append(node.data[0].node)
        if node.op == "loop":
            queue += [*node.data.starts.values(), *node.data.nexts.values()]
    return found


def users_of(nodes):
    """{id of a node: the nodes that read it}."""
    users = {}
    for node in nodes:
        for arg in node.args:
            users.setdefault(id(arg), []).append(node)
    return users


def arrange(nodes, users, kept):
    """Sort the nodes of one region into blocks; a recurrence stands as its Loop."""
    for node in nodes:
        node.level = max((available(arg, node) for arg in node.args if arg.region is node.region), default=0)
    for node in reversed(nodes):
        if not node.is_leaf and node.op not in ACROSS | {"loop"} and id(node) not in kept:
            node.level = latest(node, users)
    blocks = {}
    for node in nodes:
        if node.op == "loop":
            blocks[node.level, 1, len(blocks), ()] = node.data
        elif not node.is_leaf:
            axes = node.args[0].axes if node.op in ACROSS else node.axes
            block = blocks.setdefault((node.level, 0, len(axes), axes), Block(axes))
            (block.across if node.op in ACROSS else block.nodes).append(node)
            node.place = place(node, users, kept)
    return [blocks[key] for key in sorted(blocks)]


def available(arg, user):
    """The first level at which `user` may read `arg`, both of one region."""
    if arg.op == "path":
        return 0 if user.region.loop and own_path(arg, user.region.loop) else arg.data[0].node.level + 1
    if arg.is_leaf:
        return 0
    complete = arg.op in ACROSS or (user.op == "component" and arg is user.args[0] and arg.axes)
    return arg.level + 1 if complete else arg.level


def latest(node, users):
    """The last level at which a node can still be computed for all that read it."""
    return min(
        user.level - (1 if user.op == "component" and node is user.args[0] and node.axes else 0)
        for user in users[id(node)]
        if user.region is node.region
    )


def place(node, users, kept):
    """Where a node's value is held: "inline" in the text that uses it, "local" to its loop, or "stored"."""
    if node.op in ACROSS:
        return "stored"
    reading = users.get(id(node), [])
    here = (node.region, node.level, node.axes)
    at_home = [
        (user.region, user.level, user.args[0].axes if user.op in ACROSS else user.axes) == here
        and user.op not in ("loop", "here")
        and not (user.op == "component" and node is user.args[0])
        for user in reading
    ]
    if id(node) in kept or not all(at_home):
        return "stored" if node.axes else "local"
    again = len(reading) > 1 or any(user.op == "component" for user in reading)
    return "local" if again else "inline"
