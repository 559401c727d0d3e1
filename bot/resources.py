"""Files that ship with the program: in the installed package first, else in the checkout."""

from __future__ import annotations

from pathlib import Path

import bot
import briefs


def templates() -> Path:
    """Folder of the shipped templates (`*.md.j2`)."""
    return _shipped(Path(briefs.__file__).parent / "_templates", "templates")


def config() -> Path:
    """Folder of the example configuration, the JSON Schemas and the sample articles."""
    return _shipped(Path(bot.__file__).parent / "_config", "config")


def _shipped(packaged: Path, name: str) -> Path:
    checkout = Path(bot.__file__).parent.parent / name
    for place in (packaged, checkout):
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"The folder {name!r} is missing from this installation: install communique again."
    )
