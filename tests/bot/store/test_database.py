from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot import migrations
from bot.store import Store, StoreBusy, StoreTooNew, StoreUnusable, open_store, schema
from bot.store.database import FILE_NAME, Database, open_database
from tests.bot.fakes import START, settle
from tests.bot.samples import article, brief
from tests.bot.store.conftest import LIKENESS


async def test_eight_tasks_that_read_and_then_write_lose_nothing(store: Store) -> None:
    table = schema.library
    async with store.database.write() as connection:
        await connection.execute(insert(table).values(id="0", created_at=START))

    async def count_on() -> None:
        for _ in range(50):
            async with store.database.write() as connection:
                held = (await connection.execute(select(table.c.id))).scalar_one()
                await asyncio.sleep(0)
                await connection.execute(update(table).values(id=str(int(held) + 1)))

    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(count_on())
    async with store.database.read() as connection:
        assert (await connection.execute(select(table.c.id))).scalar_one() == "400"


async def test_two_connections_to_one_file_lose_nothing_either(data_dir: Path) -> None:
    table = schema.library
    one, other = await open_database(data_dir), await open_database(data_dir)
    try:
        async with one.write() as connection:
            await connection.execute(insert(table).values(id="0", created_at=START))

        async def count_on(database: Database) -> None:
            for _ in range(20):
                async with database.write() as connection:
                    held = (await connection.execute(select(table.c.id))).scalar_one()
                    await connection.execute(update(table).values(id=str(int(held) + 1)))

        async with asyncio.TaskGroup() as group:
            group.create_task(count_on(one))
            group.create_task(count_on(other))
        async with one.read() as connection:
            assert (await connection.execute(select(table.c.id))).scalar_one() == "40"
    finally:
        await one.close()
        await other.close()


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    async def fail() -> None:
        async with store.database.write() as connection:
            await connection.execute(insert(schema.library).values(id="x", created_at=START))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.database.read() as connection:
        assert (await connection.execute(select(schema.library))).all() == []


async def test_who_is_cancelled_leaves_neither_half_a_transaction_nor_a_lock(store: Store) -> None:
    for turns in range(0, 60, 3):
        a = article(f"a{turns}", text=f"Text number {turns}", url=None)
        keeping = asyncio.create_task(store.library.keep("desk", a, brief(a), added_by="p1", now=START))
        reading = asyncio.create_task(store.library.holdings(["desk"]))
        await settle(turns)
        keeping.cancel()
        reading.cancel()
        await asyncio.wait({keeping, reading})
        assert await store.inbound.begin(f"e{turns}", now=START) == 1
        if turns:
            held = await store.library.brief(["desk"], a.id)
            assert held is not None
            assert held.article.sha256 == a.sha256


async def test_every_connection_is_durable_and_overwrites_what_it_deletes(store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
        "busy_timeout": 5000,
    }
    async with store.database.read() as one, store.database.read() as other:
        for connection in (one, other):
            found = {p: (await connection.exec_driver_sql(f"PRAGMA {p}")).scalar_one() for p in wanted}
            assert found == wanted


async def test_the_migrations_make_exactly_the_tables_that_the_queries_are_written_against(
    store: Store,
) -> None:
    def differences(connection: Connection) -> list[object]:
        opts = {"compare_type": True, "include_name": migrations.is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, schema.metadata))

    async with store.database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrations_that_stop_halfway_leave_the_old_schema(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    async def upgrade(database: Database, stop: Callable[..., None]) -> None:
        async with database.write() as connection:
            event.listen(connection.sync_connection, "before_cursor_execute", stop)
            await connection.run_sync(migrations.upgrade)

    database = await open_database(tmp_path)
    try:
        for statements in (1, 3, 9, 20):
            count = 0

            def stop(*_: object, last: int = statements) -> None:
                nonlocal count
                count += 1
                if count > last:
                    raise Stop

            with pytest.raises(Stop):
                await upgrade(database, stop)
            with sqlite3.connect(tmp_path / FILE_NAME) as raw:
                assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
            raw.close()
    finally:
        await database.close()
    async with open_store(tmp_path, likeness=LIKENESS) as store:
        assert await store.library.holdings(["desk"]) == []


async def test_stores_that_are_opened_at_once_in_an_empty_directory_all_work(tmp_path: Path) -> None:
    async def open_and_look() -> int:
        async with open_store(tmp_path, likeness=LIKENESS) as store:
            return await store.library.count(["desk"])

    assert await asyncio.gather(*(open_and_look() for _ in range(4))) == [0, 0, 0, 0]


async def test_the_file_and_its_directory_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "data"
    async with open_store(folder, likeness=LIKENESS):
        assert folder.stat().st_mode & 0o077 == 0
        assert (folder / FILE_NAME).stat().st_mode & 0o077 == 0


async def test_a_store_of_a_newer_program_is_refused_untouched(data_dir: Path) -> None:
    with sqlite3.connect(data_dir / FILE_NAME) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StoreTooNew, match="update the program"):
        async with open_store(data_dir, likeness=LIKENESS):
            pass


async def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"notes, " * 1000)
    with pytest.raises(StoreUnusable, match="not a store"):
        async with open_store(tmp_path, likeness=LIKENESS):
            pass


async def test_a_directory_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnusable, match="cannot be written"):
        async with open_store(tmp_path / "file" / "data", likeness=LIKENESS):
            pass


async def test_what_a_crash_kept_from_being_wiped_is_wiped_on_the_next_start(data_dir: Path) -> None:
    async with open_store(data_dir, likeness=LIKENESS) as store:
        for n in range(3):
            a = article(f"a{n}", text=f"marram {n}", url=f"https://news.example/{n}")
            await store.library.keep("desk", a, brief(a), added_by="p1", now=START)
    # what is left by a `forget` that died before it had wiped
    with sqlite3.connect(data_dir / FILE_NAME) as raw:
        raw.execute("PRAGMA secure_delete = OFF")
        raw.executescript("DELETE FROM brief; DELETE FROM passage; DELETE FROM article_version")
        raw.execute("INSERT INTO upkeep VALUES ('wipe')")
    raw.close()
    assert holding_the_word(data_dir, b"marram")
    async with open_store(data_dir, likeness=LIKENESS) as store:
        assert not holding_the_word(data_dir, b"marram")
        async with store.database.read() as connection:
            assert (await connection.execute(select(schema.upkeep))).all() == []


def holding_the_word(folder: Path, word: bytes) -> list[Path]:
    return [path for path in folder.iterdir() if word in path.read_bytes()]


async def test_an_error_of_the_database_does_not_repeat_what_was_to_be_written(store: Store) -> None:
    async def collide() -> None:
        async with store.database.write() as connection:
            for _ in range(2):
                await connection.execute(insert(schema.library).values(id="secret", created_at=START))

    with pytest.raises(IntegrityError, match="UNIQUE") as raised:
        await collide()
    assert "secret" not in str(raised.value)


async def test_a_store_that_another_program_holds_is_told_as_busy(data_dir: Path) -> None:
    database = await open_database(data_dir, busy_timeout_s=0.01)
    other = sqlite3.connect(database.path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="try again"):
            async with database.write():
                pass
    finally:
        other.close()
        await database.close()


async def test_a_full_disk_is_told_as_such_and_nothing_is_kept_by_halves(store: Store) -> None:
    async def fill() -> None:
        async with store.database.write() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            await connection.exec_driver_sql("CREATE TABLE large (words)")
            await connection.exec_driver_sql("INSERT INTO large VALUES (zeroblob(1000000))")

    with pytest.raises(StoreUnusable, match="full"):
        await fill()
    async with store.database.read() as connection:
        found = await connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'large'")
        assert found.first() is None
