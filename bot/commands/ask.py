"""ask <question>: an answer from the articles held, with its quotes; a follow-up is understood from its thread."""

from __future__ import annotations

from datetime import timedelta

from bot.asking import Asking
from bot.commands import Refused, Request, offers
from bot.ports import AskedQuestion, Conversations, Reply
from bot.router import Word
from bot.shelf import Shelf
from briefs.render import Renderer

_LATELY = timedelta(minutes=15)  # outside of threads, a question so long after another starts afresh


class Ask:
    word = Word(
        "ask",
        "<question>",
        "an answer from the articles held here, with its quotes, or that they do not state it",
        "ask What does the union demand?",
        questions=True,
    )

    def __init__(
        self, asking: Asking, shelf: Shelf, conversations: Conversations, renderer: Renderer
    ) -> None:
        self._asking = asking
        self._shelf = shelf
        self._conversations = conversations
        self._renderer = renderer

    async def run(self, request: Request) -> None:
        question = " ".join(request.rest.split())
        if not any(c.isalnum() for c in question):
            raise Refused("Say what you want to know, for example: ask What does the union demand?")
        message, reads = request.message, request.reach.reads
        earlier = await self._conversations.earlier(
            reads,
            message.room.id,
            thread=message.thread,
            person=message.person.id,
            since=request.now - _LATELY,
        )
        about = await self._shelf.thread(message, reads)
        asked = await self._asking.ask(question, reads, about=about, earlier=earlier, room=message.room.id)
        await self._conversations.asked(
            AskedQuestion(
                message.room.id,
                message.thread or message.answer_thread,
                message.person.id,
                question,
                asked.read,
            ),
            library=request.reach.writes,
            now=request.now,
        )
        document = self._renderer.answer(asked.answer, asked.notes, restated=message.unseen)
        # what was not understood as English would not be found in what comes either
        waits = asked.answer.abstained and not asked.strange
        actions = offers.watch(asked.answer.question) if waits else ()
        await request.say(
            Reply(
                document,
                kind="answer",
                articles=tuple(dict.fromkeys((*asked.cited, *asked.worded))),
                actions=actions,
            )
        )
