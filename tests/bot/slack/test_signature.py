"""Requests that Slack did not sign, or signed too long ago, reach nobody; one that is repeated is done once."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.slack.desk import Desk, at_work
from tests.bot.slack.fake import SECRET


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with at_work(tmp_path, "http") as desk:
        yield desk


@pytest.mark.parametrize(
    "headers",
    [
        "none", "bad signature", "another secret", "no time", "no signature", "stale", "from the future", "not a time",
    ],
)  # fmt: skip
async def test_a_request_that_is_not_slacks_is_refused(desk: Desk, headers: str) -> None:
    payload = desk.slack.slash("help")
    body, _ = desk.slack.request("slash_commands", payload)
    now = time.time()
    good = desk.slack.signed(body)
    sent = {
        "none": {},
        "bad signature": good | {"X-Slack-Signature": "v0=" + "0" * 64},
        "another secret": desk.slack.signed(body, secret=SECRET[::-1]),
        "no time": {"X-Slack-Signature": good["X-Slack-Signature"]},
        "no signature": {"X-Slack-Request-Timestamp": good["X-Slack-Request-Timestamp"]},
        "stale": desk.slack.signed(body, at=now - 301),
        "from the future": desk.slack.signed(body, at=now + 301),
        "not a time": good | {"X-Slack-Request-Timestamp": "yesterday"},
    }[headers]
    ack = await desk.slack.deliver("slash_commands", payload, headers=sent)
    assert ack.status == 401
    assert desk.handled == []


async def test_a_request_signed_four_minutes_ago_is_taken_and_a_replay_of_it_is_done_once(desk: Desk) -> None:
    payload = desk.slack.slash("help")
    body, _ = desk.slack.request("slash_commands", payload)
    headers = desk.slack.signed(body, at=time.time() - 240)
    for _ in range(3):
        assert (await desk.slack.deliver("slash_commands", payload, headers=headers)).status == 200
    await desk.slack.command("status")
    await desk.slack.until_whispered(2)
    assert len(desk.slack.ephemerals) == 2


async def test_slacks_check_of_the_address_is_answered(desk: Desk) -> None:
    payload = {"type": "url_verification", "challenge": "3eZbrw1aB10", "token": "t"}
    ack = await desk.slack.deliver("events_api", payload)
    assert "3eZbrw1aB10" in json.dumps(ack.body)


async def test_a_repeated_event_says_so_in_its_headers_and_is_done_once(desk: Desk) -> None:
    event = {"type": "message", "channel_type": "im", "user": "U0ANNA", "text": "help", "ts": desk.slack.ts(), "channel": "D0ANNA"}  # fmt: skip
    envelope = desk.slack.envelope(event)
    body, _ = desk.slack.request("events_api", envelope)
    for number in range(3):
        retried = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"} if number else {}
        ack = await desk.slack.deliver("events_api", envelope, headers=desk.slack.signed(body) | retried)
        assert ack.status == 200
    await desk.slack.command("status")
    await desk.slack.until_whispered()
    await desk.slack.until_shown(1, "D0ANNA")
    assert len(desk.slack.shown("D0ANNA")) == 1
