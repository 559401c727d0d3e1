from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import Access, guests_library, may_forget, workspace_library
from bot.ports import Holding, Person, Room
from tests.bot.fakes import START, MemoryRooms

MEMBER, GUEST = Person("p1"), Person("p2", full_member=False)


def slack(name: str, kind: str) -> Room:
    return Room(f"slack:T1/{name}", "slack", kind, workspace="slack:T1")  # type: ignore[arg-type]


def matrix(name: str, kind: str) -> Room:
    return Room(f"matrix:{name}", "matrix", kind)  # type: ignore[arg-type]


async def reads(access: Access, room: Room, person: Person = MEMBER) -> tuple[str, ...]:
    return (await access.reach(room, person, now=START)).reads


async def test_public_channels_share_the_workspace_library() -> None:
    access = Access(MemoryRooms())
    one = await access.reach(slack("C1", "public"), MEMBER, now=START)
    other = await access.reach(slack("C2", "public"), MEMBER, now=START)
    assert one.writes == other.writes == workspace_library("slack:T1")


async def test_a_direct_message_of_a_full_member_reads_its_own_and_the_workspaces() -> None:
    access = Access(MemoryRooms())
    reach = await access.reach(slack("D1", "direct"), MEMBER, now=START)
    assert set(reach.reads) == {reach.writes, "workspace:slack:T1"}
    assert reach.writes != "workspace:slack:T1"


async def test_a_guest_reads_only_the_rooms_own_library_wherever() -> None:
    access = Access(MemoryRooms())
    for kind in ("direct", "private", "public", "shared"):
        room = slack(f"{kind}", kind)
        reach = await access.reach(room, GUEST, now=START)
        assert reach.reads == (reach.writes,)
        assert room.id in reach.writes


async def test_private_and_shared_channels_read_their_own_alone() -> None:
    access = Access(MemoryRooms())
    for kind in ("private", "shared"):
        reach = await access.reach(slack(kind, kind), MEMBER, now=START)
        assert reach.reads == (reach.writes,)
        assert reach.writes != "workspace:slack:T1"


async def test_matrix_rooms_have_libraries_of_their_own_unless_the_operator_assigns_one() -> None:
    given_one, direct = matrix("!b:hs", "private"), matrix("!d:hs", "direct")
    access = Access(MemoryRooms(), {given_one.id: ["desk"], direct.id: ["desk", "labour"]})
    public = await access.reach(matrix("!a:hs", "public"), MEMBER, now=START)
    assert public.reads == (public.writes,)
    assert await reads(access, given_one) == ("desk",)
    reach = await access.reach(direct, MEMBER, now=START)
    assert reach.reads == (reach.writes, "desk", "labour")


async def test_a_room_that_changes_its_kind_leaves_its_old_library_behind() -> None:
    access = Access(MemoryRooms())
    private = await reads(access, matrix("!a:hs", "private"))
    public = await reads(access, matrix("!a:hs", "public"))
    again = await reads(access, matrix("!a:hs", "private"))
    assert not set(private) & set(public)
    assert not set(private) & set(again)


async def test_what_was_drawn_from_a_library_is_not_posted_once_the_room_has_lost_it() -> None:
    access = Access(MemoryRooms())
    room = slack("C1", "public")
    reach = await access.reach(room, MEMBER, now=START)
    assert await access.admits(room, reach.reads)
    await access.reach(replace(room, kind="shared"), MEMBER, now=START)
    assert not await access.admits(room, reach.reads)
    assert await access.admits(room, ())


async def test_a_guests_question_takes_nothing_from_the_members_of_a_public_channel() -> None:
    access = Access(MemoryRooms())
    room = slack("C1", "public")
    before = await reads(access, room)
    await access.reach(room, GUEST, now=START)
    assert await access.admits(room, before)
    assert await access.admits(room, [guests_library(room)])
    assert await reads(access, room) == before


@pytest.mark.parametrize("name", ["room:1:x", "workspace:slack:T1", ""])
def test_the_operator_cannot_assign_a_library_that_belongs_to_a_room(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a library"):
        Access(MemoryRooms(), {"matrix:!a": [name]})


async def test_who_brought_an_article_and_who_runs_the_room_may_have_it_forgotten() -> None:
    access = Access(MemoryRooms())
    reach = await access.reach(slack("D1", "direct"), MEMBER, now=START)
    own = Holding("a", reach.writes, "", None, None, START, "somebody", 1)
    shared = replace(own, library="workspace:slack:T1")
    admin = replace(MEMBER, admin=True)
    assert not may_forget(MEMBER, own, reach)
    assert may_forget(replace(MEMBER, id="somebody"), own, reach)
    assert may_forget(replace(MEMBER, id="somebody"), shared, reach)
    assert may_forget(admin, own, reach)
    assert not may_forget(admin, shared, reach)
    assert not may_forget(replace(admin, id="somebody"), replace(own, library="room:1:else"), reach)


@dataclass
class World:
    """What people in rooms have really been able to see, counted apart from the rules."""

    access: Access = field(default_factory=lambda: Access(MemoryRooms(), {"matrix:!given": ("desk",)}))
    epochs: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Room id → (kind, how often the kind has changed)."""
    written: dict[str, set[tuple[str, int, str]]] = field(default_factory=dict)
    """Library → where its articles were brought: (room id, epoch, kind)."""


ROOMS = [
    *(f"slack:T{team}/{name}" for team in (1, 2) for name in ("C1", "C2", "D1", "D2")),
    "matrix:!a",
    "matrix:!given",
]
messages = st.lists(
    st.tuples(st.sampled_from(ROOMS), st.sampled_from(["private", "public", "shared"]), st.booleans()),
    max_size=25,
)


@given(messages)
async def test_nobody_reads_what_was_brought_where_they_had_no_part(
    messages: list[tuple[str, str, bool]],
) -> None:
    world = World()
    for room_id, kind_, full_member in messages:
        kind = "direct" if "/D" in room_id else kind_
        team = room_id.partition("/")[0] if room_id.startswith("slack") else None
        room = Room(room_id, room_id.partition(":")[0], kind, workspace=team)  # type: ignore[arg-type]
        old_kind, epoch = world.epochs.get(room_id, (kind, 0))
        epoch += old_kind != kind
        world.epochs[room_id] = (kind, epoch)

        reach = await world.access.reach(room, Person("p", full_member=full_member), now=START)

        assert reach.writes in reach.reads
        for library in reach.reads:
            for origin, origin_epoch, origin_kind in world.written.get(library, ()):
                same_place = (origin, origin_epoch) == (room_id, epoch)
                public_here = origin == room_id and origin_kind == kind == "public"
                of_the_workspace = (
                    team is not None
                    and origin.startswith(f"{team}/")
                    and origin_kind == "public"
                    and full_member
                    and kind in {"public", "direct"}
                )
                assert same_place or public_here or of_the_workspace or room_id == "matrix:!given"
        world.written.setdefault(reach.writes, set()).add((room_id, epoch, kind))
        if full_member or kind != "public":
            assert await world.access.admits(room, reach.reads)


async def test_who_waits_as_a_guest_is_told_no_more_than_a_guest_may_read() -> None:
    access = Access(MemoryRooms())
    public, direct = slack("C1", "public"), slack("D1", "direct")
    for room in (public, direct):
        await access.reach(room, MEMBER, now=START)
        assert workspace_library("slack:T1") in await access.still_reads(room, full_member=True)
        left = await access.still_reads(room, full_member=False)
        assert left
        assert workspace_library("slack:T1") not in left
