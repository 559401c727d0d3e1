"""How many tokens a text takes, roughly: tokenizers differ, and bounds are set with room to spare."""

from __future__ import annotations

_BYTES_A_TOKEN = (
    3.5  # English prose has 4.2 to 4.8 with the vocabularies in use, Cyrillic and Arabic about 3.5
)


def tokens(text: str) -> int:
    """An estimate that is rather too high than too low."""
    return -(-len(text.encode("utf-8", errors="replace")) * 2 // int(2 * _BYTES_A_TOKEN))
