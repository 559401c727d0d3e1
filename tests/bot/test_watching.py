"""What nothing answers can be waited for: its answer is told where it was asked, once, from what may be read there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import resources, wiring
from bot.access import Access
from bot.ports import Delivery, Incoming, Inquiry, Person, Room
from bot.routine.meaning import Meaning
from bot.routine.watching import Watching
from bot.work.pools import Busy
from briefs.errors import TooComplex
from briefs.render import Renderer
from tests import golden, shown
from tests.bot.chatting import ANNA, BEN, LINK, OTHER, ROOM, Chat, chatting
from tests.bot.fakes import START
from tests.bot.reading import FakeEmbedder
from tests.bot.store.test_library import files_with

QUESTION = "When do the dockers sail again?"
TEXT = "Dockers of Port Ellan go back\n\nThe vote was counted at night.\n\nThe dockers sail again on Monday, their guild said."
ASKED = "When does the commission meet Velmark and Ostrany?"
MEETS = "Velmark and Ostrany meet again\n\nThe commission meets Velmark and Ostrany in Lindhafen on Friday."
ELSEWHERE = (
    "Harbour news\n\nThe commission of the harbour meets again on Friday, when it is told what it costs."
)


DOCKS, MEETING, HARBOUR = (f"https://courier.example/{name}" for name in ("docks", "meets", "harbour"))


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with chatting(tmp_path) as chat:
        chat.web.pages |= {DOCKS: TEXT, MEETING: MEETS, HARBOUR: ELSEWHERE}
        yield chat


async def told(chat: Chat, link: str, room: Room = ROOM, person: Person = ANNA) -> list[str]:
    """What is told to those who wait, when somebody brings a link."""
    messages = await chat.say(link, room=room, person=person)
    return [m.text for m in messages if m.text.startswith("**Reported now:**")]


async def test_not_stated_offers_to_tell_and_the_answer_comes_to_its_thread_once(chat: Chat) -> None:
    await chat.say(OTHER)
    (silent,) = await chat.say(QUESTION, thread="t1")
    assert "Not stated" in silent.text
    (offer,) = silent.actions
    assert (offer.label, offer.command) == ("Tell me when it is reported", f"watch {QUESTION}")
    (taken,) = await chat.say(offer.command, thread="t1", person=BEN)
    assert taken.text.startswith("I will tell you here as soon as an article that is added states it")
    assert await told(chat, LINK) == []
    messages = [m for m in await chat.say(DOCKS) if m.thread == "t1"]
    (answer,) = messages
    golden.same("reported.md", answer.text)
    chat.web.pages[DOCKS] = TEXT.replace("Monday", "Sunday")
    assert await told(chat, DOCKS) == []


async def test_a_stated_answer_offers_no_watch_and_is_not_watched_for(chat: Chat) -> None:
    await chat.say(DOCKS)
    (answer,) = await chat.say(QUESTION)
    assert answer.actions == ()
    (message,) = await chat.say(f"watch {QUESTION}")
    assert "The dockers sail again on Monday" in message.text
    assert "It is reported already" in message.text
    (message,) = await chat.say("watches")
    assert "I watch for nothing here" in message.text


async def test_articles_that_come_while_nobody_looks_are_looked_at_later(chat: Chat) -> None:
    await chat.say(f"watch {QUESTION}")
    await chat.intake.handle(_message(chat, DOCKS), chat.platform)  # no look: the service goes down here
    await chat.outbox.deliver_due()
    messages = await chat.say("status")
    assert [m.text.startswith("**Reported now:**") for m in messages] == [False, True]


async def test_another_rooms_article_is_not_told(chat: Chat) -> None:
    elsewhere = Room("fake:r2", "fake", "private")
    await chat.say(f"watch {QUESTION}")
    assert await told(chat, DOCKS, elsewhere) == []
    assert len(await told(chat, DOCKS)) == 1


async def test_members_are_told_what_the_workspace_reads_and_guests_what_guests_brought(chat: Chat) -> None:
    public = Room("fake:c1", "fake", "public", workspace="fake:w")
    guest = Person("fake:gina", full_member=False)
    await chat.say(f"watch {QUESTION}", room=public)
    await chat.say(f"watch {QUESTION}", room=public, person=guest)
    assert len(await told(chat, DOCKS, Room("fake:c2", "fake", "public", workspace="fake:w"))) == 1
    chat.web.pages[DOCKS] = TEXT.replace("at night", "in the evening")
    assert await told(chat, DOCKS, public) == []
    assert len(await told(chat, DOCKS, public, guest)) == 1


async def test_a_room_that_turned_private_is_told_nothing_that_it_waited_for(chat: Chat) -> None:
    public = Room("fake:c1", "fake", "public", workspace="fake:w")
    await chat.say(f"watch {QUESTION}", room=public)
    private = replace(public, kind="private")
    assert await told(chat, DOCKS, private) == []
    assert await told(chat, DOCKS, Room("fake:c2", "fake", "public", workspace="fake:w")) == []
    (message,) = await chat.say("watches", room=private)
    assert "I watch for nothing here" in message.text


async def test_a_watch_of_a_briefs_thread_is_answered_by_the_same_matter_alone(chat: Chat) -> None:
    first, *_ = await chat.say(LINK)
    held = await chat.store.library.holdings(await chat.store.rooms.reads(ROOM.id))
    chat.respondent.silent = {held[0].id}
    await chat.say(f"watch {ASKED}", thread=first.id)
    assert await told(chat, HARBOUR) == []
    (answer,) = await told(chat, MEETING)
    assert "in Lindhafen on Friday" in answer


async def test_a_process_that_dies_before_it_ends_the_watch_does_not_tell_twice(chat: Chat) -> None:
    class Dies:
        async def send(self, delivery: Delivery) -> bool:
            await chat.outbox.send(delivery)
            raise ConnectionError

    await chat.say(f"watch {QUESTION}")
    reads = await chat.store.rooms.reads(ROOM.id)
    dying = Watching(
        watches=chat.store.watches,
        library=chat.store.library,
        asking=wiring.asking(chat.store, chat.respondent),
        access=Access(chat.store.rooms),
        outbox=Dies(),
        renderer=Renderer([resources.templates()]),
        clock=chat.clock,
        platforms=["fake"],
    )
    await chat.intake.handle(_message(chat, DOCKS), chat.platform)
    assert await dying.look() == 0
    assert len(await chat.store.watches.of_room(reads, ROOM.id, now=START)) == 1
    await chat.say("status")
    reported = [m for m in chat.platform.shown() if m.text.startswith("**Reported now:**")]
    assert len(reported) == 1
    assert await chat.store.watches.of_room(reads, ROOM.id, now=START) == []


async def test_while_the_workers_are_busy_an_article_waits_and_one_that_cannot_be_asked_is_passed_by(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.say(f"watch {QUESTION}")
    inquire = chat.respondent.inquire

    def failing(error: Exception) -> object:
        async def fail(*_args: object) -> Inquiry:
            raise error

        return fail

    monkeypatch.setattr(chat.respondent, "inquire", failing(Busy("Too many wait.")))
    assert await told(chat, DOCKS) == []
    monkeypatch.setattr(chat.respondent, "inquire", inquire)
    assert await chat.watching.look() == 1

    await chat.say(f"watch {QUESTION} In which port?")
    chat.web.pages[DOCKS] = TEXT + "\n\nThe dockers sail from every port again."
    monkeypatch.setattr(chat.respondent, "inquire", failing(TooComplex("That took too long.")))
    assert await told(chat, DOCKS) == []
    monkeypatch.setattr(chat.respondent, "inquire", inquire)
    assert await chat.watching.look() == 0


async def test_watches_are_listed_and_ended_by_who_asked_or_who_may_change_the_room(chat: Chat) -> None:
    await chat.say(f"watch {QUESTION}")
    await chat.say(f"watch {ASKED}", person=BEN)
    (listed,) = await chat.say("watches")
    golden.same("watches.md", listed.text)
    (message,) = await chat.say("unwatch 1", person=BEN)
    assert "Only who asked for it" in message.text
    (message,) = await chat.say("unwatch", person=BEN)
    assert "Say which one, by its number in watches (1 to 2)" in message.text.replace("\\`", "").replace(
        "`", ""
    )
    (message,) = await chat.say("unwatch 2", person=BEN)
    assert message.text == "Ended."
    (message,) = await chat.say("unwatch 1", person=replace(BEN, admin=True))
    assert message.text == "Ended."
    (message,) = await chat.say("unwatch")
    assert "I watch for nothing here" in message.text
    assert await told(chat, DOCKS) == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("watch", "Say what you want to be told"),
        ("watch ???", "Say what you want to be told"),
        ("watch " + "How many crews sailed on the day before that one? " * 30, "too long to watch for"),
        ("unwatch", "I watch for nothing here"),
    ],
)
async def test_a_watch_that_cannot_be_begun_says_why(chat: Chat, text: str, answer: str) -> None:
    (message,) = await chat.say(text)
    assert answer in message.text


async def test_the_same_is_watched_for_once_in_a_place_and_only_so_many(chat: Chat) -> None:
    await chat.say(f"watch {QUESTION}")
    (again,) = await chat.say(f"watch {QUESTION.upper()}", person=BEN)
    assert "I watch for that here already" in again.text
    for number in range(49):
        await chat.say(f"watch Who counted {number} whales?")
    (full,) = await chat.say("watch Who counted the seals?")
    assert "I watch for 50 questions here already" in full.text


async def test_what_is_forgotten_takes_what_was_waited_for_in_its_words_along(chat: Chat) -> None:
    first, *_ = await chat.say(LINK)
    held = await chat.store.library.holdings(await chat.store.rooms.reads(ROOM.id))
    chat.respondent.silent = {held[0].id}
    await chat.say(f"watch {ASKED}", thread=first.id)
    await chat.say(f"forget {LINK}")
    (message,) = await chat.say("watches")
    assert "I watch for nothing here" in message.text
    assert shown.TITLE not in message.text


async def test_a_token_of_a_forgotten_article_is_in_no_file_whoever_said_it(
    chat: Chat, tmp_path: Path
) -> None:
    token = "quillwort7731"
    chat.web.pages[OTHER] = (
        f"The {token} clause\n\nThe {token} clause was put to the dockers on the quay at noon."
    )
    await chat.say(OTHER)
    await chat.say(DOCKS)
    refs = await chat.store.library.holdings(await chat.store.rooms.reads(ROOM.id))
    meaning = Meaning(vectors=chat.store.vectors, embedder=FakeEmbedder(), clock=chat.clock)
    while await meaning.step():
        pass
    await chat.say(f"What is the {token} clause?", thread="t1")
    chat.respondent.silent = {it.id for it in refs}
    await chat.say(f"Who dropped the {token} clause?")
    await chat.say(f"watch Who dropped the {token} clause?")
    await chat.say("watches")
    await chat.say("list")
    await chat.say(f"forget {OTHER}")
    shown_still = [m.text for m in chat.platform.shown() if token in m.text]
    assert (shown_still, files_with(token, tmp_path)) == ([], [])


def _message(chat: Chat, text: str) -> Incoming:
    return Incoming(f"fake:e{next(chat.numbers)}", ROOM, ANNA, text)
