"""status: what the bot holds here and how it is."""

from __future__ import annotations

from bot.commands import Request
from bot.consulting import Purse
from bot.ports import Deliveries, Library, Reply
from bot.router import Word
from bot.routine.digests import failing
from bot.routine.feeds import Feeds
from briefs.render import Renderer


class Status:
    """`engine` names who reads; `version` is the program's."""

    word = Word("status", "", "what is held here, who reads, and messages that wait", "status")

    def __init__(
        self,
        library: Library,
        deliveries: Deliveries,
        feeds: Feeds,
        renderer: Renderer,
        *,
        engine: str,
        version: str,
        purse: Purse | None = None,
    ) -> None:
        self._purse = purse
        self._library = library
        self._deliveries = deliveries
        self._feeds = feeds
        self._renderer = renderer
        self._engine = engine
        self._version = version

    async def run(self, request: Request) -> None:
        feeds = await self._feeds.followed(request.message.room.id)
        counts = await self._deliveries.counts()
        document = self._renderer.document(
            "status",
            "Status",
            held=await self._library.count(request.reach.reads),
            engine=self._engine,
            spent=await self._spent(request.message.room.id),
            version=self._version,
            feeds=len(feeds),
            broken=[feed.title for feed in feeds if failing(feed)],
            waiting=counts.get("pending", 0) + counts.get("sending", 0),
            failed=counts.get("failed", 0) + counts.get("unknown", 0),
        )
        await request.say(Reply(document, private=True))

    async def _spent(self, room: str) -> str | None:
        """What the language model took today, for a person; None without one."""
        if self._purse is None:
            return None
        here, all_ = await self._purse.today(room), await self._purse.today()
        prices = self._purse.prices
        priced = bool(prices.tokens_in or prices.tokens_out)
        price = f" ({here.price:.2f} and {all_.price:.2f} {prices.currency})" if priced else ""
        return f"{here.tokens:,} tokens by this room, {all_.tokens:,} by all{price}, since 00:00 UTC"
