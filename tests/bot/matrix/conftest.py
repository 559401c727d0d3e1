from __future__ import annotations

import os

import pytest

from tests.bot.matrix import homeserver as rig


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
