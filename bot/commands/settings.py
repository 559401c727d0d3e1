"""settings: what this room has chosen, who chose it, and changing it."""

from __future__ import annotations

import difflib

from bot.commands import Refused, Request, notice, offers
from bot.ports import Reply, SettingChange, Settings
from bot.router import Word
from bot.settings import SETTINGS, Chosen, Setting, may_change, named
from briefs.markdown import date
from briefs.render import Renderer

_BACK = frozenset({"default", "reset", "unset"})
_SHOWN_CHANGES = 10


class RoomSettings:
    word = Word(
        "settings",
        "[name value]",
        "what this room has chosen, or a new choice; `default` takes one back",
        "settings alert_level 4",
        aliases=("setting", "set", "config"),
    )

    def __init__(self, settings: Settings, renderer: Renderer) -> None:
        self._settings = settings
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        setting, typed = _parts(request.rest)
        if setting is None:
            if request.rest.strip():
                raise Refused(_unknown(request.rest))
            await self._show(request)
            return
        room = request.message.room.id
        before = Chosen.of(await self._settings.all(room))
        if not typed:
            now = setting.show(getattr(before, setting.key))
            await request.say(
                notice(
                    f"{setting.key} is {now}: {setting.about}. It can be {setting.values}; "
                    f"for example: settings {setting.key} {setting.example}",
                    private=True,
                )
            )
            return
        if not may_change(setting, request.message.person, request.message.room, before):
            raise Refused(f"Only who administers this room can change {setting.key} here.")
        value: object = None if typed.lower() in _BACK else setting.parse(typed)
        await self._settings.put(room, setting.key, value, by=request.message.person.id, now=request.now)
        shown = setting.show(getattr(Chosen.of({setting.key: value}), setting.key))
        await request.say(notice(f"{setting.key} is now {shown}: {setting.about}."))

    async def _show(self, request: Request) -> None:
        room = request.message.room.id
        values = await self._settings.all(room)
        chosen = Chosen.of(values)
        changes = await self._settings.changes(room)
        document = self._renderer.document(
            "settings",
            "Settings of this room",
            lines=[
                {
                    "key": setting.key,
                    "value": setting.show(getattr(chosen, setting.key)),
                    "default": setting.key not in values,
                    "about": setting.about,
                    "may_be": setting.values,
                }
                for setting in SETTINGS
            ],
            changes=[_change(change) for change in changes[:_SHOWN_CHANGES]],
            everyone=chosen.who_may_change == "everyone",
        )
        await request.say(Reply(document, private=True, actions=offers.SETTINGS))


def _parts(rest: str) -> tuple[Setting | None, str]:
    """The setting that is named and what is said of it: a name of several words may be typed with spaces."""
    words = rest.replace("=", " ").split()
    for count in range(min(3, len(words)), 0, -1):
        setting = named(" ".join(words[:count]))
        if setting is not None:
            return setting, " ".join(words[count:]).removeprefix("to ").strip()
    return None, ""


def _unknown(rest: str) -> str:
    word = rest.split(maxsplit=1)[0]
    near = difflib.get_close_matches(word.lower(), [setting.key for setting in SETTINGS], n=1)
    setting = named(near[0]) if near else None
    if setting is None:
        return f"There is no setting “{word[:40]}”: `settings` names them all."
    return (
        f"There is no setting “{word[:40]}”. Did you mean “{setting.key}”? "
        f"For example: settings {setting.key} {setting.example}"
    )


def _change(change: SettingChange) -> dict[str, str]:
    setting = named(change.key)
    value = "the default" if change.value is None or setting is None else setting.show(change.value)
    when = f"{date(change.at.isoformat())} {change.at:%H:%M} UTC"
    return {"key": change.key, "value": value, "by": change.by, "at": when}
