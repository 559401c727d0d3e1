"""communique situations, digest: what a library's articles tell over time, and what changed."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from bot.commandline.options import execute, form, library, place, quotes, settings
from bot.commandline.printing import documents

if TYPE_CHECKING:
    from bot.config import Config

_AGO = re.compile(r"(\d{1,4})\s*([hd])")


def _since(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> timedelta | datetime | None:
    """Read 24h, 7d, or an instant in ISO 8601 (UTC where it names no offset)."""
    if value is None:
        return None
    ago = _AGO.fullmatch(value.strip())
    if ago is not None:
        return timedelta(hours=int(ago[1])) if ago[2] == "h" else timedelta(days=int(ago[1]))
    try:
        instant = datetime.fromisoformat(value.strip())
    except ValueError:
        raise click.BadParameter("say 24h, 7d or an instant such as 2031-03-04T08:00.") from None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


@click.command()
@library
@click.option(
    "--limit", default=1_000, show_default=True, type=click.IntRange(1, 100_000), help="At most so many."
)
@form("text", "markdown", "json")
@place
@click.pass_context
def situations(context: click.Context, library: str | None, limit: int, form: str) -> None:
    """The matters that the articles of a library tell of: who demands what of whom, and what became of it."""
    config = settings(context)
    execute(_situations(config, library or config.library, limit, form))


@click.command()
@library
@click.option(
    "--since",
    callback=_since,
    help="From when on: 24h, 7d or an instant. Without it: since the last digest of this command, which is remembered.",
)
@click.option("--timezone", default="UTC", show_default=True, help="Of the times that are shown.")
@form("text", "markdown", "json")
@quotes
@place
@click.pass_context
def digest(
    context: click.Context,
    library: str | None,
    since: timedelta | datetime | None,
    timezone: str,
    form: str,
    *,
    quotes: bool | None,
) -> None:
    """What changed in a library's situations since the last digest."""
    from bot.zones import NoSuchZone, zone

    config = settings(context)
    try:
        place = zone(timezone)
    except NoSuchZone as error:
        raise click.BadParameter(error.message, param_hint="--timezone") from error
    if quotes is None:
        quotes = not (form == "text" and sys.stdout.isatty())  # they would scroll the digest off the screen
    execute(_digest(config, library or config.library, since, place, form, quotes=quotes))


async def _situations(config: Config, library: str, limit: int, form: str) -> int:
    from bot import log, wiring
    from briefs.situations import published

    log.configure(config.log, sys.stderr, quiet=True)
    async with wiring.open_store(config) as store:
        desk = wiring.digest_desk(config, store)
        ledgers, _ = await desk.ledgers(_room(library), [library], limit=limit)
    if form == "json":
        found = [it.model_dump(mode="json", by_alias=True) for it in published(ledgers)]
        click.echo(json.dumps(found, ensure_ascii=False))
        return 0
    documents([wiring.renderer(config).situations(ledgers).markdown], form)
    return 0


async def _digest(
    config: Config, library: str, since: timedelta | datetime | None, zone: str, form: str, *, quotes: bool
) -> int:
    from bot import log, wiring
    from bot.routine.agenda import Covered
    from bot.routine.compiling import Edition

    log.configure(config.log, sys.stderr, quiet=True)
    now = datetime.now(UTC)
    async with wiring.open_store(config) as store:
        desk, room = wiring.digest_desk(config, store), _room(library)
        told = await desk.told(room, now) if since is None else None
        start = now - since if isinstance(since, timedelta) else since or (told.until if told else None)
        edition = Edition(room=library, since=start, until=now, timezone=zone)
        made = await desk.make(room, [library], edition, told)
        if since is None:
            await store.digests.keep(
                room,
                made.digest.model_dump(mode="json", by_alias=True),
                made.articles,
                since=start,
                covered=Covered(now, made.newest),
                subscription=None,
                delivery=f"{room}:{now.isoformat()}",
            )
    if form == "json":
        click.echo(made.digest.model_dump_json(by_alias=True))
        return 0
    further = made.rendered.follow_ups if quotes else ()
    documents([it.markdown for it in (made.rendered.main, *further)], form)
    return 0


def _room(library: str) -> str:
    """What the command line's own digests of a library are remembered under."""
    return f"cli:{library}"
