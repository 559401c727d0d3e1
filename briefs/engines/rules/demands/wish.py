"""What a rule finds before anybody is tied to it: grammar only, no parties yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefs.models import DemandKind, DemandStatus
from briefs.parse import ParsedBlock

if TYPE_CHECKING:
    from spacy.tokens import Token

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """One sentence as the rules see it: `tokens` are the whole block's, `end` is the stop of the sentence in them."""

    part: ParsedBlock
    tokens: list[Token]
    sentence: list[Token]

    @property
    def end(self) -> int:
        return self.sentence[-1].i + 1


@dataclass(slots=True)
class Wish:
    """Somebody wants something of somebody. Ranges are half-open and count tokens of the block's Doc."""

    part: ParsedBlock
    kind: DemandKind
    rule: str
    cue: Token
    """The word that tells it; its position decides in whose speech the wish stands."""
    quote: Range
    wanted: Range
    """The words of the quote that say what is wanted."""
    wants: Token | None = None
    """Head of the words for the one who wants."""
    or_wants: tuple[Token, ...] = ()
    """Others who may be meant where `wants` is no party."""
    voiced: bool = False
    """The speaker of the speech around the cue wants it (modals, imperatives)."""
    strict: bool = False
    """The head word of `wants` itself must be a mention: "the hiring of nurses" is not the nurses."""
    of: Token | None = None
    """Head of the words for the one of whom it is wanted."""
    of_within: bool = False
    """Where `of` is None, the first party named in what is wanted is meant (offers, refusals)."""
    weak: bool = False
    """Counts only where a known party wants it."""
    of_needed: bool = False
    """Counts only where it is wanted of a known party."""
    status: DemandStatus = "stated"
    support: list[Range] = field(default_factory=list)
    """Words outside the quote that carry the cue (of the second of two things demanded)."""
