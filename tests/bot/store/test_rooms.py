"""One contract for what is remembered of rooms, for the store and its stand-in; and the smaller memories beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ports import Rooms, SettingChange
from bot.store import Store, open_store
from tests.bot.fakes import START, MemoryRooms
from tests.bot.samples import room
from tests.bot.store.conftest import LIKENESS


@pytest.fixture(params=["store", "memory"])
async def rooms(request: pytest.FixtureRequest, data_dir: Path) -> AsyncIterator[Rooms]:
    if request.param == "memory":
        yield MemoryRooms()
        return
    async with open_store(data_dir, likeness=LIKENESS) as store:
        yield store.rooms


async def test_a_room_keeps_its_own_library_while_its_kind_stays(rooms: Rooms) -> None:
    private = room("fake:r1", kind="private")
    first = await rooms.enter(private, library=None, now=START)
    assert await rooms.enter(replace(private, title="New name"), library=None, now=START) == first
    assert await rooms.enter(room("fake:r2", kind="private"), library=None, now=START) != first
    assert await rooms.reads("fake:r1") == (first,)


async def test_a_room_never_entered_reads_nothing(rooms: Rooms) -> None:
    assert await rooms.reads("fake:r1") == ()


async def test_a_room_that_turns_private_never_gets_an_old_library_back(rooms: Rooms) -> None:
    had = [
        await rooms.enter(room("fake:r1", kind=kind), library=None, now=START)
        for kind in ("private", "public", "private", "shared", "private")
    ]
    assert len(set(had)) == 5
    assert await rooms.reads("fake:r1") == (had[-1],)


async def test_a_shared_library_is_left_and_found_again(rooms: Rooms) -> None:
    public, private = room(kind="public"), room(kind="private")
    assert await rooms.enter(public, library="workspace:w", now=START) == "workspace:w"
    own = await rooms.enter(private, library=None, now=START)
    assert own != "workspace:w"
    assert await rooms.enter(public, library="workspace:w", now=START) == "workspace:w"
    assert await rooms.enter(private, library=None, now=START) not in {own, "workspace:w"}


async def test_a_room_gets_its_own_library_back_when_the_operator_takes_a_given_one_away(
    rooms: Rooms,
) -> None:
    private = room(kind="private")
    own = await rooms.enter(private, library=None, now=START)
    assert await rooms.enter(private, library="desk", now=START) == "desk"
    assert await rooms.enter(private, library=None, now=START) == own


async def test_what_a_room_reads_besides_is_as_of_its_last_entering(rooms: Rooms) -> None:
    own = await rooms.enter(room(), library=None, now=START, besides=("a", "b"))
    assert await rooms.reads("fake:r1") == (own, "a", "b")
    await rooms.enter(room(), library=None, now=START)
    assert await rooms.reads("fake:r1") == (own,)


steps = st.lists(
    st.tuples(
        st.sampled_from(["r1", "r2"]),
        st.sampled_from(["private", "public", "shared"]),
        st.sampled_from([None, None, "desk", "workspace:w"]),
    ),
    max_size=12,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
async def test_the_stand_in_answers_as_the_store_does(
    store: Store, steps: list[tuple[str, str, str | None]]
) -> None:
    memory = MemoryRooms()
    tag = uuid4().hex  # the store is one for all examples
    for name, kind, library in steps:
        where = room(f"fake:{tag}/{name}", kind=kind)
        real = await store.rooms.enter(where, library=library, now=START)
        assert await memory.enter(where, library=library, now=START) == real


async def test_every_beginning_of_a_message_is_counted_until_it_has_ended(store: Store) -> None:
    begun = await asyncio.gather(*(store.inbound.begin("e1", now=START) for _ in range(10)))
    assert sorted(n for n in begun if n) == [*range(1, 11)]
    await store.inbound.end("e1", now=START)
    assert await store.inbound.begin("e1", now=START) is None
    assert await store.inbound.begin("e2", now=START) == 1


async def test_what_a_platform_handed_over_is_kept_until_it_is_released(store: Store) -> None:
    for key in ("b", "a", "b"):
        await store.received.keep("slack", key, f"body of {key}", now=START)
    await store.received.keep("other", "a", "another platform's", now=START)
    assert await store.received.kept("slack") == [("a", "body of a"), ("b", "body of b")]
    await store.received.release("slack", "a")
    assert await store.received.kept("slack") == [("b", "body of b")]
    assert await store.received.kept("other") == [("a", "another platform's")]


async def test_settings_hold_their_last_value_and_remember_who_changed_them(store: Store) -> None:
    later = START + timedelta(hours=1)
    await store.settings.put("r1", "links", {"brief": "always"}, by="p1", now=START)
    await store.settings.put("r1", "hours", [22, 7], by="p1", now=START)
    await store.settings.put("r1", "links", None, by="p2", now=later)
    assert await store.settings.get("r1", "links") is None
    assert await store.settings.all("r1") == {"hours": [22, 7]}
    assert await store.settings.all("r2") == {}
    assert (await store.settings.changes("r1", limit=1)) == [SettingChange("links", None, "p2", later)]
    assert len(await store.settings.changes("r1")) == 3
