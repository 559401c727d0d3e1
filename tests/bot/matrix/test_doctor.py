"""What `communique doctor` says of the Matrix account."""

from __future__ import annotations

from pathlib import Path

from bot.platforms.matrix.account import Account
from bot.platforms.matrix.checkup import Look, look
from bot.platforms.matrix.folder import Folder
from tests.bot.matrix.desk import desk
from tests.bot.matrix.homeserver import Homeserver


async def looks(account: Account, data: Path) -> dict[str, Look]:
    return {seen.what: seen async for seen in look(account, Folder(data))}


async def test_the_doctor_tells_what_is_wrong_with_homeserver_login_and_device(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    made = homeserver.register("communique")
    right = Account(homeserver.url, made.user_id, made.password, None, "Communiqué", ())

    nowhere = await looks(Account("http://127.0.0.1:9", "@a:b", "x", None, "", ()), tmp_path / "nowhere")
    assert [(seen.what, seen.wrong) for seen in nowhere.values()] == [("homeserver", True)]

    wrong = Account(homeserver.url, made.user_id, "not the password", None, "", ())
    refused = await looks(wrong, tmp_path / "wrong")
    assert refused["login"].wrong
    assert "MATRIX_PASSWORD" in refused["login"].said

    fresh = await looks(right, tmp_path / "bot")
    assert "keys yet" in fresh["device"].said
    async with desk(homeserver.url, made, tmp_path / "bot"):
        beside = await looks(right, tmp_path / "bot")
    assert "is signed" in beside["device"].said
    assert not any(seen.wrong for seen in beside.values())

    async with desk(homeserver.url, made, tmp_path / "other"):
        pass  # puts keys of its own in the place of the first one's
    replaced = await looks(right, tmp_path / "bot")
    assert replaced["device"].wrong
    assert "not signed" in replaced["device"].said
