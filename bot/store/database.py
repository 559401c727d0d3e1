"""The SQLite file: how connections are opened, how transactions begin, how words leave the file for good.

One writer at a time is SQLite's rule. A transaction that reads first and writes later would lose the race for the
write lock *after* it has read (or, with the driver's own BEGIN, not even notice that what it read is old): so every
transaction that may write takes the lock with its first statement, BEGIN IMMEDIATE.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import structlog
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.errors import StoreBusy, StoreError, StoreUnusable

FILE_NAME = "communique.sqlite3"

_BUSY_TIMEOUT_S = (
    5.0  # another process (a command beside the service, a backup) may hold the write lock that long
)
_POOL = 8  # connections, a thread each: one writes, the others read
_P = ParamSpec("_P")
_T = TypeVar("_T")
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # in WAL, NORMAL may lose the last commits at a power cut: confirmed means kept
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten, in tables and in the search index
    "PRAGMA temp_store = MEMORY",  # sorting and VACUUM leave no copies of the text elsewhere on the disk
)
_BEGIN = (
    "communique_begin"  # name of the execution option that holds the statement, or None for no transaction
)


_log = structlog.get_logger(__name__)


def is_locked(error: DBAPIError) -> bool:
    """True if another connection held the lock for longer than this one was willing to wait."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _told(error: DBAPIError) -> StoreError | None:
    """What a person can do about an error of SQLite's; None for a fault of the program."""
    if is_locked(error):
        return StoreBusy("Another program has been writing to the store for too long; please try again.")
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is None:
        return None
    said = {
        sqlite3.SQLITE_FULL: "The disk with the store is full; make room on it.",
        sqlite3.SQLITE_READONLY: "The store cannot be written; mend the rights of its folder and of the files in it.",
        sqlite3.SQLITE_CANTOPEN: "The file of the store cannot be opened; mend the rights of its folder.",
        sqlite3.SQLITE_IOERR: "The disk with the store fails to read or write; check it.",
        sqlite3.SQLITE_CORRUPT: "The file of the store is damaged; restore a backup.",
        sqlite3.SQLITE_NOTADB: "The file of the store is damaged; restore a backup.",
    }.get(code & 0xFF)
    return StoreUnusable(said) if said is not None else None


@contextmanager
def _errors_told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        told = _told(error)
        if told is None:
            raise
        _log.warning("store failed", error=getattr(error.orig, "sqlite_errorname", None))
        raise told from error


def to_the_end(work: Callable[_P, Coroutine[Any, Any, _T]]) -> Callable[_P, Coroutine[Any, Any, _T]]:
    """Let a transaction that has begun come to its end, even if whoever asked for it is cancelled meanwhile.

    The driver cannot be interrupted between two statements: a connection that is given up there is closed, but holds on
    to its locks for as long as one of its cursors is remembered somewhere. Cancellation arrives when the work is done.
    """

    @wraps(work)
    async def begun(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        task = asyncio.ensure_future(work(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            while not task.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({task})
            if not task.cancelled():
                task.exception()  # looked at: who asked has gone
            raise

    return begun


class Database:
    """The file and its connections. Made by `open_database`.

    Whoever opens a transaction here does so in a coroutine that goes `to_the_end`, and opens no second one within it.
    """

    def __init__(self, engine: AsyncEngine, path: Path) -> None:
        self.path = path
        self._engine = engine
        self._reading = engine.execution_options(**{_BEGIN: "BEGIN"})
        self._writing = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._bare = engine.execution_options(**{_BEGIN: None})
        # SQLite's waiting is polling without a queue: within one process, writers wait here, first come first served
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one state of the store throughout, and writes nothing. Raises StoreError."""
        with _errors_told():
            async with self._reading.connect() as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """The only writing transaction at this moment; committed on disk when the block ends without an error.

        Raises StoreError, StoreBusy if another process holds the lock for longer than `busy_timeout`.
        """
        with _errors_told():
            async with self._writer, self._writing.begin() as connection:
                yield connection

    async def vacuum(self) -> bool:
        """Rebuild the file and empty the log, so that no word that was deleted stands in either.

        `secure_delete` alone is not enough: when pages are rebalanced, about one deleted row in two hundred survives in
        their slack. 270 MB took 5 s on a busy two-core machine; others wait to write meanwhile. False: another process was at
        work for longer than `busy_timeout`, or the disk is full; it has to be tried again.
        """
        async with self._writer:
            try:
                async with self._bare.connect() as connection:
                    await connection.exec_driver_sql(
                        "PRAGMA temp_store = FILE"
                    )  # a copy of all would fill the memory
                    await connection.exec_driver_sql("VACUUM")
                    await connection.exec_driver_sql("PRAGMA temp_store = MEMORY")
            except OperationalError:
                return False
            async with (
                self._bare.connect() as connection
            ):  # whoever reads holds on to the log; this waits for them
                busy, *_ = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            return not busy

    async def close(self) -> None:
        await self._engine.dispose()


def _prepare(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None  # the driver begins nothing by itself
    cursor = dbapi_connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE")
    if statement is not None:
        connection.exec_driver_sql(statement)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _make(data_dir: Path) -> Path:
    path = data_dir / FILE_NAME
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # it holds what private rooms have read
    except OSError as error:
        raise StoreUnusable(
            f"The data directory cannot be written ({error.strerror}); name another one with --data or mend its "
            "permissions."
        ) from error
    return path


async def open_database(data_dir: Path, *, busy_timeout_s: float = _BUSY_TIMEOUT_S) -> Database:
    """Open (or make) the file in that directory; the schema is `bot.migrations`' business.

    Raises StoreUnusable.
    """
    path = _make(data_dir)
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        connect_args={"timeout": busy_timeout_s},
        json_serializer=_json,
        hide_parameters=True,  # an error is logged; what it was about to write is not
        pool_size=_POOL,
        max_overflow=0,
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    database = Database(engine, path)
    try:
        await _use_wal(engine)
    except BaseException:
        await database.close()
        raise
    return database


async def _use_wal(engine: AsyncEngine) -> None:
    """The journal mode is a property of the file. Switching needs it alone, and SQLite does not wait for that."""
    bare = engine.execution_options(**{_BEGIN: None})
    deadline = asyncio.get_running_loop().time() + 2 * _BUSY_TIMEOUT_S
    while True:
        try:
            async with bare.connect() as connection:
                mode = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar_one()
                if mode != "wal":
                    mode = (await connection.exec_driver_sql("PRAGMA journal_mode = WAL")).scalar_one()
        except OperationalError as error:
            if is_locked(error) and asyncio.get_running_loop().time() < deadline:
                await asyncio.sleep(0.02)
                continue
            raise StoreUnusable(
                "The store cannot be opened: another program holds its file, or the disk does not let it be written."
            ) from error
        except DBAPIError as error:
            raise StoreUnusable(
                f"{engine.url.database} is not a store of this program; move it away or restore a backup."
            ) from error
        if mode == "wal":
            return
        raise StoreUnusable(
            "The data directory's file system cannot hold a write-ahead log; use a local disk."
        )
