"""The workspaces that the bot is installed in, each with its token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack import api


@dataclass(frozen=True, slots=True)
class Workspace:
    id: str
    """Slack's id of the team (or of the organisation, where the app is installed for all of it): "T012AB3CD"."""
    bot: str
    """The bot's user id there."""
    token: str


class Workspaces(Protocol):
    async def find(self, team: str, enterprise: str | None = None) -> Workspace | None:
        """The workspace of that id, None where the bot is not installed. Raises PostError if that cannot be told."""
        ...

    async def all(self) -> Sequence[Workspace]: ...

    async def removed(self, team: str, enterprise: str | None = None) -> None:
        """The bot was taken out of it: its token is worth nothing any more."""
        ...


class OneWorkspace:
    """Installed by a token of the operator's; whatever workspace an event says it is from, this one answers."""

    def __init__(self, token: str, connect: Callable[[str], AsyncWebClient]) -> None:
        self._token = token
        self._client = connect(token)
        self._known: Workspace | None = None
        self._gone = False

    async def find(self, team: str, enterprise: str | None = None) -> Workspace | None:
        del team, enterprise
        if self._gone:
            return None
        if self._known is None:
            said = await api.asked(self._client.auth_test())
            team_id = str(said.get("team_id") or said.get("enterprise_id") or "")
            self._known = Workspace(team_id, str(said.get("user_id") or ""), self._token)
        return self._known

    async def all(self) -> Sequence[Workspace]:
        found = await self.find("")
        return [found] if found is not None else []

    async def removed(self, team: str, enterprise: str | None = None) -> None:
        del team, enterprise
        self._gone, self._known = True, None
