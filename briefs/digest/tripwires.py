"""Conditions that a party itself stated, and the later words that meet them: "if X, we will Y", and then X."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from briefs.models import Brief, Evidence
from briefs.situations.concepts import Aboutness
from briefs.situations.models import Source
from briefs.situations.reports import Report

_WILL = r"(?:will|would|shall|won't|won’t|'ll|’ll|is (?:ready|prepared|willing|going) to|are (?:ready|prepared|willing|going) to)"
_FIRST = re.compile(
    rf"\b(?P<word>if|should|once|unless)\s+(?P<if>[^,;]{{6,160}}),\s*(?P<then>[^;]*?\b{_WILL}\b[^;.]*)",
    re.IGNORECASE,
)
_LAST = re.compile(
    rf"(?P<then>[^;.,]*\b{_WILL}\b[^;.]*?)\s+(?P<word>if|once|unless|until)\s+(?P<if>[^,;.]{{6,160}})",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|no longer|refus\w+|reject\w*|den(?:y|ies|ied)|without|fail\w*|if|unless|until|would|could|may|might|"
    r"should|call\w* (?:on|for)|urg\w+|demand\w*|want\w*|threat\w*|warn\w*)\b|n't\b|n’t\b",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\b(?:call\w* off|cancel\w*|suspend\w*|halt\w*|end(?:s|ed|ing)?|stop\w*|ceas\w+|paus\w+|lift\w*|withdr[ae]w\w*|(?<!to )return\w*|"
    r"releas\w+|abandon\w*|drop\w*)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"^(?:(?:the )?(?:end|start|middle|beginning|summer|autumn|fall|winter|spring|early|late|mid|next|this|at least)\b[\w ,-]*|"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|\w+day|noon|midnight|\d)"
    r"[\w ,:.]*)$",
    re.IGNORECASE,
)
_MET = 0.7
"""Share of what the condition is about that the later words must say; both quotes stand side by side for a person."""
_LEAST = 2  # words that a condition must be about: "if needed" is met by everything


@dataclass(frozen=True, slots=True)
class Condition:
    """`trigger` and `consequence` are words of the quote. `word`: if, once, should, unless, until."""

    party: str
    trigger: str
    consequence: str
    word: str
    source: Source


@dataclass(frozen=True, slots=True)
class Tripwire:
    """A condition and the later words that meet it."""

    condition: Condition
    met_by: Source
    article: str


def conditions(report: Report) -> tuple[Condition, ...]:
    """The conditions that parties state in an article, each place once."""
    brief = report.brief
    names = {p.id: p.name for p in brief.parties}
    makers = _makers(brief)
    out: dict[str, Condition] = {}
    for evidence in brief.evidence:
        party = names.get(evidence.speaker or "") or names.get(makers.get(evidence.id, ""))
        if party is None:
            continue
        for match in (*_FIRST.finditer(evidence.quote), *_LAST.finditer(evidence.quote)):
            trigger = match["if"].strip(" “”\"'")
            if _TIME.match(trigger):
                continue
            known = out.get(trigger)
            if known is None or len(known.source.quote) > len(evidence.quote):
                out[trigger] = Condition(
                    party=party,
                    trigger=trigger,
                    consequence=match["then"].strip(" “”\"'"),
                    word=match["word"].lower(),
                    source=report.source(evidence, names),
                )
    return tuple(out.values())


def tripped(known: Iterable[Condition], later: Report, about: Aboutness) -> tuple[Tripwire, ...]:
    """The conditions that a later article meets, each by the words that meet it best."""
    names = {p.id: p.name for p in later.brief.parties}
    happened = [(e, about.of(e.quote)) for e in _happened(later.brief)]
    out: dict[tuple[str, str], Tripwire] = {}
    for condition in known:
        key = condition.party, condition.trigger.casefold()
        if condition.source.article == later.id or key in out:
            continue
        wanted = about.of(condition.trigger)
        if len(wanted) < _LEAST:
            continue
        stops = _STOP.search(condition.trigger) is not None
        best = max(
            (
                (about.coverage(wanted, said), -e.start, e)
                for e, said in happened
                if not stops or _STOP.search(e.quote)
            ),
            key=lambda it: it[:2],
            default=None,
        )
        if best is not None and best[0] >= _MET:
            out[key] = Tripwire(condition, later.source(best[2], names), later.id)
    return tuple(out.values())


def _makers(brief: Brief) -> dict[str, str]:
    """Party ids by the evidence of the demands and signals that are theirs."""
    out: dict[str, str] = {}
    for demand in brief.demands:
        for i in demand.evidence:
            if demand.from_:
                out.setdefault(i, demand.from_[0])
    for signal in brief.risk_signals:
        for i in signal.evidence:
            if signal.actors:
                out.setdefault(i, signal.actors[0])
    return out


def _happened(brief: Brief) -> Iterator[Evidence]:
    """The words of a brief that tell of something done: current, not denied, not wished, not refused."""
    evidence = {e.id: e for e in brief.evidence}
    for signal in brief.risk_signals:
        if signal.tense != "current" or signal.claim_status in {"denied", "contested"}:
            continue
        for i in signal.evidence:
            if i in evidence and evidence[i].role == "support" and not _NOT.search(evidence[i].quote):
                yield evidence[i]
