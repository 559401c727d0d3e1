"""One contract for what people wait for, for the store and its stand-in; and what the store alone can forget."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import WATCHED, ArticleRef, Room, Watch, Watches
from bot.store import Store, open_store
from tests.bot.fakes import START, MemoryWatches
from tests.bot.samples import HARBOUR, article, brief, room
from tests.bot.store.conftest import LIKENESS

DESK = "room:1:fake:r1"


@dataclass
class Held:
    """The watches, and what brings articles to where they look."""

    watches: Watches
    bring: Callable[[ArticleRef], Awaitable[None]]


async def keep(store: Store, ref: ArticleRef, text: str = HARBOUR) -> ArticleRef:
    made = article(ref.id, text=text, url=f"https://news.example/{ref.id}")
    await store.library.keep(ref.library, made, brief(made), added_by="p1", now=START)
    return ref


@pytest.fixture(params=["store", "memory"])
async def held(request: pytest.FixtureRequest, data_dir: Path) -> AsyncIterator[Held]:
    if request.param == "memory":
        memory = MemoryWatches()

        async def bring(ref: ArticleRef) -> None:
            memory.bring(ref)

        yield Held(memory, bring)
        return
    async with open_store(data_dir, likeness=LIKENESS) as store:
        came = 0

        async def put(ref: ArticleRef) -> None:
            nonlocal came
            came += 1  # the same article again is a new version
            await keep(store, ref, f"{HARBOUR}\nBulletin {came} of the guild, as sent out from its office.\n")

        yield Held(store.watches, put)


def watch(question: str = "When do the talks go on?", *, where: Room | None = None, **more: object) -> Watch:
    made = Watch(
        id=0,
        room=where or room(kind="private"),
        thread=None,
        person="fake:anna",
        full_member=True,
        library=DESK,
        question=question,
        about=(),
        since=START,
    )
    return replace(made, **more)  # type: ignore[arg-type]


async def begin(held: Held, made: Watch | None = None, *read: ArticleRef) -> Watch:
    begun = await held.watches.add(replace(made or watch(), read=read))
    assert begun is not None
    return begun


async def test_a_watch_is_kept_as_it_was_begun(held: Held) -> None:
    ref = ArticleRef(DESK, "harbour")
    await held.bring(ref)
    place = replace(room(kind="private"), title="Desk", workspace="fake:w")
    begun = await begin(held, watch(where=place, thread="m1", full_member=False, about=(ref,)), ref)
    assert begun.room == place
    assert (begun.thread, begun.full_member, begun.about) == ("m1", False, (ref,))
    assert await held.watches.of_room([DESK], "fake:r1", now=START) == [begun]


async def test_nothing_is_due_until_an_article_comes(held: Held) -> None:
    ref = ArticleRef(DESK, "harbour")
    await held.bring(ref)
    begun = await begin(held)
    assert await held.watches.due(["fake"], now=START) == []
    other = ArticleRef(DESK, "ferry")
    await held.bring(other)
    assert await held.watches.due(["fake"], now=START) == [begun]
    assert await held.watches.due(["elsewhere"], now=START) == []
    refs, seen = await held.watches.arrived(begun, [DESK])
    assert refs == [other]
    await held.watches.looked(begun.id, seen)
    assert await held.watches.due(["fake"], now=START) == []


async def test_a_new_version_comes_like_an_article_and_once(held: Held) -> None:
    ref = ArticleRef(DESK, "harbour")
    await held.bring(ref)
    begun = await begin(held)
    await held.bring(ref)
    await held.bring(ref)
    refs, _ = await held.watches.arrived(begun, [DESK])
    assert refs == [ref]


async def test_only_the_libraries_named_are_looked_into(held: Held) -> None:
    begun = await begin(held)
    await held.bring(ArticleRef("theirs", "ferry"))
    refs, seen = await held.watches.arrived(begun, [DESK])
    assert refs == []
    await held.watches.looked(begun.id, seen)
    assert await held.watches.due(["fake"], now=START) == []


async def test_what_is_more_than_is_asked_for_comes_the_next_time(held: Held) -> None:
    begun = await begin(held)
    refs = [ArticleRef(DESK, f"a{n}") for n in range(5)]
    for ref in refs:
        await held.bring(ref)
    first, seen = await held.watches.arrived(begun, [DESK], limit=3)
    rest, _ = await held.watches.arrived(replace(begun, seen=seen), [DESK], limit=3)
    assert [*first, *rest] == refs


async def test_a_room_sees_its_own_watches_and_those_of_its_library_alone(held: Held) -> None:
    mine = await begin(held)
    await begin(held, watch(where=room("fake:r2", kind="private"), library="theirs"))
    before = await begin(held, watch("What was asked when the room was public?", library="workspace:w"))
    assert await held.watches.of_room([DESK], "fake:r1", now=START) == [mine]
    assert await held.watches.of_room([DESK, "workspace:w"], "fake:r1", now=START) == [mine, before]


async def test_an_ended_watch_is_gone_and_its_number_is_not_given_again(held: Held) -> None:
    begun = await begin(held)
    await held.watches.end(begun.id)
    assert await held.watches.of_room([DESK], "fake:r1", now=START) == []
    assert (await begin(held)).id != begun.id


async def test_a_watch_ends_after_its_time(held: Held) -> None:
    await begin(held)
    await held.bring(ArticleRef(DESK, "ferry"))
    late = START + WATCHED + timedelta(seconds=1)
    assert await held.watches.due(["fake"], now=late) == []
    assert await held.watches.of_room([DESK], "fake:r1", now=late) == []


async def test_no_watch_begins_on_an_article_that_is_not_held(held: Held) -> None:
    gone = ArticleRef(DESK, "gone")
    assert await held.watches.add(watch(about=(gone,))) is None
    assert await held.watches.add(watch(read=(gone,))) is None


async def test_a_closed_library_has_no_watches_and_brings_none_forward(store: Store) -> None:
    place = room(kind="private")
    own = await store.rooms.enter(place, library=None, now=START)
    begun = await store.watches.add(watch(library=own))
    assert begun is not None
    await keep(store, ArticleRef(own, "ferry"))
    await store.rooms.enter(replace(place, kind="shared"), library=None, now=START)
    assert await store.watches.of_room([own], place.id, now=START) == []
    assert (await store.watches.arrived(begun, [own]))[0] == []


async def test_a_watch_of_a_briefs_thread_goes_with_the_article(store: Store) -> None:
    ref = await keep(store, ArticleRef(DESK, "harbour"))
    await store.watches.add(watch(about=(ref,), read=(ref,)))
    await store.library.forget(DESK, "harbour")
    assert await store.watches.of_room([DESK], "fake:r1", now=START) == []


async def test_a_watch_goes_with_an_article_that_alone_has_one_of_its_words(store: Store) -> None:
    ref = await keep(
        store, ArticleRef(DESK, "harbour"), f"{HARBOUR}\nThe quillwort clause came up, too, said Tennick.\n"
    )
    other = await keep(store, ArticleRef(DESK, "ferry"))
    await store.watches.add(watch("What is the quillwort clause?", read=(ref, other)))
    stays = await store.watches.add(watch("When do the talks on the roster go on?", read=(ref, other)))
    await store.library.forget(DESK, "harbour")
    assert stays is not None
    left = await store.watches.of_room([DESK], "fake:r1", now=START)
    assert left == [replace(stays, read=(other,))]
