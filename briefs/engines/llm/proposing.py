"""From a model's replies to a Proposal: quotes are cut by number, speakers and attributions told by the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from briefs.engines.llm import replies
from briefs.engines.llm.heard import Heard
from briefs.engines.llm.people import People
from briefs.engines.llm.prompts import instructions
from briefs.engines.llm.replies import Said, SaidDemand, SaidSignal
from briefs.engines.llm.sentences import Sentence, sentences
from briefs.engines.rules.events.rules import polarity
from briefs.evidence.voices import Voices
from briefs.evidence.wording import mentions
from briefs.lexicon import Lexicon
from briefs.models import ClaimStatus, Label
from briefs.proposals import Proposal, ProposedDemand, ProposedSignal, ProposedStatement, Quote
from briefs.speech import Utterance
from briefs.text import after_dateline, blocks, plain_marks

_WHOLE_WORDS = 45  # a longer sentence is cut down to the words that the model points at
_LEAST_WORDS = 4  # fewer are no evidence by themselves
_MOST_QUOTE_WORDS = 60
_REACH_CHARS = 600  # how far back "he" or "the ministry" is taken for a name: about a paragraph
_Line = TypeVar("_Line", ProposedDemand, ProposedSignal)

_STANDS_FOR = re.compile(r"\b(?:he|she|they|it|his|her|their|its)\b", re.IGNORECASE)


def propose(
    text: str, heard: Heard, said: Sequence[Utterance], lexicon: Lexicon, *, foreign: bool = False
) -> Proposal:
    """What the replies say, tied to the text. Never raises, whatever a model replied.

    `foreign`: the text is in another language than English, and translations are taken.
    """
    return _Proposer(text, heard, said, lexicon, foreign=foreign).run()


class _Proposer:
    def __init__(
        self, text: str, heard: Heard, said: Sequence[Utterance], lexicon: Lexicon, *, foreign: bool
    ) -> None:
        self._text = text
        self._plain = plain_marks(text).casefold()
        self._sentences = {s.number: s for s in sentences(text)}
        self._voices = Voices(text, blocks(text), said)
        self._replies = [
            _within(replies.read(reply.text), reply.first, reply.last) for reply in heard.replies
        ]
        self._people = People(text, tuple(self._sentences.values()), self._replies, lexicon)
        self._lexicon = lexicon
        self._foreign = foreign

    def run(self) -> Proposal:
        demands = [self._demand(d) for one in self._replies for d in one.demands]
        signals = [self._signal(s) for one in self._replies for s in one.signals]
        statements = [self._statement(n) for one in self._replies for n in one.bottom_line]
        if not any(statements) and self._sentences:
            lead = next((s for s in self._sentences.values() if s.block > 0), self._sentences[1])
            statements = [self._statement(lead.number)]
        return Proposal(
            parties=self._people.proposed(),
            demands=tuple(_once(demands)),
            signals=tuple(_once(signals)),
            bottom_line=tuple(dict.fromkeys(s for s in statements if s is not None)),
        )

    def _demand(self, said: SaidDemand) -> ProposedDemand:
        from_, to = self._keys(said.from_), self._keys(said.to)
        quotes = self._quotes(said.sentences, said.words, (*from_, *to))
        return ProposedDemand(
            kind=said.kind,
            text=said.text or said.words or _first(quotes),
            quotes=quotes,
            from_=from_,
            to=tuple(k for k in to if k not in from_),
            status=said.status,
            tense=said.tense,
            rule="model",
            translation=self._translation(said.translation),
        )

    def _signal(self, said: SaidSignal) -> ProposedSignal:
        actors, targets = self._keys(said.actors), self._keys(said.targets)
        quotes = self._quotes(said.sentences, said.words, (*actors, *targets))
        claim: ClaimStatus = said.claim
        if claim == "reported" and any(self._voices.of(q) is not None for q in quotes):
            claim = "attributed"  # somebody says so, whatever the model makes of it
        return ProposedSignal(
            event=said.event,
            polarity=polarity(said.event),
            severity=said.severity,
            text=said.text or said.words or _first(quotes),
            quotes=quotes,
            actors=actors,
            targets=tuple(k for k in targets if k not in actors),
            tense=said.tense,
            claim_status=claim,
            rule="model",
            translation=self._translation(said.translation),
        )

    def _statement(self, number: int) -> ProposedStatement | None:
        sentence = self._sentences.get(number)
        if sentence is None:
            return None
        words = self._text[sentence.start : sentence.end]
        start = sentence.start + after_dateline(words)
        quote = self._spoken(Quote(start, sentence.end, self._text[start : sentence.end]))
        label: Label = "attributed" if self._voices.of(quote) is not None else "reported"
        return ProposedStatement(quote.text, label, (quote,), rule="model")

    def _translation(self, words: str) -> str | None:
        """What may be one; nothing that repeats our own instructions."""
        if (
            not self._foreign
            or not words
            or any(words.casefold() in ours.casefold() for ours in instructions())
        ):
            return None
        return words

    def _keys(self, names: Iterable[str]) -> tuple[str, ...]:
        keys = (self._people.key(name) for name in names)
        return tuple(dict.fromkeys(k for k in keys if k is not None))

    # Quotes

    def _quotes(self, numbers: Sequence[int], words: str, keys: Sequence[str]) -> tuple[Quote, ...]:
        """The sentences with these numbers, each cut down to the model's words if it is long; and who "he" is in them.

        A number that no sentence has becomes a quote that does not stand, so that the gate drops the line and says so.
        """
        support = [self._quote(self._sentences.get(number), words) for number in numbers]
        standing = [q for q in support if q.text]
        if not standing:
            return tuple(support)
        found = (self._antecedent(key, standing) for key in keys)
        return (*support, *dict.fromkeys(a for a in found if a is not None))

    def _quote(self, sentence: Sentence | None, words: str) -> Quote:
        if sentence is None:
            return Quote(0, 0, "")
        start, end = sentence.start, sentence.end
        start += after_dateline(self._text[start:end])
        if len(self._text[start:end].split()) > _WHOLE_WORDS:
            start, end = self._place(words, sentence) or self._beginning(sentence)
        return self._spoken(Quote(start, end, self._text[start:end]))

    def _place(self, words: str, sentence: Sentence) -> tuple[int, int] | None:
        """Where the model's words stand in the sentence, letter for letter but for the shape of marks."""
        wanted = plain_marks(words).casefold().strip(" .\"'")
        if len(wanted.split()) < _LEAST_WORDS:
            return None
        at = self._plain.find(wanted, sentence.start, sentence.end)
        return (at, at + len(wanted)) if at >= 0 else None

    def _beginning(self, sentence: Sentence) -> tuple[int, int]:
        """As much of a long sentence as a quote may have."""
        found = list(re.finditer(r"\S+", self._text[sentence.start : sentence.end]))
        last = found[min(len(found), _MOST_QUOTE_WORDS) - 1].end()
        return sentence.start, sentence.start + last

    def _spoken(self, quote: Quote) -> Quote:
        """The quote with its speaker, where the words beside it name a party."""
        span = self._voices.speaker_words(quote)
        if span is None:
            return quote
        words = self._text[slice(*span)]
        named = [
            (max(len(f) for f in self._people.forms(k) if mentions(f, words)), k)
            for k in self._people.keys()  # noqa: SIM118 - not a mapping
            if any(mentions(f, words) for f in self._people.forms(k))
        ]
        return replace(quote, speaker=max(named)[1]) if named else quote

    def _antecedent(self, key: str, support: Sequence[Quote]) -> Quote | None:
        """The last mention of a party before quotes that only say "he" or "the ministry"."""
        forms = self._people.forms(key)
        if any(mentions(form, q.text) for q in support for form in forms):
            return None
        first = min(support, key=lambda q: q.start)
        span = self._voices.speaker_words(first)
        stands_for = self._text[slice(*span)] if span is not None else first.text
        if not _STANDS_FOR.search(stands_for) and not self._described(stands_for, key):
            return None
        until = min(first.start, span[0] if span is not None else first.start)
        mine = self._last(forms, until)
        if mine is None or until - mine[0] > _REACH_CHARS:
            return None
        kind = self._people.type(key)
        others = (
            self._last(self._people.forms(k), until)
            for k in self._people.keys()  # noqa: SIM118 - not a mapping
            if k != key and self._people.type(k) == kind
        )
        if any(other is not None and other[0] > mine[0] for other in others):
            return None
        return Quote(*mine, self._text[slice(*mine)], role="antecedent")

    def _described(self, words: str, key: str) -> bool:
        phrases = re.findall(r"\b[Tt]he [a-z]+(?: [a-z]+)?\b", words)
        kind = self._people.type(key)
        return any(self._lexicon.describes(p.lower(), kind) for p in phrases) or any(
            self._lexicon.describes(p.lower().rpartition(" ")[0], kind) for p in phrases
        )

    def _last(self, forms: Iterable[str], until: int) -> tuple[int, int] | None:
        found: tuple[int, int] | None = None
        for form in forms:
            bare = re.sub(r"^the ", "", plain_marks(form), flags=re.IGNORECASE).casefold()
            at = self._plain.rfind(bare, 0, until)
            while at >= 0 and not mentions(form, self._text[max(0, at - 1) : at + len(bare) + 1]):
                at = self._plain.rfind(bare, 0, at)
            if at >= 0 and (found is None or at > found[0]):
                found = at, at + len(bare)
        return found


def _within(said: Said, first: int, last: int) -> Said:
    """The reply with only the numbers that its window showed; 0 stands for any other, and for no sentence."""

    def shown(numbers: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(n if first <= n <= last else 0 for n in numbers)

    return replace(
        said,
        demands=tuple(replace(d, sentences=shown(d.sentences)) for d in said.demands),
        signals=tuple(replace(s, sentences=shown(s.sentences)) for s in said.signals),
        bottom_line=shown(said.bottom_line),
    )


def _once(lines: Iterable[_Line]) -> Iterator[_Line]:
    """The lines without those that say the same of the same words: windows overlap, and models repeat themselves."""
    seen: set[tuple[object, ...]] = set()
    for line in lines:
        what, who = (line.kind, line.from_) if isinstance(line, ProposedDemand) else (line.event, line.actors)
        places = frozenset((q.start, q.end) for q in line.quotes if q.role == "support")
        mark = (what, frozenset(who), places)
        if mark not in seen:
            seen.add(mark)
            yield line


def _first(quotes: Sequence[Quote]) -> str:
    return quotes[0].text if quotes else ""
