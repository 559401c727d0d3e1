"""How a subcommand ends: its exit code, and one sentence whatever went wrong."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner, Result

from bot.commandline.options import execute
from bot.config import ConfigError
from bot.store import StoreBusy


def ended(error: Exception) -> Result:
    @click.command()
    def command() -> None:
        async def work() -> int:
            raise error

        execute(work())

    return CliRunner().invoke(command)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (StoreBusy("Try again."), 1, "Error: Try again.\n"),
        (ConfigError("No such key."), 2, "Error: No such key.\n"),
        (click.ClickException("The port is taken."), 1, "Error: The port is taken.\n"),
        (OSError(28, "No space left on device"), 1, "Error: That failed (No space left on device); "),
        (ValueError("words of an article"), 1, "Error: That failed; "),
    ],
)
def test_a_command_that_fails_says_one_sentence_and_shows_no_traceback(
    error: Exception, code: int, said: str
) -> None:
    result = ended(error)
    assert result.exit_code == code
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1
    assert "words of an article" not in result.output
