"""Ties a wish to parties: who wants it and of whom, each by a mention that a quote covers."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from briefs.engines.rules.cast import Cast, Mention
from briefs.engines.rules.demands import clauses, told
from briefs.engines.rules.demands.wish import Wish
from briefs.models import Mode
from briefs.parse import Parsed, ParsedBlock
from briefs.proposals import ProposedDemand, Quote
from briefs.speech import Utterance

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_NAMING = frozenset({"name", "alias"})
_FIRST_PERSON = frozenset({"we", "i", "us", "our"})
_THIRD_PERSON = frozenset({"it", "they", "he", "she"})
_DISPUTE = re.compile(
    r"\b(?:dispute|standoff|stand-off|row|talks?|negotiations?|deal|agreement|contract|fight|battle|feud|conflict|war|"
    r"lawsuit|case|deadlock|impasse|showdown|clash|strike)s?(?: over [\w ]{3,30}?)? (?:with|against) (?:the )?",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:in|at|near|of|under|by|over|across|within|outside|inside) (?:the |a )?$", re.IGNORECASE
)
_REACH = 3  # paragraphs: the gate takes no antecedent from further away
_FILING = frozenset(
    {
        "file",
        "sign",
        "bring",
        "write",
        "issue",
        "submit",
        "send",
        "lodge",
        "draft",
        "back",
        "publish",
        "sponsor",
    }
)
_PERSONAL = frozenset({"seek something", "want to", "need something"})
_NEAR_WORDS = 12  # further into what is wanted, a name is no longer the one who shall do it
_BOTH_REACH = 500  # characters, about four sentences: further back "both" may mean others
_GROUPS = frozenset({"civilian_group", "union", "armed_group", "political_party", "ngo"})
_AUTHORS = frozenset({"state", "government_body", "igo", "ngo", "union", "company", "political_party"})
_MAX_TEXT_WORDS = 14
_MAX_ANTECEDENT = 240  # characters; a longer sentence is cut to a window around the mention
_NEAR = 70  # characters between a person and the state named beside it: a long office and two commas
_CLAUSE = re.compile(
    r"[.;:\"“”]\s|\b(?:said|says|told|urged|asked|has|have|had|is|was|were|that|with|and|to|will)\b"
)
_LEADING = re.compile(
    r"^(?:to|that|(?:must|should|shall|ought to|needs? to|needed to|ha(?:s|ve) to)(?! (?:not|never)\b))\s+(?=[\w‘“'\"])",
    re.IGNORECASE,
)
_MIN_TEXT_WORDS = 5
_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]")
_BREAK = re.compile(
    r"[,;]|\s(?:that|which|who|in|under|with|as|at|by|for|while|during|after|before|because|including)\b"
)
_DANGLING = re.compile(r"\s+(?:and|or|but|that|which)$")
_TRAILING = re.compile(r"\s+(?:and|or|to|of|the|a|an|in|on|for|with|by|that|which|from|its|their|his|her)$")


_POINTING = frozenset({"that", "this", "it", "these", "those", "one"})


class Binder:
    """Knows the mentions and the speech of one article."""

    def __init__(self, parsed: Parsed, utterances: Sequence[Utterance], cast: Cast) -> None:
        self._parsed = parsed
        self._text = parsed.text
        self._cast = cast
        self._utterances = sorted(utterances, key=lambda u: u.content[1] - u.content[0])
        self._mentions = sorted(cast.mentions, key=lambda m: m.start)
        self._starts = [m.start for m in self._mentions]
        self._by_party: dict[str, list[Mention]] = {}
        for mention in self._mentions:
            self._by_party.setdefault(mention.party, []).append(mention)

    def utterance_at(self, position: int) -> Utterance | None:
        """The innermost speech that covers a position."""
        return next((u for u in self._utterances if u.content[0] <= position < u.content[1]), None)

    def mode_at(self, position: int) -> str | None:
        """direct_quote where the words stand in quotation marks, indirect_quote where they are reported."""
        modes = {u.mode for u in self._utterances if u.content[0] <= position < u.content[1]}
        return "direct_quote" if "direct_quote" in modes else next(iter(modes), None)

    def sides(self, part: ParsedBlock, head: Token) -> frozenset[str]:
        """Parties that a noun phrase stands for, and those they speak for."""
        keys = {m.party for m in self._parties(part, head)}
        above = {of for k in keys if (of := self._cast.members[k].member_of) is not None}
        return frozenset(keys | above)

    def quote(self, part: ParsedBlock, tokens: tuple[int, int]) -> Quote:
        """A place of the article as a supporting quote, with its mode and speaker."""
        start, end = self._span(part, tokens)
        heard = self.utterance_at(start)
        return self._quote(start, end, part, self._cast.speaker(heard) if heard else None, heard)

    def bind(self, wish: Wish) -> ProposedDemand | None:
        """The demand that a wish amounts to; None where a weak cue has no known party behind it."""
        part = wish.part
        heard = self.utterance_at(part.block.start + wish.cue.idx)
        wanting = self._wanting(wish, heard)
        wanted_of = self._wanted_of(wish, {m.party for m in wanting})
        if not wanted_of and wanting and wish.kind not in {"appeal", "red_line"}:
            wanted_of = self._opponent(wish, wanting[0])
        if (wish.weak and not wanting and not _person_like(wish)) or (wish.of_needed and not wanted_of):
            return None
        if (
            wish.rule in _PERSONAL
            and (wanting or _pronoun(wish.wants))
            and not any(self._public(m) for m in wanting)
        ):
            return None  # people seek care, work or shelter; sides seek terms
        start, end = self._span(part, wish.quote)
        speaker = self._cast.speaker(heard) if heard else None
        quotes = [self._quote(start, end, part, speaker, heard)]
        text = self._cut(part, wish)
        if not text:
            return None
        if text.lower() in _POINTING:  # "That is a red line for us"
            text = " ".join(self._text[start:end].split())
        from_: list[str] = []
        to: list[str] = []
        for mention in wanting:
            self._tie(mention, from_, quotes)
            self._add_state(mention.party, from_, {m.party for m in wanted_of}, quotes)
        for mention in wanted_of:
            if mention.party not in from_:
                self._tie(mention, to, quotes)
        if wish.support and not any(q.role == "antecedent" for q in quotes):
            quotes += [self._antecedent(*self._span(part, piece)) for piece in wish.support]
        kind, status, tense = told.settle(wish)
        return ProposedDemand(
            kind=kind, text=text, quotes=tuple(quotes), from_=tuple(from_), to=tuple(to), status=status, tense=tense,
            rule=wish.rule,
        )  # fmt: skip

    def _public(self, mention: Mention) -> bool:
        member = self._cast.members.get(mention.party)
        return member is not None and (
            member.type != "person" or member.title is not None or member.member_of is not None
        )

    # -- who -------------------------------------------------------------------------------------------------------

    def _wanting(self, wish: Wish, heard: Utterance | None) -> list[Mention]:
        if wish.voiced or (wish.wants is not None and wish.wants.lower_ in _FIRST_PERSON):
            spoken = self._speaker(heard)
            if spoken:
                return spoken
            reporter = _reporter(wish.cue)
            if reporter is not None and reporter.lower_ not in _FIRST_PERSON:
                return list(self._parties(wish.part, reporter))
            return self._author(wish) if heard is None and not wish.voiced else []
        if wish.wants is None:
            return []
        found = next(
            (f for who in (wish.wants, *wish.or_wants) if (f := list(self._parties(wish.part, who)))), []
        )
        if wish.strict:
            at = wish.part.start(wish.wants)
            found = [m for m in found if m.start <= at < m.end]
        if found or wish.wants.lower_ not in _THIRD_PERSON:
            return found
        # "The union said it will …": a pronoun right under the report speaks of the speaker
        reporter = _reporter(wish.cue)
        if reporter is not None and reporter.i < wish.wants.i:
            return list(self._parties(wish.part, reporter))
        return self._those(wish.part, wish.wants) if wish.wants.lower_ == "they" else []

    def _those(self, part: ParsedBlock, they: Token) -> list[Mention]:
        """Who is meant by "they" at the beginning of a sentence: the group that the sentence before is about."""
        sentence = they.sent
        if they.i - sentence.start > 2:
            return []
        before: Span | None = None
        if sentence.start > 0:
            before = part.doc[sentence.start - 1].sent
        else:
            at = next((n for n, p in enumerate(self._parsed.blocks) if p is part), 0)
            if at > 0 and self._parsed.blocks[at - 1].block.kind == "paragraph":
                part = self._parsed.blocks[at - 1]
                before = part.sentences[-1]
        root = before.root if before is not None else None
        told = next((c for c in root.children if c.dep_ == "ccomp"), None) if root is not None else None
        if told is not None and told.i < (root.i if root is not None else 0):
            root = told  # "The nurses are tired, Holt said. They want …"
        who = clauses.subject(root) if root is not None else None
        if who is None:
            return []
        found = [m for m in self._parties(part, who) if self._group(m.party)]
        if not found:  # "tens of thousands of nurses"
            inside = self._inside(part.start(who), part.start(who) + 80)
            found = [m for m in inside if self._group(m.party)][:1]
        return found

    def _group(self, key: str) -> bool:
        member = self._cast.members.get(key)
        return member is not None and member.type in _GROUPS

    def _author(self, wish: Wish) -> list[Mention]:
        """Who is meant by "we" outside any speech, in a statement: the body that its sentences last were about."""
        at = wish.part.start(wish.cue)
        for part in reversed(self._parsed.blocks):
            if part.block.start > at or part.block.kind != "paragraph":
                continue
            for sentence in reversed(part.sentences):
                who = clauses.subject(sentence.root) if part.start(sentence) < at else None
                for mention in self._parties(part, who) if who is not None else ():
                    member = self._cast.members.get(mention.party)
                    if mention.kind in _NAMING and member is not None and member.type in _AUTHORS:
                        return [mention]
        return []

    def _speaker(self, heard: Utterance | None) -> list[Mention]:
        if heard is None or heard.speaker is None:
            return []
        start, end = heard.speaker
        key = self._cast.speaker(heard)
        if key is None:
            return []
        return [m for m in self._overlapping(start, end) if m.party == key][:1]

    def _wanted_of(self, wish: Wish, wanting: set[str]) -> list[Mention]:
        if wish.of is not None:
            return [m for m in self._parties(wish.part, wish.of) if m.party not in wanting]
        start, end = self._span(wish.part, wish.wanted)
        others = [m for m in self._inside(start, end) if m.party not in wanting]
        if wish.of_within:
            return [m for m in others if m.kind != "pronoun" and not self._aside(m)][:1]
        # "an end to Norland's raids", "more help from Norland": whose doing it is, of him it is wanted
        return [m for m in others if self._does(wish, m)][:1]

    def _opponent(self, wish: Wish, wanting: Mention) -> list[Mention]:
        """The other side where the text, near by, tells of a dispute or talks between the two.

        "Nurses are in a dispute with the ministry. They demand …": what one side of a dispute demands without an
        addressee it demands of the other. The sentence that tells of the dispute becomes the evidence.
        """
        here = wish.part.block.paragraph
        for part in self._parsed.blocks:
            if abs(part.block.paragraph - here) > _REACH:
                continue
            for match in _DISPUTE.finditer(self._text, part.block.start, part.block.end):
                other = next(
                    (
                        m
                        for m in self._overlapping(match.end(), match.end() + 4)
                        if m.start <= match.end() + 4
                    ),
                    None,
                )
                if other is None or other.party == wanting.party or self._vague(other.party):
                    continue
                sentence = self._sentence(other) or (other.start, other.end)
                if any(m.party == wanting.party for m in self._inside(*sentence)) and self._apart(
                    wanting, other
                ):
                    return [other]
        return []

    def _apart(self, one: Mention, other: Mention) -> bool:
        """Neither speaks for the other."""
        members = self._cast.members
        return members[one.party].member_of != other.party and members[other.party].member_of != one.party

    def _aside(self, mention: Mention) -> bool:
        """Named as a place, an author or an owner: "a school in Norland" is not offered to Norland."""
        return _ASIDE.search(self._text, max(0, mention.start - 16), mention.start) is not None or (
            self._text[mention.end : mention.end + 1] == "-"
        )

    def _does(self, wish: Wish, mention: Mention) -> bool:
        low, high = wish.wanted
        inside = [
            t
            for t in wish.part.doc[low:high]
            if mention.start <= wish.part.start(t) and wish.part.end(t) <= mention.end
        ]
        if not inside:
            return False
        head = next((t for t in inside if t.head not in inside), inside[-1])
        if head.i - low > _NEAR_WORDS:
            return False
        if head.dep_ in {"poss", "compound", "amod", "nmod"} and head.head.pos_ in {"NOUN", "PROPN"}:
            return head.head.i < high
        return head.dep_ == "pobj" and (
            head.head.lower_ in {"from", "by"}
            or (head.head.lower_ == "in" and wish.cue.pos_ == "NOUN" and wish.kind == "demand")
        )

    def _parties(self, part: ParsedBlock, head: Token) -> Iterator[Mention]:
        """Mentions for a noun phrase and what is joined to it by "and"."""
        seen: set[str] = set()
        for one in (head, *(c for c in head.conjuncts if c.i > head.i)):
            examples = [
                m
                for like in one.children
                if like.dep_ == "prep" and like.lower_ in {"like", "including"}
                for deep in like.children
                if deep.dep_ == "pobj"
                for m in self._parties(part, deep)
            ]
            mention = self._party(part, one)
            if mention is not None and (self._vague(mention.party) or mention.kind == "nominal"):
                examples = examples or self._both(part, one)
                mention = None if examples else mention
            for found in ([mention] if mention is not None else []) + examples:
                if found.party not in seen:
                    seen.add(found.party)
                    yield found

    def _vague(self, key: str) -> bool:
        member = self._cast.members.get(key)
        return member is not None and member.vague

    def _both(self, part: ParsedBlock, head: Token) -> list[Mention]:
        """The two parties of one type named last before "both countries", "the two sides"."""
        if not any(c.lower_ in {"both", "two"} for c in head.children):
            return []
        before = [
            m
            for m in self._mentions
            if m.end <= part.start(head) and m.start > part.start(head) - _BOTH_REACH
        ]
        kinds = (
            {"state"}
            if head.lemma_ in {"country", "nation", "government", "state"}
            else {"state", "company", "union"}
        )
        last: dict[str, Mention] = {}
        for mention in reversed(before):
            member = self._cast.members.get(mention.party)
            acts = mention.function in {"agent", "speaker", "counterpart"}
            if (
                member is not None
                and member.type in kinds
                and mention.kind in _NAMING
                and acts
                and len(last) < 2
            ):
                last.setdefault(mention.party, mention)
        return list(last.values()) if len(last) == 2 else []

    def _party(self, part: ParsedBlock, head: Token) -> Mention | None:
        """The mention on the head word; else one before it in the phrase; else one after its preposition."""
        start = part.start(head)
        on_head = self._overlapping(start, start + len(head.text))
        if on_head:
            return max(on_head, key=lambda m: m.end - m.start)
        first, stop = clauses.noun_start(head), clauses.noun_stop(head)
        before = self._inside(*self._span(part, (first, head.i + 1)))
        if before and not (head.tag_ == "NN" and head.lemma_.lower() in self._cast.people):
            return before[-1]  # not of "a Norlander student", who asks for herself
        for child in head.children:
            if head.lemma_.lower() in clauses.DOCUMENTS and child.dep_ == "acl" and child.lemma_ in _FILING:
                by = clauses.agent(child)  # a petition signed by teachers
                found = self._party(part, by) if by is not None else None
                if found is not None:
                    return found
            if head.lemma_.lower() in clauses.DOCUMENTS and child.lower_ not in {"from", "by"}:
                continue  # a letter to the council is not the council's
            if child.dep_ in {"prep", "appos"} and child.i > head.i and child.right_edge.i < stop + 6:
                inside = self._inside(*self._span(part, (child.left_edge.i, child.right_edge.i + 1)))
                if inside:
                    return inside[0]
        return None

    def _overlapping(self, start: int, end: int) -> list[Mention]:
        low = bisect.bisect_left(self._starts, start - 120)
        high = bisect.bisect_left(self._starts, end)
        return [m for m in self._mentions[low:high] if m.start < end and start < m.end]

    def _inside(self, start: int, end: int) -> list[Mention]:
        return [m for m in self._overlapping(start, end) if start <= m.start and m.end <= end]

    # -- evidence --------------------------------------------------------------------------------------------------

    def _tie(self, mention: Mention, keys: list[str], quotes: list[Quote]) -> None:
        """Add a party and see to it that a quote covers the mention and, for a pronoun or noun, a name."""
        if mention.party in keys:
            return
        keys.append(mention.party)
        if not _covered(mention, quotes):
            quotes.append(self._antecedent(*self._around(mention)))
        if not self._names(mention) and not self._named(mention.party, quotes):
            name = self._nearest_name(mention)
            if name is not None:
                quotes.append(self._antecedent(*self._around(name)))

    def _add_state(self, key: str, keys: list[str], others: set[str], quotes: list[Quote]) -> None:
        """After a person, the state or body it speaks for, where the text names both side by side."""
        member = self._cast.members.get(key)
        if member is None or member.member_of is None or member.member_of in {*keys, *others}:
            return
        if member.type not in {"person", "government_body"}:
            return
        body = member.member_of
        own = [m for m in self._by_party.get(key, ()) if m.kind in _NAMING]
        theirs = [m for m in self._by_party.get(body, ()) if m.kind in _NAMING]
        for a in own:
            near = [b for b in theirs if self._beside(a, b)]
            if near:
                keys.append(body)
                span = (min(a.start, near[0].start), max(a.end, near[0].end))
                if not any(q.start <= span[0] and span[1] <= q.end for q in quotes):
                    quotes.append(self._antecedent(*span))
                return

    def _beside(self, a: Mention, b: Mention) -> bool:
        """Whether two mentions stand in one noun phrase or apposition ("Norland's envoy, Mira Holt")."""
        low, high = min(a.end, b.end), max(a.start, b.start)
        if high <= low:
            return True
        between = self._text[low:high]
        return high - low < _NEAR and "\n" not in between and not _CLAUSE.search(between)

    def _named(self, key: str, quotes: list[Quote]) -> bool:
        return any(self._names(m) and _covered(m, quotes) for m in self._by_party.get(key, ()))

    def _names(self, mention: Mention) -> bool:
        """Whether the mention itself says who it is: a name, or the common noun that the party goes by."""
        member = self._cast.members.get(mention.party)
        words = self._text[mention.start : mention.end].casefold()
        return mention.kind in _NAMING or (member is not None and member.name.casefold() in words)

    def _nearest_name(self, mention: Mention) -> Mention | None:
        names = [m for m in self._by_party.get(mention.party, ()) if self._names(m)]
        before = [m for m in names if m.start < mention.start]
        after = [m for m in names if m.start > mention.start]
        if before and (not after or self._paragraph(mention) - self._paragraph(before[-1]) <= _REACH):
            return before[-1]
        return after[0] if after else None

    def _paragraph(self, mention: Mention) -> int:
        return next(
            (p.block.paragraph for p in self._parsed.blocks if p.block.start <= mention.start < p.block.end),
            0,
        )

    def _around(self, mention: Mention) -> tuple[int, int]:
        """The sentence of a mention, or a window of words around it where the sentence is long."""
        sentence = self._sentence(mention)
        return self._trim(*self._window(*sentence, mention)) if sentence else (mention.start, mention.end)

    def _sentence(self, mention: Mention) -> tuple[int, int] | None:
        for part in self._parsed.blocks:
            if part.block.start <= mention.start < part.block.end:
                for sentence in part.sentences:
                    start, end = part.start(sentence), part.end(sentence)
                    if start <= mention.start < end:
                        return start, min(max(end, mention.end), part.block.end)
        return None

    def _window(self, start: int, end: int, mention: Mention) -> tuple[int, int]:
        if end - start <= _MAX_ANTECEDENT:
            return start, end
        low = max(start, mention.start - 60)
        high = min(end, mention.end + 80)
        while low > start and not self._text[low - 1].isspace():
            low -= 1
        while high < end and not self._text[high].isspace():
            high += 1
        return low, high

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        while start < end and self._text[start].isspace():
            start += 1
        while end > start and self._text[end - 1].isspace():
            end -= 1
        return start, end

    def _antecedent(self, start: int, end: int) -> Quote:
        heard = next((u for u in self._utterances if u.content[0] <= start and end <= u.content[1]), None)
        block = next((p for p in self._parsed.blocks if p.block.start <= start < p.block.end), None)
        speaker = self._cast.speaker(heard) if heard else None
        return Quote(start, end, self._text[start:end], _mode(block, heard), speaker, role="antecedent")

    def _quote(
        self, start: int, end: int, part: ParsedBlock, speaker: str | None, heard: Utterance | None
    ) -> Quote:
        return Quote(start, end, self._text[start:end], _mode(part, heard), speaker)

    def _span(self, part: ParsedBlock, tokens: tuple[int, int]) -> tuple[int, int]:
        first, last = part.doc[tokens[0]], part.doc[tokens[1] - 1]
        return part.start(first), part.end(last)

    def _cut(self, part: ParsedBlock, wish: Wish) -> str:
        """At most _MAX_TEXT_WORDS words of what is wanted, letter for letter, ending at a whole thought."""
        start, end = self._span(part, wish.wanted)
        text = " ".join(self._text[start:end].split())
        quoted = _QUOTED.match(text)
        if quoted is not None and len(quoted.group(1).split()) >= 3:
            text = quoted.group(1)  # their own words are the shortest name of what they want
        words = text.split(" ")
        if len(words) > _MAX_TEXT_WORDS:
            text = " ".join(words[:_MAX_TEXT_WORDS])
            breaks = [
                m.start() for m in _BREAK.finditer(text) if len(text[: m.start()].split()) >= _MIN_TEXT_WORDS
            ]
            if breaks:
                text = text[: breaks[-1]]
            text = _TRAILING.sub("", text)
        previous = ""
        while previous != text:
            previous, text = text, _DANGLING.sub("", text).strip(" ,;:.-")
        return _LEADING.sub("", _balanced(text))


def _person_like(wish: Wish) -> bool:
    """A subject that wants something though the text does not say who it is: "they are seeking", "the suit seeks"."""
    wants = wish.wants
    return wants is not None and (
        wants.lower_ in {"he", "she", "they", "we"}
        or (wants.lower_ == "it" and wish.kind == "demand")
        or wants.lemma_.lower() in clauses.DOCUMENTS
    )


def _pronoun(wants: Token | None) -> bool:
    return wants is not None and wants.lower_ in {"he", "she", "i", "it"}


def _balanced(text: str) -> str:
    """Without a quotation mark whose partner was cut off."""
    for opening, closing in (("“", "”"), ("‘", "’"), ('"', '"')):
        single = text.count('"') % 2 == 1 if opening == '"' else False
        if opening != '"' and text.count(opening) > len(re.findall(rf"{closing}(?!\w)", text)):
            text = text.replace(opening, "")
        elif single or (opening == "“" and text.count(closing) > text.count(opening)):
            text = text.replace(closing, "")
    return " ".join(text.split()).strip(" ,;:.")


def _covered(mention: Mention, quotes: list[Quote]) -> bool:
    return any(q.start <= mention.start and mention.end <= q.end for q in quotes)


def _mode(part: ParsedBlock | None, heard: Utterance | None) -> Mode:
    if part is not None and part.block.kind == "headline":
        return "headline"
    if part is not None and part.block.kind == "caption":
        return "caption"
    return heard.mode if heard is not None else "narration"


def _reporter(cue: Token) -> Token | None:
    """Subject of the reporting verb above a clause ("the union said that the board must resign")."""
    node = cue
    for _ in range(8):
        if node.head == node:
            return None
        if node.dep_ in {"ccomp", "parataxis"}:
            own = [c for c in node.head.children if c.dep_ in {"nsubj", "nsubjpass"}]
            if own:
                return own[0]
            above = clauses.subject(node.head)
            if above is not None:
                return above
        node = node.head
    return None
