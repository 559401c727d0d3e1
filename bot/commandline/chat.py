"""communique chat"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from bot.commandline.options import execute, library, place, settings

if TYPE_CHECKING:
    from bot.config import Config

_LOOK_S = 2.0
_GREETING = 'A link, a file name or `help`. A text is pasted as it is, or between two lines of """; `quit` ends the chat.\n'


@click.command()
@library
@place
@click.pass_context
def chat(context: click.Context, library: str | None) -> None:
    """The bot in the terminal: the same commands and answers as in a chat room."""
    config = settings(context)
    if ":" in (library or ""):
        raise click.BadParameter(
            "a room's own library, with a colon in its name, cannot be lent to the chat.",
            param_hint="--library",
        )
    execute(_chat(config, library or config.library))


async def _chat(config: Config, library: str) -> int:
    from bot import log, wiring
    from bot.clock import SystemClock
    from bot.platforms.console import Console, typed
    from bot.ports import Incoming
    from bot.terminal import Terminal

    log.configure(config.log, sys.stderr, quiet=True)
    at_terminal = sys.stdin.isatty()
    terminal = Terminal(sys.stdout)
    console = Console(
        typed(sys.stdin), terminal, SystemClock(), prompt="› " if at_terminal else "", fold=at_terminal
    )
    own = config.model_copy(
        update={
            "rooms": {**config.rooms, console.room.id: (library,)},
            "workers": config.workers.model_copy(
                update={"language": 1}
            ),  # one person reads one article at a time
        }
    )
    async with wiring.bot(own, [console]) as bot:

        async def handle(message: Incoming) -> None:
            await bot.intake.handle(message, console)
            await bot.watching.look()
            await bot.outbox.deliver_due()

        async def deliver() -> None:
            while True:  # what comes by itself: digests, alerts
                await bot.clock.sleep(_LOOK_S)
                await bot.outbox.deliver_due()

        if at_terminal:
            terminal.write(_GREETING)
        background = [asyncio.create_task(bot.routine.scheduler.run()), asyncio.create_task(deliver())]
        try:
            await console.run(handle)
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
    return 0
