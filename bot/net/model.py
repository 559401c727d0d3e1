"""The client for OpenAI-compatible endpoints (OpenAI, vLLM, Ollama, llama.cpp, LM Studio, gateways).

A configured endpoint is spoken to by a plain client: the guard that keeps pages out of the operator's network would
keep a model on localhost out as well. It takes no proxy from the environment, follows no redirect (a key must not be
sent on) and reads no more than a bound.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self

import httpx
import structlog

from bot.clock import Clock, SystemClock
from bot.net import completions
from bot.net.breaker import Breaker
from bot.net.completions import Dialect
from briefs.engines.llm.sizes import tokens
from briefs.errors import ModelFailed, ModelFault
from briefs.ports import ModelReply, ModelRequest

_ATTEMPTS: Final = 3  # one bad minute of a gateway is over by the third
_FIRST_WAIT_S: Final = 0.5
_MOST_BYTES: Final = 2_000_000  # a reply of 8,000 tokens is 40 kB; streamed token by token 2 MB
_CONNECT_S: Final = 5.0
_PASSING: Final = frozenset({"busy", "down", "unreachable", "garbled"})  # may go better a moment later
_ENDPOINTS_FAULT: Final = frozenset({"key", "missing", "busy", "down", "unreachable", "slow", "garbled"})
_FOR_GOOD: Final = frozenset({"key", "missing"})

_log = structlog.get_logger(__name__)


class HttpChatModel:
    """`briefs.ports.ChatModel` over HTTP. Use as an asynchronous context manager.

    `base_url` is what stands before /chat/completions. `timeout_s` bounds one attempt; `concurrency` how many are
    under way at once; `stream` asks for server-sent events, so that an endpoint behind a proxy with a short idle time
    is not cut off.
    """

    def __init__(
        self,
        base_url: str,
        name: str,
        *,
        key: str | None = None,
        timeout_s: float = 60.0,
        concurrency: int = 4,
        stream: bool = False,
        clock: Clock | None = None,
        first_wait_s: float = _FIRST_WAIT_S,
    ) -> None:
        self.name = name
        self._url = f"{base_url.rstrip('/').removesuffix('/chat/completions')}/chat/completions"
        self._headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._timeout_s = timeout_s
        self._places = asyncio.Semaphore(concurrency)
        self._concurrency = concurrency
        self._stream = stream
        self._clock = clock or SystemClock()
        self._first_wait_s = first_wait_s
        self._dialect = Dialect()
        self.breaker = Breaker(self._clock)
        self._client: httpx.AsyncClient | None = None

    @property
    def form(self) -> completions.Form:
        """The form in which replies are asked for, as far as it was found out."""
        return self._dialect.form

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def complete(self, request: ModelRequest, *, deadline_s: float) -> ModelReply:
        """`briefs.ports.ChatModel`."""
        if not self.breaker.enter():
            raise ModelFailed("resting")
        started = time.monotonic()
        try:
            async with asyncio.timeout(deadline_s):
                async with self._places:
                    reply = await self._persistently(request, started + deadline_s)
        except TimeoutError:
            self._failed("slow", started)
            raise ModelFailed("slow") from None
        except ModelFailed as failed:
            self._failed(failed.why, started)
            raise
        except BaseException:
            self.breaker.gave_up()
            raise
        self.breaker.succeeded()
        _log.info(
            "model_answered",
            task=request.task,
            seconds=round(time.monotonic() - started, 3),
            tokens_in=reply.tokens_in,
            tokens_out=reply.tokens_out,
            finish=reply.finish,
        )
        return reply

    def _failed(self, why: ModelFault, started: float) -> None:
        _log.warning("model_failed", why=why, seconds=round(time.monotonic() - started, 3))
        if why in _ENDPOINTS_FAULT:
            self.breaker.failed(for_good=why in _FOR_GOOD)
        else:
            self.breaker.succeeded()  # it answered

    async def _persistently(self, request: ModelRequest, until: float) -> ModelReply:
        """Ask, and ask again where that may help and time is left (`until`, monotonic seconds)."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._understood(request)
            except _Failed as failed:
                wait_s = self._first_wait_s * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load
                if failed.retry_after_s is not None:
                    wait_s = max(wait_s, failed.retry_after_s)
                out_of_time = time.monotonic() + wait_s >= until
                if failed.why in _PASSING and attempt < _ATTEMPTS and not out_of_time:
                    await self._clock.sleep(wait_s)
                    continue
                if failed.why == "busy" and failed.retry_after_s is not None:
                    self.breaker.rest(failed.retry_after_s)
                raise ModelFailed(failed.why) from None

    async def _understood(self, request: ModelRequest) -> ModelReply:
        """Ask in the dialect that the endpoint understands; one that was understood is remembered."""
        dialect = self._dialect
        while True:
            try:
                completion = await self._once(request, dialect)
            except _NotUnderstood as refused:
                if completions.is_too_long(refused.said):
                    raise _Failed("too_long") from None
                following = dialect.after(refused.said)
                if following is None:
                    raise _Failed(refused.why) from None
                dialect = following
            else:
                break
        if dialect != self._dialect:
            self._dialect = dialect
            _log.info(
                "model_dialect", form=dialect.form, bound=dialect.bound, temperature=dialect.temperature
            )
        tokens_in, tokens_out = completion.tokens or (
            tokens(request.system) + tokens(request.user),
            tokens(completion.text),
        )
        return ModelReply(
            text=completion.text,
            finish=completion.finish,
            model=completion.model or self.name,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            counted=completion.tokens is not None,
        )

    async def _once(self, request: ModelRequest, dialect: Dialect) -> completions.Completion:
        payload = dialect.payload(request, self.name, stream=self._stream)
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                self._http().stream("POST", self._url, json=payload, headers=self._headers) as response,
            ):
                content = await _bounded(response)
        except TimeoutError:
            raise _Failed("slow") from None
        except httpx.TimeoutException:
            raise _Failed("slow") from None
        except (httpx.RemoteProtocolError, httpx.DecodingError):
            raise _Failed("garbled") from None
        except (httpx.TransportError, OSError):
            raise _Failed("unreachable") from None
        if response.status_code == 200:
            try:
                return completions.read(content, response.headers.get("content-type", ""))
            except ModelFailed as failed:
                raise _Failed(failed.why) from None
        raise _refusal(response, content)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                trust_env=False,
                follow_redirects=False,
                timeout=httpx.Timeout(self._timeout_s, connect=_CONNECT_S),
                limits=httpx.Limits(
                    max_connections=self._concurrency, max_keepalive_connections=self._concurrency
                ),
            )
        return self._client


class _Failed(Exception):
    def __init__(self, why: ModelFault, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after_s = retry_after_s


class _NotUnderstood(Exception):
    """The endpoint does not take the request as it was put. `why`: what that is if no other way of putting it helps."""

    def __init__(self, said: str, why: ModelFault) -> None:
        super().__init__(why)
        self.said = said
        self.why = why


async def _bounded(response: httpx.Response) -> bytes:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > _MOST_BYTES:
            raise httpx.DecodingError("too many bytes")
    return bytes(content)


def _refusal(response: httpx.Response, content: bytes) -> Exception:
    status = response.status_code
    said = content[:4_000].decode("utf-8", errors="replace")
    if status in {401, 403}:
        return _Failed("key")
    if status == 429:
        out_of_credit = "insufficient_quota" in said
        return _Failed("spent" if out_of_credit else "busy", _retry_after(response))
    if status in {400, 422, 501}:
        return _NotUnderstood(said, "refused")
    if status == 413:
        return _Failed("too_long")
    if status == 500 and "response_format" in said:
        return _NotUnderstood(said, "down")  # some servers fall over a form that they do not know
    if status >= 500:
        return _Failed("down", _retry_after(response))
    if status == 404 or 300 <= status < 400:
        return _Failed("missing")
    return _Failed("refused")


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the endpoint asks to wait, None where it says nothing that can be understood."""
    said = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(said)
    except ValueError:
        try:
            at = parsedate_to_datetime(said)
        except ValueError:
            return None
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    return max(0.0, seconds) if math.isfinite(seconds) else None
