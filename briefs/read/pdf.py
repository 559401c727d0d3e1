"""PDF with a text layer → lines of a text: pages joined, hyphens at line ends taken back, running heads dropped."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from briefs.errors import NotAnArticle, TooComplex, UnsupportedType
from briefs.read import dates

_MOST_PAGES: Final = 300  # a longer document is a book; reading it would take minutes
_MOST_CHARS: Final = 1_000_000
_FEWEST_LETTERS_A_PAGE: Final = 20  # less is a page number or a stamp over a picture
_PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?\d{1,4}(?:\s*(?:of|/|\|)\s*\d{1,4})?\W*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]»]*$")
_HYPHENATED = re.compile(r"(?<=[^\W\d_]{2})[-\u00ad\u2010]$")
_UNTITLED = re.compile(
    r"^(?:untitled|microsoft \w+ - .*|.*\.(?:docx?|pdf|indd|odt|rtf|pages)|slide \d+|document\d*)$",
    re.IGNORECASE,
)
_MACHINE_NAME = re.compile(
    r"^(?:admin\w*|user\w*|owner|author|unknown|microsoft.*|adobe.*|\W*)$", re.IGNORECASE
)
_PDF_DATE = re.compile(r"^D:(\d{4})(\d\d)(\d\d)")


@dataclass(frozen=True, slots=True)
class Document:
    """Paragraphs in order, and what the file says of itself (None where it says nothing sensible)."""

    paragraphs: tuple[str, ...]
    title: str | None
    author: str | None
    created: str | None
    """ISO 8601 date."""


def document(content: bytes) -> Document:
    """Read a PDF. Raises UnsupportedType (locked, damaged, only pictures), TooComplex (too long), NotAnArticle."""
    import pypdf
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its complaints quote the document
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _locked()
        if len(reader.pages) > _MOST_PAGES:
            raise TooComplex(
                f"This PDF has {len(reader.pages):,} pages, more than the {_MOST_PAGES} that are read; "
                "please send the pages that matter."
            )
        pages: list[list[str]] = []
        chars = 0
        for page in reader.pages:
            lines = page.extract_text().splitlines()
            chars += sum(map(len, lines))
            if chars > _MOST_CHARS:
                raise TooComplex(
                    "This PDF holds more text than an article has; please send the pages that matter."
                )
            pages.append(lines)
        stated: dict[str, object] = dict(reader.metadata or {})
    except DependencyError as error:
        raise _locked() from error
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        OSError,
    ) as error:
        raise UnsupportedType(
            "This PDF is damaged and cannot be read; please send another copy or paste its text."
        ) from error
    if not pages:
        raise NotAnArticle("This PDF has no pages; please send another copy or paste its text.")
    letters = sum(char.isalpha() for lines in pages for line in lines for char in line)
    if letters < _FEWEST_LETTERS_A_PAGE * min(len(pages), 5):
        raise UnsupportedType(
            "This PDF holds pictures of pages and no text (a scan); please send a version with text or paste its text."
        )
    title, author = _stated(stated.get("/Title")), _stated(stated.get("/Author"))
    found = _PDF_DATE.match(str(stated.get("/CreationDate") or ""))
    return Document(
        paragraphs=tuple(paragraphs(_without_running_heads(pages))),
        title=title if title and not _UNTITLED.match(title) and len(title.split()) > 1 else None,
        author=author if author and not _MACHINE_NAME.match(author) else None,
        created=dates.machine_date("-".join(found.groups())) if found else None,
    )


def _locked() -> UnsupportedType:
    return UnsupportedType("This PDF is locked with a password; please send an open copy or paste its text.")


def _stated(value: object) -> str | None:
    text = " ".join(str(value).split()) if isinstance(value, str) else ""
    return text[:300] or None


def _without_running_heads(pages: list[list[str]]) -> list[str]:
    """All lines of all pages without page numbers and what stands at the head or foot of most pages."""

    def shape(line: str) -> str:
        return re.sub(r"\d+", "0", " ".join(line.split()))

    edges = Counter(
        edge
        for lines in pages
        for edge in {shape(line) for line in [*lines[:2], *lines[-2:]] if line.strip()}
    )
    running = {edge for edge, seen in edges.items() if seen >= max(3, len(pages) // 2)}
    return [
        line
        for lines in pages
        for line in lines
        if shape(line) not in running and not (line.strip() and _PAGE_NUMBER.match(line))
    ]


def paragraphs(lines: list[str]) -> list[str]:
    """Join printed lines to paragraphs.

    A paragraph ends at an empty line, or where a line ends like a sentence and is clearly shorter than the column,
    or is followed by an indented one.
    """
    widths = sorted(len(line.rstrip()) for line in lines if len(line.split()) > 3)
    column = widths[len(widths) * 3 // 4] if widths else 0
    out: list[str] = []
    current = ""
    for number, line in enumerate(lines):
        text = " ".join(line.split())
        if not text:
            if current:
                out.append(current)
            current = ""
            continue
        if _HYPHENATED.search(current) and text[0].islower():
            current = _HYPHENATED.sub("", current) + text
        else:
            current = f"{current} {text}" if current else text
        following = lines[number + 1] if number + 1 < len(lines) else ""
        short = len(text) < 0.8 * column
        indented = following.startswith("  ") and not line.startswith("  ")
        heading = short and current == text and not _SENTENCE_END.search(text) and following[:1].isupper()
        if heading or (_SENTENCE_END.search(text) and (short or indented)):
            out.append(current)
            current = ""
    return [*out, current] if current else out
