"""communique ask QUESTION"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bot.commandline.options import SOME_FAILED, execute, form, library, place, settings
from bot.commandline.printing import documents, failure

if TYPE_CHECKING:
    from bot.config import Config


@click.command()
@click.argument("question")
@library
@form("text", "markdown", "json")
@place
@click.pass_context
def ask(context: click.Context, question: str, library: str | None, form: str) -> None:
    """Answer a question from the articles of a library, with quotes, or say that they do not state it.

    JSON output is one answer/1 document (`communique schema answer`). An answer of "not stated" is an answer: the exit
    code is 0.
    """
    config = settings(context)
    if not any(c.isalnum() for c in question):
        raise click.UsageError("Say what you want to know: QUESTION holds no word.")
    execute(_ask(config, library or config.library, question, form))


async def _ask(config: Config, library: str, question: str, form: str) -> int:
    from bot import log, wiring
    from bot.commandline.outcomes import attempt, progress

    log.configure(config.log, sys.stderr, quiet=True)
    async with wiring.open_store(config) as store, wiring.consultant(config, store) as consultant:
        asking = wiring.asking(store, wiring.near_respondent(config), consultant)
        with progress(1, "Reading") as done:
            outcome = await attempt(question, lambda: asking.ask(question, [library], room=library))
            done(lambda: None)
    if outcome.value is None:
        failure(outcome, form)
        return SOME_FAILED
    asked = outcome.value
    if form == "json":
        click.echo(asked.answer.model_dump_json(by_alias=True))
    else:
        shown = wiring.renderer(config).answer(asked.answer, asked.notes)
        documents([shown.markdown], form)
    return 0
