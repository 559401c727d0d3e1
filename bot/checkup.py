"""What `communique doctor` looks at: each part is tried, and what is wrong comes with how to mend it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot import resources, wiring
from bot.config import Config, ConfigError
from bot.log import cause
from bot.ports import Examined
from bot.sources import local_page
from briefs.errors import CommuniqueError, ModelFailed, ModelFault
from briefs.ports import ModelRequest


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    said: str
    wrong: bool = False


async def findings(config: Config) -> AsyncIterator[Finding]:
    """Try everything, in the order in which it is needed."""
    yield _data(config)
    yield await _store(config)
    yield await _reading(config)
    if config.engine != "rules":
        yield await _model(config)
    yield await _health(config)
    async for finding in _platforms(config):
        yield finding


def _data(config: Config) -> Finding:
    try:
        config.data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=config.data):
            pass
    except OSError as error:
        said = f"{config.data} cannot be written ({error.strerror}): change its rights, or name another with --data"
        return Finding("data folder", said, wrong=True)
    return Finding("data folder", str(config.data.resolve()))


async def _store(config: Config) -> Finding:
    from bot.store.errors import StoreError

    try:
        async with wiring.open_store(config) as store:
            counts = await store.deliveries.counts()
    except StoreError as error:
        return Finding("store", error.message, wrong=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, the doctor goes on
        return Finding(
            "store", f"cannot be opened ({_kind(error)}): restore the folder from a backup", wrong=True
        )
    open_ = counts.get("pending", 0) + counts.get("sending", 0)
    doubtful = counts.get("unknown", 0)
    return Finding("store", f"opens; {open_} messages wait, {doubtful} may not have been posted")


async def _reading(config: Config) -> Finding:
    """A sample article from page to message: worker process, language model and templates in one go."""
    sample = resources.config() / "samples" / "river-dam.html"
    try:
        async with wiring.desk(config, sources=1) as desk:
            article = await desk.reader.read(local_page(str(sample)), sample.name)
            brief = await desk.reader.brief(article, sample.name)
        rendered = wiring.renderer(config).brief(brief)
    except (CommuniqueError, ConfigError) as error:
        return Finding("reading", error.message, wrong=True)
    except (RuntimeError, ImportError, OSError) as error:
        return Finding("reading", f"{error}: install communique again", wrong=True)
    lines = brief.verification
    engine = f"{brief.engine.name} ({brief.engine.model})"
    return Finding(
        "reading", f"{engine}: {lines.kept} of {lines.proposed} lines, {len(rendered.numbers)} quotes"
    )


_SMALL = ModelRequest(
    "check",
    "Reply with one JSON object and nothing else.",
    'Say {"ready": true}.',
    {
        "type": "object",
        "properties": {"ready": {"type": "boolean"}},
        "required": ["ready"],
        "additionalProperties": False,
    },
    max_tokens=60,
)
_MEND: dict[ModelFault, str] = {
    "key": "set MODEL_API_KEY to a key of that endpoint",
    "missing": "check model.name and model.base_url, which ends before /chat/completions",
    "unreachable": "check model.base_url and that the endpoint runs",
    "slow": "the embedded reader goes on without it; raise model.deadline_s or take a faster model",
    "spent": "add credit at the endpoint",
}


async def _model(config: Config) -> Finding:
    """One real request, as small as it can be."""
    started = time.monotonic()
    try:
        async with wiring.consultant(config) as asks:
            if asks is None:
                return Finding("language model", "none configured")
            reply = await asks.ask(_SMALL, room="doctor")
    except ConfigError as error:
        return Finding("language model", error.message, wrong=True)
    except ModelFailed as failed:
        mend = _MEND.get(failed.why, "try again later; the embedded reader goes on without it")
        return Finding("language model", f"{failed.message}: {mend}", wrong=True)
    seconds = time.monotonic() - started
    counted = "counted by the endpoint" if reply.counted else "estimated"
    return Finding(
        "language model",
        f"{config.model.name} answers in {seconds:.1f} s; {reply.tokens_in + reply.tokens_out} tokens, {counted}",
    )


async def _health(config: Config) -> Finding:
    host, port = config.health.host, config.health.port
    try:
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), host, port)
    except OSError as error:
        said = f"{host}:{port} is not free ({error.strerror}): stop what uses it or set health.port"
        return Finding("health port", said, wrong=True)
    server.close()
    await server.wait_closed()
    return Finding("health port", f"{host}:{port} is free")


async def _platforms(config: Config) -> AsyncIterator[Finding]:
    try:
        platforms = wiring.platforms(config)
    except ConfigError as error:
        yield Finding("platforms", error.message, wrong=True)
        return
    names = ", ".join(platform.name for platform in platforms)
    yield Finding("platforms", names or "none configured; `communique chat` works without one")
    for platform in platforms:
        if isinstance(platform, Examined):
            for said, wrong in await platform.examine():
                yield Finding(platform.name, said, wrong=wrong)


def _kind(error: BaseException) -> str:
    return str(cause(error)["error"])
