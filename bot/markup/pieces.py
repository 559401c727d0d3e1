"""Cuts a document that is too long for one message into several, between blocks where it can.

A block that is too long by itself is written anew from its lines: a list goes on as a list, a quote as a quote. Cuts
fall at white space, else between two characters; no text is lost, and none is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.markup.lines import Line, Run, joined, of_tokens, tokens
from briefs.markdown import escape
from briefs.render import Document

_MARGIN = 40  # of a line for its own marks ("- ", "**", the quotation sign)
_FENCE = 12
_TICKS = re.compile(r"`+")


def fit(documents: Iterable[Document], max_chars: int) -> tuple[Document, ...]:
    """Documents that fit one message each, in order. `max_chars` in UTF-16 units of Markdown, at least 200."""
    out: list[Document] = []
    for document in documents:
        parts = split(document.markdown, max_chars)
        out += [
            Document(part, document.summary if n == 1 else f"{document.summary} ({n} of {len(parts)})")
            for n, part in enumerate(parts, 1)
        ]
    return tuple(out)


def split(markdown: str, max_chars: int) -> list[str]:
    """Pieces of Markdown of at most `max_chars` UTF-16 units; [markdown] where that fits already.

    Raises ValueError for less than 200 units: that is no message.
    """
    if max_chars < 200:
        raise ValueError("a message needs room for 200 characters")
    if size(markdown) <= max_chars:
        return [markdown]
    pieces: list[str] = []
    for block in _blocks(markdown, max_chars):
        if pieces and size(pieces[-1]) + 2 + size(block) <= max_chars:
            pieces[-1] += "\n\n" + block
        else:
            pieces.append(block)
    return pieces or [""]


def size(text: str) -> int:
    """Length as chat services count it at the most: in UTF-16 units."""
    return len(text) + sum(c > "\uffff" for c in text)


def _blocks(markdown: str, max_chars: int) -> Iterator[str]:
    """Top-level blocks in order, none longer than `max_chars`."""
    source = markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    block: list[int] = []
    opened: tuple[int, int] | None = None
    found = tokens(markdown)
    for at, token in enumerate(found):
        if token.level == 0 and token.nesting >= 0:
            opened = (token.map[0], token.map[1]) if token.map else None
        block.append(at)
        if token.level == 0 and token.nesting <= 0:
            text = "\n".join(source[opened[0] : opened[1]]).rstrip() if opened else ""
            lines = of_tokens([found[n] for n in block])
            block = []
            if text and size(text) <= max_chars:
                yield text
            elif lines:
                yield from _written(lines, max_chars)


def _written(lines: Sequence[Line], max_chars: int) -> Iterator[str]:
    """Lines as Markdown, packed as full as they go."""
    kept = ""
    for line in lines:
        for part in _cut(line, max_chars - _MARGIN):
            text = _markdown(part)
            joint = "\n" if line.kind in {"item", "row"} and kept else "\n\n"
            if kept and size(kept) + len(joint) + size(text) <= max_chars:
                kept += joint + text
            else:
                if kept:
                    yield kept
                kept = text
    if kept:
        yield kept


def _cut(line: Line, room: int) -> Iterator[Line]:
    """A line in parts whose Markdown has at most `room` units."""
    if line.kind == "row":
        flat = [Run(" · ", bold=False)] * max(0, 2 * len(line.cells) - 1)
        flat[::2] = [Run("".join(run.text for run in cell)) for cell in line.cells]
        line = Line("item", tuple(joined(flat)))
    if line.kind == "rule":
        yield line
        return
    if line.kind == "code" and "`" * _FENCE in line.text:  # its fence would have to be longer still
        line = replace(line, kind="text")
    runs: list[Run] = []
    used = 0
    first = True
    for run in line.runs:
        raw = line.kind == "code"
        for text in _bits(run.text, raw=raw, room=room - _cost(run)):
            cost = _weight(text, raw=raw) + (0 if runs else _cost(run))
            if runs and replace(runs[-1], text="") != replace(run, text=""):
                cost += _cost(run)
            if runs and used + cost > room:
                yield replace(line, runs=tuple(joined(runs)), continued=line.continued or not first)
                runs, used, first = [], 0, False
                cost = _weight(text, raw=raw) + _cost(run)
            runs.append(replace(run, text=text))
            used += cost
    if runs:
        yield replace(line, runs=tuple(joined(runs)), continued=line.continued or not first)


def _bits(text: str, *, raw: bool, room: int) -> Iterator[str]:
    """Words with the white space behind them; a word that is too long by itself in parts."""
    for word in re.findall(r"\s*\S+\s*|\s+", text):
        kept, used = "", 0
        for c in word:
            cost = _weight(c, raw=raw)
            if used + cost > room:
                yield kept
                kept, used = "", 0
            kept += c
            used += cost
        if kept:
            yield kept


def _weight(text: str, *, raw: bool) -> int:
    """Units that a text takes at the most once it is escaped; `raw`: it is not."""
    if raw:
        return size(text)
    marked = sum(not c.isalnum() and c != " " for c in text)  # each may get a mark before or behind it
    return size(text) + marked + 6 * text.count("\n")


def _cost(run: Run) -> int:
    """What the marks around a run take."""
    return 8 + (size(run.url) + 6 if run.url else 0)


def _markdown(line: Line) -> str:
    match line.kind:
        case "rule":
            return "---"
        case "code":
            ticks = "`" * max(3, 1 + max(map(len, _TICKS.findall(line.text)), default=0))
            return f"{ticks}\n{line.text}\n{ticks}"
        case "quote":
            return "> " + _inline(line.runs).replace("\n", "\n> ")
        case "item" if line.continued:
            return "- " + _inline(line.runs).replace("\n", "\n  ")
        case "item":
            mark = "-" if line.number is None else f"{line.number}."
            return f"{mark} " + _inline(line.runs).replace("\n", "\n" + " " * (len(mark) + 1))
        case _:
            return _inline(line.runs)


def _inline(runs: Sequence[Run]) -> str:
    return "".join(_run(run) for run in runs).strip()


def _run(run: Run, *, raw: bool = False) -> str:
    if raw:
        return run.text
    lines = [str(escape(text)) for text in run.text.split("\n")]
    inner = "\\\n".join(lines)
    bare = inner.strip()
    if not bare:
        return inner
    marks = "**" * run.bold + "*" * run.italic + "~~" * run.strike
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    styled = f"{marks}{bare}{marks[::-1]}"
    if run.url:
        styled = f"[{styled}](<{run.url}>)"
    return before + styled + after
