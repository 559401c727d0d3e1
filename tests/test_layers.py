"""The import contracts of pyproject.toml catch what they forbid."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINT = Path(sys.executable).with_name("lint-imports")


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("briefs/render.py", "import socket", "briefs is pure"),
        (
            "briefs/evidence/gate.py",
            "from briefs.engines.rules import engine",
            "engines propose, the gate decides",
        ),
        ("briefs/situations/ledger.py", "from briefs.digest import models", "a digest is made of ledgers"),
        ("bot/service.py", "from bot.store import database", "the core knows ports"),
        ("bot/net/guard.py", "from bot.store import database", "adapters do not know each other"),
    ],
)
def test_a_planted_violation_breaks_its_contract(
    module: str, line: str, contract: str, tmp_path: Path
) -> None:
    for package in ("bot", "briefs"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a") as file:
        file.write(f"\n{line}\n")
    done = subprocess.run(
        [LINT, "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [found for found in done.stdout.splitlines() if found.endswith("BROKEN")]
    assert [contract in found for found in broken] == [True]
