"""Markdown → flat lines of styled runs, read from markdown-it-py's tokens.

Chat services nest less than Markdown does: a quote in a list item becomes a line of its own behind it, a heading a
line in bold, a picture its description, HTML the text that it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Kind = Literal["text", "title", "small", "item", "quote", "code", "rule", "row"]
"""title: a heading or a paragraph all in bold. small: a paragraph all in italics, for what is said in small print. row:
one row of a table, its cells in `cells`."""

_DEEPEST = 8  # indents that chat services tell apart
_SCHEMES = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style; `text` is literal and may hold line breaks."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    url: str | None = None
    """http or https; None for anything else that a link pointed at."""


@dataclass(frozen=True, slots=True)
class Line:
    kind: Kind
    runs: tuple[Run, ...] = ()
    indent: int = 0
    """0 to 8, of items."""
    number: int | None = None
    """Of an item of an ordered list."""
    continued: bool = False
    """A further paragraph of the item before it."""
    cells: tuple[tuple[Run, ...], ...] = ()
    head: bool = False
    """The row of column names."""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def read(markdown: str) -> list[Line]:
    """The lines of a document in order. Lines without any text are left out, except rules and rows."""
    return of_tokens(tokens(markdown))


def tokens(markdown: str) -> list[Token]:
    """markdown-it's tokens; top-level blocks have level 0 and know their source lines (`map`)."""
    return _parser().parse(markdown)


def of_tokens(tokens: Sequence[Token]) -> list[Line]:
    return [line for line in _lines(tokens) if line.kind in {"rule", "row"} or line.text.strip()]


@cache
def _parser() -> MarkdownIt:
    # no HTML: what looks like a tag is text
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _lines(tokens: Sequence[Token]) -> Iterator[Line]:
    lists: list[int | None] = []
    """For each list that is open the next number, None for bullets."""
    quotes = 0
    fresh = False
    """The open item has no line yet."""
    heading = False
    head = False
    cells: list[tuple[Run, ...]] | None = None
    """Of the open row."""
    for token in tokens:
        match token.type:
            case "thead_open" | "thead_close":
                head = token.type == "thead_open"
            case "tr_open":
                cells = []
            case "tr_close":
                yield Line("row", cells=tuple(cells or ()), head=head)
                cells = None
            case "inline" if cells is not None:
                cells.append(_runs(token.children or []))
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(_start(token))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                fresh = True
            case "list_item_close":
                fresh = False
                if lists and (number := lists[-1]) is not None:
                    lists[-1] = number + 1
            case "blockquote_open":
                quotes += 1
            case "blockquote_close":
                quotes -= 1
            case "heading_open":
                heading = True
            case "heading_close":
                heading = False
            case "inline":
                runs = _runs(token.children or [])
                if quotes:
                    yield Line("quote", (Run("• "), *runs) if lists else runs)
                elif lists:
                    yield Line("item", runs, min(_DEEPEST, len(lists) - 1), lists[-1], continued=not fresh)
                else:
                    yield Line(_kind(runs, heading=heading), runs)
                fresh = False
            case "fence" | "code_block":
                yield Line("code", (Run(token.content.rstrip("\n")),))
            case "hr":
                yield Line("rule")
            case _:
                pass


def _start(token: Token) -> int:
    start = token.attrGet("start")
    return int(start) if start is not None else 1


def _kind(runs: Sequence[Run], *, heading: bool) -> Kind:
    spoken = [run for run in runs if run.text.strip()]
    if heading or (spoken and all(run.bold for run in spoken)):
        return "title"
    if spoken and all(run.italic and not run.bold for run in spoken):
        return "small"
    return "text"


def _runs(children: Iterable[Token]) -> tuple[Run, ...]:
    """Inline tokens → runs; neighbours of one style are one run."""
    style = Run("")
    urls: list[str | None] = []
    depth = {"strong": 0, "em": 0, "s": 0}
    runs: list[Run] = []
    for token in children:
        name, _, edge = token.type.rpartition("_")
        if name in depth:
            depth[name] += 1 if edge == "open" else -1
            style = replace(style, bold=depth["strong"] > 0, italic=depth["em"] > 0, strike=depth["s"] > 0)
        elif token.type == "link_open":
            urls.append(_web(token.attrGet("href")))
            style = replace(style, url=urls[-1])
        elif token.type == "link_close":
            urls.pop()
            style = replace(style, url=urls[-1] if urls else None)
        else:
            text = _text(token)
            if text:
                runs.append(replace(style, text=text, code=token.type == "code_inline"))
    return tuple(joined(runs))


def joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one style made one; empty ones left out."""
    out: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if out and replace(out[-1], text="") == replace(run, text=""):
            out[-1] = replace(run, text=out[-1].text + run.text)
        else:
            out.append(run)
    return out


def _text(token: Token) -> str:
    """A picture's content is its description."""
    return {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)


def _web(href: str | float | None) -> str | None:
    return href if isinstance(href, str) and href.lower().startswith(_SCHEMES) else None
