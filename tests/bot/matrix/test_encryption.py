"""Encrypted rooms, with a second client of the same library."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nio.crypto.attachments import encrypt_attachment

from bot.platforms.matrix.signing import Key, Known
from tests import shown
from tests.bot.matrix.desk import LINK, Desk, desk
from tests.bot.matrix.homeserver import Account, Homeserver
from tests.bot.matrix.people import NioPerson

ENCRYPTED = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


@pytest.fixture
def account(homeserver: Homeserver) -> Account:
    return homeserver.register("communique")


@pytest.fixture
async def bot(homeserver: Homeserver, account: Account, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(homeserver.url, account, tmp_path / "bot") as made:
        yield made


@pytest.fixture
async def anna(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[NioPerson]:
    async with NioPerson(homeserver, homeserver.register("anna"), tmp_path / "anna") as person:
        yield person


async def encrypted_chat(anna: NioPerson, bot: str) -> str:
    return await anna.create_room(
        bot, is_direct=True, preset="trusted_private_chat", initial_state=[ENCRYPTED]
    )


async def test_a_link_in_an_encrypted_chat_is_briefed_in_cipher(bot: Desk, anna: NioPerson) -> None:
    room = await encrypted_chat(anna, bot.id)
    await anna.send(room, LINK)
    brief, more = await anna.said(bot.id, room, count=2)
    assert "Bottom line." in brief["content"]["body"]
    assert more["content"]["m.relates_to"]["event_id"] == brief["event_id"]
    raw = await anna.ask("GET", f"/rooms/{room}/event/{brief['event_id']}")
    assert raw["type"] == "m.room.encrypted"
    assert "Bottom" not in str(raw)
    before = len(anna.heard(bot.id, room))
    await anna.react(room, brief["event_id"], "💬")
    await anna.said(bot.id, room, count=before + 1)


async def test_the_bot_signs_its_device_once_and_keeps_both_over_a_restart(
    homeserver: Homeserver, account: Account, anna: NioPerson, tmp_path: Path
) -> None:
    seen = []
    for _ in range(2):
        async with desk(homeserver.url, account, tmp_path / "kept") as bot:
            client = bot.platform._client
            assert client is not None
            seeds = bot.platform._folder.seeds()
            assert seeds is not None
            known = await Known.of(client)
            assert known.master == Key(seeds.master).public
            assert known.signed_by(client.user_id, Key(seeds.self_signing).public)
            seen.append((client.device_id, known.master, client.access_token))
    assert seen[0] == seen[1]


async def test_keys_made_elsewhere_are_replaced_with_the_password_and_left_without(
    homeserver: Homeserver, account: Account, tmp_path: Path
) -> None:
    async with desk(homeserver.url, account, tmp_path / "first") as bot:
        assert bot.platform._client is not None
        first = (await Known.of(bot.platform._client)).master
    async with desk(homeserver.url, account, tmp_path / "token", token=account.token, password=False) as bot:
        assert bot.platform._client is not None
        known = await Known.of(bot.platform._client)
        assert known.master == first
        seeds = bot.platform._folder.seeds()
        assert seeds is not None
        assert not known.signed_by(bot.id, Key(seeds.self_signing).public)
    async with desk(homeserver.url, account, tmp_path / "second") as bot:
        assert bot.platform._client is not None
        known = await Known.of(bot.platform._client)
        assert known.master not in {first, None}


async def test_an_encrypted_file_is_read_like_a_link(bot: Desk, anna: NioPerson) -> None:
    room = await encrypted_chat(anna, bot.id)
    cipher, key = encrypt_attachment(shown.TEXT.encode())
    upload = await anna.upload(cipher)
    await anna.send(
        room,
        {
            "msgtype": "m.file",
            "body": "aldra.txt",
            "filename": "aldra.txt",
            "info": {"mimetype": "text/plain", "size": len(cipher)},
            "file": {**key, "url": upload},
        },
    )
    await anna.said(bot.id, room, "Bottom line.")


async def test_what_cannot_be_decrypted_is_answered_once_with_what_to_do(
    bot: Desk, anna: NioPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.matrix.reception._KEY_WAIT_S", 1.0)
    room = await encrypted_chat(anna, bot.id)
    await anna.send(room, "list")
    await anna.said(bot.id, room, "No articles")
    lost = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": "AwgAEnACgAkLmt6qF84IK++J7UDH2Za1YVchHyprqTqsg",
        "sender_key": "c2VuZGVy",
        "device_id": anna.account.device_id,
        "session_id": "bG9zdA",
    }
    for _ in range(3):
        await anna.put(room, lost, "m.room.encrypted")
    await anna.said(bot.id, room, "cannot decrypt")
    await anna.send(room, "status")
    await anna.said(bot.id, room, "version")
    assert len(anna.heard(bot.id, room, "cannot decrypt")) == 1


async def test_who_asks_to_verify_the_bot_is_told_its_fingerprint(bot: Desk, anna: NioPerson) -> None:
    room = await encrypted_chat(anna, bot.id)
    request = {
        "msgtype": "m.key.verification.request",
        "body": "Anna wants to verify you",
        "methods": ["m.sas.v1"],
        "from_device": anna.account.device_id,
        "to": bot.id,
    }
    asked = await anna.send(room, request)
    await anna.said(bot.id, room, "fingerprint")
    cancelled = await anna.until(lambda e: e["type"] == "m.key.verification.cancel")
    assert cancelled[0]["content"]["m.relates_to"]["event_id"] == asked
