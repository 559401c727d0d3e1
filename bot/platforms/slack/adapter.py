"""`bot.ports.Platform` over Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.intake import event_of
from bot.log import cause
from bot.platforms.slack import api, examination, messages, serving
from bot.platforms.slack.directory import PLATFORM, Directory, Place
from bot.platforms.slack.events import Events
from bot.platforms.slack.examination import Said
from bot.platforms.slack.files import Files
from bot.platforms.slack.installed import InstalledWorkspaces
from bot.platforms.slack.keeping import Keeping
from bot.platforms.slack.responses import RESPONSE, Responses
from bot.platforms.slack.workspaces import OneWorkspace, Workspace, Workspaces
from bot.ports import (
    Capabilities,
    Found,
    Front,
    Incoming,
    Part,
    Posted,
    PostError,
    PostUncertain,
    Presence,
    Receipt,
    Received,
    Room,
)

_EYES = "eyes"
_EPHEMERAL = "ephemeral:"
_SIGN_S = 3.0  # nobody waits longer for an answer because a sign of work hangs
_REFUSED_BLOCKS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
_LOST_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "message_not_found"})
_NOT_EDITABLE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_UNREADABLE = api.GONE | {"missing_scope", "thread_not_found", "not_allowed_token_type", "account_inactive"}
_BEFORE = timedelta(seconds=30)  # clocks of Slack and this machine may differ by that
_ATTEMPTED = timedelta(hours=1)  # an earlier attempt at a part is not older
_PAGES, _PAGE = 20, 200  # of the history that a look-up reads


@dataclass(frozen=True, slots=True)
class Entrance:
    """How Slack reaches the bot."""

    mode: Literal["socket", "http"]
    app_token: str | None = None
    """xapp-…, for the socket."""
    signing_secret: str | None = None
    """For requests."""
    host: str = "127.0.0.1"
    port: int = 3000


class Slack:
    """One app, in one workspace or in many."""

    name = PLATFORM
    capabilities = Capabilities(private_messages=True, buttons=True, edit=True)

    def __init__(
        self,
        entrance: Entrance,
        clock: Clock,
        *,
        token: str | None = None,
        installed: InstalledWorkspaces | None = None,
        api_url: str = api.API_URL,
        timeout_s: float = api.TIMEOUT_S,
    ) -> None:
        """One of `token` (one workspace) and `installed` (many) is given.

        `timeout_s`: for one call, well below the outbox's deadline for a post.
        """
        self._timeout_s = timeout_s
        self._token = token
        self._entrance = entrance
        self._clock = clock
        self._api_url = api_url
        self._installed = installed
        self._workspaces: Workspaces = installed or OneWorkspace(token or "", self._reading)
        self._directory = Directory(self._reading, clock)
        self._files = Files(self._reading, api_url=api_url)
        self._responses = Responses(clock)
        self._log = structlog.get_logger(__name__)
        self._front: Front | None = None
        self._keeping: Keeping | None = None
        self._presence: Presence | None = None
        self._unreached: str | None = "not connected to Slack yet"
        self.listening: asyncio.Future[int] | None = None
        """The port, once requests are taken there."""

    def furnish(self, front: Front) -> None:
        self._front = front

    def entrust(self, received: Received) -> None:
        self._keeping = Keeping(self.name, received, self._clock)

    def attend(self, presence: Presence) -> None:
        self._presence = presence

    async def run(self, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        async with AsyncExitStack() as stack:
            installing = (
                await stack.enter_async_context(self._installed.open())
                if self._installed is not None
                else None
            )
            await self._run(handle, installing)

    async def _run(
        self, handle: Callable[[Incoming], Awaitable[None]], installing: AsyncOAuthFlow | None
    ) -> None:
        try:
            for workspace in await self._workspaces.all():
                self._log.info("slack workspace", workspace=workspace.id)
        except PostError as error:
            self._log.error("slack refuses", reason=error.reason)
            self._unreached = f"Slack refuses: {error.reason}"
            raise
        app = self._app(handle)
        try:
            await self._receive(app, installing)
        finally:
            self._unreached = "not connected to Slack"

    async def _receive(self, app: AsyncApp, installing: AsyncOAuthFlow | None) -> None:
        entrance = self._entrance
        async with AsyncExitStack() as stack:
            if self._keeping is not None:
                await stack.enter_async_context(self._keeping.at_hand())
            port = 0
            if entrance.mode == "http" or installing is not None:
                given = app if entrance.mode == "http" else None
                port = await stack.enter_async_context(
                    serving.http(entrance.host, entrance.port, app=given, installing=installing)
                )
            if entrance.mode == "socket":
                await stack.enter_async_context(serving.socket(app, entrance.app_token or ""))
            self._unreached = None
            if self.listening is not None and not self.listening.done():
                self.listening.set_result(port)
            if self._keeping is not None:
                await self._keeping.take_up(app)
            await asyncio.Event().wait()

    async def post(self, part: Part) -> Receipt:
        workspace, place = await self._place(part.room.id)
        if event_of(part.key) is None and not await self._directory.member(workspace, place.id):
            # what nobody has just asked for goes only where the bot still is, though Slack would take it elsewhere
            await self._departed(part.room.id, "not_in_channel")
            raise PostError("I am not in that channel any more", None)
        client = self._writing(workspace.token)
        body = messages.message(part)
        if part.replaces is not None and (edited := await self._edited(client, place, part.replaces, body)):
            return edited
        try:
            return await self._posted(client, part, place, body)
        except PostError as error:
            if error.reason in _REFUSED_BLOCKS:
                self._log.error("blocks refused", key=part.key, reason=error.reason)
                return await self._plainly(client, part, place)
            if error.reason in _LOST_THREAD and part.thread is not None:
                return await self._posted(client, part, place, body, thread=None)
            if error.reason in api.GONE:
                answered = await self._answered(part, body)
                if answered is not None:
                    return answered
                await self._departed(part.room.id, error.reason)
            raise

    async def _edited(
        self, client: AsyncWebClient, place: Place, ts: str, body: dict[str, Any]
    ) -> Receipt | None:
        """The message in another's place; None where that one cannot be edited (any more)."""
        given = {key: value for key, value in body.items() if key in {"text", "blocks", "metadata"}}
        try:
            await api.posted(client.chat_update(channel=place.id, ts=ts, **given))
        except PostError as error:
            if error.reason in _NOT_EDITABLE:
                return None
            raise
        return Receipt(ts, self._clock.now())

    async def delete(self, posted: Posted) -> None:
        if posted.message_id.startswith(_EPHEMERAL):
            return  # Slack keeps it nowhere: it is gone once its reader reloads
        if posted.message_id.startswith(RESPONSE):
            raise PostError("it was posted where I am no member", None)
        workspace, place = await self._place(posted.room)
        call = self._writing(workspace.token).chat_delete(channel=place.id, ts=posted.message_id)
        try:
            await api.posted(call)
        except PostError as error:
            if error.reason != "message_not_found":
                raise

    async def check(self) -> str | None:
        """For /readyz: None while Slack reaches the bot."""
        return self._unreached

    async def examine(self) -> Sequence[Said]:
        """For `doctor`: each token and its scopes; sentences, with whether something is wrong."""
        found: list[Said] = []
        if self._entrance.mode == "socket":
            found.append(await examination.app_token(self._reading, self._entrance.app_token or ""))
        if self._installed is None:
            return [*found, *await examination.bot_token(self._reading, self._token or "")]
        async with self._installed.open():
            workspaces = await self._workspaces.all()
            found.append((f"installed in {len(workspaces)} workspaces", False))
            for workspace in workspaces:
                found += await examination.bot_token(self._reading, workspace.token)
        return found

    async def close(self) -> None:
        """Nothing is held open between calls."""

    async def _posted(
        self, client: AsyncWebClient, part: Part, place: Place, body: dict[str, Any], **changed: Any
    ) -> Receipt:
        thread = changed.get("thread", part.thread)
        if part.private_to is not None and part.room.kind != "direct":
            seen = {key: value for key, value in body.items() if key in {"text", "blocks"}}
            said = await api.posted(
                client.chat_postEphemeral(
                    channel=place.id, user=Place.of(part.private_to).id, thread_ts=thread, **seen
                )
            )
            return Receipt(f"{_EPHEMERAL}{said.get('message_ts')}", self._clock.now())
        said = await api.posted(client.chat_postMessage(channel=place.id, thread_ts=thread, **body))
        return _receipt(said)

    async def _plainly(self, client: AsyncWebClient, part: Part, place: Place) -> Receipt:
        """In plain words; what one message does not hold goes under it.

        The last message carries the part's key, so that the part is found only when all of it is there; the others
        have keys of their own, by which a second attempt leaves them alone.
        """
        first: Receipt | None = None
        bodies = messages.bare(part)
        for body in bodies[:-1]:
            thread = _under(part, first)
            piece = replace(part, key=_key(body) or part.key, thread=thread)
            found = await self.find(piece, self._clock.now() - _ATTEMPTED)
            said = (
                found
                if isinstance(found, Receipt)
                else await self._posted(client, part, place, body, thread=thread)
            )
            first = first or said
        body = bodies[-1]
        if first is not None:
            body["metadata"]["event_payload"]["first"] = first.message_id
        last = await self._posted(client, part, place, body, thread=_under(part, first))
        return first or last

    async def _answered(self, part: Part, body: dict[str, Any]) -> Receipt | None:
        """Where the bot is no member, the address that came with the interaction takes the answer."""
        event = event_of(part.key)
        if event is None:
            return None
        return await self._responses.post(event, body, private=part.private_to is not None)

    async def find(self, part: Part, since: datetime) -> Found:
        if part.private_to is not None and part.room.kind != "direct":
            return "unknown"  # no history holds what only one person sees
        workspace, place = await self._place(part.room.id)
        client = self._writing(workspace.token)
        given: dict[str, Any] = {
            "channel": place.id,
            # what takes another's place stands where that one stood
            "oldest": part.replaces or f"{(since - _BEFORE).timestamp():.6f}",
            "inclusive": True,
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        cursor = None
        for _ in range(_PAGES):
            try:
                said = await api.asked(
                    client.conversations_replies(ts=part.thread, cursor=cursor, **given)
                    if part.thread is not None
                    else client.conversations_history(cursor=cursor, **given)
                )
            except PostError as error:
                if error.reason in _UNREADABLE:
                    return "unknown"
                raise
            for message in said.get("messages") or []:
                if _key(message) == part.key:
                    return _receipt(message)
                if part.thread is None and _key(message) == messages.key_of_piece(part, 1):
                    return await self.find(replace(part, thread=str(message["ts"])), since)
            cursor = (said.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return "absent" if not said.get("has_more") else "unknown"
        return "unknown"

    async def working(self, message: Incoming, busy: bool) -> None:
        """👀 on the message; a slash command leaves none and was told "Reading …" when it was acknowledged."""
        channel, _, ts = message.event_id.removeprefix(f"{message.room.id}").rpartition(":")
        if channel or not ts.replace(".", "").isdigit():
            return
        try:
            workspace, place = await self._place(message.room.id)
            client = self._writing(workspace.token)
            change = client.reactions_add if busy else client.reactions_remove
            await api.bounded(change(channel=place.id, name=_EYES, timestamp=ts), _SIGN_S)
        except (SlackApiError, PostError, PostUncertain, *api.Slow) as error:
            self._log.debug("no sign of work", **cause(error))

    async def members(self, room: Room) -> Sequence[str] | None:
        try:
            workspace, place = await self._place(room.id)
        except PostError:
            return None
        return await self._directory.members(workspace, place.id) if place.id else None

    def _app(self, handle: Callable[[Incoming], Awaitable[None]]) -> AsyncApp:
        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
            found = await self._workspaces.find(team_id or "", enterprise_id)
            if found is None:
                return None
            return AuthorizeResult(
                enterprise_id=enterprise_id, team_id=found.id, bot_user_id=found.bot, bot_token=found.token
            )

        app = AsyncApp(
            name="communique",
            client=api.client(None, api_url=self._api_url, patient=True),
            signing_secret=self._entrance.signing_secret or "",
            authorize=authorize,  # type: ignore[arg-type]  # None: not installed there, as its documentation has it
            logger=api.quiet_logger(),
        )
        Events(
            workspaces=self._workspaces,
            directory=self._directory,
            files=self._files,
            responses=self._responses,
            handle=handle,
            left=self._departed,
            back=self._returned,
            front=self._front,
            keeping=self._keeping,
        ).listen(app)
        return app

    async def _departed(self, room: str, why: str) -> None:
        self._log.warning("room left", room=room, why=why)
        if self._presence is not None:
            await self._presence.left(room, why)

    async def _returned(self, room: str) -> None:
        if self._presence is not None:
            await self._presence.back(room)

    async def _place(self, room: str) -> tuple[Workspace, Place]:
        place = Place.of(room)
        workspace = await self._workspaces.find(place.workspace)
        if workspace is None:
            raise PostError("the app is not installed in that workspace any more", None)
        return workspace, place

    def _reading(self, token: str) -> AsyncWebClient:
        return api.client(token, api_url=self._api_url, patient=True, timeout_s=self._timeout_s)

    def _writing(self, token: str) -> AsyncWebClient:
        return api.client(token, api_url=self._api_url, patient=False, timeout_s=self._timeout_s)


def _key(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != messages.EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None


def _under(part: Part, first: Receipt | None) -> str | None:
    """The thread of a further message; what one person sees alone can open none."""
    if part.thread is not None or first is None or first.message_id.startswith(_EPHEMERAL):
        return part.thread
    return first.message_id


def _receipt(message: dict[str, Any]) -> Receipt:
    """Of a part in several messages, the first one's."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    ts = str(payload.get("first") or message.get("ts") or "")
    try:
        at = datetime.fromtimestamp(float(ts), UTC)
    except ValueError as error:
        raise PostUncertain from error
    return Receipt(ts, at)
