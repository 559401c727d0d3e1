"""A room that the bot has to leave gets nothing by itself until the bot is back; the operator sees why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.ports import Room
from bot.routine import due, schedules
from bot.routine.scheduler import Slots
from tests.bot.slack.desk import Desk, at_work
from tests.bot.slack.fake import ANNA, BOT, PUBLIC, TEAM

ROOM = Room(f"slack:{TEAM}/{PUBLIC}", "slack", "public")
AWAY: list[dict[str, Any]] = [
    {"type": "channel_left", "channel": PUBLIC, "actor_id": ANNA},
    {"type": "member_left_channel", "user": BOT, "channel": PUBLIC},
    {"type": "channel_archive", "channel": PUBLIC, "user": ANNA},
]
BACK: list[dict[str, Any]] = [
    {"type": "member_joined_channel", "user": BOT, "channel": PUBLIC, "inviter": ANNA},
    {"type": "member_joined_channel", "user": BOT, "channel": PUBLIC},
    {"type": "channel_unarchive", "channel": PUBLIC, "user": ANNA},
]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with at_work(tmp_path, "socket") as desk:
        yield desk


@pytest.mark.parametrize(("away", "back"), [*zip(AWAY, BACK, strict=True)])
async def test_schedules_wait_while_the_bot_is_away_and_go_on_when_it_is_back(
    desk: Desk, away: dict[str, Any], back: dict[str, Any]
) -> None:
    due_at = await _subscribed(desk)
    later = due_at + timedelta(hours=1)
    await desk.slack.event(away)
    await _paused(desk, True)
    assert await desk.store.agenda.waiting(now=later, limit=10) == []
    assert await desk.store.agenda.next_wake() is None
    await desk.slack.event(back)
    await _paused(desk, False)
    (slot,) = await Slots(desk.store.agenda, _Serves()).claim(later)
    assert slot.due == due_at


async def test_a_mention_shows_that_the_bot_is_back(desk: Desk) -> None:
    await _subscribed(desk)
    await desk.store.agenda.pause(ROOM.id, now=SystemClock().now())
    await desk.slack.says(f"<@{BOT}> help")
    await _paused(desk, False)


async def test_that_somebody_else_leaves_or_comes_changes_nothing(desk: Desk) -> None:
    await _subscribed(desk)
    await desk.slack.event({"type": "member_left_channel", "user": ANNA, "channel": PUBLIC})
    await desk.slack.command("help")
    await desk.slack.until_whispered()
    await _paused(desk, False)


class _Serves:
    async def serve(self, slot: object) -> None:
        raise AssertionError(slot)


async def _subscribed(desk: Desk) -> Any:
    rhythm = schedules.stored("daily 08:30", "UTC")
    now = SystemClock().now()
    first = due.following(rhythm, now)
    assert first is not None
    await desk.store.agenda.subscribe(ROOM.id, rhythm, by=ANNA, now=now, next_due=first.due)
    return first.due


async def _paused(desk: Desk, expected: bool) -> None:
    async with asyncio.timeout(30):
        while ((await desk.store.agenda.subscriptions(ROOM.id))[0].paused_at is not None) != expected:  # noqa: ASYNC110 - the store is looked at
            await asyncio.sleep(0.01)
