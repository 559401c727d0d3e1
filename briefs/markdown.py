"""Words on their way into a message: escaped for Markdown, cut to a length, dates as people write them."""

from __future__ import annotations

import re

from markupsafe import Markup

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|]")
_BREAKS = re.compile("[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_END_OF_EMBEDDING, _END_OF_ISOLATE = "\u202c", "\u2069"
_OPENING = re.compile(r"[#+=-]|\d{1,9}(?=[.)](?:\s|$))")


def escape(text: str) -> Markup:
    """Text as Markdown that shows exactly that text.

    Line breaks become spaces, control characters "\ufffd", white space at either end one space. What turns the
    direction of writing is ended with the text, so that it does not turn the words behind it.
    """
    flat = _CONTROLS.sub("\ufffd", _BREAKS.sub(" ", text))
    bare = flat.strip()
    if not bare:
        return Markup(" " if flat else "")  # noqa: S704
    safe = _SPECIAL.sub(r"\\\g<0>", bare) + _still_turned(bare)
    opening = _OPENING.match(safe)
    if opening:  # "# ", "- ", "3. ": would open a heading or a list at the start of a line
        at = opening.end() if opening.group()[0].isdigit() else 0
        safe = f"{safe[:at]}\\{safe[at:]}"
    return Markup((" " if flat[0].isspace() else "") + safe + (" " if flat[-1].isspace() else ""))  # noqa: S704 - escaped above


def _still_turned(text: str) -> str:
    """The marks that end what turns the direction of writing in a text and is not ended in it (UAX #9, X1 to X8)."""
    ends: list[str] = []
    for mark in _TURNS.findall(text):
        if mark == _END_OF_ISOLATE:
            if _END_OF_ISOLATE in ends:
                del ends[len(ends) - 1 - ends[::-1].index(_END_OF_ISOLATE) :]
        elif mark == _END_OF_EMBEDDING:
            if ends and ends[-1] == _END_OF_EMBEDDING:
                ends.pop()
        else:
            ends.append(_END_OF_EMBEDDING if mark <= "\u202e" else _END_OF_ISOLATE)
    return "".join(reversed(ends))


def clip(text: str, chars: int) -> str:
    """The text on one line, cut at a word and ended with "…" where it is longer than `chars`."""
    flat = line(text)
    if len(flat) <= chars:
        return flat
    cut = flat[: chars - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > chars // 2 else cut).rstrip(" ,;:") + "…"


def date(iso: str) -> str:
    """As people write it: "2026-02-06…" → "6 Feb 2026", "2026-02" → "Feb 2026"; anything else as it is."""
    parts = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?", iso)
    if parts is None or not 1 <= int(parts[2]) <= 12:
        return iso
    day = f"{int(parts[3])} " if parts[3] else ""
    return f"{day}{_MONTHS[int(parts[2]) - 1]} {parts[1]}"


def line(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(text.split())
