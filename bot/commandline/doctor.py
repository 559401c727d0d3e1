"""communique doctor"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bot.commandline.options import SOME_FAILED, Misconfigured, execute, place, settings

if TYPE_CHECKING:
    from bot.config import Config


@click.command()
@place
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check configuration, store, language model and templates; say what is wrong and how to mend it."""
    try:
        config = settings(context)
    except Misconfigured as error:
        click.echo(f"[wrong] {error.message}")
        context.exit(SOME_FAILED)
    click.echo("[ok]    configuration")
    execute(_doctor(config))


async def _doctor(config: Config) -> int:
    from bot import checkup, log

    log.configure(config.log, sys.stderr, quiet=True)
    wrong = 0
    async for finding in checkup.findings(config):
        wrong += finding.wrong
        mark = "[wrong]" if finding.wrong else "[ok]   "
        click.echo(f"{mark} {finding.what}: {finding.said}")
    return SOME_FAILED if wrong else 0
