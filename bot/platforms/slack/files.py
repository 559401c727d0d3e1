"""Files that people upload → what the reader takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.log import cause
from bot.platforms.slack import api
from bot.ports import Attachment, PostError

_MOST_BYTES = 20_000_000
_TIMEOUT_S = 60.0
_MOST_FILES = 10
_READABLE = ("application/pdf", "text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/")


@dataclass(frozen=True, slots=True)
class Brought:
    attachments: tuple[Attachment, ...] = ()
    trouble: str | None = None
    """One sentence about a file that could not be taken."""


class Files:
    def __init__(self, connect: Callable[[str], AsyncWebClient], *, api_url: str) -> None:
        self._connect = connect
        self._api_host = urlsplit(api_url).netloc
        self._log = structlog.get_logger(__name__)

    async def fetch(self, token: str, files: Sequence[dict[str, Any]]) -> Brought:
        """Download what can be read. Nothing is sent to a host that is not Slack's."""
        taken: list[Attachment] = []
        for file in files[:_MOST_FILES]:
            title = str(file.get("name") or file.get("title") or "the file")
            try:
                taken.append(await self._one(token, await self._whole(token, file)))
            except _Untaken as error:
                return Brought(trouble=f"{title[:80]}: {error}")
            except (PostError, *api.Slow) as error:
                self._log.warning("file not taken", file=file.get("id"), **cause(error))
                return Brought(
                    trouble=f"{title[:80]} could not be fetched from Slack. Upload it again, or send its link."
                )
        return Brought(tuple(taken))

    async def _whole(self, token: str, file: dict[str, Any]) -> dict[str, Any]:
        """Of files from other organisations an event tells only the id."""
        if file.get("url_private_download") or file.get("url_private"):
            return file
        said = await api.asked(self._connect(token).files_info(file=str(file.get("id"))))
        return said.get("file") or {}

    async def _one(self, token: str, file: dict[str, Any]) -> Attachment:
        media_type = str(file.get("mimetype") or "").partition(";")[0].strip().lower()
        if not media_type.startswith(_READABLE):
            raise _Untaken("I read PDF, HTML and text files; send the article as one of these, or its link.")
        if int(file.get("size") or 0) > _MOST_BYTES:
            raise _Untaken(f"it is larger than {_MOST_BYTES // 1_000_000} MB. Send its text or its link.")
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if not self._of_slack(url):
            raise _Untaken("it lies outside of Slack. Send its link.")
        content = await self._download(url, token)
        return Attachment(str(file.get("name") or "file"), media_type, content)

    def _of_slack(self, url: str) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        secure = parts.scheme == "https" and (
            host == "slack.com" or host.endswith((".slack.com", ".slack-files.com"))
        )
        return secure or (parts.scheme in {"http", "https"} and parts.netloc == self._api_host)

    async def _download(self, url: str, token: str) -> bytes:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, headers={"Authorization": f"Bearer {token}"}, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise PostError(f"HTTP {answer.status}", None)
            content = b""
            async for chunk in answer.content.iter_chunked(65_536):
                content += chunk
                if len(content) > _MOST_BYTES:
                    raise _Untaken("it is too large. Send its text or its link.")
            return content


class _Untaken(Exception):
    """Said to whoever brought the file."""
