"""The chat in the terminal: one person, one room, the same commands as everywhere.

A line is a message. Lines that arrive together (a paste) are one message, and so is what stands between two lines of
three quotation marks. The name of a text, HTML or PDF file is taken like a link to it. What other platforms put into
a thread is held back until somebody says `thread`, so that a brief stays on the screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import mimetypes
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, TextIO
from uuid import uuid4

from bot.clock import Clock
from bot.ports import Attachment, Capabilities, Incoming, Part, Person, Posted, PostError, Receipt, Room
from bot.terminal import Terminal

_FENCE = '"""'
_PASTE_GAP_S = 0.05  # nobody types two lines that fast
_FILES = {".html", ".htm", ".txt", ".md", ".pdf"}
_FILE_BYTES = 20_000_000
_GOODBYE = {"quit", "exit"}
_THREAD = "thread"

PERSON = Person(id="console:operator", name="operator", admin=True)


class Console:
    """`bot.ports.Platform`. `lines` are the messages as they are typed; `fold` holds threads back.

    Every chat is a platform and a room by itself: several may be open on one store, and what one of them asked, perhaps
    of another library, must not be answered in another's terminal.
    """

    capabilities = Capabilities(private_messages=True, threads=False, max_chars=1_000_000)

    def __init__(
        self,
        lines: AsyncIterator[str],
        terminal: Terminal,
        clock: Clock,
        *,
        prompt: str = "",
        fold: bool = False,
    ) -> None:
        self.name = f"console:{uuid4().hex}"
        self.room = Room(id=self.name, platform=self.name, kind="private", title="terminal")
        self._lines = lines
        self._terminal = terminal
        self._clock = clock
        self._prompt = prompt
        self._fold = fold
        self._thread: list[Part] = []

    async def run(self, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        """Until the input ends or somebody says "quit"."""
        self._ask()
        async for text in self._lines:
            if text.strip().lower() in _GOODBYE:
                return
            if text.strip().lower() == _THREAD and self._fold:
                self._unfold()
            elif text.strip():
                self._thread.clear()
                await handle(self._incoming(text))
                if self._thread:
                    self._terminal.write(f"Quotes and more are in its thread: `{_THREAD}` shows them.\n\n")
            self._ask()

    async def post(self, part: Part) -> Receipt:
        if self._fold and part.number > 1:
            self._thread.append(part)
        else:
            self._terminal.markdown(part.document.markdown)
            for action in part.actions:
                if " " in action.command:  # a bare word is in the help; what is said of this message is not
                    self._terminal.write(f"{action.label}: {action.command}\n\n")
        return Receipt(f"console:{uuid4().hex}", self._clock.now())

    async def find(self, part: Part, since: datetime) -> Literal["unknown"]:
        """What stood in a terminal cannot be told."""
        del part, since
        return "unknown"

    async def delete(self, posted: Posted) -> None:
        del posted
        raise PostError("a terminal keeps what it has shown", None)

    async def working(self, message: Incoming, busy: bool) -> None:  # noqa: ARG002 - one person, one message
        self._terminal.busy("Reading …" if busy else "")

    async def members(self, room: Room) -> Sequence[str] | None:
        return [PERSON.id] if room.id == self.room.id else None

    def _unfold(self) -> None:
        if not self._thread:
            self._terminal.write("The last answer has no thread.\n")
        for part in self._thread:
            self._terminal.markdown(part.document.markdown)

    def _ask(self) -> None:
        if self._prompt:
            self._terminal.write(self._prompt)

    def _incoming(self, text: str) -> Incoming:
        file = _file(text)
        return Incoming(
            event_id=f"console:{uuid4().hex}",
            room=self.room,
            person=PERSON,
            text="" if file is not None else text,
            attachments=(file,) if file is not None else (),
        )


async def typed(stream: TextIO) -> AsyncIterator[str]:
    """Messages from a stream. At a terminal, lines that arrive together are one."""
    arrived: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with contextlib.suppress(RuntimeError, ValueError):  # the loop or the stream was closed meanwhile
            for line in stream:
                loop.call_soon_threadsafe(arrived.put_nowait, line.rstrip("\n"))
            loop.call_soon_threadsafe(arrived.put_nowait, None)

    # a terminal can only be read by waiting; a daemon thread does not keep the process from ending
    threading.Thread(target=read, name="console", daemon=True).start()
    gap_s = _PASTE_GAP_S if stream.isatty() else None
    while (line := await arrived.get()) is not None:
        lines = [line]
        if line.strip() == _FENCE:
            lines = [inner async for inner in _until_fence(arrived)]
        elif gap_s is not None:
            with contextlib.suppress(TimeoutError):
                while (more := await asyncio.wait_for(arrived.get(), gap_s)) is not None:
                    lines.append(more)
                arrived.put_nowait(None)  # the end of the input is for the loop above
        yield "\n".join(lines)


async def _until_fence(arrived: asyncio.Queue[str | None]) -> AsyncIterator[str]:
    while (line := await arrived.get()) is not None:
        if line.strip() == _FENCE:
            return
        yield line
    arrived.put_nowait(None)


def _file(text: str) -> Attachment | None:
    """The file that a message names, if it names nothing else and is one that can be read."""
    name = text.strip().removeprefix("add ").strip().strip("'\"")
    path = Path(name).expanduser()
    try:
        if path.suffix.lower() not in _FILES or not path.is_file() or path.stat().st_size > _FILE_BYTES:
            return None
        content = path.read_bytes()
    except (OSError, ValueError):
        return None
    return Attachment(path.name, media_type(path), content)


def media_type(path: Path) -> str:
    """By the ending of a file's name; "" if that tells nothing."""
    endings = {".md": "text/markdown", ".markdown": "text/markdown", ".txt": "text/plain"}
    return endings.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
