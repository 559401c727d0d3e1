"""What is known of rooms: their kind, their members, who may change their settings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from nio.rooms import MatrixRoom

from bot.ports import Person, Room, RoomKind

PLATFORM = "matrix"
_CREATORS_RULE_FROM = 12  # the room version from which on creators stand above all power levels
_MODERATOR = 50


def full_id(native: str) -> str:
    """A Matrix id as the core knows it."""
    return f"{PLATFORM}:{native}"


def native_id(full: str) -> str:
    return full.removeprefix(f"{PLATFORM}:")


class Rooms:
    """Reads nio's rooms, and keeps of their state what nio does not."""

    def __init__(self, known: Mapping[str, MatrixRoom], me: str) -> None:
        self._known = known
        self._me = me
        self._create: dict[str, dict[str, Any]] = {}
        self._power: dict[str, dict[str, Any]] = {}
        self.direct: set[str] = set()
        """Rooms that were opened as direct messages."""

    def observe(self, room_id: str, source: Mapping[str, Any]) -> None:
        """Take note of a state event, as the homeserver sent it."""
        if source.get("state_key") != "":
            return
        if source.get("type") == "m.room.create":
            self._create[room_id] = dict(source)
        elif source.get("type") == "m.room.power_levels":
            self._power[room_id] = dict(source.get("content") or {})

    def forget(self, room_id: str) -> None:
        self._create.pop(room_id, None)
        self._power.pop(room_id, None)

    def space(self, room_id: str) -> bool:
        content = self._create.get(room_id, {}).get("content") or {}
        return content.get("type") == "m.space"

    def room(self, room_id: str) -> Room | None:
        """None for a room that the bot is not in."""
        known = self._known.get(room_id)
        if known is None:
            return None
        return Room(full_id(room_id), PLATFORM, self._kind(known), title=known.display_name or "")

    def two_of_us(self, room_id: str) -> bool:
        """Whether nobody but one person (and the bot) is in the room or invited to it."""
        known = self._known.get(room_id)
        return known is not None and len(known.users) <= 2

    def _kind(self, known: MatrixRoom) -> RoomKind:
        unnamed = not known.name and not known.canonical_alias
        if len(known.users) <= 2 and (known.room_id in self.direct or unnamed):
            return "direct"
        if known.encrypted or known.join_rule != "public":
            return "private"
        return "public"

    def person(self, room_id: str, user_id: str) -> Person:
        known = self._known.get(room_id)
        name = (known.user_name(user_id) if known is not None else None) or user_id
        admin = self.two_of_us(room_id) or self.level(room_id, user_id) >= self._needed(room_id)
        return Person(full_id(user_id), name, admin=admin)

    def level(self, room_id: str, user_id: str) -> float:
        """Power level; infinite for creators where the room's version says so."""
        create = self._create.get(room_id, {})
        content = create.get("content") or {}
        creators = {create.get("sender"), *_strings(content.get("additional_creators"))}
        version = str(content.get("room_version", "1"))
        if version.isdigit() and int(version) >= _CREATORS_RULE_FROM and user_id in creators:
            return math.inf
        power = self._power.get(room_id)
        if power is None:
            return 100 if user_id == create.get("sender") else 0
        users = power.get("users")
        given = users.get(user_id) if isinstance(users, dict) else None
        return _number(given, _number(power.get("users_default"), 0))

    def _needed(self, room_id: str) -> float:
        """The level that may change the room's own settings; at least a moderator's."""
        return max(_number(self._power.get(room_id, {}).get("state_default"), _MODERATOR), 1)

    def members(self, room_id: str) -> list[str] | None:
        """User ids of those who are in the room or invited, and so may read it."""
        known = self._known.get(room_id)
        return None if known is None else sorted(known.users)

    def alone(self, room_id: str) -> bool:
        known = self._known.get(room_id)
        return known is not None and set(known.users) <= {self._me}


def _strings(value: object) -> Iterable[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _number(value: object, default: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return default
    try:
        return float(value)
    except ValueError:
        return default
