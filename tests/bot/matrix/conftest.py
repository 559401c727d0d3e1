from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.matrix import homeserver as rig
from tests.bot.matrix.desk import Desk, desk
from tests.bot.matrix.people import Person


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> rig.Homeserver:
    """One Synapse for the whole test run, shared by all of its workers."""
    folder, run_pid = tmp_path_factory.getbasetemp(), os.getpid()
    if hasattr(
        request.config, "workerinput"
    ):  # a worker of pytest-xdist: what is shared lies above its own folder
        folder, run_pid = folder.parent, os.getppid()
    try:
        return rig.shared(folder / "synapse", run_pid)
    except rig.Unavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{error} (with CI=true this is no reason to skip)")
        pytest.skip(str(error))


@pytest.fixture
async def bot(homeserver: rig.Homeserver, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(homeserver.url, homeserver.register("communique"), tmp_path / "bot") as made:
        yield made


@pytest.fixture
async def anna(homeserver: rig.Homeserver) -> AsyncIterator[Person]:
    async with Person(homeserver, homeserver.register("anna")) as person:
        yield person


@pytest.fixture
async def ben(homeserver: rig.Homeserver) -> AsyncIterator[Person]:
    async with Person(homeserver, homeserver.register("ben")) as person:
        yield person
