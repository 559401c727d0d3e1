"""What a person at the command line names as a source: a link, a file, "-" for the standard input."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.consulting import Consultant
from bot.platforms.console import media_type
from bot.ports import Fetcher, Page, Reader
from briefs.errors import CommuniqueError
from briefs.models import Article, Brief

_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_FILE_BYTES = 20_000_000  # four times a web page: a report as PDF


class NoSuchFile(CommuniqueError):
    kind = "no_such_file"


class NotReadable(CommuniqueError):
    kind = "not_readable"


class TooLarge(CommuniqueError):
    kind = "too_large"


@dataclass(frozen=True, slots=True)
class Desk:
    """What reads sources for one command."""

    fetcher: Fetcher
    reader: Reader
    width: int
    """How many sources it can usefully work on at a time."""

    consultant: Consultant | None = None

    async def brief(self, article: Article, source: str) -> Brief:
        """Article → Brief, with the language model where one is configured. Raises CommuniqueError."""
        heard = await self.consultant.hear(article) if self.consultant is not None else None
        return await self.reader.brief(article, source, heard)

    async def article(self, source: str) -> Article:
        """Read a source. Raises CommuniqueError."""
        page = await self.fetcher.fetch(source) if is_link(source) else local_page(source)
        return await self.reader.read(page, name(source))


def name(source: str) -> str:
    """A source as it is printed and kept: bytes of a file's name that are no UTF-8 become U+FFFD."""
    return source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def is_link(source: str) -> bool:
    return _LINK.match(source) is not None


def local_page(source: str) -> Page:
    """A file or the standard input as a page. Raises CommuniqueError."""
    if source == "-":
        content = sys.stdin.buffer.read(_FILE_BYTES + 1)
        kind = ""
    else:
        if not source.strip():
            raise NoSuchFile(
                "That names no file: give a link, the name of a file, or - for the standard input."
            )
        path = Path(source)
        kind = media_type(path)
        try:
            if path.is_dir():
                raise NotReadable("That is a folder: name the files in it.")
            with path.open("rb") as file:
                content = file.read(_FILE_BYTES + 1)
        except FileNotFoundError as error:
            raise NoSuchFile("There is no such file: check its name.") from error
        except (OSError, ValueError) as error:
            raise NotReadable("The file cannot be read: check its rights.") from error
    if len(content) > _FILE_BYTES:
        raise TooLarge(f"That is larger than {_FILE_BYTES // 1_000_000} MB: give the article alone.")
    return Page(url=f"file:{source}", content=content, media_type=kind)
