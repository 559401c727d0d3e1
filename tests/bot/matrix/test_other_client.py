"""A client that takes no notice of devices that nobody has signed, as many do by now."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.matrix.desk import LINK, desk
from tests.bot.matrix.homeserver import Homeserver, Unavailable
from tests.bot.matrix.other_client import OtherClient, installed, other_client


@pytest.fixture
async def anna(homeserver: Homeserver) -> AsyncIterator[OtherClient]:
    try:
        installed()
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{error} (with CI=true this is no reason to skip)")
        pytest.skip(str(error))
    async with other_client(homeserver, homeserver.register("anna")) as client:
        yield client


async def test_a_strict_client_and_the_bot_read_each_other_over_a_restart(
    homeserver: Homeserver, anna: OtherClient, tmp_path: Path
) -> None:
    account = homeserver.register("communique")
    async with desk(homeserver.url, account, tmp_path / "bot") as bot:
        room = await anna.call("create", invite=[bot.id])
        for _ in range(300):  # it takes its client a moment to take note of new keys
            if all(device["signed"] for device in await anna.call("devices", user=bot.id)):
                break
            await asyncio.sleep(0.1)
        await anna.call("send", room=room, content={"msgtype": "m.text", "body": LINK})
        brief = await anna.said(bot.id, "Bottom line.")
        assert brief["encrypted"]
    async with desk(homeserver.url, account, tmp_path / "bot") as bot:
        in_thread = {"rel_type": "m.thread", "event_id": brief["event_id"], "is_falling_back": True}
        question = {"msgtype": "m.text", "body": "What does Ostrany ask for?", "m.relates_to": in_thread}
        await anna.call("send", room=room, content=question)
        answer = await anna.said(bot.id, "Stated.")
        assert answer["encrypted"]
    assert not [document for document in anna.seen if document.get("failed")]
