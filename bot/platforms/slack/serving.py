"""The two ways in which Slack reaches the bot: a WebSocket that the bot opens, or signed requests to a port of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

from bot.platforms.slack import api

_PATHS = ("/slack/events", "/slack/commands", "/slack/interactive", "/slack/actions")
_MOST_BYTES = 2_000_000  # a message with all its blocks has less than 100,000
_PING_S = 5.0  # a dead connection is noticed after four of these

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def socket(app: AsyncApp, app_token: str) -> AsyncIterator[None]:
    """Receive while the block runs, from when the connection stands; the SDK opens a new one whenever one ends."""
    handler = AsyncSocketModeHandler(app, app_token, logger=api.quiet_logger(), ping_interval=_PING_S)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        _log.info("slack connected", mode="socket")
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def http(
    host: str, port: int, *, app: AsyncApp | None = None, installing: AsyncOAuthFlow | None = None
) -> AsyncIterator[int]:
    """Answer requests while the block runs; yields the port. Raises OSError if it cannot listen there.

    With an `app` Slack's own, with `installing` those of people who add the app to their workspace.
    """

    async def answer(request: web.Request) -> web.Response:
        if not request.headers.get("X-Slack-Request-Timestamp", "0").isdecimal():
            return web.Response(status=401)  # bolt's own check of the signature takes a number for granted
        assert app is not None
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    async def install(request: web.Request) -> web.Response:
        assert installing is not None
        return await to_aiohttp_response(await installing.handle_installation(await to_bolt_request(request)))

    async def installed(request: web.Request) -> web.Response:
        assert installing is not None
        return await to_aiohttp_response(await installing.handle_callback(await to_bolt_request(request)))

    site = web.Application(client_max_size=_MOST_BYTES)
    for path in _PATHS if app is not None else ():
        site.router.add_post(path, answer)
    if installing is not None:
        site.router.add_get("/slack/install", install)
        site.router.add_get("/slack/oauth_redirect", installed)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound = int(runner.addresses[0][1])
        _log.info("slack listening", port=bound, installs=installing is not None)
        yield bound
    finally:
        await runner.cleanup()
