"""Matrix keeps to what every platform keeps to, and to what it says of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bot.platforms.matrix.rooms import full_id
from bot.ports import Action, Delivery, Part, Platform, Posted, Receipt, Room
from briefs.render import Document
from tests.bot import test_platform_contract as contract
from tests.bot.fakes import FakeClock
from tests.bot.matrix.desk import Desk
from tests.bot.matrix.homeserver import Homeserver
from tests.bot.matrix.people import Person

RULES = [getattr(contract, name) for name in dir(contract) if name.startswith("test_")]


async def chat(bot: Desk, anna: Person) -> str:
    room = await anna.direct_room(bot.id)
    await anna.send(room, "list")
    await anna.said(bot.id, room, "No articles")
    return room


def part(room: str, key: str, text: str, **more: Any) -> Part:
    return Part(key, Room(full_id(room), "matrix", "direct"), None, 1, 1, Document(text, text), **more)


async def test_the_rules_of_all_platforms_hold(bot: Desk, anna: Person) -> None:
    assert RULES
    for rule in RULES:
        room = await chat(bot, anna)

        def make(clock: FakeClock, room: str = room) -> tuple[Platform, Room]:
            clock.jump((datetime.now(UTC) - clock.now()).total_seconds())
            return bot.platform, Room(full_id(room), "matrix", "direct")

        check: Callable[..., Any] = rule
        await check(make)


async def test_a_correction_takes_the_place_of_what_it_corrects(bot: Desk, anna: Person) -> None:
    room = await chat(bot, anna)
    first = await bot.platform.post(part(room, "k1", "**Draft**"))
    again = await bot.platform.post(part(room, "k2", "**Corrected**", replaces=first.message_id))
    assert again.message_id == first.message_id
    (edit,) = await anna.said(bot.id, room, "* Corrected")
    assert edit["content"]["m.new_content"]["formatted_body"] == "<p><strong>Corrected</strong></p>"
    assert edit["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": first.message_id}


async def test_a_message_that_is_deleted_is_gone_for_everybody(bot: Desk, anna: Person) -> None:
    room = await chat(bot, anna)
    posted = await bot.platform.post(part(room, "k1", "Secret"))
    for _ in range(2):  # again is as good
        await bot.platform.delete(Posted(full_id(room), "matrix", posted.message_id))
    shown = await anna.ask("GET", f"/rooms/{room}/event/{posted.message_id}")
    assert shown["content"] == {}


async def test_what_was_posted_is_found_by_its_key_behind_other_messages(bot: Desk, anna: Person) -> None:
    room = await chat(bot, anna)
    since = datetime.now(UTC) - timedelta(minutes=1)
    posted = await bot.platform.post(part(room, "k1", "One"))
    for number in range(120):
        await anna.send(room, {"msgtype": "m.notice", "body": f"chatter {number}"})
    found = await bot.platform.find(part(room, "k1", ""), since)
    assert isinstance(found, Receipt)
    assert found.message_id == posted.message_id


async def test_a_long_message_is_several_events_and_is_posted_once(bot: Desk, anna: Person) -> None:
    room = await chat(bot, anna)
    text = "\n\n".join(f"漢 {number} {'& <b> ' * 90}" for number in range(60))
    action = Action("Quotes", "quotes", "💬")
    for _ in range(2):
        await bot.platform.post(part(room, "long", text, actions=(action,)))
    await anna.send(room, "status")
    await anna.said(bot.id, room, "version")
    pages = anna.heard(bot.id, room, "漢")
    assert len(pages) > 1
    assert "".join(page["content"]["body"] for page in pages).count("漢") == 60


async def test_a_rate_limit_makes_messages_late_and_loses_none(
    homeserver: Homeserver, bot: Desk, anna: Person
) -> None:
    room = await chat(bot, anna)
    chief = homeserver.register("chief", admin=True)
    async with httpx.AsyncClient(base_url=homeserver.url, trust_env=False) as http:
        limited = await http.post(
            f"/_synapse/admin/v1/users/{bot.id}/override_ratelimit",
            json={"messages_per_second": 2, "burst_count": 2},
            headers={"Authorization": f"Bearer {chief.token}"},
        )
        assert limited.is_success, limited.text
    for number in range(6):
        where = Room(full_id(room), "matrix", "direct")
        text = f"Number {number}"
        await bot.outbox.send(Delivery(f"n{number}", "notice", where, (Document(text, text),)))
    await anna.said(bot.id, room, "Number", count=6)
    await asyncio.sleep(0)
    said = [event["content"]["body"] for event in anna.heard(bot.id, room, "Number")]
    assert said == [f"Number {number}" for number in range(6)]
