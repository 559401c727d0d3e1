"""Briefs, articles and lists on the standard output, as --format and --quotes want them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.commandline.outcomes import Outcome
    from bot.config import Config
    from briefs.models import Brief
    from briefs.render import Renderer

_FOLDED = "Quotes and more: --quotes\n"


def documents(texts: Sequence[str], form: str) -> None:
    """Markdown texts that belong together, as they are or drawn for a terminal."""
    if form == "markdown":
        click.echo("\n\n---\n\n".join(texts) + "\n")
        return
    from bot.terminal import Terminal

    terminal = Terminal(sys.stdout)
    for text in texts:
        terminal.markdown(text)


def failure(outcome: Outcome[Any], form: str) -> None:
    """What went wrong with a source: a JSON line among the others, or a sentence on the standard error."""
    assert outcome.error is not None
    if form == "json":
        click.echo(json.dumps(outcome.error_record(), ensure_ascii=False))
    else:
        click.echo(f"{outcome.source}: {outcome.error.message}", err=True)


@dataclass(frozen=True, slots=True)
class BriefPrinter:
    form: str
    quotes: bool
    renderer: Renderer | None
    """None for JSON."""

    @classmethod
    def of(cls, config: Config, form: str, *, quotes: bool | None) -> BriefPrinter:
        """`quotes` None: where the brief would not be scrolled off somebody's screen by them."""
        from bot import wiring

        wanted = not (form == "text" and sys.stdout.isatty()) if quotes is None else quotes
        return cls(form, wanted, None if form == "json" else wiring.renderer(config))

    def print(self, brief: Brief) -> None:
        if self.renderer is None:
            click.echo(brief.model_dump_json(by_alias=True))
            return
        rendered = self.renderer.brief(brief)
        shown = (rendered.main, *rendered.follow_ups) if self.quotes else (rendered.main,)
        documents([document.markdown for document in shown], self.form)
        if not self.quotes:
            click.echo(_FOLDED, err=True)
