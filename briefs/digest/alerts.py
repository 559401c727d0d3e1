"""Which signals of a fresh brief are worth telling at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from briefs.models import Brief, Evidence, RiskSignal

_GRAVE = 4
_KINDS = 2
_NEWS = 4
"""Paragraphs in which an article tells what is new. Further down it tells what came before, in whatever tense."""
_LEAD = 1
"""Paragraphs for hardship, which most articles on a dispute go on to describe."""
_MARKED = 3  # severity from which on a signal counts as one of the kinds: friction is in every article


@dataclass(frozen=True, slots=True)
class Alert:
    """The signals that set it off, gravest first, and the rule that they meet, in words."""

    article: str
    signals: tuple[RiskSignal, ...]
    reason: str


def alert(brief: Brief, level: int | None = None, known: Collection[str] = ()) -> Alert | None:
    """None where nothing in the brief is up to the room's level.

    `level` 1 to 5: a signal of that severity. None, the default rule: severity 4 or more, or two kinds of signal of
    severity 3 or more (hardship, which other signals bring about, is no kind of its own). Only what the article tells
    as its news counts: not background, what is denied, or what may come under a condition. `known` are quotes that were
    alerted about before.
    """
    evidence = {e.id: e for e in brief.evidence}
    counted = [
        s
        for s in brief.risk_signals
        if s.polarity == "escalatory"
        and s.tense in {"current", "future"}
        and s.claim_status != "denied"
        and _is_news(s, evidence)
        and not any(evidence[i].quote in known for i in s.evidence if i in evidence)
    ]
    bar = _GRAVE if level is None else level
    over = sorted((s for s in counted if s.severity >= bar), key=lambda s: -s.severity)
    if over:
        return Alert(brief.article.id, tuple(over), f"severity {over[0].severity}")
    if level is None:
        marked = [s for s in counted if s.severity >= _MARKED and s.event != "hardship"]
        kinds = sorted({s.event for s in marked})
        if len(kinds) >= _KINDS:
            gravest = tuple(sorted(marked, key=lambda s: -s.severity))
            return Alert(brief.article.id, gravest, f"{len(kinds)} kinds of signal: {', '.join(kinds)}")
    return None


def _is_news(signal: RiskSignal, evidence: dict[str, Evidence]) -> bool:
    support = [evidence[i] for i in signal.evidence if i in evidence and evidence[i].role == "support"]
    depth = min((e.paragraph for e in support), default=_NEWS + 1)
    return depth <= (_LEAD if signal.event == "hardship" else _NEWS)
