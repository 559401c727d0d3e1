"""communique schema brief|answer|config"""

from __future__ import annotations

import json

import click


@click.command()
@click.argument("name", type=click.Choice(["brief", "answer", "digest", "config"]))
def schema(name: str) -> None:
    """Print the JSON Schema of a brief, an answer or the configuration."""
    from bot import schemas

    click.echo(json.dumps(schemas.of(name), indent=2, ensure_ascii=False))
