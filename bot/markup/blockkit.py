"""Markdown → Slack's Block Kit.

Everything is set as `rich_text`, whose text is literal: nothing in an article can mention, ping, link or format. A
title that heads the document becomes a header, small print a context, each where its text needs no escape.

Limits (Slack's documentation): 50 blocks; header 150 characters; a whole message of about 12,000 characters is refused.
Documents are cut before they come here (`pieces`, by `bot.ports.Capabilities.max_chars`), so that only the number of
blocks and of elements is left to care for: paragraphs move together until they fit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bot.markup.lines import Line, Run, read
from bot.markup.pieces import size

Block = dict[str, Any]

_HEADER = 150
_SMALL = 2_000  # a context's text; Slack refuses more than 3,000
_MOST_JSON = (
    60_000  # a message of a thousand list items is no message any more: it is shown as plain lines then
)
_COLUMNS, _ROWS = 20, 100  # of a table block
_ESCAPED = frozenset("&<>")


def blocks(markdown: str, *, most: int = 49, tables: bool = False) -> list[Block]:
    """A document as at most `most` blocks (so that one for buttons is left); [] where it has no text.

    `tables`: set tables as such, which some clients show badly, instead of as lists.
    """
    groups: list[list[Line]] = []
    for line in read(markdown):
        if groups and _belongs(line, groups[-1][-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    made = _set(groups, tables=tables)
    while len(made) > most:
        groups = _closer(groups)
        made = _set(groups, tables=False)
    if len(json.dumps(made, ensure_ascii=False)) > _MOST_JSON:
        return [_rich([_section([Run(plain(markdown))])])]
    return made


def plain(markdown: str) -> str:
    """The words alone, for where nothing can be set."""
    out = []
    for line in read(markdown):
        if line.kind == "rule":
            out.append("———")
        elif line.kind == "row":
            out.append(" · ".join("".join(run.text for run in cell) for cell in line.cells))
        else:
            mark = "" if line.kind != "item" or line.continued else _mark(line)
            out.append("  " * line.indent + mark + line.text)
    return "\n".join(out)


def mrkdwn(text: str) -> str:
    """Plain text for a field that Slack reads as mrkdwn: nothing in it mentions or links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _belongs(line: Line, before: Line) -> bool:
    """Whether a line stands in the same block as the one before it: a list under its heading, rows of one table."""
    if line.kind in {"item", "row", "quote", "code"}:
        return before.kind in {"text", "title", "item", "quote", "code"} or line.kind == before.kind == "row"
    return False


def _closer(groups: Sequence[list[Line]]) -> list[list[Line]]:
    """Half as many groups, the first (the title) by itself."""
    if len(groups) <= 2:
        return [[line for group in groups for line in group]]
    first, *rest = groups
    return [first, *([*a, *b] for a, b in zip(rest[::2], [*rest[1::2], []], strict=False))]


def _set(groups: Sequence[list[Line]], *, tables: bool) -> list[Block]:
    made: list[Block] = []
    for at, group in enumerate(groups):
        first, *rest = group
        if at == 0 and first.kind == "title" and _literal(first, _HEADER):
            text = " ".join(first.text.split())
            made.append({"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}})
            if rest:
                made.append(_lines(rest))
        elif len(group) == 1 and first.kind == "rule":
            made.append({"type": "divider"})
        elif len(group) == 1 and first.kind == "small" and _literal(first, _SMALL):
            small = {"type": "plain_text", "text": first.text, "emoji": False}
            made.append({"type": "context", "elements": [small]})
        elif tables and first.kind == "row" and _is_table(group) and not _has(made, "table"):
            made.append(_table(group))
        else:
            made.append(_lines(group))
    return made


def _literal(line: Line, most: int) -> bool:
    """Whether a plain_text object shows the line as it is."""
    return (
        size(line.text) <= most
        and not _ESCAPED & set(line.text)
        and "\n" not in line.text
        and not any(run.url or run.code or run.strike for run in line.runs)
    )


def _lines(lines: Sequence[Line]) -> Block:
    """Lines as one rich_text block."""
    elements: list[Block] = []
    for at, line in enumerate(lines):
        match line.kind:
            case "item" if not line.continued:
                section = _section(line.runs)
                last = elements[-1] if elements else None
                if last and _same_list(last, line) and lines[at - 1].kind == "item":
                    last["elements"].append(section)
                elif line.number is None or line.number == 1:
                    elements.append(_list(line, section))
                else:  # Slack counts every list from 1: one that goes on writes its numbers itself
                    elements.append(_section([Run("    " * line.indent + _mark(line)), *line.runs]))
            case "item":
                last = elements[-1] if elements else None
                if last and last["type"] == "rich_text_list":
                    last["elements"][-1]["elements"] += [_element(Run("\n")), *_elements(line.runs)]
                else:
                    elements.append(_section(line.runs))
            case "row":
                elements.append(_row(line))
            case "quote":
                elements.append({"type": "rich_text_quote", "elements": _elements(line.runs)})
            case "code":
                elements.append({"type": "rich_text_preformatted", "elements": [_element(Run(line.text))]})
            case "rule":
                elements.append(_section([Run("———")]))
            case _:
                apart = at > 0 and lines[at - 1].kind not in {"item", "row", "code"}
                elements.append(_section([Run("\n"), *line.runs] if apart else line.runs))
    return _rich(elements)


def _rich(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": elements}


def _section(runs: Iterable[Run]) -> Block:
    return {"type": "rich_text_section", "elements": _elements(runs)}


def _list(line: Line, section: Block) -> Block:
    style = "bullet" if line.number is None else "ordered"
    return {"type": "rich_text_list", "style": style, "indent": line.indent, "elements": [section]}


def _same_list(last: Block, line: Line) -> bool:
    if last["type"] != "rich_text_list" or last["indent"] != line.indent:
        return False
    if line.number is None:
        return bool(last["style"] == "bullet")
    return bool(last["style"] == "ordered" and line.number == len(last["elements"]) + 1)


def _row(line: Line) -> Block:
    """A row where tables are not set: its first cell in bold, the others behind it."""
    runs: list[Run] = []
    for at, cell in enumerate(line.cells):
        bold = line.head or at == 0
        runs += [Run(" · ")] if at else []
        runs += [Run(r.text, bold=bold or r.bold, italic=r.italic, code=r.code, url=r.url) for r in cell]
    return _list(Line("item"), _section(runs)) if not line.head else _section(runs)


def _is_table(rows: Sequence[Line]) -> bool:
    return len(rows) <= _ROWS and all(row.kind == "row" and 0 < len(row.cells) <= _COLUMNS for row in rows)


def _has(made: Iterable[Block], kind: str) -> bool:
    return any(block["type"] == kind for block in made)  # a message holds one table at most


def _table(rows: Sequence[Line]) -> Block:
    return {
        "type": "table",
        "rows": [[_rich([_section(_filled(cell))]) for cell in row.cells] for row in rows],
    }


def _filled(cell: Sequence[Run]) -> Sequence[Run]:
    return cell or (Run("–"),)


def _elements(runs: Iterable[Run]) -> list[Block]:
    return [_element(run) for run in runs if run.text] or [_element(Run(" "))]


def _element(run: Run) -> Block:
    """Text that is shown letter for letter, or a link."""
    styles = {"bold": run.bold, "italic": run.italic, "strike": run.strike, "code": run.code}
    style = {name: True for name, given in styles.items() if given}
    if run.url is not None:
        made: Block = {"type": "link", "url": run.url, "text": run.text}
    else:
        made = {"type": "text", "text": run.text}
    return made | ({"style": style} if style else {})


def _mark(line: Line) -> str:
    return "• " if line.number is None else f"{line.number}. "
