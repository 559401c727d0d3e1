"""How the other side answered: a refusal, a denial or a yes right after a demand, by the party it is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from briefs.engines.rules.demands import clauses
from briefs.models import DemandStatus
from briefs.proposals import ProposedDemand, Quote

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from briefs.engines.rules.demands.ties import Binder
    from briefs.parse import Parsed, ParsedBlock

_ANSWERS: dict[str, DemandStatus | None] = {
    "reject": "rejected", "refuse": "rejected", "dismiss": "rejected", "rebuff": "rejected", "decline": "rejected",
    "deny": None, "ignore": None, "accept": "accepted", "agree": "accepted", "grant": "accepted", "comply": "met",
    "oblige": "met",
}  # fmt: skip
_BACK = re.compile(
    r"\b(?:it|this|that|these|those|them|so|demands?|requests?|offers?|proposals?|calls?|conditions?|issues?|terms|"
    r"ultimatum|appeals?|deadline|accusations?)\b",
    re.IGNORECASE,
)
_REACH = 2  # sentences after the demand: further on, "it" is something else
_MAX_WORDS = 16


def answered(demands: Sequence[ProposedDemand], parsed: Parsed, binder: Binder) -> list[ProposedDemand]:
    """The demands with `response` where the next sentences give one, and its quote among theirs."""
    sentences = list(parsed.sentences())
    said = [
        reply for n, (part, sentence) in enumerate(sentences) if (reply := _reply(part, sentence, n, binder))
    ]
    if not said:
        return list(demands)
    starts = [part.start(sentence) for part, sentence in sentences]
    return [_with(demand, said, starts) for demand in demands]


class _Reply:
    def __init__(self, at: int, parties: frozenset[str], quote: Quote, verb: str) -> None:
        self.at = at
        self.parties = parties
        self.quote = quote
        self.verb = verb


def _reply(part: ParsedBlock, sentence: Span, at: int, binder: Binder) -> _Reply | None:
    verb: Token = sentence.root
    if verb.lemma_ not in _ANSWERS or clauses.negated(verb) or part.block.kind == "headline":
        return None
    who = clauses.subject(verb)
    if who is None or who.i > verb.i or clauses.passive(verb):
        return None
    parties = binder.sides(part, who)
    tokens = list(part.doc)
    stop = clauses.clause_stop(verb.i, sentence.end, tokens)
    start = clauses.noun_start(who)
    if not parties or stop - start > _MAX_WORDS + 4 or not _BACK.search(part.doc[verb.i : stop].text):
        return None
    return _Reply(at, parties, binder.quote(part, (start, stop)), verb.lemma_)


def _with(demand: ProposedDemand, said: list[_Reply], starts: list[int]) -> ProposedDemand:
    if demand.kind in {"refusal", "concession", "offer"} or not demand.to:
        return demand
    first = demand.quotes[0].start
    here = max((n for n, start in enumerate(starts) if start <= first), default=0)
    reply = next((r for r in said if here < r.at <= here + _REACH and r.parties & set(demand.to)), None)
    if reply is None:
        return demand
    return replace(
        demand,
        response=" ".join(reply.quote.text.split()),
        quotes=(*demand.quotes, reply.quote),
        status=_ANSWERS[reply.verb] or demand.status,
    )
