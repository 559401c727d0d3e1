"""Asking the language model: what it may cost, what it was asked before, what it says of an article.

Never a word of an article in a log; nothing that it says is shown from here: replies go to `briefs`, which checks them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import structlog

from bot.clock import Clock
from bot.log import cause
from bot.ports import Expenses, ModelReplies, Spent
from briefs.engines.llm.heard import Heard, Reply
from briefs.engines.llm.prompts import Window, plan
from briefs.engines.llm.sizes import tokens
from briefs.errors import ModelFailed
from briefs.models import Article
from briefs.ports import ChatModel, ModelReply, ModelRequest

_MILLION = 1_000_000
_MY_FAULT = "asking the language model failed through a fault of mine"
_BILLED = frozenset({"slow", "garbled", "filtered"})  # it has probably read what it was sent


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a million tokens, in the operator's currency."""

    tokens_in: float = 0.0
    tokens_out: float = 0.0
    currency: str = "USD"

    def of(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / _MILLION


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent on one day (UTC), by all and by one room; None: no bound."""

    tokens: int | None = None
    room_tokens: int | None = None
    price: float | None = None
    room_price: float | None = None


class Purse:
    """Lets a request through if it fits the day's budget, and writes down what it took.

    What is under way is counted in, so that many requests at once do not overspend.
    """

    def __init__(self, expenses: Expenses, clock: Clock, *, budget: Budget, prices: Prices) -> None:
        self._expenses = expenses
        self._clock = clock
        self._budget = budget
        self.prices = prices
        self._under_way: Counter[str] = Counter()
        self._counting = asyncio.Lock()
        self._log = structlog.get_logger(__name__)

    async def pay(
        self, request: ModelRequest, model: ChatModel, name: str, *, room: str, deadline_s: float
    ) -> ModelReply:
        """Ask if there is money left. Raises ModelFailed, "spent" where there is none."""
        likely = tokens(request.system) + tokens(request.user) + request.max_tokens
        async with self._counting:
            await self._check(room, likely)
            self._under_way[room] += likely
        try:
            reply = await model.complete(request, deadline_s=deadline_s)
        except ModelFailed as failed:
            if failed.why in _BILLED:
                sent = tokens(request.system) + tokens(request.user)
                await self._write(request, name, room, sent, 0)
            raise
        finally:
            self._under_way[room] -= likely
        await self._write(request, name, room, reply.tokens_in, reply.tokens_out)
        return reply

    async def today(self, room: str | None = None) -> Spent:
        return await self._expenses.spent(self._clock.now().date(), room=room)

    async def _check(self, room: str, likely: int) -> None:
        budget = self._budget
        for whose, bound, price, reserved in (
            (None, budget.tokens, budget.price, self._under_way.total()),
            (room, budget.room_tokens, budget.room_price, self._under_way[room]),
        ):
            if bound is None and price is None:
                continue
            spent = await self.today(whose)
            more = reserved + likely
            over_tokens = bound is not None and spent.tokens + more > bound
            over_price = price is not None and spent.price + self.prices.of(more, 0) > price
            if over_tokens or over_price:
                self._log.warning("model_budget_spent", room=whose or "all", tokens=spent.tokens)
                of = "this room's budget" if whose is not None else "the budget"
                raise ModelFailed("spent", f"{of} for the language model is spent for today (UTC)")

    async def _write(
        self, request: ModelRequest, model: str, room: str, tokens_in: int, tokens_out: int
    ) -> None:
        price = self.prices.of(tokens_in, tokens_out)
        await self._expenses.add(
            self._clock.now().date(),
            room=room,
            task=request.task,
            model=model,
            spent=Spent(1, tokens_in, tokens_out, price),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """How articles are read with the model. `deadline_s` bounds all its requests about one article together."""

    mode: Literal["model", "both"]
    name: str
    context_tokens: int
    reply_tokens: int
    deadline_s: float


class Consultant:
    """The language model as the rest of the bot asks it. `purse` and `memory` None: nothing is counted or kept.

    `observe` is told the task of each request, "answered" or why it was not, and what it took.
    """

    def __init__(
        self,
        model: ChatModel,
        reading: Reading,
        clock: Clock,
        *,
        purse: Purse | None = None,
        memory: ModelReplies | None = None,
        observe: Callable[[str, str, Spent], None] | None = None,
    ) -> None:
        self._observe = observe or (lambda _task, _outcome, _spent: None)
        self._model = model
        self.reading = reading
        self._clock = clock
        self.purse = purse
        self._memory = memory
        self._log = structlog.get_logger(__name__)

    async def hear(self, article: Article, *, library: str | None = None, room: str | None = None) -> Heard:
        """What the model says of an article, in time. Never raises for anything that an endpoint does.

        `library` is the one that the reply is kept in; `room` the one that pays, the library's account if None.
        """
        asked = plan(
            article.text,
            lang=article.lang,
            context_tokens=self.reading.context_tokens,
            reply_tokens=self.reading.reply_tokens,
        )
        found = await asyncio.gather(
            *(self._window(w, article, library=library, room=room or library or "") for w in asked.windows)
        )
        replies = tuple(r for r in found if isinstance(r, Reply))
        failures = [r for r in found if isinstance(r, str)]
        return Heard(
            mode=self.reading.mode,
            model=self.reading.name,
            windows=len(asked.windows),
            replies=replies,
            failure=failures[0] if failures else None,
            unread=asked.unread,
        )

    async def ask(self, request: ModelRequest, *, room: str, deadline_s: float | None = None) -> ModelReply:
        """One question, paid for by a room. Raises ModelFailed and nothing else."""
        limit_s = deadline_s if deadline_s is not None else self.reading.deadline_s
        try:
            if self.purse is None:
                reply = await self._model.complete(request, deadline_s=limit_s)
            else:
                reply = await self.purse.pay(
                    request, self._model, self.reading.name, room=room, deadline_s=limit_s
                )
        except ModelFailed as failed:
            self._observe(request.task, failed.why, Spent(1))
            raise
        except Exception as error:  # noqa: BLE001 - whatever its account does, the article is read
            self._log.error("model_consultation_failed", **cause(error))
            raise ModelFailed("garbled", _MY_FAULT) from None
        price = self.purse.prices.of(reply.tokens_in, reply.tokens_out) if self.purse is not None else 0.0
        self._observe(request.task, "answered", Spent(1, reply.tokens_in, reply.tokens_out, price))
        return reply

    async def _window(
        self, window: Window, article: Article, *, library: str | None, room: str
    ) -> Reply | str:
        """The reply to a window, or why there is none."""
        try:
            text = await self._recalled(window.request, article, library)
            if text is None:
                reply = await self.ask(window.request, room=room)
                text = reply.text
                if library is not None and self._memory is not None and reply.finish == "stop":
                    await self._memory.keep(
                        library,
                        article.sha256,
                        _mark(window.request),
                        self.reading.name,
                        text,
                        now=self._clock.now(),
                    )
        except ModelFailed as failed:
            return failed.message
        except Exception as error:  # noqa: BLE001 - whatever the model or its account does, the article is read
            self._log.error("model_consultation_failed", **cause(error))
            return _MY_FAULT
        return Reply(window.first, window.last, text)

    async def _recalled(self, request: ModelRequest, article: Article, library: str | None) -> str | None:
        if library is None or self._memory is None:
            return None
        return await self._memory.recall(library, article.sha256, _mark(request), self.reading.name)


def _mark(request: ModelRequest) -> str:
    """A request as it is recognised: another prompt or schema is another request."""
    parts = [
        request.task,
        request.system,
        request.user,
        json.dumps(request.schema, sort_keys=True),
        request.max_tokens,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
