"""What the chapters say of the exercises: the names exist, and the first attempt meets the mistake it was made for."""

import ast
import re
from collections import namedtuple

import numpy as np
import pytest

from bnbook import exercises
from bnbook.exercises.chapters import PAGES
from tests.book.pages import numbered
from tools.build import ROOT

TEXTS = {name: (ROOT / "chapters" / f"{name}.md").read_text(encoding="utf-8") for name in PAGES}
WITH = [name for name, text in TEXTS.items() if "### Try it in code" in text]
WRITTEN = re.compile(r"```\{code-cell\} ipython3\n:tags: \[write[^\n]*\n\n(.*?)\n```", re.DOTALL)
Cell = namedtuple("Cell", "chapter code exercise")
CELLS = [
    Cell(name, code, re.search(r"\bexercises\.(\w+)\.check\(", code)[1])
    for name, text in TEXTS.items()
    for code in WRITTEN.findall(text)
    if ".check(" in code
]


def section(text):
    return re.search(r"### Try it in code\n(.*?)\n## ", text, re.DOTALL)[1]


def test_the_chapters_are_those_of_the_table_of_contents():
    assert [f"chapters/{page}" for page in PAGES] == numbered()


def test_some_chapters_have_the_section():
    assert {"01_motivation", "02_transform"} <= set(WITH)


@pytest.mark.parametrize("name", TEXTS)
def test_every_exercise_named_in_a_chapter_exists(name):
    named = set(re.findall(r"\bexercises\.([a-z_]+)", TEXTS[name])) - {"all"}
    assert named <= set(exercises.EXERCISES)


@pytest.mark.parametrize("name", WITH)
def test_the_section_names_the_exercises_of_its_chapter(name):
    named = set(re.findall(r"\bexercises\.([a-z_]+)", section(TEXTS[name]))) - {"all"}
    own = {n for n, exercise in exercises.EXERCISES.items() if exercise.chapter == name}
    assert named and named <= own
    assert {cell.exercise for cell in CELLS if cell.chapter == name} == own, "each stands in its chapter as an editor"


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.exercise)
def test_the_first_attempt_is_recognized(cell):
    tree = ast.parse(cell.code)
    names = {"np": np, "exercises": exercises}
    exec(compile(ast.Module(tree.body[:-1], []), cell.chapter, "exec"), names)
    answer = eval(compile(ast.Expression(tree.body[-1].value), cell.chapter, "eval"), names)
    assert not answer and len(answer.mistakes) == 1, str(answer)


@pytest.mark.parametrize("name", TEXTS)
def test_no_question_is_taken_for_text(name):
    """After ``` no backtick may stand in the same line; with ::: it may."""
    assert not re.findall(r"^```\{question\}.*`.*$", TEXTS[name], re.MULTILINE)


@pytest.mark.parametrize("name", WITH)
def test_three_questions_close_the_chapter(name):
    text = TEXTS[name]
    assert len(re.findall(r"^(?::::|```)\{question\}", text, re.MULTILINE)) >= 3
    assert text.index("### Try it in code") < text.index("## Questions") < text.index("## What was learned")


@pytest.mark.parametrize("name", TEXTS)
def test_a_table_of_claims_closes_the_chapter(name):
    """Claim, for, against, measured: with a number of this book in it, which a run has put there."""
    rows = re.search(r"^\| Claim \| For(?: it)? \| Against.*?\|.*?\n\n", TEXTS[name], re.DOTALL | re.MULTILINE)
    assert rows and rows[0].count("\n") >= 5 and "{glue:text}`" in rows[0]


@pytest.mark.parametrize("name", TEXTS)
def test_a_paragraph_has_one_tag_at_most(name):
    tags = re.compile(r"\{(?:proved|measured|reported|contested)\}`")
    prose = [line for line in TEXTS[name].split("\n") if not line.startswith("|")]
    many = [line for line in prose if len(tags.findall(line)) > 1]
    assert not many, many
