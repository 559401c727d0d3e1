"""Addresses to which Slack takes answers to one interaction, also where the bot is no member of the room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp

from bot.clock import Clock
from bot.platforms.slack import api
from bot.ports import PostError, PostUncertain, Receipt

RESPONSE = "response:"
"""Begins the id of a message that has none."""

_USES = 5  # Slack's limit, and for how long
_FOR = timedelta(minutes=29)
_KEPT = 2_000


@dataclass(slots=True)
class _Address:
    url: str
    until: datetime
    uses: int = 0


class Responses:
    """Kept in memory alone: after a restart the other way, chat.postMessage, is the only one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, _Address] = {}

    def remember(self, event_id: str, url: object) -> None:
        if isinstance(url, str) and url.startswith(("https://", "http://")):
            self._known.setdefault(event_id, _Address(url, self._clock.now() + _FOR))
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]

    async def post(self, event_id: str, message: dict[str, Any], *, private: bool) -> Receipt | None:
        """Answer an interaction; None where there is no address for it (any more). Raises PostError, PostUncertain."""
        address = self._known.get(event_id)
        if address is None or address.uses >= _USES or self._clock.now() >= address.until:
            return None
        address.uses += 1
        body = {
            key: value for key, value in message.items() if key in {"text", "blocks"} and value is not None
        }
        body |= {
            "response_type": "ephemeral" if private else "in_channel",
            "replace_original": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        timeout = aiohttp.ClientTimeout(total=api.TIMEOUT_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(address.url, json=body) as answer,
            ):
                if answer.status == 429:
                    address.uses -= 1
                    raise PostError("Slack asks for a pause", float(answer.headers.get("Retry-After") or 30))
                if answer.status >= 500:
                    raise PostUncertain
                if answer.status != 200:
                    raise PostError(f"the response address answers {answer.status}", None)
        except aiohttp.ClientConnectorError as error:
            address.uses -= 1
            raise PostError("Slack cannot be reached", 5.0) from error
        except api.Slow as error:
            raise PostUncertain from error
        return Receipt(f"{RESPONSE}{uuid4().hex}", self._clock.now())
