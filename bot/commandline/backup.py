"""communique backup FOLDER"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commandline.options import execute, place, settings

if TYPE_CHECKING:
    from bot.config import Config


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@place
@click.pass_context
def backup(context: click.Context, folder: Path) -> None:
    """Copy the data folder into a new FOLDER, while the service goes on; every copied store is read back and checked.

    To restore, stop the service and put the copy in the data folder's place.
    """
    execute(_backup(settings(context), folder))


async def _backup(config: Config, folder: Path) -> int:
    import asyncio

    from bot import backup

    made = await asyncio.to_thread(backup.copy, config.data, folder)
    click.echo(f"{folder}: {made.files} files, {made.bytes / 1e6:.1f} MB, checked")
    return 0
