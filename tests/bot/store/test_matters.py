"""What the store promises of situations, follows, alerts and rechecks."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from bot.ports import ArticleRef
from bot.routine.agenda import Covered
from bot.store import Store
from tests.bot.fakes import START
from tests.bot.samples import article, brief, room

HOUR = timedelta(hours=1)
DESK = ["desk"]


async def keep(store: Store, name: str, library: str = "desk", *, hours: int = 0) -> ArticleRef:
    made = article(name, text=f"Title {name}\n\nText of {name}.", url=f"https://courier.example/{name}")
    await store.library.keep(library, made, brief(made), added_by="p1", now=START + hours * HOUR)
    return ArticleRef(library, name)


async def placed(
    store: Store, name: str, situation: int | None, library: str = "desk", hours: int = 0
) -> int:
    ref = await keep(store, name, library, hours=hours)
    found = await store.matters.place(ref, situation, {"id": name}, now=START + hours * HOUR)
    assert found is not None
    return found


async def test_articles_are_unplaced_in_the_order_in_which_they_came_until_they_are_placed(
    store: Store,
) -> None:
    first, second = await keep(store, "a"), await keep(store, "b", "other")
    assert await store.matters.unplaced(limit=9) == [first, second]
    assert await store.matters.unplaced(limit=9, library="other") == [second]
    await store.matters.place(first, None, {}, now=START)
    assert await store.matters.unplaced(limit=9) == [second]


async def test_of_two_that_place_an_article_the_first_one_decides(store: Store) -> None:
    ref = await keep(store, "a")
    answers = await asyncio.gather(*(store.matters.place(ref, None, {}, now=START) for _ in range(4)))
    assert len(set(answers)) == 1
    assert await store.matters.situation_of(ref) == answers[0]
    assert [m.articles for m in await store.matters.matters(DESK)] == [1]


async def test_a_situation_of_another_library_takes_no_article(store: Store) -> None:
    foreign = await placed(store, "a", None, "other")
    mine = await placed(store, "b", foreign, "desk")
    assert mine != foreign
    assert [m.library for m in await store.matters.matters(DESK)] == ["desk"]
    assert await store.matters.reports(DESK, [foreign]) == []


async def test_members_come_in_order_and_only_those_that_are_new_to_the_reader(store: Store) -> None:
    situation = await placed(store, "a", None)
    await placed(store, "b", situation)
    first, second = await store.matters.members("desk", after=0, newest=9)
    assert (first.article, second.article) == ("a", "b")
    assert second.facets == {"id": "b"}
    assert await store.matters.members("desk", after=first.number, newest=9) == [second]
    assert await store.matters.members("desk", after=0, newest=1) == [second]
    assert await store.matters.count("desk") == 2


async def test_what_changed_since_is_told_by_the_articles_that_came_since(store: Store) -> None:
    old = await placed(store, "a", None)
    new = await placed(store, "b", None, hours=2)
    found = await store.matters.matters(DESK)
    assert [m.id for m in found] == [new, old]
    assert [m.id for m in await store.matters.matters(DESK, since=START + HOUR)] == [new]


async def test_reports_carry_briefs_with_when_they_came(store: Store) -> None:
    situation = await placed(store, "a", None)
    await placed(store, "b", situation, hours=3)
    reports = await store.matters.reports(DESK, [situation])
    assert [(r.ref.id, r.seen_at) for r in reports] == [("a", START), ("b", START + 3 * HOUR)]
    assert json.loads(reports[0].brief)["schema"] == "brief/1"


async def test_a_forgotten_article_leaves_its_situation_and_an_empty_one_is_none(store: Store) -> None:
    await placed(store, "a", None)
    await store.library.forget("desk", "a")
    assert await store.matters.matters(DESK) == []
    assert await store.matters.members("desk", after=0, newest=9) == []


async def test_a_closed_library_is_read_by_nobody(store: Store) -> None:
    where = room("fake:r1", kind="private")
    home = await store.rooms.enter(where, library=None, now=START)
    situation = await placed(store, "a", None, home)
    await keep(store, "b", home)
    await store.rooms.enter(room("fake:r1", kind="public"), library=None, now=START)
    assert await store.matters.matters([home]) == []
    assert await store.matters.reports([home], [situation]) == []
    assert await store.matters.unplaced(limit=9) == []
    assert await store.matters.unwatched(limit=9) == []


async def test_situations_are_merged_and_split_by_hand(store: Store) -> None:
    one, two = await placed(store, "a", None), await placed(store, "b", None)
    await placed(store, "c", two)
    assert await store.matters.merge("desk", two, into=one, by="p1", now=START) == 2
    assert [(m.id, m.articles) for m in await store.matters.matters(DESK)] == [(one, 3)]
    apart = await store.matters.split("desk", ["b"], by="p1", now=START)
    assert apart not in {None, one}
    assert await store.matters.situation_of(ArticleRef("desk", "b")) == apart
    assert await store.matters.split("other", ["a"], by="p1", now=START) is None
    assert await store.matters.merge("other", one, into=two, by="p1", now=START) == 0


async def test_what_a_room_follows_is_remembered_and_taken_back(store: Store) -> None:
    one, two = await placed(store, "a", None), await placed(store, "b", None)
    await store.matters.follow("fake:r1", one, wanted=True, by="p1", now=START)
    await store.matters.follow("fake:r1", two, wanted=False, by="p1", now=START)
    assert await store.matters.followed("fake:r1") == {one: True, two: False}
    await store.matters.follow("fake:r1", one, wanted=None, by="p1", now=START)
    assert await store.matters.followed("fake:r1") == {two: False}
    assert await store.matters.followed("fake:r2") == {}


async def test_articles_are_considered_for_alerts_once(store: Store) -> None:
    await placed(store, "a", None)
    (ref,) = await store.matters.unwatched(limit=9)
    await store.matters.watched(ref)
    assert await store.matters.unwatched(limit=9) == []


async def test_a_room_is_told_of_the_same_thing_once(store: Store) -> None:
    ref = await keep(store, "a")
    raise_ = store.alerts.raise_
    assert await raise_("fake:r1", "k", "s", ref, now=START, not_before=START)
    assert not await raise_("fake:r1", "k", "s", ref, now=START, not_before=START)
    assert await raise_("fake:r2", "k", "s", ref, now=START, not_before=START + HOUR)
    (due,) = await store.alerts.due(now=START, limit=9)
    assert (due.room, due.key, due.ref) == ("fake:r1", "k", ref)
    assert await store.alerts.next_wake() == START
    await store.alerts.told(due.id)
    assert await store.alerts.due(now=START, limit=9) == []
    assert await store.alerts.next_wake() == START + HOUR
    assert await store.alerts.last("fake:r1", "s") == START
    assert await store.alerts.last("fake:r1", "t") is None
    assert await store.alerts.last_message("fake:r2") == START + HOUR
    assert await store.alerts.last_message("fake:r3") is None


async def test_an_alert_goes_with_its_article(store: Store) -> None:
    ref = await keep(store, "a")
    await store.alerts.raise_("fake:r1", "k", "s", ref, now=START, not_before=START)
    await store.library.forget("desk", "a")
    assert await store.alerts.due(now=START, limit=9) == []


async def told(store: Store, ref: ArticleRef) -> None:
    await store.digests.keep(
        "fake:r1", {}, [ref], since=None, covered=Covered(START, 1), subscription=None, delivery=ref.id
    )


async def test_sources_are_looked_at_again_some_time_after_their_article_came(store: Store) -> None:
    ref = await keep(store, "a")

    async def due(hours: int) -> list[ArticleRef]:
        now = START + hours * HOUR
        found = await store.rechecks.due(
            now=now, first_after=now - 3 * HOUR, came_after=now - 48 * HOUR, lease_until=now + HOUR, limit=9
        )
        return [each.ref for each in found]

    assert await due(3) == [], "no digest has told of it"
    await told(store, ref)
    assert await due(2) == []
    assert await due(3) == [ref]
    assert await due(3) == []
    assert await due(4) == [ref], "whoever had it has died"
    await store.rechecks.done(ref, next_at=START + 9 * HOUR)
    assert await due(8) == []
    assert await due(9) == [ref]
    await store.rechecks.done(ref, next_at=None)
    assert await due(40) == []
    await told(store, await keep(store, "b"))
    assert await due(60) == [], "it came too long ago"
