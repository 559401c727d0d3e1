"""A message comes in, its answers go out: begun → routed → run → delivered → ended. Never raises.

A message whose process died before all its answers were stored is run again when its platform repeats it. What was
stored of them the first time is not stored twice, since the keys of its deliveries are the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

import structlog

from bot.access import Access
from bot.clock import Clock
from bot.commands import Handler, Request, failure
from bot.log import cause
from bot.pace import Pace
from bot.ports import Delivery, Inbound, Incoming, Platform, Reply, Settings
from bot.router import Command, Router, Unknown
from bot.settings import Chosen
from briefs import urls
from briefs.errors import CommuniqueError

_REPLY = "reply:"
_MOST_ATTEMPTS = 3  # a message over which the process died that often would end the next one, too


class Outgoing(Protocol):
    """The outbox, as far as answers need it."""

    async def send(self, delivery: Delivery) -> bool:
        """Store a delivery; from then on it is posted, once. False: its key was known."""
        ...


class Intake:
    """Takes the messages of all platforms."""

    def __init__(
        self,
        *,
        handlers: Iterable[Handler],
        inbound: Inbound,
        access: Access,
        outbox: Outgoing,
        clock: Clock,
        settings: Settings,
        person_per_minute: int = 60,
    ) -> None:
        self._handlers = {handler.word.word: handler for handler in handlers}
        self._router = Router(handler.word for handler in self._handlers.values())
        self._inbound = inbound
        self._access = access
        self._outbox = outbox
        self._clock = clock
        self._settings = settings
        self._pace = Pace(person_per_minute)
        self._in_hand: set[str] = set()
        self._log = structlog.get_logger(__name__)

    async def handle(self, message: Incoming, platform: Platform) -> None:
        """Answer a message. One that was not meant for the bot, or was seen before, is left alone."""
        log = self._log.bind(message=message.event_id, room=message.room.id)
        said = 0

        async def say(reply: Reply) -> None:
            nonlocal said
            if not message.addressed and reply.kind == "error":
                return  # nobody asked
            said += 1
            await self._outbox.send(_delivery(message, reply, said))

        try:
            if not message.addressed and not await self._wanted(message):
                return
            if message.event_id in self._in_hand:
                log.info("in hand already")
                return
            self._in_hand.add(message.event_id)
            try:
                attempt = await self._inbound.begin(message.event_id, now=self._clock.now())
                if attempt is None:
                    log.info("seen before")
                    return
                if attempt > _MOST_ATTEMPTS:
                    log.error("given up", attempts=attempt)
                    await self._apologise(message, said)
                    return
                await self._see_to(message, platform, say)
                await self._inbound.end(message.event_id, now=self._clock.now())
            finally:
                self._in_hand.discard(message.event_id)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the writer is told and the service goes on
            log.error("failed", **cause(error))  # noqa: TRY400 - a traceback may quote an article
            if message.addressed:
                await self._apologise(message, said)
        log.info("answered", replies=said)

    async def _see_to(
        self, message: Incoming, platform: Platform, say: Callable[[Reply], Awaitable[None]]
    ) -> None:
        wait_s = self._pace.wait_s(message.person.id, self._clock.now())
        if wait_s:
            self._log.info("too fast", message=message.event_id, person=message.person.id)
            await say(failure(_too_fast(wait_s)))
            return
        if message.trouble is not None:
            await say(failure(message.trouble))
            return
        await platform.working(message, busy=True)
        try:
            await self._run(message, say)
        except CommuniqueError as error:
            self._log.info("refused", message=message.event_id, kind=error.kind)
            await say(failure(error.message))
        finally:
            await platform.working(message, busy=False)

    async def _wanted(self, message: Incoming) -> bool:
        """Whether a message to others in the room is one whose links the room wants briefed."""
        if not urls.find(message.text):
            return False
        return Chosen.of(await self._settings.all(message.room.id)).auto_brief

    async def _run(self, message: Incoming, say: Callable[[Reply], Awaitable[None]]) -> None:
        if message.addressed:
            command = self._router.route(
                message.text,
                attachments=bool(message.attachments),
                in_thread=message.thread is not None or message.reply_to is not None,
            )
        else:
            command = Command("add", " ".join(urls.find(message.text)))
        if isinstance(command, Unknown):
            await say(failure(_unknown(command)))
            return
        now = self._clock.now()
        reach = await self._access.reach(message.room, message.person, now=now)
        await self._handlers[command.word].run(Request(message, command.rest, reach, now, say))

    async def _apologise(self, message: Incoming, said: int) -> None:
        text = f"That failed through a fault of mine; its cause is in the log under {message.event_id}. Try it again."
        try:
            await self._outbox.send(_delivery(message, failure(text), said + 1))
            await self._inbound.end(message.event_id, now=self._clock.now())
        except Exception as error:  # noqa: BLE001 - the store is gone: only the log is left
            self._log.error("failed to say so", message=message.event_id, **cause(error))


def event_of(key: str) -> str | None:
    """The id of the event that a part answers, None for a part that answers none."""
    if not key.startswith(_REPLY):
        return None
    return key.removeprefix(_REPLY).rpartition(":")[0] or None


def _delivery(message: Incoming, reply: Reply, number: int) -> Delivery:
    # what one person alone sees opens no thread: platforms show it only where a thread is already
    thread = message.thread or (None if reply.private else message.answer_thread)
    return Delivery(
        key=f"{_REPLY}{message.event_id}:{number}",
        kind=reply.kind,
        room=message.room,
        documents=(reply.document, *reply.follow_ups),
        thread=thread,
        private_to=message.person.id if reply.private else None,
        threaded=thread is None and not reply.private,
        article=reply.article,
        articles=reply.articles,
        actions=reply.actions,
    )


def _too_fast(wait_s: float) -> str:
    return f"You are sending more than I can see to for one person: try again in {max(1, round(wait_s))} seconds."


def _unknown(command: Unknown) -> str:
    if command.nearest is None:
        return f"I do not know “{command.word}”. Send a link to have it read, ask a question, or say “help” for what I can do."
    near = command.nearest
    return f"I do not know “{command.word}”. Did you mean “{near.word}”? For example: {near.example}"
