"""communique feeds, subscriptions: what rooms get by themselves, for the operator."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.commandline.options import execute, form, place, settings

if TYPE_CHECKING:
    from bot.config import Config
    from bot.routine.agenda import SlotRecord
    from bot.routine.feeds import Feed

_room = click.option("--room", metavar="ID", help="Of one room alone.")


@click.command()
@_room
@form("text", "json")
@place
@click.pass_context
def feeds(context: click.Context, room: str | None, form: str) -> None:
    """The feeds that rooms follow, and how each answered last."""
    execute(_feeds(settings(context), room, form))


@click.command()
@_room
@click.option("--log", "log_", is_flag=True, help="What became of the digests that were due, newest first.")
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(1, 100_000), help="Lines of the log."
)
@form("text", "json")
@place
@click.pass_context
def subscriptions(context: click.Context, room: str | None, log_: bool, limit: int, form: str) -> None:
    """The schedules of rooms with their next run; with --log, every digest that was due and what became of it."""
    config = settings(context)
    execute(_log(config, room, limit, form) if log_ else _subscriptions(config, room, form))


async def _feeds(config: Config, room: str | None, form: str) -> int:
    from bot import log, wiring

    log.configure(config.log, sys.stderr, quiet=True)
    async with wiring.open_store(config) as store:
        found = await store.feeds.followed(room)
    for feed in found:
        if form == "json":
            record = {
                "room": feed.room,
                "url": feed.url,
                "title": feed.title,
                "state": _state(feed),
                "polled_at": _iso(feed.polled_at),
                "next_at": _iso(feed.next_at),
                "failures": feed.failures,
                "failing_since": _iso(feed.failing_since),
                "reason": feed.reason,
            }
            click.echo(json.dumps(record, ensure_ascii=False))
        else:
            wrong = f" since {_at(feed.failing_since)}: {feed.reason}" if feed.failures else ""
            click.echo(
                f"{feed.room}  {feed.url}  {_state(feed)}{wrong}  read {_at(feed.polled_at)}, next {_at(feed.next_at)}"
            )
    if not found and form == "text":
        click.echo("No room follows a feed.", err=True)
    return 0


async def _subscriptions(config: Config, room: str | None, form: str) -> int:
    from bot import log, wiring
    from bot.routine import schedules

    log.configure(config.log, sys.stderr, quiet=True)
    async with wiring.open_store(config) as store:
        found = await store.agenda.subscriptions(room)
    for each in found:
        said = schedules.said(each.schedule)
        if form == "json":
            record = {
                "id": each.id,
                "room": each.room,
                "schedule": schedules.spec(each.schedule.rhythm),
                "timezone": each.schedule.zone,
                "added_by": each.added_by,
                "added_at": _iso(each.added_at),
                "next_due": _iso(each.next_due),
                "paused_at": _iso(each.paused_at),
            }
            click.echo(json.dumps(record, ensure_ascii=False))
        else:
            coming = schedules.moment(each.next_due, each.schedule.zone) if each.next_due else "never"
            coming = (
                f"next {coming}"
                if each.paused_at is None
                else f"paused since {_at(each.paused_at)}: the bot is not in that room"
            )
            click.echo(f"{each.room}  {said}  {coming}  by {each.added_by}")
    if not found and form == "text":
        click.echo("No room has a schedule.", err=True)
    return 0


async def _log(config: Config, room: str | None, limit: int, form: str) -> int:
    from bot import log, wiring
    from bot.routine import schedules

    log.configure(config.log, sys.stderr, quiet=True)
    async with wiring.open_store(config) as store:
        found = await store.agenda.log(room=room, limit=limit)
    for it in found:
        if form == "json":
            record = {
                "room": it.room,
                "schedule": schedules.spec(it.schedule.rhythm),
                "timezone": it.schedule.zone,
                "slot": it.name,
                "due": _iso(it.due),
                "claimed_at": _iso(it.claimed_at),
                "late": it.late,
                "missed_before": it.missed,
                "state": it.state,
                "attempts": it.attempts,
                "outcome": it.outcome,
                "delivery": it.delivery,
                "posted": it.posted,
                "posted_at": _iso(it.posted_at),
                "reason": it.reason,
            }
            click.echo(json.dumps(record, ensure_ascii=False))
        else:
            click.echo(f"{_at(it.due)}  {it.room}  {schedules.said(it.schedule)}  {_became(it)}")
    if not found and form == "text":
        click.echo("No digest was due yet.", err=True)
    return 0


def _became(it: SlotRecord) -> str:
    """What became of a slot, in words."""
    if it.state == "claimed":
        tried = f" after {it.attempts} attempts ({it.reason})" if it.reason else ""
        return f"being made{tried}"
    words = {
        "digest": "digest",
        "empty": "nothing new",
        "silent": "nothing new, not posted",
        "dropped": "given up",
    }
    said = words[it.outcome or "dropped"]
    posted = {"sent": f"posted {_at(it.posted_at)}", "pending": "waits to be posted", "sending": "being posted",
              "unknown": "perhaps posted", "failed": "refused"}  # fmt: skip
    if it.posted is not None:
        said += f", {posted[it.posted]}"
    if it.late:
        said += f", late{f' (covers {it.missed} missed ones)' if it.missed else ''}"
    return said


def _state(feed: Feed) -> str:
    if feed.dead:
        return "dead"
    return "failing" if feed.failures else "well"


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None


def _at(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant is not None else "never"
