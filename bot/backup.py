"""A copy of the data folder while the service runs: every SQLite file as of one moment, all others as they are."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from briefs.errors import CommuniqueError

_SQLITE = b"SQLite format 3\x00"
_PASSING = ("-wal", "-shm", "-journal")  # of SQLite, and meant for the running process alone
_LOCK = "lock"
_WAIT_S = 30.0


class BackupFailed(CommuniqueError):
    kind = "backup"


@dataclass(frozen=True, slots=True)
class Backup:
    files: int
    bytes: int


def copy(data: Path, to: Path) -> Backup:
    """Copy the data folder `data` into the new folder `to`, readable by its owner alone.

    A SQLite file is written anew within one read transaction: a consistent state, without the remains of what was
    deleted, and nobody who writes has to wait. Each is read back and checked. Raises BackupFailed.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise BackupFailed(f"{to} is there already: name a folder that is new or empty.")
    if not data.is_dir():
        raise BackupFailed(f"There is no data folder {data}: name it with --data.")
    if to.resolve().is_relative_to(data.resolve()):
        raise BackupFailed("The copy must not lie inside the data folder: name another place.")
    count = size = 0
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in sorted(data.rglob("*")):
            target = to / path.relative_to(data)
            if path.is_dir():
                target.mkdir(mode=0o700, exist_ok=True)
            elif path.is_file() and not path.name.endswith(_PASSING) and path.name != _LOCK:
                _copy_file(path, target)
                count += 1
                size += target.stat().st_size
    except OSError as error:
        raise BackupFailed(
            f"The copy cannot be written ({error.strerror}): make room, or name another place."
        ) from error
    except sqlite3.Error as error:
        raise BackupFailed(
            "A file of the store cannot be copied: it is damaged, or another program held it for too long; try again."
        ) from error
    return Backup(count, size)


def _copy_file(path: Path, target: Path) -> None:
    with path.open("rb") as file:
        is_database = file.read(len(_SQLITE)) == _SQLITE
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if not is_database:
        shutil.copyfile(path, target)
        return
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_S)) as source:
        source.execute("VACUUM INTO ?", (str(target),))  # an empty file may stand there
    with closing(sqlite3.connect(f"{target.resolve().as_uri()}?mode=ro", uri=True)) as written:
        (said,) = written.execute("PRAGMA integrity_check").fetchone()
    if said != "ok":
        raise BackupFailed(f"The copy of {path.name} is damaged: try again, and check the disk.")
