"""Home and the form of settings: shown to whom it is theirs, changed by those who may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests import shown
from tests.bot.slack.desk import LINK, Desk, at_work
from tests.bot.slack.fake import ADMIN, ANNA, ANNAS_DM, BOT, PUBLIC, TEAM
from tests.bot.slack.limits import elements

ROOM = f"slack:{TEAM}/{PUBLIC}"


@pytest.fixture(params=["socket", "http"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    async with at_work(tmp_path, request.param) as desk:
        yield desk
        assert desk.slack.refusals == []


async def open_home(desk: Desk) -> dict[str, Any]:
    desk.slack.homes.clear()
    await desk.slack.event({"type": "app_home_opened", "user": ANNA, "channel": ANNAS_DM, "tab": "home"})
    view: dict[str, Any] = await desk.slack.until(lambda: desk.slack.homes.get(ANNA))
    return view


async def form(desk: Desk, *, user: str, channel: str | None = None) -> dict[str, Any]:
    """The form of settings, opened by the menu on Home or, without a channel, by its button."""
    home = await open_home(desk)
    count = len(desk.slack.views)
    kind = "conversations_select" if channel else "button"
    element = next(elements(home["blocks"], kind))
    chosen = {"selected_conversation": channel} if channel else {"value": element["value"]}
    await desk.slack.act({"type": kind, "action_id": element["action_id"], **chosen}, user=user)
    await desk.slack.until(lambda: len(desk.slack.views) > count)
    return desk.slack.views[-1]


def values(view: dict[str, Any]) -> dict[str, Any]:
    """The form as it was opened, ready to be sent."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            chosen = element.get("initial_option")
            state[block["block_id"]] = (
                {"type": "static_select", "selected_option": chosen}
                if element["type"] == "static_select"
                else {"type": "plain_text_input", "value": element.get("initial_value")}
            )
    return state


def pick(view: dict[str, Any], key: str, value: str) -> dict[str, Any]:
    block = next(b for b in view["blocks"] if b.get("block_id") == key)
    option = next(o for o in block["element"]["options"] if o["value"] == value)
    return {"type": "static_select", "selected_option": option}


async def test_home_shows_what_the_person_may_read(desk: Desk) -> None:
    await desk.slack.command(LINK)
    await desk.slack.until_briefed()
    home = await open_home(desk)
    words = desk.slack.words(home)
    assert shown.TITLE in words
    assert "Settings of this room" in words


async def test_the_first_visit_to_the_messages_is_greeted_once(desk: Desk) -> None:
    for _ in range(3):
        await desk.slack.event(
            {"type": "app_home_opened", "user": ANNA, "channel": ANNAS_DM, "tab": "messages"}
        )
    await desk.slack.says("help", channel=ANNAS_DM)
    await desk.slack.until(
        lambda: [m for m in desk.slack.shown(ANNAS_DM) if "What you can say" in desk.slack.words(m)]
    )
    greetings = [m for m in desk.slack.shown(ANNAS_DM) if "Send me a link" in desk.slack.words(m)]
    assert len(greetings) == 1


async def test_coming_into_a_channel_the_bot_says_what_it_is_for_with_two_examples(desk: Desk) -> None:
    await desk.slack.event({"type": "member_joined_channel", "user": BOT, "channel": PUBLIC, "inviter": ANNA})
    (message,) = await desk.slack.until_shown(1)
    words = desk.slack.words(message)
    assert "/brief https://news.example/story" in words
    assert "/brief ask What does the union demand?" in words
    (lines,) = elements(message["blocks"], "rich_text_list")
    assert len(lines["elements"]) == 3


async def test_who_may_changes_the_settings_of_a_channel_by_a_form(desk: Desk) -> None:
    view = await form(desk, user=ADMIN, channel=PUBLIC)
    typed = values(view) | {
        "auto_brief": pick(view, "auto_brief", "on"),
        "alert_level": pick(view, "alert_level", "4"),
        "timezone": {"type": "plain_text_input", "value": "Europe/Berlin"},
    }
    await desk.slack.submit(view, typed, user=ADMIN)
    await desk.slack.until_shown(3)
    assert await desk.store.settings.all(ROOM) == {
        "auto_brief": True, "alert_level": 4, "timezone": "Europe/Berlin",
    }  # fmt: skip
    again = await form(desk, user=ADMIN, channel=PUBLIC)
    assert values(again)["auto_brief"]["selected_option"]["value"] == "on"
    await desk.slack.submit(again, values(again), user=ADMIN)
    await desk.slack.command("status", user=ADMIN)
    desk.slack.channels[PUBLIC].members.add(ADMIN)
    assert len(desk.slack.shown()) == 3
    desk.slack.refusals.clear()


async def test_who_may_not_is_told_so_and_nothing_changes(desk: Desk) -> None:
    view = await form(desk, user=ANNA, channel=PUBLIC)
    await desk.slack.submit(view, values(view) | {"auto_brief": pick(view, "auto_brief", "on")})
    (whisper,) = await desk.slack.until_whispered()
    assert "Only who administers this room" in desk.slack.words(whisper)
    assert await desk.store.settings.all(ROOM) == {}


async def test_a_value_that_cannot_be_is_said_at_its_field(desk: Desk) -> None:
    view = await form(desk, user=ADMIN, channel=PUBLIC)
    typed = values(view) | {
        "timezone": {"type": "plain_text_input", "value": "Mars/Olympus"},
        "digest_time": {"type": "plain_text_input", "value": "noonish"},
    }
    ack = await desk.slack.submit(view, typed, user=ADMIN)
    assert ack.body["response_action"] == "errors"
    assert set(ack.body["errors"]) == {"timezone", "digest_time"}


async def test_a_daily_digest_is_begun_moved_and_ended_by_the_form(desk: Desk) -> None:
    for days, time, count in (("weekdays", "07:30", 1), ("every day", "07:30", 1), ("never", "07:30", 0)):
        view = await form(desk, user=ANNA)
        before = len(desk.slack.shown(ANNAS_DM))
        typed = values(view) | {
            "digest_days": pick(view, "digest_days", days),
            "digest_time": {"type": "plain_text_input", "value": time},
        }
        await desk.slack.submit(view, typed)
        await desk.slack.until_shown(before + (1 if days == "weekdays" or not count else 2), ANNAS_DM)
        held = await desk.store.agenda.subscriptions(f"slack:{TEAM}/{ANNAS_DM}")
        assert len(held) == count, days
    assert "Europe/Berlin" in "".join(desk.slack.words(m) for m in desk.slack.shown(ANNAS_DM))


async def test_the_settings_that_somebody_asked_for_have_a_button_to_change_them(desk: Desk) -> None:
    await desk.slack.says("settings", channel=ANNAS_DM)
    (message,) = await desk.slack.until_shown(1, ANNAS_DM)
    await desk.slack.press(message, "Change", channel=ANNAS_DM)
    view = await desk.slack.until(lambda: desk.slack.views and desk.slack.views[-1])
    assert view["callback_id"] == "settings"
