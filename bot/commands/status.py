"""status: what the bot holds here and how it is."""

from __future__ import annotations

from bot.commands import Request
from bot.ports import Deliveries, Library, Reply
from bot.router import Word
from briefs.render import Renderer


class Status:
    """`engine` names who reads; `version` is the program's."""

    word = Word("status", "", "what is held here, who reads, and messages that wait", "status")

    def __init__(
        self, library: Library, deliveries: Deliveries, renderer: Renderer, *, engine: str, version: str
    ) -> None:
        self._library = library
        self._deliveries = deliveries
        self._renderer = renderer
        self._engine = engine
        self._version = version

    async def run(self, request: Request) -> None:
        counts = await self._deliveries.counts()
        document = self._renderer.document(
            "status",
            "Status",
            held=await self._library.count(request.reach.reads),
            engine=self._engine,
            version=self._version,
            waiting=counts.get("pending", 0) + counts.get("sending", 0),
            failed=counts.get("failed", 0) + counts.get("unknown", 0),
        )
        await request.say(Reply(document, private=True))
