"""A Slack of our own: Web API, Socket Mode and signed requests on 127.0.0.1, refusing what Slack refuses.

It enforces the lengths and shapes of messages (`limits`), the scopes that the manifest grants, membership, rate limits
that a test sets, five uses of a response address, the deadline of three seconds for acknowledgements; and it repeats
events as Slack does.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
import yaml
from aiohttp import web

from tests.bot.slack import limits

TEAM, BOT, APP, BOT_TOKEN, APP_TOKEN = "T0FAKE", "U0BOT", "A0FAKE", "xoxb-fake", "xapp-fake"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ANNA, BEN, GUEST, STRANGER, ADMIN = "U0ANNA", "U0BEN", "U0GUEST", "U0STRANGER", "U0ADMIN"
PUBLIC, PRIVATE, CONNECT, ABSENT, ANNAS_DM = "C0PUBLIC", "C0PRIVATE", "C0CONNECT", "C0ABSENT", "D0ANNA"
MANIFEST = Path(__file__).parents[3] / "config" / "slack-manifest.yaml"
ACK_S = 3.0
CODE = "code-of-the-install"

Fault = Literal["429", "500", "html", "blocks", "reset", "reset after", "hang", "hang after", "late"]
"""Of one post. reset: the connection breaks and nothing was accepted; "after": it was, and nobody says so. late: accepted
`FakeSlack.lateness_s` after it came, which nobody says either."""

_SCOPES = {
    "chat.postMessage": "chat:write", "chat.postEphemeral": "chat:write", "chat.delete": "chat:write",
    "chat.update": "chat:write", "reactions.add": "reactions:write", "reactions.remove": "reactions:write",
    "users.info": "users:read", "files.info": "files:read",
}  # fmt: skip


@dataclass
class Channel:
    id: str
    kind: Literal["public", "private", "im"] = "public"
    members: set[str] = field(default_factory=lambda: {BOT, ANNA, BEN})
    shared: bool = False
    archived: bool = False
    creator: str = ADMIN
    messages: list[dict[str, Any]] = field(default_factory=list)

    def info(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.id.lower(),
            "is_channel": self.kind == "public",
            "is_im": self.kind == "im",
            "is_private": self.kind != "public",
            "is_ext_shared": self.shared,
            "is_archived": self.archived,
            "is_member": BOT in self.members,
            "creator": self.creator,
        }


@dataclass
class Ack:
    status: int
    body: Any
    seconds: float


class Refused(Exception):
    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer = {"ok": False, "error": code, **more}


class FakeSlack:
    """One workspace. `deliver` and the calls named after what people do send it to the bot and return the ack."""

    def __init__(self, mode: Literal["socket", "http"] = "socket") -> None:
        self.mode = mode
        self.scopes = set(
            yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"]
        )
        self.channels = {
            c.id: c
            for c in (
                Channel(PUBLIC),
                Channel(PRIVATE, "private"),
                Channel(CONNECT, shared=True, members={BOT, ANNA, STRANGER}),
                Channel(ABSENT, "private", members={ANNA}),
                Channel(ANNAS_DM, "im", members={BOT, ANNA}),
            )
        }
        self.users: dict[str, dict[str, Any]] = {
            ANNA: {"real_name": "Anna", "tz": "Europe/Berlin", "team_id": TEAM},
            BEN: {"real_name": "Ben", "tz": "America/New_York", "team_id": TEAM},
            ADMIN: {"real_name": "Ada", "is_admin": True, "team_id": TEAM},
            GUEST: {"real_name": "Gus", "is_restricted": True, "team_id": TEAM},
            STRANGER: {"real_name": "Sam", "is_stranger": True, "team_id": "T0OTHER"},
            BOT: {"real_name": "communique", "is_bot": True, "team_id": TEAM},
        }
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.ephemerals: list[dict[str, Any]] = []
        self.reactions: set[tuple[str, str]] = set()
        self.views: list[dict[str, Any]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.responses: dict[str, list[dict[str, Any]]] = {}
        self.files: dict[str, bytes] = {}
        self.faults: deque[Fault | None] = deque()
        """For the posts to come, in order."""
        self.faults_of: dict[str, deque[Fault]] = {}
        """For other methods, by name."""
        self.refusals: list[str] = []
        """Everything that was refused: a test that foresees none checks that it is empty."""
        self.acks: list[Ack] = []
        self.strict = True
        """False: messages are not looked at, so that a measurement does not measure this."""
        self.now: Callable[[], float] = time.time
        self.lateness_s: Callable[[], float] = lambda: 1.0
        self.url = ""
        self.bot_url = ""
        self._numbers = itertools.count(1)
        self._changed = asyncio.Condition()
        self._socket: web.WebSocketResponse | None = None
        self._connected = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._released = asyncio.Event()

    # what people do
    async def command(self, text: str, *, user: str = ANNA, channel: str = PUBLIC, **more: Any) -> Ack:
        return await self.deliver("slash_commands", self.slash(text, user=user, channel=channel) | more)

    def slash(self, text: str, *, user: str = ANNA, channel: str = PUBLIC) -> dict[str, Any]:
        return {
            "command": "/brief", "text": text, "user_id": user, "channel_id": channel, "team_id": TEAM,
            "api_app_id": APP, "trigger_id": self._trigger(), "response_url": self._response_url(),
            "channel_name": "directmessage" if channel.startswith("D") else channel.lower(),
        }  # fmt: skip

    async def says(
        self,
        text: str,
        *,
        user: str = ANNA,
        channel: str = PUBLIC,
        thread: str | None = None,
        files: list[dict[str, Any]] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Somebody writes a message; what Slack sends for it (a mention comes twice) is delivered. Returns the message."""
        ts = self.ts()
        message = {"type": "message", "user": user, "text": text, "ts": ts, "channel": channel, **more}
        message |= {"thread_ts": thread} if thread else {}
        message |= {"files": files, "subtype": "file_share"} if files else {}
        self.channels[channel].messages.append(dict(message))
        kind = {"public": "channel", "private": "group", "im": "im"}[self.channels[channel].kind]
        if BOT in self.channels[channel].members:
            await self.event(message | {"channel_type": kind})
        if f"<@{BOT}>" in text and kind != "im":
            mention = {k: v for k, v in message.items() if k != "subtype"}
            await self.event(mention | {"type": "app_mention"})
        return message

    async def event(self, event: dict[str, Any], **more: Any) -> Ack:
        return await self.deliver("events_api", self.envelope(event) | more)

    def envelope(self, event: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "event_callback", "team_id": TEAM, "api_app_id": APP, "event_id": f"Ev{next(self._numbers):08}",
            "event_time": int(time.time()), "event": {"event_ts": self.ts(), **event},
            "authorizations": [{"team_id": TEAM, "enterprise_id": None, "user_id": BOT, "is_bot": True}],
        }  # fmt: skip

    async def press(
        self, message: dict[str, Any], label: str, *, user: str = ANNA, channel: str = PUBLIC
    ) -> Ack:
        return await self.deliver("interactive", self.pressing(message, label, user=user, channel=channel))

    def pressing(
        self, message: dict[str, Any], label: str, *, user: str = ANNA, channel: str = PUBLIC
    ) -> dict[str, Any]:
        button = next(e for e in limits.elements(message["blocks"], "button") if e["text"]["text"] == label)
        ephemeral = "ts" not in message
        root = any(m.get("thread_ts") == message.get("ts") for m in self.channels[channel].messages)
        shown = dict(message) | ({"thread_ts": message["ts"]} if root else {})
        return {
            "type": "block_actions", "trigger_id": self._trigger(), "response_url": self._response_url(),
            "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM}, "channel": {"id": channel},
            "api_app_id": APP, "message": None if ephemeral else shown,
            "container": {"type": "message", "message_ts": message.get("ts") or self.ts(), "channel_id": channel,
                          "is_ephemeral": ephemeral},
            "actions": [{"type": "button", "action_ts": self.ts(), **{k: button[k] for k in ("action_id", "value", "text")
                                                                      if k in button}}],
        }  # fmt: skip

    async def act(self, action: dict[str, Any], *, user: str = ANNA) -> Ack:
        """Something is chosen on the Home tab."""
        return await self.deliver("interactive", {
            "type": "block_actions", "trigger_id": self._trigger(), "user": {"id": user, "team_id": TEAM},
            "team": {"id": TEAM}, "api_app_id": APP, "container": {"type": "view"}, "view": {"id": "VHOME", "type": "home"},
            "actions": [{"action_ts": self.ts(), **action}],
        })  # fmt: skip

    async def shortcut(self, message: dict[str, Any], *, user: str = ANNA) -> Ack:
        return await self.deliver("interactive", {
            "type": "message_action", "callback_id": "brief_this", "trigger_id": self._trigger(),
            "response_url": self._response_url(), "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM},
            "channel": {"id": message["channel"]}, "message_ts": message["ts"], "message": message,
            "action_ts": self.ts(), "api_app_id": APP,
        })  # fmt: skip

    async def submit(self, view: dict[str, Any], values: dict[str, Any], *, user: str = ANNA) -> Ack:
        """`values`: block_id → what was typed (a string) or the state of its element."""
        elements = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
        state = {
            block: {elements[block]["action_id"]: given if isinstance(given, dict) else {
                "type": elements[block]["type"], "value": given}}
            for block, given in values.items()
        }  # fmt: skip
        return await self.deliver("interactive", {
            "type": "view_submission", "trigger_id": self._trigger(), "user": {"id": user, "team_id": TEAM},
            "team": {"id": TEAM}, "api_app_id": APP, "view": view | {"id": view.get("id", "V1"), "state": {"values": state}},
        })  # fmt: skip

    def upload(self, name: str, media_type: str, content: bytes) -> dict[str, Any]:
        """A file as a message carries it."""
        path = f"/files/F{next(self._numbers)}/{name}"
        self.files[path] = content
        url = self.url.removesuffix("/api/") + path
        return {"id": path.split("/")[2], "name": name, "mimetype": media_type, "size": len(content),
                "url_private": url, "url_private_download": url}  # fmt: skip

    # what is seen
    def shown(self, channel: str = PUBLIC) -> list[dict[str, Any]]:
        """The bot's messages in a channel, in order."""
        return [m for m in self.channels[channel].messages if m.get("user") == BOT]

    def words(self, message: dict[str, Any]) -> str:
        return "".join(limits.texts(message.get("blocks") or [])) or message.get("text", "")

    async def until(self, seen: Callable[[], Any], seconds: float = 30.0) -> Any:
        """Wait until something is seen; what it is. Fails after that long."""
        async with asyncio.timeout(seconds), self._changed:
            while not (found := seen()):
                await self._changed.wait()
            return found

    async def until_shown(self, count: int, channel: str = PUBLIC) -> list[dict[str, Any]]:
        return await self.until(lambda: len(self.shown(channel)) >= count and self.shown(channel))

    async def until_briefed(self, channel: str = PUBLIC, count: int = 1) -> list[dict[str, Any]]:
        """Until so many briefs stand there with all that follows them in their threads."""

        def whole() -> list[dict[str, Any]]:
            quotes = [m for m in self.shown(channel) if self.words(m).startswith("Quotes from")]
            return self.shown(channel) if len(quotes) >= count else []

        found: list[dict[str, Any]] = await self.until(whole)
        return found

    async def until_whispered(self, count: int = 1) -> list[dict[str, Any]]:
        return await self.until(lambda: len(self.ephemerals) >= count and self.ephemerals)

    # delivering
    async def deliver(
        self, kind: str, payload: dict[str, Any], *, headers: dict[str, str] | None = None
    ) -> Ack:
        """Send to the bot as this mode does. Fails if it is not acknowledged within three seconds."""
        started = time.monotonic()
        async with asyncio.timeout(ACK_S):
            ack = await (
                self._by_socket(kind, payload)
                if self.mode == "socket"
                else self._by_http(kind, payload, headers)
            )
        ack.seconds = time.monotonic() - started
        self.acks.append(ack)
        return ack

    async def _by_socket(self, kind: str, payload: dict[str, Any]) -> Ack:
        await self._connected.wait()
        envelope_id = f"env-{next(self._numbers)}"
        answered = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        assert self._socket is not None
        await self._socket.send_json(
            {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": True}
        )
        answer = await answered
        return Ack(200, answer.get("payload"), 0.0)

    def signed(self, body: str, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def request(self, kind: str, payload: dict[str, Any]) -> tuple[str, str]:
        """Body and media type of a request of that kind."""
        if kind == "events_api":
            return json.dumps(payload), "application/json"
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return urlencode(form), "application/x-www-form-urlencoded"

    async def _by_http(self, kind: str, payload: dict[str, Any], headers: dict[str, str] | None) -> Ack:
        body, media_type = self.request(kind, payload)
        sent = {"Content-Type": media_type, **(self.signed(body) if headers is None else headers)}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.bot_url}/slack/events", data=body.encode(), headers=sent) as answer,
        ):
            text = await answer.text()
            return Ack(answer.status, json.loads(text) if text.startswith("{") else text, 0.0)

    async def disconnect(self) -> None:
        """Slack closes the WebSocket, as it does every few hours."""
        await self._connected.wait()
        socket, self._socket = self._socket, None
        self._connected.clear()
        assert socket is not None
        await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    # the server
    @asynccontextmanager
    async def serve(self) -> AsyncIterator[FakeSlack]:
        site = web.Application(client_max_size=10_000_000)
        site.router.add_route("*", "/api/{method}", self._api)  # the SDK reads with GET
        site.router.add_get("/link/", self._link)
        site.router.add_post("/response/{id}", self._respond)
        site.router.add_get("/files/{id}/{name}", self._file)
        runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        try:
            yield self
        finally:
            self._released.set()
            await runner.cleanup()

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._socket = socket
        self._connected.set()
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT:
                answer = json.loads(message.data)
                waiting = self._waiting.pop(answer.get("envelope_id", ""), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        if self._socket is socket:
            self._socket = None
            self._connected.clear()
        return socket

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}" or "files:read" not in self.scopes:
            return web.Response(status=403)
        content = self.files.get(request.path)
        return web.Response(body=content) if content is not None else web.Response(status=404)

    async def _respond(self, request: web.Request) -> web.Response:
        used = self.responses.setdefault(request.match_info["id"], [])
        body = await request.json()
        found = limits.wrong(body)
        if len(used) >= 5 or found:
            self.refusals.append(f"response_url: {found or 'used up'}")
            return web.Response(
                status=404 if not found else 400, text="used_url" if not found else "invalid_blocks"
            )
        used.append(body)
        await self._notify()
        return web.Response(text="ok")

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _given(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append((method, given))
        fault = self._fault(method)
        try:
            if fault == "late":
                late = asyncio.create_task(self._later(method, given, token))
                await asyncio.wait(
                    {late, asyncio.ensure_future(self._released.wait())}, return_when=asyncio.FIRST_COMPLETED
                )
                return await self._failing(request, "reset")
            if fault is not None and fault not in {"reset after", "hang after"}:
                return await self._failing(request, fault)
            answer = {"ok": True, **await self._call(method, given, token)}
        except Refused as refused:
            answer = refused.answer
            self.refusals.append(f"{method}: {answer['error']} {answer.get('response_metadata', '')}")
        await self._notify()
        if fault is not None:
            return await self._failing(request, fault)
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(self.scopes))})

    async def _later(self, method: str, given: dict[str, Any], token: str) -> None:
        await asyncio.sleep(self.lateness_s())
        await self._call(method, given, token)

    def _fault(self, method: str) -> Fault | None:
        if method in {"chat.postMessage", "chat.postEphemeral"}:
            return self.faults.popleft() if self.faults else None
        queue = self.faults_of.get(method)
        return queue.popleft() if queue else None

    async def _failing(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault:
            case "429":
                return web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"}
                )
            case "500":
                return web.json_response({"ok": False, "error": "internal_error"}, status=500)
            case "html":
                return web.Response(
                    status=503, text="<html>Service unavailable</html>", content_type="text/html"
                )
            case "blocks":
                return web.json_response({"ok": False, "error": "invalid_blocks"})
            case "hang" | "hang after":
                await self._released.wait()
            case _:
                if request.transport is not None:  # else the client has gone already
                    request.transport.abort()
        return web.Response(status=500)

    async def _call(self, method: str, given: dict[str, Any], token: str) -> dict[str, Any]:
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refused("invalid_auth")
            return {
                "url": f"ws{self.url.removeprefix('http').removesuffix('/api/')}/link/?ticket=t&app_id={APP}"
            }
        if method == "oauth.v2.access":
            return self._oauth(given)
        if token != BOT_TOKEN:
            raise Refused("invalid_auth")
        needed = _SCOPES.get(method)
        if needed is not None and needed not in self.scopes:
            raise Refused("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))
        name = "_" + method.replace(".", "_").lower()
        handler: Callable[[dict[str, Any]], dict[str, Any]] | None = getattr(self, name, None)
        if handler is None:
            raise Refused("unknown_method")
        return handler(given)

    # methods
    def _oauth(self, given: dict[str, Any]) -> dict[str, Any]:
        if given.get("code") != CODE:
            raise Refused("invalid_code")
        return {
            "access_token": BOT_TOKEN, "token_type": "bot", "scope": ",".join(sorted(self.scopes)), "bot_user_id": BOT,
            "app_id": APP, "team": {"id": TEAM, "name": "Fake"}, "enterprise": None, "is_enterprise_install": False,
            "authed_user": {"id": ANNA},
        }  # fmt: skip

    def _auth_test(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "team": "Fake", "user_id": BOT, "bot_id": "B0BOT", "user": "communique",
                "url": "https://fake.slack.com/"}  # fmt: skip

    def _chat_postmessage(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._writable(given)
        self._check(given)
        if given.get("thread_ts") and not any(m["ts"] == given["thread_ts"] for m in channel.messages):
            raise Refused("thread_not_found")
        for flag in ("unfurl_links", "unfurl_media"):
            if str(given.get(flag)).lower() not in {"false", "0"}:
                raise Refused(f"{flag} is on")
        message = {
            "type": "message", "user": BOT, "bot_id": "B0BOT", "ts": self.ts(), "text": given.get("text", ""),
            **{k: given[k] for k in ("blocks", "metadata", "thread_ts") if given.get(k)},
        }  # fmt: skip
        channel.messages.append(message)
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _chat_postephemeral(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._writable(given)
        self._check(given)
        if given.get("user") not in channel.members:
            raise Refused("user_not_in_channel")
        if given.get("thread_ts") and not any(
            m.get("thread_ts") == given["thread_ts"] for m in channel.messages
        ):
            raise Refused("nobody sees an ephemeral message in a thread that is none")
        self.ephemerals.append({"channel": channel.id, **given})
        return {"message_ts": self.ts()}

    def _chat_delete(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)
        if not any(m["ts"] == given["ts"] for m in channel.messages):
            raise Refused("message_not_found")
        channel.messages[:] = [m for m in channel.messages if m["ts"] != given["ts"]]
        return {"ts": given["ts"]}

    def _chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)
        self._check(given)
        for message in channel.messages:
            if message["ts"] == given["ts"] and message.get("user") == BOT:
                message |= {k: given[k] for k in ("text", "blocks", "metadata") if k in given}
                return {"ts": given["ts"]}
        raise Refused("message_not_found")

    def _conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)
        self._history_scope(channel)
        return self._page([m for m in channel.messages if m.get("thread_ts") in {None, m["ts"]}], given)

    def _conversations_replies(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)
        self._history_scope(channel)
        if not any(m["ts"] == given["ts"] for m in channel.messages):
            raise Refused("thread_not_found")
        return self._page(
            [m for m in channel.messages if given["ts"] in {m["ts"], m.get("thread_ts")}], given
        )

    def _page(self, messages: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
        """Fifteen at a time, as for apps that Slack trusts least; newest first."""
        old = float(given.get("oldest") or 0)
        found = [m for m in reversed(messages) if float(m["ts"]) >= old]
        at = int(given.get("cursor") or 0)
        with_metadata = str(given.get("include_all_metadata")).lower() in {"true", "1"}
        page = [
            m if with_metadata else {k: v for k, v in m.items() if k != "metadata"}
            for m in found[at : at + 15]
        ]
        more = at + 15 < len(found)
        return {
            "messages": page,
            "has_more": more,
            "response_metadata": {"next_cursor": str(at + 15) if more else ""},
        }

    def _conversations_info(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self.channels.get(given.get("channel", ""))
        if channel is None or (BOT not in channel.members and channel.kind != "public"):
            raise Refused("channel_not_found")
        scope = {"public": "channels:read", "private": "groups:read", "im": "im:read"}[channel.kind]
        if scope not in self.scopes:
            raise Refused("missing_scope", needed=scope)
        return {"channel": channel.info()}

    def _conversations_members(self, given: dict[str, Any]) -> dict[str, Any]:
        members = sorted(self._channel(given).members)
        at = int(given.get("cursor") or 0)
        return {"members": members[at : at + 2], "response_metadata": {
            "next_cursor": str(at + 2) if at + 2 < len(members) else ""}}  # fmt: skip

    def _users_info(self, given: dict[str, Any]) -> dict[str, Any]:
        user = self.users.get(given.get("user", ""))
        if user is None:
            raise Refused("user_not_found")
        return {"user": {"id": given["user"], "profile": {"display_name": user["real_name"]}, **user}}

    def _reactions_add(self, given: dict[str, Any]) -> dict[str, Any]:
        self.reactions.add((given["timestamp"], given["name"]))
        return {}

    def _reactions_remove(self, given: dict[str, Any]) -> dict[str, Any]:
        self.reactions.discard((given["timestamp"], given["name"]))
        return {}

    def _views_open(self, given: dict[str, Any]) -> dict[str, Any]:
        view = self._view(given)
        if not given.get("trigger_id", "").startswith("trigger"):
            raise Refused("invalid_trigger_id")
        self.views.append(view | {"id": f"V{next(self._numbers)}"})
        return {"view": self.views[-1]}

    def _views_publish(self, given: dict[str, Any]) -> dict[str, Any]:
        self.homes[given["user_id"]] = self._view(given)
        return {"view": self.homes[given["user_id"]]}

    # what is refused
    def _view(self, given: dict[str, Any]) -> dict[str, Any]:
        view = given["view"] if isinstance(given["view"], dict) else json.loads(given["view"])
        found = limits.wrong({"blocks": view["blocks"], "text": "a view"}, view["type"])
        if view["type"] == "modal" and (
            len(view["title"]["text"]) > 24 or len(view.get("private_metadata", "")) > 3_000
        ):
            found.append("a title or metadata too long")
        if found:
            raise Refused("invalid_arguments", response_metadata={"messages": found})
        return view

    def _channel(self, given: dict[str, Any]) -> Channel:
        channel = self.channels.get(given.get("channel", ""))
        if channel is None:
            raise Refused("channel_not_found")
        if BOT not in channel.members:
            raise Refused("not_in_channel" if channel.kind == "public" else "channel_not_found")
        return channel

    def _writable(self, given: dict[str, Any]) -> Channel:
        channel = self.channels.get(given.get("channel", ""))
        if channel is None or (BOT not in channel.members and channel.kind != "public"):
            raise Refused("channel_not_found")
        if BOT not in channel.members and "chat:write.public" not in self.scopes:
            raise Refused("not_in_channel")
        if channel.archived:
            raise Refused("is_archived")
        return channel

    def _check(self, given: dict[str, Any]) -> None:
        if not self.strict:
            return
        found = limits.wrong(given)
        if found:
            raise Refused("invalid_blocks", response_metadata={"messages": found})
        if limits.pings(given):
            raise Refused("it pings", response_metadata={"messages": limits.pings(given)})

    def _history_scope(self, channel: Channel) -> None:
        scope = {"public": "channels:history", "private": "groups:history", "im": "im:history"}[channel.kind]
        if scope not in self.scopes:
            raise Refused("missing_scope", needed=scope)

    # small things
    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def ts(self) -> str:
        return f"{self.now():.0f}.{next(self._numbers):06}"

    def _trigger(self) -> str:
        return f"trigger.{next(self._numbers)}"

    def _response_url(self) -> str:
        return self.url.removesuffix("/api/") + f"/response/{next(self._numbers)}"


async def _given(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body: dict[str, Any] = await request.json()
        return body
    given: dict[str, Any] = {k: v for k, v in (await request.post()).items() if isinstance(v, str)} | dict(
        request.query
    )
    for key in ("blocks", "metadata"):
        if isinstance(given.get(key), str):
            given[key] = json.loads(given[key])
    return given
