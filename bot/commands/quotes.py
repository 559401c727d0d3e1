"""quotes: all that a brief stands on, word for word."""

from __future__ import annotations

from bot.commands import Refused, Request
from bot.ports import Reply
from bot.router import Word
from bot.shelf import Shelf
from briefs.render import Renderer


class Quotes:
    word = Word("quotes", "", "the quotes that a brief stands on, in its thread or after it", "quotes")

    def __init__(self, shelf: Shelf, renderer: Renderer) -> None:
        self._shelf = shelf
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        ref = await self._shelf.context(request.message, request.reach.reads)
        brief = await self._shelf.brief(ref) if ref is not None else None
        if ref is None or brief is None:
            raise Refused("There is no brief here yet whose quotes I could show: send a link, or `show` one.")
        quotes = self._renderer.brief(brief).quotes
        if not quotes:
            raise Refused("Nothing in that article could be tied to a quote.")
        first, *rest = quotes
        await request.say(Reply(first, tuple(rest), kind="answer", private=True, articles=(ref,)))
