"""What the outbox relies on: a part is posted, refused or in doubt, and what was posted is found again by its key."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.markup.blockkit import mrkdwn
from bot.platforms.slack import Entrance, Slack, messages
from bot.ports import Action, Part, Posted, PostError, PostUncertain, Receipt, Room
from briefs.render import Document
from tests.bot.slack.fake import (
    ABSENT,
    ANNA,
    ANNAS_DM,
    BOT_TOKEN,
    CONNECT,
    PRIVATE,
    PUBLIC,
    TEAM,
    FakeSlack,
    Fault,
)

_keys = itertools.count()


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serve() as slack:
        yield slack


@pytest.fixture
def platform(slack: FakeSlack) -> Slack:
    return adapter(slack.url)


def adapter(url: str, **options: Any) -> Slack:
    return Slack(Entrance("socket"), SystemClock(), token=BOT_TOKEN, api_url=url, **options)


def room(channel: str = PUBLIC) -> Room:
    return Room(f"slack:{TEAM}/{channel}", "slack", "direct" if channel == ANNAS_DM else "public")


def part(text: str = "**Hello**\n\nall", channel: str = PUBLIC, **more: Any) -> Part:
    given = {"thread": None, "number": 1, "of": 1} | more
    return Part(key=f"key-{next(_keys)}", room=room(channel), document=Document(text, "Hello"), **given)


def lately() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=5)


@pytest.mark.parametrize("url", ["/api/", "/api"])
async def test_a_part_is_posted_with_its_key_and_found_by_it(slack: FakeSlack, url: str) -> None:
    platform = adapter(slack.url.removesuffix("/api/") + url)
    one = part()
    receipt = await platform.post(one)
    (message,) = slack.shown()
    assert receipt.message_id == message["ts"]
    assert message["metadata"] == {"event_type": "communique_delivery", "event_payload": {"key": one.key}}
    assert await platform.find(one, lately()) == receipt
    assert await platform.find(part(), lately()) == "absent"


@pytest.mark.parametrize("fault", ["500", "html", "reset", "reset after"])
async def test_a_post_that_may_have_been_accepted_is_in_doubt(
    slack: FakeSlack, platform: Slack, fault: Fault
) -> None:
    one = part()
    slack.faults.append(fault)
    with pytest.raises(PostUncertain):
        await platform.post(one)
    found = await platform.find(one, lately())
    assert isinstance(found, Receipt) == (fault == "reset after")
    assert len(slack.shown()) == (fault == "reset after")  # nothing was posted again behind the outbox's back


@pytest.mark.parametrize("fault", ["hang", "hang after"])
async def test_a_post_that_is_not_answered_is_in_doubt(slack: FakeSlack, fault: Fault) -> None:
    platform = adapter(slack.url, timeout_s=1.0)
    one = part()
    slack.faults.append(fault)
    with pytest.raises(PostUncertain):
        await platform.post(one)
    assert isinstance(await platform.find(one, lately()), Receipt) == (fault == "hang after")


async def test_a_pause_that_slack_asks_for_is_handed_on(slack: FakeSlack, platform: Slack) -> None:
    slack.faults.append("429")
    with pytest.raises(PostError) as caught:
        await platform.post(part())
    assert caught.value.retry_after_s == 1.0
    slack.faults_of["conversations.history"] = deque(["429"])
    with pytest.raises(PostError) as caught:
        await platform.find(part(), lately())
    assert caught.value.retry_after_s == 1.0


async def test_a_slack_that_cannot_be_reached_got_nothing(slack: FakeSlack) -> None:
    platform = adapter(slack.url)
    await platform.members(room())
    platform._api_url = "http://127.0.0.1:9/api/"
    with pytest.raises(PostError) as caught:
        await platform.post(part())
    assert caught.value.retry_after_s is not None


@pytest.mark.parametrize("channel", ["C0NOWHERE", ABSENT, PRIVATE])
async def test_a_room_that_cannot_be_written_to_is_refused_for_good(
    slack: FakeSlack, platform: Slack, channel: str
) -> None:
    slack.channels[PRIVATE].archived = True
    with pytest.raises(PostError) as caught:
        await platform.post(part(channel=channel))
    assert caught.value.retry_after_s is None
    assert caught.value.reason in {"channel_not_found", "not_in_channel", "is_archived"}


async def test_a_token_that_is_not_taken_is_tried_again_once_mended(
    slack: FakeSlack, platform: Slack
) -> None:
    await platform.post(part())
    slack.scopes.discard("chat:write")
    with pytest.raises(PostError) as caught:
        await platform.post(part())
    assert (caught.value.reason, caught.value.retry_after_s) == ("missing_scope", None)


async def test_a_message_whose_blocks_are_refused_is_shown_in_plain_words(
    slack: FakeSlack, platform: Slack
) -> None:
    slack.faults.append("blocks")
    await platform.post(part("**Title**\n\n- one & two\n- <!channel>"))
    (message,) = slack.shown()
    assert "blocks" not in message
    assert message["text"] == "Title\n• one &amp; two\n• &lt;!channel&gt;"


async def test_plain_words_lose_nothing_and_a_second_attempt_shows_nothing_twice(
    slack: FakeSlack, platform: Slack
) -> None:
    lines = [f"Line {n} says: wages < prices & rents, “as before”." for n in range(160)]
    long = part("\n".join(f"- {line}" for line in lines))
    slack.faults += ["blocks", None, "500"]
    with pytest.raises(PostUncertain):
        await platform.post(long)
    assert len(slack.shown()) == 1
    assert await platform.find(long, lately()) == "absent"
    slack.faults.append("blocks")
    receipt = await platform.post(long)
    first, *rest = slack.shown()
    assert receipt.message_id == first["ts"]
    assert {m["thread_ts"] for m in rest} == {first["ts"]}
    assert [line for m in slack.shown() for line in m["text"].split("\n")] == [
        "• " + line.replace("&", "&amp;").replace("<", "&lt;") for line in lines
    ]
    found = await platform.find(long, lately())
    assert isinstance(found, Receipt)
    assert found.message_id == first["ts"]


@given(st.text(alphabet="ab&<> \n\U0001f600", max_size=9_000))
def test_pieces_of_plain_words_are_all_of_them_and_each_fits(text: str) -> None:
    pieces = messages.divided(text)
    assert all(0 < len(piece) <= 3_000 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(mrkdwn(text).split())


async def test_a_thread_that_is_gone_does_not_take_its_answer_along(
    slack: FakeSlack, platform: Slack
) -> None:
    await platform.post(part(thread="1.000001"))
    (message,) = slack.shown()
    assert "thread_ts" not in message


async def test_what_one_person_sees_is_never_said_to_be_absent(slack: FakeSlack, platform: Slack) -> None:
    one = part(private_to=f"slack:{TEAM}/{ANNA}")
    await platform.post(one)
    assert slack.shown() == []
    assert slack.ephemerals[0]["user"] == ANNA
    assert await platform.find(one, lately()) == "unknown"


async def test_in_a_direct_message_what_one_person_sees_is_an_ordinary_message(
    slack: FakeSlack, platform: Slack
) -> None:
    await platform.post(part(channel=ANNAS_DM, private_to=f"slack:{TEAM}/{ANNA}"))
    assert len(slack.shown(ANNAS_DM)) == 1


async def test_a_part_is_found_among_many_and_in_its_thread(slack: FakeSlack, platform: Slack) -> None:
    first = part()
    head = await platform.post(first)
    for _ in range(40):
        slack.channels[PUBLIC].messages.append(
            {"type": "message", "user": ANNA, "text": "x", "ts": slack.ts()}
        )
    reply = part(thread=head.message_id, number=2, of=2)
    posted = await platform.post(reply)
    assert await platform.find(first, lately()) == head
    assert await platform.find(reply, lately()) == posted


async def test_a_history_that_may_not_be_read_tells_nothing(slack: FakeSlack, platform: Slack) -> None:
    one = part()
    await platform.post(one)
    slack.scopes.discard("channels:history")
    assert await platform.find(one, lately()) == "unknown"
    slack.scopes.add("channels:history")
    slack.channels[PUBLIC].members.clear()
    assert await platform.find(one, lately()) == "unknown"


async def test_members_are_told_over_all_pages(slack: FakeSlack, platform: Slack) -> None:
    members = await platform.members(room())
    assert members is not None
    assert set(members) == {f"slack:{TEAM}/{user}" for user in slack.channels[PUBLIC].members}
    assert await platform.members(room(CONNECT)) is not None
    assert await platform.members(room("C0NOWHERE")) is None


async def test_buttons_stand_under_the_first_part(slack: FakeSlack, platform: Slack) -> None:
    await platform.post(part(actions=(Action("Quotes", "quotes", "💬"), Action("x" * 90, "y" * 2_100, "❓"))))
    (message,) = slack.shown()
    (buttons,) = [b for b in message["blocks"] if b["type"] == "actions"]
    assert [e["value"] for e in buttons["elements"]] == ["quotes"]


async def test_the_longest_part_is_taken(slack: FakeSlack, platform: Slack) -> None:
    await platform.post(part("- word\n" * 1_280, actions=(Action("Quotes", "quotes", "💬"),)))
    assert slack.refusals == []


async def test_its_own_message_is_deleted_and_one_that_is_gone_is_as_good_as_deleted(
    slack: FakeSlack, platform: Slack
) -> None:
    receipt = await platform.post(part("**Secret**"))
    posted = Posted(room().id, "slack", receipt.message_id)
    await platform.delete(posted)
    assert not any(m["ts"] == receipt.message_id for m in slack.channels[PUBLIC].messages)
    await platform.delete(posted)
    slack.faults_of["chat.delete"] = deque(["429"])
    with pytest.raises(PostError) as limited:
        await platform.delete(posted)
    assert limited.value.retry_after_s == 1.0


async def test_a_message_takes_the_place_of_an_earlier_one_or_stands_anew(
    slack: FakeSlack, platform: Slack
) -> None:
    first = await platform.post(part("**Old**"))
    newer = part("**New**", replaces=first.message_id)
    assert (await platform.post(newer)).message_id == first.message_id
    (message,) = slack.shown()
    assert slack.words(message) == "New"
    found = await platform.find(newer, datetime.now(UTC) + timedelta(hours=1))
    assert isinstance(found, Receipt)
    await platform.delete(Posted(room().id, "slack", first.message_id))
    again = await platform.post(part("**Newer**", replaces=first.message_id))
    assert again.message_id != first.message_id


async def test_a_message_is_deleted_and_one_that_is_gone_needs_nothing(
    slack: FakeSlack, platform: Slack
) -> None:
    receipt = await platform.post(part())
    for message_id in (receipt.message_id, receipt.message_id, "ephemeral:1.2"):
        await platform.delete(Posted(room().id, "slack", message_id))
    assert slack.shown() == []
    for where, message_id in ((ABSENT, receipt.message_id), (ABSENT, "response:abc")):
        with pytest.raises(PostError):
            await platform.delete(Posted(room(where).id, "slack", message_id))
