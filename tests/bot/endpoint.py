"""An OpenAI-compatible endpoint on 127.0.0.1 that answers as it is told to, and fails in every way that is known."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Fault = Literal[
    "key", "forbidden", "missing", "busy", "broke", "down", "reset", "closed", "garbage", "half", "half_stream", "not_utf8",
    "hangs", "filter", "filter_refusal", "length", "empty", "no_choices", "error_200", "redirect", "huge", "too_long",
    "html", "list_200",
]  # fmt: skip
FAULTS: tuple[Fault, ...] = Fault.__args__  # type: ignore[attr-defined]

Answer = Callable[[Mapping[str, Any]], str]


@dataclass
class Endpoint:
    """`answer` makes the model's text of a request's body; `faults` befall the requests to come, in order."""

    answer: Answer = lambda _body: '{"lines": []}'
    faults: deque[Fault | None] = field(default_factory=deque)
    always: Fault | None = None
    takes: tuple[str, ...] = ("json_schema", "json_object", "plain")
    """The forms of reply that it understands."""
    bound: str = "max_tokens"
    temperature: bool = True
    usage: bool = True
    streams: bool = True
    retry_after: str | None = None
    seen: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    pause_s: float = 0.0
    url: str = ""

    def forms(self) -> list[str]:
        """The form asked for by each request, in order."""
        return [body.get("response_format", {}).get("type", "plain") for body in self.seen]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = head.split("\r\n")[1:-2]
                headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
                body = json.loads(await reader.readexactly(int(headers["content-length"])))
                self.seen.append(body)
                self.headers.append(headers)
                self.under_way += 1
                self.most_under_way = max(self.most_under_way, self.under_way)
                try:
                    if self.pause_s:
                        await asyncio.sleep(self.pause_s)
                    await self._answer(body, writer)
                finally:
                    self.under_way -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        fault = self.faults.popleft() if self.faults else self.always
        wrong = self._misunderstood(body)
        if fault is None and wrong is not None:
            await _send(writer, 400, json.dumps({"error": {"message": wrong}}))
            return
        refused = {
            "key": (401, "Incorrect API key provided: sk-planted-secret"),
            "forbidden": (403, "no"),
            "missing": (404, "The model does not exist"),
            "broke": (429, "insufficient_quota"),
            "busy": (429, "Rate limit reached"),
            "down": (503, "overloaded"),
            "too_long": (400, "This model's maximum context length is 4096 tokens"),
        }
        if fault in refused:
            status, message = refused[fault]
            extra = {"Retry-After": self.retry_after} if self.retry_after is not None else {}
            await _send(writer, status, json.dumps({"error": {"message": message}}), extra)
            return
        match fault:
            case "reset":
                sock: socket.socket = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                raise ConnectionResetError
            case "closed":
                raise ConnectionResetError
            case "hangs":
                await asyncio.sleep(3600)
            case "garbage":
                await _send(writer, 200, "{{{ not json")
            case "html":
                await _send(writer, 200, "<html>Bad gateway</html>", media_type="text/html")
            case "list_200":
                await _send(writer, 200, "[1, 2]")
            case "not_utf8":
                await _send(writer, 200, b'{"choices": "\xff\xfe"}')
            case "half":
                whole = json.dumps(self._completion(body)).encode()
                writer.write(_head(200, len(whole), "application/json", {}) + whole[: len(whole) // 2])
                await writer.drain()
                raise ConnectionResetError
            case "half_stream":
                events = self._events(body)
                await _send(writer, 200, events[: len(events) // 2], media_type="text/event-stream")
            case "filter":
                await _send(writer, 200, json.dumps(self._completion(body, finish="content_filter")))
            case "filter_refusal":
                message = {"role": "assistant", "content": None, "refusal": "I cannot."}
                await _send(
                    writer, 200, json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]})
                )
            case "length":
                text = self.answer(body)
                cut = self._completion(body, finish="length", text=text[: len(text) * 2 // 3])
                await _send(writer, 200, json.dumps(cut))
            case "empty":
                await _send(writer, 200, json.dumps(self._completion(body, text="")))
            case "no_choices":
                await _send(writer, 200, json.dumps({"choices": []}))
            case "error_200":
                await _send(writer, 200, json.dumps({"error": {"message": "upstream failed"}}))
            case "redirect":
                await _send(writer, 302, "", {"Location": f"{self.url}/elsewhere"})
            case "huge":
                await _send(writer, 200, json.dumps(self._completion(body, text="x" * 3_000_000)))
            case _ if body.get("stream") and self.streams:
                await _send(writer, 200, self._events(body), media_type="text/event-stream")
            case _:
                await _send(writer, 200, json.dumps(self._completion(body)))

    def _misunderstood(self, body: Mapping[str, Any]) -> str | None:
        if self.bound not in body:
            return f"Unsupported parameter: use '{self.bound}' instead."
        if "temperature" in body and not self.temperature:
            return "Unsupported value: 'temperature' does not support 0 with this model."
        if body.get("response_format", {}).get("type", "plain") not in self.takes:
            return "response_format is not supported"
        return None

    def _completion(
        self, body: Mapping[str, Any], *, finish: str = "stop", text: str | None = None
    ) -> dict[str, Any]:
        content = self.answer(body) if text is None else text
        message = {"role": "assistant", "content": content}
        made: dict[str, Any] = {
            "model": f"{body['model']}-2031",
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        }
        if self.usage:
            made["usage"] = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        return made

    def _events(self, body: Mapping[str, Any]) -> str:
        text = self.answer(body)
        pieces = [text[i : i + 7] for i in range(0, len(text), 7)]
        events: list[dict[str, Any]] = [
            {"model": body["model"], "choices": [{"delta": {"content": p}, "finish_reason": None}]}
            for p in pieces
        ]
        events.append({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        if self.usage:
            events.append({"choices": [], "usage": {"prompt_tokens": 90, "completion_tokens": 30}})
        return "".join(f"data: {json.dumps(e)}\n\n" for e in events) + "data: [DONE]\n\n"


@asynccontextmanager
async def serving(endpoint: Endpoint) -> AsyncIterator[Endpoint]:
    """Serve on a free port; `endpoint.url` is its base URL."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await endpoint._serve(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield endpoint
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def _head(status: int, length: int, media_type: str, extra: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {media_type}", f"Content-Length: {length}"]
    lines += [f"{key}: {value}" for key, value in extra.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _send(
    writer: asyncio.StreamWriter,
    status: int,
    body: str | bytes,
    extra: Mapping[str, str] | None = None,
    *,
    media_type: str = "application/json",
) -> None:
    content = body.encode() if isinstance(body, str) else body
    writer.write(_head(status, len(content), media_type, extra or {}) + content)
    await writer.drain()
