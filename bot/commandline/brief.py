"""communique brief SOURCE…"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from bot.commandline.options import SOME_FAILED, execute, form, place, quotes, settings
from bot.commandline.printing import BriefPrinter, failure

if TYPE_CHECKING:
    from bot.commandline.outcomes import Outcome
    from bot.config import Config
    from briefs.models import Brief


@click.command()
@click.argument("sources", metavar="SOURCE…", nargs=-1, required=True)
@form("text", "markdown", "json")
@quotes
@place
@click.pass_context
def brief(context: click.Context, sources: tuple[str, ...], form: str, quotes: bool | None) -> None:
    """Read articles and brief them; nothing is kept.

    SOURCE is a link, an .html, .txt, .md or .pdf file, or - for the standard input. JSON output has one line for each
    source, in order; one that failed is {"source", "error": {"kind", "message"}}.
    """
    execute(_brief(settings(context), sources, form, quotes=quotes))


async def _brief(config: Config, sources: Sequence[str], form: str, *, quotes: bool | None) -> int:
    from bot import log, wiring
    from bot.commandline.outcomes import attempt, in_order, progress
    from bot.sources import name

    log.configure(config.log, sys.stderr, quiet=True)
    printer = BriefPrinter.of(config, form, quotes=quotes)
    failed = 0
    async with wiring.desk(config, sources=len(sources)) as desk:

        async def one(source: str) -> Outcome[Brief]:
            async def work() -> Brief:
                return await desk.brief(await desk.article(source), name(source))

            return await attempt(name(source), work)

        with progress(len(sources), "Reading") as done:
            async for outcome in in_order(sources, one, width=desk.width):
                failed += outcome.error is not None
                done(partial(_print, outcome, printer))
    return SOME_FAILED if failed else 0


def _print(outcome: Outcome[Brief], printer: BriefPrinter) -> None:
    if outcome.value is None:
        failure(outcome, printer.form)
    else:
        printer.print(outcome.value)
