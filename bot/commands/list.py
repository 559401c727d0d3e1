"""list: the articles that are held here."""

from __future__ import annotations

from bot.commands import Request, notice
from bot.ports import ArticleRef, Reply
from bot.router import Word
from bot.shelf import Shelf
from briefs.render import Renderer

_SHOWN = 20


class List:
    word = Word(
        "list", "", "the articles that are held here, newest first", "list", aliases=("articles", "ls")
    )

    def __init__(self, shelf: Shelf, renderer: Renderer) -> None:
        self._shelf = shelf
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        held = await self._shelf.holdings(request.reach.reads, limit=_SHOWN + 1)
        if not held:
            await request.say(notice("No articles are held here yet: send a link to add one."))
            return
        document = self._renderer.document(
            "list", f"{len(held[:_SHOWN])} articles", held=held[:_SHOWN], more=len(held) > _SHOWN
        )
        await request.say(Reply(document, articles=tuple(ArticleRef(h.library, h.id) for h in held[:_SHOWN])))
