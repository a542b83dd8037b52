"""What an evidence tag must say, and where a page falls short of it.

{measured}`@drift | at rate 0.5`                    a kept finding (`experiments.findings`), which brings its own seeds
{measured}`12 seeds, median and range in brackets`  a count of eight or more, or "because ..."; and a spread
{measured}`exact | no randomness`                   the same numbers each time; the remark says why
{measured}`one case | one plane of very many`       a picture of one case; the remark says of what
{proved}`@dx, @dgamma | by the chain rule`          entries of the ledger; their assumptions are printed from there
{proved}`beside it | by multiplying out`            the proof stands in the text; the remark says how, or for what
{reported}`Figure 3`                                the place in the source; the paper is cited in the paragraph
{contested}`is it the same thing?`                  what about

The remark may be left out after names. `offenses` lists what breaks these rules; `python -m tools.evidence` does it for
the whole book, and with `bn_evidence_strict` in the settings of the build they end it.
"""

import re
from dataclasses import dataclass

KINDS = ("proved", "measured", "reported", "contested")
FEWEST = 8  # seeds behind a measured sentence, unless it says why there are fewer
ALONE = {"measured": ("exact", "one case"), "proved": ("beside it",)}  # what may stand where names stand otherwise
FORBIDDEN = ("as recalled", "as summarized by others", "as commonly stated", "not read again", "not re-read")

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
COUNTED = "seeds? draws? problems? starts? runs? batch(es)? chains? pairs? images? samples? networks? trials? splits?"
COUNT = re.compile(
    rf"\b(?P<n>\d+|{'|'.join(WORDS)})\s+(?:[a-z-]+\s+){{0,3}}?(?:{'|'.join(COUNTED.split())})\b", re.IGNORECASE
)
SPREAD = re.compile(
    r"\brange|\binterval|\bquartile|\bpercentile|\bspread\b|\bin brackets\b|\bbands?\b|\berror bars?\b|"
    r"\(\S+ to \S+\)|\b\w+ of (?:the )?\d+\b|\bin all \d+\b",
    re.IGNORECASE,
)
ONE_CASE = re.compile(r"\bone (?:[\w-]+ )+of (?:very )?many\b", re.IGNORECASE)
REASON = re.compile(r"\b(because|since)\b", re.IGNORECASE)
IN_PAPER = re.compile(
    r"§|\b(sections?|sec\.|figures?|tables?|theorems?|lemmas?|propositions?|corollar(y|ies)|definitions?|assumptions?|"
    r"algorithms?|equations?|eq\.|appendi(x|ces)|abstract|remarks?|observations?|claims?|footnotes?|chapters?)(?!\w)",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(
    r"\b(documentation|docstring|source|sources|release notes|notebook|issue|issues|thread|threads|pull requests?|"
    r"model card|configuration|blog|talk|page)\b",
    re.IGNORECASE,
)
SCOPE = re.compile(r"\b(any|every|all|each|eps|epsilon)\b|[=<>]", re.IGNORECASE)

TAG = re.compile(r"(?<!`)\{(proved|measured|reported|contested)\}`([^`]+)`")
NAMES = re.compile(r"@[\w-]+(\s*,\s*@?[\w-]+)*")
CITED = re.compile(r"\{cite[a-z:]*\}`")


@dataclass(frozen=True)
class Tag:
    """A tag as it was written. `names` behind the @, or `alone`, one of ALONE, or neither; and the remark, or ""."""

    kind: str
    names: tuple = ()
    alone: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Offense:
    """What is wrong, and where: `line` counts from 1, `text` is what was written there."""

    line: int
    text: str
    wrong: str

    def __str__(self):
        return f"{self.line}: {self.text}: {self.wrong}"


def parsed(kind, text):
    """The tag of a role's text. ValueError where it begins with @ and is not of the form "@name, @name | remark"."""
    text = " ".join(text.replace(r"\|", "|").split())  # in a table a bar is written with a backslash
    first, bar, rest = (part.strip() for part in text.partition("|"))
    if first.startswith("@"):
        if not NAMES.fullmatch(first) or bool(bar) != bool(rest):
            raise ValueError(f"{text!r} is not of the form @name, @name | remark")
        return Tag(kind, names=tuple(name.strip(" @") for name in first.split(",")), remark=rest)
    for alone in ALONE.get(kind, ()):
        match = re.fullmatch(rf"{alone}\s*[|:,;]?\s*(.*)", text)
        if match and (text == alone or text[len(alone)] in " |:,;"):
            return Tag(kind, alone=alone, remark=match[1])
    return Tag(kind, remark=text)


def offenses(source, findings=(), labels=(), legend=False):
    """What breaks the rules in the source of a page.

    findings, labels : the names that exist.   legend : whether the page explains the tags, and may show them bare.
    """
    text = without_code(source)
    found = [Offense(line_of(text, place), words, "this phrase may not stand here") for words, place in phrases(text)]
    for match in TAG.finditer(text):
        if legend and match[2] in (match[1], "measured here"):
            continue
        wrong = fault(match[1], match[2], paragraph(text, match.start()), findings, labels)
        if wrong:
            found.append(Offense(line_of(text, match.start()), " ".join(match[0].split()), wrong))
    return sorted(found, key=lambda offense: offense.line)


def fault(kind, text, around, findings, labels):
    """What is wrong with one tag, or None.   around : the paragraph that it stands in."""
    try:
        tag = parsed(kind, text)
    except ValueError as error:
        return str(error)
    unknown = unknown_names(tag, findings, labels)
    if unknown:
        return unknown
    faults = {"measured": measured_fault, "proved": proved_fault, "reported": reported_fault}
    return faults.get(kind, no_fault)(tag, around)


def unknown_names(tag, findings, labels):
    """Which of a tag's names do not exist, in words, or None."""
    known, what = {"measured": (findings, "finding"), "proved": (labels, "entry of the ledger")}.get(tag.kind, ((), ""))
    if tag.names and not what:
        return f"a tag of the kind {tag.kind} takes no @names"
    missing = [name for name in tag.names if name not in known]
    return f"there is no {what} {', '.join(map(repr, missing))}" if missing else None


def measured_fault(tag, around):
    if tag.names:
        return None
    if tag.alone:
        return None if tag.remark else f"after {tag.alone!r} the remark is missing: why, or of what"
    if ONE_CASE.search(tag.remark):
        return None
    count = COUNT.search(tag.remark)
    if not count:
        return "it names no finding (@name) and no number of seeds, draws or problems"
    number = int(count["n"]) if count["n"].isdigit() else WORDS.index(count["n"].lower())
    if number < FEWEST and not REASON.search(tag.remark):
        return f"{count[0]!r} are fewer than {FEWEST}, and it does not say why (because ...)"
    return None if SPREAD.search(tag.remark) else "it names no spread: a range, an interval, a band, 7 of 8 seeds"


def proved_fault(tag, around):
    if tag.names:
        words = SCOPE.search(tag.remark)
        return f"{words[0]!r} in the remark: what is assumed is printed from the ledger" if words else None
    if tag.alone:
        return None if tag.remark else f"after {tag.alone!r} the remark is missing: how, or for what"
    return "it names no entry of the ledger (@label), nor that the proof stands beside it (beside it | ...)"


def reported_fault(tag, around):
    if ELSEWHERE.search(tag.remark):
        return None
    if not IN_PAPER.search(tag.remark):
        return "it names no place in the source: a section, figure, table, theorem, the abstract, the documentation"
    return None if CITED.search(around) or re.search(r"\b(19|20)\d\d\b", tag.remark) else "no paper is cited beside it"


def no_fault(tag, around):
    return None


def phrases(text):
    """(phrase, place) of every forbidden phrase."""
    for words in FORBIDDEN:
        for match in re.finditer(r"\s+".join(words.split()), text, re.IGNORECASE):
            yield words, match.start()


def without_code(source):
    """The source with code blanked out: cells, listings, and what stands in double backticks. No line is lost."""
    lines, fence, code = [], "", False
    for line in source.split("\n"):
        mark = re.match(r"\s*(`{3,})(.*)", line)
        if mark and not fence:
            fence, code = mark[1], not mark[2].startswith("{") or mark[2].startswith("{code")
        elif mark and mark[1] == fence and not mark[2].strip():
            fence, code = "", False
        lines.append("" if code else line)
    return re.sub(r"(?<!`)``(?!`).+?(?<!`)``(?!`)", lambda match: " " * len(match[0]), "\n".join(lines))


def paragraph(text, place):
    """The paragraph around a place."""
    start, end = text.rfind("\n\n", 0, place), text.find("\n\n", place)
    return text[start + 1 : end if end >= 0 else len(text)]


def line_of(text, place):
    return text.count("\n", 0, place) + 1
