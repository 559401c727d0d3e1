"""communique brief SOURCE…"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from bot.commandline.options import SOME_FAILED, execute, form, place, settings

if TYPE_CHECKING:
    from bot.commandline.outcomes import Outcome
    from bot.config import Config
    from briefs.models import Brief
    from briefs.render import Renderer


@click.command()
@click.argument("sources", metavar="SOURCE…", nargs=-1, required=True)
@form("text", "markdown", "json")
@place
@click.pass_context
def brief(context: click.Context, sources: tuple[str, ...], form: str) -> None:
    """Read articles and brief them; nothing is kept.

    SOURCE is a link, an .html, .txt, .md or .pdf file, or - for the standard input. JSON output has one line for each
    source, in order; one that failed is {"source", "error": {"kind", "message"}}.
    """
    execute(_brief(settings(context), sources, form))


async def _brief(config: Config, sources: Sequence[str], form: str) -> int:
    from bot import log, wiring
    from bot.commandline.outcomes import attempt, in_order, progress

    log.configure(config.log, sys.stderr, quiet=True)
    renderer = wiring.renderer(config) if form != "json" else None
    failed = 0
    async with wiring.desk(config, sources=len(sources)) as desk:

        async def one(source: str) -> Outcome[Brief]:
            async def work() -> Brief:
                return await desk.reader.brief(await desk.article(source), source)

            return await attempt(source, work)

        with progress(len(sources), "Reading") as done:
            async for outcome in in_order(sources, one, width=desk.width):
                failed += outcome.error is not None
                done(partial(_print, outcome, form, renderer))
    return SOME_FAILED if failed else 0


def _print(outcome: Outcome[Brief], form: str, renderer: Renderer | None) -> None:
    if outcome.value is None:
        if form == "json":
            click.echo(json.dumps(outcome.error_record(), ensure_ascii=False))
        elif outcome.error is not None:
            click.echo(f"{outcome.source}: {outcome.error.message}", err=True)
    elif renderer is None:
        click.echo(outcome.value.model_dump_json(by_alias=True))
    else:
        from bot.terminal import Terminal

        rendered = renderer.brief(outcome.value)
        documents = [d.markdown for d in (rendered.main, *rendered.follow_ups)]
        if form == "markdown":
            click.echo("\n\n---\n\n".join(documents) + "\n")
        else:
            for document in documents:
                Terminal(sys.stdout).markdown(document)
