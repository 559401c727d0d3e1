"""Every fault of an endpoint, many times: `python -m tests.bench.faults [TIMES]`.

An article is briefed with engine `both` before an endpoint that always has the fault. Prints for each fault how many
briefs came, how many told the right reason, how many came within the deadline, and the slowest.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from pathlib import Path

import structlog

from bot.clock import SystemClock
from bot.consulting import Consultant, Reading
from bot.net.model import HttpChatModel
from briefs import read
from briefs.build import Briefer
from briefs.engines.llm.heard import Heard
from briefs.errors import ModelFailed, ModelFault
from briefs.models import Brief
from tests.bot.endpoint import FAULTS, Endpoint, Fault, serving

_DEADLINE_S = 10.0  # a busy machine must not make the endpoint look slow
_SHORT_S = 0.5  # where it never answers
_REASONS: dict[Fault, ModelFault | None] = {
    "key": "key", "forbidden": "key", "missing": "missing", "busy": "busy", "broke": "spent", "down": "down",
    "reset": "unreachable", "closed": "garbled", "garbage": "garbled", "half": "garbled", "half_stream": "garbled",
    "not_utf8": "garbled", "hangs": "slow", "filter": "filtered", "filter_refusal": "filtered", "length": None,
    "empty": "garbled", "no_choices": "garbled", "error_200": "down", "redirect": "missing", "huge": "garbled",
    "too_long": "too_long", "html": "garbled", "list_200": "garbled",
}  # fmt: skip
_FILE = Path(__file__).parents[1] / "data" / "llm" / "ferry-dispute.txt"


async def befall(fault: Fault, times: int, briefer: Briefer) -> tuple[int, int, int, float]:
    """Briefs that came, with the right reason, in time; and the slowest consultation in seconds."""
    text = "\n\n".join(_FILE.read_text(encoding="utf-8").split("\n\n")[:2])
    article = read.article(text.encode(), media_type="text/plain", source="f.txt")
    why = _REASONS[fault]
    expected = None if why is None else f"Read by the embedded reader alone: {ModelFailed(why).message}."
    made: dict[Heard, Brief] = {}  # what was heard alike is briefed alike
    came = right = in_time = 0
    deadline_s = _SHORT_S if fault == "hangs" else _DEADLINE_S
    slowest = 0.0
    async with serving(Endpoint(answer=lambda _: '{"demands": []}', always=fault)) as endpoint:
        for _ in range(times):
            async with HttpChatModel(
                endpoint.url, "m", first_wait_s=0.005, stream=fault == "half_stream"
            ) as model:
                asks = Consultant(model, Reading("both", "m", 8_192, 500, deadline_s), SystemClock())
                started = time.monotonic()
                heard = await asks.hear(article)
                took = time.monotonic() - started
            brief = made.get(heard) or briefer.brief(article, "f", heard)
            made[heard] = brief
            came += bool(brief.demands)
            right += brief.engine.note == expected
            in_time += took < deadline_s + 1.0  # this machine may be busy
            slowest = max(slowest, took)
    return came, right, in_time, slowest


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    briefer = Briefer()
    for fault in FAULTS:
        came, right, in_time, slowest = asyncio.run(befall(fault, times, briefer))
        print(
            f"{fault} briefs {came}/{times} right_reason {right}/{times} in_time {in_time}/{times} slowest {slowest:.2f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
