"""communique feedback"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.commandline.options import execute, form, place, settings

if TYPE_CHECKING:
    from bot.config import Config


@click.command()
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many."
)
@form("text", "json")
@place
@click.pass_context
def feedback(context: click.Context, limit: int, form: str) -> None:
    """Errors in briefs that people have reported, newest first."""
    execute(_feedback(settings(context), limit, form))


async def _feedback(config: Config, limit: int, form: str) -> int:
    from bot import log, wiring

    log.configure(config.log, sys.stderr, quiet=True)
    async with wiring.open_store(config) as store:
        found = await store.feedback.all(limit=limit)
    for it in found:
        if form == "json":
            click.echo(json.dumps(asdict(it) | {"at": it.at.isoformat()}, ensure_ascii=False))
        else:
            about = f"{it.article.id}{f' {it.evidence}' if it.evidence else ''}"
            click.echo(f"{it.at:%Y-%m-%d %H:%M} UTC  {about}  by {it.person} in {it.room}: {it.text}")
    if not found and form == "text":
        click.echo("Nobody has reported an error.", err=True)
    return 0
