"""What happens by itself: digests that come once and on time, feeds, corrections, alerts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.net.errors import Unreachable
from bot.ports import Room
from bot.routine.assembly import Routine
from bot.routine.feeds import Gone
from briefs.models import Article, Brief, Evidence, Party, RiskSignal
from tests import golden, shown
from tests.bot.chatting import ANNA, BEN, LINK, OTHER, ROOM, Chat, chatting
from tests.bot.fakes import START, Message
from tests.bot.reading import FakeWorks

ADMIN = replace(ANNA, admin=True)
DIRECT = Room("fake:d1", "fake", "direct", "")
PRIVATE = Room("fake:r2", "fake", "private", "secret-desk")
HOUR, DAY = 3_600.0, 86_400.0
FEED = "https://courier.example/feed.xml"
NAMED = replace(ROOM, title="water-desk")


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with chatting(tmp_path) as chat:
        yield chat


async def wait(chat: Chat, seconds: float) -> list[Message]:
    """Let that much time pass, have everything done that is due by then, and return what people see of it."""
    before = len(chat.platform.shown())
    chat.clock.jump(seconds)
    await chat.routine.scheduler.tick(chat.clock.now())
    await chat.outbox.deliver_due()
    return chat.platform.shown()[before:]


def heads(messages: Sequence[Message]) -> list[str]:
    return [m.text for m in messages if m.thread is None]


def rss(*names: str) -> bytes:
    items = "".join(
        f"<item><title>{name}</title><link>https://courier.example/{name}</link><guid>{name}</guid></item>"
        for name in names
    )
    return f"<rss version='2.0'><channel><title>The Courier</title>{items}</channel></rss>".encode()


# --- schedules in words


async def test_a_schedule_is_confirmed_with_its_first_run_in_local_time(chat: Chat) -> None:
    (message,) = await chat.say("subscribe daily 08:00 weekdays Europe/Berlin", person=ADMIN)
    assert message.text == (
        "A digest comes here daily at 08:00 on weekdays, Europe/Berlin. "
        "The first one: Wed 5 Mar 2031, 08:00 Europe/Berlin."
    )


async def test_the_zone_is_the_persons_else_the_rooms_else_asked_for(chat: Chat) -> None:
    (message,) = await chat.say("subscribe daily 08:00", person=ADMIN)
    assert message.text.startswith("In which time zone?")
    await chat.say("settings timezone Asia/Kolkata", person=ADMIN)
    (message,) = await chat.say("subscribe daily 08:00", person=ADMIN)
    assert "Asia/Kolkata" in message.text
    (message,) = await chat.say("subscribe daily 09:00", person=replace(ADMIN, timezone="America/New_York"))
    assert "America/New\\_York" in message.text
    (message,) = await chat.say("subscribe daily 10:00", person=replace(ADMIN, timezone="Mars/Olympus"))
    assert "Asia/Kolkata" in message.text


async def test_only_who_may_decide_changes_schedules_but_everybody_in_a_direct_chat(chat: Chat) -> None:
    (message,) = await chat.say("subscribe hourly UTC", person=BEN)
    assert message.text == "Only who administers this room can change its schedules."
    (message,) = await chat.say("subscribe hourly UTC", person=BEN, room=DIRECT)
    assert "passed over in silence" in message.text
    await chat.say("settings who_may_change everyone", person=ADMIN)
    (message,) = await chat.say("subscribe weekly mon 09:00 UTC", person=BEN)
    assert message.text.startswith("A digest comes here weekly on Monday at 09:00, UTC.")


async def test_schedules_are_listed_with_their_next_run_and_taken_back(chat: Chat) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say("subscribe weekly mon 09:00 UTC", person=ADMIN)
    (message,) = await chat.say("list")
    assert "1. daily at 08:30, UTC; next Tue 4 Mar 2031, 08:30 UTC" in message.text
    (message,) = await chat.say("unsubscribe", person=ADMIN)
    assert message.text.startswith("Which one? 1. daily at 08:30, UTC")
    (message,) = await chat.say("unsubscribe 2", person=ADMIN)
    assert message.text == "No digest comes here any more: weekly on Monday at 09:00, UTC."
    await chat.say("unsubscribe all", person=ADMIN)
    (message,) = await chat.say("unsubscribe", person=ADMIN)
    assert message.text.startswith("No digest comes here; to have one")


async def test_a_schedule_that_is_there_already_is_refused(chat: Chat) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    (message,) = await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    assert message.text == "That digest comes here already: daily at 08:30, UTC."


# --- digests


async def test_a_digest_comes_at_its_hour_once_with_its_quotes_in_the_thread(chat: Chat) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN, room=NAMED)
    await chat.say(LINK, room=NAMED)
    assert await wait(chat, 0) == []
    messages = await wait(chat, HOUR / 2)
    (head,) = heads(messages)
    assert head.startswith("**Daily brief · water-desk · Tue 4 Mar 2031, 08:30 UTC**")
    assert "open the gates of the Aldra dam by 1 July" in head
    assert {m.thread for m in messages[1:]} == {messages[0].id}
    assert await wait(chat, 60) == []
    assert heads(await wait(chat, DAY)) == [
        (
            "**Daily brief · water-desk · Wed 5 Mar 2031, 08:31 UTC** (24 h)\n\n"
            "No change since Tue 4 Mar, 08:30; 0 articles read, 0 feeds failed."
        )
    ]


@pytest.mark.parametrize(
    ("outage", "late", "window"), [(9.0, False, "24 h"), (9 * HOUR, True, "33 h"), (9 * DAY, True, "10 days")]
)
async def test_after_an_outage_one_digest_covers_all_of_it_and_says_that_it_is_late(
    chat: Chat, outage: float, late: bool, window: str
) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await wait(chat, HOUR / 2)
    await chat.say(LINK)
    messages = heads(await wait(chat, DAY + outage))
    assert len(messages) == 1
    assert ("late: due" in messages[0]) == late
    assert f"({window})" in messages[0]
    assert "Aldra dam" in messages[0]
    assert await wait(chat, 60) == []


async def test_an_hour_without_a_change_is_passed_over_but_covered(chat: Chat) -> None:
    await chat.say("subscribe hourly UTC", person=ADMIN)
    assert await wait(chat, HOUR) == []
    await chat.say(LINK)
    (head,) = heads(await wait(chat, HOUR))
    assert head.startswith("**Hourly brief")
    outcomes = [record.outcome for record in await chat.store.agenda.log()]
    assert outcomes == ["digest", "silent"]


async def second(chat: Chat) -> Routine:
    """Another process on the same store, as far as the store can tell."""
    from bot import resources, wiring
    from bot.service import Service
    from briefs.render import Renderer

    return Routine(
        chat.store,
        works=chat.reader,
        fetcher=chat.web,
        feed_fetcher=chat.feeds,
        service=Service(fetcher=chat.web, reader=chat.reader, library=chat.store.library, clock=chat.clock),
        shelf=wiring.shelf(chat.store),
        renderer=Renderer([resources.templates()]),
        outbox=chat.outbox,
        clock=chat.clock,
    )


async def test_two_processes_on_one_store_serve_each_slot_once(chat: Chat) -> None:
    rooms = [Room(f"fake:many{n}", "fake", "private") for n in range(20)]
    for room in rooms:
        await chat.say("subscribe daily 08:30 UTC", person=ADMIN, room=room)
    other = await second(chat)
    before = len(chat.platform.shown())
    chat.clock.jump(HOUR)
    now = chat.clock.now()
    await asyncio.gather(chat.routine.slots.tick(now), other.slots.tick(now), other.slots.tick(now))
    await chat.outbox.deliver_due()
    assert sorted(m.room for m in chat.platform.shown()[before:]) == sorted(room.id for room in rooms)


async def test_a_slot_whose_process_died_before_its_digest_was_posted_is_served_by_the_next(
    chat: Chat,
) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(LINK)
    chat.clock.jump(HOUR)
    (slot,) = await chat.routine.slots.claim(chat.clock.now())
    assert await wait(chat, 60) == []
    await chat.say(OTHER)
    (head,) = heads(await wait(chat, HOUR))
    assert "1 article from" in head, "it covers up to the moment at which it was claimed first"
    assert (await chat.store.deliveries.record(slot.delivery))[0].state == "sent"


async def test_a_digest_that_was_handed_over_is_not_made_again_when_the_process_dies_then(chat: Chat) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(LINK)
    chat.clock.jump(HOUR)
    (slot,) = await chat.routine.slots.claim(chat.clock.now())
    await chat.routine.desk._serve(slot)
    await chat.outbox.deliver_due()
    assert await wait(chat, HOUR) == []
    assert [r.outcome for r in await chat.store.agenda.log()] == ["digest"]


async def test_a_fault_puts_a_digest_off_and_is_not_told_to_the_room(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(LINK)
    make = chat.routine.desk.make

    async def fails(*_: object) -> object:
        raise RuntimeError(shown.TEXT)

    monkeypatch.setattr(chat.routine.desk, "make", fails)
    assert await wait(chat, HOUR) == []
    (record,) = await chat.store.agenda.log()
    assert (record.state, record.reason) == ("claimed", "RuntimeError")
    monkeypatch.setattr(chat.routine.desk, "make", make)
    assert len(heads(await wait(chat, 120))) == 1


async def test_a_digest_holds_nothing_that_the_rooms_members_may_not_read(chat: Chat) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(LINK, room=PRIVATE)
    (head,) = heads(await wait(chat, HOUR))
    assert "0 articles read" in head
    (message,) = await chat.say("situations")
    assert "Aldra" not in message.text


async def test_digest_now_shows_what_changed_and_takes_nothing_from_the_next_one(chat: Chat) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(LINK)
    messages = await chat.say("digest now")
    assert heads(messages)[0].startswith("**Digest · this room ·")
    assert "Aldra dam" in messages[0].text
    (head,) = heads(await wait(chat, HOUR))
    assert "Aldra dam" in head


async def test_a_forgotten_article_leaves_digests_that_wait_and_those_that_are_kept(chat: Chat) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(LINK)
    await wait(chat, HOUR)
    await chat.say(f"forget {LINK}", person=ADMIN)
    (kept,) = await chat.store.digests.told(ROOM.id, since=START)
    assert kept.document is None
    (slot,) = await chat.store.agenda.log()
    assert slot.delivery is not None
    (first, *_) = await chat.store.deliveries.record(slot.delivery)
    assert first.state == "sent"


# --- situations


async def test_situations_are_named_followed_and_left_out(chat: Chat) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(LINK)
    (message,) = await chat.say("situations")
    assert f"**1. {shown.TITLE}**" in message.text
    (message,) = await chat.say("unfollow 1", person=ADMIN)
    assert message.text.startswith("Situation 1 is left out of the digests here")
    (head,) = heads(await wait(chat, HOUR))
    assert "No change" in head
    await chat.say("follow 1", person=ADMIN)
    (message,) = await chat.say("situations 1")
    assert shown.TITLE in message.text
    (message,) = await chat.say("follow 99", person=ADMIN)
    assert message.text.startswith("Say which")


async def test_follow_in_the_thread_of_a_brief_is_about_its_situation(chat: Chat) -> None:
    first, *_ = await chat.say(LINK)
    (message,) = await chat.say("follow", thread=first.id, person=ADMIN)
    assert message.text.startswith("Following situation 1")


async def test_situations_are_merged_and_split_by_hand(chat: Chat) -> None:
    chat.web.pages[OTHER] = (
        "Quarry strike\n\n" + "Stone cutters at the Hollen quarry stopped work over dust masks. " * 5
    )
    await chat.say(LINK)
    await chat.say(OTHER)
    await wait(chat, 1)
    (message,) = await chat.say("situations merge 2 1", person=BEN)
    assert message.text == "Only who administers this room can change its situations."
    (message,) = await chat.say("situations merge 2 1", person=ADMIN)
    assert message.text == "Situation 2 is now part of 1: 1 articles."
    (message,) = await chat.say(f"situations split {OTHER}", person=ADMIN)
    assert message.text == "That article is a situation of its own now: 3."


# --- feeds


async def test_a_feed_is_followed_with_its_newest_few_and_then_as_it_goes_on(chat: Chat) -> None:
    chat.feeds.pages[FEED] = rss("e", "d", "c", "b", "a")
    for name in "abcdefg":
        chat.web.pages[f"https://courier.example/{name}"] = (
            f"Story {name}\n\n" + f"Something about {name}. " * 9
        )
    (message,) = await chat.say(f"follow {FEED}", person=ADMIN)
    assert message.text.startswith("Following The Courier. I read the newest 3 of its 5 articles now")
    await wait(chat, 1)
    assert sorted(chat.web.asked) == [f"https://courier.example/{n}" for n in "cde"]
    chat.feeds.pages[FEED] = rss("g", "f", "e", "d", "c", "b")
    await wait(chat, HOUR)
    assert sorted(chat.web.asked)[3:] == [f"https://courier.example/{n}" for n in "fg"]
    assert chat.feeds.asked[-1] == (FEED, f'"{len(rss("e", "d", "c", "b", "a"))}"')
    (message,) = await chat.say("list")
    assert f"- The Courier: {FEED}" in message.text


async def test_a_site_is_followed_by_the_feed_that_it_names(chat: Chat) -> None:
    chat.feeds.pages["https://courier.example/"] = (
        b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><p>Hello</p></html>'
    )
    chat.feeds.pages[FEED] = rss()
    (message,) = await chat.say("follow https://courier.example/", person=ADMIN)
    assert message.text.startswith("Following The Courier. It holds nothing to read yet")
    (feed,) = await chat.store.feeds.followed(ROOM.id)
    assert feed.url == FEED


async def test_what_is_no_feed_is_said_to_be_none(chat: Chat) -> None:
    chat.feeds.pages["https://courier.example/"] = b"<html><p>Hello</p></html>"
    (message,) = await chat.say("follow https://courier.example/", person=ADMIN)
    assert message.text.startswith("There is no feed at that address")
    (message,) = await chat.say("follow https://courier.example/none", person=ADMIN)
    assert message.text == "There is no feed at that address: check it."


async def test_feeds_are_unfollowed_by_their_address_or_their_name(chat: Chat) -> None:
    chat.feeds.pages[FEED] = rss()
    for said in (FEED, "the courier"):
        await chat.say(f"follow {FEED}", person=ADMIN)
        (message,) = await chat.say(f"unfollow {said}", person=ADMIN)
        assert message.text == "The Courier is read no more; its articles stay."
    (message,) = await chat.say(f"unfollow {FEED}", person=ADMIN)
    assert message.text.startswith("This room follows no such feed")


async def test_a_feed_that_fails_is_asked_ever_more_rarely_and_told_in_digest_list_and_status(
    chat: Chat,
) -> None:
    chat.feeds.pages[FEED] = rss()
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(f"follow {FEED}", person=ADMIN)
    chat.feeds.pages[FEED] = Unreachable("courier.example does not answer.")
    asked = len(chat.feeds.asked)
    for _ in range(25):
        await wait(chat, HOUR)
    assert len(chat.feeds.asked) - asked == 7, "after 20, 40, 80, … minutes"
    head = heads([m for m in chat.platform.shown() if "Daily brief" in m.text])[-1]
    assert "0 articles read, 1 feed failed" in head
    (message,) = await chat.say("list")
    assert "failing since 4 Mar 2031: courier.example does not answer." in message.text
    (message,) = await chat.say("status")
    assert "feeds read here: 1, of which 1 fails: The Courier" in message.text


async def test_a_feed_that_is_gone_for_good_is_given_up_at_once_others_after_a_week(chat: Chat) -> None:
    chat.feeds.pages[FEED] = rss()
    await chat.say(f"follow {FEED}", person=ADMIN)
    chat.feeds.pages[FEED] = Gone("courier.example says that this feed is gone for good.")
    await wait(chat, HOUR)
    (feed,) = await chat.store.feeds.followed()
    assert feed.dead
    chat.feeds.pages[FEED] = rss()
    await chat.say(f"follow {FEED}", person=ADMIN)
    chat.feeds.pages[FEED] = Unreachable("courier.example does not answer.")
    days = 0
    while not (await chat.store.feeds.followed())[0].dead:
        await wait(chat, DAY / 2)
        days += 0.5
    assert 7 < days < 9


async def test_pages_that_robots_txt_keeps_programs_from_are_not_read_by_themselves(chat: Chat) -> None:
    chat.feeds.pages[FEED] = rss("a")
    chat.feeds.closed.add("https://courier.example/a")
    await chat.say(f"follow {FEED}", person=ADMIN)
    await wait(chat, 1)
    assert chat.web.asked == []


# --- corrections


async def test_a_source_that_was_changed_silently_is_corrected_in_the_next_digest(chat: Chat) -> None:
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    await chat.say(LINK)
    await wait(chat, HOUR)
    chat.web.pages[LINK] = shown.TEXT.replace("opened by 1 July", "opened by 1 August")
    asked = len(chat.web.asked)
    await wait(chat, 3 * HOUR)
    assert len(chat.web.asked) == asked + 1
    (head,) = heads(await wait(chat, DAY))
    assert "**Correction** to the digest of Tue 4 Mar" in head
    assert "1 August" in head
    assert "Correction" not in heads(await wait(chat, DAY))[0]


# --- alerts


async def test_a_room_is_told_at_once_of_what_is_grave_enough_and_only_once(chat: Chat) -> None:
    await chat.say("settings alert_level 4", person=ADMIN)
    await chat.say(LINK)
    (message,) = await wait(chat, 1)
    assert "212 farmers" not in message.text, "background raises no alert"
    golden.same("alert.md", message.text)
    chat.web.pages[OTHER] = shown.TEXT.replace("on Monday", "late on Monday").replace(
        "Velmark told", "V. told"
    )
    await chat.say(OTHER)
    assert await wait(chat, HOUR) == [], "the same words in another article"


SAID = "If Velmark moves tanks to the river, we will close the gates"
DONE = "Velmark moved tanks to the river before dawn"


class Conditional(FakeWorks):
    """Reads one article with a condition that a party states, and one in which it comes true."""

    async def brief(self, article: Article, source: str, heard: object = None) -> Brief:
        base = shown.brief(article, source)
        quote = SAID if SAID in article.text else DONE
        start = article.text.index(quote)
        evidence = Evidence(
            id="e1", quote=quote, start=start, end=start + len(quote), paragraph=1, speaker="p1",
            mode="direct_quote" if quote == SAID else "narration",
        )  # fmt: skip
        party = Party(id="p1", name="Ostrany" if quote == SAID else "Velmark", type="state", role="principal",
                      evidence=("e1",))  # fmt: skip
        signal = RiskSignal(
            id="s1", event="mobilize", polarity="escalatory", severity=3, text=quote, evidence=("e1",)
        )
        return base.model_copy(
            update={
                "evidence": (evidence,), "parties": (party,), "demands": (), "bottom_line": (), "contradictions": (),
                "risk_signals": (signal,) if quote == DONE else (),
            }
        )  # fmt: skip


async def test_a_condition_that_comes_true_is_told_with_both_quotes_once(tmp_path: Path) -> None:
    async with chatting(tmp_path, Conditional()) as chat:
        body = "The Aldra dam, its gates, Velmark and Ostrany are what this story is about. " * 3
        chat.web.pages[LINK] = (
            f"Ostrany warns Velmark over the Aldra dam\n\n“{SAID},” the minister said. {body}"
        )
        chat.web.pages[OTHER] = f"Tanks at the Aldra dam of Ostrany and Velmark\n\n{DONE}. {body}"
        await chat.say("settings alert_level 5", person=ADMIN)
        await chat.say(LINK)
        assert await wait(chat, 60) == []
        await chat.say(OTHER)
        (message,) = await wait(chat, 60)
        golden.same("tripwire.md", message.text)
        assert await wait(chat, HOUR) == []


async def test_a_room_that_did_not_ask_for_alerts_gets_none(chat: Chat) -> None:
    await chat.say(LINK)
    assert await wait(chat, 1) == []
    await chat.say("settings alert_level 5", person=ADMIN, room=PRIVATE)
    await chat.say(LINK, room=PRIVATE)
    assert await wait(chat, 1) == []


async def test_an_archive_that_is_taken_in_raises_no_alerts(chat: Chat) -> None:
    await chat.say("settings alert_level 4", person=ADMIN)
    chat.clock.jump(300 * DAY)
    await chat.say(LINK)
    assert await wait(chat, 60) == []


async def test_alerts_wait_until_quiet_hours_are_over(chat: Chat) -> None:
    await chat.say("settings alert_level 4", person=ADMIN)
    await chat.say("settings quiet_hours 07:30-09:00", person=ADMIN)
    await chat.say(LINK)
    assert await wait(chat, 1) == []
    (message,) = await wait(chat, HOUR)
    assert "citizens are told to leave Ostrany" in message.text


async def test_no_alert_carries_words_of_a_library_that_the_room_does_not_read(chat: Chat) -> None:
    await chat.say("settings alert_level 1", person=ADMIN)
    await chat.say(LINK, room=PRIVATE)
    assert await wait(chat, 1) == []


async def test_an_alert_whose_article_was_forgotten_meanwhile_is_not_told(chat: Chat) -> None:
    await chat.say("settings alert_level 4", person=ADMIN)
    await chat.say("settings quiet_hours 07:30-09:00", person=ADMIN)
    await chat.say(LINK)
    await wait(chat, 1)
    await chat.say(f"forget {LINK}", person=ADMIN)
    assert await wait(chat, 2 * HOUR) == []


async def test_the_log_of_a_run_holds_no_word_of_an_article(
    chat: Chat, capsys: pytest.CaptureFixture[str]
) -> None:
    await chat.say("settings alert_level 4", person=ADMIN)
    await chat.say("subscribe daily 08:30 UTC", person=ADMIN)
    chat.feeds.pages[FEED] = rss("a")
    chat.web.pages["https://courier.example/a"] = shown.TEXT
    await chat.say(f"follow {FEED}", person=ADMIN)
    await wait(chat, HOUR)
    said = capsys.readouterr().out
    assert "slot served" in said
    assert not [word for word in ("Velmark", "Aldra", "Solvik", "Courier") if word in said]
