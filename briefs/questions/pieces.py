"""Questions about two things at once: which came first, how they compare. Each is searched for by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_AUX = r"(?:did|do|does|was|were|is|are|has|have|had|will|would)"
_ORDER = (
    re.compile(r"\b(?:first|earlier|sooner|later|last)\b[^:?]*:\s*(?P<a>.+?)\s+or\s+(?P<b>.+?)\W*$", re.IGNORECASE),
    re.compile(rf"^{_AUX}\s+(?P<a>.+?)\s+(?:before or after|after or before)\s+(?P<b>.+?)\W*$", re.IGNORECASE),
    re.compile(r"\b(?:came|come|happened|happen|was|occurred) (?:first|earlier),?\s+(?P<a>.+?)\s+or\s+(?P<b>.+?)\W*$",
               re.IGNORECASE),
)  # fmt: skip
_COMPARE = (
    re.compile(rf"^how\s+{_AUX}\s+(?P<a>.+?)\s+compared?\s+(?:with|to)\s+(?P<b>.+?)\W*$", re.IGNORECASE),
    re.compile(rf"^how\s+{_AUX}\s+(?P<a>.+?)\s+and\s+(?P<b>.+?)\s+(?P<c>(?:differ|compare)\b.*?)\W*$", re.IGNORECASE),
    re.compile(rf"^how\s+{_AUX}\s+(?P<c>.+?)\s+differ\s+between\s+(?P<a>.+?)\s+and\s+(?P<b>.+?)\W*$", re.IGNORECASE),
    re.compile(r"\bdifferences?\s+between\s+(?P<a>.+?)\s+and\s+(?P<b>.+?)\W*$", re.IGNORECASE),
    re.compile(r"^(?P<a>.+?)\s+(?:versus|vs\.?|compared (?:with|to)|as opposed to)\s+(?P<b>.+?)\W*$", re.IGNORECASE),
    re.compile(r"^(?P<c>.+?)\s+(?:for|of|to|by) both\s+(?P<a>.+?)\s+and\s+(?P<b>.+?)\W*$", re.IGNORECASE),
)  # fmt: skip


_NEXT = re.compile(
    rf"[,;]\s+and\s+(?=(?:how|what|who|whom|when|where|why|which|{_AUX})\b[^,]*\s\w+)|(?<=\?)\s+(?=\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The two sides of a question, in its own words and in its order."""

    kind: Literal["order", "compare"]
    sides: tuple[str, str]


def pieces(text: str) -> Pieces | None:
    """The two sides of a question that asks for an order or a comparison, else None."""
    plain = " ".join(text.split())
    for pattern in _ORDER:
        match = pattern.search(plain)
        if match:
            return Pieces("order", (match["a"], match["b"]))
    for pattern in _COMPARE:
        match = pattern.search(plain)
        if match:
            common = match.groupdict().get("c") or ""
            return Pieces("compare", (f"{match['a']} {common}".strip(), f"{match['b']} {common}".strip()))
    return None


def parts(text: str) -> list[str]:
    """The questions that a text puts one after the other; the text alone where it puts one."""
    found = [part.strip() for part in _NEXT.split(" ".join(text.split()))]
    return [part for part in found if len(part.split()) > 2]
