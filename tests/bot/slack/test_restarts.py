"""What was acknowledged is answered, once, though the process dies right after; what was said does not stay behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.store import schema
from tests import shown
from tests.bot.slack.desk import LINK, Desk, Mode, at_work, working
from tests.bot.slack.fake import ANNAS_DM, BOT, PUBLIC, FakeSlack

Act = Callable[[FakeSlack], Awaitable[Any]]


async def _command(slack: FakeSlack) -> None:
    await slack.command(LINK)


async def _mention(slack: FakeSlack) -> None:
    await slack.says(f"<@{BOT}> <{LINK}>")  # comes as two events


async def _upload(slack: FakeSlack) -> None:
    file = slack.upload("aldra.txt", "text/plain", shown.TEXT.encode())
    await slack.says("", channel=ANNAS_DM, files=[file])


async def _shortcut(slack: FakeSlack) -> None:
    await slack.shortcut(await slack.says(f"<{LINK}>"))


@pytest.mark.parametrize("mode", ["socket", "http"])
@pytest.mark.parametrize(
    ("act", "channel"), [(_command, PUBLIC), (_mention, PUBLIC), (_upload, ANNAS_DM), (_shortcut, PUBLIC)]
)
async def test_what_was_acknowledged_before_the_process_died_is_answered_once_by_the_next(
    tmp_path: Path, mode: Mode, act: Act, channel: str
) -> None:
    async with FakeSlack(mode).serve() as slack:
        async with working(slack, tmp_path) as desk:
            desk.dies = True
            await act(slack)
            assert {ack.status for ack in slack.acks} == {200}
            assert desk.handled == []
        assert slack.shown(channel) == []
        async with working(slack, tmp_path) as desk:
            briefed = await slack.until_briefed(channel)
            await _all_let_go(desk)
        async with working(slack, tmp_path) as desk:
            await slack.command("help")
            await slack.until_whispered()
            assert [len(desk.handled), len(desk.reader.briefed)] == [1, 0]
        assert slack.shown(channel) == briefed
        assert slack.refusals == []


async def test_a_button_that_was_pressed_before_the_process_died_is_answered_by_the_next(
    tmp_path: Path,
) -> None:
    async with FakeSlack().serve() as slack:
        async with working(slack, tmp_path) as desk:
            await slack.command(LINK)
            first, *_ = await slack.until_briefed()
            desk.dies = True
            await slack.press(first, "Quotes")
        async with working(slack, tmp_path) as desk:
            (whisper,) = await slack.until_whispered()
            assert "“a fair beginning”" in slack.words(whisper)
            await _all_let_go(desk)


async def test_nothing_that_is_not_meant_for_the_bot_is_kept(tmp_path: Path) -> None:
    async with at_work(tmp_path, "socket") as desk:
        desk.dies = True
        await desk.slack.says("good morning to everybody")
        await desk.slack.event({"type": "reaction_added", "user": "U1"})
        assert await _kept(desk) == 0


async def _all_let_go(desk: Desk) -> None:
    while await _kept(desk):
        await desk.slack.until(lambda: True)


async def _kept(desk: Desk) -> int:
    async with desk.store.database.read() as connection:
        count = await connection.execute(select(func.count()).select_from(schema.received))
        return int(count.scalar_one())
