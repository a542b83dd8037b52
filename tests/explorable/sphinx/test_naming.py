"""A widget that a cell shows gets a name in the notebook, and never one that means something else there."""

import pytest

from explorable.offline import naming


@pytest.mark.parametrize(
    ("source", "expected", "name"),
    [
        ("motivation.chain()", "chain = motivation.chain()\nchain", "chain"),
        ("import a\n\na.chain(\n    1\n)", "import a\n\nchain = a.chain(\n    1\n)\nchain", "chain"),
        ("mine = a.chain()\nmine", "mine = a.chain()\nmine", "mine"),
        ("a.chain()  # why", "chain = a.chain()  # why\nchain", "chain"),
        ("x = 1", "x = 1", None),
        ("%timeit f()", "%timeit f()", None),
        ("", "", None),
    ],
)
def test_the_last_expression_gets_a_name(source, expected, name):
    assert naming.named(source, "chain", naming.bindings([source])) == (expected, name)


@pytest.mark.parametrize(
    "other", ["chain = 3", "from bn import chain", "import a.b as chain", "def chain(): pass", "for chain in x: pass"]
)
def test_a_name_that_the_notebook_uses_is_left_alone(other):
    assert naming.named("a.chain()", "chain", naming.bindings([other]))[1] == "chain_widget"


def test_words_of_python_are_no_names():
    assert naming.free_name("the-race", {}) == "the_race"
    assert naming.free_name("range", {}) == "range_widget" and naming.free_name("global", {}) == "global_widget"


def test_a_name_that_is_bound_again_is_not_trusted():
    cells = ["run = a.chain()\nrun", "run = 3"]
    assert naming.named(cells[0], "chain", naming.bindings(cells)) == ("run = a.chain()\nchain = run\nchain", "chain")
