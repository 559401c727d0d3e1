"""Documents that a person reads: Jinja2 templates → Markdown (a subset that every platform can show).

Whatever a template prints is escaped for Markdown unless it comes from the template itself, so a quote of an article
is text and nothing else wherever it stands; no template has to remember that.

Numbers [n] are given out by the template's `cite()` in the order in which it is called: consecutive from 1, by first
appearance in the main message, and on through the documents for the thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup

from briefs.answer_outline import AnswerOutline
from briefs.answers import Answer
from briefs.digest.models import Digest
from briefs.digest_outline import DigestLimits, DigestOutline, LedgerOutline, moment
from briefs.errors import CommuniqueError
from briefs.markdown import clip, date, escape, line
from briefs.models import Brief
from briefs.outline import Item, Limits, Outline, QuoteLine, standing
from briefs.situations.models import Ledger

if TYPE_CHECKING:
    from jinja2 import TemplateError

_THREAD_CHARS = 6_000  # one document for a thread; fits a message of every platform with room for its escapes

_SITUATIONS = (
    8  # shown with their demands; further ones by name, so that the list stays two screens at the most
)

_T = TypeVar("_T")


class BadTemplate(CommuniqueError):
    """A template, an operator's own as a rule, that cannot be rendered."""

    kind = "template"


@dataclass(frozen=True, slots=True)
class Document:
    """A message as Markdown, with the plain sentence that stands for it in a notification."""

    markdown: str
    summary: str


@dataclass(frozen=True, slots=True)
class RenderedBrief:
    main: Document
    more: tuple[Document, ...]
    """What did not fit the main message, and the parties one by one."""
    quotes: tuple[Document, ...]
    """All quotes."""
    numbers: tuple[str, ...]
    """Evidence ids by number: [n] stands for numbers[n - 1]."""

    @property
    def follow_ups(self) -> tuple[Document, ...]:
        """For the thread, in this order."""
        return (*self.more, *self.quotes)


@dataclass(frozen=True, slots=True)
class RenderedDigest:
    main: Document
    follow_ups: tuple[Document, ...]
    """For the thread: what did not fit the main message, then the quotes of both."""
    numbers: tuple[str, ...]
    """Source ids by number: [n] stands for numbers[n - 1]."""


@dataclass(slots=True)
class Citations:
    """Gives out the numbers of one message, in the order in which they are asked for."""

    known: frozenset[str]
    numbers: dict[str, int] = field(default_factory=dict)

    def cite(self, evidence: Iterable[str]) -> Markup:
        """Evidence ids as "[1][2]"; each id keeps the number that it got first."""
        cited = [i for i in dict.fromkeys(evidence) if i in self.known]
        numbers = [self.numbers.setdefault(i, len(self.numbers) + 1) for i in cited]
        return Markup("").join(Markup("[{}]").format(n) for n in numbers)


class Renderer:
    """Renders documents from template folders; a file in an earlier folder goes before one in a later folder."""

    def __init__(self, folders: Sequence[Path], limits: Limits | None = None) -> None:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        self._limits = limits or Limits()
        self._templates = Environment(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            autoescape=True,
            finalize=_escaped,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"clip": _clip, "date": date, "md": escape, "moment": moment}

    def document(self, name: str, summary: str, **values: Any) -> Document:
        """Render `<name>.md.j2`. Raises BadTemplate if the template is missing or wrong."""
        from jinja2 import TemplateError

        try:
            text = self._templates.get_template(f"{name}.md.j2").render(**values)
        except TemplateError as error:
            raise _bad(error, name) from error
        return Document(re.sub(r"\n{3,}", "\n\n", text).strip(), line(summary))

    def compile(self) -> None:
        """Read all templates now instead of at their first use. Raises BadTemplate."""
        from jinja2 import TemplateError

        for name in self.names():
            try:
                self._templates.get_template(f"{name}.md.j2")
            except TemplateError as error:
                raise _bad(error, name) from error

    def sentence(self, text: str) -> Document:
        """A message of plain text."""
        return Document(str(escape(text)), line(text))

    def names(self) -> list[str]:
        """Names of all templates, as `document` takes them, without those that others are made of."""
        found = self._templates.list_templates(filter_func=lambda name: name.endswith(".md.j2"))
        return [name.removesuffix(".md.j2") for name in found if not name.startswith("_")]

    def brief(self, brief: Brief, notes: Sequence[str] = ()) -> RenderedBrief:
        """Render a brief; `notes` are sentences about the article (already held, a new version, …)."""
        view = Outline(brief, self._limits)
        citations = Citations(frozenset(e.id for e in brief.evidence))
        common: dict[str, Any] = {"cite": citations.cite, "brief": brief}
        title = brief.article.title or "Untitled article"
        notes = [*notes, *([brief.engine.note] if brief.engine.note else [])]
        main = self.document("brief", f"Brief: {title}", title=title, notes=notes, view=view, **common)
        rest = [
            self.document("more", f"More on: {title}", title=title, sections=_sections(page), **common)
            for page in _pages(view.rest())
        ]
        citations.cite(e.id for e in brief.evidence)
        numbers = citations.numbers
        quotes = [QuoteLine.of(brief, e) for e in sorted(brief.evidence, key=lambda e: numbers[e.id])]
        shown = [
            self.document("quotes", f"Quotes from: {title}", title=title, quotes=page, **common)
            for page in _pages(quotes)
        ]
        return RenderedBrief(main, tuple(rest), tuple(shown), tuple(citations.numbers))

    def answer(self, answer: Answer, notes: Sequence[str] = (), *, restated: bool = False) -> Document:
        """Render an answer; `notes` are sentences after it (what else the person may do).

        `restated`: it begins with the question, for readers who did not see it asked.
        """
        view = AnswerOutline.of(answer)
        return self.document(
            "answer",
            f"{view.word}: {answer.question}",
            view=view,
            notes=notes,
            asked=answer.question if restated else None,
        )

    def digest(self, digest: Digest, limits: DigestLimits | None = None) -> RenderedDigest:
        """Render a digest."""
        view = DigestOutline(digest, limits or DigestLimits())
        citations = Citations(frozenset(s.id for s in digest.sources))
        common: dict[str, Any] = {"cite": citations.cite, "digest": digest, "view": view}
        changed = len(digest.situations)
        news = (
            f"{changed} situation{'' if changed == 1 else 's'} changed" if not digest.empty else view.nothing
        )
        main = self.document("digest", f"{view.title}, {digest.room}: {news}", **common)
        cut = [
            (n, it)
            for n, it in enumerate(digest.situations, 1)
            if n > view.limits.situations or len(it.lines) > view.limits.lines
        ]
        rest = [
            self.document("digest_more", f"More of the digest for {digest.room}", situations=page, **common)
            for page in _pages(cut)
        ]
        numbers = tuple(citations.numbers)
        quotes = view.quotes
        rest += [
            self.document(
                "digest_quotes", f"Quotes behind the digest for {digest.room}", quotes=page, **common
            )
            for page in _pages([quotes[i] for i in numbers])
        ]
        return RenderedDigest(main, tuple(rest), numbers)

    def situations(self, ledgers: Sequence[Ledger]) -> Document:
        """Render what is followed, in the order given; the first eight with their demands."""
        return self.document(
            "situations",
            f"Situations followed here: {len(ledgers)}",
            situations=[LedgerOutline(ledger) for ledger in ledgers],
            shown=_SITUATIONS,
        )

    def reported(self, question: str, answer: Answer) -> Document:
        """Render the answer to a question that was waited for."""
        view = AnswerOutline.of(answer)
        return self.document(
            "reported", f"Reported now: {question}", question=question, view=view, notes=(), asked=None
        )

    def why(self, brief: Brief, number: int) -> Document | None:
        """Why [number] of the brief stands; None if it has no such number."""
        numbers = self.brief(brief).numbers
        if not 1 <= number <= len(numbers):
            return None
        wanted = numbers[number - 1]
        evidence = next(e for e in brief.evidence if e.id == wanted)
        title = brief.article.title or "Untitled article"
        return self.document(
            "why",
            f"Why [{number}] stands",
            title=title,
            number=number,
            quote=QuoteLine.of(brief, evidence),
            lines=[it for it in standing(brief) if wanted in it.evidence],
        )

    def dropped(self, brief: Brief) -> tuple[Document, ...]:
        """What was proposed for the brief and not let through, with the reasons."""
        title = brief.article.title or "Untitled article"
        verification = brief.verification
        return tuple(
            self.document(
                "dropped",
                f"Dropped: {len(verification.dropped)} lines",
                title=title,
                total=len(verification.dropped),
                proposed=verification.proposed,
                dropped=page,
            )
            for page in _pages(verification.dropped) or [[]]
        )


def _clip(text: str, chars: int) -> str:
    """`clip`; 0 shows the text in full."""
    return clip(text, chars) if chars else line(text)


def _bad(error: TemplateError, name: str) -> BadTemplate:
    where = getattr(error, "name", None) or f"{name}.md.j2"
    return BadTemplate(
        f"The template {where} fails ({type(error).__name__}): mend it, or take it out of your templates."
    )


def _escaped(value: Any) -> Any:
    return value if isinstance(value, Markup) else escape(str(value))


def _pages(items: Sequence[_T]) -> list[list[_T]]:
    """Cut items into pages of about _THREAD_CHARS, at least one item each."""
    pages: list[list[_T]] = []
    room = 0
    for item in items:
        cost = len(str(item))
        if not pages or cost > room:
            pages.append([])
            room = _THREAD_CHARS
        pages[-1].append(item)
        room -= cost
    return pages


def _sections(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    return [(heading, list(group)) for heading, group in groupby(items, key=lambda item: item.heading)]
