"""Which members of the cast are parties of the matter, and in which role."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from briefs.engines.rules import roles
from briefs.engines.rules.cast import Cast, Function, Member, Mention
from briefs.parse import Parsed
from briefs.proposals import ProposedDemand, ProposedParty, ProposedSignal, Quote
from briefs.speech import Utterance

if TYPE_CHECKING:
    from briefs.models import Mode, PartyRole

_WEIGHT: dict[Function, float] = {
    "speaker": 3.0,
    "agent": 2.0,
    "patient": 1.4,
    "counterpart": 1.4,
    "oblique": 0.7,
    "owner": 0.7,
    "modifier": 0.2,
    "place": 0.0,
    "other": 0.2,
}
_TAKING_PART = {"speaker", "agent", "patient", "counterpart"}
_ENOUGH = 1.4  # one act or speech of a named party, or two passive parts
_ENOUGH_IN_PASSING = 4.0  # people without an office who neither act nor speak are seldom more than mentioned
_ENOUGH_IF_VAGUE = 5.0  # "people" that an article keeps coming back to are those whom it is about
_ENOUGH_IF_PASSIVE = 1.6  # a nameless group that is acted on once needs a demand or a signal beside it
_MAX_QUOTES = 3


def settle(
    cast: Cast,
    parsed: Parsed,
    said: Sequence[Utterance],
    demands: Sequence[ProposedDemand],
    signals: Sequence[ProposedSignal],
) -> tuple[ProposedParty, ...]:
    """Choose the members that act, speak, demand, mediate, are demanded of or are hit as a group; give each its role.

    Every party comes with up to three quotes, the sentences of its most telling mentions first.
    """
    del said
    active = Counter(key for d in demands for key in (*d.from_, *d.to))
    active.update(key for s in signals for key in (*s.actors, *s.targets))
    chosen = {key for key, member in cast.members.items() if _takes_part(member, parsed, active[key])}
    chosen |= {key for d in demands for key in (*d.from_, *d.to) if key in cast.members}
    for key in tuple(chosen):
        above = cast.members.get(cast.members[key].member_of or "")
        if above is not None and above.type == "state" and above.mentions and not _judges(cast.members[key]):
            chosen.add(above.key)  # whom a side's people and bodies speak for is a side
    order = sorted(chosen, key=lambda k: (min(m.start for m in cast.members[k].mentions), k))
    role = roles.settle(chosen, cast, parsed, demands, signals)
    return tuple(
        _proposed(cast.members[key], chosen, cast, parsed, role[key])
        for key in order
        if cast.members[key].mentions
    )


_BENCH = re.compile(r"\b(courts?|tribunals?|judges?|justices?|magistrates?|jury|panel)\b", re.IGNORECASE)


def _judges(member: Member) -> bool:
    """A court speaks for nobody."""
    return _BENCH.search(f"{member.name} {member.title or ''}") is not None


def _takes_part(member: Member, parsed: Parsed, lines: int) -> bool:
    """Whether a member is a party; `lines` counts the demands and signals that it stands in."""
    if member.vague and _score(member, parsed) + lines < _ENOUGH_IF_VAGUE:
        return False
    acting = sum(m.function in {"speaker", "agent"} for m in member.mentions)
    if (member.place or (member.named and member.type == "civilian_group")) and not acting:
        return False
    doing = any(m.function in _TAKING_PART for m in member.mentions)
    if member.type == "state" and not doing and not lines and member.named:
        return (
            _score(member, parsed) >= _ENOUGH_IN_PASSING
        )  # a country that owns or places something is no side
    needed = _ENOUGH
    if member.type == "person" and member.title is None and not acting:
        needed = _ENOUGH_IN_PASSING
    if not acting and not member.named:
        needed = _ENOUGH_IF_PASSIVE
    return _score(member, parsed) + lines >= needed


def _score(member: Member, parsed: Parsed) -> float:
    head = parsed.headline
    total = 0.0
    for mention in member.mentions:
        weight = _WEIGHT[mention.function]
        if head is not None and mention.start < head.block.end:
            weight += 1.0
        total += weight
    return total


def _proposed(member: Member, chosen: set[str], cast: Cast, parsed: Parsed, role: PartyRole) -> ProposedParty:
    spans = _quotes(member, cast, parsed)
    return ProposedParty(
        key=member.key,
        name=member.name,
        type=member.type,
        role=role,
        quotes=tuple(Quote(start, end, parsed.text[start:end], mode) for start, end, mode in spans),
        aliases=member.aliases,
        member_of=member.member_of if member.member_of in chosen else None,
        title=member.title,
        rule="party",
    )


def _quotes(member: Member, cast: Cast, parsed: Parsed) -> list[tuple[int, int, Mode]]:
    """The sentence that names the party first (with whom it belongs to, if one does), then its most telling ones."""
    above = member.member_of

    def beside(mention: Mention) -> bool:
        start, end, _ = _sentence(mention, parsed)
        return any(m.party == above for m in cast.within(start, end))

    naming = [m for m in member.mentions if parsed.text[m.start : m.end] == member.name or m.kind == "name"]
    naming.sort(key=lambda m: (above is not None and not beside(m), m.start))
    attached = [m for m in member.mentions if m.kind != "pronoun" and above is not None and beside(m)]
    telling = sorted(member.mentions, key=lambda m: (m.kind == "pronoun", -_WEIGHT[m.function], m.start))
    spans: list[tuple[int, int, Mode]] = []
    for mention in (*naming[:1], *attached[:1], *telling):
        span = _sentence(mention, parsed)
        if span not in spans:
            spans.append(span)
        if len(spans) == _MAX_QUOTES:
            break
    return spans


def _sentence(mention: Mention, parsed: Parsed) -> tuple[int, int, Mode]:
    for part in parsed.blocks:
        if part.block.start <= mention.start < part.block.end:
            mode: Mode = "narration"
            if part.block.kind == "headline":
                mode = "headline"
            elif part.block.kind == "caption":
                mode = "caption"
            for sentence in part.sentences:
                if part.start(sentence) <= mention.start < part.end(sentence):
                    return part.start(sentence), part.end(sentence), mode
    return mention.start, mention.end, "narration"
