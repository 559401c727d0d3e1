"""What was heard from a language model about one article, on its way to the worker that makes the brief."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["model", "both"]


@dataclass(frozen=True, slots=True)
class Reply:
    """The text of a reply to a window: the sentences from `first` to `last`, by number."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """`windows` were to be asked for; those without a reply failed, `failure` says why (a clause, as in ModelFailed).

    `unread`: sentences after the last window, of a text that is too long to be shown whole.
    """

    mode: Mode
    model: str
    windows: int
    replies: tuple[Reply, ...]
    failure: str | None = None
    unread: int = 0
