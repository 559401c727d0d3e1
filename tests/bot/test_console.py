"""The chat in the terminal takes lines, pastes and files, and shows what the outbox gives it."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest

from bot.outbox import Outbox
from bot.platforms.console import PERSON, Console, media_type, typed
from bot.ports import Action, Delivery, Incoming, Part, Room
from bot.store import open_store
from bot.terminal import Terminal
from briefs.render import Document
from tests.bot.fakes import FakeClock
from tests.bot.store.conftest import LIKENESS


async def lines(*texts: str) -> AsyncIterator[str]:
    for text in texts:
        yield text


async def heard(*texts: str) -> list[Incoming]:
    messages: list[Incoming] = []

    async def handle(message: Incoming) -> None:
        messages.append(message)

    await Console(lines(*texts), Terminal(io.StringIO()), FakeClock()).run(handle)
    return messages


def part(text: str) -> Part:
    return Part("k", Room("console:1", "console:1", "private"), None, 1, 1, Document(text, text))


async def test_every_line_is_a_message_until_quit() -> None:
    messages = await heard("help", "  ", "list", "quit", "status")
    assert [m.text for m in messages] == ["help", "list"]
    assert len({m.room for m in messages}) == 1
    assert len({m.event_id for m in messages}) == 2


async def test_two_chats_on_one_store_do_not_get_each_others_answers(tmp_path: Path) -> None:
    clock = FakeClock()
    outs = [io.StringIO(), io.StringIO()]
    chats = [Console(lines(), Terminal(out), clock) for out in outs]

    async def admits(_room: Room, _libraries: Collection[str]) -> bool:
        return True

    async with open_store(tmp_path, likeness=LIKENESS) as store:
        boxes = [Outbox(store.deliveries, [chat], clock, admits) for chat in chats]
        for box, chat, text in zip(boxes, chats, ("one", "two"), strict=True):
            await box.send(Delivery(text, "answer", chat.room, (Document(text, text),)))
        for box in reversed(boxes):
            await box.deliver_due()
    assert [out.getvalue().strip() for out in outs] == ["one", "two"]


async def test_the_name_of_a_file_brings_the_file(tmp_path: Path) -> None:
    path = tmp_path / "an article.txt"
    path.write_bytes(b"Title\n\nText.")
    for text in (str(path), f"add '{path}'"):
        (message,) = await heard(text)
        assert message.text == ""
        assert [(a.name, a.media_type, a.content) for a in message.attachments] == [
            ("an article.txt", "text/plain", b"Title\n\nText.")
        ]


async def test_the_name_of_no_file_is_text(tmp_path: Path) -> None:
    (message,) = await heard(str(tmp_path / "none.txt"))
    assert message.attachments == ()
    assert "none.txt" in message.text


async def test_a_document_is_shown_as_plain_lines_where_nobody_sits() -> None:
    out = io.StringIO()
    console = Console(lines(), Terminal(out), FakeClock())
    receipt = await console.post(part("**Bold** \\*literal\\* [1]\n\n- one\n- two"))
    assert out.getvalue() == "Bold *literal* [1]\n\n • one\n • two\n\n"
    assert receipt.message_id.startswith("console:")
    assert await console.find(part("x"), FakeClock().now()) == "unknown"
    assert await console.members(console.room) == [PERSON.id]


async def test_a_thread_is_held_back_until_it_is_asked_for() -> None:
    out = io.StringIO()
    console = Console(lines("show 1", "thread", "list", "thread"), Terminal(out), FakeClock(), fold=True)
    answers = {"show 1": ["brief", "quotes"], "list": ["titles"]}

    async def handle(message: Incoming) -> None:
        texts = answers[message.text]
        for number, text in enumerate(texts, 1):
            await console.post(Part(text, message.room, None, number, len(texts), Document(text, text)))

    await console.run(handle)
    shown = [line for line in out.getvalue().splitlines() if line]
    assert shown == [
        "brief",
        "Quotes and more are in its thread: `thread` shows them.",
        "quotes",
        "titles",
        "The last answer has no thread.",
    ]


async def test_piped_lines_are_messages_and_fences_hold_a_text_together() -> None:
    stream = io.StringIO('help\n"""\nTitle\n\nText.\n"""\nlist\n')
    assert [text async for text in typed(stream)] == ["help", "Title\n\nText.", "list"]


async def test_an_open_fence_ends_with_the_input() -> None:
    assert [text async for text in typed(io.StringIO('"""\nTitle\n'))] == ["Title"]


async def test_lines_that_arrive_together_at_a_terminal_are_one_message() -> None:
    master, slave = os.openpty()
    try:
        with os.fdopen(slave, encoding="utf-8") as stream:
            os.write(master, b"Title\n\nText of it.\n\x04")
            assert [text async for text in typed(stream)] == ["Title\n\nText of it."]
    finally:
        os.close(master)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.md", "text/markdown"),
        ("a.TXT", "text/plain"),
        ("a.html", "text/html"),
        ("a.pdf", "application/pdf"),
        ("a", ""),
    ],
)
def test_the_ending_of_a_name_tells_the_kind_of_file(name: str, kind: str) -> None:
    assert media_type(Path(name)) == kind


async def test_what_is_offered_is_named_with_its_command_unless_the_help_names_it() -> None:
    out = io.StringIO()
    console = Console(typed(io.StringIO("")), Terminal(out), FakeClock())
    offers = (Action("Tell me", "watch Who won?", "🔔"), Action("Quotes", "quotes", "💬"))
    await console.post(
        Part("k", console.room, None, 1, 1, Document("Not stated.", "Not stated."), actions=offers)
    )
    assert "Tell me: watch Who won?" in out.getvalue()
    assert "quotes" not in out.getvalue().lower()
