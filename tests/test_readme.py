"""What the README shows is what the program prints. COMMUNIQUE_GOLDEN=write puts it there anew."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_SHOWN = re.compile(r"(?<=```\n)\$ communique .*?(?=```)", re.DOTALL)
_NOW = re.compile(r"\w{3} \d{1,2} \w{3} \d{4}, \d{2}:\d{2} UTC")


def test_what_the_readme_shows_is_what_the_program_prints(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    made = _SHOWN.sub(lambda shown: _run(shown[0], tmp_path), text)
    if os.environ.get("COMMUNIQUE_GOLDEN") == "write":
        README.write_text(made, encoding="utf-8")
    assert _NOW.sub("now", README.read_text(encoding="utf-8")) == _NOW.sub("now", made)


def _run(shown: str, data: Path) -> str:
    """Commands as they are shown, each with what it prints; they share one store."""
    out = []
    for line in shown.splitlines():
        if line.startswith("$ "):
            arguments = shlex.split(line.removeprefix("$ communique "), comments=True)
            done = subprocess.run(
                [sys.executable, "-m", "bot.cli", *arguments],
                cwd=ROOT,
                env={**os.environ, "COMMUNIQUE_DATA": str(data)},
                capture_output=True,
                text=True,
                check=True,
                timeout=300,
            )
            said = "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())
            out.append(f"{line}\n\n{said}\n" if said else line)
    return "\n".join(out) + ("" if out[-1].endswith("\n") else "\n")
