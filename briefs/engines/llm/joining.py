"""Rules and model together: what both say comes first, what one says stands with a note, what neither bears out goes.

The rules' entry of a line is kept where both have it: its words come from the grammar. A line that the model alone
has is taken up if its words look like one (a demand has a word that demands), since a model also names lines that are
none. What the two make of the same words differently is said in the line's note, which `why` shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from briefs.evidence.wording import shares_name
from briefs.lexicon import Lexicon
from briefs.proposals import (
    Proposal,
    ProposedAbsence,
    ProposedDemand,
    ProposedParty,
    ProposedSignal,
    Quote,
)

_SAME = 0.5  # of the shorter quote: what two quotes share that are about the same words
_OF_DEMANDS = frozenset({"answer", "deadline", "consequence"})
_GIVING, _REFUSING = {"offer", "concession"}, {"refusal"}

_Line = TypeVar("_Line", ProposedDemand, ProposedSignal)


def join(
    rules: Proposal,
    model: Proposal,
    lexicon: Lexicon,
    plausible: Callable[[ProposedDemand | ProposedSignal], bool],
) -> Proposal:
    """`plausible` tells whether a line that the model alone has looks like one."""
    parties, keys = _parties(rules.parties, model.parties, lexicon)
    their_demands = [(_rekeyed_demand(d, keys), plausible(d)) for d in model.demands]
    their_signals = [(_rekeyed_signal(s, keys), plausible(s)) for s in model.signals]
    demands = _ordered(_meet(rules.demands, their_demands, _demand_note))
    signals = _ordered(_meet(rules.signals, their_signals, _signal_note))
    needed = {key for m in demands for key in _who(m.line)} | {key for m in signals for key in _who(m.line)}
    agreed = {key for key in keys.values() if any(p.key == key for p in rules.parties)}
    kept = [p for p in parties if p.key in agreed or p.rule != "model" or p.key in needed]
    return Proposal(
        parties=tuple(_with_parents(kept, parties)),
        demands=tuple(met.line for met in demands),
        signals=tuple(met.line for met in signals),
        bottom_line=rules.bottom_line or model.bottom_line,
        contradictions=rules.contradictions,
        absences=tuple(_absences(rules.absences, _places(demands), _places(signals))),
    )


# Parties


def _parties(
    rules: Sequence[ProposedParty], model: Sequence[ProposedParty], lexicon: Lexicon
) -> tuple[list[ProposedParty], dict[str, str]]:
    """All parties, and the key of each of the model's: the rules' one where both mean the same."""
    keys: dict[str, str] = {}
    joined = {p.key: p for p in rules}
    for party in model:
        same = next((r for r in rules if _same_party(r, party, lexicon)), None)
        keys[party.key] = same.key if same is not None else party.key
        if same is None:
            joined[party.key] = party
        elif not joined[same.key].rule.endswith("+ model"):
            joined[same.key] = replace(joined[same.key], rule=f"{same.rule} + model")
    out = [
        replace(p, member_of=keys.get(p.member_of or "", p.member_of)) if p.rule == "model" else p
        for p in joined.values()
    ]
    return out, keys


def _same_party(one: ProposedParty, other: ProposedParty, lexicon: Lexicon) -> bool:
    ours, theirs = (
        {_folded(f) for f in (p.name, *p.aliases, *lexicon.forms_of(p.name))} for p in (one, other)
    )
    if ours & theirs:
        return True
    return one.type == other.type == "person" and shares_name(one.name, other.name)


def _folded(name: str) -> str:
    return name.casefold().removeprefix("the ")


def _with_parents(kept: Sequence[ProposedParty], known: Sequence[ProposedParty]) -> list[ProposedParty]:
    """No party stays out that one of those kept speaks for."""
    by_key = {p.key: p for p in known}
    chosen = {p.key: p for p in kept}
    for party in kept:
        above = by_key.get(party.member_of or "")
        if above is not None and above.rule != "model":
            chosen.setdefault(above.key, above)
    return list(chosen.values())


# Lines


@dataclass(frozen=True, slots=True)
class _Met(Generic[_Line]):
    """A line with the number that it has among the rules' lines, None for one that the model alone has."""

    line: _Line
    index: int | None
    agreed: bool


def _meet(
    rules: Sequence[_Line],
    model: Sequence[tuple[_Line, bool]],
    note: Callable[[_Line, _Line], str | None],
) -> list[_Met[_Line]]:
    """The rules' lines with what the model makes of them, then the model's own that are likely."""
    met: list[_Met[_Line]] = []
    taken: set[int] = set()
    for index, line in enumerate(rules):
        others = [n for n, (other, _) in enumerate(model) if _overlap(line.quotes, other.quotes)]
        taken.update(others)
        if not others:
            met.append(_Met(replace(line, note="the model does not have this line"), index, agreed=False))
            continue
        notes = [note(line, model[n][0]) for n in others]
        said = None if None in notes else notes[0]
        rule = line.rule if said else f"{line.rule} + model"
        met.append(_Met(replace(line, rule=rule, note=said), index, agreed=said is None))
    alone = "the rules do not have this line"
    return met + [
        _Met(replace(line, note=alone), None, agreed=False)
        for n, (line, likely) in enumerate(model)
        if likely and n not in taken
    ]


def _ordered(met: Iterable[_Met[_Line]]) -> list[_Met[_Line]]:
    """What both say first; the rest in the rules' order, then the model's own lines."""
    return sorted(met, key=lambda m: (not m.agreed, m.index is None))


def _places(met: Sequence[_Met[_Line]]) -> dict[int, int]:
    """Where the rules' lines stand now, by the place that they had."""
    return {m.index: n for n, m in enumerate(met) if m.index is not None}


def _overlap(ours: Sequence[Quote], theirs: Sequence[Quote]) -> bool:
    return any(
        min(a.end, b.end) - max(a.start, b.start) >= _SAME * min(a.end - a.start, b.end - b.start) > 0
        for a in ours
        for b in theirs
        if a.role == b.role == "support"
    )


def _demand_note(ours: ProposedDemand, theirs: ProposedDemand) -> str | None:
    """How the model reads it otherwise, None where it reads the same."""
    if _group(ours.kind) != _group(theirs.kind):
        return f"the model reads it as {_a(theirs.kind)}"
    if ours.from_ and theirs.from_ and not set(ours.from_) & set(theirs.from_):
        return "the model names another party as the one who wants it"
    if ours.to and theirs.to and not set(ours.to) & set(theirs.to):
        return "the model names another party as the one of whom it is wanted"
    return None


def _signal_note(ours: ProposedSignal, theirs: ProposedSignal) -> str | None:
    if ours.polarity != theirs.polarity:
        return f"the model reads it the other way, as {_a(theirs.event)}"
    if ours.event != theirs.event:
        return f"the model reads it as {_a(theirs.event)}"
    if ours.actors and theirs.actors and not set(ours.actors) & set(theirs.actors):
        return "the model names another party as the one who acts"
    return None


def _group(kind: str) -> str:
    return "give" if kind in _GIVING else "refuse" if kind in _REFUSING else "ask"


def _a(word: str) -> str:
    return f"“{word.replace('_', ' ')}”"


def _who(line: ProposedDemand | ProposedSignal) -> tuple[str, ...]:
    return (*line.from_, *line.to) if isinstance(line, ProposedDemand) else (*line.actors, *line.targets)


def _rekeyed_demand(line: ProposedDemand, keys: dict[str, str]) -> ProposedDemand:
    return replace(
        line,
        from_=_mapped(line.from_, keys),
        to=_mapped(line.to, keys),
        quotes=_spoken(line.quotes, keys),
    )


def _rekeyed_signal(line: ProposedSignal, keys: dict[str, str]) -> ProposedSignal:
    return replace(
        line,
        actors=_mapped(line.actors, keys),
        targets=_mapped(line.targets, keys),
        quotes=_spoken(line.quotes, keys),
    )


def _mapped(of: Iterable[str], keys: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys.get(k, k) for k in of))


def _spoken(quotes: Iterable[Quote], keys: dict[str, str]) -> tuple[Quote, ...]:
    return tuple(replace(q, speaker=keys.get(q.speaker, q.speaker)) if q.speaker else q for q in quotes)


def _absences(
    absences: Iterable[ProposedAbsence], demands: dict[int, int], signals: dict[int, int]
) -> Iterable[ProposedAbsence]:
    """The rules' open points, counted anew."""
    for absence in absences:
        places = demands if absence.topic in _OF_DEMANDS else signals
        if absence.index is None:
            yield absence
        elif absence.index in places:
            yield replace(absence, index=places[absence.index])
