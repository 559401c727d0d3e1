"""add <url…>: links, files and pasted texts are read, briefed and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from bot.commands import Refused, Request, failure, offers
from bot.ports import Page, Reply
from bot.router import Word, is_pasted
from bot.service import Briefed, Service, pasted
from briefs import urls
from briefs.errors import CommuniqueError
from briefs.render import Renderer

_MOST = 10  # sources in one message: more is an archive, which `communique add` takes
_AT_ONCE = 4  # of them: one message must not keep all workers


class Add:
    word = Word(
        "add",
        "<url…>",
        "read articles, brief them and keep them; a file or a pasted text is taken like a link",
        "https://news.example/story",
        aliases=("link", "brief", "read"),
    )

    def __init__(self, service: Service, renderer: Renderer) -> None:
        self._service = service
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        sources = self._sources(request)
        if not sources:
            raise Refused("There is no link in that: send a whole one, such as https://news.example/story.")
        bound = asyncio.Semaphore(_AT_ONCE)

        async def reply(name: str, read: Callable[[], Awaitable[Briefed]]) -> Reply:
            async with bound:
                try:
                    return self._shown(await read())
                except CommuniqueError as error:
                    return failure(error.message if len(sources) == 1 else f"{name}: {error.message}")

        async with asyncio.TaskGroup() as group:
            for task in [group.create_task(reply(*source)) for source in sources[:_MOST]]:
                await request.say(await task)  # in the order of the links, each as soon as it is its turn
        if len(sources) > _MOST:
            raise Refused(
                f"That was {len(sources)} links: I have read the first {_MOST}. Send the others again."
            )

    def _sources(self, request: Request) -> list[tuple[str, Callable[[], Awaitable[Briefed]]]]:
        """Names of what is to be read, in order, each with what reads it."""
        to = {
            "library": request.reach.writes,
            "by": request.message.person.id,
            "room": request.message.room.id,
        }
        found: list[tuple[str, Callable[[], Awaitable[Briefed]]]] = []
        if is_pasted(request.rest):
            page = pasted(request.rest)
            found.append(("The text", partial(self._service.brief_page, page, page.url, **to)))
        else:
            links = urls.find(request.rest)
            found += [(link, partial(self._service.brief_link, link, **to)) for link in links]
        for file in request.message.attachments:
            page = Page(url=f"file:{file.name}", content=file.content, media_type=file.media_type)
            found.append((file.name, partial(self._service.brief_page, page, file.name, **to)))
        return found

    def _shown(self, briefed: Briefed) -> Reply:
        rendered = self._renderer.brief(briefed.brief, briefed.notes)
        return Reply(
            rendered.main,
            rendered.follow_ups,
            kind="brief",
            article=briefed.ref,
            articles=(briefed.ref, *briefed.mentioned),
            actions=offers.BRIEF,
        )
