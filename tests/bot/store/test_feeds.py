"""What the store promises of feeds and their items."""

from __future__ import annotations

from datetime import timedelta

from bot.routine.feeds import Entry, Feed
from bot.store import Store
from tests.bot.fakes import START

HOUR = timedelta(hours=1)
URL = "https://courier.example/feed.xml"


def entries(*names: str) -> list[Entry]:
    return [Entry(name, f"https://courier.example/{name}", name, None) for name in names]


async def followed(store: Store, room: str = "fake:r1") -> Feed:
    feed = await store.feeds.follow(room, URL, "The Courier", by="p1", now=START)
    assert feed is not None
    return feed


async def polled(store: Store, feed: Feed, *names: str, take: int = 9) -> int:
    return await store.feeds.polled(
        feed.id, entries(*names), take=take, etag='"1"', modified=None, next_at=START + HOUR, now=START
    )


async def test_a_feed_is_followed_once_a_room_and_by_each_room_for_itself(store: Store) -> None:
    feed = await followed(store)
    assert await store.feeds.follow("fake:r1", URL, "again", by="p2", now=START) is None
    other = await followed(store, "fake:r2")
    assert await store.feeds.followed("fake:r1") == [feed]
    assert await store.feeds.followed() == [feed, other]
    await polled(store, feed, "a")
    assert await polled(store, other, "a") == 1, "what one room has seen is new to another"


async def test_a_feed_is_polled_by_one_process_at_a_time(store: Store) -> None:
    feed = await followed(store)
    (got,) = await store.feeds.claim(now=START, lease_until=START + HOUR, limit=9)
    assert got.id == feed.id
    assert await store.feeds.claim(now=START, lease_until=START + HOUR, limit=9) == []
    assert len(await store.feeds.claim(now=START + HOUR, lease_until=START + 2 * HOUR, limit=9)) == 1


async def test_only_items_never_seen_are_read_and_of_the_first_poll_only_the_newest(store: Store) -> None:
    feed = await followed(store)
    assert await polled(store, feed, "c", "b", "a", take=2) == 2
    assert await polled(store, feed, "d", "c", "b", "a") == 1
    items = await store.feeds.items(now=START, lease_until=START + HOUR, limit=9)
    assert sorted(item.link for item in items) == [f"https://courier.example/{n}" for n in "bcd"]
    assert {item.added_by for item in items} == {"p1"}


async def test_an_item_is_read_by_one_process_and_comes_back_if_that_one_died(store: Store) -> None:
    feed = await followed(store)
    await polled(store, feed, "a")
    (item,) = await store.feeds.items(now=START, lease_until=START + HOUR, limit=9)
    assert await store.feeds.items(now=START, lease_until=START + HOUR, limit=9) == []
    (again,) = await store.feeds.items(now=START + HOUR, lease_until=START + 2 * HOUR, limit=9)
    assert (again.id, again.attempts) == (item.id, 2)
    await store.feeds.item_later(again, until=START + 3 * HOUR)
    assert await store.feeds.items(now=START + 2 * HOUR, lease_until=START + 9 * HOUR, limit=9) == []
    await store.feeds.item_done(again, "read")
    assert await store.feeds.items(now=START + 9 * HOUR, lease_until=START + 9 * HOUR, limit=9) == []
    assert await polled(store, feed, "a") == 0


async def test_failures_are_counted_from_the_first_in_a_row_until_a_poll_goes_well(store: Store) -> None:
    feed = await followed(store)
    for hours in (1, 2):
        now = START + hours * HOUR
        await store.feeds.failed(feed.id, "no answer", next_at=now + HOUR, now=now)
    (found,) = await store.feeds.followed("fake:r1")
    assert (found.failures, found.failing_since, found.reason) == (2, START + HOUR, "no answer")
    await polled(store, feed)
    (found,) = await store.feeds.followed("fake:r1")
    assert (found.failures, found.failing_since, found.reason) == (0, None, None)


async def test_a_dead_feed_is_polled_no_more_until_somebody_follows_it_again(store: Store) -> None:
    feed = await followed(store)
    await store.feeds.failed(feed.id, "gone", next_at=None, now=START)
    (found,) = await store.feeds.followed("fake:r1")
    assert found.dead
    assert await store.feeds.claim(now=START + 99 * HOUR, lease_until=START, limit=9) == []
    again = await followed(store)
    assert (again.id, again.dead, again.failures) == (feed.id, False, 0)


async def test_what_is_not_followed_any_more_is_neither_polled_nor_read(store: Store) -> None:
    feed = await followed(store)
    await polled(store, feed, "a")
    assert not await store.feeds.unfollow("fake:r2", feed.id, now=START)
    assert await store.feeds.unfollow("fake:r1", feed.id, now=START)
    assert await store.feeds.followed() == []
    assert await store.feeds.items(now=START + HOUR, lease_until=START, limit=9) == []
    assert await polled(store, feed, "b") == 0
    assert await store.feeds.next_wake() is None


async def test_a_feed_that_moved_keeps_what_it_has_seen(store: Store) -> None:
    feed = await followed(store)
    await polled(store, feed, "a")
    await store.feeds.moved(feed.id, "https://courier.example/new.xml")
    (found,) = await store.feeds.followed("fake:r1")
    assert found.url == "https://courier.example/new.xml"
    assert await polled(store, found, "a") == 0


async def test_the_next_wake_is_the_next_feed_or_item(store: Store) -> None:
    feed = await followed(store)
    await polled(store, feed)
    assert await store.feeds.next_wake() == START + HOUR
    await polled(store, feed, "a")
    assert await store.feeds.next_wake() == START
