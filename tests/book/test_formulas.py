"""Displayed formulas come from the registry, carry a mark that leads to the ledger, and are proved by the build."""

import re
from dataclasses import replace

import pytest

from bnbook.proofs import registry as ledger
from bnbook.sphinx import formulas, proof_ledger
from tests.book.pages import ROOT

SOURCES = [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]
LEDGER = "chapters/ledger.html"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_displayed_formula_is_typed(path):
    text = re.sub(r"```+\{code-(cell|block)\}.*?\n```+\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(r"\$\$|\{math\}|\\begin\{", text)


def marks(book):
    """(page, label) of every mark beside a formula."""
    for path in sorted(book.rglob("*.html")):
        for address in re.findall(r'class="bn-mark[^>]*href="([^"]+)"', path.read_text(encoding="utf-8")):
            target, _, anchor = address.partition("#")
            yield path, (path.parent / target).resolve(), anchor


def test_every_mark_leads_to_its_entry(book):
    text = (book / LEDGER).read_text(encoding="utf-8")
    found = list(marks(book))
    assert found
    for path, target, anchor in found:
        assert target == (book / LEDGER).resolve(), path
        assert f'id="{anchor}"' in text, f"{path} links to {anchor}, which the ledger does not have"


def labels_shown(text):
    """The labels of the formulas that a source shows, without those in blocks that explain how to write one."""
    directives = re.findall(r"\{formula\}([^\n]*)", re.sub(r"`{4,}(?!\{).*?`{4,}", "", text, flags=re.DOTALL))
    return [label for labels in directives for label in labels.split()]


def test_every_entry_of_a_displayed_formula_has_its_own_mark(book):
    found = sorted((path.stem, anchor.removeprefix("ledger-")) for path, _, anchor in marks(book))
    shown = [(path.stem, label) for path in SOURCES for label in labels_shown(path.read_text(encoding="utf-8"))]
    assert shown and found == sorted(shown)


def test_every_mark_tells_a_screen_reader_its_kind_and_entry(book):
    for label, entry in ledger.entries().items():
        if entry.kind == "definition":
            continue
        words = formulas.MARKS[entry.kind][1]
        assert f'aria-label="{words}: entry {label} of the proof ledger"' in formulas.mark(entry, "ledger.html")


def test_the_ledger_holds_every_entry_with_its_proof(book):
    text = (book / LEDGER).read_text(encoding="utf-8")
    assert f"<p>{len(ledger.identities())} proofs; together they took {proof_ledger.SECONDS} seconds" in text
    for label, entry in ledger.entries().items():
        start = text.index(f'id="ledger-{label}"')
        part = text[start : text.find('id="ledger-', start + 1)]
        assert "<math" in part and entry.kind in part
        if label in ledger.identities():
            assert all(name in part.replace("&#x27;", "'") for name in entry.mutants if "<" not in name), label


def test_entries_that_are_shown_link_back(book):
    text = (book / LEDGER).read_text(encoding="utf-8")
    for target in set(re.findall(r'href="([^"]+#equation-[^"]+)"', text)):
        page, _, anchor = target.partition("#")
        assert f'id="{anchor}"' in (book / "chapters" / page).read_text(encoding="utf-8"), target
    assert 'href="02_transform.html#equation-eq-bn"' in text


def test_a_false_claim_stops_the_build():
    true = ledger.identities()["xhat-mean-square"]
    false = replace(true, label="false-claim", form=next(iter(true.mutants.values())))
    with pytest.raises(formulas.FormulaError, match="false-claim"):
        formulas.prove([false])
    formulas.prove([true])
