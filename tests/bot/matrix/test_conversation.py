"""What people in rooms in the clear write, and what they see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.matrix.desk import LINK, Desk, desk
from tests.bot.matrix.homeserver import Homeserver
from tests.bot.matrix.people import Person


@pytest.fixture
async def bot(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(homeserver.url, homeserver.register("communique"), tmp_path / "bot") as made:
        yield made


@pytest.fixture
async def anna(homeserver: Homeserver) -> AsyncIterator[Person]:
    async with Person(homeserver, homeserver.register("anna")) as person:
        yield person


async def test_a_link_in_a_direct_chat_is_briefed_with_its_quotes_in_the_thread(
    bot: Desk, anna: Person
) -> None:
    room = await anna.direct_room(bot.id)
    asked = await anna.send(room, LINK)
    brief, more, *_ = await anna.said(bot.id, room, count=2)
    assert "Bottom line." in brief["content"]["body"]
    assert "<strong>Bottom line.</strong>" in brief["content"]["formatted_body"]
    assert brief["content"]["msgtype"] == "m.notice"
    assert brief["content"]["m.mentions"] == {}
    assert more["content"]["m.relates_to"]["rel_type"] == "m.thread"
    assert more["content"]["m.relates_to"]["event_id"] == brief["event_id"]
    eyes = await anna.until(lambda e: e["type"] == "m.reaction" and e["sender"] == bot.id)
    assert eyes[0]["content"].get("m.relates_to", {"event_id": asked})["event_id"] == asked
    await anna.until(lambda e: e["type"] == "m.room.redaction" and e["sender"] == bot.id)
