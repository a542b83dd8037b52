"""What is written out of a reader's code, and that it means the same."""

import numpy as np
import pytest

from tests.explorable.writing.arrays import inpage

WRITTEN = {
    "x *= 2": 'x = _by(x, "*", (2))',
    "    x **= y  # squared": '    x = _by(x, "**", (y))  # squared',
    "x[i, 1:2] //= [1,\n 2]; y %= 3": 'x[i, 1:2] = _by(x[i, 1:2], "//", ([1,\n 2])); y = _by(y, "%", (3))',
    "if a: x @= b": 'if a: x = _by(x, "@", (b))',
    "for i in range(3): x /= \\\n  i": 'for i in range(3): x = _by(x, "/", (\\\n  i))',
    "x += 1; x -= 2; x == 3; x <<= 1": "x += 1; x -= 2; x == 3; x <<= 1",
    "'a *= 2' # x *= 2": "'a *= 2' # x *= 2",
    '"""\nx *= 2\n"""\nx /= f"{x:*=3}"': '"""\nx *= 2\n"""\nx = _by(x, "/", (f"{x:*=3}"))',
    "self.x |= {'a': 1, **b}": "self.x = _by(self.x, \"|\", ({'a': 1, **b}))",
    "f(x, *a, y=2 * 3)": "f(x, *a, y=2 * 3)",
    "0 < x": "_left(0) < x",
    "y = (-1.5e3 >= x) & (2 > x)": "y = (_left(-1.5e3) >= x) & (_left(2) > x)",
    "return 1 <= x": "return _left(1) <= x",
    "a + 1 < x": "a + 1 < x",
    "x1 < 2 < 3": "x1 < 2 < 3",
    "x[0] < 1": "x[0] < 1",
    "a *= ": "a *= ",
    "x = 1\nwhile True:\n    x *= 2": 'x = 1\nwhile _at(2) and ( True):\n    x = _by(x, "*", (2))',
    "while (x[1:2]\n  < 3): x += 1": "while _at(1) and ( (x[1:2]\n  < 3)): x += 1",
    '"""\n"""\n\n  while 0 < f({1: 2}) : pass': '"""\n"""\n\n  while _at(4) and ( _left(0) < f({1: 2}) ): pass',
    "meanwhile = 'while x:'": "meanwhile = 'while x:'",
    "while": "while",
    "'": "'",
    "": "",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_written_out(page, text):
    assert page.evaluate("(text) => prepared(text)", text) == WRITTEN[text]


def test_no_line_is_moved(page):
    text = "def f(x):\n    x *= (1 +\n        2)\n\n    '''\n  a'''\n    return 0 < x\n"
    made = page.evaluate("(text) => prepared(text)", text)
    assert [line[:4] for line in made.split("\n")] == [line[:4] for line in text.split("\n")]


def test_it_means_the_same(page):
    x = np.arange(-3.0, 4.0).reshape(1, 7)
    lines = ["0 < x", "1.5 >= x", "-2 <= x", "(0 > x) | (2 < x)", "v = x; v *= 2; x", "v = x; v **= 2; x", "0 < 1 < 2"]
    lines += ["v = x[0]; v /= 3; x", "x[:, 1] *= 5; x", "x //= 2; x", "n = 7; n *= 2; n", "s = 'a'; s *= 3; s"]
    inpage.compare(page, [(line, {"x": x}) for line in lines])
