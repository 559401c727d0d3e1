"""communique list, show, forget: what a library holds."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from bot.commandline.options import SOME_FAILED, execute, form, library, place, quotes, settings, words
from bot.commandline.printing import BriefPrinter, documents

if TYPE_CHECKING:
    from bot.config import Config

_NO_SUCH = "No such article is held in the library {}: `communique list` names them all."


@click.command("list")
@library
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(1, 1_000_000), help="At most so many."
)
@form("text", "markdown", "json")
@place
@click.pass_context
def list_(context: click.Context, library: str | None, limit: int, form: str) -> None:
    """The articles of a library, newest first."""
    config = settings(context)
    execute(_list(config, library or config.library, limit, form))


@click.command()
@click.argument("article", metavar="ID", callback=words)
@library
@form("text", "markdown", "json")
@quotes
@place
@click.pass_context
def show(context: click.Context, article: str, library: str | None, form: str, quotes: bool | None) -> None:
    """The brief of an article that is held, by its id, its URL or its place in the list."""
    config = settings(context)
    execute(_show(config, library or config.library, article, form, quotes=quotes))


@click.command()
@click.argument("articles", metavar="ID…", nargs=-1, required=True, callback=words)
@library
@place
@click.pass_context
def forget(context: click.Context, articles: tuple[str, ...], library: str | None) -> None:
    """Remove articles for good, with all their versions and briefs."""
    config = settings(context)
    execute(_forget(config, library or config.library, articles))


async def _list(config: Config, library: str, limit: int, form: str) -> int:
    from bot import log, wiring

    log.configure(config.log, sys.stderr, quiet=True)
    async with wiring.open_store(config) as store:
        held = await store.library.holdings([library], limit=limit)
        more = await store.library.count([library]) > limit
    if form == "json":
        for it in held:
            record = {
                "id": it.id,
                "library": it.library,
                "title": it.title,
                "outlet": it.outlet,
                "published": it.published,
                "url": it.url,
                "version": it.version,
                "near_duplicate_of": it.near_duplicate_of,
                "added_at": it.added_at.isoformat(),
                "added_by": it.added_by,
            }
            click.echo(json.dumps(record, ensure_ascii=False))
        return 0
    if not held:
        click.echo(f"The library {library} holds no articles yet: add one with `communique add`.", err=True)
        return 0
    document = wiring.renderer(config).document(
        "list", f"{len(held)} articles", held=held, more=more, subscriptions=[], feeds=[]
    )
    documents([document.markdown], form)
    return 0


async def _show(config: Config, library: str, article: str, form: str, *, quotes: bool | None) -> int:
    from bot import log, wiring

    log.configure(config.log, sys.stderr, quiet=True)
    async with wiring.open_store(config) as store:
        shelf = wiring.shelf(store)
        ref = await shelf.find([library], article)
        brief = await shelf.brief(ref) if ref is not None else None
    if brief is None:
        click.echo(_NO_SUCH.format(library), err=True)
        return SOME_FAILED
    BriefPrinter.of(config, form, quotes=quotes).print(brief)
    return 0


async def _forget(config: Config, library: str, articles: tuple[str, ...]) -> int:
    from bot import log, wiring

    log.configure(config.log, sys.stderr, quiet=True)
    failed = 0
    async with wiring.open_store(config) as store:
        shelf = wiring.shelf(store)
        for article in articles:
            ref = await shelf.find([library], article)
            if ref is None:
                failed += 1
                click.echo(f"{article}: {_NO_SUCH.format(library)}", err=True)
                continue
            posts = await shelf.forget(ref)
            left = f"; the service deletes {posts} posted messages with words of it" if posts else ""
            click.echo(f"{ref.id}: forgotten{left}")
    return SOME_FAILED if failed else 0
