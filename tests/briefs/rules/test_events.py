"""What a sentence reports: one rule a test; everything in the sentences is made up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from briefs import lexicon
from briefs.engines.rules.events import reading
from briefs.engines.rules.events.found import Found
from briefs.engines.rules.events.pair import classify
from briefs.engines.rules.events.rules import EventRules, polarity
from briefs.parse import Parser

Read = Callable[[str], list[Found]]


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


@pytest.fixture(scope="module")
def rules() -> EventRules:
    return EventRules.of(lexicon.load())


@pytest.fixture(scope="module")
def read(parser: Parser, rules: EventRules) -> Read:
    def run(text: str) -> list[Found]:
        parsed = parser.parse(text)
        about = reading.topics((part.doc for part in parsed.blocks), rules)
        return [f for part in parsed.blocks for s in part.doc.sents for f in reading.find(s, rules, about)]

    return run


def events(found: list[Found]) -> set[str]:
    return {f.event for f in found} - {"-", "request"}


@pytest.mark.parametrize(
    ("sentence", "event"),
    [
        ("Rebels shelled the harbour of Varna Bay.", "assault"),
        ("Police arrested the editor of the Daily Lantern.", "coerce"),
        ("The army moved tanks to the border.", "mobilize"),
        ("Norland imposed sanctions on three banks.", "sanction"),
        ("Miners marched through the capital.", "protest"),
        ("The general threatened to bomb the bridge.", "threaten"),
        ("The board rejected the offer.", "reject"),
        ("The minister condemned the decision.", "accuse"),
        ("The agency warned of flooding.", "warning"),
        ("Thousands lost their jobs.", "hardship"),
        ("The envoys held talks in Lindholm.", "consult"),
        ("The two sides signed a treaty.", "agree"),
        ("The senate praised the mediator.", "support"),
        ("The company apologised to its customers.", "concede"),
        ("The navies shared intelligence.", "cooperate"),
        ("The fund donated blankets to the camp.", "aid"),
        ("The brigade withdrew from the valley.", "retreat"),
    ],
)
def test_each_class_has_its_verbs(read: Read, sentence: str, event: str) -> None:
    assert event in events(read(sentence))


def test_an_ended_sanction_is_a_concession(read: Read) -> None:
    assert events(read("Norland lifted its embargo.")) == {"concede"}


def test_an_ended_strike_is_a_retreat(read: Read) -> None:
    assert events(read("The dockers' union called off its strike.")) == {"retreat"}


def test_cancelled_talks_are_a_rejection(read: Read) -> None:
    assert events(read("Sudmark cancelled the talks.")) == {"reject"}


def test_suspended_aid_is_a_sanction(read: Read) -> None:
    assert events(read("Norland suspended its aid to Sudmark.")) == {"sanction"}


def test_a_refusal_swallows_what_is_refused(read: Read) -> None:
    assert events(read("The minister refused to meet the delegation.")) == {"reject"}


def test_a_threat_swallows_what_is_threatened(read: Read) -> None:
    found = read("The general threatened to shell the harbour.")
    assert events(found) == {"threaten"}
    assert {f.severity for f in found} == {4}


def test_an_accusation_swallows_what_somebody_is_accused_of(read: Read) -> None:
    assert events(read("Norland accused Sudmark of bombing the dam.")) == {"accuse"}


def test_what_is_not_done_is_no_event(read: Read) -> None:
    assert events(read("The army did not attack the village.")) == set()


@pytest.mark.parametrize(
    "sentence",
    ["The mayor saw no sign that the army had attacked.", "The army was not able to attack the village."],
)
def test_what_is_not_seen_or_cannot_be_done_is_no_event(read: Read, sentence: str) -> None:
    assert "assault" not in events(read(sentence))


def test_what_is_denied_is_a_rejection_marked_as_denied(read: Read) -> None:
    found = [f for f in read("Norland denied it had shelled the town.") if f.event == "reject"]
    assert [f.denied for f in found] == [True]


def test_talks_that_are_not_held_are_a_rejection(read: Read) -> None:
    assert events(read("The board will not negotiate.")) == {"reject"}


def test_caution_against_force_is_support_for_peace(read: Read) -> None:
    assert events(read("Ostania cautioned against military action.")) == {"support"}


def test_a_call_for_a_ceasefire_is_support(read: Read) -> None:
    assert events(read("Ostania called for a ceasefire.")) == {"support"}


def test_a_dreaded_attack_is_a_warning(read: Read) -> None:
    assert events(read("Villagers fear an attack.")) == {"warning"}


def test_what_stands_under_if_is_hypothetical(read: Read) -> None:
    found = read("The mayor would resign if the police shot protesters.")
    assert [f.hypothetical for f in found if f.event == "assault"] == [True]


def test_what_will_be_done_lies_ahead(read: Read) -> None:
    found = read("Norland will send troops to the strait.")
    assert [(f.event, f.outlook) for f in found] == [("mobilize", "future")]


def test_a_strike_is_a_walkout_where_the_article_is_about_work(read: Read) -> None:
    assert "protest" in events(
        read("Nurses say pay is too low. The union said the strike goes on. Staff struck.")
    )


def test_a_strike_on_a_target_is_an_attack(read: Read) -> None:
    assert events(read("The strike on the depot came at dawn.")) == {"assault"}


def test_according_to_is_no_accord(read: Read) -> None:
    assert events(read("It rained, according to the Lantern.")) == set()


def test_a_verb_reads_its_object_with_it(read: Read) -> None:
    assert len([f for f in read("Norland imposed sanctions.") if f.event == "sanction"]) == 1


@pytest.mark.parametrize(
    ("text", "pair", "event"),
    [
        ("Norland accused Sudmark of cheating.", ("Norland", "Sudmark"), "ACCUSE"),
        ("Norland will free two Sudmark sailors.", ("Norland", "Sudmark"), "AGREE"),
        ("Norland freed two Sudmark sailors.", ("Norland", "Sudmark"), "YIELD"),
        ("Norland demanded that Sudmark leave the island.", ("Norland", "Sudmark"), "REQUEST"),
        ("Norland said it would bomb Sudmark.", ("Norland", "Sudmark"), "THREATEN"),
        ("Norland's premier met Sudmark's chancellor.", ("Norland", "Sudmark"), "CONSULT"),
    ],
)  # fmt: skip
def test_a_pair_of_parties_has_its_class(
    parser: Parser, rules: EventRules, text: str, pair: tuple[str, str], event: str
) -> None:
    spans = [(text.index(name), text.index(name) + len(name)) for name in pair]
    assert classify(parser.parse(text), spans[0], spans[1], rules) == event


def test_of_two_events_the_one_between_the_parties_counts(parser: Parser, rules: EventRules) -> None:
    text = "After rebels shelled the port, Norland thanked Sudmark."
    spans = [(text.index(name), text.index(name) + len(name)) for name in ("Norland", "Sudmark")]
    assert classify(parser.parse(text), spans[0], spans[1], rules) == "SUPPORT"


def test_every_event_has_one_polarity() -> None:
    assert {polarity(e) for e in ("assault", "warning", "hardship")} == {"escalatory"}
    assert {polarity(e) for e in ("consult", "retreat", "aid")} == {"de_escalatory"}


def test_no_shipped_trigger_is_listed_twice_under_the_same_condition() -> None:
    seen: set[tuple[str, str, str]] = set()
    twice = []
    for part, triggers, condition, *_ in lexicon.load().table("events").rows:
        for trigger in lexicon.forms(triggers):
            key = (part, trigger, condition)
            if key in seen:
                twice.append(key)
            seen.add(key)
    assert twice == []


def test_a_condition_that_says_nothing_is_refused() -> None:
    shipped = lexicon.load()
    events_table = shipped.table("events")
    broken = lexicon.Table("events", events_table.columns, (("v", "glare", "nothing", "accuse", "2", ""),))
    with pytest.raises(ValueError, match="says nothing"):
        EventRules.of(lexicon.Lexicon({**shipped.tables, "events": broken}))


def test_a_teams_later_row_wins_over_a_shipped_one(parser: Parser) -> None:
    shipped = lexicon.load()
    table = shipped.table("events")
    own = lexicon.Table("events", table.columns, (*table.rows, ("v", "welcome", "", "concede", "3", "")))
    rules = EventRules.of(lexicon.Lexicon({**shipped.tables, "events": own}))
    sentence = next(iter(parser.parse("The council welcomed the plan.").blocks[0].doc.sents))
    assert events(reading.find(sentence, rules)) == {"concede"}
