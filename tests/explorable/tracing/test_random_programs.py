"""Programs of many operations, whose loops are fused and whose buffers are used again, compute what NumPy computes.

BN_EXAMPLES=2000 tries so many of them instead of a fixed list.
"""

import os

import numpy as np
import pytest

from tests.explorable.tracing.engine import agree, traced
from tests.explorable.tracing.programs import Program

MANY = int(os.environ.get("BN_EXAMPLES", 200))
BLOCK = 20


@pytest.mark.parametrize("block", range(MANY // BLOCK))
def test_exact_operations_give_the_same_bits(block):
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        program = Program(seed, exact=True)
        try:
            agree(program, *program.arrays)
        except AssertionError as error:
            raise AssertionError(f"Program({seed}, exact=True): {error}") from error


@pytest.mark.parametrize("block", range(MANY // BLOCK))
def test_any_operations_agree(block):
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        program = Program(seed, exact=False)
        try:
            agree(program, *program.arrays, within=1e-12, close_to_zero=1e-12)
        except AssertionError as error:
            raise AssertionError(f"Program({seed}, exact=False): {error}") from error


def test_the_programs_are_long_and_use_everything():
    programs = [Program(seed, exact=False) for seed in range(50)]
    lengths = [len(program.steps) for program in programs]
    names = {node.op for program in programs for node in traced(program, *program.arrays).graph.nodes}
    assert min(lengths) >= 10 and np.mean(lengths) > 18
    assert names >= {"map", "fold", "view", "pick", "matmul", "sort", "join", "quantile", "iota", "const"}
