"""Somebody whose client is matrix-js-sdk, in its strictest mode: devices that are not signed do not exist for it."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.bot.matrix.homeserver import Account, Homeserver, Unavailable

_HERE = Path(__file__).parent / "judge"
_PATIENCE_S = 90.0


def installed() -> Path:
    """Where its packages are: COMMUNIQUE_TEST_NODE names the folder. Raises Unavailable."""
    place = Path(os.environ.get("COMMUNIQUE_TEST_NODE") or _HERE.parents[3] / ".judge")
    if not (place / "node_modules" / "node" / "bin" / "node").exists():
        raise Unavailable(f"no matrix-js-sdk in {place}: `make judge` installs it")
    return place


class OtherClient:
    def __init__(self, process: asyncio.subprocess.Process, user_id: str) -> None:
        self.id = user_id
        self.seen: list[dict[str, Any]] = []
        self._process = process
        self._numbers = itertools.count(1)
        self._answers: dict[int, dict[str, Any]] = {}
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        """Until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            document = json.loads(line)
            async with self._news:
                if "id" in document:
                    self._answers[document["id"]] = document
                else:
                    self.seen.append(document)
                self._news.notify_all()

    async def call(self, name: str, **args: object) -> Any:
        number = next(self._numbers)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": number, "call": name, "args": args}).encode() + b"\n")
        await self._process.stdin.drain()
        await self._until(lambda: number in self._answers)
        answer = self._answers.pop(number)
        assert "error" not in answer, answer["error"]
        return answer["answer"]

    async def said(self, who: str, text: str) -> dict[str, Any]:
        """The first message of somebody that holds the text."""

        def found() -> list[dict[str, Any]]:
            return [
                document
                for document in self.seen
                if document.get("sender") == who and text in document["content"].get("body", "")
            ]

        await self._until(lambda: bool(found()))
        return found()[0]

    async def ready(self) -> None:
        await self._until(lambda: {"ready": True} in self.seen)
        self.seen.remove({"ready": True})

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE_S), self._news:
            await self._news.wait_for(true)


@asynccontextmanager
async def other_client(homeserver: Homeserver, account: Account) -> AsyncIterator[OtherClient]:
    """Raises Unavailable."""
    place = installed()
    # modules are looked for beside the script
    script = place / "client.mjs"
    script.write_bytes((_HERE / "client.mjs").read_bytes())
    process = await asyncio.create_subprocess_exec(
        str(place / "node_modules" / "node" / "bin" / "node"),
        str(script),
        homeserver.url,
        account.user_id,
        account.token,
        account.device_id,
        account.password,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=10_000_000,
    )
    client = OtherClient(process, account.user_id)
    listening = asyncio.create_task(client.listen())
    try:
        await client.ready()
        yield client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening
