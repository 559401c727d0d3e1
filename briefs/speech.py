"""Who said it: quoted and reported speech with the words that name its speaker.

Used by engines to attribute claims and by the gate to check an attribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from briefs.parse import Parsed

Span = tuple[int, int]


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


def utterances(parsed: Parsed) -> tuple[Utterance, ...]:
    """All quoted and reported speech of an article, in order of `content`; indirect speech may hold direct quotes."""
    del parsed
    return ()
