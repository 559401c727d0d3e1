"""The cast of an article: who may be a party, and every place where one of them is mentioned."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from briefs.models import PartyType
from briefs.speech import Utterance

Span = tuple[int, int]
MentionKind = Literal["name", "alias", "nominal", "pronoun"]
Function = Literal[
    "speaker", "agent", "patient", "counterpart", "oblique", "owner", "place", "modifier", "other"
]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of the article that stand for a party. Pronouns are in here only where they are safe to resolve."""

    start: int
    end: int
    party: str
    kind: MentionKind
    function: Function = "other"
    """What the words do in their clause: speak, act, are acted on, are dealt with ("with", "between", "against"), stand
    after another preposition, own something, tell a place."""


@dataclass(slots=True)
class Member:
    """A possible party: one entry for all its forms. Its role is settled when demands and signals are known."""

    key: str
    name: str
    type: PartyType
    aliases: tuple[str, ...] = ()
    member_of: str | None = None
    title: str | None = None
    mentions: list[Mention] = field(default_factory=list)
    named: bool = True
    """False for a group or body that the article calls by a common noun only."""
    vague: bool = False
    """True where no mention tells which group is meant: "both countries", "people"."""
    place: bool = False
    """True for a town or region, which is a party only where it acts itself."""


@dataclass
class Cast:
    """Everyone who may be a party, by key, and their mentions in order of `start`."""

    members: dict[str, Member]
    mentions: tuple[Mention, ...]
    people: frozenset[str] = frozenset()
    """Singular nouns for people who act for themselves: "a Norlander student" is not Norland."""

    @cached_property
    def _starts(self) -> list[int]:
        return [m.start for m in self.mentions]

    def at(self, start: int, end: int) -> str | None:
        """Key of the party whose mention lies in (or covers) the span: the longest, then the first; else None."""
        inside = self.within(start, end)
        if not inside:
            return None
        return max(inside, key=lambda m: (m.end - m.start, -m.start)).party

    def within(self, start: int, end: int) -> list[Mention]:
        """Mentions that share a character with the span, in order of `start`."""
        found = []
        for i in range(bisect_left(self._starts, end) - 1, -1, -1):
            mention = self.mentions[i]
            if mention.start < start - 300:  # no mention is that long
                break
            if mention.end > start:
                found.append(mention)
        return found[::-1]

    def speaker(self, utterance: Utterance) -> str | None:
        """Key of the party that the utterance's speaker words stand for.

        A person who is named is meant before those whom the words beside the name speak of: "Mira Holt, a lawyer for
        the nurses".
        """
        if utterance.speaker is None:
            return None
        named = [
            m
            for m in self.within(*utterance.speaker)
            if m.kind != "nominal" and m.function == "speaker" and self.members[m.party].type == "person"
        ]
        return named[0].party if named else self.at(*utterance.speaker)


def key_of(name: str) -> str:
    """A name without what varies: case, accents, marks, article, possessive."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’]s?\b", "", plain)
    plain = re.sub(r"[^\w& ]", "", plain.replace("-", " "))
    return re.sub(r"^(the|a|an) ", "", " ".join(plain.split()))


def ordered(mentions: Iterable[Mention]) -> list[Mention]:
    """Mentions in order of their place, the longer first, each once."""
    return sorted(dict.fromkeys(mentions), key=lambda m: (m.start, -m.end))
