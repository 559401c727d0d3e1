"""communique add SOURCE…"""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from bot.commandline.options import SOME_FAILED, execute, form, library, place, settings
from bot.commandline.printing import failure

if TYPE_CHECKING:
    from bot.commandline.outcomes import Outcome
    from bot.config import Config
    from bot.service import Briefed, Service


@click.command()
@click.argument("sources", metavar="SOURCE…", nargs=-1, required=True)
@library
@form("text", "json")
@place
@click.pass_context
def add(context: click.Context, sources: tuple[str, ...], library: str | None, form: str) -> None:
    """Read articles, brief them and keep them in a library.

    SOURCE is a link, a file or - as for `brief`, or a .jsonl archive of articles: {id, url, headline or title,
    published, outlet, text} a line, whose ids are kept. What is held already is not read again, so that an archive can
    be continued.
    """
    config = settings(context)
    execute(_add(config, sources, library or config.library, form))


async def _add(config: Config, sources: Sequence[str], library: str, form: str) -> int:
    from bot import log, wiring
    from bot.commandline.archives import is_archive, lines
    from bot.commandline.outcomes import attempt, in_order, progress

    log.configure(config.log, sys.stderr, quiet=True)
    archives = {source: sum(1 for _ in lines(source)) for source in sources if is_archive(source)}
    total = len(sources) - len(archives) + sum(archives.values())
    failed = 0
    async with (
        wiring.open_store(config) as store,
        wiring.desk(config, sources=total) as desk,
        wiring.consultant(config, store) as consultant,
    ):
        service = wiring.service(desk.fetcher, desk.reader, store, consultant)

        async def one(job: tuple[str, Callable[[], Awaitable[Briefed]]]) -> Outcome[Briefed]:
            return await attempt(*job)

        with progress(total, "Adding") as done:
            jobs = _jobs(sources, service, library)
            async for outcome in in_order(jobs, one, width=desk.width):
                failed += outcome.error is not None
                done(partial(_print, outcome, form))
    return SOME_FAILED if failed else 0


def _jobs(
    sources: Sequence[str], service: Service, library: str
) -> Iterator[tuple[str, Callable[[], Awaitable[Briefed]]]]:
    from bot.commandline import archives
    from bot.platforms.console import PERSON
    from bot.sources import is_link, local_page, name

    to = {"library": library, "by": PERSON.id}

    async def file(source: str) -> Briefed:
        return await service.brief_page(local_page(source), name(source), **to)

    async def line(place: str, text: str) -> Briefed:
        return await service.brief_article(archives.article(text), place, **to)

    for source in sources:
        if is_link(source):
            yield name(source), partial(service.brief_link, source, **to)
        elif archives.is_archive(source):
            for number, text in archives.lines(source):
                place = f"{name(source)}:{number}"
                yield place, partial(line, place, text)
        else:
            yield name(source), partial(file, source)


def _print(outcome: Outcome[Briefed], form: str) -> None:
    briefed = outcome.value
    if briefed is None:
        failure(outcome, form)
    elif form == "json":
        record = {
            "source": outcome.source,
            "library": briefed.ref.library,
            "id": briefed.ref.id,
            "title": briefed.brief.article.title,
            "notes": list(briefed.notes),
        }
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        click.echo("  ".join([briefed.ref.id, briefed.brief.article.title, *briefed.notes]))
