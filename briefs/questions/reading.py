"""A question's grammar → what it asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from briefs.lexicon import Lexicon, forms
from briefs.parse import Parser
from briefs.questions.models import Ask, AskKind, Question, Unit, UnitRole
from briefs.questions.sources import outlets
from briefs.retrieve.dates import periods
from briefs.terms import STOPWORDS, Names, Term, stem, terms

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

MAX_CHARS = (
    2_000  # a longer question is a text with a question in it; what it asks stands at its start or nowhere
)

_FRAME = frozenset(
    "say tell state report accord article mention name describe happen place call know give make take get be "
    "do have go come use act serve set put pose piece story news question detail information consider base discuss highlight identify note "
    "remain involve relate include suggest claim indicate explain refer s".split()
)  # words that frame a question rather than tell what it is about
_WHETHER = frozenset(
    "is are was were do does did has have had can could will would should may might isn't aren't wasn't weren't "
    "don't doesn't didn't hasn't haven't hadn't can't couldn't won't wouldn't shouldn't".split()
)
_LED_IN = re.compile(
    r"^(after|between|before|since|while|although|considering|given|based|according|in|on|under|at|for|following|"
    r"with|by|as|if|when|during)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(how|has|have|did|do|does|what)\b.*\b(chang|grow|grew|mov|develop|evolv|escalat|shift|progress|harden|soften|"
    r"increas|decreas|rise|risen|fall|fallen|settled)\w*\b.*\b(over|between|from|since|by|during|until|across|after)\b|"
    r"\bover (the (series|weeks|months|course|past|last)|time)\b|\b(from|between) \w+ \d+ (to|and) \w+ \d+",
    re.IGNORECASE,
)
_CHANGING = frozenset(
    stem(w)
    for w in "change grow move develop evolve escalate shift progress harden soften increase decrease rise fall position "
    "stance series response".split()
)  # words for the change itself: the articles show it, they seldom name it
_HELPERS = frozenset("do does did will would can could should may might must".split())
_COMMON_VERBS = (
    "back cost face hit regard press mean plan need want change contain ban name fight drop move end".split()
)
_HOW: dict[str, AskKind] = {
    "many": "number", "much": "quantity", "long": "duration", "old": "number", "large": "quantity", "big": "quantity",
    "high": "quantity", "low": "quantity", "far": "quantity", "tall": "number", "heavy": "number", "often": "number",
    "soon": "date", "late": "date", "few": "number", "severe": "manner",
}  # fmt: skip
_LASTING = frozenset({"last", "continue", "run"})  # how long something "lasts" is told without the word
_REACTION = frozenset(stem(w) for w in "respond react reply answer response reaction retort".split())
_WH = frozenset("who whom whose what which when where why how".split())
_MONTHS = frozenset(
    stem(w)
    for w in "january february march april may june july august september october november december".split()
)
_CALENDAR = (_MONTHS - {"may"}) | frozenset(
    stem(w) for w in "monday tuesday wednesday thursday friday saturday sunday".split()
)
_LONGEST_MONTH = 31


class QuestionReader:
    """Reads questions with the embedded reader's grammar and word lists."""

    def __init__(self, parser: Parser, lexicon: Lexicon, names: Names) -> None:
        self._parser = parser
        self._names = names
        self._media = frozenset(lexicon.table("media").column("name"))
        self._verbs = _verbs(lexicon)
        self._nouns = {
            stem(noun): cast("AskKind", kind)
            for noun, kind in lexicon.table("question_nouns").mapping("noun", "kind").items()
        }

    def read(self, text: str, outlets_held: Collection[str] = ()) -> Question:
        """Understand a question; never raises, an empty one asks for "any" of nothing.

        `outlets_held` are the outlets of the articles that may answer it, so that it may name them as its sources.
        """
        plain = " ".join(text.split())[:MAX_CHARS]
        blocks = self._parser.parse(plain).blocks if plain else ()
        if not blocks:
            return Question(plain, (Ask("any"),), ())
        doc = blocks[0].doc
        asks = self._asks(doc)
        sources = outlets(plain, self._media | set(outlets_held))
        units = self._units(plain, doc, asks, [span for _, span in sources])
        change = _CHANGE.search(plain) is not None
        framing = _CHANGING if change else _REACTION if asks[0].kind == "reaction" else frozenset()
        units = [(replace(u, role="frame") if u.stems[0] in framing else u, span) for u, span in units]
        spans = [span for _, span in units]
        placed = self._supported(doc, [unit for unit, _ in units], spans)
        verbs = [i for i, u in enumerate(placed) if u.role == "predicate"]
        main = _main_verb(doc)
        subject = _inside(spans, _subject(main)) if main is not None and main.lemma_ != "be" else ()
        return Question(
            text=plain,
            asks=asks,
            units=tuple(placed),
            subject=subject,
            predicates=tuple(verbs),
            outlets=tuple(dict.fromkeys(name for name, _ in sources)),
            periods=tuple(periods(plain)),
            negated=any(t.dep_ == "neg" for t in doc),
            change=change,
            claimed_by=subject if main is not None and main.lemma_ in {"say", "tell", "claim"} else (),
        )

    # -- what is asked for --

    def _asks(self, doc: Doc) -> tuple[Ask, ...]:
        found: list[Ask] = []
        for token in doc:
            if token.lower_ in _WH and not _relative(token):
                ask = self._ask(token)
                if ask is not None:
                    found.append(ask)
        whether = _asks_whether(doc)
        if whether and (not found or doc[0].lower_ in _WHETHER):
            return (Ask("whether"),)
        if found:
            return tuple(found)
        return (self._bare(doc),)

    def _ask(self, word: Token) -> Ask | None:
        low = word.lower_
        after = word.nbor(1) if word.i + 1 < len(word.doc) else None
        if low in {"who", "whom", "whose"}:
            noun = _copular(word)
            kind = self._kind_of(noun) if noun is not None else "party"
            return Ask(
                kind if kind in {"person", "party", "name"} else "party",
                _noun_stems(noun) if noun is not None else (),
                _acts(word),
            )
        if low == "when":
            return Ask("date")
        if low == "where":
            return Ask("place")
        if low == "why":
            return Ask("cause")
        if low == "how":
            return self._how(word, after)
        noun = _noun_of(word) or _copular(word)
        if noun is None:
            verb = word.head if word.head.pos_ in {"VERB", "AUX"} else None
            replied = verb is not None and any(
                t.dep_ == "pobj" and stem(t.text) in _REACTION for t in verb.subtree
            )
            return Ask("reaction" if replied else "any", agent=_acts(word))
        kind = self._kind_of(noun)
        return Ask(
            kind,
            _joined(noun) or _noun_stems(noun),
            _acts(word) or _acts(noun),
            _count(noun),
            measure=kind == "number",
        )

    def _how(self, word: Token, after: Token | None) -> Ask:
        if after is not None and after.lower_ in _HOW:
            kind = _HOW[after.lower_]
            head = after.head if after.head.i > after.i and after.head.pos_ in {"NOUN", "PROPN"} else None
            if head is None and after.i + 1 < len(word.doc) and after.nbor(1).pos_ in {"NOUN", "PROPN"}:
                head = after.nbor(1)
            if kind == "quantity" and after.lower_ == "many":
                kind = "number"
            if head is not None and kind == "quantity" and stem(head.text) in {stem("money"), stem("cash")}:
                kind = "money"
            return Ask(kind, _noun_stems(head) if head is not None else ())
        verb = word.head
        if stem(verb.text) in _REACTION or stem(verb.lemma_) in _REACTION:
            return Ask("reaction")
        return Ask("manner")

    def _bare(self, doc: Doc) -> Ask:
        """Key words without a question word: "harbour strike deadline" asks for its last noun, if that is a kind."""
        for token in reversed(doc):
            kind = self._nouns.get(stem(token.text)) if token.pos_ in {"NOUN", "PROPN"} else None
            if kind is not None:
                return Ask(kind, (stem(token.text),))
        return Ask("any")

    def _kind_of(self, noun: Token) -> AskKind:
        found = self._nouns.get(stem(noun.text)) or self._nouns.get(stem(noun.lemma_))
        if noun.lemma_ == "time" and any(t.dep_ == "compound" for t in noun.lefts):
            return "duration"  # jail time, waiting time
        if found == "name":  # "the name of the company" asks for a company
            inner = next(
                (c for p in noun.children if p.lower_ == "of" for c in p.children if c.dep_ == "pobj"), None
            )
            if inner is not None:
                return self._nouns.get(stem(inner.text), "name")
        after = [t.lower_ for t in noun.doc[noun.i + 1 : noun.i + 4]]
        if found is None and len(after) == 3 and after[0] in {"and", "or"}:
            found = self._nouns.get(stem(after[2]))  # "the start and end dates" asks for dates
        return found or "any"

    # -- what it is about --

    def _units(
        self, text: str, doc: Doc, asks: Sequence[Ask], sources: Sequence[tuple[int, int]]
    ) -> list[tuple[Unit, tuple[int, int]]]:
        words = terms(text)
        focus = {s for ask in asks for s in ask.focus}
        known = {first: (last, name) for first, last, name in self._names.found(list(words), cased=False)}
        dated = [(p.start, p.end) for p in periods(text)]
        token_at = {i: t for t in doc for i in range(t.idx, t.idx + len(t))}
        out: list[tuple[Unit, tuple[int, int]]] = []
        at = 0
        while at < len(words):
            word = words[at]
            span = (word.start, word.end)
            if _within(span, sources):
                at += 1
                continue
            if word.stem in focus and word.form.isupper():  # "the CEO" is asked for, whatever its letters
                out.append(self._unit(text, [word], "focus"))
                at += 1
                continue
            if at in known:
                last, name = known[at]
                out.append(self._unit(text, words[at:last], "name", name))
                at = last
                continue
            token = token_at.get(word.start)
            if _dated(words, at, dated):
                last = at + 1
                while last < len(words) and _dated(words, last, dated):
                    last += 1
                out.append(self._unit(text, words[at:last], "date"))
                at = last
                continue
            if _named(word, token):
                last = at + 1
                while (
                    last < len(words)
                    and last not in known
                    and words[last].start <= words[last - 1].end + 1
                    and _named(words[last], token_at.get(words[last].start))
                ):
                    last += 1
                out.append(self._unit(text, words[at:last], "name"))
                at = last
                continue
            at += 1
            if not word.content or word.form.casefold() in _WH:
                continue
            measures = at > 1 and words[at - 2].form.casefold() == "how" and word.form.casefold() in _HOW
            lasting = (
                token is not None and token.lemma_ in _LASTING and any(a.kind == "duration" for a in asks)
            )
            role = "frame" if measures or lasting else _role(word, token, focus)
            out.append(self._unit(text, [word], role))
        return out

    def _supported(self, doc: Doc, units: Sequence[Unit], spans: Sequence[tuple[int, int]]) -> list[Unit]:
        """The units with a verb among them, where "did" or "would" calls for one that was taken for a noun."""
        if any(u.role == "predicate" for u in units):
            return list(units)
        helper = next((t.idx for t in doc if t.lower_ in _HELPERS), None)
        if helper is None:
            return list(units)
        after = [n for n, (start, _) in enumerate(spans) if start > helper]
        verb = next(
            (
                n
                for n in after[1:]
                if units[n].role in {"content", "focus"} and units[n].stems[0] in self._verbs
            ),
            None,
        )
        return [replace(u, role="predicate") if n == verb else u for n, u in enumerate(units)]

    @staticmethod
    def _unit(
        text: str, words: Sequence[Term], role: UnitRole, name: str | None = None
    ) -> tuple[Unit, tuple[int, int]]:
        span = (words[0].start, words[-1].end)
        kept = tuple(w.stem for w in words if w.content) or tuple(w.stem for w in words)
        return Unit(text[slice(*span)], kept, role, name), span


def _verbs(lexicon: Lexicon) -> frozenset[str]:
    """Stems of the verbs that news is made of: of saying, of demanding, of what parties do to each other."""
    columns = lexicon.table("events").columns
    part, triggers = columns.index("part"), columns.index("triggers")
    found = [v for row in lexicon.table("events").rows if row[part] == "v" for v in forms(row[triggers])]
    found += [*lexicon.speech_cues, *lexicon.table("demand_verbs").column("verb"), *_COMMON_VERBS]
    return frozenset(stem(verb) for verb in found if " " not in verb)


def _role(word: Term, token: Token | None, focus: Iterable[str]) -> UnitRole:
    if word.stem in focus:
        return "focus"
    lemma = token.lemma_.lower() if token is not None else word.form.casefold()
    if lemma in _FRAME and not (lemma == "call" and token is not None and _calls_on(token)):
        return "frame"
    if token is not None and token.dep_ in {"relcl", "acl", "advcl", "amod", "pcomp"}:
        return "content"  # it tells which one is meant, not what is asked of it
    if token is not None and (token.pos_ == "VERB" or (lemma == "call" and _calls_on(token))):
        return "predicate"
    return "content"


def _calls_on(token: Token) -> bool:
    """Whether "call" asks for something ("call on", "call for") rather than names it."""
    return token.i + 1 < len(token.doc) and token.nbor(1).lower_ in {"on", "for", "upon"}


def _named(word: Term, token: Token | None) -> bool:
    if token is None or not word.form[0].isupper():
        return False
    if word.form.casefold() in STOPWORDS:
        return token.i > 0 and token.pos_ == "PROPN"  # Theresa May
    return token.i > 0 or token.pos_ == "PROPN"


def _dated(words: Sequence[Term], at: int, dated: Iterable[tuple[int, int]]) -> bool:
    """Whether a word is part of a date: in one that has its year, a month or weekday, or the day beside a month."""
    word = words[at]
    if _within((word.start, word.end), dated) or (word.form[0].isupper() and word.stem in _CALENDAR):
        return True
    beside = [words[n] for n in (at - 1, at + 1) if 0 <= n < len(words)]
    return (
        word.stem.isdecimal()
        and int(word.stem) <= _LONGEST_MONTH
        and any(w.form[0].isupper() and w.stem in _MONTHS for w in beside)
    )


def _within(span: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    return any(a <= span[0] and span[1] <= b for a, b in spans)


def _relative(word: Token) -> bool:
    """Whether a wh-word opens a relative clause: "the doctors who strike", "a deal which …"."""
    if word.i == 0:
        return False
    if word.nbor(-1).pos_ in {"CCONJ", "PUNCT"}:
        return False  # "who and when"
    if word.lower_ == "when" and word.head.dep_ == "advcl":
        return True
    clause = word
    while clause.dep_ not in {"relcl", "ROOT", "acl"} and clause.head.i != clause.i:
        clause = clause.head
    before = word.nbor(-1)
    return clause.dep_ in {"relcl", "acl"} and before.pos_ in {"NOUN", "PROPN", "PRON", "ADP"} and before.i >= 0 and (
        word.lower_ in {"who", "which", "whom", "whose", "where"}
    ) and not before.is_sent_start  # fmt: skip


def _asks_whether(doc: Doc) -> bool:
    words = [t.lower_ for t in doc]
    if not words:
        return False
    if words[0] in _WHETHER:
        return True
    if not _LED_IN.match(doc.text):
        return False
    return any(a == "," and b in _WHETHER for a, b in pairwise(words))


def _acts(word: Token) -> bool:
    if word.dep_ == "pobj":
        return word.head.lower_ == "by"
    verb = word.head
    if word.dep_ != "nsubj" or verb.pos_ != "VERB":
        return False
    return not any(c.dep_ in {"nsubj", "nsubjpass"} and c.i != word.i for c in verb.children) and not any(
        c.dep_ == "aux" and c.lemma_ == "do" for c in verb.children
    )


def _noun_of(word: Token) -> Token | None:
    """The noun that "what" or "which" asks about: "which company", "what pay rise"."""
    if word.dep_ == "det" and word.head.i > word.i:
        return word.head
    nxt = word.nbor(1) if word.i + 1 < len(word.doc) else None
    if nxt is not None and nxt.pos_ in {"NOUN", "PROPN", "ADJ"} and nxt.tag_ != "POS":
        head = nxt
        while head.dep_ in {"compound", "amod"} and head.head.i > head.i and head.head.i - word.i < 9:
            head = head.head
        if head.pos_ in {"NOUN", "PROPN"}:
            return head
    return None


def _copular(word: Token) -> Token | None:
    """The noun that "what is the …" or "who was the …" asks for."""
    if word.head.lemma_ != "be":
        return None
    for child in word.head.children:
        if child.i > word.i and child.dep_ in {"nsubj", "attr"} and child.pos_ in {"NOUN", "PROPN"}:
            return (
                child if child.pos_ == "NOUN" or child.text.isupper() else None
            )  # "the CEO", not "who is Solvik"
    return None


def _noun_stems(noun: Token) -> tuple[str, ...]:
    parts = [t for t in noun.lefts if t.dep_ == "compound" and t.pos_ == "NOUN"]
    return tuple(stem(t.text) for t in [*parts, noun])


def _joined(noun: Token) -> tuple[str, ...]:
    """Two things that share their noun: "the start and end dates". Empty where there is one."""
    after = list(noun.doc[noun.i + 1 : noun.i + 4])
    if len(after) < 3 or after[0].lower_ not in {"and", "or"} or after[2].tag_ != "NNS":
        return ()
    return (stem(noun.text), stem(after[1].text), stem(after[2].text))


def _count(noun: Token) -> int:
    numbers = [stem(t.text) for t in noun.lefts if t.dep_ == "nummod"]
    return int(numbers[0]) if numbers and numbers[0].isdecimal() and len(numbers[0]) < 3 else 0


def _main_verb(doc: Doc) -> Token | None:
    return next((t for t in doc if t.dep_ == "ROOT" and t.pos_ in {"VERB", "AUX"}), None)


def _subject(verb: Token) -> list[tuple[int, int]]:
    found = []
    for child in verb.children:
        if child.dep_ in {"nsubj", "nsubjpass"} and child.lower_ not in _WH:
            found.append((child.left_edge.idx, child.right_edge.idx + len(child.right_edge)))
        if child.dep_ == "agent":
            found += [(c.left_edge.idx, c.right_edge.idx + len(c.right_edge)) for c in child.children]
    return found


def _inside(spans: Sequence[tuple[int, int]], wanted: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(i for i, span in enumerate(spans) if _within(span, wanted))
