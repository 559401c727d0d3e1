"""What the store promises of schedules, slots and digests."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta
from pathlib import Path

from bot.ports import ArticleRef, Receipt
from bot.routine import due
from bot.routine.agenda import ClaimedSlot, Covered, Serving, Subscription
from bot.routine.due import Daily, Hourly, Schedule
from bot.store import Store, open_store
from tests.bot.fakes import START
from tests.bot.samples import article, brief, delivery, room
from tests.bot.store.conftest import LIKENESS

EIGHT = Schedule(Daily(time(8, 30)), "UTC")
LEASE = timedelta(minutes=5)
DUE = START + timedelta(minutes=30)


async def subscribed(store: Store, room_id: str = "fake:r1", schedule: Schedule = EIGHT) -> Subscription:
    first = due.following(schedule, START)
    assert first is not None
    made = await store.agenda.subscribe(room_id, schedule, by="p1", now=START, next_due=first.due)
    assert made is not None
    return made


def serving(subscription: Subscription, now: object = DUE) -> Serving:
    found = due.due(subscription.schedule, after=subscription.served_until, now=now)  # type: ignore[arg-type]
    assert found is not None
    after = due.following(subscription.schedule, found.slot.due)
    return Serving(subscription, found, after.due if after else None)


async def claimed(store: Store, owner: str = "a") -> list[ClaimedSlot]:
    waiting = await store.agenda.waiting(now=DUE, limit=100)
    return await store.agenda.claim(
        [serving(each) for each in waiting], owner=owner, now=DUE, lease_until=DUE + LEASE
    )


async def test_a_schedule_is_read_back_as_it_was_made_and_a_room_has_it_once(store: Store) -> None:
    made = await subscribed(store)
    assert await store.agenda.subscriptions("fake:r1") == [made]
    assert made.schedule == EIGHT
    assert (
        await store.agenda.subscribe("fake:r1", EIGHT, by="p2", now=START, next_due=made.next_due or START)
        is None
    )
    await subscribed(store, "fake:r2")
    await subscribed(store, "fake:r1", Schedule(Hourly(15), "UTC"))
    assert len(await store.agenda.subscriptions()) == 3


async def test_a_slot_is_waiting_only_when_it_is_due(store: Store) -> None:
    made = await subscribed(store)
    assert await store.agenda.waiting(now=DUE - timedelta(seconds=1), limit=9) == []
    assert await store.agenda.waiting(now=DUE, limit=9) == [made]
    assert await store.agenda.next_wake() == DUE


async def test_a_slot_is_claimed_once_however_many_look_at_the_same_time(
    store: Store, data_dir: Path
) -> None:
    for number in range(30):
        await subscribed(store, f"fake:r{number}")
    async with open_store(data_dir, likeness=LIKENESS) as other:
        batches = await asyncio.gather(claimed(store, "a"), claimed(other, "b"), claimed(store, "c"))
    got = [slot.id for batch in batches for slot in batch]
    assert len(got) == len(set(got)) == 30
    assert await claimed(store, "d") == []


async def test_a_slot_that_was_looked_at_before_it_was_served_cannot_be_claimed_again(store: Store) -> None:
    stale = serving(await subscribed(store))
    (slot,) = await claimed(store)
    again = {"owner": "b", "now": DUE, "lease_until": DUE + LEASE}
    assert await store.agenda.claim([stale], **again) == []  # type: ignore[arg-type]
    await store.agenda.done(slot, "empty", now=DUE)
    assert await store.agenda.claim([stale], **again) == []  # type: ignore[arg-type]


async def test_a_slot_whose_process_died_is_served_by_another_under_the_same_key_and_window(
    store: Store,
) -> None:
    await subscribed(store)
    (slot,) = await claimed(store)
    late = DUE + LEASE
    kept = {"owner": "b", "lease_until": late + LEASE, "limit": 9}
    assert await store.agenda.reclaim(now=late - timedelta(seconds=1), **kept) == []  # type: ignore[arg-type]
    (again,) = await store.agenda.reclaim(now=late, **kept)  # type: ignore[arg-type]
    assert (again.id, again.until, again.delivery, again.attempt) == (slot.id, slot.until, slot.delivery, 2)
    assert await store.agenda.reclaim(now=late, **kept) == []  # type: ignore[arg-type]
    await store.agenda.put_off(slot, "too late", until=DUE)  # its lease has passed to another
    assert await store.agenda.reclaim(now=late, **kept) == []  # type: ignore[arg-type]
    await store.agenda.done(again, "digest", now=late)
    assert await store.agenda.reclaim(now=late + LEASE * 2, **kept) == []  # type: ignore[arg-type]


async def test_a_schedule_that_was_ended_is_due_no_more(store: Store) -> None:
    made = await subscribed(store)
    assert not await store.agenda.unsubscribe("fake:r2", made.id, now=START)
    assert await store.agenda.unsubscribe("fake:r1", made.id, now=START)
    assert not await store.agenda.unsubscribe("fake:r1", made.id, now=START)
    assert await store.agenda.waiting(now=DUE, limit=9) == []
    assert await store.agenda.claim([serving(made)], owner="a", now=DUE, lease_until=DUE + LEASE) == []
    assert await store.agenda.next_wake() is None


async def test_the_log_tells_what_became_of_a_slot_and_its_message(store: Store) -> None:
    await subscribed(store)
    (slot,) = await claimed(store)
    (record,) = await store.agenda.log()
    assert (record.state, record.outcome, record.posted) == ("claimed", None, None)
    await store.deliveries.add(delivery(slot.delivery, "A digest", kind="digest"), now=DUE)
    await store.agenda.done(slot, "digest", now=DUE)
    (record,) = await store.agenda.log(room="fake:r1")
    assert (record.name, record.outcome, record.posted) == ("2031-03-04", "digest", "pending")
    (claim,) = await store.deliveries.claim("fake", owner="a", limit=1, now=DUE, settled=DUE + LEASE)
    await store.deliveries.sent(claim, Receipt("m1", DUE), now=DUE)
    (record,) = await store.agenda.log()
    assert (record.posted, record.posted_at, record.delivery) == ("sent", DUE, slot.delivery)
    assert await store.agenda.log(room="fake:r2") == []


async def test_tidying_leaves_the_last_slot_of_each_schedule(store: Store) -> None:
    await subscribed(store)
    (slot,) = await claimed(store)
    await store.agenda.done(slot, "empty", now=DUE)
    assert await store.agenda.tidy(before=DUE + timedelta(days=9)) == 0
    (subscription,) = await store.agenda.subscriptions()
    tomorrow = DUE + timedelta(days=1)
    await store.agenda.claim(
        [serving(subscription, tomorrow)], owner="a", now=tomorrow, lease_until=tomorrow + LEASE
    )
    assert await store.agenda.tidy(before=DUE + timedelta(days=9)) == 1
    assert len(await store.agenda.log()) == 1


async def told(
    store: Store, key: str, until: object, state: str | None, subscription: int | None = None
) -> None:
    await store.digests.keep(
        "fake:r1",
        {"n": key},
        [],
        since=None,
        covered=Covered(until, 7),
        subscription=subscription,
        delivery=key,  # type: ignore[arg-type]
    )
    if state is None:
        return
    await store.deliveries.add(delivery(key, "text", kind="digest"), now=START)
    (claim,) = await store.deliveries.claim("fake", owner="a", limit=1, now=START, settled=START + LEASE)
    match state:
        case "sent":
            await store.deliveries.sent(claim, Receipt(key, START), now=START)
        case "failed":
            await store.deliveries.failed(claim, "refused", now=START)
        case "unknown":
            await store.deliveries.unknown(claim, "no answer", now=START)


async def test_a_digest_covers_from_the_end_of_the_last_one_that_was_delivered(store: Store) -> None:
    hours = [START + timedelta(hours=n) for n in range(5)]
    assert await store.digests.covered("fake:r1", None) is None
    await told(store, "one", hours[1], "sent")
    await told(store, "two", hours[2], "failed")
    await told(store, "three", hours[3], "unknown")
    assert await store.digests.covered("fake:r1", None) == Covered(hours[1], 7)
    await told(store, "four", hours[4], None)
    assert await store.digests.covered("fake:r1", None) == Covered(hours[4], 7)
    assert await store.digests.covered("fake:r2", None) is None


async def test_each_schedule_of_a_room_has_a_window_of_its_own(store: Store) -> None:
    daily, hourly = await subscribed(store), await subscribed(store, schedule=Schedule(Hourly(0), "UTC"))
    await told(store, "d", START, "sent", daily.id)
    await told(store, "h", START + timedelta(hours=3), "sent", hourly.id)
    assert await store.digests.covered("fake:r1", daily.id) == Covered(START, 7)
    assert await store.digests.covered("fake:r1", None) == Covered(START + timedelta(hours=3), 7)


async def test_a_digest_is_kept_once_and_loses_its_words_with_an_article(store: Store) -> None:
    a = article("harbour")
    await store.library.keep("desk", a, brief(a), added_by="p1", now=START)
    refs = [ArticleRef("desk", "harbour")]
    for words in ({"line": "first"}, {"line": "second"}):
        await store.digests.keep(
            "fake:r1", words, refs, since=None, covered=Covered(START, 7), subscription=None, delivery="k"
        )
    (kept,) = await store.digests.told("fake:r1", since=START)
    assert (kept.document, kept.articles) == ({"line": "first"}, tuple(refs))
    await store.library.forget("desk", "harbour")
    (kept,) = await store.digests.told("fake:r1", since=START)
    assert (kept.document, kept.articles) == (None, ())


async def test_a_digest_of_an_article_that_was_forgotten_meanwhile_keeps_no_words(store: Store) -> None:
    gone = [ArticleRef("desk", "gone")]
    await store.digests.keep(
        "fake:r1", {"line": "x"}, gone, since=None, covered=Covered(START, 7), subscription=None, delivery="k"
    )
    (kept,) = await store.digests.told(room("fake:r1").id, since=START)
    assert kept.document is None


async def test_the_words_of_old_digests_are_let_go_of_and_how_far_they_told_is_not(store: Store) -> None:
    await told(store, "old", START, "sent")
    await told(store, "new", START + timedelta(days=40), "sent")
    await store.digests.tidy(before=START + timedelta(days=10))
    new, old = await store.digests.told("fake:r1", since=START)
    assert (new.document, old.document) == ({"n": "new"}, None)
    assert await store.digests.covered("fake:r1", None) == Covered(START + timedelta(days=40), 7)
