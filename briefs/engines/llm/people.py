"""Who a model's names mean: one entry for all names of a party, tied to places of the text by code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from briefs.engines.llm.replies import Said, SaidParty
from briefs.engines.llm.sentences import Sentence
from briefs.evidence.wording import equated, mentions, shares_name
from briefs.lexicon import Lexicon
from briefs.models import PartyRole, PartyType
from briefs.proposals import ProposedParty, Quote
from briefs.text import plain_marks

_ARTICLE = re.compile(r"^(?:the|a|an) ", re.IGNORECASE)
_MOST_QUOTES = 3


@dataclass(slots=True)
class Entry:
    """A party as it is put together. `forms` are the names that the model used and those that the lexicon knows."""

    key: str
    name: str
    type: PartyType
    role: PartyRole
    forms: dict[str, None] = field(default_factory=dict)
    sentence: int | None = None
    member_of: str | None = None


class People:
    """The parties of one article as a model names them."""

    def __init__(self, text: str, found: Sequence[Sentence], said: Iterable[Said], lexicon: Lexicon) -> None:
        self._text = text
        self._sentences = found
        self._lexicon = lexicon
        self._known = _known(lexicon)
        self._entries: dict[str, Entry] = {}
        self._by_form: dict[str, str] = {}
        proposed = [party for one in said for party in one.parties]
        for party in proposed:
            self._enter(party)
        for party in proposed:
            key = self.key(party.name)
            above = self.key(party.member_of) if party.member_of else None
            if key is not None and above is not None and above != key:
                self._entries[key].member_of = self._entries[key].member_of or above

    def key(self, name: str) -> str | None:
        """The party of that name; one that was not introduced is taken up if the lexicon knows it."""
        folded = _folded(name)
        if folded in self._by_form:
            return self._by_form[folded]
        known = self._known.get(folded)
        if known is not None and any(mentions(f, self._text) for f in (known[0], name)):
            return self._enter(SaidParty(name, known[1], "other", known[2], None))
        return self._namesake(name)

    def forms(self, key: str) -> tuple[str, ...]:
        return tuple(self._entries[key].forms)

    def type(self, key: str) -> PartyType:
        return self._entries[key].type

    def keys(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def proposed(self) -> tuple[ProposedParty, ...]:
        return tuple(self._propose(entry) for entry in self._entries.values())

    def _enter(self, party: SaidParty) -> str:
        folded = _folded(party.name)
        known = self._known.get(folded)
        name, kind = (known[0], known[1]) if known else (party.name, party.type)
        key = self._by_form.get(_folded(name)) or self._by_form.get(folded)
        if key is None and known is None:
            key = self._namesake(party.name)
        if key is None:
            key = f"m{len(self._entries) + 1}"
            self._entries[key] = Entry(key, name, kind, party.role, sentence=party.sentence)
        entry = self._entries[key]
        if len(party.name) > len(entry.name) and known is None and entry.type == "person":
            entry.name, entry.sentence = party.name, party.sentence  # the fullest form is the name
        for form in (name, party.name, *self._lexicon.forms_of(name)):
            entry.forms.setdefault(form)
            self._by_form.setdefault(_folded(form), key)
        return key

    def _namesake(self, name: str) -> str | None:
        """The person of whose name this is a part, or the party that the text equates with it."""
        for key, entry in self._entries.items():
            if entry.type == "person" and shares_name(name, entry.name):
                return key
        if name == name.lower():
            return None
        for key, entry in self._entries.items():
            if entry.name != name and equated(name, entry.name, self._text):
                return key
        return None

    def _propose(self, entry: Entry) -> ProposedParty:
        return ProposedParty(
            key=entry.key,
            name=entry.name,
            type=entry.type,
            role=entry.role,
            quotes=self._quotes(entry),
            aliases=tuple(f for f in entry.forms if f != entry.name and mentions(f, self._text)),
            member_of=entry.member_of,
            rule="model",
        )

    def _quotes(self, entry: Entry) -> tuple[Quote, ...]:
        """The sentence that the model names if it names the party, those that name it first and with whom it belongs."""
        naming = [s for s in self._sentences if any(mentions(f, self._words(s)) for f in entry.forms)]
        chosen = [s for s in naming if s.number == entry.sentence][:1] + naming[:1]
        if entry.member_of is not None:
            above = self.forms(entry.member_of)
            chosen += [s for s in naming if any(mentions(f, self._words(s)) for f in above)][:1]
        places = list(dict.fromkeys(chosen))[:_MOST_QUOTES]
        if not places:  # so that the gate says why it drops the name
            places = list(self._sentences[:1])
        return tuple(Quote(s.start, s.end, self._words(s)) for s in places)

    def _words(self, sentence: Sentence) -> str:
        return self._text[sentence.start : sentence.end]


def _folded(name: str) -> str:
    return _ARTICLE.sub("", plain_marks(name).strip()).casefold()


def _known(lexicon: Lexicon) -> dict[str, tuple[str, PartyType, str]]:
    """Name, type and the one above by every form of a state or body that the lexicon knows."""
    found: dict[str, tuple[str, PartyType, str]] = {}
    for state in lexicon.states:
        for form in (state.name, *state.forms, *state.demonyms, *state.seats):
            found.setdefault(_folded(form), (state.name, "state", ""))
    for body in lexicon.bodies:
        for form in (body.name, *body.forms):
            found.setdefault(_folded(form), (body.name, body.type, body.member_of))
    return found
