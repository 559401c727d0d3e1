"""communique read SOURCE…"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from bot.commandline.options import SOME_FAILED, execute, form, place, settings
from bot.commandline.printing import documents, failure

if TYPE_CHECKING:
    from bot.commandline.outcomes import Outcome
    from bot.config import Config
    from briefs.models import Article


@click.command()
@click.argument("sources", metavar="SOURCE…", nargs=-1, required=True)
@form("text", "markdown", "json")
@place
@click.pass_context
def read(context: click.Context, sources: tuple[str, ...], form: str) -> None:
    """Read articles and print them as they were read: title, facts, text. Nothing is kept."""
    execute(_read(settings(context), sources, form))


async def _read(config: Config, sources: Sequence[str], form: str) -> int:
    from bot import log, wiring
    from bot.commandline.outcomes import attempt, in_order, progress
    from bot.sources import name

    log.configure(config.log, sys.stderr, quiet=True)
    failed = 0
    async with wiring.desk(config, sources=len(sources), language=False) as desk:

        async def one(source: str) -> Outcome[Article]:
            return await attempt(name(source), lambda: desk.article(source))

        with progress(len(sources), "Reading") as done:
            async for outcome in in_order(sources, one, width=desk.width):
                failed += outcome.error is not None
                done(partial(_print, outcome, form))
    return SOME_FAILED if failed else 0


def _print(outcome: Outcome[Article], form: str) -> None:
    article = outcome.value
    if article is None:
        failure(outcome, form)
    elif form == "json":
        record = {
            "source": outcome.source,
            "title": article.title,
            "byline": article.author,
            "published": article.published,
            "published_basis": article.published_basis,
            "site": article.outlet,
            "lang": article.lang,
            "canonical_url": article.url,
            "text": article.text,
        }
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        documents([_document(article)], form)


def _document(article: Article) -> str:
    """An article as Markdown: its words are text and nothing else."""
    from briefs.markdown import date, escape

    published = f"{date(article.published)} ({article.published_basis})" if article.published else "undated"
    facts = [
        article.outlet or "outlet unknown",
        article.author or "no byline",
        published,
        article.lang or "",
        article.url or "",
    ]
    paragraphs = [line for line in article.text.splitlines() if line.strip()]
    if paragraphs and paragraphs[0].strip() == article.title.strip():
        paragraphs = paragraphs[1:]
    parts = [
        f"**{escape(article.title.strip() or 'Untitled article')}**",
        str(escape(" · ".join(filter(None, facts)))),
    ]
    return "\n\n".join([*parts, *(str(escape(paragraph.strip())) for paragraph in paragraphs)])
