"""show <article>: the brief of an article that is held."""

from __future__ import annotations

from bot.commands import Refused, Request, offers
from bot.ports import Reply
from bot.router import Word
from bot.shelf import Shelf
from briefs.render import Renderer


class Show:
    word = Word("show", "<number, id or url>", "the brief of an article from the list again", "show 1")

    def __init__(self, shelf: Shelf, renderer: Renderer) -> None:
        self._shelf = shelf
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        ref = await self._shelf.find(request.reach.reads, request.rest or "1")
        brief = await self._shelf.brief(ref) if ref is not None else None
        if ref is None or brief is None:
            raise Refused("No such article is held here: `list` names them all, and a link adds one.")
        rendered = self._renderer.brief(brief)
        await request.say(
            Reply(
                rendered.main,
                rendered.follow_ups,
                kind="brief",
                article=ref,
                articles=(ref,),
                actions=offers.BRIEF,
            )
        )
