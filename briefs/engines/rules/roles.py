"""Which side of the matter a party is on: principals, mediators, third parties, those who are hit.

A person counts for the body that he or she speaks for. The two sides with the weightiest dealings are principals, and
so is whoever weighs nearly as much; who acts otherwise is a third party.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import product

from briefs.engines.rules.cast import Cast, Member
from briefs.models import PartyRole
from briefs.parse import Parsed
from briefs.proposals import ProposedDemand, ProposedSignal

_MEDIATES = re.compile(
    r"\b(mediat\w+|intermediar\w+|go-between|broker(s|ed|ing)?|facilitat\w+|conciliat\w+|arbitrat\w+|"
    r"host(s|ed|ing)? (the |peace |fresh |new )?(talks|negotiations))\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"(workers|dockers|staff|employees|crews?|drivers|pilots|teachers|nurses|miners|porters|members)$",
    re.IGNORECASE,
)
"""Those for whom a union deals are no side beside it."""
_DEMAND_WEIGHT = {"ultimatum": 4.0, "demand": 3.0, "precondition": 3.0, "red_line": 3.0, "refusal": 3.0, "offer": 2.5,
                  "concession": 2.0, "appeal": 1.0}  # fmt: skip
_HOSTILE = frozenset({"assault", "coerce", "mobilize", "sanction", "protest", "threaten", "reject", "accuse"})
_PAST = 0.3  # what is told as history says little about the matter of today
_NEARLY = 0.3  # of the weaker principal's weight makes another principal
_MOST_PRINCIPALS = 4


def settle(
    chosen: Collection[str],
    cast: Cast,
    parsed: Parsed,
    demands: Sequence[ProposedDemand],
    signals: Sequence[ProposedSignal],
) -> dict[str, PartyRole]:
    """The role of each chosen member, by key."""
    members = {key: cast.members[key] for key in chosen}
    sides = {key: _side(key, members) for key in members}
    mediating = {side for key in _mediators(members, parsed) for side in (key, sides[key])}
    weights, dealings = _dealings(sides, demands, signals)
    principals = _principals(weights, dealings, {sides[k] for k in mediating})
    active = {sides[k] for line in demands for k in line.from_ if k in sides}
    active |= {sides[k] for line in signals for k in line.actors if k in sides}
    unions = {key for key in principals if members[key].type == "union"}
    roles: dict[str, PartyRole] = {}
    for key, member in members.items():
        if key in mediating:
            roles[key] = "mediator"
        elif member.type == "person" or (member.type == "government_body" and sides[key] != key):
            roles[key] = "representative"
        elif key in principals and not (unions and key not in unions and _WORK.search(member.name)):
            roles[key] = "principal"
        elif member.type == "civilian_group" and key not in active:
            roles[key] = "affected"
        elif key in active or any(m.function in {"agent", "speaker"} for m in member.mentions):
            roles[key] = "third_party"
        else:
            roles[key] = "affected" if weights.get(key) else "other"
    return roles


def _side(key: str, members: Mapping[str, Member]) -> str:
    """The party that a person or body speaks for, as far up as the article says, else itself."""
    seen = {key}
    while (above := members[key].member_of) in members and above not in seen:
        key = str(above)
        seen.add(key)
    return key


def _mediators(members: Mapping[str, Member], parsed: Parsed) -> set[str]:
    """Members who do something in a sentence that speaks of mediating."""
    found = set()
    for part, sentence in parsed.sentences():
        if not _MEDIATES.search(sentence.text):
            continue
        start, end = part.start(sentence), part.end(sentence)
        for key, member in members.items():
            inside = [m for m in member.mentions if start <= m.start < end]
            if any(m.function == "agent" or _by(parsed.text, m.start) for m in inside):
                found.add(key)
    return found


def _by(text: str, position: int) -> bool:
    """Whether the mention follows the word that mediates: "mediated by Oman", "through the mediator Oman"."""
    before = text[max(0, position - 40) : position]
    return re.search(r"(mediated|brokered|facilitated|hosted) by (the )?$", before, re.IGNORECASE) is not None


def _dealings(
    sides: Mapping[str, str], demands: Sequence[ProposedDemand], signals: Sequence[ProposedSignal]
) -> tuple[dict[str, float], dict[frozenset[str], float]]:
    """How much each side weighs in the matter, and each pair of sides."""
    weights: dict[str, float] = defaultdict(float)
    pairs: dict[frozenset[str], float] = defaultdict(float)
    lines = [(d.from_, d.to, _DEMAND_WEIGHT[d.kind], d.tense) for d in demands]
    lines += [(s.actors, s.targets, s.severity if s.event in _HOSTILE else 1.0, s.tense) for s in signals]
    for doers, done_to, weight, tense in lines:
        worth = weight * (_PAST if tense == "past_background" else 1.0)
        ours, theirs = ({sides[k] for k in keys if k in sides} for keys in (doers, done_to))
        for side in sorted(ours | theirs):  # in an order that every process keeps, so that ties fall alike
            weights[side] += worth
        for one, other in product(sorted(ours), sorted(theirs)):
            if one != other:
                pairs[frozenset((one, other))] += worth
    return weights, pairs


def _principals(
    weights: Mapping[str, float], dealings: Mapping[frozenset[str], float], mediating: Collection[str]
) -> set[str]:
    open_pairs = {pair: w for pair, w in dealings.items() if not pair & set(mediating)}
    heaviest = sorted((side for side in weights if side not in mediating), key=lambda s: (-weights[s], s))
    strongest = max(open_pairs, key=lambda pair: open_pairs[pair], default=frozenset(heaviest[:2]))
    first: set[str] = set(strongest)
    if not first:
        return first
    bar = _NEARLY * min(weights[side] for side in first)
    more = [s for s in heaviest if s not in first and weights[s] >= bar]
    return first | set(more[: _MOST_PRINCIPALS - len(first)])
