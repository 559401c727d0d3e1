"""Which language a text is in."""

from __future__ import annotations

import re
from typing import Final

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SAMPLE_CHARS: Final = 5_000
_FEWEST_LETTERS: Final = 60  # below, a name in the sentence decides more than its language does
_ENGLISH: Final = frozenset(
    "the of and to in that is was for with on as by he it at from his but not are be had has have said they which who "
    "will would their been this its were an she her after".split()
)
_SURELY_ENGLISH: Final = 0.25
"""Share of `_ENGLISH` among the words from which on the text is English. English prose has .30 to .45, other languages
(they share in, is, for, was, an) stay under .12; so the identifier, which takes 1 s to load, is asked only for others."""


def language(text: str) -> str | None:
    """ISO 639-1 code of the language of a text, None if it is too short or too mixed to tell."""
    sample = text[:_SAMPLE_CHARS]
    words = [word.lower() for word in _WORD.findall(sample)]
    if sum(map(len, words)) < _FEWEST_LETTERS:
        return None
    if len(words) >= 20 and sum(word in _ENGLISH for word in words) >= _SURELY_ENGLISH * len(words):
        return "en"
    return _identify(" ".join(words))


def _identify(text: str) -> str | None:
    from py3langid.langid import classify

    def told(part: str) -> str:
        return str(classify(part)[0])  # type: ignore[no-untyped-call]

    code = told(text)
    # Agreement of two halves stands for certainty: the identifier's scores say nothing about mixed texts.
    half = text.find(" ", len(text) // 2)
    if half > _FEWEST_LETTERS and {told(text[:half]), told(text[half:])} != {code}:
        return None
    return code
