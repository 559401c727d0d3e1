"""Where things stand in a text: blocks (paragraphs) and their kinds, white space, quotation marks.

All spans are half-open [start, end) in code points of the text as given, ascending and not overlapping.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["headline", "paragraph", "caption", "boilerplate"]

_NEWLINES = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]»]*$")
_BOILERPLATE = re.compile(
    r"^\W*(sign up|subscribe|read more|read also|see also|also read|related( stor|:)|advertisement|share this|"
    r"follow us|click here|newsletter|download (the|our) app|all rights reserved|copyright|©|listen to this|"
    r"watch( live)?:|more on this|most read|recommended|get (the|our) (latest|daily|free)|log ?in|register (now|to)|"
    r"support our journalism|donate|comments?\W*$|skip to|cookie|terms of (use|service)|privacy policy)",
    re.IGNORECASE,
)
_CURLY = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"',
                        "«": '"', "»": '"', "–": "-", "—": "-", "\u00a0": " ", "\u2009": " ", "\u202f": " "})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the text without the white space around it. `paragraph` is 0 for the headline, then 1, 2, …"""

    start: int
    end: int
    kind: BlockKind
    paragraph: int


def blocks(text: str) -> list[Block]:
    """Cut a text at its newlines and tell headline, paragraphs, captions and boilerplate apart.

    The first line is the headline where it is short and does not end like a sentence. Later lines without a full
    stop at the end are captions (or sub-headings: both are read as places where nothing is claimed for sure).
    """
    out: list[Block] = []
    for line in _NEWLINES.finditer(text):
        raw = line.group()
        stripped = raw.strip()
        if not stripped:
            continue
        start = line.start() + len(raw) - len(raw.lstrip())
        end = start + len(stripped)
        words = len(stripped.split())
        if not out and words <= 30 and not _SENTENCE_END.search(stripped):
            out.append(Block(start, end, "headline", 0))
            continue
        paragraph = (out[-1].paragraph if out else 0) + 1
        kind: BlockKind = "paragraph"
        if _BOILERPLATE.match(stripped) and words <= 25:
            kind = "boilerplate"
        elif not _SENTENCE_END.search(stripped) and words <= 60:
            kind = "caption"
        out.append(Block(start, end, kind, paragraph))
    return out


def plain_marks(text: str) -> str:
    """The text with typographic quotes, dashes and spaces replaced one to one: same length, same offsets."""
    return text.translate(_CURLY)
