"""How a wish is told: kind sharpened by a deadline or a threat, status, tense."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from briefs.engines.rules.demands.wish import Wish
from briefs.models import DemandKind, DemandStatus, Tense

if TYPE_CHECKING:
    from spacy.tokens import Token

_OR_ELSE = re.compile(
    r"\b(?:or (?:else|face|risk|lose|be|suffer|see|it|they|he|she)|otherwise|ultimatum)\b", re.IGNORECASE
)
_DEADLINE = re.compile(
    r"\b(?:by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|midnight|noon|tomorrow|"
    r"(?:the end of )?(?:january|february|march|april|may|june|july|august|september|october|november|december))|"
    r"within \w+ (?:hours?|days?|weeks?)|deadline)\b",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"\b(?:in (?:19|20)\d\d|(?:years?|decades?|months) ago|last year|earlier this year)\b", re.IGNORECASE
)
_IF = re.compile(r"\b(?:if|unless|until|depend)\b", re.IGNORECASE)
_ASKS = frozenset({"demand", "appeal"})


def settle(wish: Wish) -> tuple[DemandKind, DemandStatus, Tense]:
    tokens = wish.part.doc[wish.quote[0] : wish.quote[1]]
    words = tokens.text
    kind: DemandKind = wish.kind
    if kind in _ASKS and (_OR_ELSE.search(words) or (kind == "demand" and _DEADLINE.search(words))):
        kind = "ultimatum"
    tense = _tense(wish.cue, words)
    status: DemandStatus = wish.status
    if tense == "conditional" and status == "stated":
        status = "conditional"
    return kind, status, tense


def _tense(cue: Token, words: str) -> Tense:
    verb = cue if cue.tag_[0] == "V" else cue.head
    helpers = {c.lower_ for c in verb.children if c.dep_ in {"aux", "auxpass"}}
    if "had" in helpers or _LONG_AGO.search(words):
        return "past_background"
    if cue.tag_[0] == "V" and helpers & {"could", "might", "may"}:
        return "conditional"
    if cue.tag_[0] == "V" and "would" in helpers:
        return "conditional" if _IF.search(words) or verb.dep_ != "ccomp" else "future"
    if cue.tag_[0] == "V" and helpers & {"will", "'ll"}:
        return "future"
    return "current"
