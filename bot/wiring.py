"""The only module that names concrete stores, clients, platforms and engines, and puts them together.

A new command, platform or engine is one file of its own and one line here. Heavy libraries are imported where they
are first needed: a command that only prints its help loads none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING

from bot import resources
from bot.config import Config

if TYPE_CHECKING:
    from bot.commands import Handler
    from bot.service import Service
    from bot.store import Store
    from briefs.render import Renderer


def renderer(config: Config) -> Renderer:
    """Templates of the operator's own go before the shipped ones."""
    from briefs.render import Renderer

    own = [config.templates] if config.templates is not None else []
    return Renderer([*own, resources.templates()])


def handlers(service: Service, store: Store, renderer: Renderer, *, engine: str) -> Sequence[Handler]:
    """Every command, in the order of the help."""
    from bot.commands.add import Add
    from bot.commands.forget import Forget
    from bot.commands.help import Help
    from bot.commands.list import List
    from bot.commands.show import Show
    from bot.commands.status import Status
    from bot.commands.why import Why

    known: list[Handler] = [
        Add(service, renderer),
        List(service, renderer),
        Show(service, renderer),
        Why(service, renderer),
        Forget(service),
        Status(store.library, store.deliveries, renderer, engine=engine, version=version()),
    ]
    known.append(Help(renderer, lambda: [handler.word for handler in known]))
    return known


def version() -> str:
    """The program's version, "unknown" where it runs without being installed."""
    try:
        return metadata.version("communique")
    except metadata.PackageNotFoundError:
        return "unknown"
