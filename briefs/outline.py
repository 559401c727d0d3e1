"""A brief in the groups, the order and the lines in which a person reads it; templates only set it in type.

Words for severity: 1 minor, 2 low, 3 medium, 4 high, 5 severe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from briefs.markdown import clip, date, line
from briefs.models import Brief, Contradiction, Demand, Evidence, Party, RiskSignal, Statement

SEVERITY = {1: "minor", 2: "low", 3: "medium", 4: "high", 5: "severe"}

_BASIS = {
    "meta": "from the page",
    "text": "from the text",
    "caption": "from a caption",
    "none": "basis unknown",
}
_ENGINES = {"rules": "embedded reader"}
MODES = {
    "direct_quote": "direct quote",
    "indirect_quote": "reported speech",
    "narration": "the article's words",
    "headline": "headline",
    "caption": "caption",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a brief is shown in the main message, so that it fits a screen; the rest goes into the thread."""

    chars: int = 200
    """Of one line's text."""
    statement_chars: int = 320
    """Of one sentence of the bottom line: it is what most people read, so it is cut only where it rambles."""
    principals: int = 4
    members: int = 3
    parties: int = 4
    """Of each further role."""
    demands: int = 8
    signals: int = 8
    background: int = 2
    contradictions: int = 2
    not_stated: int = 4


@dataclass(frozen=True, slots=True)
class PartyLine:
    name: str
    members: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class DemandLine:
    from_: tuple[str, ...]
    to: tuple[str, ...]
    kind: str
    status: str
    text: str
    response: str | None
    past: bool
    evidence: tuple[str, ...]
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class SignalLine:
    text: str
    marks: tuple[str, ...]
    """What keeps it from being a plain fact of today: contested, denied, whose word it is, still to come."""
    evidence: tuple[str, ...]
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class SignalGroup:
    arrow: str
    word: str
    severity: int
    lines: tuple[SignalLine, ...]


@dataclass(frozen=True, slots=True)
class ContradictionLine:
    note: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A quote as it is shown in a thread."""

    id: str
    quote: str
    speaker: str | None
    mode: str
    paragraph: int

    @classmethod
    def of(cls, brief: Brief, evidence: Evidence) -> QuoteLine:
        names = {party.id: party.name for party in brief.parties}
        speaker = names.get(evidence.speaker or "")
        spoken = evidence.mode in {"direct_quote", "indirect_quote"}
        if speaker is None and spoken and evidence.id in _claimed(brief):
            speaker = "speaker not confirmed"
        return cls(evidence.id, evidence.quote, speaker, MODES[evidence.mode], evidence.paragraph)


def _claimed(brief: Brief) -> set[str]:
    """Evidence that a claim stands on, and not only that somebody is a party."""
    lines: tuple[Statement | Demand | RiskSignal, ...] = (
        *brief.bottom_line,
        *brief.demands,
        *brief.risk_signals,
    )
    return {e for it in lines for e in it.evidence} | {e for c in brief.contradictions for e in (c.a, c.b)}


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A line of a brief with the account of the gate."""

    kind: str
    text: str
    evidence: tuple[str, ...]
    rule: str
    checks: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the documents behind the main message."""

    heading: str
    kind: str
    """Names the macro in _lines.md.j2 that prints it."""
    value: Any


class Outline:
    """A brief in the groups and the order in which it is shown."""

    def __init__(self, brief: Brief, limits: Limits) -> None:
        self._brief = brief
        self._limits = limits
        self._names = {party.id: party.name for party in brief.parties}
        self.chars = limits.chars
        self.statement_chars = limits.statement_chars
        current = [d for d in brief.demands if d.tense != "past_background"]
        past = [d for d in brief.demands if d.tense == "past_background"]
        self._demands = [self._demand(d) for d in (*current, *past)]
        live = [s for s in brief.risk_signals if s.tense != "past_background"]
        live.sort(
            key=lambda s: (-s.severity, s.polarity == "de_escalatory")
        )  # stable: the engine's order within
        self._signals = live
        self._background = [self._signal(s) for s in brief.risk_signals if s.tense == "past_background"]
        self._contradictions = [self._contradiction(c) for c in brief.contradictions]

    # the source line
    @property
    def outlet(self) -> str:
        return self._brief.article.outlet or "outlet unknown"

    @property
    def link(self) -> str | None:
        """The article's address, where it is one that can be opened."""
        url = self._brief.article.url
        return url if url is not None and url.startswith(("https://", "http://")) else None

    @property
    def dated(self) -> str:
        article = self._brief.article
        if not article.published:
            return "undated"
        return f"dated {date(article.published)} ({_BASIS[article.published_basis]})"

    @property
    def grade(self) -> str:
        grade = self._brief.article.source_grade
        return f"{grade.reliability}{grade.credibility}"

    @property
    def engine(self) -> str:
        engine = self._brief.engine
        if engine.name == "both":
            return f"{_ENGINES['rules']} and {engine.model.rpartition(' + ')[2]}"
        return _ENGINES.get(engine.name) or " ".join(filter(None, (engine.name, engine.model)))

    @property
    def quoted(self) -> str:
        verification = self._brief.verification
        dropped = len(verification.dropped)
        return f"{verification.kept} of {verification.proposed} lines quoted" + (
            f", {dropped} dropped" if dropped else ""
        )

    # parties
    @property
    def principals(self) -> list[PartyLine]:
        return self._parties(self._with_role("principal"))[: self._limits.principals]

    @property
    def more_principals(self) -> int:
        return max(0, len(self._with_role("principal")) - self._limits.principals)

    @property
    def roles(self) -> list[tuple[str, list[PartyLine], int]]:
        """Further parties under what they do: ("mediator", lines, how many more)."""
        pressing = {p for d in self._brief.demands if d.kind != "appeal" for p in d.from_}
        urging = {p for d in self._brief.demands if d.kind == "appeal" for p in d.from_} - pressing
        third = self._with_role("third_party")
        groups = [
            ("mediator", self._with_role("mediator")),
            ("pressing", [p for p in third if p.id in pressing]),
            ("urging", [p for p in third if p.id in urging]),
            ("third parties", [p for p in third if p.id not in pressing | urging]),
            ("also speaking", self._unattached()),
            ("affected", self._with_role("affected")),
        ]
        cap = self._limits.parties
        return [
            (word, self._parties(parties)[:cap], max(0, len(parties) - cap))
            for word, parties in groups
            if parties
        ]

    # demands, signals, contradictions, not stated: what is shown, and how many more there are
    @property
    def demands(self) -> list[DemandLine]:
        return self._demands[: self._limits.demands]

    @property
    def signals(self) -> list[SignalGroup]:
        groups: list[SignalGroup] = []
        for signal in self._signals[: self._limits.signals]:
            arrow, shown = _arrow(signal), self._signal(signal)
            if groups and (groups[-1].arrow, groups[-1].severity) == (arrow, signal.severity):
                last = groups.pop()
                groups.append(SignalGroup(arrow, last.word, last.severity, (*last.lines, shown)))
            else:
                groups.append(SignalGroup(arrow, SEVERITY[signal.severity], signal.severity, (shown,)))
        return groups

    @property
    def background(self) -> list[SignalLine]:
        return self._background[: self._limits.background]

    @property
    def contradictions(self) -> list[ContradictionLine]:
        return self._contradictions[: self._limits.contradictions]

    @property
    def not_stated(self) -> tuple[str, ...]:
        return self._brief.not_stated[: self._limits.not_stated]

    @property
    def more_demands(self) -> int:
        return len(self._demands) - len(self.demands)

    @property
    def more_signals(self) -> int:
        shown = min(len(self._signals), self._limits.signals)
        return len(self._signals) - shown + len(self._background) - len(self.background)

    @property
    def more_contradictions(self) -> int:
        return len(self._contradictions) - len(self.contradictions)

    @property
    def more_not_stated(self) -> int:
        return len(self._brief.not_stated) - len(self.not_stated)

    def rest(self) -> list[Item]:
        """What the main message leaves out or cuts short, then all parties with their quotes."""
        limits = self._limits
        items: list[Item] = []

        def long(text: str, chars: int = limits.chars) -> bool:
            return clip(text, chars) != line(text)

        items += [
            Item("Bottom line, in full", "statement", it)
            for it in self._brief.bottom_line
            if long(it.text, limits.statement_chars)
        ]
        for n, demand in enumerate(self._demands):
            if n >= limits.demands or long(demand.text) or (demand.response and long(demand.response)):
                items.append(Item("More demands", "demand", demand))
        for n, signal in enumerate(self._signals):
            if n >= limits.signals or long(signal.text):
                group = SignalGroup(
                    _arrow(signal), SEVERITY[signal.severity], signal.severity, (self._signal(signal),)
                )
                items.append(Item("More risk signals", "signals", group))
        for n, past in enumerate(self._background):
            if n >= limits.background or long(past.text):
                items.append(Item("More background", "background", past))
        for n, contradiction in enumerate(self._contradictions):
            if n >= limits.contradictions or long(contradiction.note):
                items.append(Item("The article contradicts itself, further", "contradiction", contradiction))
        for n, text in enumerate(self._brief.not_stated):
            if n >= limits.not_stated or long(text):
                items.append(Item("Not stated, further", "absence", text))
        for party in self._brief.parties:
            member_of = self._names.get(party.member_of or "")
            items.append(Item("Parties, one by one", "party", (party, member_of)))
        return items

    def _with_role(self, role: str) -> list[Party]:
        return [p for p in self._brief.parties if p.role == role]

    def _unattached(self) -> list[Party]:
        """Representatives whose side is not shown or not known."""
        shown = {p.id for p in self._brief.parties if p.role not in {"representative", "other"}}
        return [p for p in self._with_role("representative") if p.member_of not in shown]

    def _parties(self, parties: Sequence[Party]) -> list[PartyLine]:
        cap = self._limits.members
        out = []
        for party in parties:
            members = [
                p.name for p in self._brief.parties if p.member_of == party.id and p.role == "representative"
            ]
            out.append(PartyLine(party.name, tuple(members[:cap]), max(0, len(members) - cap)))
        return out

    def _named(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._names[i] for i in ids if i in self._names)

    def _demand(self, demand: Demand) -> DemandLine:
        return DemandLine(
            from_=self._named(demand.from_),
            to=self._named(demand.to),
            kind=_words(demand.kind),
            status=_words(demand.status),
            text=demand.text,
            response=demand.response,
            past=demand.tense == "past_background",
            evidence=demand.evidence,
            translation=demand.translation,
        )

    def _signal(self, signal: RiskSignal) -> SignalLine:
        marks: list[str] = []
        if signal.claim_status in {"contested", "denied"}:
            marks.append(signal.claim_status)
        elif signal.claim_status == "attributed":
            speakers = self._speakers(signal.evidence)
            marks.append(f"by the word of {speakers[0]}" if speakers else "unconfirmed")
        if signal.tense == "future":
            marks.append("still to come")
        elif signal.tense == "conditional":
            marks.append("under a condition")
        return SignalLine(signal.text, tuple(marks), signal.evidence, signal.translation)

    def _speakers(self, evidence: Iterable[str]) -> tuple[str, ...]:
        wanted = set(evidence)
        return self._named(e.speaker for e in self._brief.evidence if e.id in wanted and e.speaker)

    def _contradiction(self, contradiction: Contradiction) -> ContradictionLine:
        return ContradictionLine(contradiction.note, (contradiction.a, contradiction.b))


def standing(brief: Brief) -> list[StandingLine]:
    """Every line of a brief, in the order of brief/1."""
    names = {party.id: party.name for party in brief.parties}

    def named(ids: Iterable[str]) -> str:
        return ", ".join(names[i] for i in ids if i in names) or "not stated"

    entries: list[tuple[str, str, str, tuple[str, ...]]] = []
    for n, statement in enumerate(brief.bottom_line, 1):
        entries.append((f"b{n}", "bottom line", statement.text, statement.evidence))
    entries += [(p.id, "party", f"{p.name}, {_words(p.role)}", p.evidence) for p in brief.parties]
    for demand in brief.demands:
        text = f"{named(demand.from_)} → {named(demand.to)}: {demand.text}"
        entries.append((demand.id, _words(demand.kind), text, demand.evidence))
    for signal in brief.risk_signals:
        text = f"{_arrow(signal)} {SEVERITY[signal.severity]} ({signal.severity}): {signal.text}"
        entries.append((signal.id, "risk signal", text, signal.evidence))
    for n, contradiction in enumerate(brief.contradictions, 1):
        entries.append((f"c{n}", "contradiction", contradiction.note, (contradiction.a, contradiction.b)))
    account = {record.item: record for record in brief.verification.lines}
    out = []
    for item, kind, text, evidence in entries:
        record = account.get(item)
        if record is None:
            out.append(StandingLine(kind, text, evidence, "", ()))
        else:
            out.append(StandingLine(kind, text, evidence, record.rule, record.checks, record.note))
    return out


def _arrow(signal: RiskSignal) -> str:
    return "▲" if signal.polarity == "escalatory" else "▼"


def _words(name: str) -> str:
    return name.replace("_", " ")
