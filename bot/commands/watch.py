"""watch <question>: its answer is told here once an article states it. watches, unwatch: which ones there are."""

from __future__ import annotations

from datetime import timedelta

from bot.asking import Asking
from bot.commands import Refused, Request, notice
from bot.ports import WATCHED, ArticleRef, Conversations, Incoming, Reply, Watch, Watches
from bot.router import Word
from bot.shelf import Shelf
from briefs.render import Renderer

_LATELY = timedelta(minutes=15)  # as for questions: what somebody asked before that is another conversation
_MOST = 50  # watches of one room: each article that comes may be read for each of them
_LONGEST = 1_000  # characters: a longer one is a text, of which much is in any article


class WatchQuestion:
    word = Word(
        "watch",
        "<question>",
        "be told here as soon as an article that comes states it",
        "watch When do the talks go on?",
        questions=True,
    )

    def __init__(
        self,
        watches: Watches,
        asking: Asking,
        shelf: Shelf,
        conversations: Conversations,
        renderer: Renderer,
    ) -> None:
        self._watches = watches
        self._asking = asking
        self._shelf = shelf
        self._conversations = conversations
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        question = " ".join(request.rest.split())
        if not any(c.isalnum() for c in question):
            raise Refused(
                "Say what you want to be told, for example: watch When do the talks between the sides go on?"
            )
        if len(question) > _LONGEST:
            raise Refused(f"That is too long to watch for: ask it in at most {_LONGEST:,} characters.")
        message, reach = request.message, request.reach
        held = await self._watches.of_room(reach.reads, message.room.id, now=request.now)
        earlier = await self._conversations.earlier(
            reach.reads,
            message.room.id,
            thread=message.thread,
            person=message.person.id,
            since=request.now - _LATELY,
        )
        about = await self._shelf.thread(message, reach.reads)
        asked = await self._asking.ask(question, reach.reads, about=about, earlier=earlier)
        if not asked.answer.abstained:
            document = self._renderer.answer(
                asked.answer, ("It is reported already, so I do not watch for it.",), restated=message.unseen
            )
            await request.say(
                Reply(document, kind="answer", articles=tuple(dict.fromkeys((*asked.cited, *asked.worded))))
            )
            return
        whole = asked.answer.question
        if any(
            (w.library, w.thread, w.question.casefold()) == (reach.writes, _thread(message), whole.casefold())
            for w in held
        ):
            raise Refused("I watch for that here already: `watches` names all that I watch for.")
        if len(held) >= _MOST:
            raise Refused(f"I watch for {_MOST} questions here already: end one with `unwatch` first.")
        await self._begin(request, whole, about, asked.read)

    async def _begin(
        self, request: Request, question: str, about: tuple[ArticleRef, ...], read: tuple[ArticleRef, ...]
    ) -> None:
        message = request.message
        begun = await self._watches.add(
            Watch(
                id=0,
                room=message.room,
                thread=_thread(message),
                person=message.person.id,
                full_member=message.person.full_member,
                library=request.reach.writes,
                question=question,
                about=about,
                since=request.now,
                read=read,
            )
        )
        if begun is None:
            raise Refused("An article was forgotten this very moment: say that again.")
        await request.say(
            notice(
                # without the question: its words may be those of an article, and this message outlives it
                "I will tell you here as soon as an article that is added states it. "
                f"I watch for it for {WATCHED.days} days; unwatch ends it sooner."
            )
        )


class WatchList:
    word = Word("watches", "", "the questions whose answers are waited for here", "watches")

    def __init__(self, watches: Watches, renderer: Renderer) -> None:
        self._watches = watches
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        held = await self._watches.of_room(request.reach.reads, request.message.room.id, now=request.now)
        if not held:
            await request.say(
                notice(
                    "I watch for nothing here: watch <question> makes me tell its answer once it is reported."
                )
            )
            return
        document = self._renderer.document("watches", f"{len(held)} questions", held=held)
        words = tuple(dict.fromkeys(ref for watch in held for ref in (*watch.about, *watch.read)))
        await request.say(Reply(document, articles=words))


class Unwatch:
    word = Word("unwatch", "<n or all>", "end a watch, by its number in the list of watches", "unwatch 1")

    def __init__(self, watches: Watches) -> None:
        self._watches = watches

    async def run(self, request: Request) -> None:
        message = request.message
        held = await self._watches.of_room(request.reach.reads, message.room.id, now=request.now)
        wanted = request.rest.strip().lower().strip("[].")
        if not held:
            raise Refused("I watch for nothing here.")
        if not wanted and len(held) == 1:
            chosen = held
        elif wanted == "all":
            chosen = [watch for watch in held if message.person.admin or watch.person == message.person.id]
        elif wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(held):
            chosen = [held[int(wanted) - 1]]
        else:
            raise Refused(
                f"Say which one, by its number in `watches` (1 to {len(held)}), for example: unwatch 1."
            )
        if not chosen or not all(message.person.admin or w.person == message.person.id for w in chosen):
            raise Refused(
                "Only who asked for it, or who may change this room's settings, can end that watch."
            )
        for watch in chosen:
            await self._watches.end(watch.id)
        await request.say(notice("Ended." if len(chosen) == 1 else f"Ended {len(chosen)} watches."))


def _thread(message: Incoming) -> str | None:
    """Where the answer to a message goes."""
    return message.thread or message.answer_thread
