"""Rooms and people as Slack knows them, remembered for a minute: what a room is decides who reads what in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.platforms.slack import api
from bot.platforms.slack.workspaces import Workspace
from bot.ports import Person, PostError, Room, RoomKind

PLATFORM = "slack"
_FRESH = timedelta(
    seconds=60
)  # conversations.info may be asked 50 times a minute; a change of kind also comes as an event
_PERSON_FRESH = timedelta(minutes=5)
_REMEMBERED = 5_000  # rooms and people; more are asked for again
_PAGES = 25  # of 1,000 members: a larger room is one whose members cannot be told

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an id of ours points at in Slack: "slack:T1/C1"."""

    workspace: str
    id: str

    @classmethod
    def of(cls, ours: str) -> Place:
        workspace, _, id_ = ours.removeprefix(f"{PLATFORM}:").partition("/")
        return cls(workspace, id_)


def name(workspace: str, id_: str | None = None) -> str:
    """Our id of a workspace, or of a room or person in it."""
    return f"{PLATFORM}:{workspace}" + (f"/{id_}" if id_ else "")


class Directory:
    def __init__(self, connect: Callable[[str], AsyncWebClient], clock: Clock) -> None:
        """`connect` makes a patient client from a token."""
        self._connect = connect
        self._clock = clock
        self._rooms: _Remembered[dict[str, Any]] = _Remembered(clock, _FRESH)
        self._people: _Remembered[dict[str, Any]] = _Remembered(clock, _PERSON_FRESH)
        self._log = structlog.get_logger(__name__)

    async def room(self, workspace: Workspace, channel: str, hint: str = "") -> Room:
        """A room as it is now. `hint` is what an event says of it: im, mpim, group, channel.

        Where Slack does not tell, what was known last holds; of a room that was never known, the narrowest of what it
        may be: its words go nowhere else.
        """
        info = await self._info(workspace, channel)
        return Room(
            id=name(workspace.id, channel),
            platform=PLATFORM,
            kind=_kind(info, hint),
            title=str(info.get("name") or ""),
            workspace=name(workspace.id),
        )

    async def person(self, workspace: Workspace, user: str, room: Room) -> Person:
        """Somebody in a room; `admin` is meant of that room. Of whom nothing is told, nothing is assumed."""
        key = f"{workspace.id}/{user}"
        known = self._people.fresh(key)
        if known is None:
            try:
                said = await api.asked(self._connect(workspace.token).users_info(user=user))
                known = self._people.put(key, said.get("user") or {})
            except PostError as error:
                self._log.warning("person unknown", person=key, reason=error.reason)
                known = self._people.stale(key) or {}
        info = self._rooms.stale(f"{workspace.id}/{Place.of(room.id).id}") or {}
        profile = known.get("profile") or {}
        elsewhere = known.get("team_id") not in {None, workspace.id} and not _same_organisation(
            known, workspace
        )
        guest = any(known.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger"))
        full = bool(known) and not guest and not elsewhere
        return Person(
            id=name(workspace.id, user),
            name=str(profile.get("display_name") or known.get("real_name") or known.get("name") or ""),
            timezone=known.get("tz") or None,
            full_member=full,
            admin=room.kind == "direct"
            or (full and bool(known.get("is_admin") or known.get("is_owner") or info.get("creator") == user)),
        )

    async def member(self, workspace: Workspace, channel: str) -> bool:
        """Whether the bot is in the room, as far as Slack tells."""
        info = await self._info(workspace, channel)
        return bool(info.get("is_im") or info.get("is_member", True))

    async def members(self, workspace: Workspace, channel: str) -> Sequence[str] | None:
        client = self._connect(workspace.token)
        found: list[str] = []
        cursor = None
        for _ in range(_PAGES):
            try:
                said = await api.asked(
                    client.conversations_members(channel=channel, limit=1_000, cursor=cursor)
                )
            except PostError:
                return None
            found += [name(workspace.id, user) for user in said.get("members") or []]
            cursor = (said.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return found
        return None

    def changed(self, workspace: Workspace, channel: str) -> None:
        """A room is not what it was: ask again."""
        self._rooms.expire(f"{workspace.id}/{channel}")

    async def _info(self, workspace: Workspace, channel: str) -> dict[str, Any]:
        key = f"{workspace.id}/{channel}"
        known = self._rooms.fresh(key)
        if known is not None:
            return known
        try:
            said = await api.asked(self._connect(workspace.token).conversations_info(channel=channel))
            return self._rooms.put(key, said.get("channel") or {})
        except PostError as error:
            self._log.info("room unknown", room=key, reason=error.reason)
            return self._rooms.stale(key) or {}


def _kind(info: dict[str, Any], hint: str) -> RoomKind:
    if info.get("is_im") or (not info and hint == "im"):
        return "direct"
    if any(info.get(flag) for flag in ("is_ext_shared", "is_pending_ext_shared")):
        return "shared"
    if not info or any(info.get(flag) for flag in ("is_private", "is_mpim", "is_group")):
        return "private"
    return "public"


def _same_organisation(user: dict[str, Any], workspace: Workspace) -> bool:
    """In an organisation of several workspaces, a member of this one whose home is another."""
    organisation = user.get("enterprise_user") or {}
    return (
        workspace.id in (organisation.get("teams") or []) or organisation.get("enterprise_id") == workspace.id
    )


class _Remembered(Generic[_T]):
    """Values with their age."""

    def __init__(self, clock: Clock, fresh: timedelta) -> None:
        self._clock = clock
        self._fresh = fresh
        self._values: dict[str, tuple[datetime, _T]] = {}

    def fresh(self, key: str) -> _T | None:
        found = self._values.get(key)
        return found[1] if found is not None and self._clock.now() - found[0] < self._fresh else None

    def stale(self, key: str) -> _T | None:
        found = self._values.get(key)
        return found[1] if found is not None else None

    def put(self, key: str, value: _T) -> _T:
        self._values.pop(key, None)
        self._values[key] = (self._clock.now(), value)
        if len(self._values) > _REMEMBERED:
            del self._values[next(iter(self._values))]
        return value

    def expire(self, key: str) -> None:
        if key in self._values:
            self._values[key] = (datetime.min.replace(tzinfo=self._clock.now().tzinfo), self._values[key][1])
