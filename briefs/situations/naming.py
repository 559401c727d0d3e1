"""What a situation is called: its matter and its two sides, "Strike at Port Arlen" being nobody's name for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from briefs.situations import standing
from briefs.situations.actors import Roster
from briefs.situations.models import LedgerDemand
from briefs.situations.reports import Report

_MATTER = re.compile(
    r"\b(?P<kind>hostile takeover|takeover|merger|pay|wage|labou?r|trade|border|debt|budget|land|water|tariff|hunger|general|rent|"
    r"cease-?fire|peace|nuclear|climate|coalition|hostage|prison|antitrust)?\s?(?P<noun>strikes?|walkouts?|lockouts?|takeover|bid|"
    r"merger|boycott|blockade|siege|sanctions|tariffs?|embargo|cease-?fire|truce|talks|negotiations|dispute|standoff|stand-off|"
    r"lawsuit|trial|referendum|impeachment|invasion|offensive|war|protests?|sit-in|eviction|layoffs|shutdown|hostages|coup|"
    r"curfew|annexation|recount|abortion|dam|pipeline)\b",
    re.IGNORECASE,
)
_RANK = {"talks": 1, "negotiations": 1, "dispute": 1, "trial": 1, "protest": 2, "war": 2}
"""Where two are told of equally often: what names most by itself comes first (3 is the rule)."""
_PLURAL = frozenset({"strikes", "walkouts", "lockouts", "protests", "tariff"})
_NO_SIDE = re.compile(
    r"\b(?:court|tribunal|judge|mediator|conciliator|arbitrator|police)\b|^(?:the )?(?:\w+ )?(?:people|children|men|"
    r"women|voters|residents|public|citizens|patients|families|consumers|parents|relatives|others)$",
    re.IGNORECASE,
)
"""Who is asked to decide or to keep order is no side, nor is everybody."""
_SHORT = 6  # words
_TOLD = 2  # articles that must speak of it: one has a headline, which names it better


def title(demands: Sequence[LedgerDemand], reports: Sequence[Report], roster: Roster) -> str:
    """As in "Strike: Seafarers' League ↔ Arlen Lines" once two articles told of them; before that the headline."""
    if not reports:
        return ""
    own = [r for r in reports if r.copy_of is None]
    sides = _sides(demands, own, roster) if len(own) >= _TOLD else None
    if sides is None:
        return reports[0].brief.article.title
    matter = _matter(own)
    matter = matter or _asked(demands, sides)
    return f"{matter}: {sides[0]} ↔ {sides[1]}" if matter else reports[0].brief.article.title


def _asked(demands: Sequence[LedgerDemand], sides: tuple[str, str]) -> str:
    """What one of the sides wants of the other, if that is short enough for a title."""
    for demand in demands:
        text = demand.text
        between = set(sides) <= {*demand.from_, *demand.to}
        said = standing.stands(text)  # a sentence, not what is wanted
        if demand.main and between and not said and standing.asks(text) and len(text.split()) <= _SHORT:
            return text[:1].upper() + text[1:]
    return ""


def _sides(
    demands: Sequence[LedgerDemand], reports: Sequence[Report], roster: Roster
) -> tuple[str, str] | None:
    """The two that most is heard of between them; where no demand names both, the principals that most articles name."""
    heard: Counter[tuple[str, str]] = Counter()
    shown: dict[tuple[str, str], tuple[str, str]] = {}
    for demand in demands:
        if not demand.main or not demand.from_ or not demand.to:
            continue
        pair = demand.from_[0], demand.to[0]
        if _pair(*pair, roster):
            one, other = sorted(pair)
            heard[one, other] += len({e.article for e in demand.history})
            shown.setdefault((one, other), pair)
    best = max(heard.items(), key=lambda it: (it[1], it[0]), default=None)
    if best is not None and best[1] >= _TOLD:
        return shown[best[0]]
    principals = _principals(reports, roster)
    bodies = _throughout(reports, roster)
    facing = _facing(reports, roster)
    for n, one in enumerate(principals):
        for other in principals[n + 1 :]:
            if _pair(one, other, roster) and (frozenset((one, other)) in facing or {one, other} <= bodies):
                return one, other
    return None


def _pair(one: str, other: str, roster: Roster) -> bool:
    ids = {n: a.id for a in roster.actors() for n in (a.name, *a.aliases)}
    if one in ids and other in ids and roster.same(ids[one], ids[other]):
        return False  # a governor and the state
    return roster.sides(one, other) and not _NO_SIDE.search(one) and not _NO_SIDE.search(other)


def _principals(reports: Sequence[Report], roster: Roster) -> list[str]:
    """Names of organisations that two articles or more call sides, most often named first."""
    told: Counter[str] = Counter()
    names = {n: a.name for a in roster.actors() for n in (a.name, *a.aliases)}
    for report in reports:
        found = {
            names.get(p.name, p.name)
            for p in report.brief.parties
            if p.role == "principal" and p.type != "person"
        }
        told.update(found)
    return [name for name, count in sorted(told.items(), key=lambda it: (-it[1], it[0])) if count >= _TOLD]


def _throughout(reports: Sequence[Report], roster: Roster) -> set[str]:
    """Names of unions, firms, states and the like that are sides in every article; "women" and "people" are not."""
    names = {n: a.name for a in roster.actors() for n in (a.name, *a.aliases)}
    each = [
        {
            names.get(p.name, p.name)
            for p in r.brief.parties
            if p.role == "principal" and p.type not in {"person", "civilian_group"}
        }
        for r in reports
    ]
    return set.intersection(*each) if each else set()


def _facing(reports: Iterable[Report], roster: Roster) -> set[frozenset[str]]:
    """Pairs of names of which one demands or refuses something of the other, or does something to it."""
    names = {n: a.name for a in roster.actors() for n in (a.name, *a.aliases)}
    out = set()
    for report in reports:
        called = {p.id: names.get(p.name, p.name) for p in report.brief.parties}
        asked = [(d.from_, d.to) for d in report.brief.demands]
        done = [(s.actors, s.targets) for s in report.brief.risk_signals if s.polarity == "escalatory"]
        for ours, theirs in (*asked, *done):
            out |= {
                frozenset((called[a], called[b])) for a in ours for b in theirs if a in called and b in called
            }
    return out


def _matter(reports: Iterable[Report]) -> str:
    """The noun for what it is about that most articles have: in the headline it counts twice. "" where none has two."""
    articles = 0
    told: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {}
    for report in reports:
        articles += 1
        quotes = " · ".join(e.quote for e in report.brief.evidence)
        for words, weight in ((report.brief.article.title, 2), (quotes, 1)):
            nouns = set()
            for found in _MATTER.finditer(words):
                noun = found["noun"].lower()
                noun = noun.removesuffix("s") if noun in _PLURAL else noun
                nouns.add(noun)
                if found["kind"]:
                    kinds.setdefault(noun, Counter())[found["kind"].lower()] += 1
            for noun in nouns:
                told[noun] += weight
    if not told:
        return ""
    noun, points = max(told.items(), key=lambda it: (it[1], _RANK.get(it[0], 3), it[0]))
    if points < max(_TOLD + 1, articles):
        return ""
    kind = max(kinds[noun].items(), key=lambda it: (it[1], it[0])) if noun in kinds else None
    words = f"{kind[0]} {noun}" if kind and kind[1] >= _TOLD else noun
    return words[:1].upper() + words[1:]
