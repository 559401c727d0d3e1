"""What can be told of the account from outside, for `communique doctor`: it may run beside the service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.platforms.matrix.account import Account, log_in
from bot.platforms.matrix.client import Client
from bot.platforms.matrix.errors import HomeserverError, Refused, Unreachable
from bot.platforms.matrix.folder import Folder, Login
from bot.platforms.matrix.signing import Key, Known

_HOW_TO_LOG_IN = "set MATRIX_PASSWORD, or MATRIX_ACCESS_TOKEN of a session that nothing else uses"


@dataclass(frozen=True, slots=True)
class Look:
    what: str
    said: str
    wrong: bool = False


async def look(account: Account, folder: Folder) -> AsyncIterator[Look]:
    """Homeserver, login, device; what comes behind something wrong is not looked at."""
    client = Client(account.homeserver, account.user, folder.path)
    try:
        found = await _homeserver(client)
        yield found
        if found.wrong:
            return
        try:
            login = await log_in(account, folder)
            client.user_id, client.device_id, client.access_token = (
                login.user_id,
                login.device_id,
                login.access_token,
            )
            await client.ask("GET", "/account/whoami")
        except Refused as refused:
            yield Look("login", f"refused ({refused}): {_HOW_TO_LOG_IN}", wrong=True)
            return
        except Unreachable as error:
            yield Look("login", f"no answer ({error.reason}): try it again", wrong=True)
            return
        yield Look("login", f"{login.user_id}, session {login.device_id}")
        yield await _device(client, folder, login)
    finally:
        await client.close()  # type: ignore[no-untyped-call]


async def _homeserver(client: Client) -> Look:
    try:
        answer = await client.ask("GET", "/versions", root="/_matrix/client")
        versions = answer["versions"]
        newest = str(versions[-1])
    except (HomeserverError, KeyError, IndexError, TypeError):
        said = f"{client.homeserver} does not answer like a homeserver: check matrix.homeserver (it begins with https://)"
        return Look("homeserver", said, wrong=True)
    return Look("homeserver", f"{client.homeserver} speaks Matrix up to {newest}")


async def _device(client: Client, folder: Folder, login: Login) -> Look:
    try:
        known = await Known.of(client)
    except HomeserverError as error:
        return Look("device", f"cannot be asked for ({error}): try it again", wrong=True)
    seeds = folder.seeds()
    if known.device is None:
        return Look(
            "device", "has no keys yet: `communique run` makes them and signs them at its first start"
        )
    if seeds is None:
        said = (
            "has keys that another program made: set the token of a fresh session, or MATRIX_PASSWORD alone"
        )
        return Look("device", said, wrong=True)
    if known.master != Key(seeds.master).public or not known.signed_by(
        login.user_id, Key(seeds.self_signing).public
    ):
        said = (
            "is not signed by its account, so many apps will not share keys with it: set MATRIX_PASSWORD and "
            "start the service again; it then puts keys of its own in the place of those made elsewhere"
        )
        return Look("device", said, wrong=True)
    return Look("device", f"{login.device_id} is signed by its account")
