"""Options and endings that subcommands share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from bot.config import Config

_F = TypeVar("_F", bound=Callable[..., Any])

SOME_FAILED = 1
USAGE = 2


class Unusable(click.ClickException):
    """The store or a port cannot be used: one sentence."""

    exit_code = SOME_FAILED


class Misconfigured(click.ClickException):
    """The configuration cannot be used: one sentence."""

    exit_code = USAGE


def place(command: _F) -> _F:
    """Add --data and --config, before or behind the subcommand's name; what stands later goes first."""
    data = click.option(
        "--data",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        expose_value=False,
        callback=_remember,
        help="Folder of the store (or COMMUNIQUE_DATA).",
    )
    config = click.option(
        "--config",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        expose_value=False,
        callback=_remember,
        help="Configuration file (or COMMUNIQUE_CONFIG), else communique.toml if there is one.",
    )
    return data(config(command))


def form(*names: str) -> Callable[[_F], _F]:
    """Add --format; the first name is the default."""
    return click.option("--format", "form", type=click.Choice(names), default=names[0], show_default=True)


def quotes(command: _F) -> _F:
    """Add --quotes, None where nobody said."""
    return click.option(
        "--quotes/--no-quotes",
        default=None,
        help="Print the quotes and all that is in the thread of a brief; without either, not at a terminal.",
    )(command)


def words(_context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Callback for words of a person: not empty; bytes that are no UTF-8 become U+FFFD, by which nothing is held."""
    from bot.sources import name

    if isinstance(value, tuple):
        return tuple(words(_context, parameter, each) for each in value)
    if isinstance(value, str) and not value.strip():
        raise click.BadParameter("it must not be empty.")
    return name(value) if isinstance(value, str) else value


def library(command: _F) -> _F:
    return click.option(
        "--library",
        metavar="NAME",
        callback=words,
        help="Library; without it the one of the configuration (library).",
    )(command)


def settings(context: click.Context) -> Config:
    """The configuration of this call. Ends the command with exit code 2 if it cannot be used."""
    from bot import config

    given = context.ensure_object(dict)
    try:
        return config.from_process(given.get("config"), data=given.get("data"))
    except config.ConfigError as error:
        raise Misconfigured(error.message) from error


def execute(work: Coroutine[Any, Any, int]) -> None:
    """Run a subcommand's work to its end; it returns the exit code.

    What went wrong ends the command with one sentence, its cause is in the log.
    """
    from bot.config import ConfigError
    from briefs.errors import CommuniqueError

    try:
        code = asyncio.run(work)
    except ConfigError as error:
        raise Misconfigured(error.message) from error
    except CommuniqueError as error:
        raise Unusable(error.message) from error
    except click.ClickException:
        raise
    except BrokenPipeError:  # whoever read the output has gone
        raise
    except Exception as error:
        from structlog import get_logger

        from bot.log import cause

        get_logger(__name__).error("failed", **cause(error))
        refused = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
        raise Unusable(
            f"That failed{refused}; the line above tells where, for a report of the fault."
        ) from error
    except KeyboardInterrupt:
        code = 130  # as a shell has it for an interrupted command
    click.get_current_context().exit(code)


def _remember(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().ensure_object(dict)[parameter.name or ""] = value
