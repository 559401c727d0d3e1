"""Outlets that a question names as its sources: "as reported by The Courier", "the Courier article"."""

from __future__ import annotations

import re
from collections.abc import Collection

from briefs.text import plain_marks

_POINTS = re.compile(
    r"\b(articles?|report(s|ed|ing)?|pieces?|coverage|stor(y|ies)|reviews?|according|as per|discuss(ed|es)|"
    r"mention(ed|s)|detail(ed|s)|cover(ed|s)|publish(ed)?|recogni[sz]ed|highlight(ed|s)|describ(ed|es)|not(ed|es)|"
    r"feature[ds]?|suggests?|claims?|analys[ei]s|news source|sources)\b",
    re.IGNORECASE,
)
_BEFORE, _AFTER = (
    90,
    50,
)  # characters in which a word points at an outlet: lists of outlets come after their word
_PAPER = re.compile(
    r"\b(?:[A-Z][\w&.]*\s+){1,4}(?:Journal|Times|Post|News|Magazine|Today|Herald|Tribune|Gazette|Standard|Review|"
    r"Telegraph|Press|Chronicle|Observer|Courier|Reporter|Broadcasting|Weekly|Daily|Mail|Express|website)\b"
)


def outlets(text: str, media: Collection[str]) -> list[tuple[str, tuple[int, int]]]:
    """Outlets that a question points at, with where they stand, in order; the longest known name wins.

    A name counts that is known as an outlet (`media`) or ends like one ("… Gazette"), if a word beside it points at a
    text: "article by …", "… reported", "according to …".
    """
    plain = plain_marks(text)
    if _POINTS.search(plain) is None:
        return []
    taken: list[tuple[str, tuple[int, int]]] = []
    names = sorted({plain_marks(n) for n in media if len(n) > 1}, key=len, reverse=True)
    lowered = plain.casefold()
    for name in names:
        bare = re.sub(r"^the ", "", name, flags=re.IGNORECASE)
        if bare.casefold() not in lowered:
            continue
        form = rf"(?<!\w)(?:[Tt]he )?{re.escape(bare)}(?!\w)"
        for match in re.finditer(form, plain, 0 if len(bare) > 3 else re.IGNORECASE):
            _take(taken, plain, match.span(), name)
    for match in _PAPER.finditer(plain):
        _take(taken, plain, match.span(), match.group())
    return sorted(taken, key=lambda item: item[1])


def _take(taken: list[tuple[str, tuple[int, int]]], text: str, span: tuple[int, int], name: str) -> None:
    start, end = span
    if any(a < end and start < b for _, (a, b) in taken):
        return
    if _POINTS.search(text[max(0, start - _BEFORE) : start]) or _POINTS.search(text[end : end + _AFTER]):
        taken.append((name, span))


def same_outlet(one: str | None, other: str) -> bool:
    """Whether two names mean one outlet: with or without "The", a section after a dash or a bar."""
    if not one:
        return False
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    low = plain_marks(name).casefold().strip()
    return re.sub(r"^the |\.(com|org|co\.uk)$", "", low)
