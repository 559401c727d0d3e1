"""Whoever asks, wherever: nothing that is said comes from a library in which they have no part.

COMMUNIQUE_WORLDS says how many worlds are made up; unless it is set a few, so that the suite stays quick.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import resources, wiring
from bot.access import Access
from bot.intake import Intake
from bot.outbox import Outbox
from bot.ports import Incoming, Person, Room, Watch
from bot.routine.assembly import Routine
from bot.routine.watching import Watching
from bot.service import Service
from bot.store import Likeness, open_store
from briefs.models import Article
from briefs.render import Renderer
from tests.bot.fakes import FakeClock, FakePlatform, Message
from tests.bot.reading import FakeFeeds, FakeRespondent, FakeWeb, FakeWorks
from tests.bot.store.conftest import LIKENESS, empty_store

__all__ = ["empty_store"]

_TOKEN = re.compile(r"token[a-z]+end")
_WORLDS = int(os.environ.get("COMMUNIQUE_WORLDS", "8"))
_LINKS = 2
_ROOMS = ("fake:C1", "fake:C2", "fake:D1", "fake:P1", "matrix:!a")
_QUESTION = "Who said the pilots want a limit?"
_SAID = (
    *("list", "show 1", "why 1", "why dropped", "quotes", "status", "forget 1", "watches", "unwatch 1"),
    *("situations", "situations 1", "digest now", "follow 1", "unfollow 1"),
    *(_QUESTION, f"watch {_QUESTION}"),
)


@dataclass(frozen=True)
class Step:
    """One message: somebody in a room (as it is then) brings a link or says something, in a thread or not."""

    room: str
    kind: str
    member: bool
    admin: bool
    said: int
    """Below _LINKS: that link. Else one of _SAID."""
    thread: int | None
    """The thread under that message of the platform, if it has so many."""


steps = st.lists(
    st.builds(
        Step,
        room=st.sampled_from(_ROOMS),
        kind=st.sampled_from(["private", "public", "public", "shared"]),
        member=st.booleans(),
        admin=st.booleans(),
        said=st.integers(0, _LINKS - 1)  # half of what is said brings something that could leak
        | st.integers(_LINKS, _LINKS + len(_SAID) - 1)
        | st.just(_LINKS + len(_SAID) - 1),
        thread=st.none() | st.integers(0, 12),
    ),
    min_size=3,
    max_size=14,
)


def letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


class World:
    """Rooms and people over the real store, rules and commands. Each link leads to the same article everywhere, but its
    text changes with every reading, so that a token in it tells where it was brought.
    """

    def __init__(self) -> None:
        self.web = FakeWeb()
        self.brought: dict[str, tuple[str, int, str]] = {}
        """Token → (room, epoch, kind) where it was brought."""
        self.epochs: dict[str, tuple[str, int]] = {}

    def room(self, step: Step) -> Room:
        kind = "direct" if ":D" in step.room else step.kind
        platform = step.room.partition(":")[0]
        old, epoch = self.epochs.get(step.room, (kind, 0))
        self.epochs[step.room] = (kind, epoch + (old != kind))
        return Room(step.room, platform, kind, workspace="fake:T" if platform == "fake" else None)  # type: ignore[arg-type]

    def text(self, step: Step, room: Room) -> str:
        if step.said >= _LINKS:
            return _SAID[step.said - _LINKS]
        link = f"https://news.example/{step.said}"
        token = f"token{letters(len(self.brought))}end"
        self.brought[token] = (room.id, self.epochs[room.id][1], room.kind)
        body = (
            "The pilots want a limit, they said, and the board of the harbour gave them none in its answer."
        )
        self.web.pages[link] = (
            f"Pilots want a limit {token}\n\n{body}\n\nThe pilots said that {token} wants a limit."
        )
        return link

    def now(self, watch: Watch) -> tuple[Room, Person]:
        """A watch's room as it is by now, and who waits."""
        kind = self.epochs[watch.room.id][0]
        return replace(watch.room, kind=kind), Person(watch.person, full_member=watch.full_member)  # type: ignore[arg-type]

    def hold_against_who_waits(
        self, waiting: Mapping[str, Watch], told: Sequence[Message], read: Sequence[Article]
    ) -> None:
        """What was told to those who wait, and read for them, they may read where they are told it."""
        for article in read:
            for token in _TOKEN.findall(article.text):
                assert any(self.may_read(token, *self.now(watch)) for watch in waiting.values())
        for message in told:
            room, person = self.now(waiting[message.key])
            assert message.room == room.id
            for token in _TOKEN.findall(message.text):
                assert self.may_read(token, room, person), (message.text, room, person)

    def may_read(self, token: str, room: Room, person: Person) -> bool:
        origin, epoch, kind = self.brought[token]
        if (origin, epoch) == (room.id, self.epochs[room.id][1]):
            return True
        if origin == room.id and kind == room.kind == "public":
            return True
        return (
            room.workspace is not None
            and origin.startswith("fake:")
            and kind == "public"
            and person.full_member
            and room.kind in {"public", "direct"}
        )


ALIKE = Likeness(lambda text: b"\x01" * 512, lambda one, other: 1.0, duplicate_from=0.5)
"""All texts are copies of each other: notices of near-duplicates have every occasion to leak."""


@given(steps, st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=_WORLDS)
async def test_nothing_is_said_from_a_library_without_a_part_in_it(
    empty_store: Path, tmp_path: Path, steps: list[Step], alike: bool
) -> None:
    folder = tmp_path / "data"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(empty_store, folder)
    world, clock, respondent, works = World(), FakeClock(), FakeRespondent(), FakeWorks()
    platforms = {name: FakePlatform(clock, name=name) for name in ("fake", "matrix")}
    async with open_store(folder, likeness=ALIKE if alike else LIKENESS) as store:
        access = Access(store.rooms)
        outbox = Outbox(store.deliveries, list(platforms.values()), clock, access.admits)
        service = Service(fetcher=world.web, reader=works, library=store.library, clock=clock)
        renderer, asking = Renderer([resources.templates()]), wiring.asking(store, respondent)
        routine = Routine(
            store,
            works=works,
            fetcher=world.web,
            feed_fetcher=FakeFeeds(),
            service=service,
            shelf=wiring.shelf(store),
            renderer=renderer,
            outbox=outbox,
            clock=clock,
        )
        handlers = wiring.handlers(
            service,
            asking,
            wiring.shelf(store),
            store,
            renderer,
            engine="embedded reader",
            routine=routine,
        )
        intake = Intake(
            handlers=handlers,
            inbound=store.inbound,
            access=access,
            outbox=outbox,
            clock=clock,
            settings=store.settings,
        )
        watching = Watching(
            watches=store.watches,
            library=store.library,
            asking=asking,
            access=access,
            outbox=outbox,
            renderer=renderer,
            clock=clock,
            platforms=list(platforms),
        )
        for number, step in enumerate(steps):
            room, platform = world.room(step), platforms[step.room.partition(":")[0]]
            person = Person(f"p{step.member}", full_member=step.member, admin=step.admin)
            text = world.text(step, room)
            shown = platform.shown()
            thread = shown[step.thread].id if step.thread is not None and step.thread < len(shown) else None
            message = Incoming(f"e{number}", room, person, text, thread=thread)
            respondent.given.clear()
            await intake.handle(message, platform)
            await outbox.deliver_due()
            clock.jump(1)
            said = [m.text for m in platform.shown() if m not in shown]
            # what was read for an answer counts too: that the outbox holds back what leaks is the second line of defence
            for words in (*said, *(article.text for article in respondent.given)):
                for token in _TOKEN.findall(words):
                    assert world.may_read(token, room, person), (words, text, room, person)
            respondent.given.clear()
            waiting = {f"watch:{w.id}": w for w in await store.watches.due(list(platforms), now=clock.now())}
            before = [m for p in platforms.values() for m in p.shown()]
            await watching.look()
            await outbox.deliver_due()
            told = [m for p in platforms.values() for m in p.shown() if m not in before]
            world.hold_against_who_waits(waiting, told, respondent.given)
