"""What the bot's Matrix account keeps in the data folder: its login, where its sync stands, its signing keys.

The Olm keys lie beside them in nio's own file. All of it belongs to one device: a copy that runs elsewhere at the same
time breaks the encryption of both, so the folder is locked while it is in use.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: nobody guards the folder there
    fcntl = None  # type: ignore[assignment]


class FolderInUse(Exception):
    """Another process works with these keys."""


@dataclass(frozen=True, slots=True)
class Login:
    homeserver: str
    user_id: str
    device_id: str
    access_token: str


@dataclass(frozen=True, slots=True)
class Seeds:
    """Of the cross-signing keys: 32 bytes each, as hexadecimal digits."""

    master: str
    self_signing: str
    user_signing: str


class Folder:
    """Files are readable by their owner alone and are replaced as a whole, so that a crash leaves the old or the new."""

    def __init__(self, data: Path) -> None:
        self.path = data / "matrix"

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep others out for the length of the block. Raises FolderInUse."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / "lock").open("w") as lock:
            if fcntl is not None:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError as error:
                    raise FolderInUse(str(self.path)) from error
            yield

    def login(self) -> Login | None:
        found = self._read("login.json")
        return None if found is None else Login(**found)

    def keep_login(self, login: Login) -> None:
        self._write("login.json", asdict(login))

    def forget_login(self) -> None:
        (self.path / "login.json").unlink(missing_ok=True)

    def since(self) -> str | None:
        found = self._read("sync.json")
        return None if found is None else str(found["since"])

    def keep_since(self, token: str) -> None:
        self._write("sync.json", {"since": token})

    def forget_since(self) -> None:
        (self.path / "sync.json").unlink(missing_ok=True)

    def seeds(self) -> Seeds | None:
        found = self._read("signing.json")
        return None if found is None else Seeds(**found)

    def keep_seeds(self, seeds: Seeds) -> None:
        self._write("signing.json", asdict(seeds))

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            found = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return dict(found)

    def _write(self, name: str, value: dict[str, str]) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path / f".{name}"
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(value, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / name)
