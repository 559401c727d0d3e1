"""What happens in Slack → messages to the core. Everything is kept, then acknowledged, then looked at."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.log import cause
from bot.platforms.slack import api, kinds, texts, views
from bot.platforms.slack.directory import Directory, name
from bot.platforms.slack.files import Brought, Files
from bot.platforms.slack.keeping import Keeping, Listener
from bot.platforms.slack.messages import ACTION
from bot.platforms.slack.responses import Responses
from bot.platforms.slack.workspaces import Workspace, Workspaces
from bot.ports import Front, Incoming
from bot.router import is_question
from briefs import urls

READING = "Reading …"
WELCOME = "welcome"

_SLOW = frozenset({"ask", "add", "brief", "read", "link", "digest"})  # commands that take longer than a blink
_PLACES = {"directmessage": "im", "privategroup": "group"}

Handle = Callable[[Incoming], Awaitable[None]]


class Events:
    """Listeners of a bolt app."""

    def __init__(
        self,
        *,
        workspaces: Workspaces,
        directory: Directory,
        files: Files,
        responses: Responses,
        handle: Handle,
        left: Callable[[str, str], Awaitable[None]],
        back: Callable[[str], Awaitable[None]],
        front: Front | None = None,
        keeping: Keeping | None = None,
    ) -> None:
        """`left` is told the id of a room that the bot is no longer in, and why, `back` of one that it is in. Without a `front` there is no Home.

        Without `keeping`, what was acknowledged is lost with the process.
        """
        self._keeping = keeping
        self._front = front
        self._workspaces = workspaces
        self._directory = directory
        self._files = files
        self._responses = responses
        self._handle = handle
        self._left = left
        self._back = back
        self._log = structlog.get_logger(__name__)

    def listen(self, app: AsyncApp) -> None:
        if self._keeping is not None:
            app.middleware(self._keeping.keep)
        kept = self._kept
        app.command(re.compile(".*"))(kept(self.command))
        app.event("app_mention")(kept(self.message))
        app.event("message")(kept(self.message))
        app.event("link_shared")(kept(self.link))
        app.event("member_joined_channel")(kept(self.joined))
        app.event("member_left_channel")(kept(self.went))
        for kind in kinds.LEFT:
            app.event(kind)(kept(self.closed))
        for kind in kinds.CHANGED:
            app.event(kind)(kept(self.changed))
        for kind in kinds.REMOVED:
            app.event(kind)(kept(self.uninstalled))
        app.shortcut(views.SHORTCUT)(kept(self.shortcut))
        app.action(re.compile(rf"^{ACTION}:"))(kept(self.pressed))
        app.action(re.compile(rf"^{views.ROOM}(:direct)?$"))(self.chosen)
        app.action(re.compile(".*"))(self.ignored)
        app.view(views.WORDS)(kept(self.worded))
        app.view(views.SETTINGS)(kept(self.set))
        app.event("app_home_opened")(self.opened)
        app.event(re.compile(".*"))(self.unheard)
        app.error(self.failed)

    def _kept(self, listener: Listener) -> Listener:
        return listener if self._keeping is None else self._keeping.until_seen_to(listener)

    async def command(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        typed = str(body.get("text") or "")
        await (ack(text=READING, response_type="ephemeral") if _takes_a_while(typed) else ack())
        workspace = await self._workspace(context)
        channel = str(body.get("channel_id") or "")
        if workspace is None or not channel:
            return
        event_id = name(f"{workspace.id}:{_mark(body, typed, channel)}")
        self._responses.remember(event_id, body.get("response_url"))
        room = await self._directory.room(workspace, channel, _PLACES.get(str(body.get("channel_name")), ""))
        await self._handle(
            Incoming(
                event_id=event_id,
                room=room,
                person=await self._directory.person(workspace, str(body.get("user_id") or ""), room),
                text=texts.words(typed, bot=workspace.bot),
                unseen=True,
            )
        )

    async def message(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        workspace = await self._workspace(context)
        to = texts.said_to(event, workspace.bot) if workspace is not None else None
        if workspace is None or to is None:
            return
        text, channel, ts = str(event.get("text") or ""), str(event["channel"]), str(event["ts"])
        direct, addressed = to == "direct", to != "others"
        if addressed:
            await self._back(
                name(workspace.id, channel)
            )  # that it came back may have been said while nobody listened
        room = await self._directory.room(workspace, channel, "im" if direct else "")
        brought = Brought()
        if addressed and event.get("files"):
            brought = await self._files.fetch(workspace.token, event["files"])
        thread = event.get("thread_ts")
        await self._handle(
            Incoming(
                event_id=f"{name(workspace.id, channel)}:{ts}",
                room=room,
                person=await self._directory.person(workspace, str(event["user"]), room),
                text=texts.words(text, bot=workspace.bot),
                thread=str(thread) if thread else None,
                answer_thread=None if direct else ts,
                attachments=brought.attachments,
                trouble=brought.trouble,
                addressed=addressed,
            )
        )

    async def link(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """A link of a domain that the app is registered for: like a message that holds it."""
        links = [f"<{link['url']}>" for link in event.get("links") or [] if link.get("url")]
        if links and event.get("message_ts") and event.get("channel") != "COMPOSER":
            like = {k: event[k] for k in ("channel", "user", "thread_ts") if event.get(k)}
            await self.message(
                {"type": "link", "ts": event["message_ts"], "text": " ".join(links), **like}, context
            )

    async def joined(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        workspace = await self._workspace(context)
        if workspace is None or event.get("user") != workspace.bot:
            return
        channel = str(event["channel"])
        self._directory.changed(workspace, channel)
        await self._back(name(workspace.id, channel))
        await self._greet(
            workspace, channel, str(event.get("inviter") or workspace.bot), str(event.get("event_ts") or "")
        )

    async def _greet(
        self, workspace: Workspace, channel: str, person: str, when: str, hint: str = ""
    ) -> None:
        room = await self._directory.room(workspace, channel, hint)
        await self._handle(
            Incoming(
                event_id=f"{name(workspace.id, channel)}:{WELCOME}:{when}",
                room=room,
                person=await self._directory.person(workspace, person, room),
                text=WELCOME,
            )
        )

    async def went(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        workspace = await self._workspace(context)
        if workspace is not None and event.get("user") == workspace.bot:
            self._directory.changed(workspace, str(event["channel"]))
            await self._left(name(workspace.id, str(event["channel"])), "member_left_channel")

    async def closed(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        workspace = await self._workspace(context)
        if workspace is not None and event.get("channel"):
            self._directory.changed(workspace, str(event["channel"]))
            await self._left(name(workspace.id, str(event["channel"])), str(event["type"]))

    async def changed(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        workspace = await self._workspace(context)
        channel = event.get("channel")
        if workspace is not None and channel:
            id_ = str(channel["id"] if isinstance(channel, dict) else channel)
            self._directory.changed(workspace, id_)
            if event.get("type") in kinds.REOPENED and await self._directory.member(workspace, id_):
                await self._back(name(workspace.id, id_))

    async def uninstalled(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        if event.get("type") == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
            return
        team = context.team_id or context.enterprise_id or ""
        self._log.warning("uninstalled", workspace=team, by=event.get("type"))
        await self._workspaces.removed(team, context.enterprise_id)

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Somebody chose “Brief this” in the menu of a message."""
        await ack()
        workspace = await self._workspace(context)
        if workspace is None:
            return
        message, channel = body.get("message") or {}, str(body["channel"]["id"])
        event_id = name(
            f"{workspace.id}:{_mark(body, views.SHORTCUT, str((body.get('message') or {}).get('ts')))}"
        )
        self._responses.remember(event_id, body.get("response_url"))
        room = await self._directory.room(workspace, channel)
        brought = await self._files.fetch(workspace.token, message.get("files") or [])
        text = texts.words(str(message.get("text") or ""), bot=workspace.bot)
        thread, ts = message.get("thread_ts"), str(message.get("ts") or body.get("message_ts") or "")
        await self._handle(
            Incoming(
                event_id=event_id,
                room=room,
                person=await self._directory.person(workspace, str(body["user"]["id"]), room),
                text=f"add {text}",
                thread=str(thread) if thread else None,
                answer_thread=None if room.kind == "direct" else ts or None,
                reply_to=ts or None,
                attachments=brought.attachments,
                trouble=brought.trouble,
                unseen=True,
            )
        )

    async def pressed(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A button under one of the bot's messages."""
        await ack()
        pressed = (body.get("actions") or [{}])[0]
        command = str(pressed.get("value") or "")
        workspace = await self._workspace(context)
        if workspace is None or not command:
            return
        container = body.get("container") or {}
        message = body.get("message") or {}
        channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id") or "")
        ts = str(container.get("message_ts") or message.get("ts") or "")
        seen = not container.get("is_ephemeral")
        thread = message.get("thread_ts") or container.get("thread_ts")
        where = views.Where(channel, str(thread) if thread else None, ts if seen else None)
        if command == views.SETTINGS and self._front is not None:
            await self._form(client, str(body.get("trigger_id")), workspace, channel)
            return
        if command in views.ASKS:
            await self._open(client, str(body.get("trigger_id")), views.words(command, where))
            return
        event_id = name(f"{workspace.id}:{_mark(body, command, channel, ts, str(pressed.get('action_ts')))}")
        self._responses.remember(event_id, body.get("response_url"))
        await self._said(workspace, event_id, str(body["user"]["id"]), command, where)

    async def worded(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """The words that a command still lacked were filled in."""
        view = body.get("view") or {}
        said = views.said(view)
        if not said:
            await ack(response_action="errors", errors={views.INPUT: "Write a few words first."})
            return
        await ack()
        workspace = await self._workspace(context)
        if workspace is None:
            return
        given = json.loads(view.get("private_metadata") or "{}")
        where = views.Where(given["channel"], given.get("thread"), given.get("message"))
        event_id = name(f"{workspace.id}:{view.get('id')}")
        await self._said(workspace, event_id, str(body["user"]["id"]), f"{given['command']} {said}", where)

    async def _said(
        self, workspace: Workspace, event_id: str, user: str, text: str, where: views.Where
    ) -> None:
        """As if it had been typed in reply to the message that it hangs on."""
        room = await self._directory.room(workspace, where.channel)
        await self._handle(
            Incoming(
                event_id=event_id,
                room=room,
                person=await self._directory.person(workspace, user, room),
                text=text,
                thread=where.thread,
                answer_thread=where.message,
                reply_to=where.message,
                unseen=True,
            )
        )

    async def opened(self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """The app's own place in Slack was opened: its Home, or the direct messages."""
        workspace = await self._workspace(context)
        channel, user = str(event.get("channel") or ""), str(event.get("user") or "")
        if workspace is None or not channel:
            return
        if event.get("tab") == "messages":
            await self._greet(workspace, channel, user, "", "im")  # a second time it was seen before
        elif self._front is not None:
            room = await self._directory.room(workspace, channel, "im")
            person = await self._directory.person(workspace, user, room)
            view = views.home(await self._front.page(room, person), channel)
            await self._tried(client.views_publish(user_id=user, view=view))

    async def chosen(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A room was chosen on Home, to change its settings."""
        await ack()
        pressed = (body.get("actions") or [{}])[0]
        channel = str(pressed.get("selected_conversation") or pressed.get("value") or "")
        workspace = await self._workspace(context)
        if workspace is not None and channel:
            await self._form(client, str(body.get("trigger_id")), workspace, channel)

    async def set(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """The form of settings was sent: what changed goes in as commands."""
        view = body.get("view") or {}
        typed = views.filled(view)
        wrong = {
            key: said
            for key, value in typed.items()
            if self._front is not None and (said := self._front.wrong(key, value)) is not None
        }
        if wrong:
            await ack(response_action="errors", errors=wrong)
            return
        await ack()
        workspace = await self._workspace(context)
        if workspace is None or self._front is None:
            return
        where = views.Where(json.loads(view.get("private_metadata") or "{}")["channel"], None, None)
        room = await self._directory.room(workspace, where.channel)
        for number, command in enumerate(await self._front.commands(room, typed), 1):
            event_id = name(f"{workspace.id}:{view.get('id')}:{number}")
            await self._said(workspace, event_id, str(body["user"]["id"]), command, where)

    async def ignored(self, ack: AsyncAck) -> None:
        """A part of a form that does nothing by itself."""
        await ack()

    async def unheard(self) -> None:
        """An event that the app was subscribed to and does nothing about: acknowledged, so that it is not repeated."""

    async def _form(self, client: AsyncWebClient, trigger: str, workspace: Workspace, channel: str) -> None:
        if self._front is None:
            return
        room = await self._directory.room(workspace, channel)
        view = views.settings(await self._front.fields(room), channel, room.title)
        await self._open(client, trigger, view)

    async def _open(self, client: AsyncWebClient, trigger: str, view: dict[str, Any]) -> None:
        await self._tried(client.views_open(trigger_id=trigger, view=view))

    async def _tried(self, call: Awaitable[Any]) -> None:
        try:
            await call
        except (SlackApiError, *api.Slow) as error:
            self._log.warning("no view", **cause(error))

    async def failed(self, error: Exception) -> None:
        self._log.error("listener failed", **cause(error))

    async def _workspace(self, context: AsyncBoltContext) -> Workspace | None:
        return await self._workspaces.find(context.team_id or "", context.enterprise_id)


def _mark(body: dict[str, Any], *said: str) -> str:
    """What tells an interaction from all others, also from one that is alike; the same when it is repeated.

    The trigger's id is one for each interaction; what was said goes with it, for there are servers that are not Slack's.
    """
    given = (body.get("trigger_id"), body.get("response_url"), body.get("user_id"), *said)
    if not (given[0] or given[1]):
        return uuid4().hex  # it cannot be told from a repetition: better done twice than not at all
    return f"{given[0] or ''}.{hashlib.sha256(repr(given).encode()).hexdigest()[:12]}"


def _takes_a_while(text: str) -> bool:
    first = text.split(maxsplit=1)[0].lower() if text.strip() else ""
    return first in _SLOW or bool(urls.find(text)) or is_question(text)
