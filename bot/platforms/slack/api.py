"""Slack's Web API as this adapter calls it: deadlines, no blind repetition of posts, and errors in the outbox's words."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable
from functools import cache
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import PostError, PostUncertain

API_URL = "https://slack.com/api/"
TIMEOUT_S = 15  # Slack answers within 10 s when it answers at all; the outbox waits 30 s
_ASK_AGAIN_S = 5.0
_MEND_S = 60.0  # what an operator must mend is tried again each minute
_BUSY_S = 30.0  # for a 429 that does not say when

# Slack's documentation of both: "it's possible some aspect of the operation succeeded"
_PERHAPS = frozenset({"internal_error", "fatal_error"})
_LATER = frozenset({"service_unavailable", "request_timeout", "team_added_to_org", "team_access_not_granted"})
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_TOKEN = frozenset({"invalid_auth", "not_authed", "token_expired"})
GONE = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
"""The room cannot be written to any more: the bot was taken out of it, or it was archived."""

Slow = (TimeoutError, aiohttp.ClientError, OSError)
"""What a call raises when no proper answer came."""


def client(token: str | None, *, api_url: str, patient: bool, timeout_s: float = TIMEOUT_S) -> AsyncWebClient:
    """A client with a deadline for each call.

    `patient`: it repeats what was cut off or limited, for calls that only read. Posts are never repeated in here: the
    outbox alone knows whether that could show them twice.
    """
    handlers = (
        [AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
        if patient
        else []
    )
    return AsyncWebClient(
        token=token,
        base_url=api_url,
        timeout=timeout_s,  # type: ignore[arg-type]  # handed on to aiohttp, which takes fractions
        retry_handlers=handlers,
        ssl=_tls() if api_url.startswith("https") else None,
        logger=quiet_logger(),
    )


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()  # reads the certificates of the system: once is enough


async def posted(call: Awaitable[Any]) -> dict[str, Any]:
    """The answer to a call that shows or changes something. Raises PostError or PostUncertain."""
    try:
        return _data(await call)
    except SlackApiError as error:
        raise refusal(error) from error
    except aiohttp.ClientConnectorError as error:  # the request never left
        raise PostError("Slack cannot be reached", _ASK_AGAIN_S) from error
    except Slow as error:
        raise PostUncertain from error


async def asked(call: Awaitable[Any]) -> dict[str, Any]:
    """The answer to a call that only reads. Raises PostError."""
    try:
        return _data(await call)
    except SlackApiError as error:
        try:
            raise refusal(error) from error
        except PostUncertain:
            raise PostError(code(error), _ASK_AGAIN_S) from error
    except Slow as error:
        raise PostError("Slack does not answer", _ASK_AGAIN_S) from error


def refusal(error: SlackApiError) -> PostError | PostUncertain:
    """What a refusal by Slack means to the outbox; the reason is Slack's own word for it."""
    reason = code(error)
    status = int(getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0))
    if status == 429 or reason in _LIMITED:
        return PostError("Slack asks for a pause", _retry_after_s(error))
    if reason in _PERHAPS or status >= 500:
        return PostUncertain()
    if reason in _LATER:
        return PostError(reason, _ASK_AGAIN_S)
    if reason in _TOKEN:
        return PostError(reason, _MEND_S)
    return PostError(reason, None)


def code(error: SlackApiError) -> str:
    """Slack's word for what went wrong: "channel_not_found"; "" for an answer that is none of Slack's."""
    found = _field(error.response, "error")
    return found if isinstance(found, str) and found.replace("_", "").isalnum() else ""


def needed(error: SlackApiError) -> str:
    """The scope that a refused call needs, "" if Slack does not say."""
    found = _field(error.response, "needed")
    return found if isinstance(found, str) else ""


def _field(response: Any, name: str) -> Any:
    try:
        return response.get(name)
    except (AttributeError, ValueError, TypeError):  # an answer that was no JSON object
        return None


def _data(response: Any) -> dict[str, Any]:
    data = getattr(response, "data", response)
    return data if isinstance(data, dict) else {}


def _retry_after_s(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    for name in ("Retry-After", "retry-after"):
        value = headers.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, (str, int, float)) and str(value).replace(".", "", 1).isdigit():
            return max(1.0, float(value))
    return _BUSY_S


class _Quiet(logging.Handler):
    """The SDK's own warnings, without their words: these may hold a token, an address with a ticket, a payload."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        structlog.get_logger("slack").warning(
            "slack sdk",
            at=f"{record.filename}:{record.lineno} {record.funcName}",
            error=kind.__name__ if kind else None,
        )


def quiet_logger() -> logging.Logger:
    logger = logging.getLogger("communique.slack")
    if not logger.handlers:
        logger.addHandler(_Quiet(logging.WARNING))
        logger.setLevel(logging.WARNING)
        logger.propagate = False
    return logger


async def bounded(call: Awaitable[Any], timeout_s: float = TIMEOUT_S) -> Any:
    """With a deadline that holds whatever the library does. Raises TimeoutError."""
    async with asyncio.timeout(timeout_s):
        return await call
