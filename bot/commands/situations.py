"""situations: the matters that the articles here tell of; merged and split by hand."""

from __future__ import annotations

import re

from bot.commands import Refused, Request, notice
from bot.ports import Reply, Settings
from bot.router import Word
from bot.routine.digests import DigestDesk
from bot.routine.matters import Matters
from bot.settings import Chosen, may_decide
from bot.shelf import Shelf
from briefs.render import Renderer

_SHOWN = 8
_MERGE = re.compile(r"merge\s+#?(\d{1,9})\s+(?:and\s+|into\s+|with\s+)?#?(\d{1,9})", re.IGNORECASE)
_SPLIT = re.compile(r"split\s+(?:off\s+)?(\S.*)", re.IGNORECASE)


class Situations:
    word = Word(
        "situations",
        "[number, merge 2 3, split <article>]",
        "the matters that the articles here tell of, with who demands what",
        "situations",
        aliases=("situation", "matters"),
    )

    def __init__(
        self, desk: DigestDesk, matters: Matters, shelf: Shelf, settings: Settings, renderer: Renderer
    ) -> None:
        self._desk = desk
        self._matters = matters
        self._shelf = shelf
        self._settings = settings
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        said = request.rest.strip()
        merge, split = _MERGE.fullmatch(said), _SPLIT.fullmatch(said)
        if merge is not None:
            await self._merge(request, int(merge[1]), int(merge[2]))
        elif split is not None:
            await self._split(request, split[1])
        elif said and not said.lstrip("#").isdigit():
            raise Refused(
                "Say “situations”, “situations 3”, “situations merge 2 3” or “situations split <article>”."
            )
        else:
            await self._show(request, int(said.lstrip("#")) if said else None)

    async def _show(self, request: Request, number: int | None) -> None:
        reads, room = request.reach.reads, request.message.room.id
        if number is None:
            ledgers, articles = await self._desk.ledgers(room, reads, limit=_SHOWN)
        else:
            matters = [it for it in await self._matters.matters(reads) if it.id == number]
            if not matters:
                raise Refused(f"There is no situation {number} here: `situations` names them.")
            ledgers, articles = await self._desk.ledgers_of(reads, matters)
        document = self._renderer.situations(ledgers)
        await request.say(Reply(document, kind="answer", articles=articles))

    async def _merge(self, request: Request, situation: int, into: int) -> None:
        library = await self._owned(request, {situation, into})
        moved = await self._matters.merge(
            library, situation, into=into, by=request.message.person.id, now=request.now
        )
        await request.say(notice(f"Situation {situation} is now part of {into}: {moved} articles."))

    async def _split(self, request: Request, article: str) -> None:
        ref = await self._shelf.find(request.reach.reads, article)
        situation = await self._matters.situation_of(ref) if ref is not None else None
        if ref is None or situation is None:
            raise Refused("No such article is held here: `list` names them all.")
        await self._owned(request, {situation})
        made = await self._matters.split(ref.library, [ref.id], by=request.message.person.id, now=request.now)
        await request.say(notice(f"That article is a situation of its own now: {made}."))

    async def _owned(self, request: Request, situations: set[int]) -> str:
        """The one library that all of them belong to, which this person may change from here."""
        room = request.message.room
        if not may_decide(request.message.person, room, Chosen.of(await self._settings.all(room.id))):
            raise Refused("Only who administers this room can change its situations.")
        held = {it.id: it.library for it in await self._matters.matters([request.reach.writes])}
        if not situations <= held.keys():
            raise Refused(
                "Only situations of this room's own articles can be changed: `situations` names them."
            )
        return request.reach.writes
