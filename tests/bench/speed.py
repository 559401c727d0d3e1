"""How fast a brief is there: `python -m tests.bench.speed [FILE] [RUNS]`.

cold: the whole command, model loading included, as wall time, processor time and peak memory of its largest process.
warm: reading and briefing again in one process that has read it before. FILE defaults to a sample article.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from briefs import read
from briefs.build import Briefer

SAMPLE = Path(__file__).parents[2] / "config" / "samples" / "port-strike.txt"


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    cold = [_cold(file) for _ in range(runs)]
    for name, unit, values in zip(
        ("cold wall", "cold processor", "cold peak"), ("s", "s", "MB"), zip(*cold, strict=True), strict=True
    ):
        print(
            f"{name} {statistics.median(values):.2f} {unit}  (min {min(values):.2f}, max {max(values):.2f})"
        )
    article = read.article(file.read_bytes(), media_type="text/plain", source=file.name)
    words = len(article.text.split())
    briefer = Briefer()
    briefer.brief(article, file.name)
    warm = [_warm(briefer, article, file.name) * 750 / words for _ in range(runs)]
    print(f"warm, for 750 words {statistics.median(warm) * 1000:.0f} ms  (min {min(warm) * 1000:.0f})")


def _cold(file: Path) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak memory in MB of one run of the command."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "bot.cli", "brief", str(file), "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the command failed with {process.returncode}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _warm(briefer: Briefer, article: read.Article, source: str) -> float:
    started = time.perf_counter()
    briefer.brief(article, source)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
