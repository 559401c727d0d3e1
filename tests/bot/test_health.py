"""Health is told over plain HTTP, from the first request to the drained end."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.health import Health


async def fine() -> str | None:
    return None


async def broken() -> str | None:
    raise RuntimeError("words of an article")


async def ask(port: int, path: str, method: str = "GET") -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.request(method, f"http://127.0.0.1:{port}{path}")


async def test_a_service_that_can_work_is_ready() -> None:
    async with Health({"store": fine}).serve("127.0.0.1", 0) as port:
        assert (await ask(port, "/healthz")).json() == {"status": "ok"}
        ready = await ask(port, "/readyz?verbose")
        assert (ready.status_code, ready.json()) == (200, {"status": "ready", "checks": {"store": "ok"}})


async def test_a_check_that_fails_or_breaks_makes_it_not_ready_and_tells_no_secret() -> None:
    async def full() -> str | None:
        return "the disk is full"

    async with Health({"store": full, "reader": broken}).serve("127.0.0.1", 0) as port:
        answer = await ask(port, "/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"] == {"store": "the disk is full", "reader": "failed (RuntimeError)"}
        assert (await ask(port, "/healthz")).status_code == 200


async def test_a_draining_service_is_alive_and_not_ready() -> None:
    health = Health({"store": fine})
    health.draining = True
    async with health.serve("127.0.0.1", 0) as port:
        assert (await ask(port, "/readyz")).status_code == 503
        assert (await ask(port, "/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/readyz", 405), ("GET", "/", 404), ("HEAD", "/healthz", 200)]
)
async def test_nothing_else_is_there(method: str, path: str, status: int) -> None:
    async with Health({}).serve("127.0.0.1", 0) as port:
        answer = await ask(port, path, method)
        assert answer.status_code == status
        assert (answer.content == b"") == (method == "HEAD")


async def test_noise_gets_an_error_and_the_server_goes_on() -> None:
    async with Health({}).serve("127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        assert (await ask(port, "/healthz")).status_code == 200
