"""The homeserver that the other tests of this folder stand on."""

from __future__ import annotations

import httpx

from tests.bot.matrix.homeserver import Homeserver


async def test_people_can_be_registered_and_log_in(homeserver: Homeserver) -> None:
    anna, ben = homeserver.register("anna"), homeserver.register("anna")
    assert anna.user_id != ben.user_id
    async with httpx.AsyncClient(base_url=homeserver.url, trust_env=False, timeout=30) as http:
        answer = await http.get(
            "/_matrix/client/v3/account/whoami", headers={"Authorization": f"Bearer {anna.token}"}
        )
    assert answer.json()["user_id"] == anna.user_id
