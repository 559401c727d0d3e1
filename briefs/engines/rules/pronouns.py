"""Whom pronouns stand for, where that is safe."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from briefs.engines.rules.cast import Cast, Member, Mention, ordered
from briefs.engines.rules.functions import Functions
from briefs.parse import Parsed
from briefs.speech import Utterance

if TYPE_CHECKING:
    from spacy.tokens import Token

_PRONOUNS = {"he", "she", "his", "her", "him", "they", "it"}
_FIRST_PERSON = {"i", "me", "my", "we", "our", "us"}
_MALE = {
    "mr",
    "sir",
    "lord",
    "king",
    "prince",
    "he",
    "his",
    "him",
    "himself",
    "father",
    "brother",
    "husband",
    "son",
}


class Pronouns:
    """Reads the pronouns of one article, whose named mentions are known."""

    def __init__(
        self,
        parsed: Parsed,
        said: Sequence[Utterance],
        named: Cast,
        functions: Functions,
        cues: Collection[str],
    ) -> None:
        self._parsed = parsed
        self._said = said
        self._members = named.members
        self._mentions = list(named.mentions)
        self._functions = functions
        self._cues = cues
        self._gender: dict[str, str] = {}
        self._sentences: list[tuple[int, int]] = [
            (p.start(s), p.end(s))
            for p in parsed.blocks
            if p.block.kind != "boilerplate"
            for s in p.sentences
        ]

    def resolve(self) -> list[Mention]:
        """He and she stand for the one person who acts or speaks last before them; I and we for whoever is quoted."""
        quoted = [u for u in self._said if u.mode == "direct_quote"]
        persons = [
            m for m in self._mentions if m.party in self._members and self._members[m.party].type == "person"
        ]
        added: list[Mention] = []
        for part in self._parsed.blocks:
            if part.block.kind == "boilerplate":
                continue
            for token in part.doc:
                lower = token.lower_
                if token.pos_ != "PRON" or lower not in _PRONOUNS:
                    continue
                start = part.block.start + token.idx
                if any(u.content[0] <= start < u.content[1] for u in quoted):
                    continue
                if lower in {"they", "it"}:
                    party = self._subject_before(token, start)
                else:
                    party = self._antecedent(start, lower, persons, added)
                if party is not None:
                    added.append(
                        Mention(start, start + len(token), party, "pronoun", self._functions.of(part, token))
                    )
        self._mentions += added
        self._mentions = ordered(self._mentions)
        first: list[Mention] = []
        cast = Cast(self._members, tuple(self._mentions))
        for utterance in quoted:
            speaker = cast.speaker(utterance)
            if speaker is None:
                continue
            for part in self._parsed.blocks:
                if not part.block.start <= utterance.content[0] < part.block.end:
                    continue
                inside = part.doc.char_span(
                    utterance.content[0] - part.block.start,
                    min(utterance.content[1], part.block.end) - part.block.start,
                    alignment_mode="expand",
                )
                for token in inside or ():
                    start = part.block.start + token.idx
                    if utterance.content[0] <= start and token.lower_ in _FIRST_PERSON:
                        first.append(
                            Mention(
                                start, start + len(token), speaker, "pronoun", self._functions.of(part, token)
                            )
                        )
        return ordered([*self._mentions, *first])

    def _subject_before(self, token: Token, at: int) -> str | None:
        """Whom "they" or a speaking "it" means: the one group or body that acts in the sentence before.

        "It" counts only where it says or demands something, which no thing does.
        """
        if token.dep_ != "nsubj" or (token.lower_ == "it" and token.head.lemma_.lower() not in self._cues):
            return None
        here = bisect_left(self._sentences, (at + 1, 0)) - 1
        before = self._sentences[here - 1] if here > 0 else None
        if before is None or any(t.dep_ == "nsubj" and t.idx < token.idx for t in token.sent):
            return None
        acting = [
            m
            for m in self._mentions
            if before[0] <= m.start < before[1] and m.function in {"speaker", "agent"} and m.kind != "pronoun"
        ]
        fitting = {m.party for m in acting if self._fits(self._members[m.party], token.lower_)}
        return fitting.pop() if len(fitting) == 1 else None

    @staticmethod
    def _fits(member: Member, word: str) -> bool:
        if word == "they":
            return member.type in {"civilian_group", "armed_group", "union"} or not member.named
        return member.type not in {"person", "civilian_group"} and not member.place

    def _antecedent(self, at: int, word: str, persons: list[Mention], resolved: list[Mention]) -> str | None:
        wanted = "m" if word in _MALE else "f"
        near = [m for m in [*persons, *resolved] if at - 500 < m.start < at and m.end <= at]
        near.sort(key=lambda m: m.start)
        near = [m for m in near if self._gender.get(m.party, wanted) == wanted]
        if not near:
            return None
        leading = [m for m in near if m.function in {"speaker", "agent"}]
        party = (leading or near)[-1].party
        last = near[-1].party
        if party != last and len({m.party for m in near}) > 2:
            return None
        self._gender.setdefault(party, wanted)
        return party
