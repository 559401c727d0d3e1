"""why <n>: why a line of the last brief stands; why dropped: what was not let through."""

from __future__ import annotations

import re

from bot.commands import Refused, Request
from bot.ports import Reply
from bot.router import Word
from bot.shelf import Shelf
from briefs.render import Renderer

_NUMBER = re.compile(r"\[?(\d{1,6})\]?\??")


class Why:
    word = Word(
        "why",
        "<n> or why dropped",
        "which lines stand on quote n and why, or which lines were dropped",
        "why 3",
    )

    def __init__(self, shelf: Shelf, renderer: Renderer) -> None:
        self._shelf = shelf
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        number = _NUMBER.fullmatch(request.rest)
        if number is None and request.rest.lower() != "dropped":
            raise Refused("Say which number of the brief you mean, for example: why 3. Or: why dropped.")
        ref = await self._shelf.context(request.message, request.reach.reads)
        brief = await self._shelf.brief(ref) if ref is not None else None
        if ref is None or brief is None:
            raise Refused("There is no brief here yet that you could ask about: send a link, or `show` one.")
        # in a thread the answer belongs to what the thread is about already, and is not the room's last word on it
        about = ref if request.message.thread is None else None
        if number is None:
            first, *rest = self._renderer.dropped(brief)
            await request.say(Reply(first, tuple(rest), kind="answer", article=about, articles=(ref,)))
            return
        document = self._renderer.why(brief, int(number[1]))
        if document is None:
            most = len(self._renderer.brief(brief).numbers)
            raise Refused(f"That brief has no number {number[1]}: its quotes are numbered from 1 to {most}.")
        await request.say(Reply(document, kind="answer", article=about, articles=(ref,)))
