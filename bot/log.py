"""The log: what happened, with ids and sizes; never article text, questions or tokens."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TextIO

import structlog

from bot.config import Log

_FRAMES = 6


def configure(settings: Log, out: TextIO, *, quiet: bool = False) -> None:
    """Set up structlog for this process.

    `quiet` is for a command whose user is told in words what went wrong: only faults are logged, unless the level was
    set to something else than the usual.
    """
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    if quiet and level == logging.INFO:
        level = logging.ERROR
    text = settings.format == "text" or (settings.format == "auto" and out.isatty())
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if text else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _cause_for_traceback,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
    )


def cause(error: BaseException) -> dict[str, object]:
    """What a log may hold of an error: its type and where it rose, never its text, which may quote an article."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return {
        "error": type(error).__name__,
        "at": [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _cause_for_traceback(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event.update(cause(error))
    return event
