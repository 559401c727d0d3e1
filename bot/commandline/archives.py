"""Archives of articles as JSON Lines: {id, url, headline or title, published, outlet, text} a line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field, ValidationError

from bot.sources import NoSuchFile, NotReadable
from briefs import urls
from briefs.errors import CommuniqueError
from briefs.models import Article
from briefs.read.languages import language


class BadLine(CommuniqueError):
    kind = "bad_line"


class _Record(BaseModel):
    """A line; keys that are not named here are left alone."""

    id: str | None = None
    url: str | None = None
    title: str = Field(validation_alias=AliasChoices("headline", "title"), min_length=1)
    published: str | None = None
    outlet: str | None = None
    author: str | None = None
    text: str = Field(min_length=1)


def is_archive(source: str) -> bool:
    return source.lower().endswith(".jsonl")


def lines(source: str) -> Iterator[tuple[int, str]]:
    """The lines of an archive that hold something, numbered from 1. Raises CommuniqueError."""
    try:
        with Path(source).open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except FileNotFoundError as error:
        raise NoSuchFile("There is no such file: check its name.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise NotReadable(
            "The archive cannot be read: check its rights and that it is UTF-8 text."
        ) from error


def article(line: str) -> Article:
    """One line as an Article. Without an id, it gets one from its URL or its text. Raises BadLine."""
    try:
        record = _Record.model_validate_json(line)
        url = urls.canonical(record.url) if record.url else None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        raise BadLine(f"{place}: {first['msg'][0].lower()}{first['msg'][1:]}.") from error
    except ValueError as error:
        raise BadLine(f"url: {error}") from error
    title = " ".join(record.title.split())
    body = record.text.strip("\n")
    text = body if body.split("\n", 1)[0].strip() == title else f"{title}\n\n{body}"
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Article(
        id=record.id or hashlib.sha256((url or text).encode("utf-8", "replace")).hexdigest()[:16],
        url=url,
        title=title,
        outlet=record.outlet,
        author=record.author,
        published=record.published,
        published_basis="meta" if record.published else "none",
        lang=language(text),
        text=text,
        sha256=digest,
    )
