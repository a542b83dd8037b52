"""American spelling in the sources, as in the prose (`tests/book/test_looks.py`): names, comments and docstrings.

Strings are data, such as the key of an array that is kept, and are not looked at.
"""

import ast
import io
import re
import tokenize

import pytest

from tools.build import ROOT

STEMS = (
    r"colour|behaviour|neighbour|favour|rumour|cent(?:re|red|ring)(?![a-z])|grey|catalogue|licence|judgement|"
    r"label(?:led|ling)(?![a-z])|cancell(?:ed|ing)|modell(?:ed|ing)|"
    r"(?:normal|standard|general|optim|minim|maxim|summar|recogn|synchron|special|initial|organ|visual|linear|discret|"
    r"random|stabil|categor|parametr|factor|regular|symmetr|quant)is(?:e|ed|er|ers|es|ing|ation)(?![a-z])"
)
BRITISH = re.compile(rf"[A-Za-z_]*(?:{STEMS})\w*", re.IGNORECASE)
FOREIGN = ("--grey-border-color",)  # names that others have given
TOPS = ("bn", "bnbook", "explorable", "tests", "tools", "benchmarks")
LOOKED_AT = [
    path
    for top in TOPS
    for path in sorted((ROOT / top).rglob("*"))
    if path.suffix in (".py", ".js", ".ts", ".css") and not {"vendor", "_build"} & set(path.relative_to(ROOT).parts)
    # These two hold the British stems themselves.
    and path.relative_to(ROOT).as_posix() not in ("tests/test_spelling.py", "tests/book/test_looks.py")
]  # fmt: skip


def words_of(path):
    """Names, comments and docstrings of a Python file; all of a style sheet or a script."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        for name in FOREIGN:
            text = text.replace(name, "")
        return text
    kinds = (tokenize.NAME, tokenize.COMMENT)
    tokens = [token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type in kinds]
    nodes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    documented = (node for node in ast.walk(ast.parse(text)) if isinstance(node, nodes))
    return "\n".join([*tokens, *(ast.get_docstring(node) or "" for node in documented)])


@pytest.mark.parametrize("top", TOPS)
def test_names_comments_and_docstrings_are_in_american_spelling(top):
    paths = [path for path in LOOKED_AT if path.is_relative_to(ROOT / top)]
    found = {str(path.relative_to(ROOT)): BRITISH.findall(words_of(path)) for path in paths}
    assert paths and not {name: words for name, words in found.items() if words}
