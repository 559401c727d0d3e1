"""The commands, one file each. A new one is such a file and one line in `bot.wiring`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.access import Reach
from bot.ports import Incoming, Reply
from bot.router import Word
from briefs.errors import CommuniqueError
from briefs.markdown import escape, line
from briefs.render import Document


@dataclass(frozen=True, slots=True)
class Request:
    """A command as it was given, with what its writer may see."""

    message: Incoming
    rest: str
    """What stood behind the command's word."""
    reach: Reach
    now: datetime
    say: Callable[[Reply], Awaitable[None]]
    """Send one answer; several are sent in the order of the calls."""


class Handler(Protocol):
    """One command."""

    word: Word

    async def run(self, request: Request) -> None:
        """Answer by `request.say`. Raises CommuniqueError, whose message goes to the writer."""
        ...


class Refused(CommuniqueError):
    """A command that cannot be carried out as it was given."""

    kind = "refused"


def notice(text: str, *, private: bool = False) -> Reply:
    """An answer of one plain sentence."""
    return Reply(Document(str(escape(text)), line(text)), private=private)


def failure(text: str) -> Reply:
    """What went wrong and what to do, for the writer alone."""
    return Reply(Document(str(escape(text)), line(text)), kind="error", private=True)
