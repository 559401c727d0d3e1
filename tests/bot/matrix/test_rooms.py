"""Which rooms the bot comes to, what it may do there, and how it leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.matrix.rooms import full_id
from bot.ports import Part, PostError, Room
from briefs.render import Document
from tests.bot.matrix.desk import LINK, Desk, desk
from tests.bot.matrix.homeserver import Homeserver
from tests.bot.matrix.people import Person


@pytest.fixture
async def bot(homeserver: Homeserver, anna: Person, tmp_path: Path) -> AsyncIterator[Desk]:
    """Comes where Anna asks it to, and nobody else."""
    async with desk(
        homeserver.url, homeserver.register("communique"), tmp_path / "bot", allow=(anna.id,)
    ) as made:
        yield made


def member(who: str, room: str, membership: str):
    return lambda e: (
        e["type"] == "m.room.member"
        and e["room_id"] == room
        and e["state_key"] == who
        and e["content"]["membership"] == membership
    )


async def known(bot: Desk, room: str) -> Room:
    async with bot.store.database.read() as connection:
        found = await connection.exec_driver_sql(
            "SELECT id, platform, kind, title FROM room WHERE id = ?", (full_id(room),)
        )
        return Room(*found.one())


async def test_an_invitation_is_taken_from_those_who_may_give_one(
    bot: Desk, anna: Person, ben: Person
) -> None:
    refused = await ben.create_room(bot.id)
    taken = await anna.create_room(bot.id)
    await anna.until(member(bot.id, taken, "join"))
    await ben.until(member(bot.id, refused, "leave"))


async def test_a_space_is_no_room_to_talk_in(bot: Desk, anna: Person) -> None:
    space = await anna.create_room(bot.id, creation_content={"type": "m.space"})
    await anna.until(member(bot.id, space, "leave"))


async def test_rooms_are_direct_private_or_public(bot: Desk, anna: Person, ben: Person) -> None:
    kinds = {
        "direct": await anna.direct_room(bot.id),
        "private": await anna.create_room(bot.id, name="Strike desk", preset="private_chat"),
        "public": await anna.create_room(bot.id, name="Newsroom", preset="public_chat"),
    }
    for kind, room in kinds.items():
        await anna.until(member(bot.id, room, "join"))
        await anna.send(room, "!brief list")
        await anna.said(bot.id, room, "No articles")
        assert (await known(bot, room)).kind == kind
    await anna.ask("POST", f"/rooms/{kinds['direct']}/invite", {"user_id": ben.id})
    await anna.send(kinds["direct"], "!brief list")
    await anna.said(bot.id, kinds["direct"], "No articles", count=2)
    assert (await known(bot, kinds["direct"])).kind == "private"
    members = await bot.platform.members(Room(full_id(kinds["direct"]), "matrix", "private"))
    assert set(members or []) == {full_id(who) for who in (anna.id, ben.id, bot.id)}


async def test_settings_are_for_those_who_have_power_in_the_room(
    bot: Desk, anna: Person, ben: Person
) -> None:
    room = await anna.create_room(bot.id, ben.id, name="Strike desk")
    await ben.ask("POST", f"/join/{room}", {})
    await anna.until(member(ben.id, room, "join"))
    await ben.send(room, "!brief set loud on")
    await anna.said(bot.id, room)
    assert not await bot.store.settings.get(full_id(room), "loud")
    await anna.send(room, "!brief set loud on")
    await anna.said(bot.id, room, count=2)
    assert await bot.store.settings.get(full_id(room), "loud")


async def test_an_upgraded_room_is_followed(bot: Desk, anna: Person) -> None:
    old = await anna.create_room(bot.id, name="Strike desk", preset="public_chat", room_version="10")
    await anna.until(member(bot.id, old, "join"))
    new = (await anna.ask("POST", f"/rooms/{old}/upgrade", {"new_version": "11"}))["replacement_room"]
    await anna.until(member(bot.id, new, "join"))
    await anna.said(bot.id, new, "the room that this one replaces")
    await anna.until(member(bot.id, old, "leave"))
    await anna.send(new, "!brief list")
    await anna.said(bot.id, new, "No articles")


async def test_a_room_that_everybody_has_left_is_left(bot: Desk, anna: Person) -> None:
    room = await anna.direct_room(bot.id)
    await anna.send(room, "list")
    await anna.said(bot.id, room, "No articles")
    await anna.ask("POST", f"/rooms/{room}/leave", {})
    other = await anna.direct_room(bot.id)
    await anna.send(other, "list")
    await anna.said(bot.id, other, "No articles")
    assert bot.platform._client is not None
    for _ in range(100):
        rooms = (await bot.platform._client.ask("GET", "/joined_rooms"))["joined_rooms"]
        if room not in rooms:
            break
    assert rooms == [other]


async def test_where_the_bot_was_removed_or_may_not_speak_a_post_is_refused_for_good(
    bot: Desk, anna: Person
) -> None:
    removed = await anna.create_room(bot.id, name="Strike desk")
    muted = await anna.create_room(
        bot.id, name="Announcements", power_level_content_override={"events_default": 50}
    )
    for room in (removed, muted):
        await anna.until(member(bot.id, room, "join"))
    await anna.ask("POST", f"/rooms/{removed}/kick", {"user_id": bot.id})
    await anna.send(muted, "!brief list")
    other = await anna.direct_room(bot.id)
    await anna.send(other, LINK)  # goes on working elsewhere
    await anna.said(bot.id, other, "Bottom line.")
    for room in (removed, muted):
        part = Part("k", Room(full_id(room), "matrix", "private"), None, 1, 1, Document("x", "x"))
        with pytest.raises(PostError) as refused:
            await bot.platform.post(part)
        assert refused.value.retry_after_s is None


async def test_a_file_is_read_like_a_link_and_pictures_are_not(bot: Desk, anna: Person) -> None:
    from tests import shown

    room = await anna.direct_room(bot.id)
    url = await anna.upload(shown.TEXT.encode(), "text/plain")
    file = {"msgtype": "m.file", "body": "aldra.txt", "url": url, "info": {"mimetype": "text/plain"}}
    await anna.send(room, file)
    await anna.said(bot.id, room, "Bottom line.")
    await anna.send(room, file | {"info": {"mimetype": "text/plain", "size": 50_000_000}})
    await anna.said(bot.id, room, "too large")
    await anna.send(room, {**file, "msgtype": "m.image", "info": {"mimetype": "image/png"}})
    await anna.said(bot.id, room, "no pictures")
    await anna.send(room, {**file, "url": "mxc://localhost/nothing"})
    await anna.said(bot.id, room, "could not get that file")


async def test_a_mention_in_reply_to_somebodys_link_takes_the_link(bot: Desk, anna: Person) -> None:
    room = await anna.create_room(bot.id, name="Strike desk")
    await anna.until(member(bot.id, room, "join"))
    link = await anna.send(room, f"look at {LINK}")
    mention = {
        "msgtype": "m.text",
        "body": "Communique",
        "m.mentions": {"user_ids": [bot.id]},
        "m.relates_to": {"m.in_reply_to": {"event_id": link}},
    }
    await anna.send(room, mention)
    await anna.said(bot.id, room, "Bottom line.")
