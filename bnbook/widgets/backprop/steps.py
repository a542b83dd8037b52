"""The walk through the graph: forward node by node, then back; and the parts of the graph that can be chosen."""

import numpy as np

from .model import graph

NODES = tuple(graph().nodes)
EDGES = tuple(graph().edges)
GIVEN = tuple(name for name, node in graph().nodes.items() if node.definition is None)
FORWARD = tuple(name for name in NODES if name not in GIVEN)
BACKWARD = tuple(reversed(NODES))
WALK = ("x1", *FORWARD, *BACKWARD)  # the node of each step; at step 0 everything that is given is there
LAST = len(WALK) - 1

VALUE_AT = {name: 0 if name in GIVEN else 1 + FORWARD.index(name) for name in NODES}
GRADIENT_AT = {name: 1 + len(FORWARD) + BACKWARD.index(name) for name in NODES}
USED_AT = {edge: VALUE_AT[edge[1]] for edge in EDGES}  # the step that uses an edge on the way forward
RETURN_AT = {edge: GRADIENT_AT[edge[0]] for edge in EDGES}  # and the one on the way back

FOLLOW = "follow"  # the choice of no part: the one of the current step is told about
PARTS = (*NODES, *(f"{source}-{target}" for source, target in EDGES))


def constants():
    """The walk as arrays for the model; one entry for each node, edge, part or step."""
    parts = [*NODES, *EDGES]
    return {
        "value_at": np.array([VALUE_AT[name] for name in NODES], float),
        "gradient_at": np.array([GRADIENT_AT[name] for name in NODES], float),
        "used_at": np.array([USED_AT[edge] for edge in EDGES], float),
        "return_at": np.array([RETURN_AT[edge] for edge in EDGES], float),
        "walk": np.array([NODES.index(name) for name in WALK], float),
        "part_known_at": np.array([(VALUE_AT | USED_AT)[part] for part in parts], float),
        "part_returns_at": np.array([(GRADIENT_AT | RETURN_AT)[part] for part in parts], float),
    }
