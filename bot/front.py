"""A front page and a form of settings for platforms that have such things, made of the commands that people type.

What the page shows is what the commands would answer; what the form changes goes in as commands, so that rights, checks
and the record of changes are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.access import Access
from bot.clock import Clock
from bot.commands import Handler, Request
from bot.ports import Field, Incoming, Person, Reply, Room, Settings
from bot.routine.agenda import Agenda, Subscription
from bot.routine.due import Daily
from bot.settings import SETTINGS, Chosen, Setting, clock_time, named
from briefs.errors import CommuniqueError
from briefs.render import Document

_PAGE = ("list", "situations", "settings")
_OPTIONS = {
    "alert_level": ("off", "1", "2", "3", "4", "5"),
    "who_may_change": ("admins", "everyone"),
    "language": ("en",),
}
_DAYS, _TIME = "digest_days", "digest_time"
_NEVER = "never"
_EVERY = {"every day": frozenset(range(7)), "weekdays": frozenset(range(5)), "weekends": frozenset((5, 6))}
_USUAL_TIME = "08:00"


class Front:
    """`bot.ports.Front`."""

    def __init__(
        self, handlers: Iterable[Handler], access: Access, settings: Settings, agenda: Agenda, clock: Clock
    ) -> None:
        self._handlers = {handler.word.word: handler for handler in handlers}
        self._access = access
        self._settings = settings
        self._agenda = agenda
        self._clock = clock

    async def page(self, room: Room, person: Person) -> list[Document]:
        now = self._clock.now()
        reach = await self._access.reach(room, person, now=now)
        documents: list[Document] = []

        async def take(reply: Reply) -> None:
            documents.append(reply.document)

        for word in _PAGE:
            handler = self._handlers.get(word)
            if handler is not None:
                message = Incoming(event_id=f"page:{room.id}", room=room, person=person, text=word)
                try:
                    await handler.run(Request(message, "", reach, now, take))
                except CommuniqueError:
                    continue  # a page does without what cannot be shown now
        return documents

    async def fields(self, room: Room) -> list[Field]:
        chosen = Chosen.of(await self._settings.all(room.id))
        daily = _daily(await self._agenda.subscriptions(room.id))
        fields = [_field(setting, getattr(chosen, setting.key)) for setting in SETTINGS]
        if "subscribe" not in self._handlers:
            return fields
        return [
            Field(_DAYS, "Daily digest", "On which days a digest of what changed comes here", _days(daily), (_NEVER, *_EVERY)),
            Field(_TIME, "At", "Local time, for example 08:00", _time(daily)),
            *fields,
        ]  # fmt: skip

    def wrong(self, key: str, typed: str) -> str | None:
        if key == _TIME:
            return None if not typed.strip() or clock_time(typed) else "That is no time, such as 08:00."
        setting = named(key)
        if setting is None or not typed.strip():
            return None
        try:
            setting.parse(typed)
        except CommuniqueError as error:
            return error.message
        return None

    async def commands(self, room: Room, typed: Mapping[str, str]) -> list[str]:
        now = {field.key: field.value for field in await self.fields(room)}
        said = {key: value.strip() for key, value in typed.items() if key in now}
        changed = {key: value for key, value in said.items() if value != now[key]}
        commands = [
            f"settings {setting.key} {changed[setting.key] or 'default'}"
            for setting in SETTINGS
            if setting.key in changed
        ]
        days, time = said.get(_DAYS, _NEVER), said.get(_TIME) or _USUAL_TIME
        if _DAYS in changed or (days != _NEVER and _TIME in changed):
            held = await self._agenda.subscriptions(room.id)
            daily = _daily(held)
            if daily is not None:
                commands.append(f"unsubscribe {held.index(daily) + 1}")
            if days != _NEVER:
                commands.append(f"subscribe daily {time} {'' if days == 'every day' else days}".strip())
        return commands


def _field(setting: Setting, value: object) -> Field:
    flag = isinstance(setting.default, bool)
    options = ("on", "off") if flag else _OPTIONS.get(setting.key, ())
    if flag:
        shown = "on" if value else "off"
    else:
        shown = str(value) if value is not None else ("off" if "off" in options else "")
    label = setting.key.replace("_", " ").capitalize()
    return Field(setting.key, label, f"{setting.about}: {setting.values}", shown, options)


def _daily(held: Sequence[Subscription]) -> Subscription | None:
    """The first digest that a form of days and a time can show."""
    return next((it for it in held if isinstance(it.schedule.rhythm, Daily) and _days(it) != _NEVER), None)


def _days(daily: Subscription | None) -> str:
    rhythm = daily.schedule.rhythm if daily is not None else None
    found = [word for word, days in _EVERY.items() if isinstance(rhythm, Daily) and rhythm.days == days]
    return found[0] if found else _NEVER


def _time(daily: Subscription | None) -> str:
    rhythm = daily.schedule.rhythm if daily is not None else None
    return f"{rhythm.at:%H:%M}" if isinstance(rhythm, Daily) else _USUAL_TIME
