"""One contract for the outbox's memory: what holds for the store holds for its stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import Action, ArticleRef, Claim, Deliveries, PartRecord, Posted, Receipt, Withdrawal
from bot.store import Store, open_store
from tests.bot.fakes import START, MemoryDeliveries
from tests.bot.samples import article, brief, delivery, room
from tests.bot.store.conftest import LIKENESS

LATER = START + timedelta(minutes=5)


@pytest.fixture(params=["store", "memory"])
async def deliveries(request: pytest.FixtureRequest, data_dir: Path) -> AsyncIterator[Deliveries]:
    if request.param == "memory":
        yield MemoryDeliveries()
        return
    async with open_store(data_dir, likeness=LIKENESS) as store:
        yield store.deliveries


async def claim(deliveries: Deliveries, *, now=START, limit=9, owner="o", settled=LATER) -> list[Claim]:
    return await deliveries.claim("fake", owner=owner, limit=limit, now=now, settled=settled)


async def states(deliveries: Deliveries, key: str) -> list[str]:
    return [record.state for record in await deliveries.record(key)]


async def test_a_delivery_is_pending_part_by_part(deliveries: Deliveries) -> None:
    assert await deliveries.add(delivery("d", "one", "two"), now=START)
    first, second = await deliveries.record("d")
    assert first == PartRecord(
        key="d/1",
        delivery="d",
        kind="answer",
        platform="fake",
        room="fake:r1",
        number=1,
        of=2,
        state="pending",
        attempts=0,
        created_at=START,
        updated_at=START,
        not_before=START,
        message_id=None,
        reason=None,
    )
    assert (second.key, second.number) == ("d/2", 2)
    assert await deliveries.counts() == {"pending": 2, "sending": 0, "sent": 0, "unknown": 0, "failed": 0}


async def test_the_same_key_again_changes_nothing(deliveries: Deliveries) -> None:
    await deliveries.add(delivery("d", "one"), now=START)
    assert not await deliveries.add(delivery("d", "another", "text"), now=LATER)
    (claimed,) = await claim(deliveries)
    assert claimed.part.document.markdown == "one"
    assert len(await deliveries.record("d")) == 1


async def test_a_claim_carries_the_part_and_is_nobody_elses(deliveries: Deliveries) -> None:
    where = replace(room(), title="Desk", workspace="fake:w")
    offered = (Action("Ask", "ask", "❓"),)
    what = replace(delivery("d", "one", "two", to=where, thread="t"), private_to="p1", actions=offered)
    await deliveries.add(what, now=START)
    (claimed,) = await claim(deliveries)
    part = claimed.part
    assert (part.key, part.room, part.thread, part.number, part.of) == ("d/1", where, "t", 1, 2)
    assert part.actions == offered
    assert (part.document.markdown, part.document.summary, part.private_to) == ("one", "one", "p1")
    assert (claimed.attempt, claimed.doubtful, claimed.since, claimed.settled) == (1, False, START, LATER)
    assert await claim(deliveries, owner="other") == []
    assert await states(deliveries, "d") == ["sending", "pending"]
    await deliveries.sent(claimed, Receipt("m1", START), now=START)
    (second,) = await claim(deliveries)
    assert (second.part.number, second.part.actions) == (2, ())


async def test_a_room_gets_its_parts_in_order_and_others_do_not_wait_for_it(deliveries: Deliveries) -> None:
    for key in ("a", "b"):
        await deliveries.add(delivery(key, "one", "two"), now=START)
    await deliveries.add(delivery("c", to=room("fake:r2")), now=START)
    seen = []
    while claims := await claim(deliveries):
        for claimed in claims:
            seen.append(claimed.part.key)
            await deliveries.sent(claimed, Receipt(f"m{len(seen)}", START), now=START)
    assert [key for key in seen if key != "c"] == ["a/1", "a/2", "b/1", "b/2"]
    assert seen.index("c") < 2


async def test_who_waits_for_an_answer_goes_before_alerts_and_digests_of_other_rooms(
    deliveries: Deliveries,
) -> None:
    for n, kind in enumerate(("digest", "alert", "answer", "digest", "error")):
        await deliveries.add(delivery(f"{n}", kind=kind, to=room(f"fake:r{n}")), now=START)
    assert [c.part.key for c in await claim(deliveries, limit=4)] == ["2", "4", "1", "0"]


async def test_another_platforms_parts_are_left_alone(deliveries: Deliveries) -> None:
    await deliveries.add(delivery("d", to=room("else:r1")), now=START)
    assert await claim(deliveries) == []
    assert await deliveries.next_due(["fake"]) is None
    assert await deliveries.next_due(["fake", "else"]) == START


async def test_later_parts_of_a_threaded_delivery_go_under_the_first(deliveries: Deliveries) -> None:
    await deliveries.add(delivery("d", "one", "two", threaded=True), now=START)
    (first,) = await claim(deliveries)
    assert first.part.thread is None
    await deliveries.sent(first, Receipt("m7", START), now=START)
    (second,) = await claim(deliveries)
    assert second.part.thread == "m7"


async def test_the_first_part_of_a_correction_takes_the_place_of_what_it_corrects(
    deliveries: Deliveries,
) -> None:
    await deliveries.add(delivery("d", "one", "two", threaded=True, replaces="m9"), now=START)
    (first,) = await claim(deliveries)
    assert first.part.replaces == "m9"
    await deliveries.sent(first, Receipt("m9", START), now=START)
    (second,) = await claim(deliveries)
    assert (second.part.replaces, second.part.thread) == (None, "m9")


async def test_a_room_that_wants_to_be_notified_has_loud_parts(store: Store) -> None:
    await store.deliveries.add(delivery("d1"), now=START)
    (quiet,) = await claim(store.deliveries)
    await store.settings.put(quiet.part.room.id, "loud", True, by="p1", now=START)
    await store.deliveries.wait(quiet, "later", now=START, until=START)
    (loud,) = await claim(store.deliveries)
    assert (quiet.part.loud, loud.part.loud) == (False, True)


async def test_a_delivery_in_a_thread_stays_in_that_thread(deliveries: Deliveries) -> None:
    await deliveries.add(delivery("d", "one", "two", threaded=True, thread="t"), now=START)
    (first,) = await claim(deliveries)
    await deliveries.sent(first, Receipt("m7", START), now=START)
    (second,) = await claim(deliveries)
    assert (first.part.thread, second.part.thread) == ("t", "t")


async def test_what_has_to_wait_keeps_its_place(deliveries: Deliveries) -> None:
    await deliveries.add(delivery("a"), now=START)
    await deliveries.add(delivery("b"), now=START)
    (claimed,) = await claim(deliveries)
    await deliveries.wait(claimed, "slow down", now=START, until=LATER)
    assert await claim(deliveries, now=LATER - timedelta(seconds=1)) == []
    assert await deliveries.next_due(["fake"]) == LATER
    (again,) = await claim(deliveries, now=LATER, settled=LATER + timedelta(minutes=5))
    assert (again.part.key, again.attempt, again.doubtful, again.since) == ("a", 2, False, LATER)


async def test_a_claim_that_nobody_finished_is_in_doubt_once_it_has_settled(deliveries: Deliveries) -> None:
    await deliveries.add(delivery("a"), now=START)
    await claim(deliveries)
    assert await claim(deliveries, now=LATER - timedelta(seconds=1)) == []
    (again,) = await claim(deliveries, now=LATER, owner="other")
    assert (again.doubtful, again.attempt, again.since) == (True, 2, START)


async def test_doubt_lasts_until_it_is_settled(deliveries: Deliveries) -> None:
    await deliveries.add(delivery("a"), now=START)
    (claimed,) = await claim(deliveries)
    soon = START + timedelta(seconds=60)
    await deliveries.doubt(claimed, "no answer", now=START, until=soon)
    (looked,) = await claim(deliveries, now=soon)
    assert looked.doubtful
    await deliveries.wait(looked, "cannot look now", now=soon, until=LATER)
    (looked,) = await claim(deliveries, now=LATER)
    assert (looked.doubtful, looked.since) == (True, START)
    await deliveries.absent(looked, now=LATER)
    (fresh,) = await claim(deliveries, now=LATER)
    assert (fresh.doubtful, fresh.since) == (False, LATER)


@pytest.mark.parametrize("owner", ["other", "o"])
async def test_a_claim_that_passed_to_another_changes_nothing(deliveries: Deliveries, owner: str) -> None:
    await deliveries.add(delivery("a", "one", "two"), now=START)
    (stale,) = await claim(deliveries)
    (current,) = await claim(deliveries, now=LATER, owner=owner, settled=LATER + timedelta(minutes=5))
    await deliveries.wait(stale, "-", now=LATER, until=LATER)
    await deliveries.doubt(stale, "-", now=LATER, until=LATER)
    await deliveries.absent(stale, now=LATER)
    await deliveries.failed(stale, "-", now=LATER)
    await deliveries.unknown(stale, "-", now=LATER)
    assert await states(deliveries, "a") == ["sending", "pending"]
    assert await claim(deliveries, now=LATER) == []
    await deliveries.absent(current, now=LATER)
    assert await states(deliveries, "a") == ["pending", "pending"]


async def test_a_receipt_is_believed_whoever_brings_it_and_the_first_one_stays(
    deliveries: Deliveries,
) -> None:
    await deliveries.add(delivery("a"), now=START)
    (stale,) = await claim(deliveries)
    (current,) = await claim(deliveries, now=LATER, owner="other")
    await deliveries.absent(current, now=LATER)
    await deliveries.sent(stale, Receipt("m1", START), now=LATER)
    assert await claim(deliveries, now=LATER) == []
    await deliveries.sent(current, Receipt("m2", START), now=LATER)
    (record,) = await deliveries.record("a")
    assert (record.state, record.message_id) == ("sent", "m1")


async def test_a_refused_part_takes_the_rest_of_its_delivery_with_it(deliveries: Deliveries) -> None:
    await deliveries.add(delivery("a", "one", "two", "three"), now=START)
    await deliveries.add(delivery("b"), now=START)
    (first,) = await claim(deliveries)
    await deliveries.sent(first, Receipt("m1", START), now=START)
    (second,) = await claim(deliveries)
    await deliveries.failed(second, "no such channel", now=START)
    records = await deliveries.record("a")
    assert [r.state for r in records] == ["sent", "failed", "failed"]
    assert [r.reason for r in records] == [None, "no such channel", "part 2 failed"]
    (following,) = await claim(deliveries)
    assert following.part.key == "b"


async def test_an_unknown_part_lets_the_rest_pass_unless_it_was_to_open_their_thread(
    deliveries: Deliveries,
) -> None:
    for key, threaded in (("open", False), ("thread", True)):
        where = room(f"fake:{key}")
        await deliveries.add(delivery(key, "one", "two", to=where, threaded=threaded), now=START)
    for claimed in await claim(deliveries):
        await deliveries.unknown(claimed, "cannot be told", now=START)
    assert await states(deliveries, "open") == ["unknown", "pending"]
    assert await states(deliveries, "thread") == ["unknown", "failed"]


async def test_the_log_shows_the_newest_first_by_state(deliveries: Deliveries) -> None:
    for key in ("a", "b", "c"):
        await deliveries.add(delivery(key, to=room(f"fake:{key}")), now=START)
    (first,) = await claim(deliveries, limit=1)
    await deliveries.failed(first, "refused", now=START)
    assert [r.key for r in await deliveries.log()] == ["c", "b", "a"]
    assert [r.key for r in await deliveries.log(limit=1)] == ["c"]
    assert [(r.key, r.reason) for r in await deliveries.log(states=["failed"])] == [("a", "refused")]


async def test_a_message_opens_a_conversation_about_its_article(store: Store) -> None:
    a = article()
    ref = ArticleRef("desk", a.id)
    await store.library.keep("desk", a, brief(a), added_by="p1", now=START)
    await store.deliveries.add(delivery("d", "one", "two", thread="asked", about=ref), now=START)
    for message_id in ("m1", "m2"):
        (claimed,) = await claim(store.deliveries)
        assert claimed.libraries == {"desk"}
        await store.deliveries.sent(claimed, Receipt(message_id, START), now=START)
    for message_id in ("m1", "m2", "asked"):
        assert await store.conversations.about(["desk"], "fake:r1", message_id) == (ref,)
        assert await store.conversations.about(["other"], "fake:r1", message_id) == ()
        assert await store.conversations.about(["desk"], "fake:r2", message_id) == ()


async def test_two_stores_on_one_file_never_both_get_a_part(data_dir: Path) -> None:
    async with (
        open_store(data_dir, likeness=LIKENESS) as one,
        open_store(data_dir, likeness=LIKENESS) as other,
    ):
        for n in range(12):
            await one.deliveries.add(delivery(f"{n}", to=room(f"fake:r{n}")), now=START)
        taken = []
        while claims := [
            *await claim(one.deliveries, limit=2, owner="one"),
            *await claim(other.deliveries, limit=3, owner="other"),
        ]:
            taken += [c.part.key for c in claims]
        assert sorted(taken, key=int) == [f"{n}" for n in range(12)]


@dataclass
class Forgetful:
    """A memory in which one article is held, and what makes it forget that article."""

    deliveries: Deliveries
    forget: Callable[[], Awaitable[object]]


HELD = ArticleRef("own", "harbour")


@pytest.fixture(params=["store", "memory"])
async def forgetful(request: pytest.FixtureRequest, data_dir: Path) -> AsyncIterator[Forgetful]:
    if request.param == "memory":
        memory = MemoryDeliveries()

        async def forget() -> None:
            memory.forget(HELD)

        yield Forgetful(memory, forget)
        return
    async with open_store(data_dir, likeness=LIKENESS) as store:
        made = article(HELD.id)
        await store.library.keep(HELD.library, made, brief(made), added_by="p1", now=START)
        yield Forgetful(store.deliveries, lambda: store.library.forget(HELD.library, HELD.id))


async def withdrawals(deliveries: Deliveries, *, now=START, again=LATER, limit=9) -> list[Withdrawal]:
    return await deliveries.claim_withdrawals("fake", limit=limit, now=now, again=again)


async def posted(deliveries: Deliveries, *texts: str) -> None:
    await deliveries.add(delivery("d", *texts, articles=(HELD,)), now=START)
    for number in range(len(texts)):
        (claimed,) = await claim(deliveries)
        await deliveries.sent(claimed, Receipt(f"m{number}", START), now=START)


async def test_what_was_posted_is_withdrawn_once_its_words_are_forgotten(forgetful: Forgetful) -> None:
    deliveries = forgetful.deliveries
    await posted(deliveries, "one", "two")
    assert await withdrawals(deliveries) == []
    assert await deliveries.next_due(["fake"]) is None
    await forgetful.forget()
    assert await deliveries.next_due(["fake"]) <= START
    last, first = await withdrawals(deliveries)
    assert (first.key, first.delivery, first.attempt) == ("d/1", "d", 1)
    assert first.posted == Posted("fake:r1", "fake", "m0")
    assert first.room == room()
    assert last.posted.message_id == "m1"
    assert await withdrawals(deliveries) == []
    await deliveries.withdrawn("d/1", now=START)
    await deliveries.stays("d/2", "the room does not let me", now=START)
    assert await withdrawals(deliveries, now=LATER) == []
    assert await deliveries.next_due(["fake"]) is None
    records = await deliveries.record("d")
    assert [(r.withdrawal, r.reason) for r in records] == [
        ("done", None),
        ("stays", "the room does not let me"),
    ]


async def test_a_withdrawal_that_nobody_ended_is_taken_again(forgetful: Forgetful) -> None:
    deliveries = forgetful.deliveries
    await posted(deliveries, "one")
    await forgetful.forget()
    await withdrawals(deliveries)
    (again,) = await withdrawals(deliveries, now=LATER)
    assert again.attempt == 2
    later = LATER + timedelta(minutes=1)
    await deliveries.withdraw_later("d", "not now", until=later)
    assert await withdrawals(deliveries, now=LATER) == []
    assert await deliveries.next_due(["fake"]) == later
    assert len(await withdrawals(deliveries, now=later, again=later)) == 1
