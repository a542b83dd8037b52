"""Which operations share a loop, in which order, and which arrays need a buffer.

Operations over the same places that read a common array share a loop. That they must share an array keeps kernels apart
from the depth of a network: else the steps of all layers, which share the learning rate, would be one long loop.
"""

from dataclasses import dataclass, field

from explorable.tracing.graph import root_of

ALONE = ("matmul", "sort", "quantile", "join")  # calls of their own
LEAVES = ("input", "const")
ELEMENTWISE = ("map", "iota", "pick")


@dataclass
class Group:
    """Operations of one loop nest over `space`, or a single call (space None)."""

    space: tuple | None
    nodes: list = field(default_factory=list)
    reads: set = field(default_factory=set)


@dataclass
class Plan:
    """groups in their order; stored : nodes with a buffer; inlined : nodes written where they are used."""

    groups: list
    stored: set
    inlined: set
    order: list


def looped(node):
    """The node whose shape the loop of a node runs over."""
    return node.args[0] if node.op == "fold" else node


def at_same_place(node, arg):
    """Whether an operation reads `arg` at the place that the loop is at: then it may come from the same loop."""
    if node.op == "pick" and arg is node.args[0]:
        return False
    return arg.in_order and arg.long == looped(node).long


def needed(wanted, nodes):
    """The nodes that `wanted` depend on, in their order."""
    live, left = set(), list(wanted)
    while left:
        node = left.pop()
        if node not in live:
            live.add(node)
            left.extend(node.args)
    return [node for node in nodes if node in live]


def plan(nodes, wanted):
    """The `Plan` of a program that computes the nodes `wanted`."""
    order = needed(wanted, nodes)
    users = {node: [] for node in order}
    for node in order:
        for arg in node.args:
            users[arg].append(node)
    inlined = _inlined(order, users, set(wanted) | {root_of(node)[0] for node in wanted})
    groups, home = _grouped(order, inlined)
    return Plan(groups, _stored(groups, home, inlined, wanted), inlined, order)


def _inlined(order, users, wanted):
    """What is written where it is used: counts, numbers made of ready numbers, and what one place alone uses."""
    found = set()
    for node in order:
        if node.op not in ELEMENTWISE or node in wanted:
            continue
        if (
            node.op == "iota"
            or (
                node.op == "map"
                and node.size == 1
                and all(root_of(arg)[0].op in LEAVES and arg.size == 1 for arg in node.args)
            )
            or (
                (
                    len(users[node]) == 1
                    and (user := users[node][0]).op in (*ELEMENTWISE, "fold")
                    and at_same_place(user, node)
                )
                and user.op != "pick"
            )
        ):
            found.add(node)
    return {node for node in found if node.op == "iota" or not any(_in_memory(user, node) for user in users[node])}


def _in_memory(user, node):
    """Whether this user reads a node from its buffer: through a view, at traced places, or by a call of its own."""
    return user.op == "view" or user.op in ALONE or (user.op == "pick" and user.args[0] is node)


def reads(node, inlined):
    """(array, whether at the same place) for all that a node reads, through what is inlined in it."""
    for arg in node.args:
        if arg in inlined:
            yield from reads(arg, inlined)
        else:
            yield arg, at_same_place(node, arg)


def _grouped(order, inlined):
    """The groups, and {node: number of its group}."""
    groups, home = [], {}
    for node in order:
        if node in inlined or node.op in (*LEAVES, "view"):
            continue
        space = None if node.op in ALONE else looped(node).long
        first, touched = 0, {node}
        for arg, same in reads(node, inlined):
            root = root_of(arg)[0]
            if root.size > 1:
                touched.add(root)
            if root in home:
                together = same and space is not None and groups[home[root]].space == space and root.op != "fold"
                first = max(first, home[root] + (not together))
        place = next(
            (
                g
                for g in range(first, len(groups))
                if space is not None and groups[g].space == space and touched & groups[g].reads
            ),
            len(groups),
        )
        if place == len(groups):
            groups.append(Group(space))
        groups[place].nodes.append(node)
        groups[place].reads |= touched
        home[node] = place
    return groups, home


def _stored(groups, home, inlined, wanted):
    """What another loop reads, or reads at another place, or somebody wants; reductions and calls always."""
    stored = {root_of(node)[0] for node in wanted} & set(home)
    for node, number in home.items():
        if node.op == "fold" or node.op in ALONE:
            stored.add(node)
        for arg, same in reads(node, inlined):
            root = root_of(arg)[0]
            if root in home and (home[root] != number or not same):
                stored.add(root)
    return stored
