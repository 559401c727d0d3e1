"""Markdown → what Matrix shows: HTML of the tags that its specification allows, and the plain text beside it.

Tables become lists, since one of the most used clients shows them as mush. Whatever a text says it is text: no tag, no
link but to the web, and no link to a person, which clients would draw as a mention.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import unquote, urlsplit

import nh3

from bot.markup.lines import Line, Run, read

_REPRESENTATION_BYTES = 25_000
_EVENT_BYTES = 44_000
"""Both representations as JSON. An event has 65,536 bytes; an encrypted one carries its JSON, in which nio writes
everything but ASCII as \\uXXXX, in base64: 49,152 bytes of it, less what else is in an event."""
_BLOCK_BYTES = 40  # of the tags around a line, beyond those of its runs

ALLOWED_TAGS = frozenset("a p br hr strong em del code pre blockquote ul ol li".split())
"""Those of the specification's list (client-server API, m.room.message) that are used here."""
ALLOWED_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}

_UNFIT = re.compile("[\x00\ud800-\udfff]")  # neither JSON nor HTML can carry them


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message: `body` is plain text, `html` says the same."""

    body: str
    html: str


def messages(markdown: str) -> list[Rendered]:
    """A document as messages that each fit one event, in order; at least one."""
    lines = [_fit_text(line) for line in read(markdown)]
    return [_rendered(page) for page in _pages(lines)] or [Rendered("", "")]


def _fit_text(line: Line) -> Line:
    def mend(run: Run) -> Run:
        return replace(run, text=_UNFIT.sub("\ufffd", run.text).replace("\r", "\n"), url=_url(run.url))

    return replace(
        line,
        runs=tuple(mend(run) for run in line.runs),
        cells=tuple(tuple(mend(run) for run in cell) for cell in line.cells),
    )


def _url(url: str | None) -> str | None:
    """Links to people and rooms are shown as pills, and those to people read like a mention: they become text."""
    try:
        host = unquote(urlsplit(url).hostname or "") if url is not None else ""
    except ValueError:
        return None
    return None if "matrix.to" in unicodedata.normalize("NFKC", host).lower() else url


def _pages(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines in groups that fit one event each; a line that is too long by itself is cut."""
    page: list[Line] = []
    head: Line | None = None
    for line in lines:
        if line.kind == "row" and line.head:
            head = line
            continue
        plain = _item(line, head) if line.kind == "row" else line
        for part in _cut(plain):
            if page and not _fits([*page, part]):
                yield page
                page = []
            page.append(part)
    if page:
        yield page


def _item(row: Line, head: Line | None) -> Line:
    """A row of a table as an item: "**first** · column: value · …"."""
    runs: list[Run] = []
    names = [] if head is None else ["".join(run.text for run in cell).strip() for cell in head.cells]
    for at, cell in enumerate(row.cells):
        if not any(run.text.strip() for run in cell):
            continue
        if runs:
            runs.append(Run(" · "))
        if at == 0:
            runs += [replace(run, bold=True) for run in cell]
        else:
            runs += [Run(f"{names[at]}: ")] if at < len(names) and names[at] else []
            runs += cell
    return Line("item", tuple(runs))


def _fits(lines: Sequence[Line]) -> bool:
    texts = [_sizes(line) for line in lines]
    html, body, both = (sum(sizes[n] for sizes in texts) for n in range(3))
    return html <= _REPRESENTATION_BYTES and body <= _REPRESENTATION_BYTES and both <= _EVENT_BYTES


def _sizes(line: Line) -> tuple[int, int, int]:
    """UTF-8 bytes of the line's HTML and plain text at the most, and of both as JSON."""
    html, body = _inline(line.runs), _plain(line.runs)
    depth = line.indent + 1
    around = _BLOCK_BYTES + 10 * depth
    lines = 1 + body.count("\n")
    return (
        len(html.encode()) + around,
        len(body.encode()) + lines * (2 * depth + 4),
        len(json.dumps([html, body])) + around + lines * (2 * depth + 6),
    )


def _cut(line: Line) -> Iterator[Line]:
    """The line, or as many as it takes; cut at white space where there is some."""
    if _fits([line]):
        yield line
        return
    runs: list[Run] = []
    continued = line.continued
    for run in line.runs:
        for word in _words(run):
            candidate = [*runs]
            if candidate and replace(candidate[-1], text="") == replace(word, text=""):
                candidate[-1] = replace(word, text=candidate[-1].text + word.text)
            else:
                candidate.append(word)
            if runs and not _fits([replace(line, runs=tuple(candidate))]):
                yield replace(line, runs=tuple(runs), continued=continued)
                candidate, continued = [word], True
            runs = candidate
    if runs:
        yield replace(line, runs=tuple(runs), continued=continued)


def _words(run: Run) -> Iterator[Run]:
    """In pieces of about 1,000 characters: no message is filled better by smaller ones."""
    text = run.text
    if run.url is not None and len(run.url) > 2_000:  # no server takes it, and it would stand in every piece
        run = replace(run, url=None)
    while text:
        end = len(text)
        if end > 1_000:
            space = text.rfind(" ", 0, 1_000)
            end = space + 1 if space > 0 else 1_000
        yield replace(run, text=text[:end])
        text = text[end:]


def _rendered(lines: Sequence[Line]) -> Rendered:
    html = nh3.clean(
        "".join(_blocks(lines)),
        tags=set(ALLOWED_TAGS),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    return Rendered(_body(lines), html)


def _blocks(lines: Sequence[Line]) -> Iterator[str]:
    opened: list[str] = []
    """Closing tags of the lists that are open, outermost first; each stands for an open item, too."""
    for line in lines:
        if line.kind != "item":
            yield from _closing(opened, 0)
            yield _block(line)
            continue
        depth = line.indent + 1
        if line.continued and len(opened) >= depth:
            yield from _closing(opened, depth)
            yield f"<p>{_inline(line.runs)}</p>"
            continue
        yield from _closing(opened, depth)
        tag = "ul" if line.number is None else "ol"
        if len(opened) == depth and opened[-1] == f"</{tag}>":
            yield "</li>"
        elif len(opened) == depth:
            yield from _closing(opened, depth - 1)
        while len(opened) < depth:
            yield "<ul>" if tag == "ul" else f'<ol start="{line.number}">'
            opened.append(f"</{tag}>")
            if len(opened) < depth:
                yield "<li>"
        yield f"<li>{_inline(line.runs)}"
    yield from _closing(opened, 0)


def _closing(opened: list[str], depth: int) -> Iterator[str]:
    while len(opened) > depth:
        yield f"</li>{opened.pop()}"


def _block(line: Line) -> str:
    match line.kind:
        case "rule":
            return "<hr>"
        case "code":
            return f"<pre><code>{escape(line.text, quote=False)}\n</code></pre>"
        case "quote":
            return f"<blockquote>{_inline(line.runs)}</blockquote>"
        case "title":
            return f"<p>{_inline([replace(run, bold=True) for run in line.runs])}</p>"
        case _:
            return f"<p>{_inline(line.runs)}</p>"


def _inline(runs: Sequence[Run]) -> str:
    out = ""
    for run in runs:
        text = escape(run.text, quote=False).replace("\n", "<br>")
        for tag, wanted in (
            ("code", run.code),
            ("del", run.strike),
            ("em", run.italic),
            ("strong", run.bold),
        ):
            if wanted:
                text = f"<{tag}>{text}</{tag}>"
        if run.url is not None:
            text = f'<a href="{escape(run.url)}">{text}</a>'
        out += text
    return out


def _plain(runs: Sequence[Run]) -> str:
    out = ""
    for at, run in enumerate(runs):
        out += run.text
        following = runs[at + 1].url if at + 1 < len(runs) else None
        if run.url is not None and run.url not in {following, run.text}:
            out += f" ({run.url})"
    return out


def _body(lines: Sequence[Line]) -> str:
    out = ""
    previous: Line | None = None
    for line in lines:
        if previous is not None:
            together = line.kind == previous.kind == "item" and not line.continued
            out += "\n" if together else "\n\n"
        out += _plain_line(line)
        previous = line
    return out


def _plain_line(line: Line) -> str:
    text = _plain(line.runs)
    match line.kind:
        case "rule":
            return "———"
        case "quote":
            return "> " + text.replace("\n", "\n> ")
        case "item":
            mark = "•" if line.number is None else f"{line.number}."
            start = "  " * line.indent + (" " * (len(mark) + 1) if line.continued else f"{mark} ")
            return start + text.replace("\n", "\n" + " " * len(start))
        case _:
            return text
