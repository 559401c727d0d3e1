"""Who the bot is on its homeserver, and its login, which is made once and kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.errors import Refused
from bot.platforms.matrix.folder import Folder, Login


@dataclass(frozen=True, slots=True)
class Account:
    """Either a password or a token, or neither once a login is kept."""

    homeserver: str
    user: str
    """"" where the token tells it."""
    password: str | None
    token: str | None
    device_name: str
    allow: tuple[str, ...]


async def log_in(account: Account, folder: Folder) -> Login:
    """The login that is kept, else a new one, kept from now on. Raises HomeserverError."""
    kept = folder.login()
    if kept is not None and account.token is None and _same(kept, account):
        return kept
    client = Client(account.homeserver, account.user, folder.path)
    try:
        if account.token is not None:
            client.access_token = account.token
            who = await client.ask("GET", "/account/whoami")
            if not isinstance(who.get("device_id"), str):
                raise Refused(400, "M_NO_DEVICE")
            login = Login(account.homeserver, str(who["user_id"]), who["device_id"], account.token)
        else:
            login = await new_login(client, account, None)
    finally:
        await client.close()  # type: ignore[no-untyped-call]
    folder.keep_login(login)
    return login


async def new_login(client: Client, account: Account, device_id: str | None) -> Login:
    """By password; `device_id` of an earlier login goes on being that device. Raises HomeserverError."""
    if account.password is None:
        raise Refused(401, "M_NO_PASSWORD")
    answer = await client.ask(
        "POST",
        "/login",
        {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": account.user},
            "password": account.password,
            "device_id": device_id or f"COMMUNIQUE{secrets.token_hex(4).upper()}",
            "initial_device_display_name": account.device_name,
        },
    )
    return Login(
        account.homeserver, str(answer["user_id"]), str(answer["device_id"]), str(answer["access_token"])
    )


def _same(login: Login, account: Account) -> bool:
    localpart = account.user.removeprefix("@").partition(":")[0]
    return login.homeserver == account.homeserver and localpart in {
        "",
        login.user_id.removeprefix("@").partition(":")[0],
    }
