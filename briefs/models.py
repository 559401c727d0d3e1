"""The words of the product as types; JSON of these is the `brief/1` document.

Every position counts code points in `Article.text` and every span is half-open, [start, end).
Item ids are a letter and a number from 1: p party, d demand, s signal, b bottom line, c contradiction, e evidence.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

PublishedBasis = Literal["meta", "text", "caption", "none"]
Mode = Literal["direct_quote", "indirect_quote", "narration", "headline", "caption"]
EvidenceRole = Literal["support", "antecedent"]
Label = Literal["reported", "attributed", "assessment", "absence"]
PartyType = Literal[
    "state", "government_body", "person", "armed_group", "igo", "ngo", "company", "union", "political_party",
    "civilian_group", "media",
]  # fmt: skip
PartyRole = Literal["principal", "representative", "mediator", "third_party", "affected", "other"]
DemandKind = Literal[
    "demand", "ultimatum", "precondition", "red_line", "offer", "concession", "appeal", "refusal"
]  # fmt: skip
DemandStatus = Literal[
    "stated", "reiterated", "hardened", "softened", "accepted", "rejected", "conditional", "withdrawn", "met", "lapsed",
]  # fmt: skip
Tense = Literal["past_background", "current", "future", "conditional"]
EscalatoryEvent = Literal[
    "assault", "coerce", "mobilize", "sanction", "protest", "threaten", "reject", "accuse", "warning", "hardship"
]  # fmt: skip
DeEscalatoryEvent = Literal["consult", "agree", "support", "concede", "cooperate", "aid", "retreat"]
Event = EscalatoryEvent | DeEscalatoryEvent
Polarity = Literal["escalatory", "de_escalatory"]
ClaimStatus = Literal["reported", "attributed", "contested", "denied"]
ContradictionKind = Literal["actor", "number", "date", "denial", "headline_vs_body"]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class SourceGrade(Model):
    """Admiralty grade: reliability of the source A-F, credibility of the information 1-6, and why."""

    reliability: Literal["A", "B", "C", "D", "E", "F"] = "F"
    credibility: Literal[1, 2, 3, 4, 5, 6] = 6
    basis: str = "unknown outlet, single source"


class Article(Model):
    """One text as it was read: headline, blank line, body (a text file stays code point for code point)."""

    id: str
    url: str | None = None
    """Canonical URL, without fragment and tracking parameters."""
    title: str
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    """ISO 8601 date or date-time, as precise as the source is."""
    published_basis: PublishedBasis = "none"
    retrieved: str | None = None
    """ISO 8601 instant in UTC, given by the caller; None for a file."""
    lang: str | None = None
    """ISO 639-1 code of the text's language, None if it could not be told."""
    text: str
    sha256: str
    """Of `text` in UTF-8, hexadecimal."""
    source_grade: SourceGrade = SourceGrade()


class ArticleRecord(Model):
    """The `article` part of brief/1: the Article without its text."""

    id: str
    url: str | None
    title: str
    outlet: str | None
    author: str | None
    published: str | None
    published_basis: PublishedBasis
    retrieved: str | None
    lang: str | None
    chars: int
    sha256: str
    source_grade: SourceGrade


class EngineInfo(Model):
    name: str
    model: str
    version: str
    seconds: float = 0.0
    note: str | None = None
    """What a reader should know of how it was read: the model failed, part of the text was not read."""


class Evidence(Model):
    id: str
    quote: str
    start: int
    end: int
    paragraph: int
    """Counted from 1; the headline is 0."""
    speaker: str | None = None
    """Party id; None where nobody speaks or the speaker is not certain."""
    mode: Mode
    role: EvidenceRole = "support"


class Statement(Model):
    """A line of the bottom line."""

    text: str
    label: Label
    evidence: tuple[str, ...]


class Party(Model):
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    type: PartyType
    role: PartyRole
    member_of: str | None = None
    title: str | None = None
    evidence: tuple[str, ...]


class Demand(Model):
    id: str
    kind: DemandKind
    from_: tuple[str, ...] = Field(default=(), alias="from")
    to: tuple[str, ...] = ()
    text: str
    status: DemandStatus = "stated"
    tense: Tense = "current"
    response: str | None = None
    translation: str | None = None
    """Machine translation of `text` into English; its wording is not checked."""
    evidence: tuple[str, ...]


class RiskSignal(Model):
    id: str
    event: Event
    polarity: Polarity
    severity: int = Field(ge=1, le=5)
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    tense: Tense = "current"
    claim_status: ClaimStatus = "reported"
    text: str
    translation: str | None = None
    """Machine translation of `text` into English; its wording is not checked."""
    evidence: tuple[str, ...]


class Contradiction(Model):
    a: str
    b: str
    """Evidence ids of the two places that cannot both be true."""
    kind: ContradictionKind
    note: str


class Dropped(Model):
    claim: str
    reason: str


class LineRecord(Model):
    """Why a line stands: the rule that proposed it and the checks that it passed."""

    item: str
    rule: str
    checks: tuple[str, ...]
    note: str | None = None
    """What another engine makes of the same words."""


class Verification(Model):
    """proposed = kept + len(dropped)."""

    proposed: int
    kept: int
    dropped: tuple[Dropped, ...] = ()
    lines: tuple[LineRecord, ...] = ()


class Brief(Model):
    """One Article read. Made by `briefs.build` alone, which passes every line through `briefs.evidence`."""

    schema_: Literal["brief/1"] = Field(default="brief/1", alias="schema")
    source: str
    article: ArticleRecord
    engine: EngineInfo
    bottom_line: tuple[Statement, ...] = ()
    parties: tuple[Party, ...] = ()
    demands: tuple[Demand, ...] = ()
    risk_signals: tuple[RiskSignal, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    not_stated: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    verification: Verification
