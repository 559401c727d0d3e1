"""hello: what the bot is for, in three lines; also said when it comes into a room."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands import Request
from bot.ports import Reply
from bot.router import Word
from briefs.render import Renderer


class Welcome:
    """`openings`: how a command begins on each platform ("/brief"), where it does not begin with its own word."""

    word = Word(
        "hello", "", "what I am for, in three lines", "hello", aliases=("hi", "hey", "welcome", "start")
    )

    def __init__(self, renderer: Renderer, openings: Mapping[str, str]) -> None:
        self._renderer = renderer
        self._openings = openings

    async def run(self, request: Request) -> None:
        room = request.message.room
        opening = "" if room.kind == "direct" else self._openings.get(room.platform, "")
        document = self._renderer.document(
            "welcome", "What I am for", opening=f"{opening} " if opening else "", direct=room.kind == "direct"
        )
        await request.say(Reply(document))
