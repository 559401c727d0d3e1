"""Noun phrases that stand for somebody without a name: groups, bodies, offices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from briefs.engines.rules.names import credits_from
from briefs.lexicon import Lexicon
from briefs.models import PartyType
from briefs.parse import Parsed, ParsedBlock
from briefs.text import after_dateline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

Determiner = Literal["the", "a", "this", "none", "owner"]

_BEFORE = {
    "det",
    "compound",
    "amod",
    "nmod",
    "poss",
    "nummod",
    "quantmod",
    "predet",
    "advmod",
    "case",
    "punct",
}
_PLURALS_BY_SENSE = {"police", "staff", "people", "military", "public", "opposition", "crew"}
# too wide to be a party unless a word before the noun tells which
_WIDE = {"maker", "manufacturer", "company", "firm", "country", "nation", "state", "person", "people", "man", "woman", "member", "party", "family", "child", "leader", "group",
         "force", "minister", "officer", "owner", "player", "rival", "friend", "side", "other", "relative", "parent", "business",
         "organization", "organisation", "national", "general", "ally", "public", "community", "population", "sector",
         "industry", "team", "girl", "boy", "youth"}  # fmt: skip
# words before a noun that do not tell which group is meant
_EMPTY = {"the", "a", "an", "this", "that", "these", "those", "some", "many", "several", "more", "most", "all", "other",
          "few", "both", "any", "no", "such", "its", "their", "his", "her", "our", "your", "my", "own", "so-called",
          "hundreds", "thousands", "dozens", "tens", "millions", "scores", "first", "last", "same",
          "various", "numerous", "certain", "every", "each", "another", "only", "different", "entire", "whole"}  # fmt: skip
_BENCH = {
    "judge",
    "magistrate",
    "arbitrator",
    "prosecutor",
}  # who decides or charges is meant also where a name is missing
_RULINGS = {
    "order",
    "orders",
    "ruling",
    "rulings",
    "decision",
    "decisions",
    "verdict",
    "statement",
    "report",
    "resolution",
}
_QUANTITIES = {"at", "least", "most", "than", "about", "nearly", "almost", "around", "up", "to", "over", "roughly", "as",
               "approximately", "fewer", "less", "under", "exactly", "estimated", "between", "and", "or"}  # fmt: skip
_TOLD_BY_THE = {"company", "firm", "manufacturer", "group", "party"}  # "the company" is one that was named
_CONTRASTS = {"senior", "junior", "new", "other", "rival", "foreign", "local", "temporary", "former", "private", "public",
              "right-wing", "left-wing", "opposition", "young", "old", "female", "male", "regional", "federal"}  # fmt: skip
_ORDINARY = {"two", "three", "four", "five", "six", "relevant", "new", "old", "young", "good", "bad", "big", "small", "local",
             "innocent", "more", "less", "million", "thousand", "hundred", "half", "united", "individual", "single",
             "senior", "top", "key", "major", "former", "current", "respective", "angry", "poor"}  # fmt: skip


@dataclass(slots=True)
class Nominal:
    """A noun phrase at one place. Token numbers are of its block's doc; `last` is the head's, or that of its "of"."""

    part: ParsedBlock
    head: int
    first: int
    start: int
    end: int
    text: str
    noun: str
    """The head, lower case, in the singular."""
    plural: bool
    determiner: Determiner
    modifiers: tuple[str, ...]
    """Lower-case words before the head that tell which are meant, in order."""
    type: PartyType
    kind: Literal["group", "body", "office"]
    forms: tuple[str, ...]
    vague: bool
    """Whether neither the noun nor a word beside it tells who is meant: "both countries", "its officials"."""
    title: str
    """The phrase as a name: without numbers, quantities and articles in front, "the" kept for one body."""
    contrast: str | None
    """The word that sets this group apart from others of the noun: "junior", "hotel"."""
    complement: tuple[int, int] | None
    """Token numbers, inclusive, of what follows in "residents of the camp"."""


class NominalFinder:
    """Finds the noun phrases of one article that its names do not cover."""

    def __init__(self, parsed: Parsed, lexicon: Lexicon) -> None:
        self._parsed = parsed
        self._groups = lexicon.group_nouns
        self._bodies = lexicon.organisation_nouns
        self._offices = {title for title, kind in lexicon.titles.items() if kind == "office"}

    def find(self, part: ParsedBlock, covered: set[int]) -> Iterator[Nominal]:
        """Noun phrases of a block whose head is not among the covered token numbers, in order."""
        stop = credits_from(part.doc.text)
        story = after_dateline(part.doc.text)
        for token in part.doc:
            if token.idx < story:
                continue
            if token.idx >= stop:
                return
            if (
                token.i in covered
                or token.pos_ not in {"NOUN", "PROPN", "ADJ"}
                or token.tag_ in {"JJ", "JJR", "JJS"}
            ):
                continue
            if (
                token.dep_ in {"compound", "amod", "nmod", "npadvmod"}
                and not (token.i + 1 < len(part.doc) and part.doc[token.i + 1].tag_ == "POS")
                and not (token.head.lower_ in _RULINGS and token.lower_ in self._bodies)
            ):
                continue
            nominal = self._read(part, token)
            if nominal is not None:
                yield nominal

    def _read(self, part: ParsedBlock, head: Token) -> Nominal | None:
        lower = head.lower_
        noun = head.lemma_.lower() if head.tag_ in {"NNS", "NNPS"} else lower
        if head.tag_ == "NNP" and lower.endswith("s") and lower[:-1] in self._groups:
            noun = lower[:-1]  # a capital at the start of a headline
        plural = head.tag_ in {"NNS", "NNPS"} or lower in _PLURALS_BY_SENSE or noun != lower
        kind: Literal["group", "body", "office"]
        type_: PartyType
        if plural and noun in self._groups:
            kind, type_ = "group", self._groups[noun]
        elif lower in self._bodies:
            kind, type_ = "body", self._bodies[lower]
        elif noun in self._bodies and plural:
            kind, type_ = "group", self._bodies[noun]
        elif noun in self._offices and not plural:
            kind, type_ = "office", "person"
        elif noun in self._groups and self._groups[noun] not in {
            "civilian_group",
            "government_body",
            "armed_group",
        }:
            kind, type_ = "body", self._groups[noun]
        else:
            return None
        first = self._first(part, head)
        while first < head.i and part.doc[first].pos_ in {"PUNCT", "SPACE", "ADV"}:
            first += 1
        words = list(part.doc[first : head.i])
        determiner: Determiner = "none"
        if words:
            lead = words[0]
            if any(w.dep_ == "poss" or w.tag_ == "POS" for w in words):
                determiner = "owner"
            elif lead.lower_ == "the":
                determiner = "the"
            elif lead.lower_ in {"a", "an", "another"}:
                determiner = "a"
            elif lead.lower_ in {"this", "that", "these", "those"}:
                determiner = "this"
        if kind == "office" and determiner in {"a", "none"} and noun not in _BENCH:
            return None
        modifiers = tuple(
            w.lower_
            for w in words
            if w.lower_ not in _EMPTY and w.pos_ in {"NOUN", "PROPN", "ADJ", "VERB"} and w.is_alpha
        )
        complement = self._complement(head)
        doc = part.doc
        setting = [
            w for w in words if w.lower_ in _CONTRASTS or (w.dep_ == "compound" and w.tag_ in {"NN", "NNS"})
        ]
        contrast = setting[-1].lemma_.lower() if setting else None
        start = part.block.start + doc[first].idx
        end = part.block.start + head.idx + len(head)
        possessed = bool(words) and words[0].tag_ == "PRP$"
        wide = (
            noun in _WIDE
            and (complement is None or noun in {"state", "country", "nation"})
            and (plural or noun not in _TOLD_BY_THE)
        )
        vague = (possessed or wide) and not any(
            w.lower_ not in _EMPTY
            and w.lower_ not in _ORDINARY
            and w.pos_ in {"NOUN", "PROPN", "ADJ", "VERB"}
            for w in words
        )
        raw = self._parsed.text[start:end]
        if any(
            raw.count(o) > raw.count(c) and self._parsed.text[end : end + 1] == c for o, c in ("‘’", "“”")
        ):
            end += 1  # the U.S. ‘virtual embassy’
        text = " ".join(self._parsed.text[start:end].split())
        forms = self._forms(part, first, head, complement)
        return Nominal(
            part,
            head.i,
            first,
            start,
            end,
            text,
            noun,
            plural,
            determiner,
            modifiers,
            type_,
            kind,
            forms,
            vague,
            self._title_of(part, first, head),
            contrast,
            complement,
        )

    @staticmethod
    def _first(part: ParsedBlock, head: Token) -> int:
        first = head.i
        for token in head.lefts:
            if token.dep_ in _BEFORE:
                first = min(first, token.left_edge.i)
        # quotation marks, dashes and prepositions cut the phrase short
        for i in range(head.i - 1, first - 1, -1):
            if (
                part.doc[i].text in {'"', "(", ";", ":", "/"}
                or part.doc[i].lower_ in {"of", "by", "for", "how"}
                or (part.doc[i].text == "-" and part.doc[i].whitespace_)
            ):
                return i + 1
        return first

    @staticmethod
    def _complement(head: Token) -> tuple[int, int] | None:
        for token in head.rights:
            if (
                token.dep_ == "prep"
                and token.lower_ in {"of", "in", "at", "from", "for"}
                and token.i == head.i + 1
            ):
                inner = next((c for c in token.children if c.dep_ == "pobj"), None)
                if inner is None:
                    return None
                return token.i, inner.i
        return None

    def _title_of(self, part: ParsedBlock, first: int, head: Token) -> str:
        doc = part.doc
        start = first
        numbers = [i for i in range(first, head.i) if doc[i].pos_ == "NUM" or doc[i].ent_type_ == "ORDINAL"]
        if numbers and all(
            doc[i].lower_ in _EMPTY | _QUANTITIES or doc[i].pos_ in {"NUM", "DET", "ADV", "PUNCT"}
            for i in range(first, numbers[-1])
        ):
            start = numbers[-1] + 1  # at least six civilians
        while start < head.i and (
            doc[start].lower_ in _EMPTY
            or doc[start].lower_ in _QUANTITIES
            or doc[start].pos_ in {"NUM", "DET", "ADV", "PUNCT"}
            or doc[start].tag_ == "PRP$"
        ):
            start += 1
        base = part.block.start
        end = base + head.idx + len(head)
        text = self._parsed.text[base + doc[start].idx : end]
        after = self._parsed.text[end : end + 1]
        if after and any(text.count(o) > text.count(c) and after == c for o, c in ("‘’", "“”")):
            text += after
        text = " ".join(text.split())
        leads = doc[first].lower_ == "the" and start == first + 1
        owned = leads and doc[first].head.dep_ == "poss" and doc[first].head.head == head
        one = leads and (owned or head.tag_ in {"NN", "NNP"})
        return f"the {text}" if one else text

    def _forms(
        self, part: ParsedBlock, first: int, head: Token, complement: tuple[int, int] | None
    ) -> tuple[str, ...]:
        """The phrase from each word on that may begin it, and with its complement."""
        base = part.block.start
        text = self._parsed.text
        end = base + head.idx + len(head)
        out = []
        for i in range(first, head.i + 1):
            token = part.doc[i]
            inside_name = i > first and token.text[0].isupper() and part.doc[i - 1].text[0].isupper()
            if (
                inside_name
                or token.pos_ in {"PUNCT", "PART", "CCONJ", "ADP"}
                or (i > first and part.doc[i - 1].tag_ == "HYPH")
            ):
                continue
            if token.tag_ == "HYPH":
                continue
            form = " ".join(text[base + token.idx : end].split())
            out.append(form)
        if complement is not None:
            stop = part.doc[complement[1]]
            far = base + stop.idx + len(stop)
            out += [
                " ".join(text[base + part.doc[first].idx : far].split()),
                " ".join(text[base + head.idx : far].split()),
            ]
        return tuple(dict.fromkeys(out))
