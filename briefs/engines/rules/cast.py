"""Who takes part: the parties of an article and every place where one of them is mentioned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from briefs.lexicon import Lexicon
from briefs.models import PartyType
from briefs.parse import Parsed
from briefs.speech import Utterance

Span = tuple[int, int]
MentionKind = Literal["name", "alias", "nominal", "pronoun"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of the article that stand for a party. Pronouns are in here only where they are safe to resolve."""

    start: int
    end: int
    party: str
    kind: MentionKind


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


@dataclass(slots=True)
class Cast:
    """Everyone who may be a party, by key, and their mentions in order of `start`."""

    members: dict[str, Member]
    mentions: tuple[Mention, ...]

    def at(self, start: int, end: int) -> str | None:
        """Key of the party whose mention lies in (or covers) the span: the longest, then the first; else None."""
        inside = [m for m in self.mentions if m.start < end and start < m.end]
        if not inside:
            return None
        return max(inside, key=lambda m: (m.end - m.start, -m.start)).party

    def speaker(self, utterance: Utterance) -> str | None:
        """Key of the party that the utterance's speaker words stand for."""
        return self.at(*utterance.speaker) if utterance.speaker else None


def build(parsed: Parsed, said: tuple[Utterance, ...], lexicon: Lexicon) -> Cast:
    """Find the parties of an article and group the forms that each is called by."""
    del parsed, said, lexicon
    return Cast({}, ())
