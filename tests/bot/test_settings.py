"""What a room may choose, who may choose it, and that every change is kept with who made it and when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bot.settings import SETTINGS, Chosen, QuietHours, clock_time, named
from bot.zones import NoSuchZone, zone
from briefs.errors import CommuniqueError
from tests import golden
from tests.bot.chatting import ANNA, BEN, ROOM, Chat, chatting

ADMIN = replace(ANNA, admin=True)


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with chatting(tmp_path) as chat:
        yield chat


def test_the_table_and_what_is_read_from_it_agree() -> None:
    assert [setting.key for setting in SETTINGS] == [field.name for field in fields(Chosen)]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_every_example_is_a_value_that_survives_the_store_and_can_be_shown(setting: object) -> None:
    (found,) = [s for s in SETTINGS if s is setting]
    value = found.parse(found.example)
    chosen = Chosen.of({found.key: value})
    assert getattr(chosen, found.key) == value
    assert found.show(value)
    assert found.show(found.default)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_nonsense_is_refused_with_a_sentence(setting: object) -> None:
    (found,) = [s for s in SETTINGS if s is setting]
    with pytest.raises(CommuniqueError) as refused:
        found.parse("quux plugh")
    assert refused.value.message.endswith((".", "?"))


def test_choices_of_another_version_are_left_alone() -> None:
    assert Chosen.of({"shoe_size": 44, "loud": True}) == Chosen(loud=True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("8", "08:00"),
        ("8:05", "08:05"),
        ("8.30 pm", "20:30"),
        ("12am", "00:00"),
        ("12 pm", "12:00"),
        ("23:59", "23:59"),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, meant: str) -> None:
    assert clock_time(typed) == meant


@pytest.mark.parametrize("typed", ["24:00", "8:60", "13 pm", "", "eight", "08:00:00"])
def test_what_is_no_time_of_the_day_is_none(typed: str) -> None:
    assert clock_time(typed) is None


def test_quiet_hours_run_over_midnight() -> None:
    night = QuietHours.of("22:00-07:00")
    assert [night.holds(60 * hour) for hour in (21, 22, 0, 6, 7)] == [False, True, True, True, False]
    noon = QuietHours.of("12:00-13:00")
    assert [noon.holds(60 * hour) for hour in (11, 12, 13)] == [False, True, False]


@pytest.mark.parametrize("typed", ["Europe/Berlin", "europe/berlin", "berlin", " Berlin "])
def test_zones_are_found_in_any_spelling(typed: str) -> None:
    assert zone(typed) == "Europe/Berlin"


def test_a_wrong_zone_gets_the_nearest_right_one() -> None:
    with pytest.raises(NoSuchZone, match="Europe/Berlin"):
        zone("Europe/Berln")


@pytest.mark.parametrize("typed", ["alert level", "Alert-Level", "alert_level"])
def test_a_setting_may_be_named_with_anything_between_its_words(typed: str) -> None:
    found = named(typed)
    assert found is not None
    assert found.key == "alert_level"


async def test_settings_show_what_holds_and_who_changed_what(chat: Chat) -> None:
    await chat.say("settings alert level 3", person=ADMIN)
    await chat.say("settings quiet_hours = 22-7", person=ADMIN)
    (message,) = await chat.say("settings", person=BEN)
    golden.same("settings.md", message.text)


async def test_only_who_administers_a_room_changes_its_settings(chat: Chat) -> None:
    (message,) = await chat.say("settings loud on", person=BEN)
    assert message.text == "Only who administers this room can change loud here."
    assert await chat.store.settings.all(ROOM.id) == {}


async def test_everyone_may_change_them_where_that_was_chosen_but_not_who_may(chat: Chat) -> None:
    await chat.say("settings who may change everyone", person=ADMIN)
    await chat.say("settings loud on", person=BEN)
    (message,) = await chat.say("settings who_may_change admins", person=BEN)
    assert "Only who administers" in message.text
    assert await chat.store.settings.all(ROOM.id) == {"who_may_change": "everyone", "loud": True}


async def test_every_change_is_kept_with_who_and_when(chat: Chat) -> None:
    await chat.say("settings loud on", person=ADMIN)
    await chat.say("settings loud default", person=ADMIN)
    changes = await chat.store.settings.changes(ROOM.id)
    assert [(c.key, c.value, c.by) for c in changes] == [("loud", None, ANNA.id), ("loud", True, ANNA.id)]
    assert changes[0].at > changes[1].at
    assert await chat.store.settings.all(ROOM.id) == {}


async def test_a_wrong_setting_gets_the_nearest_right_one_with_an_example(chat: Chat) -> None:
    (message,) = await chat.say("settings alrt_level 4", person=ADMIN)
    assert message.text == (
        "There is no setting “alrt\\_level”. Did you mean “alert\\_level”? For example: settings alert\\_level 4"
    )


async def test_a_setting_by_its_name_alone_says_what_it_is(chat: Chat) -> None:
    (message,) = await chat.say("settings alert_level", person=BEN)
    assert message.text.startswith("alert\\_level is off: tell this room at once")
