from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.outbox import Outbox
from bot.ports import (
    ArticleRef,
    Capabilities,
    Deliveries,
    Found,
    Part,
    PostError,
    PostUncertain,
    Receipt,
    Room,
)
from bot.store import Likeness, open_store
from tests.bot.fakes import FakeClock, FakePlatform, MemoryDeliveries, admits_all, settle
from tests.bot.samples import delivery, room

REMEMBERS = Capabilities(remembers_keys=timedelta(hours=20))


@dataclass
class Bench:
    """An outbox on a fake chat server."""

    clock: FakeClock = field(default_factory=FakeClock)
    deliveries: Deliveries = field(default_factory=MemoryDeliveries)
    capabilities: Capabilities = field(default_factory=Capabilities)
    admits: Any = admits_all
    platform: FakePlatform = field(init=False)
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.platform = FakePlatform(self.clock, capabilities=self.capabilities)
        self.restart()

    def restart(self) -> None:
        self.outbox = Outbox(self.deliveries, [self.platform], self.clock, self.admits)

    def texts(self, room_id: str | None = None) -> list[str]:
        return [m.text for m in self.platform.shown(room_id)]

    async def states(self, key: str) -> list[str]:
        return [record.state for record in await self.deliveries.record(key)]

    async def later(self, seconds: float) -> None:
        self.clock.jump(seconds)
        await self.outbox.deliver_due()


@pytest.fixture(params=["store", "memory"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    if request.param == "memory":
        yield Bench()
        return
    likeness = Likeness(lambda _: b"", lambda _one, _other: 0.0, duplicate_from=1.0)
    async with open_store(tmp_path, likeness=likeness) as store:
        yield Bench(deliveries=store.deliveries)


async def test_what_is_sent_is_posted_and_its_receipt_is_kept(bench: Bench) -> None:
    assert await bench.outbox.send(delivery("d", "one", "two"))
    assert bench.texts() == []
    assert await bench.outbox.deliver_due() == 2
    assert bench.texts() == ["one", "two"]
    assert [r.message_id for r in await bench.deliveries.record("d")] == ["m1", "m2"]
    assert await bench.outbox.deliver_due() == 0


async def test_the_same_key_is_never_delivered_twice(bench: Bench) -> None:
    await bench.outbox.send(delivery("d", "one"))
    await bench.outbox.deliver_due()
    assert not await bench.outbox.send(delivery("d", "one"))
    await bench.outbox.deliver_due()
    assert bench.texts() == ["one"]


async def test_a_part_is_marked_before_it_is_posted(bench: Bench) -> None:
    seen: list[list[str]] = []

    class Watching(FakePlatform):
        async def post(self, part: Part) -> Receipt:
            seen.append(await bench.states("d"))
            return await super().post(part)

    bench.platform = Watching(bench.clock)
    bench.restart()
    await bench.outbox.send(delivery("d", "one", "two"))
    await bench.outbox.deliver_due()
    assert seen == [["sending", "pending"], ["sent", "sending"]]


async def test_an_outage_costs_no_message_and_no_order(bench: Bench) -> None:
    bench.platform.faults.extend([30, "dropped", 5, 2])
    for n in range(5):
        await bench.outbox.send(delivery(f"d{n}"))
    for _ in range(8):
        await bench.later(130)
    assert bench.texts() == ["d0", "d1", "d2", "d3", "d4"]


async def test_a_room_that_has_to_wait_holds_up_no_other(bench: Bench) -> None:
    bench.platform.faults.append(30)
    await bench.outbox.send(delivery("a", to=room("fake:r1")))
    await bench.outbox.send(delivery("b", to=room("fake:r1")))
    await bench.outbox.send(delivery("c", to=room("fake:r2")))
    await bench.outbox.deliver_due()
    assert bench.texts() == ["c"]
    await bench.later(29)
    assert bench.texts() == ["c"]
    await bench.later(1)
    assert bench.texts() == ["c", "a", "b"]


async def test_a_refused_part_fails_with_the_rest_and_the_next_delivery_goes_on(bench: Bench) -> None:
    bench.platform.faults.extend([None, "refused"])
    await bench.outbox.send(delivery("a", "one", "two", "three"))
    await bench.outbox.send(delivery("b"))
    await bench.outbox.deliver_due()
    assert bench.texts() == ["one", "b"]
    assert await bench.states("a") == ["sent", "failed", "failed"]


async def test_a_post_whose_answer_was_lost_is_looked_up_and_not_repeated(bench: Bench) -> None:
    bench.platform.faults.append("lost")
    await bench.outbox.send(delivery("a"))
    await bench.outbox.send(delivery("b"))
    await bench.outbox.deliver_due()
    assert await bench.states("a") == ["sending"]
    await bench.later(59)
    assert await bench.states("a") == ["sending"]
    assert bench.texts() == ["a"]
    await bench.later(1)
    assert await bench.states("a") == ["sent"]
    assert bench.texts() == ["a", "b"]


async def test_a_post_accepted_after_its_client_gave_up_is_found_once_it_has_settled(bench: Bench) -> None:
    bench.platform.faults.append("late")
    await bench.outbox.send(delivery("a"))
    for _ in range(40):
        await bench.later(5)
    assert bench.texts() == ["a"]
    assert bench.platform.posts_tried == 1
    assert await bench.states("a") == ["sent"]


async def test_a_post_that_is_proven_absent_is_posted_again(bench: Bench) -> None:
    bench.platform.faults.append("dropped")
    await bench.outbox.send(delivery("a"))
    await bench.outbox.deliver_due()
    await bench.later(60)
    assert bench.texts() == ["a"]
    assert await bench.states("a") == ["sent"]


async def test_what_can_never_be_told_is_unknown_and_never_posted_again(bench: Bench) -> None:
    bench.platform.faults.append("dropped")
    bench.platform.history_readable = False
    await bench.outbox.send(delivery("a"))
    await bench.outbox.send(delivery("b"))
    await bench.outbox.deliver_due()
    for _ in range(5):
        await bench.later(100)
    assert bench.texts() == ["b"]
    (record,) = await bench.deliveries.log(states=["unknown"])
    assert (record.key, record.reason) == ("a", "the platform cannot tell whether it was posted")


async def test_a_history_that_cannot_be_read_now_is_read_later(bench: Bench) -> None:
    bench.platform.faults.append("lost")
    bench.platform.history_readable = None
    await bench.outbox.send(delivery("a"))
    await bench.outbox.deliver_due()
    await bench.later(60)
    assert await bench.states("a") == ["sending"]
    bench.platform.history_readable = True
    await bench.later(5)
    assert await bench.states("a") == ["sent"]
    assert bench.texts() == ["a"]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (PostError("the bot was thrown out of the room", None), "unknown"),
        (PostUncertain(), "sent"),
        (RuntimeError("secret"), "unknown"),
    ],
)
async def test_a_look_up_that_fails_never_leads_to_a_second_post(fault: Exception, state: str) -> None:
    class Unsteady(FakePlatform):
        failed = False

        async def find(self, part: Part, since: datetime) -> Found:
            if not self.failed:
                self.failed = True
                raise fault
            return await super().find(part, since)

    bench = Bench()
    bench.platform = Unsteady(bench.clock)
    bench.restart()
    bench.platform.faults.append("lost")
    await bench.outbox.send(delivery("a"))
    with capture_logs() as logs:
        await bench.outbox.deliver_due()
        await bench.later(60)
        await bench.later(60)
    assert await bench.states("a") == [state]
    assert bench.texts() == ["a"]
    assert "secret" not in str(logs)


async def test_a_receipt_that_could_not_be_written_is_found_again() -> None:
    class Full(MemoryDeliveries):
        full = True

        async def sent(self, *args: Any, **kwargs: Any) -> None:
            if self.full:
                raise OSError("disk full")
            await super().sent(*args, **kwargs)

    deliveries = Full()
    bench = Bench(deliveries=deliveries)
    await bench.outbox.send(delivery("a"))
    await bench.outbox.deliver_due()
    deliveries.full = False
    assert await bench.states("a") == ["sending"]
    await bench.later(100)
    assert await bench.states("a") == ["sent"]
    assert bench.texts() == ["a"]


async def test_where_keys_are_remembered_a_doubtful_part_is_simply_posted_again() -> None:
    bench = Bench(capabilities=REMEMBERS)
    bench.platform.history_readable = False
    bench.platform.faults.extend(["lost", "dropped"])
    await bench.outbox.send(delivery("a"))
    await bench.outbox.deliver_due()
    await bench.later(2)
    await bench.later(4)
    assert bench.texts() == ["a"]
    assert bench.platform.posts_tried == 3
    assert await bench.states("a") == ["sent"]


async def test_once_a_key_is_forgotten_the_part_is_looked_up_instead() -> None:
    bench = Bench(capabilities=REMEMBERS)
    bench.platform.faults.append("lost")
    await bench.outbox.send(delivery("a"))
    await bench.outbox.deliver_due()
    await bench.later(21 * 3600)
    assert bench.platform.posts_tried == 1
    assert await bench.states("a") == ["sent"]


async def test_a_doubtful_part_that_is_refused_at_last_may_stand_there_and_is_unknown() -> None:
    bench = Bench(capabilities=REMEMBERS)
    bench.platform.faults.extend(["lost", "refused"])
    await bench.outbox.send(delivery("a"))
    await bench.outbox.deliver_due()
    await bench.later(60)
    assert await bench.states("a") == ["unknown"]


async def test_a_post_that_never_answers_is_given_up_and_looked_up() -> None:
    bench = Bench()
    bench.platform.faults.append("hangs")
    await bench.outbox.send(delivery("a"))
    posting = asyncio.create_task(bench.outbox.deliver_due())
    await bench.clock.advance(29)
    assert not posting.done()
    await bench.clock.advance(1)
    assert posting.done()
    assert bench.platform.under_way == 0
    await bench.later(59)
    assert bench.texts() == []
    await bench.later(1)
    assert bench.texts() == ["a"]


async def test_an_adapter_that_breaks_holds_up_nobody_else_and_its_words_are_not_logged(bench: Bench) -> None:
    bench.platform.faults.extend(["broken"] * 3)  # looked up in between: attempts 1, 3 and 5
    await bench.outbox.send(delivery("a", "secret words"))
    with capture_logs() as logs:
        for _ in range(20):
            await bench.later(130)
    await bench.outbox.send(delivery("b", to=room("fake:r2")))
    await bench.outbox.deliver_due()
    assert bench.texts() == ["b"]
    assert await bench.states("a") == ["unknown"]
    assert {log["event"] for log in logs} >= {"outbox.adapter_failed"}
    assert "secret" not in str(logs)


async def test_a_room_that_may_not_read_it_any_more_does_not_get_it() -> None:
    asked: list[tuple[str, set[str]]] = []

    async def admits(where: Room, libraries: Collection[str]) -> bool:
        asked.append((where.id, set(libraries)))
        return where.id != "fake:r1"

    bench = Bench(admits=admits)
    words = (ArticleRef("desk", "harbour"),)
    await bench.outbox.send(delivery("a", "one", "two", articles=words))
    await bench.outbox.send(delivery("b", to=room("fake:r2")))
    await bench.outbox.deliver_due()
    assert bench.texts() == ["b"]
    assert await bench.states("a") == ["failed", "failed"]
    assert sorted(asked) == [("fake:r1", {"desk"}), ("fake:r2", set())]


async def test_many_rooms_are_served_at_a_time_but_no_more_than_the_platform_is_to_bear() -> None:
    bench = Bench()
    for n in range(30):
        await bench.outbox.send(delivery(f"d{n}", to=room(f"fake:r{n}")))
    await bench.outbox.deliver_due()
    assert len(bench.texts()) == 30
    assert bench.platform.most_under_way == 8


async def test_a_process_that_was_held_up_between_claim_and_post_does_not_post() -> None:
    async def admits(_room: Room, _libraries: Collection[str]) -> bool:
        bench.clock.jump(200 if bench.platform.posts_tried == 0 and not held else 0)
        held.append(True)
        return True

    held: list[bool] = []
    bench = Bench(admits=admits)
    await bench.outbox.send(delivery("a"))
    await bench.outbox.deliver_due()
    assert bench.texts() == []
    await bench.later(5)
    assert bench.texts() == ["a"]


async def test_running_it_posts_what_is_sent_and_what_other_processes_have_stored() -> None:
    bench = Bench()
    running = asyncio.create_task(bench.outbox.run())
    await bench.outbox.send(delivery("a"))
    await settle()
    assert bench.texts() == ["a"]
    await bench.deliveries.add(delivery("b"), now=bench.clock.now())
    await bench.clock.advance(5)
    assert bench.texts() == ["a", "b"]
    bench.platform.faults.append(42)
    await bench.outbox.send(delivery("c"))
    await bench.clock.advance(41.5)
    assert bench.texts() == ["a", "b"]
    await bench.clock.advance(1)
    assert bench.texts() == ["a", "b", "c"]
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_stopping_lets_a_post_under_way_end_and_begins_no_other() -> None:
    answer = asyncio.Event()

    class Slow(FakePlatform):
        async def post(self, part: Part) -> Receipt:
            await answer.wait()
            return await super().post(part)

    bench = Bench()
    bench.platform = Slow(bench.clock)
    bench.restart()
    await bench.outbox.send(delivery("a", "one", "two"))
    running = asyncio.create_task(bench.outbox.run())
    await settle()
    running.cancel()
    await settle()
    assert not running.done()
    answer.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await bench.states("a") == ["sent", "pending"]
    assert bench.texts() == ["one"]


async def test_stopping_a_second_time_waits_for_nothing() -> None:
    bench = Bench()
    bench.platform.faults.append("hangs")
    await bench.outbox.send(delivery("a"))
    running = asyncio.create_task(bench.outbox.run())
    await settle()
    running.cancel()
    await settle()
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await settle()
    assert bench.platform.under_way == 0
    assert await bench.states("a") == ["sending"]


async def test_a_store_that_fails_for_a_while_does_not_end_the_outbox() -> None:
    class Busy(MemoryDeliveries):
        busy = True

        async def claim(self, *args: Any, **kwargs: Any) -> Any:
            if self.busy:
                raise OSError("database is locked, and this is the text: secret")
            return await super().claim(*args, **kwargs)

    deliveries = Busy()
    bench = Bench(deliveries=deliveries)
    with capture_logs() as logs:
        running = asyncio.create_task(bench.outbox.run())
        await bench.outbox.send(delivery("a"))
        await settle()
        assert not running.done()
        deliveries.busy = False
        await bench.clock.advance(5)
    assert bench.texts() == ["a"]
    assert "secret" not in str(logs)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_two_outboxes_on_one_store_post_each_part_once(bench: Bench) -> None:
    other = Outbox(bench.deliveries, [bench.platform], bench.clock, admits_all)
    for n in range(20):
        await bench.outbox.send(delivery(f"d{n}", "one", "two", to=room(f"fake:r{n % 7}")))
    await asyncio.gather(bench.outbox.deliver_due(), other.deliver_due())
    await bench.outbox.deliver_due()
    keys = [m.key for m in bench.platform.shown()]
    assert len(keys) == len(set(keys)) == 40


actions = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(1, 3)),
        st.tuples(st.just("wait"), st.sampled_from([0, 1, 5, 30, 59, 61, 130])),
        st.tuples(st.just("crash"), st.integers(0, 12)),
    ),
    max_size=25,
)
faults = st.lists(
    st.sampled_from([None, None, None, "lost", "late", "dropped", 0, 3, 90]),
    max_size=25,
)


@pytest.mark.parametrize("capabilities", [Capabilities(), REMEMBERS], ids=["look-up", "keys"])
@settings(deadline=None)
@given(actions=actions, faults=faults)
async def test_whatever_happens_each_message_is_shown_once_and_in_its_place(
    capabilities: Capabilities, actions: list[tuple[str, int]], faults: list[Any]
) -> None:
    bench = Bench(capabilities=capabilities)
    bench.platform.faults.extend(faults)
    sent: list[tuple[str, str]] = []
    for action, number in actions:
        if action == "send":
            where = f"fake:r{number}"
            key = f"d{len(sent)}"
            sent.append((where, key))
            await bench.outbox.send(delivery(key, f"{key} one", f"{key} two", to=room(where)))
        elif action == "wait":
            await bench.later(number)
        else:
            dying = asyncio.create_task(bench.outbox.deliver_due())
            await settle(number)
            dying.cancel()
            with suppress(asyncio.CancelledError):
                await dying
            bench.restart()
    bench.platform.faults.clear()
    for _ in range(2 * len(sent) + 30):
        await bench.later(150)
    for where in {where for where, _ in sent}:
        wanted = [f"{key} {part}" for at, key in sent if at == where for part in ("one", "two")]
        assert bench.texts(where) == wanted
    assert set((await bench.deliveries.counts()).items()) >= {("unknown", 0), ("failed", 0)}


async def test_a_document_too_long_for_a_message_goes_on_in_the_thread_without_losing_a_word() -> None:
    bench = Bench(capabilities=Capabilities(max_chars=300))
    words = " ".join(f"word{n}" for n in range(100))
    await bench.outbox.send(delivery("long", f"**Title**\n\n{words}", threaded=True))
    await bench.outbox.deliver_due()
    first, *rest = bench.platform.shown()
    assert len(rest) >= 2
    assert first.thread is None
    assert {message.thread for message in rest} == {first.id}
    assert all(len(message.text) <= 300 for message in (first, *rest))
    assert " ".join(m.text for m in (first, *rest)).split()[1:] == words.split()


async def test_a_part_that_falls_due_while_the_outbox_looks_is_still_posted() -> None:
    class Slowly(MemoryDeliveries):
        async def claim(self, *args: Any, **more: Any) -> Any:
            claims = await super().claim(*args, **more)
            await settle(40)  # what was read is old by the time that it arrives
            return claims

    class SlowRoom(FakePlatform):
        async def post(self, part: Part) -> Receipt:
            if part.room.id == "fake:slow":
                await settle(20)
            return await super().post(part)

    clock = FakeClock()
    deliveries, platform = Slowly(), SlowRoom(clock)
    outbox = Outbox(deliveries, [platform], clock, admits_all)
    await outbox.send(delivery("slow", "one", "two", to=room("fake:slow")))
    await outbox.send(delivery("quick", to=room("fake:quick")))
    assert await outbox.deliver_due() == 3
    assert [m.text for m in platform.shown("fake:slow")] == ["one", "two"]


HELD = ArticleRef("own", "harbour")


class Withdrawing(Bench):
    """Two messages about an article stand in a room when it is forgotten."""

    async def forget(self) -> None:
        await self.outbox.send(delivery("d", "one", "two", articles=(HELD,)))
        await self.outbox.send(delivery("other"))
        await self.outbox.deliver_due()
        assert isinstance(self.deliveries, MemoryDeliveries)
        self.deliveries.forget(HELD)

    async def withdrawals(self) -> list[str | None]:
        return [record.withdrawal for record in await self.deliveries.record("d")]


async def test_messages_about_what_is_forgotten_are_deleted_and_no_others() -> None:
    bench = Withdrawing()
    await bench.forget()
    await bench.outbox.deliver_due()
    assert bench.texts() == ["other"]
    assert await bench.withdrawals() == ["done", "done"]


async def test_a_deletion_that_has_to_wait_is_tried_again_after_the_time_named() -> None:
    bench = Withdrawing()
    await bench.forget()
    bench.platform.delete_faults.extend([30.0, "dropped"])
    await bench.outbox.deliver_due()
    assert bench.texts() == ["one", "two", "other"]
    await bench.later(5)
    assert bench.texts() == ["two", "other"]
    await bench.later(30)
    assert bench.texts() == ["other"]


async def test_where_a_message_has_to_stay_its_room_is_told_why_once() -> None:
    bench = Withdrawing()
    await bench.forget()
    bench.platform.delete_faults.extend(["refused", "refused"])
    await bench.outbox.deliver_due()
    assert await bench.withdrawals() == ["stays", "stays"]
    (notice,) = bench.texts()[3:]
    assert (
        "words of an article that was forgotten, and I cannot delete them: the room does not let me" in notice
    )


async def test_a_process_that_dies_over_a_deletion_leaves_it_to_the_next() -> None:
    bench = Withdrawing()
    await bench.forget()
    await bench.deliveries.claim_withdrawals(
        "fake", limit=9, now=bench.clock.now(), again=bench.clock.now() + timedelta(seconds=100)
    )
    bench.restart()
    await bench.outbox.deliver_due()
    assert bench.texts() == ["one", "two", "other"]
    await bench.later(100)
    assert bench.texts() == ["other"]


async def test_an_adapter_that_breaks_over_deletions_is_given_up_after_some_and_the_room_told() -> None:
    bench = Withdrawing()
    await bench.forget()
    bench.platform.delete_faults.extend(["broken"] * 12)
    with capture_logs() as logs:
        for _ in range(12):
            await bench.later(60)
    assert await bench.withdrawals() == ["stays", "stays"]
    assert "a fault of mine, which is in the log" in bench.texts()[-1]
    assert any(log["event"] == "outbox.adapter_failed" for log in logs)


async def test_the_outbox_that_runs_deletes_what_another_process_has_forgotten() -> None:
    bench = Withdrawing()
    await bench.forget()
    running = asyncio.create_task(bench.outbox.run())
    await bench.clock.advance(6)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert bench.texts() == ["other"]
