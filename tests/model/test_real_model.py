"""A real model on this machine reads a made-up article end to end. Run by `make test-model`, never by `make check`.

A model of half a billion parameters is weak: what is tested is that its replies come through, that whatever it says
stands on the article, and that it takes nothing from what the rules find.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.consulting import Consultant, Reading
from bot.net.model import HttpChatModel
from briefs import read
from briefs.build import Briefer
from briefs.engines.llm.heard import Mode

HERE = Path(__file__).parent
FILE = HERE.parent / "data" / "llm" / "ferry-dispute.txt"
MODEL, PYTHON = (
    os.environ.get("COMMUNIQUE_TEST_MODEL"),
    os.environ.get("COMMUNIQUE_TEST_MODEL_PYTHON", sys.executable),
)

pytestmark = pytest.mark.skipif(MODEL is None, reason="run by make test-model")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The base URL of a server with the model."""
    command = [PYTHON, str(HERE / "serve.py"), str(MODEL)]
    environ = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environ,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.terminate()


@pytest.mark.parametrize("mode", ["model", "both"])
async def test_a_real_model_is_heard_and_everything_stands_on_the_article(endpoint: str, mode: Mode) -> None:
    article = read.article(FILE.read_bytes(), media_type="text/plain", source=FILE.name)
    briefer = Briefer()
    async with HttpChatModel(endpoint, "local", timeout_s=280) as model:
        asks = Consultant(model, Reading(mode, "local", 8_192, 700, 300.0), SystemClock())
        heard = await asks.hear(article)
    assert heard.failure is None
    assert model.form == "json_schema"
    brief = briefer.brief(article, FILE.name, heard)
    assert brief.engine.name == mode
    assert brief.bottom_line
    assert all(article.text[e.start : e.end] == e.quote for e in brief.evidence)
    if mode == "both":
        rules = briefer.brief(article, FILE.name)
        assert {d.text for d in rules.demands} <= {d.text for d in brief.demands}
        assert {s.text for s in rules.risk_signals} <= {s.text for s in brief.risk_signals}
