"""Digests: what changed in a room's situations, made for a slot or for who asks, told once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.log import cause
from bot.ports import ArticleRef, Delivery, Room, Rooms
from bot.routine import due
from bot.routine.agenda import Agenda, ClaimedSlot, Covered, Digests, SlotOutcome
from bot.routine.compiling import Besides, Compiler, Edition, Given
from bot.routine.feeds import Feed, Feeds
from bot.routine.gathering import Gathering
from bot.routine.matters import KeptReport, Matter, Matters
from briefs.digest import Digest, FailedFeed, Revision
from briefs.errors import CommuniqueError
from briefs.render import RenderedDigest, Renderer
from briefs.situations import Ledger

FIRST_WINDOW = timedelta(days=7)
"""What a room's first digest looks back on."""
_DORMANT = timedelta(days=30)  # a situation without an article for so long is not even counted as unchanged
_MOST_SITUATIONS = 200
_EARLIER = timedelta(days=14)  # corrections to digests that are older reach nobody
_TICK = timedelta(microseconds=1)
_ATTEMPTS = 8
_AGAIN = timedelta(minutes=1)  # after a failure, times the number of attempts
_FAILING = 2  # polls in a row: one failure is the weather

_log = structlog.get_logger(__name__)


class Outgoing(Protocol):
    """The outbox, as far as digests need it."""

    async def send(self, delivery: Delivery) -> bool: ...


@dataclass(frozen=True, slots=True)
class Made:
    digest: Digest
    rendered: RenderedDigest
    articles: tuple[ArticleRef, ...]
    """All whose words it carries."""
    newest: int
    """Number of the newest article that was there to be told of."""


class DigestDesk:
    """Makes digests of what the members of a room may read."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        agenda: Agenda,
        digests: Digests,
        matters: Matters,
        feeds: Feeds,
        gathering: Gathering,
        compiler: Compiler,
        renderer: Renderer,
        outbox: Outgoing,
        clock: Clock,
    ) -> None:
        self._rooms = rooms
        self._agenda = agenda
        self._digests = digests
        self._matters = matters
        self._feeds = feeds
        self._gathering = gathering
        self._compiler = compiler
        self._renderer = renderer
        self._outbox = outbox
        self._clock = clock

    async def serve(self, slot: ClaimedSlot) -> None:
        """Make the digest of a slot and hand it to the outbox, under the slot's own key. Never raises.

        Where that fails it is tried again later; whatever is left out then is in the next digest.
        """
        log = _log.bind(slot=slot.id, room=slot.room, name=slot.name)
        try:
            outcome = await self._serve(slot)
            await self._agenda.done(slot, outcome, now=self._clock.now())
            log.info("slot served", outcome=outcome, late=slot.late, missed=slot.missed)
        except Exception as error:  # noqa: BLE001 - one room's fault must not keep the others waiting
            reason = error.kind if isinstance(error, CommuniqueError) else type(error).__name__
            log.error("slot failed", attempt=slot.attempt, **cause(error))  # noqa: TRY400 - may quote an article
            try:
                if slot.attempt >= _ATTEMPTS:
                    await self._agenda.done(slot, "dropped", now=self._clock.now())
                else:
                    until = self._clock.now() + slot.attempt * _AGAIN
                    await self._agenda.put_off(slot, reason, until=until)
            except CommuniqueError as busy:
                log.warning("slot not put off", kind=busy.kind)  # its lease ends by itself

    async def _serve(self, slot: ClaimedSlot) -> SlotOutcome:
        room = await self._rooms.known(slot.room)
        if room is None:
            return "dropped"
        told = await self._digests.covered(slot.room, slot.subscription, before=slot.until)
        since = told.until if told is not None else slot.until - FIRST_WINDOW
        edition = Edition(
            room=name_of(room),
            since=since,
            until=slot.until,
            timezone=slot.schedule.zone,
            frequency=frequency(slot.schedule),
            due=slot.due,
            late=slot.late,
        )
        made = await self.make(room.id, await self._rooms.reads(room.id), edition, told)
        await self._digests.keep(
            room.id,
            made.digest.model_dump(mode="json", by_alias=True),
            made.articles,
            since=since,
            covered=Covered(slot.until, made.newest),
            subscription=slot.subscription,
            delivery=slot.delivery,
        )
        if made.digest.empty and is_often(slot.schedule):
            return "silent"
        await self._outbox.send(
            Delivery(
                key=slot.delivery,
                kind="digest",
                room=room,
                documents=(made.rendered.main, *made.rendered.follow_ups),
                threaded=True,
                articles=made.articles,
            )
        )
        return "empty" if made.digest.empty else "digest"

    async def told(self, room: str, now: datetime) -> Covered | None:
        """How far the room was told by any of its digests: what one that is asked for now begins with."""
        return await self._digests.covered(room, None, before=now)

    async def make(self, room: str, libraries: Sequence[str], edition: Edition, told: Covered | None) -> Made:
        """A digest of these libraries, as that room follows them. `told` is where `edition.since` comes from.

        Raises CommuniqueError.
        """
        for library in libraries:
            await self._gathering.gather(library)
        wanted = await self._wanted(room, libraries, edition)
        kept = await self._matters.reports(libraries, [matter.id for matter in wanted])
        keys = keys_of(kept)
        earlier, revisions = await self._corrected(room, libraries, edition, keys)
        failed = [
            _failed(feed, edition.timezone) for feed in await self._feeds.followed(room) if failing(feed)
        ]
        besides = Besides(earlier=earlier, revisions=revisions, failed_feeds=tuple(failed))
        compiled = await self._compiler.digest(
            _news(given(kept, keys), kept, edition, told), edition, besides
        )
        carried = tuple(ref for ref, key in keys.items() if key in compiled.carried)
        newest = max((it.number for it in kept), default=0)
        return Made(
            compiled.digest,
            self._renderer.digest(compiled.digest),
            carried,
            max(newest, told.newest if told is not None else 0),
        )

    async def ledgers(
        self, room: str, libraries: Sequence[str], *, limit: int
    ) -> tuple[list[Ledger], tuple[ArticleRef, ...]]:
        """The ledgers of the situations that changed last, and all articles whose words they carry."""
        for library in libraries:
            await self._gathering.gather(library)
        follows = await self._matters.followed(room)
        matters = [
            it for it in await self._matters.matters(libraries, limit=limit) if follows.get(it.id, True)
        ]
        return await self.ledgers_of(libraries, matters)

    async def ledgers_of(
        self, libraries: Sequence[str], matters: Sequence[Matter]
    ) -> tuple[list[Ledger], tuple[ArticleRef, ...]]:
        """In the order given."""
        kept = await self._matters.reports(libraries, [matter.id for matter in matters])
        made = await self._compiler.ledgers(given(kept, keys_of(kept)))
        place = {str(matter.id): number for number, matter in enumerate(matters)}
        return sorted(made, key=lambda it: place[it.id]), tuple(report.ref for report in kept)

    async def _wanted(self, room: str, libraries: Sequence[str], edition: Edition) -> list[Matter]:
        """The situations of a digest: those that the room follows if it follows any, else all that it did not mute."""
        found = await self._matters.matters(
            libraries,
            since=min(edition.since or edition.until, edition.until - _DORMANT),
            limit=_MOST_SITUATIONS,
        )
        follows = await self._matters.followed(room)
        if any(follows.values()):
            return [it for it in found if follows.get(it.id)]
        return [it for it in found if follows.get(it.id, True)]

    async def _corrected(
        self, room: str, libraries: Sequence[str], edition: Edition, keys: dict[ArticleRef, str]
    ) -> tuple[tuple[str, ...], tuple[Revision, ...]]:
        """The digests that the room was told lately, and what changed since of the articles in them."""
        if edition.since is None:
            return (), ()
        readable = set(libraries)
        told = [
            each
            for each in await self._digests.told(room, since=edition.until - _EARLIER)
            if each.until < edition.until
            and each.document is not None
            # what was told of a library that is read no more, or under another key, is corrected no more
            and all(keys.get(ref, ref.id) == ref.id and ref.library in readable for ref in each.articles)
        ]
        refs = {ref for each in told for ref in each.articles if ref in keys}
        revised = await self._matters.revised(
            sorted(refs, key=lambda ref: (ref.library, ref.id)), since=edition.since, until=edition.until
        )
        if not revised:
            return (), ()
        return (
            tuple(json.dumps(each.document) for each in told),
            tuple(Revision(keys[it.ref], it.before, it.after) for it in revised),
        )


def _news(
    reports: Sequence[Given], kept: Sequence[KeptReport], edition: Edition, told: Covered | None
) -> list[Given]:
    """What was dated before the last digest but came into the store after it was made is news of this one."""
    if told is None or edition.since is None:
        return list(reports)
    since = edition.since
    return [
        replace(report, seen_at=since + _TICK)
        if it.number > told.newest and report.seen_at <= since
        else report
        for report, it in zip(reports, kept, strict=True)
    ]


def name_of(room: Room) -> str:
    """As its people know it."""
    return room.title or ("direct message" if room.kind == "direct" else "this room")


def frequency(schedule: due.Schedule) -> str:
    match schedule.rhythm:
        case due.Daily(_, days):
            return "weekly" if len(days) == 1 else "daily"
        case due.Hourly():
            return "hourly"
        case due.Cron():
            return ""


def is_often(schedule: due.Schedule) -> bool:
    """Several times a day: then an hour without a change is passed over in silence."""
    match schedule.rhythm:
        case due.Daily():
            return False
        case due.Hourly():
            return True
        case due.Cron(minute, hour):
            return not (minute.isdigit() and hour.isdigit())


def failing(feed: Feed) -> bool:
    return feed.dead or feed.failures >= _FAILING


def _failed(feed: Feed, zone: str) -> FailedFeed:
    since = due.local(feed.failing_since, zone).isoformat(timespec="seconds") if feed.failing_since else ""
    return FailedFeed(name=feed.title or feed.url, since=since)


def keys_of(kept: Sequence[KeptReport]) -> dict[ArticleRef, str]:
    """A key for each article: its id, which is unique within one library only, with a number where it must be."""
    keys: dict[ArticleRef, str] = {}
    taken: set[str] = set()
    for report in kept:
        key = report.ref.id if report.ref.id not in taken else f"{report.ref.id}#{len(taken)}"
        taken.add(key)
        keys[report.ref] = key
    return keys


def given(kept: Sequence[KeptReport], keys: dict[ArticleRef, str]) -> list[Given]:
    return [
        Given(
            situation=str(report.situation),
            key=keys[report.ref],
            brief=report.brief,
            seen_at=report.seen_at,
            copy_of=keys.get(ArticleRef(report.ref.library, report.copy_of)) if report.copy_of else None,
        )
        for report in kept
    ]
