"""Whether two articles carry nearly the same text: one agency's report in several papers, a page fetched twice.

A signature stands for a text in 512 bytes and can be kept instead of it; it never leaves its library.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from rensa import RMinHash  # type: ignore[attr-defined]

from briefs import text as texts

SAME: Final = 0.5
"""Similarity from which on two articles count as copies. Three-word runs of a copy with every twentieth word changed
agree to about 0.73, of one that lost the last third of its lines to about 0.6; independent reports of one event stay
under 0.2. The estimate errs by 0.04 (one standard deviation), so 0.5 is far from both."""

_PERMUTATIONS: Final = 128  # error 0.5/√128 = 0.04
SIGNATURE_BYTES: Final = 4 * _PERMUTATIONS
_LAYOUT: Final = f"<{_PERMUTATIONS}I"
_EMPTY: Final = b"\xff" * SIGNATURE_BYTES  # the smallest hash of no runs: larger than any
_SEED: Final = 20_260_206  # any number does, as long as it never changes
_RUN: Final = 3  # words; single words are shared by all articles on a matter, longer runs break at every edit
_MOST_CHARS: Final = 200_000
_WORD = re.compile(r"\w+")
_AGENCY = re.compile(r"^[^.!?]{0,60}?\((?:[A-Z][\w ]{1,30})\)\s*[-–—]+\s*")
"""A dateline, "PORT ARLEN, Feb 6 (Agency) - ": the first thing that a paper changes."""


def signature(text: str) -> bytes:
    """The signature of an article's body, SIGNATURE_BYTES long.

    Headline, captions and boilerplate do not count (captions do where there is nothing else), nor do case and marks.
    The same text gives the same bytes in every process and on every machine.
    """
    text = text[:_MOST_CHARS]
    found = texts.blocks(text)
    body = [block for block in found if block.kind == "paragraph"] or found[1:]
    lines = (texts.plain_marks(_AGENCY.sub("", text[block.start : block.end])) for block in body)
    words = [word for line in lines for word in _WORD.findall(line.casefold())]
    runs = {" ".join(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}
    if not runs:
        return _EMPTY
    sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    sketch.update(sorted(runs))
    return struct.pack(_LAYOUT, *sketch.digest())


def similarity(a: bytes, b: bytes) -> float:
    """Share of three-word runs that two texts have in common, estimated from their signatures: 0 to 1.

    0.0 where one text has no body. Raises ValueError for bytes that are no signature.
    """
    if len(a) != SIGNATURE_BYTES or len(b) != SIGNATURE_BYTES:
        raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes")
    if _EMPTY in {a, b}:
        return 0.0
    pairs = zip(struct.unpack(_LAYOUT, a), struct.unpack(_LAYOUT, b), strict=True)
    return sum(1 for one, two in pairs if one == two) / _PERMUTATIONS
