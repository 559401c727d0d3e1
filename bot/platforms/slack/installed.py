"""The app in many workspaces: installed by whoever may, over OAuth; tokens in a file of their own in the data folder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from bot.platforms.slack import api
from bot.platforms.slack.scopes import SCOPES
from bot.platforms.slack.workspaces import Workspace
from bot.ports import PostError

_FILE = "slack.sqlite"
_LATER_S = 5.0
_STATE_S = 600  # between the click on “Add to Slack” and the return from Slack


@dataclass(frozen=True, slots=True)
class Registration:
    """The app as Slack knows it, for OAuth."""

    client_id: str
    client_secret: str
    public_url: str | None = None
    """Where people reach /slack/install from outside; needed only if the app has several redirect URLs."""


class InstalledWorkspaces:
    """`Workspaces`, once `open`."""

    def __init__(self, registration: Registration, data: Path, *, api_url: str) -> None:
        self._registration = registration
        self._path = data / _FILE
        self._api_url = api_url
        self._store: AsyncSQLAlchemyInstallationStore | None = None
        self._known: dict[str, Workspace] = {}
        self._log = structlog.get_logger(__name__)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AsyncOAuthFlow]:
        """Yields what handles an installation. Raises OSError if the file cannot be made."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))  # it holds tokens: nobody else reads it
        engine = create_async_engine(f"sqlite+aiosqlite:///{self._path}")
        logger = api.quiet_logger()
        store = AsyncSQLAlchemyInstallationStore(self._registration.client_id, engine, logger=logger)
        states = AsyncSQLAlchemyOAuthStateStore(_STATE_S, engine, logger=logger)
        try:
            await store.create_tables()  # type: ignore[no-untyped-call]
            await states.create_tables()  # type: ignore[no-untyped-call]
            self._store = store
            home = self._registration.public_url
            settings = AsyncOAuthSettings(
                client_id=self._registration.client_id,
                client_secret=self._registration.client_secret,
                scopes=list(SCOPES),
                redirect_uri=f"{home.rstrip('/')}/slack/oauth_redirect" if home else None,
                installation_store=store,
                state_store=states,
                logger=logger,
            )
            client = api.client(None, api_url=self._api_url, patient=False)
            yield AsyncOAuthFlow(client=client, logger=logger, settings=settings)
        finally:
            self._store = None
            await engine.dispose()

    async def find(self, team: str, enterprise: str | None = None) -> Workspace | None:
        if not team and not enterprise:
            return None
        known = self._known.get(team or enterprise or "")
        if known is not None:
            return known
        if self._store is None:  # nothing is lost by waiting until it is open
            raise PostError("the tokens are not at hand", _LATER_S)
        bot = await self._store.async_find_bot(
            enterprise_id=enterprise, team_id=team or None, is_enterprise_install=not team
        )
        if bot is None and enterprise is not None:  # installed before its workspace joined the organisation
            bot = await self._store.async_find_bot(enterprise_id=None, team_id=team)
        if bot is None:
            return None
        found = Workspace(bot.team_id or bot.enterprise_id or team, bot.bot_user_id, bot.bot_token)
        self._known[team or enterprise or ""] = found
        return found

    async def all(self) -> Sequence[Workspace]:
        if self._store is None:
            return []
        table = self._store.bots.c
        async with self._store.engine.connect() as connection:
            rows = (await connection.execute(select(table.team_id, table.enterprise_id).distinct())).all()
        found = [await self.find(row.team_id or "", row.enterprise_id) for row in rows]
        return [workspace for workspace in found if workspace is not None]

    async def removed(self, team: str, enterprise: str | None = None) -> None:
        self._known.pop(team or enterprise or "", None)
        if self._store is not None:
            for organisation in {enterprise, None}:
                await self._store.async_delete_all(enterprise_id=organisation, team_id=team or None)
        self._log.info("tokens removed", workspace=team or enterprise)
