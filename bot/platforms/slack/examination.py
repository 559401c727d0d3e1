"""What `doctor` finds out about tokens and scopes, in sentences that say how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack import api
from bot.platforms.slack.scopes import SCOPES
from bot.ports import PostError

Said = tuple[str, bool]
"""A sentence, and whether it tells of something wrong."""
Connect = Callable[[str], AsyncWebClient]


async def app_token(connect: Connect, token: str) -> Said:
    try:
        await api.asked(connect(token).apps_connections_open(app_token=token))
    except PostError as error:
        mend = "make one under Basic Information → App-Level Tokens with connections:write"
        return f"SLACK_APP_TOKEN is refused ({error.reason}): {mend}", True
    return "the app-level token opens connections", False


async def bot_token(connect: Connect, token: str) -> list[Said]:
    client = connect(token)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        return [(f"the bot token is refused ({api.code(error)}): install the app again and copy it", True)]
    except api.Slow:
        return [(f"{client.base_url} does not answer: check the network and slack.api_url", True)]
    said = [(f"workspace {answer.get('team')} ({answer.get('team_id')}) as {answer.get('user')}", False)]
    granted = {scope.strip() for scope in str(_header(answer.headers, "x-oauth-scopes")).split(",")}
    missing = ", ".join(sorted(set(SCOPES) - granted))
    if granted != {""} and missing:
        mend = "add them as config/slack-manifest.yaml has them and install the app again"
        said.append((f"scopes are missing ({missing}): {mend}", True))
    return said


def _header(headers: Mapping[str, Any], name: str) -> Any:
    return next((value for key, value in headers.items() if key.lower() == name), "")
