"""The body of a page's article: its paragraphs, without what the page puts between and around them."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, takewhile
from typing import TYPE_CHECKING, Final, Literal

from briefs import text as texts
from briefs.read import dates

if TYPE_CHECKING:
    from lxml.etree import _Element

Kind = Literal["paragraph", "heading", "item", "row"]


@dataclass(frozen=True)
class Piece:
    """One line of the body; items of one list share `group`."""

    text: str
    kind: Kind = "paragraph"
    group: int = 0

    @cached_property
    def words(self) -> int:
        return len(_WORD.findall(self.text)) + len(_UNSPACED.findall(self.text)) // 2

    @property
    def is_prose(self) -> bool:
        return self.kind == "paragraph" and self.words >= 12


_ANCHOR = re.compile(r"<a\b[^<>]{0,2000}>(.{0,600}?)</a>", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")


class Anchors:
    """The texts of a page's links, to tell a line that only leads elsewhere from one that says something."""

    def __init__(self, page: str, headings: Sequence[str] = ()) -> None:
        """`headings` are taken for links too: a menu run together begins with the page's title."""
        few = page.count("<a") <= _MOST_ANCHORS
        texts = (entities.unescape(_ANY_TAG.sub(" ", a[1])) for a in _ANCHOR.finditer(page if few else ""))
        self._keys = {key for text in (*texts, *headings) if len(key := _key(text)) >= _SHORTEST_ANCHOR}
        self._sizes = sorted({len(key) for key in self._keys}, reverse=True)

    def cover(self, line: str) -> bool:
        """Whether the line is a link, or a row of links, and nothing else."""
        key = _key(line)
        if " " not in line or len(key) > _LONGEST_ROW_OF_LINKS:
            return False
        position = 0
        while position < len(key):
            ends = (position + size for size in self._sizes if key[position : position + size] in self._keys)
            following = next(ends, None)
            if following is None:
                return False
            position = following
        return position > 0

    def open(self, line: str) -> bool:
        """Whether the line begins with a link that makes up a good part of it."""
        key = _key(line)
        shortest = max(_SHORTEST_ANCHOR, len(key) // 4)
        return any(key[:end] in self._keys for end in range(shortest, min(len(key), _LONGEST_ANCHOR) + 1))

    def close(self, line: str) -> bool:
        """Whether the line ends in a link that makes up a good part of it."""
        key = _key(line)
        shortest = max(_SHORTEST_ANCHOR, len(key) * 2 // 5)
        return any(key[-size:] in self._keys for size in range(shortest, min(len(key), _LONGEST_ANCHOR) + 1))


_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE = re.compile(r"[.!?。！？…][\"'”’)\]»]*$")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Letters of scripts that put no space between words; two of them count as a word."""

_BLOCKS: Final = frozenset({"p", "head", "list", "table", "quote", "code", "item", "div", "ab"})
_MOST_ANCHORS: Final = 20_000  # a page with more is no article; keeps the search for them linear
_LONGEST_ANCHOR: Final = 600
_LONGEST_ROW_OF_LINKS: Final = 3_000
_SHORTEST_ANCHOR: Final = 8  # characters; shorter ones ("here", a name) begin lines by chance
_MANY_LINES: Final = 20
_LONGEST_ROW: Final = 60  # words; figures and names need fewer, a layout table holds the whole article
_LONGEST_AD_LABEL: Final = 3  # words: "Advertisement", "Story continues below"
_LONGEST_MENU_ENTRY: Final = 4  # words
_LONGEST_TOP: Final = 12  # lines over the first paragraph
_MOST_WORDS_OVER_HEADLINE: Final = 60
_LONGEST_LABEL: Final = 600  # characters; what is longer is no label, and matching it could take long
_FEWEST_ADDED: Final = 3  # paragraphs; fewer may be a notice under the article

# Boxes that pages put inside their articles and trafilatura takes for text.
_INSERTS: Final = (
    # what opens over a linked name: links and a picture inside a sentence
    ".//p//span[.//img][count(.//a) >= 3][not(.//span[.//img][count(.//a) >= 3])]",
    # a form that asks for an address; whole pages stand in a form too, so only short ones
    ".//form[.//input[@type='email' or contains(@name, 'mail')]][string-length(normalize-space(.)) < 900]",
    (
        ".//*[self::div or self::section or self::aside]"
        "[contains(@class, 'newsletter') or contains(@class, 'signup') or contains(@class, 'sign-up')]"
        "[.//input or .//form or .//button][string-length(normalize-space(.)) < 900]"
    ),
)


def careful(page: str) -> list[Piece]:
    """The body as trafilatura finds it; [] if it finds none. Slow on pages with very many elements."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    document = bare_extraction(page, fast=True, include_comments=False, prune_xpath=list(_INSERTS))
    if not isinstance(document, Document) or document.body is None:
        return []
    return list(_pieces(document.body))


def quick(page: str) -> list[Piece]:
    """The body as resiliparse finds it: more of the page's furniture, but in milliseconds for nearly every page."""
    from resiliparse.extract.html2text import extract_plain_text

    found = extract_plain_text(
        page,
        preserve_formatting="minimal_html",
        main_content=True,
        list_bullets=False,
        alt_texts=False,
        comments=False,
        post_meta=False,
        skip_elements=["figcaption", "aside", "nav", "form", "button"],
    )
    return list(_minimal_pieces(found))


def visible(page: str) -> str:
    """All text that the page shows, its furniture included."""
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(page, preserve_formatting=False, alt_texts=False)


def _pieces(body: _Element) -> Iterator[Piece]:
    """Walk trafilatura's tree: block elements become pieces, `lb` begins a new one, inline elements flow on."""
    lists = count(1)

    def walk(node: _Element, kind: Kind, group: int) -> Iterator[Piece]:
        runs = [node.text or ""]

        def flush() -> Iterator[Piece]:
            joined = "".join(runs)
            runs.clear()
            # trafilatura's last resort is the page's whole text in one element, line by line
            for line in joined.splitlines() if joined.count("\n") >= _MANY_LINES else [joined]:
                if text := " ".join(line.split()):
                    yield Piece(text, kind, group)

        def step(child: _Element) -> Iterator[Piece]:
            if child.tag == "lb":
                yield from flush()
            elif child.tag == "row":
                yield from flush()
                yield from _row([list(walk(cell, "row", group)) for cell in child])
            elif kind == "item" and child.tag == "head":
                # a heading inside a list's item is the item's own text, no section of the article
                runs.append(f" {''.join(child.itertext())} ")
            elif child.tag in _BLOCKS:
                yield from flush()
                inner: Kind = {"head": "heading", "item": "item"}.get(child.tag, kind)  # type: ignore[assignment]
                yield from walk(child, inner, next(lists) if child.tag == "list" else group)
            else:
                runs.append(child.text or "")
                for part in child:
                    yield from step(part)
            runs.append(child.tail or "")

        for child in node:
            yield from step(child)
        yield from flush()

    yield from walk(body, "paragraph", 0)


def _row(cells: Sequence[list[Piece]]) -> Iterator[Piece]:
    """A row of figures is one line; a row that only lays out the page gives its cells' paragraphs."""
    filled = [cell for cell in cells if cell]
    if len(filled) == 1 or sum(piece.words for cell in filled for piece in cell) > _LONGEST_ROW:
        for cell in filled:
            yield from (replace(piece, kind="paragraph") if piece.kind == "row" else piece for piece in cell)
    elif filled:
        yield Piece(" | ".join(" ".join(piece.text for piece in cell) for cell in filled), "row")


_TAG = re.compile(r"<(/?)(p|h[1-6]|ul|ol|li|pre|br)\b[^>]*>|\n")


def _minimal_pieces(markup: str) -> Iterator[Piece]:
    """Read resiliparse's reduced mark-up; text outside it stands in lines."""
    runs: list[str] = []
    kind: Kind = "paragraph"
    group, position, inside = 0, 0, False
    for found in _TAG.finditer(markup):
        runs.append(markup[position : found.start()])
        position = found.end()
        closing, tag = found[1], found[2]
        if tag is None and inside:
            runs.append(" ")
            continue
        if text := " ".join(entities.unescape("".join(runs)).split()):
            yield Piece(text, kind, group if kind == "item" else 0)
        runs.clear()
        if tag in {"p", "pre"}:
            inside = not closing
        elif tag == "li":
            kind = "paragraph" if closing else "item"
        elif tag in {"ul", "ol"}:
            group += not closing
        elif tag is not None and tag.startswith("h"):
            kind = "paragraph" if closing else "heading"
    if text := " ".join(entities.unescape("".join([*runs, markup[position:]])).split()):
        yield Piece(text, kind)


def combine(first: list[Piece], second: list[Piece]) -> list[Piece]:
    """The careful reading (`first`), mended by the quick one.

    The careful one is right more often. It is given up where it holds no prose or where nearly all it holds is not
    prose (a page's menus); where the quick one goes on with prose after its last paragraph, that is added: pages cut
    their articles into several containers, with advertisements between.
    """
    mine, other = _prose_words(first), _prose_words(second)
    if not mine:
        return second if other else (first or second)
    menu = sum(piece.words for piece in first if piece.words <= _LONGEST_MENU_ENTRY and piece.kind != "row")
    if menu > mine and other > 0.5 * mine and len(second) < len(first):
        return second
    last = first[-1]
    places = [number for number, piece in enumerate(second) if piece.text == last.text]
    if not places or not last.is_prose:
        return first
    held = {piece.text for piece in first}
    added: list[Piece] = []
    for piece in second[places[-1] + 1 :]:
        if piece.text in held:
            break
        if texts.is_boilerplate(piece.text) or piece.words <= _LONGEST_AD_LABEL:
            continue
        if not piece.is_prose and not _SENTENCE.search(piece.text):
            break
        added.append(piece)
    return [*first, *added] if len(added) >= _FEWEST_ADDED else first


def _prose_words(pieces: Sequence[Piece]) -> int:
    return sum(piece.words for piece in pieces if piece.is_prose)


_OTHER_STORIES = re.compile(
    r"^\W*(?:(?:top|latest|most|more|other|related|partner|popular|trending|recent|recommended) "
    r"(?:\w+ )?(?:stor(?:y|ies)|news|articles?|posts?|headlines?|read|viewed|popular|reading|coverage)\b|"
    r"related(?: \w+)?\W*$|(?:you (?:may|might) also|we recommend|recommended for)\b)",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"[:…]$|\.\.\.$|^\W*(?:related|more|most|read|see|also|don.t miss|recommended|trending|you may)\b",
    re.IGNORECASE,
)
_LABELLED_LINK = re.compile(
    r"^\W*(?:related|read (?:more|also|next)|see (?:more|also)|also read|more|watch|listen|explore|don.t miss|"
    r"recommended|click here|in pictures|gallery|video|photos?)\b",
    re.IGNORECASE,
)
_CREDIT_LINE = re.compile(
    r"^\W*(?:(?:additional )?(?:reporting|writing|editing|edited|compiled) (?:by|from)\b|.{0,80}contributed to this (?:report|story|article)|"
    r"(?:follow|email|e-mail|contact|reach) (?:\w+ ){0,4}(?:on|at|via)\b|have a tip\b|"
    r"(?:copyright|©|ⓒ|\(c\))|all rights reserved|sign up\b|subscribe\b|get (?:the|our|access)\b|click here\b|"
    r"explore further|join (?:our|the)\b|tell us what|comments?\W*$|tags?\W*$|topics?\W*$|share (?:this|on)\b)",
    re.IGNORECASE,
)


def clean(
    pieces: Sequence[Piece], *, headings: Sequence[str], byline: str | None, anchors: Anchors
) -> list[Piece]:
    """Take out what is not the article: its headline over the body, teasers, lists of links, promotion, credits."""
    kept = _without_top(_without_repeats(pieces), headings, byline)
    kept = _without_other_sections(_without_teasers(kept, anchors))
    while kept and (_is_credit(kept[-1]) or _is_lead_in(kept[-1])):
        kept.pop()
    return [piece for piece in kept if not texts.is_boilerplate(piece.text)]


def _without_repeats(pieces: Sequence[Piece]) -> list[Piece]:
    """Drop a line that says the same as the one before it."""
    return [p for n, p in enumerate(pieces) if not n or p.text != pieces[n - 1].text]


def _is_credit(piece: Piece) -> bool:
    return piece.words <= 60 and len(piece.text) <= _LONGEST_LABEL and bool(_CREDIT_LINE.search(piece.text))


def _is_lead_in(piece: Piece) -> bool:
    return (
        piece.words <= 8
        and len(piece.text) <= _LONGEST_LABEL
        and (piece.kind == "heading" or _LEAD_IN.search(piece.text) is not None)
    )


def _without_teasers(pieces: Sequence[Piece], anchors: Anchors) -> list[Piece]:
    teasers = [_is_teaser(piece, anchors) for piece in pieces]
    groups: dict[int, list[int]] = {}
    for number, piece in enumerate(pieces):
        if piece.kind == "item":
            groups.setdefault(piece.group, []).append(number)
    for members in groups.values():
        if all(pieces[n].words <= 40 and anchors.open(pieces[n].text) for n in members):
            for n in members:
                teasers[n] = True
    for number in range(len(pieces) - 2, -1, -1):
        if teasers[number + 1] and _is_lead_in(pieces[number]):
            teasers[number] = True
    return [piece for piece, teaser in zip(pieces, teasers, strict=True) if not teaser]


def _is_teaser(piece: Piece, anchors: Anchors) -> bool:
    if piece.kind in {"item", "row"} or piece.words < 3:
        return False
    if anchors.cover(piece.text):
        return True
    short = piece.words <= 40 and len(piece.text) <= _LONGEST_LABEL
    return short and _LABELLED_LINK.search(piece.text) is not None and anchors.close(piece.text)


def _without_other_sections(pieces: Sequence[Piece]) -> list[Piece]:
    """Cut at a heading that announces other stories, near the end of the text."""
    total = sum(piece.words for piece in pieces)
    seen = 0
    for number, piece in enumerate(pieces):
        if (
            seen > 0.7 * total
            and piece.words <= 6
            and len(piece.text) <= _LONGEST_LABEL
            and _OTHER_STORIES.search(piece.text)
        ):
            return list(pieces[:number])
        seen += piece.words
    return list(pieces)


def _without_top(pieces: Sequence[Piece], headings: Sequence[str], byline: str | None) -> list[Piece]:
    """Take the headline off the top, with the short lines over it (sections), and the lines of author and date."""
    known = {key for heading in headings if (key := _key(heading))}
    names = {_key(byline), "by" + _key(byline)} if byline else set()
    over: list[Piece] = []
    for number, piece in enumerate(pieces):
        if _key(piece.text) in known:
            rest = pieces[number + 1 :]
            return [*_without_top(rest, (), byline)]
        if number >= _LONGEST_TOP or sum(p.words for p in over) > _MOST_WORDS_OVER_HEADLINE:
            break
        over.append(piece)
    top = list(takewhile(lambda piece: not piece.is_prose, pieces[:_LONGEST_TOP]))
    kept = [
        piece
        for piece in top
        if _key(piece.text) not in names
        and not (piece.words <= 10 and _key(dates.without_dates(piece.text)) != _key(piece.text))
    ]
    return [*kept, *pieces[len(top) :]]


def _key(text: str) -> str:
    return "".join(_WORD.findall(text.lower()))
