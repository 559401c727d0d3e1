"""Rooms are told at once: of signals that are grave enough for them, and of conditions that have come true.

Each is told once. What other outlets say of the same thing within some hours, nearly equal texts and whatever waits
for the end of quiet hours or of a pause is one message, not many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog

from bot.clock import Clock
from bot.log import cause
from bot.ports import ArticleRef, Delivery, Rooms, Settings
from bot.routine import due
from bot.routine.compiling import Alarm, Alarms, Compiler, Trip
from bot.routine.digests import Outgoing, given, keys_of
from bot.routine.matters import Alerts, Matters, RaisedAlert
from bot.settings import Chosen
from briefs.digest_outline import place
from briefs.errors import CommuniqueError
from briefs.outline import SEVERITY
from briefs.render import Document, Renderer
from briefs.situations.models import Source
from briefs.situations.reports import day_of

_PAUSE = timedelta(minutes=10)  # between two messages to a room; what comes in between goes into one
_SAME_FOR = timedelta(hours=12)  # so long other words for the same thing are no news
_BATCH = 50
_MOST = 8  # lines in one message; whoever needs more reads the digest
_NEWS_DAYS = 3
_MOST_MEMBERS = 60  # newest articles of a situation whose conditions are looked at

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Line:
    """What the template sets in type."""

    situation: str
    alarm: Alarm | None
    trip: Trip | None
    title: str
    outlet: str | None
    url: str | None
    published: str | None


class Alerting:
    def __init__(
        self,
        *,
        alerts: Alerts,
        matters: Matters,
        rooms: Rooms,
        settings: Settings,
        compiler: Compiler,
        renderer: Renderer,
        outbox: Outgoing,
        clock: Clock,
    ) -> None:
        self._alerts = alerts
        self._matters = matters
        self._rooms = rooms
        self._settings = settings
        self._compiler = compiler
        self._renderer = renderer
        self._outbox = outbox
        self._clock = clock

    async def watch(self, now: datetime) -> datetime | None:
        """Look at the articles that were placed since, then tell whatever is to be told by now."""
        while refs := await self._matters.unwatched(limit=_BATCH):
            listening = await self._listening()
            for ref in refs:
                try:
                    await self._consider(ref, listening, now)
                except CommuniqueError as error:
                    _log.warning("alert not considered", article=ref.id, kind=error.kind)
                await self._matters.watched(ref)
        await self._tell(now)
        return await self._alerts.next_wake()

    async def _listening(self) -> list[tuple[str, int, frozenset[str], Chosen]]:
        """Rooms that want alerts, with their level and what they read."""
        found = []
        for room, level in (await self._settings.choosers("alert_level")).items():
            reads = frozenset(await self._rooms.reads(room))
            found.append((room, int(level), reads, Chosen.of(await self._settings.all(room))))
        return found

    async def _consider(
        self,
        ref: ArticleRef,
        listening: Sequence[tuple[str, int, frozenset[str], Chosen]],
        now: datetime,
    ) -> None:
        hearing = [each for each in listening if ref.library in each[2]]
        situation = await self._matters.situation_of(ref) if hearing else None
        if situation is None:
            return
        alarms, copy, names = await self._alarms(ref, situation, sorted({level for _, level, *_ in hearing}))
        key = next(key for key, held in names.items() if held == ref)
        if copy or is_old(alarms.facts[key][3], now):
            return  # its original was looked at; an archive is no news
        for room, level, _, chosen in hearing:
            if (await self._matters.followed(room)).get(situation) is False:
                continue
            for alarm in alarms.by_level.get(level, ()):
                subject = f"{situation}:{alarm.subject}"
                last = await self._alerts.last(room, subject)
                if last is not None and last < now and now - last < _SAME_FOR:
                    continue
                await self._raise(room, alarm.key, subject, ref, chosen=chosen, now=now)
            for trip in alarms.trips:
                await self._raise(room, trip.key, f"{situation}:trip", ref, chosen=chosen, now=now)

    async def _raise(
        self, room: str, key: str, subject: str, ref: ArticleRef, *, chosen: Chosen, now: datetime
    ) -> None:
        last = await self._alerts.last_message(room)
        if last is None:
            earliest = now
        elif last >= now:
            earliest = last  # one is waiting: it goes with that
        else:
            earliest = max(now, last + _PAUSE)
        await self._alerts.raise_(room, key, subject, ref, now=now, not_before=after_quiet(earliest, chosen))

    async def _tell(self, now: datetime) -> None:
        by_room: dict[str, list[RaisedAlert]] = defaultdict(list)
        for each in await self._alerts.due(now=now, limit=500):
            by_room[each.room].append(each)
        for room_id, raised in by_room.items():
            try:
                await self._tell_room(room_id, raised)
            except Exception as error:  # noqa: BLE001 - one room's fault must not keep the others from being told
                _log.error("alert not told", room=room_id, **cause(error))

    async def _tell_room(self, room_id: str, raised: Sequence[RaisedAlert]) -> None:
        room = await self._rooms.known(room_id)
        lines: list[_Line] = []
        refs: dict[ArticleRef, None] = {}
        by_article: dict[ArticleRef, list[RaisedAlert]] = defaultdict(list)
        for each in raised:
            by_article[each.ref].append(each)
        reads = await self._rooms.reads(room_id)
        level = (await self._settings.get(room_id, "alert_level")) if room is not None else None
        for ref, theirs in by_article.items():
            if level is None or ref.library not in reads:
                continue  # it does not want it any more, or may not read it any more
            found, carried = await self._lines(ref, int(level), {each.key for each in theirs})
            lines += found
            refs |= dict.fromkeys(carried)
        if room is not None and lines:
            await self._outbox.send(
                Delivery(
                    key=f"alert:{min(each.id for each in raised)}",
                    kind="alert",
                    room=room,
                    documents=(self._document(lines),),
                    articles=tuple(refs),
                )
            )
            _log.info("alert told", room=room_id, lines=len(lines))
        for each in raised:
            await self._alerts.told(each.id)

    async def _lines(
        self, ref: ArticleRef, level: int, keys: set[str]
    ) -> tuple[list[_Line], tuple[ArticleRef, ...]]:
        situation = await self._matters.situation_of(ref)
        if situation is None:
            return [], ()
        alarms, _, names = await self._alarms(ref, situation, [level])
        facts = alarms.facts
        found: list[_Line] = []
        carried = {alarms.titled}
        for alarm in alarms.by_level.get(level, ()):
            if alarm.key in keys:
                found.append(_line(alarms.title, alarm, None, facts, alarm.source))
                carried.add(alarm.source.article)
        for trip in alarms.trips:
            if trip.key in keys:
                found.append(_line(alarms.title, None, trip, facts, trip.met_by))
                carried |= {trip.said.article, trip.met_by.article}
        return found, tuple(names[key] for key in sorted(carried) if key in names)

    async def _alarms(
        self, ref: ArticleRef, situation: int, levels: Sequence[int]
    ) -> tuple[Alarms, bool, dict[str, ArticleRef]]:
        """What the article sets off, whether it is nearly a copy, and which article each key stands for."""
        kept = await self._matters.reports([ref.library], [situation])
        older = len(kept) - _MOST_MEMBERS
        kept = [each for number, each in enumerate(kept) if each.ref == ref or number >= older]
        keys = keys_of(kept)
        copy = any(each.ref == ref and each.copy_of is not None for each in kept)
        alarms = await self._compiler.alarms(given(kept, keys), keys[ref], levels)
        return alarms, copy, {key: held for held, key in keys.items()}

    def _document(self, lines: Sequence[_Line]) -> Document:
        first = lines[0]
        said = first.alarm.signal.text if first.alarm is not None else "a stated condition may have been met"
        return self._renderer.document(
            "alert",
            f"Alert: {said}",
            lines=lines[:_MOST],
            more=max(0, len(lines) - _MOST),
            severity=SEVERITY,
            place=place,
        )


def is_old(published: str | None, now: datetime) -> bool:
    """Whether an article of that date (ISO 8601, or None) is too old to be told at once."""
    day = day_of(published)
    return day is not None and (now.date() - day).days > _NEWS_DAYS


def after_quiet(instant: datetime, chosen: Chosen) -> datetime:
    """That instant, or the end of the quiet hours that it falls into."""
    quiet = chosen.quiet
    if quiet is None:
        return instant
    zone = chosen.timezone or "UTC"
    there = due.local(instant, zone)
    if not quiet.holds(60 * there.hour + there.minute):
        return instant
    end = time(quiet.end // 60, quiet.end % 60)
    day = there.date() if there.time() < end else there.date() + timedelta(days=1)
    return due.at_local(day, end, zone)


def _line(
    situation: str,
    alarm: Alarm | None,
    trip: Trip | None,
    facts: Mapping[str, tuple[str, str | None, str | None, str | None]],
    source: Source,
) -> _Line:
    title, outlet, url, published = facts.get(source.article, ("", None, None, None))
    return _Line(situation, alarm, trip, title, outlet, url, published)
