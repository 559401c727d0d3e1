"""list: the articles that are held here."""

from __future__ import annotations

from bot.commands import Request, notice
from bot.ports import ArticleRef, Reply
from bot.router import Word
from bot.routine import schedules
from bot.routine.agenda import Agenda
from bot.routine.digests import failing
from bot.routine.feeds import Feed, Feeds
from bot.shelf import Shelf
from briefs.markdown import date
from briefs.render import Renderer

_SHOWN = 20


class List:
    word = Word(
        "list",
        "",
        "the articles that are held here, newest first, with this room's digests and feeds",
        "list",
        aliases=("articles", "ls", "subscriptions", "feeds"),
    )

    def __init__(self, shelf: Shelf, agenda: Agenda, feeds: Feeds, renderer: Renderer) -> None:
        self._shelf = shelf
        self._agenda = agenda
        self._feeds = feeds
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        room = request.message.room.id
        held = await self._shelf.holdings(request.reach.reads, limit=_SHOWN + 1)
        subscriptions = [
            {
                "said": schedules.said(each.schedule),
                "next": schedules.moment(each.next_due, each.schedule.zone) if each.next_due else "never",
            }
            for each in await self._agenda.subscriptions(room)
        ]
        feeds = [
            {"title": feed.title, "url": feed.url, "wrong": _wrong(feed)}
            for feed in await self._feeds.followed(room)
        ]
        if not held and not subscriptions and not feeds:
            await request.say(notice("No articles are held here yet: send a link to add one."))
            return
        document = self._renderer.document(
            "list",
            f"{len(held[:_SHOWN])} articles",
            held=held[:_SHOWN],
            more=len(held) > _SHOWN,
            subscriptions=subscriptions,
            feeds=feeds,
        )
        await request.say(Reply(document, articles=tuple(ArticleRef(h.library, h.id) for h in held[:_SHOWN])))


def _wrong(feed: Feed) -> str:
    """What is wrong with a feed; "" if nothing is."""
    if not failing(feed):
        return ""
    word = "given up" if feed.dead else "failing"
    since = f" since {date(feed.failing_since.date().isoformat())}" if feed.failing_since is not None else ""
    return f"{word}{since}: {feed.reason}"
