"""What people in rooms in the clear write, and what they see."""

from __future__ import annotations

from tests.bot.matrix.desk import LINK, Desk
from tests.bot.matrix.people import WELCOME, Person


async def test_a_link_in_a_direct_chat_is_briefed_with_its_quotes_in_the_thread(
    bot: Desk, anna: Person
) -> None:
    room = await anna.direct_room(bot.id)
    asked = await anna.send(room, LINK)  # at once: the bot may still be on its way in
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


async def group(anna: Person, *others: str, **more: object) -> str:
    return await anna.create_room(*others, name="Strike desk", preset="private_chat", **more)


async def joined(person: Person, room: str, *who: str) -> None:
    await person.until(
        lambda e: (
            e["type"] == "m.room.member"
            and e["room_id"] == room
            and e["content"]["membership"] == "join"
            and e["state_key"] in who
        ),
        len(who),
    )


async def test_in_a_group_the_bot_answers_who_calls_it_and_nobody_else(
    bot: Desk, anna: Person, ben: Person
) -> None:
    room = await group(anna, bot.id, ben.id)
    await ben.ask("POST", f"/join/{room}", {})
    await joined(anna, room, bot.id, ben.id)
    await anna.send(room, "Has anybody read the Courier today?")
    await anna.send(room, "!brief list")
    await anna.said(bot.id, room, "No articles")
    mention = {"msgtype": "m.text", "body": "Communique: status", "m.mentions": {"user_ids": [bot.id]}}
    await anna.send(room, mention)
    await anna.said(bot.id, room, "version")
    older_client = {
        "msgtype": "m.text",
        "body": "Communique: help",
        "format": "org.matrix.custom.html",
        "formatted_body": f'<a href="https://matrix.to/#/{bot.id}">Communique</a>: help',
    }
    await ben.send(room, older_client)
    await anna.said(bot.id, room, "why")
    assert len(anna.heard(bot.id, room)) == 3


async def test_replies_and_threads_go_on_with_what_the_bot_said(bot: Desk, anna: Person, ben: Person) -> None:
    room = await group(anna, bot.id, ben.id)
    await ben.ask("POST", f"/join/{room}", {})
    await joined(anna, room, bot.id, ben.id)
    await anna.send(room, f"!brief {LINK}")
    (brief,) = await anna.said(bot.id, room, "Bottom line.")
    in_thread = {"rel_type": "m.thread", "event_id": brief["event_id"], "is_falling_back": True}
    question = {"msgtype": "m.text", "body": "What does Ostrany ask for?", "m.relates_to": in_thread}
    await anna.send(room, question)
    (answer,) = await anna.said(bot.id, room, "Stated.")
    assert answer["content"]["m.relates_to"]["event_id"] == brief["event_id"]
    reply = {
        "msgtype": "m.text",
        "body": f"> <{bot.id}> the brief\n\nwhy 1",
        "m.relates_to": {"m.in_reply_to": {"event_id": brief["event_id"]}},
        "m.mentions": {"user_ids": [bot.id]},
    }
    await ben.send(room, reply)
    await anna.said(bot.id, room, "stand on it")
    aside = question | {"body": "Ben, is that so?", "m.mentions": {"user_ids": [ben.id]}}
    await anna.send(room, aside)
    before = len(anna.heard(bot.id, room))
    await anna.send(room, "!brief status")
    await anna.said(bot.id, room, "version")
    assert len(anna.heard(bot.id, room)) == before + 1


async def test_a_reaction_does_what_the_legend_says(bot: Desk, anna: Person) -> None:
    room = await anna.direct_room(bot.id)
    await anna.send(room, LINK)
    (brief,) = await anna.said(bot.id, room, "Bottom line.")
    assert "💬 Quotes" in brief["content"]["body"]
    before = len(anna.heard(bot.id, room))
    await anna.react(room, brief["event_id"], "🍕")
    await anna.react(room, brief["event_id"], "💬\ufe0f")
    answer = (await anna.said(bot.id, room, count=before + 1))[-1]
    assert answer["content"]["m.relates_to"]["event_id"] == brief["event_id"]


async def test_notices_edits_and_the_bots_own_words_are_not_answered(bot: Desk, anna: Person) -> None:
    room = await anna.direct_room(bot.id)
    await anna.send(room, {"msgtype": "m.notice", "body": "help"})
    first = await anna.send(room, "list")
    edit = {
        "msgtype": "m.text",
        "body": "* list",
        "m.new_content": {"msgtype": "m.text", "body": "list"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": first},
    }
    await anna.send(room, edit)
    await anna.send(room, "status")
    await anna.said(bot.id, room, "version")
    assert len(anna.heard(bot.id, room)) == 2


async def test_a_room_says_how_loud_the_bot_is(bot: Desk, anna: Person) -> None:
    room = await anna.direct_room(bot.id)
    await anna.send(room, "set loud on")
    await anna.said(bot.id, room)
    await anna.send(room, "list")
    answer = (await anna.said(bot.id, room, count=2))[-1]
    assert answer["content"]["msgtype"] == "m.text"
    assert answer["content"]["m.mentions"] == {}


async def test_the_bot_says_once_what_it_is_for_when_it_comes_into_a_room(bot: Desk, anna: Person) -> None:
    room = await group(anna, bot.id)
    await anna.said(bot.id, room, WELCOME)
    await anna.send(room, "!brief list")
    await anna.said(bot.id, room, "No articles")
    assert len(anna.heard(bot.id, room, WELCOME)) == 1


async def test_a_room_that_wants_it_has_its_links_briefed_in_their_threads(
    bot: Desk, anna: Person, ben: Person
) -> None:
    room = await group(anna, bot.id, ben.id)
    await ben.ask("POST", f"/join/{room}", {})
    await joined(anna, room, bot.id, ben.id)
    await anna.send(room, "!brief settings auto_brief on")
    await anna.said(bot.id, room)
    link = await ben.send(room, f"worth a read: {LINK}")
    (brief,) = await anna.said(bot.id, room, "Bottom line.")
    assert brief["content"]["m.relates_to"]["event_id"] == link
    in_thread = {"rel_type": "m.thread", "event_id": link, "is_falling_back": True}
    question = {"msgtype": "m.text", "body": "What does Ostrany ask for?", "m.relates_to": in_thread}
    await ben.send(room, question)
    (answer,) = await anna.said(bot.id, room, "Stated.")
    assert answer["content"]["m.relates_to"]["event_id"] == link
