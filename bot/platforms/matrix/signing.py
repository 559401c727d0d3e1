"""Cross-signing: the account vouches for its device. Clients that leave out unsigned devices would not talk to it else.

Three keys: the master key signs the self-signing key, which signs the device. Their seeds stay in the data folder.
Source: Matrix client-server API, "Cross-signing".
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from nio.api import Api
from unpaddedbase64 import encode_base64

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.errors import Refused
from bot.platforms.matrix.folder import Folder, Seeds

Outcome = Literal["signed", "password_needed", "no_device_keys", "foreign_device_keys"]
"""password_needed: the homeserver wants the account's password before it takes (other) keys, and there is none.
foreign_device_keys: the homeserver knows this device with another client's keys."""


class Key:
    """One ed25519 key."""

    def __init__(self, seed: str) -> None:
        self._private = ECC.construct(curve="Ed25519", seed=bytes.fromhex(seed))
        self.public = encode_base64(self._private.public_key().export_key(format="raw"))

    def sign(self, value: Mapping[str, Any]) -> str:
        """Signature of the canonical JSON, without what may not be signed."""
        bare = {key: part for key, part in value.items() if key not in {"signatures", "unsigned"}}
        return encode_base64(eddsa.new(self._private, "rfc8032").sign(Api.to_canonical_json(bare).encode()))


@dataclass(frozen=True, slots=True)
class Known:
    """What the homeserver publishes of the account."""

    master: str | None
    device: dict[str, Any] | None

    @classmethod
    async def of(cls, client: Client) -> Known:
        """Raises HomeserverError."""
        user, device = client.user_id, client.device_id or ""
        answer = await client.ask("POST", "/keys/query", {"device_keys": {user: []}})
        masters = answer.get("master_keys", {}).get(user, {}).get("keys", {})
        return cls(
            master=next(iter(masters.values()), None),
            device=answer.get("device_keys", {}).get(user, {}).get(device),
        )

    def signed_by(self, user: str, key: str) -> bool:
        """Whether a signature by that key stands under the device's keys (it was checked by whoever made it)."""
        signatures = (self.device or {}).get("signatures", {}).get(user, {})
        return f"ed25519:{key}" in signatures


async def sign_device(client: Client, folder: Folder, password: str | None) -> Outcome:
    """Make sure that the homeserver publishes our keys and our signature of this device. Raises HomeserverError."""
    known = await Known.of(client)
    if known.device is None:
        return "no_device_keys"
    assert client.olm is not None
    device_id = client.device_id or ""
    if known.device["keys"].get(f"ed25519:{device_id}") != client.olm.account.identity_keys["ed25519"]:
        return "foreign_device_keys"
    seeds = folder.seeds()
    if seeds is None:
        seeds = Seeds(secrets.token_hex(32), secrets.token_hex(32), secrets.token_hex(32))
        folder.keep_seeds(
            seeds
        )  # before they are published: a crash in between leaves keys that can be published again
    master, signing = Key(seeds.master), Key(seeds.self_signing)
    if known.master != master.public:
        try:
            await _publish(client, seeds, password)
        except Refused as refused:
            if refused.status == 401:
                return "password_needed"
            raise
    if not known.signed_by(client.user_id, signing.public):
        keys = {key: part for key, part in known.device.items() if key not in {"signatures", "unsigned"}}
        signed = keys | {"signatures": {client.user_id: {f"ed25519:{signing.public}": signing.sign(keys)}}}
        answer = await client.ask("POST", "/keys/signatures/upload", {client.user_id: {device_id: signed}})
        if answer.get("failures"):
            raise Refused(400, "M_INVALID_SIGNATURE")
    return "signed"


async def _publish(client: Client, seeds: Seeds, password: str | None) -> None:
    user = client.user_id
    master, signing, others = Key(seeds.master), Key(seeds.self_signing), Key(seeds.user_signing)

    def described(key: Key, usage: str) -> dict[str, Any]:
        keys: dict[str, Any] = {
            "user_id": user,
            "usage": [usage],
            "keys": {f"ed25519:{key.public}": key.public},
        }
        signatures: dict[str, str] = {}
        if key is not master:
            signatures[f"ed25519:{master.public}"] = master.sign(keys)
        elif client.olm is not None:  # so that the account's other clients can tell which device made it
            signatures[f"ed25519:{client.device_id}"] = client.olm.sign_json(dict(keys))
        return keys | {"signatures": {user: signatures}}

    body: dict[str, Any] = {
        "master_key": described(master, "master"),
        "self_signing_key": described(signing, "self_signing"),
        "user_signing_key": described(others, "user_signing"),
    }
    try:
        await client.ask("POST", "/keys/device_signing/upload", body)
    except Refused as refused:
        if refused.status != 401 or password is None or "session" not in refused.body:
            raise
        body["auth"] = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user},
            "password": password,
            "session": refused.body["session"],
        }
        await client.ask("POST", "/keys/device_signing/upload", body)
