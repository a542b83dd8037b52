"""What breaks the rules of evidence in the book's pages: `python -m tools.evidence`, or `make evidence`.

`python -m tools.evidence chapters/01_motivation.md` looks at this page alone. The rules stand in
`bnbook.sphinx.evidence_rules`.
"""

import sys
from pathlib import Path

from bnbook.sphinx.evidence import TARGET, known
from bnbook.sphinx.evidence_rules import offenses
from tools.build import ROOT


def pages():
    """The sources of the book's pages."""
    return [ROOT / f"{TARGET[0]}.md", *sorted((ROOT / "chapters").glob("*.md"))]


def found(path):
    """What is wrong on one page, with its place."""
    text, legend = path.read_text(encoding="utf-8"), path.stem == TARGET[0]
    return [f"{path.relative_to(ROOT)}:{offense}" for offense in offenses(text, *known(), legend=legend)]


def main():
    given = [Path(name).resolve() for name in sys.argv[1:]] or pages()
    lines = [line for path in given for line in found(path)]
    print(*lines, sep="\n")
    sys.exit(f"{len(lines)} offenses" if lines else 0)


if __name__ == "__main__":
    main()
