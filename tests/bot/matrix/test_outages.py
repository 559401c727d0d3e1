"""The homeserver is away, slow or confused; the bot is away or dies: nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.matrix.rooms import full_id
from bot.ports import Delivery, Room
from briefs.render import Document
from tests.bot.matrix.desk import desk
from tests.bot.matrix.homeserver import Homeserver
from tests.bot.matrix.killing import talk_to_the_dying
from tests.bot.matrix.people import NioPerson, Person
from tests.bot.matrix.wire import Trouble, Wire, wire


@pytest.fixture
async def line(homeserver: Homeserver) -> AsyncIterator[Wire]:
    async with wire(homeserver.url) as made:
        yield made


@pytest.mark.parametrize("trouble", ["down", "reset", "broken", "limited", "deaf"])
async def test_after_an_outage_all_is_said_once_and_in_order(
    homeserver: Homeserver, line: Wire, anna: Person, tmp_path: Path, trouble: Trouble
) -> None:
    async with desk(line.url, homeserver.register("communique"), tmp_path / "bot") as bot:
        room = await anna.direct_room(bot.id)
        await anna.send(room, "list")
        await anna.said(bot.id, room, "No articles")
        await line.set(trouble)
        await anna.send(room, "status")
        for number in range(4):
            where = Room(full_id(room), "matrix", "direct")
            document = Document(f"Number {number}", "Number")
            await bot.outbox.send(Delivery(f"n{number}", "notice", where, (document,)))
        if trouble == "down":
            await asyncio.sleep(0.5)
        else:
            for _ in range(600):
                if line.requests[trouble] >= 3:
                    break
                await asyncio.sleep(0.05)
        await line.set(None)
        await anna.said(bot.id, room, "version")
        await anna.said(bot.id, room, "Number 3")
        said = [event["content"]["body"] for event in anna.heard(bot.id, room, "Number")]
        assert said == [f"Number {number}" for number in range(4)]
        assert len(anna.heard(bot.id, room, "version")) == 1


async def test_what_was_said_while_the_bot_was_away_is_answered_however_much_it_was(
    homeserver: Homeserver, anna: Person, tmp_path: Path
) -> None:
    account, ben = homeserver.register("communique"), homeserver.register("ben")
    async with desk(homeserver.url, account, tmp_path / "bot") as bot:
        room = await anna.create_room(bot.id, ben.user_id, name="Strike desk")
        await anna.until(
            lambda e: (
                e["type"] == "m.room.member"
                and e["state_key"] == bot.id
                and e["content"]["membership"] == "join"
            )
        )
        await anna.send(room, "!brief before")
        await anna.said(bot.id, room, "before")
    await anna.send(room, "!brief early")
    for number in range(160):  # more than one page of a sync, and more than one page behind it
        await anna.send(room, f"chatter {number}")
    await anna.send(room, "!brief late")
    async with desk(homeserver.url, account, tmp_path / "bot") as bot:
        await anna.said(bot.id, room, "early")
        await anna.said(bot.id, room, "late")
        await anna.send(room, "!brief status")
        await anna.said(bot.id, room, "version")
    assert len(anna.heard(bot.id, room)) == 4


async def test_after_a_night_without_news_the_bot_still_knows_its_rooms(
    homeserver: Homeserver, anna: Person, tmp_path: Path
) -> None:
    account = homeserver.register("communique")
    async with desk(homeserver.url, account, tmp_path / "bot") as bot:
        room = await anna.direct_room(bot.id)
        await anna.send(room, "list")
        await anna.said(bot.id, room, "No articles")
    async with desk(homeserver.url, account, tmp_path / "bot"):
        pass  # takes note of what it said itself
    async with desk(homeserver.url, account, tmp_path / "bot") as bot:
        where = Room(full_id(room), "matrix", "direct")
        await bot.outbox.send(Delivery("morning", "notice", where, (Document("Good morning", "Morning"),)))
        await anna.said(bot.id, room, "Good morning")


async def test_the_first_start_passes_over_what_was_said_before(
    homeserver: Homeserver, anna: Person, tmp_path: Path
) -> None:
    account = homeserver.register("communique")
    async with desk(homeserver.url, account, tmp_path / "first") as bot:
        room = await anna.direct_room(bot.id)
        await anna.send(room, "list")
        await anna.said(bot.id, room, "No articles")
    await anna.send(room, "status")
    async with desk(homeserver.url, account, tmp_path / "another"):
        await anna.send(room, "list")
        await anna.said(bot.id, room, "No articles", count=2)
    assert not anna.heard(bot.id, room, "version")


async def test_a_login_that_was_ended_is_renewed_with_the_same_device(
    homeserver: Homeserver, anna: Person, tmp_path: Path
) -> None:
    async with desk(homeserver.url, homeserver.register("communique"), tmp_path / "bot") as bot:
        room = await anna.direct_room(bot.id)
        await anna.send(room, "list")
        await anna.said(bot.id, room, "No articles")
        before = bot.platform._folder.login()
        assert bot.platform._client is not None
        await bot.platform._client.ask("POST", "/logout", {})
        await anna.send(room, "status")
        await anna.said(bot.id, room, "version")
        after = bot.platform._folder.login()
        assert before is not None
        assert after is not None
        assert (after.device_id, after.access_token != before.access_token) == (before.device_id, True)


async def test_a_bot_that_is_killed_answers_everything_once(
    homeserver: Homeserver, line: Wire, tmp_path: Path
) -> None:
    async with NioPerson(homeserver, homeserver.register("anna"), tmp_path / "anna") as anna:
        outcome = await talk_to_the_dying(homeserver, line, anna, tmp_path / "bot", kills=3)
    assert outcome["sent"] > 0
    assert (outcome["lost"], outcome["twice"]) == (0, 0), outcome
