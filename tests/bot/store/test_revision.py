from __future__ import annotations

from pathlib import Path

import pytest

from bot.store import StoreUnusable
from bot.store.database import open_database
from bot.store.revision import bring_up_to_date


async def test_a_store_that_another_program_holds_is_refused_with_a_sentence(tmp_path: Path) -> None:
    holder = await open_database(tmp_path)
    impatient = await open_database(tmp_path, busy_timeout_s=0.01)
    try:
        async with holder.write():
            with pytest.raises(StoreUnusable, match="another program is writing"):
                await bring_up_to_date(impatient)
        await bring_up_to_date(impatient)
    finally:
        await holder.close()
        await impatient.close()
