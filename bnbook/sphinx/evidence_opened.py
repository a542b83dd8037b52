"""What an evidence tag with names opens to: how its findings were made, or what its entries of the ledger assume."""

import inspect
from functools import lru_cache
from html import escape

from bnbook.proofs import registry
from bnbook.proofs.assumptions import SCOPE
from bnbook.proofs.entries import METHODS

LONG = 140  # characters; more are counted in the tag, and listed where it opens


@lru_cache(maxsize=1)
def findings():
    """The kept findings, by name. Their modules are imported when a page first names one."""
    from bnbook.experiments.findings import FINDINGS

    return FINDINGS


@lru_cache(maxsize=1)
def entries():
    """The entries of the ledger that are proved, by label."""
    return registry.identities()


def seeds(names):
    """How many seeds stand behind these findings, for the tag."""
    counts = sorted({len(findings()[name].seeds) for name in names})
    words = " and ".join(map(str, counts))
    return f"{words} paired seeds" if words and counts != [1] else "1 seed" if words else ""


def assumptions(labels):
    """What these entries assume, for the tag: each once, without what only says what a letter means.

    Where that is too long, the conditions alone, or their number; the tag opens to all of them.
    """
    found = list(dict.fromkeys(text for label in labels for text in entries()[label].assumptions))
    told = [text for text in found if text.case or text.why == SCOPE]
    conditions = [text for text in told if text.case]
    if len("; ".join(told)) <= LONG:
        return "; ".join(told)
    short = f"{'; '.join(conditions)}; and {len(told) - len(conditions)} more"
    return short if len(short) <= LONG and len(told) > len(conditions) else f"under {len(found)} assumptions"


def again(names):
    """The command that makes the findings again."""
    return f'make findings ARGS="{" ".join(names)}"' if len(names) > 1 else f"make findings ARGS={names[0]}"


def html(kind, names, ledger_page, about, whole=""):
    """What the tag opens to.   about : address and words of the explanation of the kind.   whole : the tag in full."""
    part = measured if kind == "measured" else proved
    parts = "".join(part(name, ledger_page) for name in names)
    address, meaning = about
    more = f'<p><a href="{address}">What this kind of tag promises</a>: {escape(meaning)}.</p>'
    words = f'<p class="bn-whole">{escape(whole)}</p>' if whole else ""
    return f'<div class="bn-opened">{words}{parts}{more}</div>'


def measured(name, _):
    finding = findings()[name]
    made = about(name)
    versions = ", ".join(f"{spelled(package)} {number}" for package, number in made.get("versions", {}).items())
    facts = {
        "seeds": listed(finding.seeds),
        "settings": "; ".join(f"{key} = {value}" for key, value in settings(finding).items()) or "none",
        "made with": f"{versions}, in {took(made['seconds'])}" if made else "not kept yet",
    }
    code = f"{finding.function.__module__}.{finding.function.__qualname__}"
    rows = "".join(fact(term, escape(text)) for term, text in facts.items())
    rows += fact("code", f"<code>{escape(code)}</code>") + fact("run again", f"<code>{escape(again([name]))}</code>")
    return f"<p><strong>{escape(name)}</strong>: {escape(finding.says)}.</p>\n<dl>{rows}</dl>\n"


def proved(label, page):
    entry = entries()[label]
    facts = {"assumes": "; ".join(entry.assumptions), "proof": METHODS[entry.method], "source": entry.source}
    rows = "".join(fact(term, escape(text)) for term, text in facts.items())
    link = f'<a href="{page}#ledger-{label}">{escape(label)}</a>'
    return f"<p><strong>{link}</strong>: {escape(entry.claim)}</p>\n<dl>{rows}</dl>\n"


def fact(term, body):
    return f"<div><dt>{term}</dt><dd>{body}</dd></div>"


def listed(numbers):
    """Seeds in words: "0 to 7", or each of them."""
    numbers = list(numbers)
    run = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return f"{numbers[0]} to {numbers[-1]}" if run else ", ".join(map(str, numbers))


def settings(finding):
    """All settings of a finding: the function's own defaults, and what the registry sets."""
    own = inspect.signature(finding.function).parameters.values()
    defaults = {parameter.name: parameter.default for parameter in own if parameter.default is not parameter.empty}
    return {name: value for name, value in {**defaults, **finding.settings}.items() if len(str(value)) <= LONG}


def about(name):
    """How the finding was made, or {} if it is not kept yet."""
    from bnbook.experiments import kept

    return kept.about(name) if kept.path_of(name).exists() else {}


def took(seconds):
    """A time in words, to one or two digits."""
    return f"{seconds:.2g} s" if seconds < 100 else f"{seconds / 60:.2g} minutes"


def spelled(package):
    return {"numpy": "NumPy", "python": "Python"}.get(package, package)
