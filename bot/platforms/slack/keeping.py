"""What Slack handed over is kept before it is acknowledged: from then on Slack does not repeat it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.clock import Clock
from bot.log import cause
from bot.platforms.slack import kinds, texts, views
from bot.platforms.slack.messages import ACTION
from bot.ports import Received

_KEPT = "kept"
_PATIENCE_S = (
    1.0  # of the three seconds that Slack waits; a store that is busy for longer goes on keeping behind them
)

_TOLD = {*kinds.LEFT, *kinds.REMOVED, *kinds.REOPENED, "link_shared"}

Listener = Callable[..., Awaitable[None]]


class Keeping:
    """Outlives connections: what this process is seeing to is not taken up a second time."""

    def __init__(self, platform: str, received: Received, clock: Clock) -> None:
        self._platform = platform
        self._received = received
        self._clock = clock
        self._in_hand: Counter[str] = Counter()
        self._writing: set[asyncio.Future[None]] = set()
        self._open = False
        self._log = structlog.get_logger(__name__)

    @asynccontextmanager
    async def at_hand(self) -> AsyncIterator[None]:
        """The store is there while the block runs; whatever is being written at its end is waited for.

        What is seen to later is let go by the next process, which finds it answered.
        """
        self._open = True
        try:
            yield
        finally:
            self._open = False
            while self._writing:
                await asyncio.wait(self._writing)

    async def keep(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next_: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse:
        """Bolt's middleware, behind its check of signatures and before its acknowledgement."""
        if _asks(body, context.bot_user_id or ""):
            text = json.dumps({k: v for k, v in body.items() if k != "token"}, sort_keys=True)
            key = hashlib.sha256(text.encode()).hexdigest()
            if not self._open:
                return BoltResponse(status=503)  # Slack repeats it
            keeping = self._begun(self._keep(key, text))
            context[_KEPT] = (key, keeping)
            await asyncio.wait({keeping}, timeout=_PATIENCE_S)
        return await next_()

    def _begun(self, writing: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
        task = asyncio.ensure_future(writing)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return task

    async def _release(self, key: str) -> None:
        try:
            await self._received.release(self._platform, key)
        except Exception as error:  # noqa: BLE001 - at the next start it is found answered
            self._log.warning("not let go", key=key, **cause(error))

    async def _keep(self, key: str, text: str) -> None:
        try:
            await self._received.keep(self._platform, key, text, now=self._clock.now())
        except Exception as error:  # noqa: BLE001 - unkept it is answered all the same, if nothing else goes wrong
            self._log.error("not kept", key=key, **cause(error))

    def until_seen_to(self, listener: Listener) -> Listener:
        """A listener after which what it was handed is let go; one that fails or is cut off leaves it to the next start."""

        @wraps(listener)
        async def seen_to(**given: Any) -> None:
            kept = given["context"].get(_KEPT)
            if kept is None:
                await listener(**given)
                return
            key, keeping = kept
            self._in_hand[key] += 1
            done = False
            try:
                await listener(**given)
                done = True
            finally:
                self._in_hand[key] -= 1
                last = not self._in_hand[key]
                if last:
                    del self._in_hand[key]
                if done and last:
                    await keeping
                    if self._open:
                        await self._begun(self._release(key))

        return seen_to

    async def take_up(self, app: AsyncApp) -> None:
        """Hand the app what an earlier process had acknowledged and not seen to."""
        for key, text in await self._received.kept(self._platform):
            if self._in_hand[key]:
                continue
            self._log.info("taken up again", key=key)
            try:
                await app.async_dispatch(AsyncBoltRequest(body=json.loads(text), mode="socket_mode"))
            except Exception as error:  # noqa: BLE001 - one that cannot be taken up must not keep the others waiting
                self._log.error("not taken up", key=key, **cause(error))


def _asks(body: dict[str, Any], bot: str) -> bool:
    """Whether something is to be done about it that cannot be done later from nothing."""
    if body.get("command"):
        return True
    kind, event = body.get("type"), body.get("event") or {}
    if kind == "event_callback":
        match event.get("type"):
            case "message" | "app_mention":
                return texts.said_to(event, bot) is not None
            case "member_joined_channel" | "member_left_channel":
                return event.get("user") == bot
            case other:
                return other in _TOLD
    if kind == "block_actions":
        pressed = (body.get("actions") or [{}])[0]
        at_once = pressed.get("value") in {
            views.SETTINGS,
            *views.ASKS,
        }  # a form opens within seconds or never
        return str(pressed.get("action_id") or "").startswith(f"{ACTION}:") and not at_once
    if kind == "view_submission":
        return (body.get("view") or {}).get("callback_id") in {views.WORDS, views.SETTINGS}
    return kind == "message_action" and body.get("callback_id") == views.SHORTCUT
