"""follow, unfollow: feeds whose articles are read by themselves, and situations that the digests are about."""

from __future__ import annotations

from bot.commands import Refused, Request, notice
from bot.ports import Settings
from bot.router import Word
from bot.routine.feeds import Feed, Feeds
from bot.routine.following import Following
from bot.routine.gathering import Gathering
from bot.routine.matters import Matters
from bot.settings import Chosen, may_decide
from bot.shelf import Shelf
from briefs import urls


class Follow:
    word = Word(
        "follow",
        "<feed or site, or situation>",
        "read a feed's articles as they come; or keep the digests to the situations that are followed",
        "follow https://news.example/feed.xml",
    )

    def __init__(
        self,
        following: Following,
        gathering: Gathering,
        matters: Matters,
        shelf: Shelf,
        settings: Settings,
    ) -> None:
        self._following = following
        self._gathering = gathering
        self._matters = matters
        self._shelf = shelf
        self._settings = settings

    async def run(self, request: Request) -> None:
        await _check(request, self._settings)
        room, person = request.message.room.id, request.message.person.id
        links = urls.find(request.rest)
        if links:
            for link in links:
                done = await self._following.follow(link, room=room, by=person)
                name = done.feed.title
                read = (
                    f"I read the newest {done.taken} of its {done.held} articles now, and new ones as they come."
                    if done.taken
                    else "It holds nothing to read yet; new articles are read as they come."
                )
                await request.say(notice(f"Following {name}. {read}"))
            return
        situation = await _situation(request, self._gathering, self._matters, self._shelf)
        await self._matters.follow(room, situation, wanted=True, by=person, now=request.now)
        await request.say(
            notice(
                f"Following situation {situation}: digests here are about the situations that are followed."
            )
        )


class Unfollow:
    word = Word(
        "unfollow",
        "<feed, or situation>",
        "read a feed no more, or leave a situation out of the digests",
        "unfollow https://news.example/feed.xml",
        aliases=("mute",),
    )

    def __init__(
        self, feeds: Feeds, gathering: Gathering, matters: Matters, shelf: Shelf, settings: Settings
    ) -> None:
        self._feeds = feeds
        self._gathering = gathering
        self._matters = matters
        self._shelf = shelf
        self._settings = settings

    async def run(self, request: Request) -> None:
        await _check(request, self._settings)
        room, said = request.message.room.id, request.rest.strip()
        followed = await self._feeds.followed(room)
        feed = _feed(followed, said)
        if feed is not None:
            await self._feeds.unfollow(room, feed.id, now=request.now)
            await request.say(notice(f"{feed.title} is read no more; its articles stay."))
            return
        if urls.find(said):
            raise Refused("This room follows no such feed: `list` names its feeds.")
        situation = await _situation(request, self._gathering, self._matters, self._shelf)
        person = request.message.person.id
        wanted = None if (await self._matters.followed(room)).get(situation) else False
        await self._matters.follow(room, situation, wanted=wanted, by=person, now=request.now)
        left = "is followed no more" if wanted is None else "is left out of the digests here"
        await request.say(notice(f"Situation {situation} {left}; `follow {situation}` takes that back."))


async def _check(request: Request, settings: Settings) -> None:
    room = request.message.room
    if not may_decide(request.message.person, room, Chosen.of(await settings.all(room.id))):
        raise Refused("Only who administers this room can change what it follows.")


async def _situation(request: Request, gathering: Gathering, matters: Matters, shelf: Shelf) -> int:
    """The situation that is named by its number, or that the message's thread or the room's last brief belongs to."""
    for library in request.reach.reads:
        await gathering.gather(library)  # the article may have come a moment ago
    said = request.rest.strip().removeprefix("situation").strip().lstrip("#")
    held = {matter.id for matter in await matters.matters(request.reach.reads)}
    if said.isascii() and said.isdigit() and int(said) in held:
        return int(said)
    ref = (
        await shelf.find(request.reach.reads, said)
        if said
        else await shelf.context(request.message, request.reach.reads)
    )
    found = await matters.situation_of(ref) if ref is not None else None
    if found is None or found not in held:
        raise Refused(
            "Say which: the address of a feed or site, or the number of a situation (`situations` names them)."
        )
    return found


def _feed(followed: list[Feed], said: str) -> Feed | None:
    links = urls.find(said)
    for feed in followed:
        if said and (feed.url in {said, *links} or feed.title.lower() == said.lower()):
            return feed
    return None
