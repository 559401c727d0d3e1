"""report [n] <what is wrong>: an error in a brief is told to whoever runs the bot."""

from __future__ import annotations

import re

from bot.commands import Refused, Request, notice
from bot.ports import Feedback, Reported
from bot.router import Word
from bot.shelf import Shelf
from briefs.render import Renderer

_NUMBERED = re.compile(r"\[?(\d{1,6})\]?[:.,]?\s+(.*)", re.DOTALL)
_LONGEST = 2_000  # characters; the message that is meant stands in an article anyway


class Report:
    word = Word(
        "report",
        "[n] <what is wrong>",
        "tell who runs me of an error in a brief; n is the number of the quote that the line stands on",
        "report 3 the date is wrong",
        aliases=("feedback",),
    )

    def __init__(self, shelf: Shelf, feedback: Feedback, renderer: Renderer) -> None:
        self._shelf = shelf
        self._feedback = feedback
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        numbered = _NUMBERED.fullmatch(request.rest.strip())
        said = (numbered[2] if numbered else request.rest).strip()
        if not any(c.isalpha() for c in said):
            raise Refused("Say what is wrong, for example: report 3 the date is wrong.")
        ref = await self._shelf.context(request.message, request.reach.reads)
        brief = await self._shelf.brief(ref) if ref is not None else None
        if ref is None or brief is None:
            raise Refused("There is no brief here yet that could be wrong: send a link, or `show` one.")
        number = int(numbered[1]) if numbered else None
        numbers = self._renderer.brief(brief).numbers
        if number is not None and not 1 <= number <= len(numbers):
            raise Refused(
                f"That brief has no number {number}: its quotes are numbered from 1 to {len(numbers)}."
            )
        await self._feedback.add(
            Reported(
                room=request.message.room.id,
                person=request.message.person.id,
                article=ref,
                evidence=numbers[number - 1] if number is not None else None,
                text=said[:_LONGEST],
                engine=f"{brief.engine.name} {brief.engine.version}".strip(),
                at=request.now,
            )
        )
        where = f" about [{number}]" if number is not None else ""
        await request.say(notice(f"Thank you. Your report{where} is kept for whoever runs me.", private=True))
