"""communique run"""

from __future__ import annotations

import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import click

from bot.commandline.options import Unusable, execute, place, settings

if TYPE_CHECKING:
    from bot.config import Config

_NO_PLATFORM = "No chat platform is configured, so nobody can talk to this service yet; `communique chat` works without one."


@click.command()
@place
@click.pass_context
def run(context: click.Context) -> None:
    """The service: the chat platforms that are configured, and /healthz and /readyz. SIGTERM ends it in good order."""
    execute(_run(settings(context)))


async def _run(config: Config) -> int:
    from bot import log, wiring
    from bot.health import Check, Health
    from bot.ports import Lasting
    from bot.running import Service, Warming, stopped_by_signal

    log.configure(config.log, sys.stderr)
    platforms = wiring.platforms(config)
    async with AsyncExitStack() as stack:
        stop = await stack.enter_async_context(stopped_by_signal())
        bot = await stack.enter_async_context(wiring.bot(config, platforms, meaning=True))
        bot.prepare()

        async def store_answers() -> None:
            await bot.store.deliveries.counts()

        warming = Warming(bot.reader, bot.clock)
        checks: dict[str, Check] = {"store": store_answers, "workers": warming.check}
        for platform in platforms:
            if isinstance(platform, Lasting):
                stack.push_async_callback(platform.close)
                checks[platform.name] = platform.check
        health = Health(checks, bot.metrics.text)
        host, port = config.health.host, config.health.port
        try:
            port = await stack.enter_async_context(health.serve(host, port))
        except OSError as error:
            raise Unusable(
                f"{host}:{port} cannot be listened on ({error.strerror}): set health.port."
            ) from error
        click.echo(f"Health: http://{host}:{port}/readyz", err=True)
        if not platforms:
            click.echo(_NO_PLATFORM, err=True)
        service = Service(
            intake=bot.intake,
            outbox=bot.outbox,
            platforms=platforms,
            health=health,
            warming=warming,
            besides=[bot.watching.run, *([bot.meaning.run] if bot.meaning is not None else [])],
            clock=bot.clock,
            drain_s=config.drain_s,
            scheduler=bot.routine.scheduler,
        )
        await service.run(stop)
    return 0
