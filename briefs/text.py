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
    r"^\W*(?:"
    # what a site asks its reader to do
    r"sign up\b|subscribe (?:to|now|today|for|here)\b|(?:read|see|watch|listen) (?:more|also)\b|also read\b|click here\b|"
    r"follow (?:us|@)|share this\b|listen to this\b|download (?:the|our) app\b|(?:log ?in|sign in|register) (?:to|now|for)\b|"
    r"get (?:the|our) (?:latest|daily|free|best)\b|support our journalism\b|donate (?:now|today|here|to us)\b|skip to\b|"
    r"enter your e-?mail\b|thanks? (?:you )?for (?:signing|subscribing)\b|have a tip\b|"
    # labels over and under the text
    r"related(?:\s*:| stor| article| topic| content|\W*$)|(?:most|recommended|popular) (?:read|for you|stories|reading)\b|"
    r"(?:advertisement|newsletters?|subscribe|recommended|comments?|tags?|topics?|share|sponsored|log ?in|menu|search)\W*$|"
    r"more on this\b|watch(?: live)?\s*:|(?:story|article) continues below|you (?:may|might) also like|don.t miss\W*$|"
    r"(?:more|e-?mail|photos?|video|graphic|gallery|interactive)\s*:|read (?:or share|the full|the original)\b|"
    r"follow .{1,60} on (?:twitter|facebook|instagram|x)\b|(?:please )?(?:re-?enter|verify you.re not)\b|"
    # who owns what
    r"copyright (?:©|\(c\)|\d)|©|ⓒ|all rights reserved|(?:terms of (?:use|service)|privacy policy|cookie (?:policy|settings))\b"
    r")|this material may not be published, broadcast|\ball rights reserved\W*$",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:newsletter sign ?up|you must select a newsletter|please verify you.re not a robot|thank you for subscribing|"
    r"by (?:signing up|clicking|subscribing),? you (?:agree|accept|consent)|continue reading the main story)\b",
    re.IGNORECASE,
)
"""What only the forms of a site say, however long the line."""
_HEADLINE_END = re.compile(r"(?:[?!…]|\b[A-Z]\.)[\"'”’)\]»]*$|[.!?][\"'”’»]$")
"""Sentence ends that a headline may have as well: a question, a quotation, an abbreviation such as U.S."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_MOST_HEADLINE_WORDS = 30
_MOST_BOILERPLATE_WORDS = 25  # longer lines that begin so are sentences of an article
_MOST_BOILERPLATE_CHARS = 400
_LOW_COMMA = re.compile(r"(?<=\w)‚(?=\s)")  # a low quotation mark in a comma's place
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

    The first line is the headline where it is short and does not end like a sentence, or ends as headlines may too (a
    question, a quotation) and has a blank line under it. Later lines without a full
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
        if not out and _is_headline(stripped, alone=_BLANK_LINE.match(text, line.end()) is not None):
            out.append(Block(start, end, "headline", 0))
            continue
        paragraph = (out[-1].paragraph if out else 0) + 1
        kind: BlockKind = "paragraph"
        if is_boilerplate(stripped):
            kind = "boilerplate"
        elif not _SENTENCE_END.search(stripped) and words <= 60:
            kind = "caption"
        out.append(Block(start, end, kind, paragraph))
    return out


def _is_headline(line: str, *, alone: bool) -> bool:
    if len(line.split()) > _MOST_HEADLINE_WORDS:
        return False
    return not _SENTENCE_END.search(line) or (alone and _HEADLINE_END.search(line) is not None)


def is_boilerplate(line: str) -> bool:
    """Whether a line is a site's own words (a sign-up, a link to other stories, a copyright note), not the article's."""
    short = len(line) <= _MOST_BOILERPLATE_CHARS and len(line.split()) <= _MOST_BOILERPLATE_WORDS
    return (short and _BOILERPLATE.search(line) is not None) or _FORM.search(line) is not None


def plain_marks(text: str) -> str:
    """The text with typographic quotes, dashes and spaces replaced one to one: same length, same offsets."""
    return _LOW_COMMA.sub(",", text).translate(_CURLY)


_CITY = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ.'’-]+){0,3}"
_PLACE = r"[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,3}"
_DATELINE = re.compile(
    rf"(?:(?:{_CITY})(?:, [A-Z][\w. ]{{1,30}}){{0,2}}(?: \([A-Z][\w/ .&-]{{1,30}}\))?"  # GENEVA, Feb. 6 (Agency) -
    rf"|(?:{_PLACE}(?:, [A-Z][\w. ]{{1,30}}){{0,2}} )?\([A-Z][\w/ .&-]{{1,30}}\))"  # Port Arlen (Agency) -
    r"\s*[—–-]{1,2}\s+"
)


def after_dateline(paragraph: str) -> int:
    """Where the story begins in a paragraph that opens with place and agency ("GENEVA (AP) - "); 0 without those."""
    found = _DATELINE.match(paragraph)
    return found.end() if found else 0
