"""Who reads which library: decided here and nowhere else.

    room                                    reads                               writes
    private (or encrypted), shared          its own                             its own
    public, in a workspace                  the workspace's, its guests'        the workspace's
    … asked by a guest                      the guests' of that room            the guests' of that room
    public, no workspace                    its own                             its own
    direct, full member                     its own, the workspace's            its own
    direct, guest                           its own                             its own
    given libraries by the operator         these (direct: its own and these)   the first (direct: its own)

What all members of a room may read is what may be said in it, so the room decides and not who asks; only a guest in a
room that counts as public reads less, because what a platform says of a room may be older than what it says of a
person. A room of its own library starts a fresh one when its kind changes; the store closes the old one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Holding, Person, Room, Rooms


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be read and where new articles go. `writes` is one of `reads`."""

    reads: tuple[str, ...]
    writes: str


class Access:
    """The rules, over what is remembered of rooms and what the operator has assigned."""

    def __init__(self, rooms: Rooms, assigned: Mapping[str, Sequence[str]] | None = None) -> None:
        """`assigned`: room id → names of libraries. Raises ValueError for a name that could be a room's own."""
        self._rooms = rooms
        self._assigned = {room: tuple(names) for room, names in (assigned or {}).items() if names}
        for name in (name for names in self._assigned.values() for name in names):
            if not name or ":" in name:
                raise ValueError(f"{name!r} cannot name a library: it is empty or holds a colon")

    async def reach(self, room: Room, person: Person, *, now: datetime) -> Reach:
        """What a message of that person in that room may touch. Remembers the room as it is now."""
        library, besides = self._home(room, full_member=person.full_member)
        if room.kind == "public" and not person.full_member:
            # what is remembered of the room is what holds for its members
            member_library, member_besides = self._home(room, full_member=True)
            await self._rooms.enter(room, library=member_library, besides=member_besides, now=now)
            return Reach((guests_library(room),), guests_library(room))
        home = await self._rooms.enter(room, library=library, besides=besides, now=now)
        return Reach((home, *(name for name in besides if name != home)), home)

    async def still_reads(self, room: Room, *, full_member: bool) -> tuple[str, ...]:
        """What a member, or a guest, who once asked for something in that room may be told there by now."""
        reads = await self._rooms.reads(room.id)
        if full_member:
            return reads
        if room.kind == "public":
            return tuple(name for name in reads if name == guests_library(room))
        return tuple(
            name for name in reads if room.workspace is None or name != workspace_library(room.workspace)
        )

    async def admits(self, room: Room, libraries: Collection[str]) -> bool:
        """Whether a message drawn from these libraries may still be posted in the room, as it is known by now."""
        return set(libraries) <= set(await self._rooms.reads(room.id))

    def _home(self, room: Room, *, full_member: bool) -> tuple[str | None, tuple[str, ...]]:
        """The library that the room shares with others (None: one of its own), and what it reads besides."""
        assigned = self._assigned.get(room.id, ())
        shared = () if room.workspace is None else (workspace_library(room.workspace),)
        if room.kind == "direct":
            return None, (*(shared if full_member else ()), *assigned)
        if room.kind == "public" and (assigned or shared):
            home, *others = assigned or shared
            return home, (*others, guests_library(room))
        if assigned:
            return assigned[0], assigned[1:]
        return None, ()


def workspace_library(workspace: str) -> str:
    return f"workspace:{workspace}"


def guests_library(room: Room) -> str:
    """Of a public room: what its guests have brought, which everybody in it has seen anyway."""
    return f"guests:{room.id}"


def may_forget(person: Person, holding: Holding, reach: Reach) -> bool:
    """Who brought an article may have it forgotten, and so may who may change the room's settings."""
    return holding.library in reach.reads and (
        person.id == holding.added_by or (person.admin and holding.library == reach.writes)
    )
