"""subscribe, unsubscribe, digest: when this room is told what changed, and asking for it now."""

from __future__ import annotations

from bot.commands import Refused, Request, notice
from bot.ports import Reply, Settings
from bot.router import Word
from bot.routine import schedules
from bot.routine.agenda import Agenda, Subscription
from bot.routine.compiling import Edition
from bot.routine.digests import FIRST_WINDOW, DigestDesk, is_often, name_of
from bot.routine.due import Schedule
from bot.routine.schedules import BadSchedule
from bot.settings import Chosen, may_decide
from bot.zones import known

_ASK = "In which time zone? Say it with its name, for example: subscribe {} Europe/Berlin"


class Subscribe:
    word = Word(
        "subscribe",
        "daily 08:00 [weekdays] [Europe/Berlin]",
        "a digest of what changed, at that time; also weekly mon 09:00, hourly :15, cron 0 8 * * mon-fri",
        schedules.EXAMPLE,
        aliases=("sub", "schedule"),
    )

    def __init__(self, agenda: Agenda, settings: Settings) -> None:
        self._agenda = agenda
        self._settings = settings

    async def run(self, request: Request) -> None:
        room, person = request.message.room.id, request.message.person
        chosen = Chosen.of(await self._settings.all(room))
        if not request.rest.strip():
            await request.say(notice(_listed(await self._agenda.subscriptions(room)), private=True))
            return
        if not may_decide(person, request.message.room, chosen):
            raise Refused("Only who administers this room can change its schedules.")
        asked = schedules.parse(request.rest)
        zone = asked.zone or known(person.timezone) or chosen.timezone
        if zone is None:
            raise Refused(_ASK.format(request.rest.strip()[:80]))
        schedule = Schedule(asked.rhythm, zone)
        first = schedules.check(schedule, request.now)
        made = await self._agenda.subscribe(room, schedule, by=person.id, now=request.now, next_due=first)
        if made is None:
            raise Refused(f"That digest comes here already: {schedules.said(schedule)}.")
        silent = " Times without a change are passed over in silence." if is_often(schedule) else ""
        await request.say(
            notice(
                f"A digest comes here {schedules.said(schedule)}. "
                f"The first one: {schedules.moment(first, zone)}.{silent}"
            )
        )


class Unsubscribe:
    word = Word(
        "unsubscribe",
        "[number or all]",
        "take a schedule back; without a number where there is only one",
        "unsubscribe 1",
        aliases=("unsub",),
    )

    def __init__(self, agenda: Agenda, settings: Settings) -> None:
        self._agenda = agenda
        self._settings = settings

    async def run(self, request: Request) -> None:
        room = request.message.room.id
        chosen = Chosen.of(await self._settings.all(room))
        if not may_decide(request.message.person, request.message.room, chosen):
            raise Refused("Only who administers this room can change its schedules.")
        held = await self._agenda.subscriptions(room)
        ending = _chosen(held, request.rest.strip().lower())
        for each in ending:
            await self._agenda.unsubscribe(room, each.id, now=request.now)
        said = "; ".join(schedules.said(each.schedule) for each in ending)
        await request.say(notice(f"No digest comes here any more: {said}."))


class DigestNow:
    word = Word("digest", "now", "what changed here since the last digest, at once", "digest now")

    def __init__(self, desk: DigestDesk, settings: Settings) -> None:
        self._desk = desk
        self._settings = settings

    async def run(self, request: Request) -> None:
        if request.rest.strip().lower() not in {"", "now"}:
            raise Refused(f"Say “digest now”, or when it shall come by itself: {schedules.EXAMPLE}")
        room = request.message.room
        chosen = Chosen.of(await self._settings.all(room.id))
        told = await self._desk.told(room.id, request.now)
        edition = Edition(
            room=name_of(room),
            since=told.until if told is not None else request.now - FIRST_WINDOW,
            until=request.now,
            timezone=known(request.message.person.timezone) or chosen.timezone or "UTC",
        )
        made = await self._desk.make(room.id, request.reach.reads, edition, told)
        await request.say(
            Reply(made.rendered.main, made.rendered.follow_ups, kind="digest", articles=made.articles)
        )


def _chosen(held: list[Subscription], said: str) -> list[Subscription]:
    if not held:
        raise Refused(f"No digest comes here; to have one: {schedules.EXAMPLE}")
    if said == "all" or (not said and len(held) == 1):
        return held
    number = said.lstrip("#")
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(held):
        return [held[int(number) - 1]]
    try:
        rhythm = schedules.parse(said).rhythm
    except BadSchedule:
        rhythm = None
    same = [each for each in held if each.schedule.rhythm == rhythm]
    if same:
        return same
    raise Refused(f"Which one? {_listed(held)} Say, for example: unsubscribe 1")


def _listed(held: list[Subscription]) -> str:
    if not held:
        return f"No digest comes here by itself; to have one: {schedules.EXAMPLE}"
    lines = []
    for number, each in enumerate(held, 1):
        coming = f", next {schedules.moment(each.next_due, each.schedule.zone)}" if each.next_due else ""
        lines.append(f"{number}. {schedules.said(each.schedule)}{coming}.")
    return " ".join(lines)
