"""What an operator relies on: copies that can be restored, articles that are kept no longer than wanted, numbers, logs."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import jsonschema
import pytest
from click.testing import CliRunner

from bot import resources, schemas
from bot.backup import BackupFailed, copy
from bot.cli import main
from bot.health import Health
from bot.metrics import Metrics
from bot.routine.assembly import Routine
from bot.routine.attendance import Attendance
from bot.store import open_store
from tests import shown
from tests.bot.chatting import ANNA, LINK, OTHER, ROOM, Chat, chatting
from tests.bot.samples import article, brief
from tests.bot.store.conftest import LIKENESS

ADMIN = replace(ANNA, admin=True)
DAY = 86_400.0


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with chatting(tmp_path / "data") as chat:
        yield chat


# --- copies


async def test_a_copy_of_a_live_store_holds_all_that_was_confirmed_and_can_be_taken_up(
    chat: Chat, tmp_path: Path
) -> None:
    stop = asyncio.Event()

    async def write_on() -> int:
        number = 0
        while not stop.is_set():
            made = article(f"a{number}", text=f"Text number {number}", url=None)
            await chat.store.library.keep("desk", made, brief(made), added_by="p", now=chat.clock.now())
            number += 1
        return number

    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(LINK)
    writing = asyncio.create_task(write_on())
    await asyncio.sleep(0.05)
    before = await chat.store.library.count(["desk"])
    made = await asyncio.to_thread(copy, tmp_path / "data", tmp_path / "copy")
    stop.set()
    written = await writing
    assert made.files == 1
    async with open_store(tmp_path / "copy", likeness=LIKENESS) as restored:
        count = await restored.library.count(["desk"])
        assert before <= count <= written
        held = await restored.library.holdings(await restored.rooms.reads(ROOM.id))
        assert [it.title for it in held] == [shown.TITLE]
        assert len(await restored.agenda.subscriptions(ROOM.id)) == 1


async def test_a_restored_copy_goes_on_where_it_was_and_posts_nothing_twice(tmp_path: Path) -> None:
    async with chatting(tmp_path / "data") as chat:
        await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
        await chat.say(LINK)
        chat.clock.jump(3_600)
        await chat.routine.scheduler.tick(chat.clock.now())
        await chat.outbox.deliver_due()
        posted = len(chat.platform.shown())
        await asyncio.to_thread(copy, tmp_path / "data", tmp_path / "copy")
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "copy").rename(tmp_path / "data")
    async with chatting(tmp_path / "data") as again:
        again.clock.jump(3_700)
        await again.routine.scheduler.tick(again.clock.now())
        await again.outbox.deliver_due()
        assert posted
        assert again.platform.shown() == []
        again.clock.jump(DAY)
        await again.routine.scheduler.tick(again.clock.now())
        await again.outbox.deliver_due()
        assert [m.text[:15] for m in again.platform.shown()] == ["**Daily brief ·"]


def test_what_lies_beside_the_store_is_copied_too_and_the_copy_is_the_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "matrix").mkdir(parents=True)
    (data / "matrix" / "login.json").write_text("{}")
    (data / "matrix" / "lock").write_text("")
    (data / "communique.sqlite3-wal").write_text("")
    with closing(sqlite3.connect(data / "matrix" / "keys.db")) as keys:
        keys.execute("CREATE TABLE k(v)")
        keys.execute("INSERT INTO k VALUES (7)")
        keys.commit()
    copy(data, tmp_path / "copy")
    found = {str(p.relative_to(tmp_path / "copy")): p for p in (tmp_path / "copy").rglob("*") if p.is_file()}
    assert sorted(found) == ["matrix/keys.db", "matrix/login.json"]
    assert {path.stat().st_mode & 0o077 for path in (*found.values(), tmp_path / "copy")} == {0}
    with closing(sqlite3.connect(found["matrix/keys.db"])) as keys:
        assert keys.execute("SELECT v FROM k").fetchall() == [(7,)]


@pytest.mark.parametrize("place", ["data/inside", "data", "full"])
def test_a_place_that_cannot_take_the_copy_is_refused(tmp_path: Path, place: str) -> None:
    for folder in ("data", "full"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("x")
    with pytest.raises(BackupFailed):
        copy(tmp_path / "data", tmp_path / place)


def test_a_damaged_store_gives_no_copy_that_looks_well(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "communique.sqlite3").write_bytes(b"SQLite format 3\x00" + b"\x07" * 9_000)
    with pytest.raises(BackupFailed, match="damaged"):
        copy(data, tmp_path / "copy")


# --- retention


async def test_articles_are_kept_no_longer_than_the_operator_wants(chat: Chat) -> None:
    routine = Routine(
        chat.store,
        works=chat.reader,
        fetcher=chat.web,
        feed_fetcher=chat.feeds,
        service=chat.routine.following._service,  # type: ignore[arg-type]
        shelf=chat.routine._shelf,
        renderer=chat.routine._renderer,
        outbox=chat.outbox,
        clock=chat.clock,
        retention_days=30,
    )
    await chat.say(LINK)
    chat.clock.jump(20 * DAY)
    await chat.say(OTHER)
    chat.clock.jump(11 * DAY)
    await routine.scheduler.tick(chat.clock.now())
    reads = await chat.store.rooms.reads(ROOM.id)
    assert [it.title for it in await chat.store.library.holdings(reads)] == ["Another article altogether"]
    for file in chat.store.database.path.parent.iterdir():
        assert b"since the drought of last year" not in file.read_bytes(), file.name
    chat.clock.jump(20 * DAY)
    await routine.scheduler.tick(chat.clock.now())
    assert await chat.store.library.holdings(reads) == []


# --- numbers


async def test_metrics_tell_lag_queue_briefs_dropped_lines_and_deliveries_by_state(chat: Chat) -> None:
    metrics = Metrics(chat.store.deliveries, chat.clock, platforms=["fake"])
    metrics.watch(slot_lag_s=lambda: 7.0, feeds=chat.routine.feeds_by_state)
    metrics.briefed(shown.brief())
    await chat.say(LINK)
    chat.platform.faults.append(600.0)
    await chat.say("help")
    chat.clock.jump(660)
    async with (
        Health({}, metrics.text).serve("127.0.0.1", 0) as port,
        httpx.AsyncClient(trust_env=False) as web,
    ):
        answer = await web.get(f"http://127.0.0.1:{port}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert found['communique_briefs_total{engine="rules"}'] == "1.0"
    assert found["communique_lines_dropped_total"] == "2.0"
    assert found['communique_delivery_parts{state="pending"}'] == "1.0"
    assert float(found['communique_delivery_parts{state="sent"}']) > 1
    assert found["communique_queue_depth"] == "1.0"
    assert 59 < float(found["communique_delivery_lag_seconds"]) < 63
    assert found["communique_slot_lag_seconds"] == "7.0"
    assert found['communique_feeds{state="dead"}'] == "0.0"


# --- the command line


def run(*arguments: str, data: Path) -> str:
    result = CliRunner().invoke(main, [*arguments, "--data", str(data)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


async def test_the_log_of_schedules_tells_what_became_of_each_digest(tmp_path: Path) -> None:
    async with chatting(tmp_path) as chat:
        await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
        chat.feeds.pages["https://courier.example/feed.xml"] = (
            b"<rss version='2.0'><channel><title>C</title></channel></rss>"
        )
        await chat.say("follow https://courier.example/feed.xml", person=ADMIN)
        chat.clock.jump(3_600)
        await chat.routine.scheduler.tick(chat.clock.now())
        await chat.outbox.deliver_due()
        chat.clock.jump(3 * DAY)
        await chat.routine.scheduler.tick(chat.clock.now())

    def look() -> tuple[str, str, str]:
        return (
            run("subscriptions", data=tmp_path),
            run("subscriptions", "--log", data=tmp_path),
            run("feeds", "--format", "json", data=tmp_path),
        )

    held, log, feeds = await asyncio.to_thread(look)
    assert held.startswith(f"{ROOM.id}  daily at 08:30, UTC  next Sat 8 Mar 2031, 08:30 UTC")
    assert log.splitlines() == [
        "2031-03-07 08:30 UTC  fake:r1  daily at 08:30, UTC  nothing new, waits to be posted, late (covers 2 missed ones)",
        "2031-03-04 08:30 UTC  fake:r1  daily at 08:30, UTC  nothing new, posted 2031-03-04 09:00 UTC, late",
    ]
    assert json.loads(feeds)["state"] == "well"


async def test_the_operator_sees_which_schedules_wait_because_the_bot_is_not_in_the_room(
    tmp_path: Path,
) -> None:
    async with chatting(tmp_path) as chat:
        await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
        await Attendance(chat.store.agenda, chat.clock).left(ROOM.id, "channel_archive")
        chat.clock.jump(DAY)
        await chat.routine.scheduler.tick(chat.clock.now())
        await chat.outbox.deliver_due()
        assert [m for m in chat.platform.shown() if m.text.startswith("**Daily")] == []
    held = await asyncio.to_thread(run, "subscriptions", data=tmp_path)
    assert (
        held
        == f"{ROOM.id}  daily at 08:30, UTC  paused since 2031-03-04 08:00 UTC: the bot is not in that room  by {ADMIN.id}\n"
    )


@pytest.mark.slow
def test_the_command_line_shows_what_a_later_article_changed(tmp_path: Path) -> None:
    samples = resources.config() / "samples"
    run("add", str(samples / "port-strike.txt"), data=tmp_path)
    first = json.loads(run("digest", "--format", "json", data=tmp_path))
    jsonschema.validate(first, schemas.of("digest"))
    assert (first["since"], first["counts"]["new_situations"]) == (None, 1)
    run("add", str(samples / "port-strike-talks.txt"), data=tmp_path)
    second = json.loads(run("digest", "--format", "json", data=tmp_path))
    assert second["since"] == first["until"]
    assert second["counts"]["status_changes"] >= 1
    assert "No change since" in run("digest", data=tmp_path)
    assert "2 articles" in run("digest", "--since", "1h", "--no-quotes", data=tmp_path)
    (situation,) = json.loads(run("situations", "--format", "json", data=tmp_path))
    assert {"id", "title", "trend", "demands", "risk_by_article"} <= situation.keys()
    assert len(situation["risk_by_article"]) == 2
