"""What every platform keeps to, so that the outbox can rely on it. A new adapter joins `PLATFORMS`."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.platforms.console import Console
from bot.ports import Capabilities, Part, Platform, Posted, PostError, Receipt, Room
from bot.terminal import Terminal
from briefs.render import Document
from tests.bot.fakes import FakeClock, FakePlatform
from tests.bot.samples import room


async def nothing_typed() -> AsyncIterator[str]:
    for line in ():
        yield line


def fake(clock: FakeClock) -> tuple[Platform, Room]:
    return FakePlatform(clock), room()


def fake_with_memory(clock: FakeClock) -> tuple[Platform, Room]:
    return FakePlatform(clock, capabilities=Capabilities(remembers_keys=timedelta(hours=1))), room()


def console(clock: FakeClock) -> tuple[Platform, Room]:
    console = Console(nothing_typed(), Terminal(io.StringIO()), clock)
    return console, console.room


PLATFORMS = [fake, fake_with_memory, console]
Made = Callable[[FakeClock], tuple[Platform, Room]]


def part(where: Room, key: str = "k1", text: str = "**Hello**") -> Part:
    return Part(key=key, room=where, thread=None, number=1, of=1, document=Document(text, "Hello"))


@pytest.mark.parametrize("make", PLATFORMS)
async def test_a_post_gives_a_receipt_of_its_own_with_the_time(make: Made) -> None:
    clock = FakeClock()
    platform, where = make(clock)
    first = await platform.post(part(where))
    second = await platform.post(part(where, "k2"))
    assert first.message_id
    assert first.message_id != second.message_id
    assert abs(first.posted_at - clock.now()) < timedelta(minutes=1)


@pytest.mark.parametrize("make", PLATFORMS)
async def test_what_was_posted_is_found_or_cannot_be_told_but_is_never_called_absent(make: Made) -> None:
    clock = FakeClock()
    platform, where = make(clock)
    receipt = await platform.post(part(where))
    found = await platform.find(part(where), clock.now() - timedelta(seconds=1))
    # the time may be the server's own this time
    assert found == "unknown" or (isinstance(found, Receipt) and found.message_id == receipt.message_id)


@pytest.mark.parametrize("make", PLATFORMS)
async def test_what_was_not_posted_is_never_found(make: Made) -> None:
    clock = FakeClock()
    platform, where = make(clock)
    await platform.post(part(where))
    found = await platform.find(part(where, "k2"), clock.now() - timedelta(seconds=1))
    assert not isinstance(found, Receipt)


@pytest.mark.parametrize("make", PLATFORMS)
async def test_a_platform_that_remembers_keys_shows_a_part_once(make: Made) -> None:
    platform, where = make(FakeClock())
    first = await platform.post(part(where))
    again = await platform.post(part(where, text="another text"))
    assert (first.message_id == again.message_id) == bool(platform.capabilities.remembers_keys)


@pytest.mark.parametrize("make", PLATFORMS)
async def test_a_room_that_a_platform_does_not_know_has_no_known_members(make: Made) -> None:
    platform, _ = make(FakeClock())
    assert await platform.members(room(f"{platform.name}:nowhere")) is None


@pytest.mark.parametrize("make", PLATFORMS)
async def test_its_own_message_is_deleted_as_often_as_that_is_asked_or_it_is_said_why_it_stays(
    make: Made,
) -> None:
    clock = FakeClock()
    platform, where = make(clock)
    receipt = await platform.post(part(where))
    stays: PostError | None = None
    for _ in range(2):
        try:
            await platform.delete(Posted(where.id, platform.name, receipt.message_id))
        except PostError as error:
            stays = error
    if stays is None:
        assert await platform.find(part(where), clock.now() - timedelta(seconds=1)) in {"absent", "unknown"}
    else:
        assert stays.retry_after_s is None
        assert stays.reason
