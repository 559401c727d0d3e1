"""What a brief knows of the lines of its article: who is meant, and what they do there.

A line that says "there can be no talks before that" speaks of a precondition of Velmark's to Ostrany if a demand of the
brief stands on it. The names and the word for what is done then count for the line, almost as if they stood in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from briefs.models import Brief, Party
from briefs.terms import Names, stems, terms

_DEMANDS = {
    "demand": "demand",
    "ultimatum": "ultimatum demand threaten deadline",
    "precondition": "precondition condition demand",
    "red_line": "refuse rule",
    "offer": "offer propose",
    "concession": "concede offer",
    "appeal": "appeal urge call",
    "refusal": "refuse reject",
}
_EVENTS = {
    "assault": "attack", "coerce": "force", "mobilize": "deploy mobilize", "sanction": "sanction", "protest": "protest",
    "threaten": "threaten", "reject": "reject refuse", "accuse": "accuse", "warning": "warn", "hardship": "suffer",
    "consult": "talks meet", "agree": "agree", "support": "support", "concede": "concede", "cooperate": "cooperate",
    "aid": "aid help", "retreat": "withdraw",
}  # fmt: skip
_ROLES = {"mediator": "mediate intermediary mediator"}


@dataclass(frozen=True, slots=True)
class Known:
    """Words that count for the lines that overlap [start, end), and the states and bodies among them."""

    start: int
    end: int
    stems: frozenset[str]
    names: frozenset[str]


def known(brief: Brief, names: Names) -> list[Known]:
    """What a brief knows, a piece for each quote of its demands, signals and mediators."""
    return list(_known(brief, names))


def _known(brief: Brief, names: Names) -> Iterator[Known]:
    parties = {party.id: party for party in brief.parties}
    evidence = {e.id: e for e in brief.evidence}

    def pieces(quotes: Iterable[str], who: Iterable[str], words: str) -> Iterator[Known]:
        called = " . ".join(form for key in who for form in _forms(key, parties))
        found = frozenset(name for _, _, name in names.found(terms(called)))
        for key in quotes:
            quote = evidence.get(key)
            if quote is not None and quote.role == "support":
                yield Known(quote.start, quote.end, frozenset(stems(f"{called} {words}")), found)

    for demand in brief.demands:
        yield from pieces(demand.evidence, (*demand.from_, *demand.to), _DEMANDS[demand.kind])
    for signal in brief.risk_signals:
        yield from pieces(signal.evidence, (*signal.actors, *signal.targets), _EVENTS[signal.event])
    for party in brief.parties:
        if party.role in _ROLES:
            yield from pieces(party.evidence, (party.id,), _ROLES[party.role])


def _forms(key: str, parties: dict[str, Party]) -> list[str]:
    party = parties.get(key)
    if party is None:
        return []
    above = parties.get(party.member_of or "")
    return [party.name, *party.aliases, *([above.name] if above is not None else [])]
