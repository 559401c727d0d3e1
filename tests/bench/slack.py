"""The service in a fake Slack: how soon it acknowledges while it reads, and whether it loses anything under load.

    python -m tests.bench.slack reading [socket|http]        20 links at once, a command every 50 ms meanwhile
    python -m tests.bench.slack load [socket|http] [minutes] 200 commands a minute by 40 people in 10 channels

Prints one line of JSON. The service is the real one, in a process of its own: `communique run`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from bot import resources
from tests.bot.slack.fake import APP_TOKEN, BOT_TOKEN, SECRET, TEAM, Channel, FakeSlack

_ARTICLES = 20
_PEOPLE = [f"U0P{n:03}" for n in range(40)]
_CHANNELS = [f"C0LOAD{n}" for n in range(10)]
_COMMANDS = (
    "help",
    "status",
    "list",
    "ask What does the union demand?",
    "lsit",
    "settings",
    "why 1",
    "hello",
)
_PER_MINUTE = 200
_READ_S = 240.0  # then it is told how far it came


@asynccontextmanager
async def pages() -> AsyncIterator[str]:
    """Twenty different articles; yields the address of the folder."""
    text = (resources.config() / "samples" / "port-strike.txt").read_text(encoding="utf-8")
    title, body = text.split("\n", 1)

    async def page(request: web.Request) -> web.Response:
        number = request.match_info["n"]
        told = re.sub(r"\b(Monday|Tuesday|Wednesday)\b", f"day {number}", body)
        paragraphs = "".join(f"<p>{p}</p>" for p in told.split("\n\n") if p.strip())
        return web.Response(
            text=f"<html><head><title>{title} ({number})</title></head><body><article><h1>{title} ({number})</h1>"
            f"{paragraphs}<p>It was day {number} of the dispute.</p></article></body></html>",
            content_type="text/html",
        )

    site = web.Application()
    site.router.add_get("/{n}", page)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def service(slack: FakeSlack, data: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`communique run`, ready. What it said goes with whatever is raised."""
    port = _free_port()
    environ = os.environ | {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "COMMUNIQUE_SLACK_MODE": slack.mode,
        "COMMUNIQUE_SLACK_API_URL": slack.url,
        "COMMUNIQUE_SLACK_PORT": str(port),
        "COMMUNIQUE_FETCH_ALLOW_HOSTS": "127.0.0.1",
        "COMMUNIQUE_HEALTH_PORT": "0",
        "COMMUNIQUE_DATA": str(data),
    }
    with (data / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "run", env=environ, stderr=log, stdout=log
        )
        slack.bot_url = f"http://127.0.0.1:{port}"
        try:
            health = await asyncio.wait_for(_health(data / "log", process), 120)
            await asyncio.wait_for(_ready(health), 240)
            print(f"ready in {slack.mode} mode", file=sys.stderr, flush=True)
            yield process
        except BaseException:
            print(_text(data / "log")[-3_000:], file=sys.stderr, flush=True)
            raise
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _health(log: Path, process: asyncio.subprocess.Process) -> str:
    while not (found := re.search(r"Health: (http\S+)", _text(log))):
        if process.returncode is not None:
            raise RuntimeError("the service ended while it started")
        await asyncio.sleep(0.1)
    return found[1]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


async def _ready(url: str) -> None:
    import httpx

    async with httpx.AsyncClient(trust_env=False) as client:
        while (await client.get(url)).status_code != 200:  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.2)


async def reading(mode: Any) -> dict[str, Any]:
    async with FakeSlack(mode).serve() as slack, pages() as site:
        slack.strict = False
        with tempfile.TemporaryDirectory() as folder:
            async with service(slack, Path(folder)):
                await asyncio.gather(*(slack.command(f"{site}/{n}") for n in range(_ARTICLES)))
                links = len(slack.acks)
                began = time.monotonic()

                def briefed() -> int:
                    return sum("thread_ts" not in m for m in slack.shown())

                while briefed() < _ARTICLES and time.monotonic() - began < _READ_S:
                    await slack.command("help")
                    if len(slack.acks) % 100 == 0:
                        print(f"{briefed()} of {_ARTICLES} read", file=sys.stderr, flush=True)
                    await asyncio.sleep(0.05)
                took = time.monotonic() - began
                seconds = sorted(ack.seconds for ack in slack.acks)
                return {
                    "mode": mode,
                    "briefed": briefed(),
                    "of": _ARTICLES,
                    "seconds": round(took, 1),
                    "acks": len(seconds),
                    "acks_of_links_max_ms": round(1_000 * max(a.seconds for a in slack.acks[:links])),
                    "ack_p50_ms": round(1_000 * statistics.median(seconds), 1),
                    "ack_p99_ms": round(1_000 * seconds[int(0.99 * (len(seconds) - 1))], 1),
                    "refused": slack.refusals[:5],
                }


async def load(mode: Any, minutes: float) -> dict[str, Any]:
    async with FakeSlack(mode).serve() as slack, pages() as site:
        slack.strict = False
        for channel in _CHANNELS:
            slack.channels[channel] = Channel(channel, members={"U0BOT", *_PEOPLE})
        for person in _PEOPLE:
            slack.users[person] = {"real_name": person, "tz": "Europe/Berlin", "team_id": TEAM}
        with tempfile.TemporaryDirectory() as folder:
            async with service(slack, Path(folder)) as process:
                for channel in _CHANNELS:
                    await slack.command(f"{site}/{channel[-1]}", channel=channel, user=_PEOPLE[0])
                await slack.until(lambda: all(len(slack.shown(c)) >= 2 for c in _CHANNELS), 120)
                await asyncio.sleep(5)
                slack.acks.clear()
                before = sum(len(slack.shown(c)) for c in _CHANNELS) + len(slack.ephemerals)
                rss = [_rss_mb(process.pid)]
                began = time.monotonic()
                count = round(_PER_MINUTE * minutes)
                for n in range(count):
                    await asyncio.sleep(max(0.0, began + n * 60 / _PER_MINUTE - time.monotonic()))
                    channel, person = _CHANNELS[n % len(_CHANNELS)], _PEOPLE[n % len(_PEOPLE)]
                    await slack.command(_COMMANDS[n // 7 % len(_COMMANDS)], channel=channel, user=person)
                    if n % 100 == 99:
                        rss.append(_rss_mb(process.pid))

                def answered() -> int:
                    return sum(len(slack.shown(c)) for c in _CHANNELS) + len(slack.ephemerals) - before

                deadline = time.monotonic() + 60
                while answered() < count and time.monotonic() < deadline:  # noqa: ASYNC110 - or never
                    await asyncio.sleep(0.5)
                await asyncio.sleep(2)
                rss.append(_rss_mb(process.pid))
                seconds = sorted(ack.seconds for ack in slack.acks)
                return {
                    "mode": mode,
                    "commands": count,
                    "answers": answered(),
                    "ack_p50_ms": round(1_000 * statistics.median(seconds), 1),
                    "ack_p99_ms": round(1_000 * seconds[int(0.99 * (len(seconds) - 1))], 1),
                    "rss_mb": rss,
                    "refused": slack.refusals[:5],
                }


def _rss_mb(pid: int) -> int:
    """Of the service's own process, without its workers."""
    pages_ = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages_ * resource.getpagesize() // 2**20


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "reading"
    mode_ = sys.argv[2] if len(sys.argv) > 2 else "socket"
    done = (
        reading(mode_) if what == "reading" else load(mode_, float(sys.argv[3]) if len(sys.argv) > 3 else 5.0)
    )
    print(json.dumps(asyncio.run(done)))
