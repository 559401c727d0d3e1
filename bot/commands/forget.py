"""forget <article>: an article is removed for good."""

from __future__ import annotations

from bot.access import may_forget
from bot.commands import Refused, Request, notice
from bot.router import Word
from bot.shelf import Shelf


class Forget:
    word = Word(
        "forget",
        "<url or id>",
        "remove an article with all its versions and briefs",
        "forget https://news.example/story",
        aliases=("delete", "remove"),
    )

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def run(self, request: Request) -> None:
        if not request.rest:
            raise Refused("Say which article, by its link or its id: `list` names them all.")
        ref = await self._shelf.find(request.reach.reads, request.rest)
        holding = await self._shelf.holding(ref) if ref is not None else None
        if ref is None or holding is None:
            raise Refused("No such article is held here: `list` names them all.")
        if not may_forget(request.message.person, holding, request.reach):
            raise Refused(
                "Only who brought that article, or who may change this room's settings, can remove it."
            )
        posts = await self._shelf.forget(ref)
        # the answer is kept like every message: it must not carry a word of what was forgotten
        one = posts == 1
        left = f" {posts} earlier {'message' if one else 'messages'} of mine with words of it {'is' if one else 'are'} being deleted."
        left = left if posts else ""
        await request.say(notice(f"Forgotten, with all its versions and briefs.{left}"))
