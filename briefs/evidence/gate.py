"""The gate's one pass over a Proposal: parties first, then the lines that name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from briefs.evidence import wording
from briefs.evidence.quotes import block_of, standing
from briefs.evidence.voices import Voices
from briefs.lexicon import Lexicon
from briefs.models import (
    Contradiction,
    Demand,
    Dropped,
    Evidence,
    LineRecord,
    Party,
    RiskSignal,
    Statement,
    Verification,
)
from briefs.proposals import (
    Proposal,
    ProposedAbsence,
    ProposedContradiction,
    ProposedDemand,
    ProposedParty,
    ProposedSignal,
    ProposedStatement,
    Quote,
)
from briefs.speech import Utterance
from briefs.text import Block, blocks

_MOST_STATEMENTS = 3
_ANTECEDENT_REACH = (
    3  # paragraphs back: further away a reader no longer takes "he" or "the ministry" for the name
)
_NEGATIVE = frozenset({"refusal", "red_line", "reject", "rejected", "withdrawn", "denied"})
_WHOLE_DISPUTE = {"next_round": "date of the next round of talks", "offer": "any offer from either side"}
_OF_A_DEMAND = {
    "answer": "{owner} answer to the demand “{text}”",
    "deadline": "a deadline for “{text}”",
    "consequence": "what follows if it is not met: “{text}”",
}
_OF_A_SIGNAL = {
    "reply": "{owner} answer to the accusation “{text}”",
    "author": "who is behind it: “{text}”",
    "casualties": "how many were killed or hurt: “{text}”",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What stands, with ids given and everything tied to `evidence`."""

    parties: tuple[Party, ...]
    demands: tuple[Demand, ...]
    signals: tuple[RiskSignal, ...]
    bottom_line: tuple[Statement, ...]
    contradictions: tuple[Contradiction, ...]
    not_stated: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    verification: Verification


def check(text: str, proposal: Proposal, said: Sequence[Utterance], lexicon: Lexicon) -> Checked:
    """Let through what the article `text` bears out. Holds for any proposal, however wrong."""
    return _Gate(text, said, lexicon).run(proposal)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that stands: its words, its quotes (antecedents included) and the parties tied to them."""

    text: str
    quotes: tuple[Quote, ...]
    tied: frozenset[str]
    checks: tuple[str, ...]


@dataclass(slots=True)
class _Ledger:
    """Evidence as it is taken up, and the account of what was let through."""

    text: str
    items: dict[tuple[int, int, str], Evidence] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    lines: list[LineRecord] = field(default_factory=list)

    def drop(self, claim: str, reason: str) -> None:
        self.dropped.append(Dropped(claim=wording.in_words_of(claim, self.text), reason=reason))

    def keep(self, item: str, rule: str, *checks: str, note: str | None = None) -> None:
        self.lines.append(LineRecord(item=item, rule=rule or "unnamed", checks=checks, note=note))


class _Gate:
    def __init__(self, text: str, said: Sequence[Utterance], lexicon: Lexicon) -> None:
        self._text = text
        self._blocks: list[Block] = blocks(text)
        self._voices = Voices(text, self._blocks, said)
        self._lexicon = lexicon
        self._capitals = wording.capitals(text)
        self._ledger = _Ledger(text)
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._forms: dict[str, frozenset[str]] = {}
        self._persons: set[str] = set()
        self._parents: dict[str, str] = {}

    def run(self, proposal: Proposal) -> Checked:
        parties = self._parties(proposal.parties)
        demands: list[Demand] = []
        demand_at: dict[int, Demand] = {}
        for index, wanted in enumerate(proposal.demands):
            demand = self._demand(wanted, f"d{len(demands) + 1}")
            if demand is not None:
                demands.append(demand)
                demand_at[index] = demand
        signals: list[RiskSignal] = []
        signal_at: dict[int, RiskSignal] = {}
        for index, risk in enumerate(proposal.signals):
            signal = self._signal(risk, f"s{len(signals) + 1}")
            if signal is not None:
                signals.append(signal)
                signal_at[index] = signal
        statements: list[Statement] = []
        for said in proposal.bottom_line[:_MOST_STATEMENTS]:
            statement = self._statement(said, f"b{len(statements) + 1}")
            if statement is not None:
                statements.append(statement)
        contradictions: list[Contradiction] = []
        for clash in proposal.contradictions:
            contradiction = self._contradiction(clash, f"c{len(contradictions) + 1}")
            if contradiction is not None:
                contradictions.append(contradiction)
        absences = [self._absence(a, demand_at, signal_at) for a in proposal.absences]
        return Checked(
            parties=tuple(parties),
            demands=tuple(demands),
            signals=tuple(signals),
            bottom_line=tuple(statements),
            contradictions=tuple(contradictions),
            not_stated=tuple(dict.fromkeys(a for a in absences if a is not None)),
            evidence=tuple(self._ledger.items.values()),
            verification=Verification(
                proposed=len(self._ledger.lines) + len(self._ledger.dropped),
                kept=len(self._ledger.lines),
                dropped=tuple(self._ledger.dropped),
                lines=tuple(self._ledger.lines),
            ),
        )

    # Parties

    def _parties(self, proposed: Iterable[ProposedParty]) -> list[Party]:
        kept: list[tuple[ProposedParty, tuple[Quote, ...], tuple[str, ...]]] = []
        for party in proposed:
            quotes, reason = self._standing(party.quotes)
            known = self._lexicon.forms_of(party.name)
            if reason is None and not any(
                wording.mentions(f, q.text) for f in (party.name, *known) for q in quotes
            ):
                reason = "the name stands in none of its quotes"
            elif party.key in self._ids:
                reason = "the party was proposed twice"
            if reason is not None:
                self._ledger.drop(party.name, reason)
                continue
            aliases = tuple(dict.fromkeys(a for a in party.aliases if self._is_alias(a, party, known)))
            self._ids[party.key] = f"p{len(kept) + 1}"
            self._names[party.key] = party.name
            self._forms[party.key] = frozenset({party.name, *known, *(a for a in aliases if a != a.lower())})
            if party.type == "person":
                self._persons.add(party.key)
            kept.append((party, quotes, aliases))
        return [self._party(party, quotes, aliases) for party, quotes, aliases in kept]

    def _party(self, party: ProposedParty, quotes: tuple[Quote, ...], aliases: tuple[str, ...]) -> Party:
        parent = self._parent(party, quotes)
        titled = party.title is not None and any(wording.mentions(party.title, q.text) for q in quotes)
        self._ledger.keep(self._ids[party.key], party.rule, "quote", "name")
        return Party(
            id=self._ids[party.key],
            name=party.name,
            aliases=aliases,
            type=party.type,
            role=party.role,
            member_of=self._ids[parent] if parent else None,
            title=party.title if titled else None,
            evidence=self._take(quotes, speaker=None),
        )

    def _is_alias(self, alias: str, party: ProposedParty, known: frozenset[str]) -> bool:
        """Whether the alias stands in the text, and the alias table, the words or the text itself tie it."""
        if alias == party.name or not wording.mentions(alias, self._text):
            return False
        return (
            any(alias.casefold() == form.casefold() for form in known)
            or wording.shares_name(alias, party.name)
            or wording.abbreviates(alias, party.name)
            or self._lexicon.describes(alias, party.type)
            or wording.equated(alias, party.name, self._text)
        )

    def _parent(self, party: ProposedParty, quotes: Sequence[Quote]) -> str | None:
        """The party that the text itself puts this one under: a form of it stands in one of the party's quotes."""
        key = party.member_of
        if key is None or key == party.key or key not in self._ids or self._parents.get(key) == party.key:
            return None
        if not any(wording.mentions(form, q.text) for q in quotes for form in self._forms[key]):
            return None
        self._parents[party.key] = key
        return key

    # Lines

    def _demand(self, proposed: ProposedDemand, item: str) -> Demand | None:
        negative = proposed.kind in _NEGATIVE or proposed.status in _NEGATIVE
        keys = (*proposed.from_, *proposed.to)
        line = self._line(proposed.text, proposed.quotes, keys, negative=negative)
        if line is None:
            return None
        self._ledger.keep(item, proposed.rule, *line.checks, note=proposed.note)
        response = proposed.response
        if response is not None and self._overclaims(response, line.quotes, line.tied) is not None:
            response = None
        return Demand(
            id=item,
            kind=proposed.kind,
            from_=tuple(self._ids[k] for k in proposed.from_ if k in line.tied),
            to=tuple(self._ids[k] for k in proposed.to if k in line.tied),
            text=line.text,
            status=proposed.status,
            tense=proposed.tense,
            response=response,
            translation=_translation(proposed.translation, line),
            evidence=self._take(line.quotes),
        )

    def _signal(self, proposed: ProposedSignal, item: str) -> RiskSignal | None:
        negative = proposed.event in _NEGATIVE or proposed.claim_status in _NEGATIVE
        keys = (*proposed.actors, *proposed.targets)
        line = self._line(proposed.text, proposed.quotes, keys, negative=negative, hedged=True)
        if line is None:
            return None
        self._ledger.keep(item, proposed.rule, *line.checks, note=proposed.note)
        return RiskSignal(
            id=item,
            event=proposed.event,
            polarity=proposed.polarity,
            severity=min(5, max(1, proposed.severity)),
            actors=tuple(self._ids[k] for k in proposed.actors if k in line.tied),
            targets=tuple(self._ids[k] for k in proposed.targets if k in line.tied),
            tense=proposed.tense,
            claim_status=proposed.claim_status,
            text=line.text,
            translation=_translation(proposed.translation, line),
            evidence=self._take(line.quotes),
        )

    def _statement(self, proposed: ProposedStatement, item: str) -> Statement | None:
        line = self._line(proposed.text, proposed.quotes, tuple(self._ids), negative=False, hedged=True)
        if line is None:
            return None
        self._ledger.keep(item, proposed.rule, *line.checks)
        return Statement(text=line.text, label=proposed.label, evidence=self._take(line.quotes))

    def _contradiction(self, proposed: ProposedContradiction, item: str) -> Contradiction | None:
        quotes = (proposed.a, proposed.b)
        reason = next((r for q in quotes if (r := standing(q, self._text, self._blocks)) is not None), None)
        if reason is None and (proposed.a.start, proposed.a.end) == (proposed.b.start, proposed.b.end):
            reason = "both quotes are the same"
        tied = frozenset(key for key in self._ids if self._is_tied(key, quotes))
        reason = reason or self._overclaims(proposed.note, quotes, tied)
        if reason is not None:
            self._ledger.drop(proposed.note, reason)
            return None
        self._ledger.keep(item, proposed.rule, "quote", "numbers", "names")
        a, b = (self._take((quote,))[0] for quote in quotes)
        return Contradiction(a=a, b=b, kind=proposed.kind, note=proposed.note)

    def _absence(
        self, proposed: ProposedAbsence, demands: dict[int, Demand], signals: dict[int, RiskSignal]
    ) -> str | None:
        """The words for what is missing, made of checked words alone; None if what it names did not stand."""
        if proposed.index is None:
            return _WHOLE_DISPUTE.get(proposed.topic)
        about = (demands if proposed.topic in _OF_A_DEMAND else signals).get(proposed.index)
        phrase = _OF_A_DEMAND.get(proposed.topic) or _OF_A_SIGNAL.get(proposed.topic)
        if about is None or phrase is None:
            return None
        owner = self._names.get(proposed.party or "")
        return phrase.format(owner=_possessive(owner) if owner else "any", text=about.text)

    def _line(
        self,
        text: str,
        proposed: Sequence[Quote],
        keys: Sequence[str],
        *,
        negative: bool,
        hedged: bool = False,
    ) -> _Line | None:
        """Check one line.

        `negative` says that its kind or status already tells the negation ("refusal"); `hedged`, that it says what is
        so, and must keep the hedges of its quote.
        """
        text = " ".join(text.split())
        quotes, reason = self._standing(proposed)
        support = [q for q in quotes if q.role == "support"]
        if not text:
            reason = reason or "the line is empty"
        elif not support:
            reason = reason or "it has no quote"
        elif not negative and not any(wording.negation_agrees(text, q.text) for q in support):
            reason = "the words it stands on say the opposite"
        if reason is None and (foreign := wording.foreign_numbers(text, [q.text for q in support])):
            reason = f"a number stands in none of its quotes: {', '.join(sorted(foreign))}"
        if reason is not None:
            self._ledger.drop(text, reason)
            return None
        antecedents = [a for q in support for a in self._antecedents(q, quotes, keys)]
        quotes = (*quotes, *antecedents)
        tied = frozenset(key for key in keys if self._is_tied(key, quotes))
        checks = ["quote", "numbers", "negation"]
        if wording.foreign_names(text, [q.text for q in quotes], self._forms_of(tied), self._capitals):
            # What cannot be tied leaves the sentence: the words of the quote are all that is sure.
            text = " ".join(support[0].text.split())
            checks.append("names, in the words of the quote")
        elif not wording.composed(
            text,
            [q.text for q in support],
            self._forms_of(tied),
            negated=negative,
            hedges=hedged,
        ):
            text = " ".join(support[0].text.split())
            checks.append("wording, in the words of the quote")
        else:
            checks.append("names")
        if tied:
            checks.append("parties")
        return _Line(text, quotes, tied, tuple(checks))

    def _overclaims(self, text: str, quotes: Sequence[Quote], tied: frozenset[str]) -> str | None:
        """Why a sentence says more than its quotes, None if it does not."""
        sources = [q.text for q in quotes]
        if foreign := wording.foreign_numbers(text, sources):
            return f"a number stands in none of its quotes: {', '.join(sorted(foreign))}"
        if names := wording.foreign_names(text, sources, self._forms_of(tied), self._capitals):
            return f"a name stands in none of its quotes: {', '.join(sorted(names))}"
        return None

    def _standing(self, quotes: Sequence[Quote]) -> tuple[tuple[Quote, ...], str | None]:
        """The quotes that stand in the article, and why none does (None if at least one does)."""
        reasons = [standing(q, self._text, self._blocks) for q in quotes]
        kept = tuple(q for q, reason in zip(quotes, reasons, strict=True) if reason is None)
        return kept, None if kept else next((r for r in reasons if r), "it has no quote")

    # Ties

    def _is_tied(self, key: str, quotes: Sequence[Quote]) -> bool:
        """Whether a party is mentioned in the quotes, or stands behind one of its own people who is."""
        if key not in self._ids:
            return False
        support = [q for q in quotes if q.role == "support"]
        near = [q for q in quotes if q.role == "antecedent" and any(self._reaches(q, s) for s in support)]
        if any(wording.mentions(form, q.text) for q in (*support, *near) for form in self._forms[key]):
            return True
        people = [child for child, parent in self._parents.items() if parent == key]
        return any(
            wording.mentions(f, q.text) for c in people for q in (*support, *near) for f in self._forms[c]
        )

    def _antecedents(self, quote: Quote, quotes: Sequence[Quote], keys: Sequence[str]) -> list[Quote]:
        """The words beside a quote that name its speaker, where a party of the line is that speaker."""
        span = self._voices.speaker_words(quote)
        if span is None or any(q.start <= span[0] and span[1] <= q.end for q in quotes):
            return []
        spoken = self._text[slice(*span)]
        if not any(wording.mentions(f, spoken) for k in keys if k in self._forms for f in self._forms[k]):
            return []
        found = Quote(span[0], span[1], spoken, role="antecedent")
        return [found] if standing(found, self._text, self._blocks) is None else []

    def _reaches(self, antecedent: Quote, quote: Quote) -> bool:
        one, other = block_of(antecedent, self._blocks), block_of(quote, self._blocks)
        return (
            one is not None
            and other is not None
            and abs(other.paragraph - one.paragraph) <= _ANTECEDENT_REACH
        )

    def _forms_of(self, keys: Iterable[str]) -> set[str]:
        return {form for key in keys for form in self._forms[key]}

    # Evidence

    def _take(self, quotes: Sequence[Quote], speaker: str | None = "checked") -> tuple[str, ...]:
        """Take quotes up as evidence and give their ids; the same place is the same evidence."""
        out = []
        for quote in quotes:
            spoken_by = self._speaker(quote) if speaker else None
            place = (quote.start, quote.end, quote.role)
            known = self._ledger.items.get(place)
            if known is None:
                block = block_of(quote, self._blocks)
                known = Evidence(
                    id=f"e{len(self._ledger.items) + 1}",
                    quote=quote.text,
                    start=quote.start,
                    end=quote.end,
                    paragraph=block.paragraph if block else 0,
                    speaker=spoken_by,
                    mode=self._voices.mode(quote),
                    role=quote.role,
                )
            elif known.speaker is None and spoken_by is not None:
                known = known.model_copy(update={"speaker": spoken_by})
            self._ledger.items[place] = known
            out.append(known.id)
        return tuple(dict.fromkeys(out))

    def _speaker(self, quote: Quote) -> str | None:
        """Party id of the proposed speaker if the words beside the quote bear it out."""
        key = quote.speaker
        if key is None or key not in self._ids:
            return None
        others = [self._forms[p] for p in self._persons if p != key]
        return self._ids[key] if self._voices.confirms(quote, self._forms[key], others) else None


def _translation(translation: str | None, line: _Line) -> str | None:
    """A machine's translation if it may stand beside the line's quotes."""
    quotes = " ".join(q.text for q in line.quotes if q.role == "support")
    if translation is None or not wording.translates(translation, quotes):
        return None
    return " ".join(translation.split())


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") and not name.endswith("ss") else f"{name}'s"
