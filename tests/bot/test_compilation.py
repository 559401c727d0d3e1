"""What workers make of briefs: ledgers kept for as long as they are true, keys that stand for their articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.routine.compiling import Besides, Edition, Given
from bot.work import compilation
from tests import shown
from tests.bot.fakes import START

GIVEN = Given("1", "aldra-dam", shown.brief().model_dump_json(by_alias=True), START)
EDITION = Edition("desk", None, START + timedelta(hours=1), "UTC")


def test_a_ledger_is_made_once_of_the_same_briefs_and_anew_of_others() -> None:
    (first,) = compilation.ledgers([GIVEN], None)
    (again,) = compilation.ledgers([replace(GIVEN)], None)
    assert again is first
    changed = shown.brief().model_copy(update={"demands": ()}).model_dump_json(by_alias=True)
    (other,) = compilation.ledgers([replace(GIVEN, brief=changed)], None)
    assert other is not first
    assert not other.demands
    (later,) = compilation.ledgers([replace(GIVEN, seen_at=START + timedelta(days=1))], None)
    assert later.articles[0].seen_at != first.articles[0].seen_at


def test_articles_of_two_libraries_that_share_an_id_are_told_apart_by_their_keys() -> None:
    made = compilation.digest(
        [GIVEN, replace(GIVEN, situation="2", key="aldra-dam#1")], EDITION, Besides(), None
    )
    assert made.carried == {"aldra-dam", "aldra-dam#1"}
    assert {source.article for source in made.digest.sources} == {"aldra-dam", "aldra-dam#1"}
    assert made.digest.dropped_lines == 4


def test_what_came_after_the_end_of_a_digest_is_not_in_it() -> None:
    made = compilation.digest([replace(GIVEN, seen_at=START + timedelta(hours=2))], EDITION, Besides(), None)
    assert made.digest.empty
    assert made.digest.dropped_lines == 0


def test_an_alarm_is_raised_once_for_each_kind_and_severity_of_an_article() -> None:
    alarms = compilation.alarms([GIVEN], "aldra-dam", [3, 4, 5], None)
    assert [alarm.subject for alarm in alarms.by_level[4]] == ["warning:4", "mobilize:4"]
    assert alarms.by_level[5] == ()
    assert alarms.titled == "aldra-dam"
    assert len({alarm.key for alarm in alarms.by_level[3]}) == len(alarms.by_level[3])
    assert not any(word in alarm.key for alarm in alarms.by_level[3] for word in ("Velmark", "Ostrany"))
