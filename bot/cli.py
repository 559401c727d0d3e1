"""The `communique` command: its subcommands and nothing else. Each imports what it needs when it runs."""

from __future__ import annotations

import click

from bot.commandline import (
    add,
    ask,
    backup,
    brief,
    chat,
    digests,
    doctor,
    feedback,
    holdings,
    read,
    run,
    schedules,
    schema,
)
from bot.commandline.options import place


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from bot.wiring import version

        click.echo(f"communique {version()}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Say which version."
)
@place
def main() -> None:
    """Briefs of articles about disputes: who demands what of whom, every line on a verbatim quote.

    Exit codes: 0 all went well, 1 something failed, 2 wrong usage or configuration.
    """


for command in (
    brief.brief,
    read.read,
    add.add,
    ask.ask,
    holdings.list_,
    holdings.show,
    holdings.forget,
    digests.situations,
    digests.digest,
    schedules.feeds,
    schedules.subscriptions,
    chat.chat,
    run.run,
    doctor.doctor,
    backup.backup,
    feedback.feedback,
    schema.schema,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
