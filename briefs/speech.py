"""Who said it: quoted and reported speech with the words that name its speaker.

Used by engines to attribute claims and by the gate to check an attribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from briefs import lexicon as lexicons
from briefs.parse import Parsed, ParsedBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from spacy.tokens import Token

    from briefs.lexicon import Lexicon

Span = tuple[int, int]

_DOUBLE = frozenset("“”\"„«»‟'`")
_LONG_WORDS = 6  # a quotation of that many words is speech even where nobody is named beside it
_REACH = 30  # tokens between a quotation and its cue: longer parentheses after a name are rare
_STATEMENT_WORDS = (
    5  # an introduction ("The minister said:") is short; a longer line is a sentence of its own
)
_PRONOUNS = {"he", "she", "they", "it", "that", "which", "who", "this", "we", "i", "you"}
_CREDIT_TOKENS = 10
_CLAIMS = {"claim", "statement", "assertion", "allegation", "argument", "warning", "promise", "pledge", "suggestion",
           "contention", "remark", "insistence", "declaration", "admission"}  # fmt: skip
_NOMINAL = {"NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET"}
_CLAUSES = {"ccomp", "parataxis", "xcomp"}
_ELISIONS = ("em", "til", "tis", "twas", "n", "cause", "bout", "round", "s", "t", "re", "ve", "ll", "d", "m")


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of the article that somebody is said to have said.

    All positions are article positions. `content` of a direct quote lies inside the quotation marks. `speaker` is the
    span of the words that name the speaker ("Araghchi", "the ministry", "he"), None where the text names nobody.
    """

    content: Span
    mode: Literal["direct_quote", "indirect_quote"]
    speaker: Span | None
    cue: Span | None
    """The words that report it: "said", "according to", "demanded that"."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks: `start` and `end` are article positions inside the marks.

    `closes` tells whether the marks close in this block.
    """

    start: int
    end: int
    block: int
    closes: bool


def utterances(parsed: Parsed, lexicon: Lexicon | None = None) -> tuple[Utterance, ...]:
    """All quoted and reported speech of an article, in order of `content`; indirect speech may hold direct quotes.

    Words in quotation marks that nobody is said to have spoken (names of works, scare quotes) are left out. Without a
    lexicon the shipped lists are read.
    """
    cues = (lexicon or lexicons.load()).speech_cues
    return tuple(_Reader(parsed, cues).read())


def quotations(parsed: Parsed) -> tuple[Quotation, ...]:
    """All stretches between quotation marks outside boilerplate, in order, nested ones left out."""
    found: list[Quotation] = []
    for number, part in enumerate(parsed.blocks):
        if part.block.kind != "boilerplate":
            found += _marked(parsed.text, part.block.start, part.block.end, number)
    return tuple(found)


# --- quotation marks -------------------------------------------------------------------------------------------------


def _marked(text: str, start: int, end: int, block: int) -> Iterator[Quotation]:
    """Quotations of one block, double marks first, single marks in what is left."""
    doubles = list(_double(text, start, end, block))
    singles = []
    at = start
    for quotation in [*doubles, None]:
        until = quotation.start - 1 if quotation else end
        singles += list(_single(text, at, until, block))
        at = quotation.end + 1 if quotation else end
    yield from sorted([*doubles, *singles], key=lambda q: q.start)


def _double(text: str, start: int, end: int, block: int) -> Iterator[Quotation]:
    opened: int | None = None
    skip = -1
    for at in range(start, end):
        mark = text[at]
        if mark not in _DOUBLE or at <= skip:
            continue
        width = 1
        if mark in "'`":
            if text[at + 1 : at + 2] != mark:
                continue
            width, skip = 2, at + 1  # typed as two single marks
        before = text[at - 1] if at > start else " "
        after = text[at + width] if at + width < end else " "
        leans = "open" if mark in "“„«‟`" else "close" if mark in "”»" else _lean(before, after)
        if opened is None:
            if leans != "close" or (before.isspace() and not after.isspace()):
                opened = at + width
        elif leans == "open" and mark not in "\"'":
            opened = at + width  # the earlier mark was never closed: nobody knows where it ends
        else:
            if at > opened:
                yield Quotation(opened, at, block, closes=True)
            opened = None
    if opened is not None and end > opened:
        yield Quotation(opened, end, block, closes=False)


def _lean(before: str, after: str) -> str:
    if (before.isspace() or before in "([—–-/'‘") and not after.isspace():
        return "open"
    if not before.isspace() and not after.isalnum():
        return "close"
    return "either"


def _single(text: str, start: int, end: int, block: int) -> Iterator[Quotation]:
    """Quotations in single marks: a mark between letters, after a plural's s or before a short form is an apostrophe."""
    at = start
    while at < end:
        if text[at] not in "‘'‛" or text[at + 1 : at + 2] == "'" or not _opens_single(text, at, start, end):
            at += 1
            continue
        closing = _closing_single(text, at + 1, end)
        if closing is None:
            at += 1
            continue
        yield Quotation(at + 1, closing, block, closes=True)
        at = closing + 1


def _opens_single(text: str, at: int, start: int, end: int) -> bool:
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    if not (before.isspace() or before in '([—–-/"“') or after.isspace() or after in ".,;:)":
        return False
    if after.isdigit():
        return text[at] == "‘"
    word = ""
    for letter in text[at + 1 : at + 7]:
        if not letter.isalpha():
            break
        word += letter
    return text[at] == "‘" or word.casefold() not in _ELISIONS


def _closing_single(text: str, start: int, end: int) -> int | None:
    doubtful: int | None = None
    for at in range(start, min(end, start + 1200)):
        if text[at] == "‘":
            break
        if text[at] not in "’'":
            continue
        before = text[at - 1]
        after = text[at + 1] if at + 1 < end else " "
        if after.isalnum() or before.isspace():
            continue
        plural = before == "s" and after == " " and text[at + 2 : at + 3].islower()
        if not plural:
            return at
        doubtful = at if doubtful is None else doubtful
    return doubtful


# --- speakers --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Report:
    """A verb or "according to" that reports speech: where it stands and who speaks, in tokens of one block."""

    at: int
    cue: Span
    speaker: Span | None
    lemma: str
    kind: str


class _Reader:
    """Goes through the blocks once, in order, remembering who spoke last."""

    def __init__(self, parsed: Parsed, cues: Mapping[str, str]) -> None:
        self._parsed = parsed
        self._cues = cues
        self._by_block: dict[int, list[Quotation]] = {}
        for quotation in quotations(parsed):
            self._by_block.setdefault(quotation.block, []).append(quotation)

    def read(self) -> list[Utterance]:
        found: list[Utterance] = []
        carried: Utterance | None = None  # the last utterance of the block before
        ends_open = False
        statement: Utterance | None = (
            None  # the introduction of a statement that goes on without quotation marks
        )
        for number, part in enumerate(self._parsed.blocks):
            if part.block.kind == "boilerplate":
                continue
            here = _Block(part, self._by_block.get(number, []), self._cues)
            said = here.read(carried, goes_on=ends_open)
            found += said
            if here.quotes:
                last = here.quotes[-1]
                ends_open = not last.closes
                direct = [u for u in said if u.mode == "direct_quote" and u.content[1] == last.end]
                tail = self._parsed.text[last.end + 1 : part.block.end]
                carried = direct[-1] if direct and (ends_open or len(tail.split()) <= _REACH) else None
            else:
                ends_open = False
                carried = here.introduction()
                if statement is not None and carried is None and part.block.kind == "paragraph":
                    span = (part.block.start, part.block.end)
                    found.append(Utterance(span, "indirect_quote", statement.speaker, statement.cue))
            statement = None if here.quotes else carried or statement
        return sorted(found, key=lambda u: (u.content[0], -u.content[1]))


class _Block:
    def __init__(self, part: ParsedBlock, quotes: Iterable[Quotation], cues: Mapping[str, str]) -> None:
        self.part = part
        self.quotes = list(quotes)
        self._cues = cues
        self._offset = part.block.start
        self._tokens: list[Token] = list(part.doc)
        self._spans = [(t.idx + self._offset, t.idx + self._offset + len(t)) for t in self._tokens]
        self._quote_of: list[int] = []
        at = 0
        for start, end in self._spans:  # which quotation a token lies in (its marks included), -1 for none
            while at < len(self.quotes) and self.quotes[at].end + 1 <= start:
                at += 1
            inside = (
                at < len(self.quotes) and self.quotes[at].start - 1 < end and start < self.quotes[at].end + 1
            )
            self._quote_of.append(at if inside else -1)
        self.reports = self._find_reports()

    def _find_reports(self) -> list[_Report]:
        found = []
        for token in self._tokens:
            if self._quote_of[token.i] >= 0:
                continue
            lemma = "say" if token.lower_ == "said" else token.lemma_.lower()
            if token.lower_ == "according":
                to = self._tokens[token.i + 1] if token.i + 1 < len(self._tokens) else token
                if to.lower_ == "to":
                    who = next((c for c in to.children if c.dep_ == "pobj"), None)
                    speaker = self._phrase(who) if who is not None else self._phrase_from(to.i + 1)
                    found.append(_Report(token.i, self._span(token, to), speaker, "according to", "strong"))
            elif lemma in _CLAIMS and (owner := next((c for c in token.children if c.dep_ == "poss"), None)):
                if any(c.dep_ in {"acl", "relcl", "ccomp"} for c in token.children):
                    cue = self._span(token, token)
                    found.append(_Report(token.i, cue, self._phrase(owner), lemma, "strong"))
            elif (
                token.pos_ in {"VERB", "AUX"}
                or token.lower_ == "said"
                or (lemma in self._cues and token.tag_.startswith("VB"))
            ):
                kind = self._cues.get(lemma)
                if kind is None or token.dep_ in {"amod", "compound"}:
                    continue
                who_says = self._subject_of(token)
                if who_says is None and token.is_sent_start and kind == "strong":
                    who_says = self._phrase_after(token.i + 1)  # Said the minister: "…"
                found.append(_Report(token.i, self._span(token, token), who_says, lemma, kind))
        return found

    # -- noun phrases --

    def _span(self, first: Token, last: Token) -> Span:
        return self._spans[first.i][0], self._spans[last.i][1]

    def _phrase(self, head: Token) -> Span:
        """The noun phrase of a head with its titles and apposition, without relative clauses."""
        first, last = head, head
        for token in head.lefts:
            if token.dep_ in {
                "det",
                "compound",
                "amod",
                "nmod",
                "poss",
                "nummod",
                "quantmod",
                "advmod",
                "predet",
            }:
                left = self._tokens[token.left_edge.i]
                if self._quote_of[left.i] < 0:
                    first = min(first, left, key=lambda t: t.i)
        for token in head.rights:
            if token.dep_ in {"appos", "prep", "conj", "cc", "nmod", "flat", "compound", "case"}:
                right = token.right_edge
                if any(t.dep_ in {"relcl", "acl", "advcl"} for t in token.subtree):
                    if token.dep_ == "appos":
                        right = token
                    else:
                        continue
                if self._quote_of[right.i] >= 0 or right.i - head.i > 14:
                    break
                if token.dep_ == "prep" and token.lower_ not in {"of", "for", "in", "at", "from", "with"}:
                    break
                last = right
        return self._span(first, last)

    def _phrase_from(self, at: int) -> Span | None:
        """The noun phrase that begins at a token, by parts of speech alone."""
        last = None
        while at < len(self._tokens) and self._quote_of[at] < 0:
            token = self._tokens[at]
            if token.pos_ in _NOMINAL or token.tag_ in {"POS", "HYPH"}:
                last = at if token.pos_ in {"NOUN", "PROPN", "PRON"} else last
            elif token.pos_ != "PUNCT" or token.text not in {".", "-"}:
                break
            at += 1
        if last is None:
            return None
        first = last
        while (
            first > 0
            and self._tokens[first - 1].pos_ in _NOMINAL | {"PART"}
            and self._quote_of[first - 1] < 0
        ):
            first -= 1
        return self._spans[first][0], self._spans[last][1]

    def _subject_of(self, verb: Token) -> Span | None:
        """Who does the reporting: the verb's own subject, else that of the verb that governs it."""
        seen = 0
        token = verb
        while seen < 5:
            seen += 1
            for child in token.children:
                if child.dep_ in {"nsubj", "agent"} and self._quote_of[child.i] < 0:
                    head = child
                    if child.dep_ == "agent":
                        head = next((c for c in child.children if c.dep_ == "pobj"), child)
                    if head.lower_ in {"who", "that", "which"} and token.dep_ in {"relcl", "acl"}:
                        head = token.head
                    if head.pos_ in _NOMINAL:
                        return self._phrase(head)
                if child.dep_ == "nsubjpass" and token is not verb and self._quote_of[child.i] < 0:
                    return self._phrase(child)
            if token.dep_ in {"relcl", "acl"} and token.head.pos_ in _NOMINAL:
                return self._phrase(token.head)
            if (
                token.dep_ in {"advcl", "conj", "xcomp", "pcomp", "prep", "dep", "ccomp"}
                and token.head.i != token.i
            ):
                if token.dep_ == "ccomp" and token is verb:
                    break
                token = token.head
                continue
            break
        return None

    # -- direct quotations --

    def read(self, carried: Utterance | None, *, goes_on: bool) -> list[Utterance]:
        found: list[Utterance] = []
        previous: Utterance | None = None
        reported = self._indirect()
        for number, quotation in enumerate(self.quotes):
            report = self._report_for(number)
            words = len(self.text(quotation).split())
            speaker = cue = None
            if report is not None:
                speaker, cue = report.speaker, report.cue
            if speaker is None:
                speaker = self._credit(number) or self._inherited(number, previous, carried, goes_on=goes_on)
            if report is None and speaker is None:
                around = next((u for u in reported if u.content[0] <= quotation.start < u.content[1]), None)
                speaker, cue = (around.speaker, around.cue) if around else (None, None)
            if (
                report is None
                and speaker is None
                and (words < _LONG_WORDS or not self._sentence_like(quotation))
            ):
                continue
            utterance = Utterance((quotation.start, quotation.end), "direct_quote", speaker, cue)
            found.append(utterance)
            previous = utterance
        found += reported
        if not self.quotes and carried is not None and carried.mode == "indirect_quote":
            block = self.part.block
            if not self.reports and block.kind == "paragraph":
                found = [Utterance((block.start, block.end), "indirect_quote", carried.speaker, carried.cue)]
        return found

    def text(self, quotation: Quotation) -> str:
        return self.part.doc.text[quotation.start - self._offset : quotation.end - self._offset]

    def _sentence_like(self, quotation: Quotation) -> bool:
        text = self.text(quotation).strip()
        return bool(text) and (text[0].isupper() or text[-1] in ".,?!")

    def _edges(self, number: int) -> tuple[int, int]:
        """First token after the opening mark's token and first token after the quotation, as token numbers."""
        inside = [i for i, q in enumerate(self._quote_of) if q == number]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)

    def _report_for(self, number: int) -> _Report | None:
        first, after = self._edges(number)
        if first == after:
            return None
        quotation = self.quotes[number]
        text = self.text(quotation).rstrip()
        ending = text[-1:] if quotation.closes else ""
        tail_mark = self._tokens[after].text if after < len(self._tokens) else ""
        trailing = self._after(after, ending, tail_mark)
        leading = self._before(first)
        if leading is not None and (trailing is None or not (ending == "," or ending in "?!")):
            return leading
        if ending == "," and trailing is not None:
            return trailing
        return leading or trailing

    def _credit(self, number: int) -> Span | None:
        """The name after a dash that closes the block: `"…" — Name`."""
        _, after = self._edges(number)
        if after >= len(self._tokens) or self._tokens[after].text not in {"-", "--", "―"}:
            return None
        rest = [t for t in self._tokens[after + 1 :] if t.text != "."]
        if 0 < len(rest) <= _CREDIT_TOKENS and rest[0].text[0].isupper():
            return self._span(rest[0], rest[-1])
        return None

    def _after(self, start: int, ending: str, next_text: str) -> _Report | None:
        """The report that follows a quotation in its sentence: `," said X`, `," X, who …, said`."""
        if ending == "." or (next_text in {".", "?", "!"}):
            return None
        end = start
        while end < len(self._tokens) and end - start < _REACH:
            token = self._tokens[end]
            if self._quote_of[end] >= 0 or token.text in {".", "?", "!", ";", ":"}:
                break
            end += 1
        names = 0
        for report in self.reports:
            if start <= report.at < end:
                between = self._tokens[start : report.at]
                names = sum(t.pos_ in {"NOUN", "PROPN", "PRON"} for t in between)
                if report.lemma == "according to":
                    return report
                verbs = sum(t.pos_ == "VERB" and t.dep_ not in {"relcl", "acl", "amod"} for t in between)
                if names == 0:
                    # inverted: `," said the minister`
                    who = self._phrase_after(report.at + 1)
                    subject = report.speaker
                    if subject is None or not self._spans[start][0] <= subject[0] < self._spans[end - 1][1]:
                        subject = who
                    if subject is None:
                        return None if report.kind == "weak" else report
                    return _Report(report.at, report.cue, subject, report.lemma, report.kind)
                if verbs == 0 or ending in {",", "?", "!"}:
                    subject = report.speaker
                    if subject is None or subject[0] < self._spans[start][0]:
                        subject = self._phrase_before(report.at, start)
                    if subject is not None:
                        return _Report(report.at, report.cue, subject, report.lemma, report.kind)
        return None

    def _phrase_after(self, at: int) -> Span | None:
        for i in range(at, min(at + 4, len(self._tokens))):
            token = self._tokens[i]
            if self._quote_of[i] >= 0 or token.text in {",", "."}:
                return None
            if token.pos_ in {"DET", "PROPN", "PRON", "ADJ", "NOUN", "NUM"}:
                for chunk_token in self._tokens[i : i + 12]:
                    if chunk_token.pos_ in {"PROPN", "NOUN", "PRON"} and chunk_token.left_edge.i <= i:
                        start, end = self._phrase(chunk_token)
                        return min(start, self._spans[i][0]), end
                return self._phrase_from(i)
        return None

    def _phrase_before(self, verb: int, start: int) -> Span | None:
        for i in range(start, verb):
            token = self._tokens[i]
            if token.pos_ in {"PROPN", "NOUN", "PRON"} and self._quote_of[i] < 0:
                return self._phrase_from(i)
        return None

    def _before(self, first: int) -> _Report | None:
        """The report that leads to a quotation: `X said that "…`, `X said: "…`, `according to X, "…`."""
        start = first
        while start > 0 and first - start < 60:
            token = self._tokens[start - 1]
            if token.text in {".", "?", "!", ";"} and self._quote_of[start - 1] < 0:
                break
            if self._quote_of[start - 1] >= 0 and self._ends_sentence(start - 1, start):
                break
            start -= 1
        before = [r for r in self.reports if start <= r.at < first]
        named = [r for r in before if r.speaker is not None]
        if named:
            last = named[-1]
            outer = [r for r in named if not self._is_pronoun(r.speaker)]
            if outer and (before[-1].speaker is None or self._is_pronoun(last.speaker)):
                return _Report(last.at, last.cue, outer[-1].speaker, last.lemma, last.kind)
            return last
        strong = [r for r in before if r.kind == "strong"]
        return strong[-1] if strong else None

    def _is_pronoun(self, span: Span | None) -> bool:
        return (
            span is not None
            and self.part.doc.text[span[0] - self._offset : span[1] - self._offset].lower() in _PRONOUNS
        )

    def _ends_sentence(self, last_inside: int, after: int) -> bool:
        """Whether a quotation that ends before token `after` ends its sentence too."""
        quotation = self.quotes[self._quote_of[last_inside]]
        text = self.text(quotation).rstrip()
        return text[-1:] in {".", "?", "!"} and self._tokens[after].text[:1].isupper()

    def _inherited(
        self, number: int, previous: Utterance | None, carried: Utterance | None, *, goes_on: bool
    ) -> Span | None:
        """Whoever spoke last, where a quotation stands by itself and so goes on in the same voice."""
        first, _ = self._edges(number)
        quotation = self.quotes[number]
        lead = [t for t in self._sentence_before(first) if t.pos_ not in {"PUNCT", "CCONJ", "SPACE"}]
        if not lead and self._sentence_like(quotation):
            if previous is not None and previous.speaker is not None:
                return previous.speaker
            last = [r for r in self.reports if r.at < first and r.speaker is not None]
            if last:
                return last[-1].speaker
            if number == 0 and carried is not None and (goes_on or first <= 1):
                return carried.speaker
            subject = self._last_subject(first)
            if subject is not None:
                return subject
        elif previous is not None and self._same_sentence(number) and previous.cue is not None:
            return previous.speaker
        return None

    def _last_subject(self, first: int) -> Span | None:
        """Subject of the sentence before a quotation that stands alone in the same paragraph."""
        for token in reversed(self._tokens[:first]):
            if token.dep_ == "nsubj" and token.head.dep_ == "ROOT" and self._quote_of[token.i] < 0:
                return (
                    self._phrase(token)
                    if token.ent_type_ == "PERSON" or token.lower_ in {"he", "she"}
                    else None
                )
        return None

    def _sentence_before(self, first: int) -> list[Token]:
        out = []
        for i in range(first - 1, -1, -1):
            token = self._tokens[i]
            if self._quote_of[i] >= 0 or token.text in {".", "?", "!"}:
                break
            out.append(token)
        return out

    def _same_sentence(self, number: int) -> bool:
        if number == 0:
            return False
        _, before = self._edges(number - 1)
        first, _ = self._edges(number)
        return not any(
            t.text in {".", "?", "!"} for t in self._tokens[before:first]
        ) and not self._ends_sentence(before - 1, min(before, len(self._tokens) - 1))

    def introduction(self) -> Utterance | None:
        """`The Foreign Secretary said:` at the end of a block: what follows is the statement."""
        if not self._tokens or self._tokens[-1].text != ":" or not self.reports:
            return None
        report = self.reports[-1]
        if report.speaker is None or len(self._tokens) - report.at > _STATEMENT_WORDS:
            return None
        return Utterance(
            (self.part.block.end, self.part.block.end), "indirect_quote", report.speaker, report.cue
        )

    # -- indirect speech --

    def _indirect(self) -> list[Utterance]:
        found = []
        for report in self.reports:
            if report.speaker is None:
                continue
            content = self._reported(report)
            if content is not None:
                found.append(Utterance(content, "indirect_quote", report.speaker, report.cue))
        return found

    def _reported(self, report: _Report) -> Span | None:
        """The clause that a report governs, outside the report itself."""
        verb = self._tokens[report.at]
        if report.lemma == "according to":
            sentence = verb.sent
            first, last = sentence.start, sentence.end - 1
            if verb.i - first <= 1:
                first = next((t.i + 1 for t in self._tokens[verb.i : last + 1] if t.text == ","), verb.i)
            else:
                last = verb.i - 1
            return self._trimmed(first, last)
        clause = next((c for c in verb.children if c.dep_ in _CLAUSES and c.dep_ != "xcomp"), None)
        if clause is None:
            return None
        tokens = [t.i for t in clause.subtree]
        first, last = min(tokens), max(tokens)
        if first <= verb.i <= last:
            first, last = (first, verb.i - 1) if clause.i < verb.i else (verb.i + 1, last)
        span = self._trimmed(first, last)
        if span is not None and report.speaker is not None and span[0] <= report.speaker[0] < span[1]:
            if clause.i < verb.i:
                span = (span[0], report.speaker[0])
            else:
                return None
        return span

    def _trimmed(self, first: int, last: int) -> Span | None:
        while first <= last and (
            self._tokens[first].pos_ in {"PUNCT", "SPACE"} or self._tokens[first].lower_ == "that"
        ):
            first += 1
        while last >= first and self._tokens[last].pos_ in {"PUNCT", "SPACE"}:
            last -= 1
        if last - first < 1:
            return None
        return self._spans[first][0], self._spans[last][1]
