"""Tokens and scopes as `doctor` sees them; the app in several workspaces; what becomes of a workspace that is left."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import jsonschema
import pytest
import yaml
from structlog.testing import capture_logs

from bot import checkup, config, wiring
from bot.clock import SystemClock
from bot.platforms.slack import Entrance, InstalledWorkspaces, Registration, Slack
from bot.platforms.slack.scopes import SCOPES
from bot.ports import Incoming, PostError
from tests.bot.slack.fake import (
    ANNA,
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    CODE,
    MANIFEST,
    PUBLIC,
    SECRET,
    TEAM,
    FakeSlack,
)
from tests.bot.slack.test_delivery import part

SCHEMA = Path(__file__).parents[2] / "data" / "slack" / "slack-manifest.schema.json"


def test_the_manifest_is_one_that_slack_takes_and_asks_for_what_the_bot_uses() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(manifest)
    assert tuple(sorted(manifest["oauth_config"]["scopes"]["bot"])) == SCOPES


async def said(platform: Slack) -> list[str]:
    return [("wrong: " if wrong else "") + text for text, wrong in await platform.examine()]


async def test_doctor_says_which_token_is_refused_and_which_scopes_are_missing() -> None:
    async with FakeSlack().serve() as slack:

        def platform(token: str = BOT_TOKEN, app_token: str = APP_TOKEN) -> Slack:
            return Slack(
                Entrance("socket", app_token=app_token), SystemClock(), token=token, api_url=slack.url
            )

        assert not any(line.startswith("wrong") for line in await said(platform()))
        slack.scopes -= {"files:read", "reactions:write"}
        assert any("files:read, reactions:write" in line for line in await said(platform()))
        assert any("bot token is refused (invalid_auth)" in line for line in await said(platform("xoxb-old")))
        assert any(
            "SLACK_APP_TOKEN is refused" in line for line in await said(platform(app_token="xapp-old"))
        )
        found = await said(
            Slack(Entrance("http"), SystemClock(), token="xoxb-secret", api_url="http://127.0.0.1:9/api/")
        )
        assert "does not answer" in found[0]
        assert "xoxb" not in " ".join(found)


@pytest.mark.parametrize(
    ("environ", "mode", "named"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "socket", "SLACK_APP_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "http", "SLACK_SIGNING_SECRET is not set"),
        ({"SLACK_CLIENT_ID": "1.2"}, "socket", "SLACK_CLIENT_SECRET"),
    ],
)
async def test_a_token_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], mode: str, named: str
) -> None:
    for key, value in environ.items():
        monkeypatch.setenv(key, value)
    settings = config.load(None, {"COMMUNIQUE_SLACK_MODE": mode}, data=tmp_path)
    with pytest.raises(config.ConfigError, match=named):
        wiring.platforms(settings)
    (finding,) = [it async for it in checkup._platforms(settings)]
    assert finding.wrong
    assert named in finding.said


@asynccontextmanager
async def installable(slack: FakeSlack, data: Path) -> AsyncIterator[tuple[Slack, list[Incoming]]]:
    registration = Registration("1.2", "hush", "https://bot.example")
    installed = InstalledWorkspaces(registration, data, api_url=slack.url)
    entrance = Entrance(slack.mode, app_token=APP_TOKEN, signing_secret=SECRET, port=0)
    platform = Slack(entrance, SystemClock(), installed=installed, api_url=slack.url)
    platform.listening = asyncio.get_running_loop().create_future()
    heard: list[Incoming] = []

    async def handle(message: Incoming) -> None:
        heard.append(message)
        await slack._notify()

    running = asyncio.create_task(platform.run(handle))
    try:
        slack.bot_url = f"http://127.0.0.1:{await platform.listening}"
        yield platform, heard
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def install(slack: FakeSlack, *, code: str = CODE) -> int:
    """Click “Add to Slack” and come back; the status of the page that is shown then."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{slack.bot_url}/slack/install", allow_redirects=False) as page:
            text, cookie = await page.text(), page.headers.get("Set-Cookie", "")
        state = re.search(r"state=([0-9a-f-]+)", text + page.headers.get("Location", ""))
        assert state is not None
        back = f"{slack.bot_url}/slack/oauth_redirect?code={code}&state={state[1]}"
        async with session.get(back, headers={"Cookie": cookie.partition(";")[0]}) as page:
            return page.status


@pytest.mark.filterwarnings("ignore::DeprecationWarning:slack_sdk.*")  # its BasicAuth is of an older aiohttp
@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_workspace_is_installed_used_and_left(tmp_path: Path, mode: str) -> None:
    async with FakeSlack(mode).serve() as slack:  # type: ignore[arg-type]
        async with installable(slack, tmp_path) as (platform, heard):
            await slack.command("help")
            assert await install(slack, code="stolen") >= 400
            with pytest.raises(PostError, match="not installed"):
                await platform.post(part())
            assert await install(slack) == 200
            await slack.command("status")
            await slack.until(lambda: [m for m in heard if m.text == "status"])
            assert [m.text for m in heard] == ["status"]
            await platform.post(part())
        async with installable(slack, tmp_path) as (platform, heard):
            await platform.post(part())  # the token outlives the process
            assert (tmp_path / "slack.sqlite").stat().st_mode & 0o077 == 0
            await slack.event({"type": "tokens_revoked", "tokens": {"bot": [BOT]}})
            await slack.event({"type": "app_uninstalled"})
            await slack.command("help")
            with pytest.raises(PostError, match="not installed") as caught:
                await until_left(platform)
            assert caught.value.retry_after_s is None
            assert heard == []


async def until_left(platform: Slack) -> None:
    for _ in range(200):
        await platform.post(part())
        await asyncio.sleep(0.02)


async def test_what_nobody_asked_for_is_not_posted_where_the_bot_no_longer_is() -> None:
    async with FakeSlack().serve() as slack:
        platform = Slack(
            Entrance("socket", app_token=APP_TOKEN), SystemClock(), token=BOT_TOKEN, api_url=slack.url
        )
        slack.channels[PUBLIC].members.discard(BOT)
        with pytest.raises(PostError, match="not in that channel") as caught:
            await platform.post(part())
        assert caught.value.retry_after_s is None
        assert slack.shown() == []


async def test_a_room_that_is_left_or_archived_is_told_to_the_operator() -> None:
    async with FakeSlack().serve() as slack:
        platform = Slack(
            Entrance("socket", app_token=APP_TOKEN), SystemClock(), token=BOT_TOKEN, api_url=slack.url
        )

        async def handle(message: Incoming) -> None:
            raise AssertionError(message)

        running = asyncio.create_task(platform.run(handle))
        try:
            with capture_logs() as logs:
                await slack.event({"type": "channel_left", "channel": PUBLIC, "actor_id": ANNA})
                await slack.event({"type": "channel_archive", "channel": "C0PRIVATE", "user": ANNA})
                await slack.event({"type": "member_left_channel", "user": BOT, "channel": "C0CONNECT"})
                for _ in range(500):
                    if sum(log["event"] == "room left" for log in logs) == 3:
                        break
                    await asyncio.sleep(0.01)
            left = {log["room"] for log in logs if log["event"] == "room left"}
            assert left == {f"slack:{TEAM}/{channel}" for channel in (PUBLIC, "C0PRIVATE", "C0CONNECT")}
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_post_waits_until_the_tokens_are_at_hand(tmp_path: Path) -> None:
    installed = InstalledWorkspaces(Registration("1.2", "hush"), tmp_path, api_url="http://127.0.0.1:9/api/")
    platform = Slack(Entrance("socket", app_token=APP_TOKEN), SystemClock(), installed=installed)
    with pytest.raises(PostError) as caught:
        await platform.post(part())
    assert caught.value.retry_after_s is not None
