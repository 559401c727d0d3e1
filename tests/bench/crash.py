"""kill -9 at random moments: does the store open again, and is everything there that was confirmed?

    python -m tests.bench.crash [KILLS]

prints one JSON document: kills, confirmed articles, lost ones, files that did not open, forgotten words found again;
and for migrations, killed before each of their statements: how many left neither the old schema nor the new one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import event

from bot.clock import SystemClock
from bot.store import Likeness, Store, open_store
from bot.store.database import FILE_NAME, open_database
from bot.store.revision import bring_up_to_date
from briefs import likeness
from briefs.models import Article
from tests.bot.samples import brief

_ALIKE = Likeness(likeness.signature, likeness.similarity, likeness.SAME)
_SELF = (sys.executable, "-m", "tests.bench.crash")
_LIBRARY = "desk"
_NAMES = 40  # few enough that articles are changed and forgotten again and again


def main() -> None:
    match sys.argv[1:]:
        case ["--write", folder, seed]:
            asyncio.run(write(Path(folder), random.Random(int(seed))))
        case ["--migrate", folder, statement]:
            asyncio.run(migrate(Path(folder), int(statement)))
        case _:
            measure()


def measure() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        outcome = asdict(kill_writers(Path(folder), kills=kills, seed=1))
    torn, statements = kill_migrations(every=1)
    print(json.dumps({**outcome, "migration_statements": statements, "migrations_torn": torn}))


# --- the process that is killed -------------------------------------------------------------------------------------


async def write(data_dir: Path, chance: random.Random) -> None:
    """Keep, change and forget articles without end, saying before each what is tried and after it that it is done."""
    clock = SystemClock()
    async with open_store(data_dir, likeness=_ALIKE) as store:
        _say("open")
        await asyncio.gather(*(_write(store, clock, chance, worker) for worker in range(3)))


async def _write(store: Store, clock: SystemClock, chance: random.Random, worker: int) -> None:
    while True:
        name = f"w{worker}a{chance.randrange(_NAMES)}"
        if chance.random() < 0.03:
            _say("forget?", name)
            await store.library.forget(_LIBRARY, name)
            _say("forgot", name)
            continue
        article = _article(name, word=f"{name}v{chance.randrange(10**12):012d}", chance=chance)
        _say("keep?", name, article.sha256, article.text.split()[0])
        await store.library.keep(_LIBRARY, article, brief(article), added_by="p", now=clock.now())
        _say("kept", name, article.sha256)


def _article(name: str, *, word: str, chance: random.Random) -> Article:
    words = (word, *(f"{chance.randrange(10**6)}" for _ in range(chance.choice([5, 80, 2000]))))
    text = f"{word} on the quay\n\n{' '.join(words)}.\n"
    return Article(
        id=name,
        url=f"https://news.example/{name}",
        title=text.partition("\n")[0],
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _say(*words: str) -> None:
    os.write(1, (" ".join(words) + "\n").encode())


# --- the process that kills and looks ---------------------------------------------------------------------------------


@dataclass
class Outcome:
    kills: int = 0
    confirmed: int = 0
    lost: int = 0
    unopened: int = 0
    words_found_again: int = 0


@dataclass
class _Ledger:
    """What the killed processes said: the confirmed text of each article, and what may have become of it since."""

    held: dict[str, str | None] = field(default_factory=dict)
    perhaps: dict[str, set[str | None]] = field(default_factory=dict)
    words: dict[str, set[str]] = field(default_factory=dict)
    confirmed: int = 0

    def hear(self, line: str) -> None:
        match line.split():
            case ["keep?", name, sha, word]:
                self.perhaps.setdefault(name, set()).add(sha)
                self.words.setdefault(name, set()).add(word)
            case ["kept", name, sha]:
                self.confirmed += 1
                self.held[name] = sha
                self.perhaps[name] = set()
            case ["forget?", name]:
                self.perhaps.setdefault(name, set()).add(None)
            case ["forgot", name]:
                self.held[name] = None
                self.perhaps[name] = set()

    def allows(self, name: str, sha: str | None) -> bool:
        return sha == self.held.get(name) or sha in self.perhaps.get(name, set())

    def settle(self, name: str, sha: str | None) -> None:
        """What was seen in the store is what is held from now on."""
        self.held[name], self.perhaps[name] = sha, set()


def kill_writers(folder: Path, *, kills: int, seed: int) -> Outcome:
    """Let processes write to one store and kill each at a random moment; look at the store after each."""
    chance = random.Random(seed)
    ledger, outcome = _Ledger(), Outcome()
    for number in range(kills):
        command = [*_SELF, "--write", str(folder), str(seed * 10_000 + number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            if chance.random() < 0.8:  # the others are killed while they start, and while they open the store
                ledger.hear(writer.stdout.readline())
            time.sleep(chance.uniform(0.0, 0.8))
            writer.kill()
            for line in writer.stdout:
                if line.endswith("\n"):
                    ledger.hear(line)
        outcome.kills += 1
        try:
            found = asyncio.run(_look(folder, ledger))
        except Exception as error:  # noqa: BLE001  whatever it is, the store did not open
            print(f"did not open: {error!r}", file=sys.stderr)
            outcome.unopened += 1
            continue
        data = b"".join(path.read_bytes() for path in folder.iterdir())
        for name in set(ledger.held) | set(ledger.perhaps):
            sha = found.get(name)
            outcome.lost += not ledger.allows(name, sha)
            ledger.settle(name, sha)
            if sha is None:
                words = ledger.words.pop(name, set())
                outcome.words_found_again += sum(word.encode() in data for word in words)
    outcome.confirmed = ledger.confirmed
    return outcome


async def _look(folder: Path, ledger: _Ledger) -> dict[str, str]:
    """Open the store as the next process would, and read every article that there may be, whole."""
    async with open_store(folder, likeness=_ALIKE) as store:
        async with store.database.read() as connection:
            assert (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar_one() == "ok"
            assert (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first() is None
        found = {}
        for name in set(ledger.held) | set(ledger.perhaps):
            article = await store.library.article([_LIBRARY], name)
            if article is not None:
                made = await store.library.brief([_LIBRARY], name)
                assert made is not None
                assert made.article.sha256 == article.sha256
                assert hashlib.sha256(article.text.encode()).hexdigest() == article.sha256
                found[name] = article.sha256
        return found


def kill_migrations(*, every: int) -> tuple[int, int]:
    """Kill a process before each `every`-th statement of the migrations: (stores left between two schemas, killed)."""
    torn = killed = 0
    at = 1
    while True:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ended = subprocess.run([*_SELF, "--migrate", name, str(at)], check=False)
            if ended.returncode != -signal.SIGKILL:
                ended.check_returncode()
                return torn, killed
            killed += 1
            with sqlite3.connect(folder / FILE_NAME) as raw:
                (tables,) = raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
            raw.close()
            complete = asyncio.run(_opens(folder))
            torn += tables != 0 or not complete
        at += every


async def migrate(folder: Path, statement: int) -> None:
    """Bring a new store up to date, and die before that statement."""
    database = await open_database(folder)
    async with database.write() as connection:
        engine = connection.sync_connection.engine  # type: ignore[union-attr]
    count = 0

    def die(*_: object) -> None:
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", die)
    await bring_up_to_date(database)
    await database.close()


async def _opens(folder: Path) -> bool:
    async with open_store(folder, likeness=_ALIKE) as store:
        return await store.library.count([_LIBRARY]) == 0


if __name__ == "__main__":
    main()
