"""What people do in Slack and what they get, over Socket Mode and over signed requests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import shown
from tests.bot.slack import limits
from tests.bot.slack.desk import LINK, OTHER, Desk, Mode, at_work
from tests.bot.slack.fake import ABSENT, ANNA, ANNAS_DM, BEN, BOT, CONNECT, GUEST, PRIVATE, PUBLIC


@pytest.fixture(params=["socket", "http"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    mode: Mode = request.param
    async with at_work(tmp_path, mode) as desk:
        yield desk
        assert desk.slack.refusals == []


async def test_the_slash_command_briefs_into_the_channel_and_says_at_once_that_it_reads(desk: Desk) -> None:
    ack = await desk.slack.command(LINK)
    assert ack.body == {"text": "Reading …", "response_type": "ephemeral"}
    first, *rest = await desk.slack.until_briefed()
    assert desk.slack.words(first).startswith(shown.TITLE)
    assert "thread_ts" not in first
    assert {m["thread_ts"] for m in rest} == {first["ts"]}
    assert limits.links(first) == [LINK]


async def test_a_mention_is_briefed_in_its_thread_with_eyes_while_it_is_read(desk: Desk) -> None:
    said = await desk.slack.says(f"<@{BOT}> please read <{LINK}|the courier>")
    shown_ = await desk.slack.until_briefed()
    assert {m["thread_ts"] for m in shown_} == {said["ts"]}
    calls = [name for name, given in desk.slack.calls if given.get("timestamp") == said["ts"]]
    await desk.slack.until(lambda: not desk.slack.reactions)
    assert calls[0] == "reactions.add"
    assert len(desk.reader.briefed) == 1  # a mention arrives as two events


async def test_help_is_for_who_asked_alone(desk: Desk) -> None:
    ack = await desk.slack.command("help")
    assert not ack.body
    (whisper,) = await desk.slack.until_whispered()
    assert whisper["user"] == ANNA
    assert "What you can say to me" in desk.slack.words(whisper)
    assert desk.slack.shown() == []


async def test_a_slip_of_the_keys_gets_the_nearest_word_for_its_writer_alone(desk: Desk) -> None:
    await desk.slack.command("lsit")
    (whisper,) = await desk.slack.until_whispered()
    assert "Did you mean “list”?" in desk.slack.words(whisper)


async def test_a_question_in_the_thread_of_a_brief_is_about_it(desk: Desk) -> None:
    said = await desk.slack.says(f"<@{BOT}> <{LINK}>")
    before = await desk.slack.until_briefed()
    await desk.slack.says(f"<@{BOT}> who gave the advice to leave?", thread=said["ts"], user=BEN)
    answer = (await desk.slack.until_shown(len(before) + 1))[-1]
    assert answer["thread_ts"] == said["ts"]
    assert "officials in Lindhafen" in desk.slack.words(answer)


async def test_in_a_direct_message_everything_is_meant_for_the_bot(desk: Desk) -> None:
    await desk.slack.says(f"<{LINK}>", channel=ANNAS_DM)
    first, *_ = await desk.slack.until_briefed(ANNAS_DM)
    assert desk.slack.words(first).startswith(shown.TITLE)
    assert "thread_ts" not in first
    await desk.slack.says("help", channel=ANNAS_DM)
    await desk.slack.until(lambda: "What you can say" in desk.slack.words(desk.slack.shown(ANNAS_DM)[-1]))
    assert desk.slack.ephemerals == []


async def test_an_uploaded_file_is_taken_like_a_link(desk: Desk) -> None:
    file = desk.slack.upload("aldra.txt", "text/plain", shown.TEXT.encode())
    await desk.slack.says("", channel=ANNAS_DM, files=[file])
    first, *_ = await desk.slack.until_briefed(ANNAS_DM)
    assert desk.slack.words(first).startswith(shown.TITLE)


@pytest.mark.parametrize(
    ("name", "media_type", "url", "said"),
    [
        ("map.png", "image/png", None, "map.png: I read PDF, HTML and text files"),
        ("aldra.txt", "text/plain", "http://evil.example/steal", "aldra.txt: it lies outside of Slack"),
        ("gone.txt", "text/plain", "/files/F0/gone.txt", "gone.txt could not be fetched from Slack"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_said_to_who_sent_it(
    desk: Desk, name: str, media_type: str, url: str | None, said: str
) -> None:
    file = desk.slack.upload(name, media_type, b"...")
    if url is not None:
        whole = url if url.startswith("http") else desk.slack.url.removesuffix("/api/") + url
        file |= {"url_private": whole, "url_private_download": whole}
    await desk.slack.says("", channel=ANNAS_DM, files=[file])
    (message,) = await desk.slack.until_shown(1, ANNAS_DM)
    assert desk.slack.words(message).startswith(said)


async def test_a_pasted_text_is_taken_like_a_link(desk: Desk) -> None:
    text = "Dockers down tools\n\n" + "The dockers of Port Ellan downed tools on Monday over their pay. " * 8
    await desk.slack.says(text, channel=ANNAS_DM)
    first, *_ = await desk.slack.until_briefed(ANNAS_DM)
    assert desk.slack.words(first).startswith("Dockers down tools")


async def test_brief_this_reads_the_link_of_a_message_into_its_thread(desk: Desk) -> None:
    message = await desk.slack.says(f"have you seen <{LINK}>?", user=BEN)
    await desk.slack.shortcut(message)
    first, *_ = await desk.slack.until_briefed()
    assert first["thread_ts"] == message["ts"]
    assert desk.slack.words(first).startswith(shown.TITLE)


async def test_a_message_without_a_link_has_nothing_to_be_briefed(desk: Desk) -> None:
    message = await desk.slack.says("good morning", user=BEN)
    await desk.slack.shortcut(message)
    (whisper,) = await desk.slack.until_whispered()
    assert "There is no link in that" in desk.slack.words(whisper)


async def test_the_buttons_of_a_brief_do_what_they_say(desk: Desk) -> None:
    await desk.slack.command(LINK)
    first, *_ = await desk.slack.until_briefed()
    await desk.slack.press(first, "Quotes", user=BEN)
    (whisper,) = await desk.slack.until_whispered()
    assert whisper["user"] == BEN
    assert "“a fair beginning”" in desk.slack.words(whisper)
    assert whisper["thread_ts"] == first["ts"]


async def test_ask_opens_a_form_and_the_answer_goes_under_the_brief(desk: Desk) -> None:
    await desk.slack.command(LINK)
    first, *rest = await desk.slack.until_briefed()
    await desk.slack.press(first, "Ask")
    view = await desk.slack.until(lambda: desk.slack.views and desk.slack.views[-1])
    empty = await desk.slack.submit(view, {"words": "  "})
    assert empty.body["response_action"] == "errors"
    await desk.slack.submit(view, {"words": "Who gave the advice to leave?"})
    answer = (await desk.slack.until_shown(len(rest) + 2))[-1]
    assert answer["thread_ts"] == first["ts"]
    assert "officials in Lindhafen" in desk.slack.words(answer)
    assert "Who gave the advice to leave?" in desk.slack.words(answer)


async def test_an_answer_to_a_slash_command_restates_what_was_asked(desk: Desk) -> None:
    await desk.slack.command(LINK)
    before = await desk.slack.until_briefed()
    await desk.slack.command("ask Who gave the advice to leave?")
    answer = (await desk.slack.until_shown(len(before) + 1))[-1]
    assert "Who gave the advice to leave?" in desk.slack.words(answer)


async def test_what_comes_twice_is_acknowledged_twice_and_done_once(desk: Desk) -> None:
    envelope = desk.slack.envelope(
        {
            "type": "app_mention",
            "user": ANNA,
            "text": f"<@{BOT}> <{LINK}>",
            "ts": desk.slack.ts(),
            "channel": PUBLIC,
        }
    )
    desk.slack.channels[PUBLIC].messages.append(envelope["event"])
    command = desk.slack.slash("help")
    for _ in range(3):
        assert (await desk.slack.deliver("events_api", envelope)).status == 200
        assert (await desk.slack.deliver("slash_commands", command)).status == 200
    await desk.slack.until_briefed()
    await desk.slack.until_whispered()
    await desk.slack.says("help", channel=ANNAS_DM)
    await desk.slack.until_shown(1, ANNAS_DM)
    heads = [m for m in desk.slack.shown() if desk.slack.words(m).startswith(shown.TITLE)]
    assert len(heads) == 1
    assert len(desk.slack.ephemerals) == 1


async def test_what_was_not_meant_for_the_bot_is_left_alone(desk: Desk) -> None:
    await desk.slack.says(f"look: <{LINK}>")
    await desk.slack.says("good morning")
    await desk.slack.says(f"<@{BOT}> <{LINK}>", user="U0OTHERBOT", bot_id="B0OTHER")
    await desk.slack.event({"type": "message", "subtype": "message_changed", "channel": PUBLIC, "ts": desk.slack.ts(),
                            "message": {"text": f"<@{BOT}> <{LINK}>", "user": ANNA}})  # fmt: skip
    await desk.slack.says("help", channel=ANNAS_DM)
    await desk.slack.until_shown(1, ANNAS_DM)
    assert desk.slack.shown() == []
    assert desk.reader.briefed == []


async def test_where_the_bot_is_no_member_the_response_address_answers(desk: Desk) -> None:
    await desk.slack.command(LINK, channel=ABSENT)
    await desk.slack.until(lambda: desk.slack.responses)
    ((head, *_),) = desk.slack.responses.values()
    assert head["response_type"] == "in_channel"
    assert desk.slack.words(head).startswith(shown.TITLE)
    desk.slack.refusals.clear()  # it had to find out that it is none


async def test_rooms_read_what_all_their_members_may_read(desk: Desk) -> None:
    await desk.slack.command(LINK, channel=PUBLIC)
    await desk.slack.until_briefed()
    for n, (channel, user) in enumerate([(PRIVATE, ANNA), (CONNECT, ANNA), (PUBLIC, GUEST)], 1):
        desk.slack.channels[channel].members.add(user)
        before = len(desk.slack.shown(channel))
        await desk.slack.command("list", channel=channel, user=user)
        message = (await desk.slack.until_shown(before + 1, channel))[-1]
        assert "No articles are held here yet" in desk.slack.words(message), n
    await desk.slack.says("list", channel=ANNAS_DM)
    (message,) = await desk.slack.until_shown(1, ANNAS_DM)
    assert shown.TITLE in desk.slack.words(message)


async def test_a_channel_that_becomes_shared_with_others_no_longer_reads_the_workspace(desk: Desk) -> None:
    await desk.slack.command(LINK)
    before = await desk.slack.until_briefed()
    desk.slack.channels[PUBLIC].shared = True
    await desk.slack.event({"type": "channel_shared", "channel": PUBLIC, "connected_team_id": "T0OTHER"})
    await desk.slack.command("list")
    message = (await desk.slack.until_shown(len(before) + 1))[-1]
    assert "No articles are held here yet" in desk.slack.words(message)


async def test_people_bring_their_time_zone_and_what_they_may_change(desk: Desk) -> None:
    await desk.slack.command("status")
    await desk.slack.command("status", user=GUEST)
    await desk.slack.until(lambda: len(desk.handled) == 2)
    anna, guest = (message.person for message in desk.handled)
    assert (anna.timezone, anna.full_member, anna.admin) == ("Europe/Berlin", True, False)
    assert (guest.full_member, guest.admin) == (False, False)
    desk.slack.channels[PUBLIC].members.add(GUEST)
    await desk.slack.until_whispered(1)
    desk.slack.refusals.clear()


async def test_a_connection_that_slack_renews_loses_nothing(desk: Desk) -> None:
    if desk.slack.mode == "socket":
        await desk.slack.disconnect()
    await desk.slack.command("help")
    await desk.slack.until_whispered()


async def test_several_links_are_several_briefs_in_order(desk: Desk) -> None:
    await desk.slack.command(f"{LINK} https://courier.example/gone {OTHER}")
    await desk.slack.until_whispered()
    await desk.slack.until(
        lambda: [m for m in desk.slack.shown() if desk.slack.words(m).startswith("Another article")]
    )
    heads = [desk.slack.words(m) for m in desk.slack.shown() if "thread_ts" not in m]
    assert [head[:7] for head in heads] == [shown.TITLE[:7], "Another"]
    assert "There is no page at that address" in desk.slack.words(desk.slack.ephemerals[0])
