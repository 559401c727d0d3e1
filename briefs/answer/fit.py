"""Whether a line can be the answer: the kind of thing asked for, the question's verb, and who does it.

All of it looks at one parsed sentence. Each figure is 0-1 and a half where the grammar does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefs.answer.coverage import Coverage
from briefs.answer.lines import Line
from briefs.lexicon import Lexicon
from briefs.parse import ParsedBlock
from briefs.questions import Ask, AskKind, Question, Unit
from briefs.retrieve.dates import periods
from briefs.terms import Names, stem, terms

if TYPE_CHECKING:
    from spacy.tokens import Token

_NEUTRAL = 0.5
_NOT_THE_DOER = 0.2  # a name is there, but it is not who does it
_UNDONE = 0.2  # a name is there, but nothing is done
_APART = 0.45  # what a name stands beside is another thing
_TITLED = 0.6  # of a line's words with a capital: it is set as a headline
_LIKELY = 0.6  # a kind that is probably there
_HALF = 0.5  # half of a name's words
_ENOUGH = 0.75  # a likeness that counts as the same word
_CAUSES = re.compile(
    r"\b(because|since|due to|owing to|thanks to|as a result|in response to|in retaliation|in protest|over (the|its|"
    r"his|her|their|a)|after|amid|in order to|so (that|as)|to (avoid|prevent|protest|demand|help|ensure|make|allow|"
    r"counter|ascertain|protect|reduce|stop|give|keep|show)|citing|cited|blam\w+|caus\w+|reason\w*|accordingly|"
    r"therefore|prompt\w*|led to|for (fear|lack|fail\w+|\w+ing)|aim\w*|hop(e|es|ing)|purpose|means? that|as (it|he|"
    r"she|they|the)|could|in (a|an) (effort|attempt|bid) to|intend\w*|lack of|allow\w* for)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b((mid-|early |late )?(january|february|march|april|june|july|august|september|october|november|december|"
    r"jan\.|feb\.|mar\.|apr\.|aug\.|sept?\.|oct\.|nov\.|dec\.)|(mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"(in|since|until|by|from|of|during|between|before|after) (the )?(early |late |mid-)?(19|20)\d\d|"
    r"\d{1,2} (january|february|march|april|may|june|july|august|september|october|november|december)|"
    r"may \d{1,2}\b|(last|next|this|coming|past|following|previous|earlier this|later this|end of the|every) "
    r"(week|month|year|day|spring|summer|autumn|fall|winter|weekend|night|morning|season)|yesterday|tomorrow|today|"
    r"tonight|(19|20)\d\ds?|\d{1,2}[:.]\d\d ?(a\.?m|p\.?m)?|noon|midnight|(a|one|two|three|four|five|six|\d+) "
    r"(days?|weeks?|months?|years?) (ago|later|earlier|from now))",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\b(\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|few|half)[ -](more |full |straight )?"
    r"(second|minute|hour|day|week|month|year|decade|centur)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£¥]\s?\d|\b\d[\d.,]*\s*(million|billion|trillion|thousand)?\s*(dollars?|euros?|pounds?|yen|yuan|"
    r"shillings?|rupees?|rubles?|roubles?|francs?|pesos?|rand|naira|won|cents?|crowns?|kron(a|er|or)|koruna|lir[ae]|"
    r"dinars?|dirhams?|ri[ay]als?|z[lł]oty(s|ch)?|hryvnias?|forints?|baht|ringgit|rupiah|reais|takas?|shekels?)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"\d[\d.,]*\s?(%|per ?cent|percentage)|\b(half|third|quarter|majority) of\b|\bper ?cent\b", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\b(\d[\d.,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|"
    r"billions?|dozens?|half|both|scores of|no|zero|none|single)\b",
    re.IGNORECASE,
)
_FIGURES: dict[AskKind, tuple[re.Pattern[str], ...]] = {
    "date": (_DATE,),
    "duration": (_SPAN, _DATE),
    "money": (_MONEY, _PERCENT),
    "percent": (_PERCENT,),
    "number": (_NUMBER,),
    "quantity": (_NUMBER, _MONEY, _PERCENT),
}
_PEOPLE = frozenset(
    stem(w)
    for w in "people person civilian man woman child resident citizen inhabitant life patient soldier".split()
)
_AMOUNTS = frozenset({"money", "percent", "quantity"})
_MADE_KNOWN = frozenset({"announce", "name", "reveal", "choose", "appoint", "elect", "decide", "determine"})
_TOTALS = frozenset({"number", "total", "count", "toll"})
_TIMES = frozenset(stem(w) for w in "age hour day week month year minute decade".split())
_SPEECH = frozenset(
    "say tell add state declare announce reply respond answer react call urge condemn reject deny dismiss warn vow "
    "insist accuse welcome criticize criticise denounce describe demand refuse agree pledge promise threaten claim "
    "order ask express note defend praise decline blame argue counter acknowledge confirm break offer issue "
    "protest hit retaliate summon".split()
)
_DOING = frozenset({"VERB", "AUX", "NOUN"})
_YEARS = frozenset({stem("year")})
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_WHERE = frozenset("in at near from to into around outside inside".split())
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "agent", "poss"})
_ENTITIES = {
    "person": {"PERSON"},
    "party": {"PERSON", "ORG", "NORP", "GPE"},
    "name": {"PERSON", "ORG", "GPE", "PRODUCT", "WORK_OF_ART", "LAW", "EVENT", "FAC", "LOC", "NORP"},
    "place": {"GPE", "LOC", "FAC", "ORG"},
}


@dataclass(frozen=True, slots=True)
class Fit:
    """How a line fits the question. `kinds` has one figure for each thing asked for, in order."""

    kinds: tuple[float, ...]
    predicate: float
    """Whether the question's verb (or one of its meaning) is in the line."""
    subject: float
    """Whether whoever the question says does it, does it in the line."""
    apart: float = 1.0
    """Below 1.0 where the line speaks of something that only bears the name asked about: "the Harbour Prize jury"."""
    told: frozenset[str] = frozenset()
    """Stems of the names, dates or numbers in the line that may be what is asked for."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A line as it is looked at: its tokens, those that say what is asked about, and the question's own words."""

    line: Line
    tokens: tuple[Token, ...]
    anchors: tuple[Token, ...]
    verbs: tuple[Token, ...]
    """Those that say what the question's verbs say."""
    asked: frozenset[str]
    coverage: Coverage

    def new(self, token: Token) -> bool:
        """Whether the question does not have the word itself."""
        return stem(token.text) not in self.asked

    def at(self, spans: Iterable[tuple[int, int]]) -> list[Token]:
        """The tokens that begin in spans of the line's text."""
        if not self.tokens:
            return []
        base = self.tokens[0].idx
        wanted = list(spans)
        return [t for t in self.tokens if any(start <= t.idx - base < end for start, end in wanted)]


class Fitter:
    """Fits lines to questions."""

    def __init__(self, lexicon: Lexicon, names: Names) -> None:
        self._names = names
        self._groups = frozenset(lexicon.group_nouns) | frozenset(lexicon.organisation_words)

    def fit(self, line: Line, part: ParsedBlock, coverage: Coverage) -> Fit:
        question = coverage.question
        tokens = tuple(t for t in part.doc if line.start <= part.start(t) < line.end)
        asked = frozenset(s for unit in question.units for s in unit.stems)
        verbs = self._verbs(question, tokens, coverage)
        anchors = verbs or _anchors(question, tokens, coverage)
        seen = _Seen(line, tokens, tuple(anchors), tuple(verbs), asked, coverage)
        subject = self._subject(question, line, verbs, coverage)
        kinds = tuple(
            _reacting(subject, verbs) if ask.kind == "reaction" else self._kind(ask, seen)
            for ask in question.asks
        )
        told = frozenset(
            stem(t.text)
            for ask, kind in zip(question.asks, kinds, strict=True)
            if kind >= _LIKELY
            for t in self._answers(ask, seen)
        )
        predicate = _predicate(question, line, tokens, coverage)
        return Fit(kinds, predicate, subject, _apart(seen), told)

    @staticmethod
    def may_tell(question: Question, text: str) -> bool:
        """Whether a line can tell a date or an amount that is asked for at all, before any grammar is looked at."""
        kinds = {ask.kind for ask in question.asks}
        if not kinds <= _FIGURES.keys():
            return True
        return any(pattern.search(text) for kind in kinds for pattern in _FIGURES[kind])

    def _answers(self, ask: Ask, seen: _Seen) -> list[Token]:
        """The tokens of the kind asked for that the question does not have itself."""
        if ask.kind == "date":
            return [t for t in seen.at(_new_dates(seen)) if t.text.isdigit()]
        if ask.kind in {"number", "quantity", "money", "percent"}:
            return [t for t in seen.tokens if t.like_num and seen.new(t) and t.ent_type_ != "DATE"]
        if ask.kind in _ENTITIES:
            return self._entities(ask, seen)
        return []

    def _verbs(self, question: Question, tokens: Sequence[Token], coverage: Coverage) -> list[Token]:
        """The tokens that say what the question's verbs say."""
        wanted = [s for i in question.predicates for s in question.units[i].stems]
        if question.asks[0].kind == "reaction":
            return [t for t in tokens if t.pos_ == "VERB" and t.lemma_.lower() in _SPEECH]
        return [
            t
            for t in tokens
            if not t.is_punct and any(coverage.likeness(s, stem(t.text)) >= _ENOUGH for s in wanted)
        ]

    def _kind(self, ask: Ask, seen: _Seen) -> float:
        if ask.kind in {"number", "quantity", "money", "percent"}:
            return self._amount(ask, seen)
        if ask.kind == "date":
            tied = _tied(seen.at(_new_dates(seen)), seen.anchors)
            return tied if not _YEARS & set(ask.focus) or _YEAR.search(seen.line.text) else _LIKELY * tied
        if ask.kind == "duration":
            return 1.0 if _SPAN.search(seen.line.text) else 0.4 if periods(seen.line.text) else 0.0
        if ask.kind == "cause":
            return 1.0 if _CAUSES.search(seen.line.text) else 0.3
        if ask.kind in _ENTITIES:
            return self._entity(ask, seen)
        return 0.8

    def _amount(self, ask: Ask, seen: _Seen) -> float:
        text = seen.line.text
        money = seen.at([m.span() for m in _MONEY.finditer(text)])
        share = seen.at([m.span() for m in _PERCENT.finditer(text)])
        if ask.kind == "money":  # a fine may be told as a share of what is earned
            return max(_tied(money, seen.anchors), _LIKELY * _tied(share, seen.anchors))
        if ask.kind == "percent":
            return _tied(share, seen.anchors)
        if ask.kind == "quantity" and (money or share):
            return _tied(money + share, seen.anchors)
        timed = bool(ask.focus) and ask.focus[-1] in _TIMES
        dated = [] if timed else seen.at([m.span() for m in _DATE.finditer(text)])
        numbers = [
            t
            for t in seen.tokens
            if _NUMBER.fullmatch(t.text)
            and seen.new(t)
            and t not in dated
            and (timed or t.ent_type_ not in {"DATE", "TIME"})
            and not _label(t)
        ]
        if not numbers:
            return 0.0
        if not ask.focus or ask.measure:
            return 0.9 * _tied(numbers, seen.anchors)
        focus = ask.focus[-1]
        if any(self._counts(n, focus, seen.coverage) for n in numbers) or _counted(numbers, focus, seen):
            return 1.0
        return 0.4 if focus in seen.line.stems else 0.2

    @staticmethod
    def _counts(number: Token, focus: str, coverage: Coverage) -> bool:
        """Whether a number counts what was asked for: "1,200 medical interns", "half a million Syrians"."""
        named = False
        for token in list(number.doc)[number.i + 1 : number.i + 7]:
            s = stem(token.text)
            if named and token.tag_ == "VBG":
                return False  # "two coaches carrying workers" are coaches
            named = named or token.pos_ == "NOUN"
            if coverage.likeness(focus, s) >= _ENOUGH or (focus in _PEOPLE and s in _PEOPLE):
                return True
            if token.pos_ not in {"NUM", "ADJ", "NOUN", "PROPN", "DET", "ADV", "CCONJ", "SYM", "PART"} and (
                token.lower_ != "of" and token.text not in {"-", ","} and token.tag_ not in {"VBG", "VBN"}
            ):
                return False
        return False

    def _entity(self, ask: Ask, seen: _Seen) -> float:
        if _still_to_come(ask, seen):
            return 0.0
        named = self._entities(ask, seen)
        found = list(named)
        if ask.kind == "party":
            found += [
                t
                for t in seen.tokens
                if t.pos_ == "NOUN" and t.lemma_.lower() in self._groups and seen.new(t)
            ]
        doers = (
            [d for v in seen.verbs or seen.anchors if v.pos_ in _DOING for d in _doers(v)]
            if ask.agent
            else []
        )
        if not found:
            return _LIKELY if ask.kind == "party" and _described(doers, seen) else 0.0
        if sum(t.ent_iob_ == "B" for t in found) < ask.count:
            return 0.3
        if not ask.agent:
            return _tied(found, seen.anchors)
        doing = {t.i for doer in doers for t in doer.subtree}
        if any(t.i in doing for t in found):
            return 1.0
        speakers = {t.i for doer in doers if doer.pos_ == "PRON" for s in _speakers(doer) for t in s.subtree}
        if (ask.kind == "party" and _described(doers, seen)) or any(t.i in speakers for t in found):
            return _LIKELY
        if seen.verbs:
            return _NOT_THE_DOER if named else 0.0
        # nobody does here what is asked about
        return _UNDONE if seen.coverage.question.predicates else min(_LIKELY, _tied(found, seen.anchors))

    @staticmethod
    def _entities(ask: Ask, seen: _Seen) -> list[Token]:
        wanted = _ENTITIES[ask.kind]
        words = [t for t in seen.tokens if t.is_alpha and not t.is_stop]
        titled = sum(t.text[0].isupper() for t in words) > _TITLED * len(
            words
        )  # capitals tell nothing in a headline
        return [
            t
            for t in seen.tokens
            if (t.ent_type_ in wanted or (_nameless(t, ask) and not titled))
            and t.pos_ != "ADJ"  # "the Austrian author" names nobody
            and not _tells_which(t, ask)
            and not _listed(t, ask, seen)
            and seen.new(t)
            and not t.is_stop
            and not t.is_punct
        ]

    def _subject(self, question: Question, line: Line, verbs: Sequence[Token], coverage: Coverage) -> float:
        """Whether the question's subject does in the line what the question says it does."""
        if not question.subject:
            return _NEUTRAL
        units = [question.units[i] for i in question.subject if question.units[i].role != "frame"]
        names = [u for u in units if u.role == "name"] or units[-1:]
        if not names:
            return _NEUTRAL
        best = 0.0
        for verb in verbs:
            for child in _doers(verb):
                if child.pos_ == "PRON":
                    best = max(best, 0.75 if self._meant(child, line, names, coverage) else 0.3)
                    continue
                words = terms(" ".join(t.text for t in child.subtree))
                inside = frozenset(w.stem for w in words)
                called = frozenset(name for _, _, name in self._names.found(words))
                if any(coverage.meets(u, inside, called) >= _HALF for u in names):
                    return 1.0
        if verbs:
            here = any(coverage.meets(u, line.stems, line.names) >= _ENOUGH for u in names)
            return max(best, 0.5 if here else 0.25)
        return 0.4

    @staticmethod
    def _meant(pronoun: Token, line: Line, names: Sequence[Unit], coverage: Coverage) -> bool:
        """Whether a pronoun may stand for one of the names: one of them is in one of the two lines before."""
        before = coverage.material.lines[line.of][max(0, line.number - 2) : line.number + 1]
        for unit in names:
            fitting = {"it", "they", "which"} if unit.name is not None else {"he", "she", "they", "it", "who"}
            if pronoun.lower_ in fitting and any(
                coverage.meets(unit, o.stems, o.names) >= _ENOUGH for o in before
            ):
                return True
        return False


def _counted(numbers: Sequence[Token], focus: str, seen: _Seen) -> bool:
    """Whether a line says how many in the other order: "put the number of volunteers on site at 90"."""
    for at, token in enumerate(seen.tokens):
        if token.lower_ in _TOTALS and any(stem(t.text) == focus for t in seen.tokens[at + 1 : at + 5]):
            return any(n.i > token.i for n in numbers)
    return False


def _tells_which(token: Token, ask: Ask) -> bool:
    """Whether a name only tells which of the things asked for are meant: "Norland cities" is no answer to "which city"."""
    up = token
    while up.dep_ in {"compound", "nmod"} and up.head.pos_ == "PROPN":
        up = up.head
    return (
        bool(ask.focus)
        and up.dep_ in {"compound", "nmod"}
        and up.head.tag_ == "NNS"
        and stem(up.head.text) == ask.focus[-1]
    )


def _listed(token: Token, ask: Ask, seen: _Seen) -> bool:
    """Whether a name stands in a row after one that the question has: another film beside the film asked about.

    A name between two commas alone may be the answer: "the head of Solvik, Anna Berg,".
    """
    if not ask.focus or seen.coverage.question.predicates:
        return False
    doc = token.doc
    first = token.i
    while first > 0 and _in_row(doc[first - 1]):
        first -= 1
    last = token.i
    while last + 1 < len(doc) and _in_row(doc[last + 1]):
        last += 1
    earlier = list(doc[first : token.i])
    asked = next((n for n, t in enumerate(earlier) if t.pos_ == "PROPN" and not seen.new(t)), None)
    return (
        asked is not None
        and any(t.pos_ in {"PUNCT", "CCONJ"} for t in earlier[asked:])
        and any(t.pos_ == "CCONJ" for t in doc[first + asked : last + 1])
    )


def _in_row(token: Token) -> bool:
    return token.pos_ in {"PROPN", "DET", "CCONJ"} or token.text == ","


def _still_to_come(ask: Ask, seen: _Seen) -> bool:
    """Whether a line says that who or what is asked for is not known yet: "the winner will be announced in May"."""
    for token in seen.tokens:
        if token.dep_ != "nsubjpass" or token.head.lemma_.lower() not in _MADE_KNOWN:
            continue
        if ask.focus and stem(token.text) == ask.focus[-1]:
            helpers = {c.lower_ for c in token.head.children} | {c.lower_ for c in token.head.head.children}
            return bool(helpers & {"will", "to"})
    return False


def _speakers(pronoun: Token) -> list[Token]:
    """Whoever a pronoun speaks of in its own sentence: "Andor said he would mediate", "Andor took up her post"."""
    if pronoun.dep_ == "poss":
        return [c for up in _ups(pronoun) if up.pos_ == "VERB" for c in up.children if c.dep_ == "nsubj"]
    verb = pronoun.head
    return [] if verb.dep_ != "ccomp" else [c for c in verb.head.children if c.dep_ == "nsubj"]


def _described(doers: Sequence[Token], seen: _Seen) -> bool:
    """Whether somebody without a name does it: "the farmers", "regional partners"."""
    return any(d.tag_ == "NNS" and seen.new(d) for d in doers)


def _nameless(token: Token, ask: Ask) -> bool:
    """Whether a token is a name of which the language model does not say what kind; a place stands where places do."""
    if token.pos_ != "PROPN" or token.ent_type_:
        return False
    return ask.kind != "place" or (token.dep_ == "pobj" and token.head.lower_ in _WHERE)


def _apart(seen: _Seen) -> float:
    """Whether the name that the question is about stands where it belongs: in one phrase with the noun asked for ("the
    head of Solvik"), or as what its verb is said of. In "the head of a Solvik branch", "the Solvik album was released" it
    only tells which branch, which album.
    """
    question = seen.coverage.question
    ask = question.asks[0]
    names = [u for u in question.units if u.role == "name" and u.name is None]
    held = {u.stems[-1] for u in names}
    named = [t for t in seen.tokens if stem(t.text) in held]
    if not named:
        return 1.0
    if ask.kind in _ENTITIES and ask.focus and not question.predicates:
        nouns = [t for t in seen.tokens if stem(t.text) == ask.focus[-1] and t.pos_ in {"NOUN", "PROPN"}]
        if not nouns:
            return 1.0
        return 1.0 if any(_one_phrase(name, noun, seen) for name in named for noun in nouns) else _APART
    if ask.kind == "date" and seen.verbs:
        doers = [d for v in seen.verbs if v.lemma_.lower() not in _SPEECH for d in _doers(v)]
        bearing = [d for d in doers if any(name in d.subtree for name in named)]
        if bearing and all(stem(d.text) not in seen.asked and d.pos_ in {"NOUN", "PROPN"} for d in bearing):
            return _APART
    return 1.0


def _one_phrase(name: Token, noun: Token, seen: _Seen) -> bool:
    """Whether a name and a noun stand in one noun phrase, in which the name is not that of a third thing."""
    head = name
    while head.dep_ in {"compound", "poss", "nmod"} and head.head.i != noun.i:
        head = head.head
        if stem(head.text) not in seen.asked and head.ent_type_ != "PERSON":
            return False
    over = {t.i for t in [noun, *_nouns_over(noun)]}
    return any(t.i in over for t in [name, *_nouns_over(name)])


def _nouns_over(token: Token) -> list[Token]:
    """What a token hangs on within its noun phrase."""
    out = []
    up = token
    while up.head.i != up.i and up.head.pos_ not in {"VERB", "AUX"}:
        up = up.head
        out.append(up)
    return out


def _doers(verb: Token) -> Iterable[Token]:
    """Whoever does what a verb says: its subject, or that of the verb it hangs on."""
    if verb.pos_ in {"NOUN", "PROPN"}:
        by = [c for p in verb.children if p.lower_ == "by" for c in p.children]
        return [*by, *(c for c in verb.children if c.dep_ == "poss")]
    token = verb
    for _ in range(3):
        found = [c for c in token.children if c.dep_ in {"nsubj", "nsubjpass", "poss"}]
        for child in token.children:
            if child.dep_ == "agent":
                found += list(child.children)
        if found:
            relative = token.dep_ == "relcl" and found[0].tag_ in {"WP", "WDT"}
            return [token.head] if relative else found
        if token.dep_ in {"acl", "relcl"}:
            return [token.head]
        if token.dep_ not in {"conj", "xcomp", "advcl", "pcomp", "prep", "ccomp", "dobj"}:
            return []
        token = token.head
    return []


def _predicate(question: Question, line: Line, tokens: Sequence[Token], coverage: Coverage) -> float:
    """The share of the question's verbs that the line has."""
    wanted = [question.units[i] for i in question.predicates]
    if not wanted:
        return _NEUTRAL
    stems = line.implied | frozenset(stem(t.text) for t in tokens if not t.is_punct and not t.is_space)
    return sum(coverage.meets(u, stems, frozenset()) for u in wanted) / len(wanted)


def _reacting(subject: float, verbs: Sequence[Token]) -> float:
    """Whether whoever is asked about says or does something: by name 1.0, by a pronoun less, somebody else not at all."""
    return subject if verbs and subject > _NEUTRAL else 0.0


def _new_dates(seen: _Seen) -> list[tuple[int, int]]:
    return [m.span() for m in _DATE.finditer(seen.line.text) if not _told(m.group(), seen.asked)]


def _told(words: str, asked: frozenset[str]) -> bool:
    """Whether a date says only what the question said."""
    return all(stem(w) in asked for w in re.findall(r"\w+", words))


def _anchors(question: Question, tokens: Sequence[Token], coverage: Coverage) -> list[Token]:
    """The tokens that say what is asked for, where the question has no verb of its own: "the CEO of …"."""
    focus = [s for ask in question.asks for s in ask.focus if not ask.measure and ask.kind not in _AMOUNTS]
    content = [s for u in question.units if u.role in {"content", "focus"} for s in u.stems]
    for wanted in (focus, content):
        found = [
            t
            for t in tokens
            if not t.is_punct and any(coverage.likeness(s, stem(t.text)) >= _ENOUGH for s in wanted)
        ]
        if found:
            return found
    return []


def _tied(found: Sequence[Token], anchors: Sequence[Token]) -> float:
    """How closely any of the tokens found belongs to any of the anchors: by grammar, else by nearness."""
    if not found:
        return 0.0
    if not anchors:
        return 0.5
    best = 0.4
    for token in found:
        ups = _ups(token)
        for anchor in anchors:
            if anchor in ups or token in _ups(anchor):
                return 1.0
            distance = abs(anchor.i - token.i)
            best = max(
                best, 0.9 if distance <= 4 else 0.75 if distance <= 8 else 0.6 if distance <= 15 else 0.4
            )
    return best


def _ups(token: Token) -> list[Token]:
    """What a token hangs on, up to the verb of its clause."""
    out = []
    up: Token = token
    for _ in range(6):
        if up.head.i == up.i:
            break
        up = up.head
        out.append(up)
        if up.pos_ in {"VERB", "AUX"}:
            break
    return out


def _label(number: Token) -> bool:
    """Whether a number is part of a name: "Resolution 2328", "Local 54"."""
    before = number.nbor(-1) if number.i else None
    return (
        before is not None
        and before.pos_ == "PROPN"
        and before.text[:1].isupper()
        and number.head.i < number.i
    )
