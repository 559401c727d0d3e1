"""What a language model was asked and what that took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Spent:
    """What a language model took: tokens as its endpoint counts them (else estimated), and their price."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    price: float = 0.0
    """In the currency of the configuration."""

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


class Expenses(Protocol):
    """What the language model cost, by UTC day, room and task."""

    async def spent(self, day: date, *, room: str | None = None) -> Spent:
        """Of one room, or of all together."""
        ...

    async def add(self, day: date, *, room: str, task: str, model: str, spent: Spent) -> None: ...


class ModelReplies(Protocol):
    """Replies of a language model about articles, so that the same is not paid for twice. Each belongs to a library."""

    async def recall(
        self, library: str, article_sha256: str, request_sha256: str, model: str
    ) -> str | None: ...
    async def keep(
        self, library: str, article_sha256: str, request_sha256: str, model: str, text: str, *, now: datetime
    ) -> None:
        """It goes with the article (`Library.forget`), and after some weeks."""
        ...
