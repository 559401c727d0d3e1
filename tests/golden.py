"""Golden files: what a person reads, as it is kept in tests/data/golden.

`COMMUNIQUE_GOLDEN=write pytest` writes them anew; look at the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "golden"


def same(name: str, text: str) -> None:
    """Assert that `text` is what the golden file says."""
    path = FOLDER / name
    if os.environ.get("COMMUNIQUE_GOLDEN") == "write":
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")
