"""help: what can be said to the bot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.commands import Request
from bot.ports import Reply
from bot.router import Word
from briefs.render import Renderer


class Help:
    word = Word("help", "", "these lines", "help", aliases=("?", "commands"))

    def __init__(self, renderer: Renderer, words: Callable[[], Sequence[Word]]) -> None:
        self._renderer = renderer
        self._words = words

    async def run(self, request: Request) -> None:
        document = self._renderer.document("help", "What you can say to me", words=self._words())
        await request.say(Reply(document, private=True))
