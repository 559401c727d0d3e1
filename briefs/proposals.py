"""What an engine proposes, before the gate: nothing in here is shown to anybody.

An engine names parties by a `key` of its own choosing and quotes by position. `briefs.evidence` decides what stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from briefs.models import (
    ClaimStatus,
    ContradictionKind,
    DemandKind,
    DemandStatus,
    Event,
    EvidenceRole,
    Label,
    Mode,
    PartyRole,
    PartyType,
    Polarity,
    Tense,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A place in the article that an engine points at; `text` is what it claims to stand there."""

    start: int
    end: int
    text: str
    mode: Mode = "narration"
    speaker: str | None = None
    """Key of the party that speaks."""
    role: EvidenceRole = "support"


@dataclass(frozen=True, slots=True)
class ProposedParty:
    key: str
    name: str
    type: PartyType
    role: PartyRole
    quotes: tuple[Quote, ...]
    aliases: tuple[str, ...] = ()
    member_of: str | None = None
    title: str | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ProposedDemand:
    kind: DemandKind
    text: str
    quotes: tuple[Quote, ...]
    from_: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    status: DemandStatus = "stated"
    tense: Tense = "current"
    response: str | None = None
    rule: str = ""
    note: str | None = None
    """What another engine makes of the same words, in our own words."""
    translation: str | None = None
    """Of a text in another language than English, by a machine."""


@dataclass(frozen=True, slots=True)
class ProposedSignal:
    event: Event
    polarity: Polarity
    severity: int
    text: str
    quotes: tuple[Quote, ...]
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    tense: Tense = "current"
    claim_status: ClaimStatus = "reported"
    rule: str = ""
    note: str | None = None
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class ProposedStatement:
    text: str
    label: Label
    quotes: tuple[Quote, ...]
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ProposedContradiction:
    a: Quote
    b: Quote
    kind: ContradictionKind
    note: str
    rule: str = ""


AbsenceTopic = Literal[
    "answer", "deadline", "consequence", "reply", "author", "casualties", "next_round", "offer"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProposedAbsence:
    """Something readers of such a dispute ask that the article leaves open. The gate words it.

    answer    what `party` says to the demand at `index`        deadline, consequence   of the demand at `index`
    reply     what `party` says to the accusation at `index`    author, casualties      of the event at `index`
    next_round, offer   of the dispute as a whole
    `index` counts into `Proposal.demands` or `Proposal.signals`.
    """

    topic: AbsenceTopic
    party: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    parties: tuple[ProposedParty, ...] = ()
    demands: tuple[ProposedDemand, ...] = ()
    signals: tuple[ProposedSignal, ...] = ()
    bottom_line: tuple[ProposedStatement, ...] = ()
    contradictions: tuple[ProposedContradiction, ...] = ()
    absences: tuple[ProposedAbsence, ...] = ()
