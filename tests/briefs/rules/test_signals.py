"""Risk signals: one rule a test; parties and articles are made up."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs import lexicon, speech
from briefs.engines.rules import signals
from briefs.engines.rules.cast import Cast, Member, Mention
from briefs.engines.rules.events.rules import EventRules
from briefs.parse import Parser
from briefs.proposals import ProposedSignal

Read = Callable[[str], list[ProposedSignal]]

PARTIES = ("Norland", "Sudmark", "Ostania", "Mira Holt", "the dockers' union", "the ministry", "the rebels")
BODY = "Story\n\n"


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


@pytest.fixture(scope="module")
def rules() -> EventRules:
    return EventRules.of(lexicon.load())


def cast_of(text: str) -> Cast:
    members: dict[str, Member] = {}
    mentions = []
    for name in PARTIES:
        for match in re.finditer(re.escape(name), text, re.IGNORECASE):
            members.setdefault(name, Member(name, name, "state"))
            mentions.append(Mention(match.start(), match.end(), name, "name"))
    return Cast(members, tuple(sorted(mentions, key=lambda m: m.start)))


@pytest.fixture(scope="module")
def read(parser: Parser, rules: EventRules) -> Read:
    def run(body: str) -> list[ProposedSignal]:
        text = BODY + body
        parsed = parser.parse(text)
        return signals.find(parsed, speech.utterances(parsed), cast_of(text), rules)

    return run


def only(found: list[ProposedSignal], event: str) -> ProposedSignal:
    one = [s for s in found if s.event == event]
    assert len(one) == 1, [(s.event, s.text) for s in found]
    return one[0]


def test_a_signal_names_who_did_it_to_whom(read: Read) -> None:
    signal = only(read("Norland imposed sanctions on Sudmark on Monday."), "sanction")
    assert (signal.actors, signal.targets) == (("Norland",), ("Sudmark",))


def test_in_the_passive_the_agent_is_the_actor(read: Read) -> None:
    signal = only(read("Sudmark was shelled by the rebels on Monday."), "assault")
    assert (signal.actors, signal.targets) == (("the rebels",), ("Sudmark",))


def test_a_quote_is_the_clause_letter_for_letter(read: Read) -> None:
    body = "Norland shelled the port, and Ostania praised the mediator."
    for signal in read(body):
        for quote in signal.quotes:
            assert (BODY + body)[quote.start : quote.end] == quote.text
    assert "praised" not in only(read(body), "assault").quotes[0].text


def test_a_quote_has_at_most_sixty_words(read: Read) -> None:
    body = (
        "Norland shelled the port, "
        + ", ".join(f"the harbour wall number {n} of the bay" for n in range(30))
        + "."
    )
    assert all(len(re.findall(r"\w+", q.text)) <= 60 for s in read(body) for q in s.quotes)


def test_a_line_is_short_and_made_of_the_words_of_its_quote(read: Read) -> None:
    body = (
        "Norland, which had promised restraint after a long and costly summer of failed talks in the mountains, "
        "shelled the old port of Varna Bay for several hours in spite of all the pleas of its closest friends."
    )
    signal = only(read(body), "assault")
    words = signal.text.split()
    assert len(words) <= 18
    assert set(re.findall(r"\w+", signal.text)) <= set(re.findall(r"\w+", signal.quotes[0].text))
    assert "shelled" in signal.text


def test_a_dateline_is_no_part_of_a_quote(read: Read) -> None:
    signal = only(read("LINDHOLM (AP) — Norland shelled the port on Monday."), "assault")
    assert signal.quotes[0].text.startswith("Norland")


def test_the_same_event_told_twice_is_one_signal_with_two_quotes(read: Read) -> None:
    body = "Norland imposed sanctions on Sudmark on Monday.\nThe traders left.\nNorland imposed the sanctions at noon."
    assert len(only(read(body), "sanction").quotes) == 2


def test_a_different_target_is_another_event(read: Read) -> None:
    body = "Norland condemned Sudmark on Monday.\nNorland condemned Ostania on Tuesday."
    assert len([s for s in read(body) if s.event == "accuse"]) == 2


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2014 Norland shelled the port.",
        "Norland shelled the port last month.",
        "Three years ago Norland shelled the port.",
        "Norland shelled the port in October.",
        "Norland had shelled the port.",
    ],
)
def test_earlier_months_and_years_are_background(read: Read, sentence: str) -> None:
    assert only(read(sentence), "assault").tense == "past_background"


@pytest.mark.parametrize(
    "sentence",
    [
        "Norland shelled the port on Monday.",
        "Norland shelled the port last week.",
        "Norland is shelling the port.",
        "Norland, founded in 1901, shelled the port.",
        "Norland has shelled the port since 2014.",
    ],
)
def test_the_news_itself_is_current(read: Read, sentence: str) -> None:
    assert only(read(sentence), "assault").tense == "current"


def test_a_story_told_in_the_past_stays_background(read: Read) -> None:
    found = read("In 2014 Norland shelled the port. The rebels seized the town.")
    assert {s.tense for s in found} == {"past_background"}


def test_what_is_announced_is_future(read: Read) -> None:
    assert only(read("Norland will send troops to the strait."), "mobilize").tense == "future"


def test_would_under_a_past_report_is_future(read: Read) -> None:
    assert (
        only(read("Mira Holt said the brigade would withdraw from the valley."), "retreat").tense == "future"
    )


def test_what_somebody_says_is_attributed(read: Read) -> None:
    signal = only(read("“Sudmark shelled the port,” Mira Holt said."), "assault")
    assert signal.claim_status == "attributed"


def test_what_is_called_alleged_is_contested(read: Read) -> None:
    assert only(read("The alleged attack hit Sudmark."), "assault").claim_status == "contested"


def test_a_denial_is_marked_as_denied(read: Read) -> None:
    assert only(read("Norland denied it had shelled the port."), "reject").claim_status == "denied"


def test_an_accusation_that_its_target_denies_is_contested(read: Read) -> None:
    found = read("Norland accused Sudmark of shelling the port. Sudmark denied the attack.")
    assert only(found, "accuse").claim_status == "contested"


def test_examples_stand_for_the_group_that_they_belong_to(read: Read) -> None:
    signal = only(read("Countries like Norland and Ostania condemned the raid."), "accuse")
    assert signal.actors == ("Norland", "Ostania")


def test_advice_to_leave_weighs_four(read: Read) -> None:
    assert only(read("The ministry warned citizens to leave the province."), "warning").severity == 4


def test_a_paper_that_is_cited_is_no_event(read: Read) -> None:
    assert [s.event for s in read("The boat was red, according to the lawsuit.")] == []


def test_support_for_force_is_escalatory(read: Read) -> None:
    signal = only(read("Ostania backs an invasion of Sudmark."), "support")
    assert signal.polarity == "escalatory"


def test_support_for_talks_is_de_escalatory(read: Read) -> None:
    assert only(read("Ostania backs the ceasefire."), "support").polarity == "de_escalatory"


@pytest.mark.parametrize(
    "sentence",
    [
        "The mayor wants to know whether Norland shelled the port.",
        "The wall was built to stop the shelling of the port.",
        "Norland must leave the island.",
        "Norland did not shell the port.",
    ],
)
def test_suppositions_purposes_demands_and_denials_are_no_facts(read: Read, sentence: str) -> None:
    assert [s.event for s in read(sentence) if s.event == "assault"] == []


def test_a_headline_is_quoted_as_a_headline(parser: Parser, rules: EventRules) -> None:
    text = "Norland shells port\n\nThe weather was fine."
    parsed = parser.parse(text)
    found = signals.find(parsed, (), cast_of(text), rules)
    assert [s.quotes[0].mode for s in found] == ["headline"]


@settings(max_examples=25)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=200))
def test_any_text_is_read_without_an_error(parser: Parser, rules: EventRules, text: str) -> None:
    parsed = parser.parse(text)
    for signal in signals.find(parsed, (), Cast({}, ()), rules):
        assert all(text[q.start : q.end] == q.text for q in signal.quotes)


@pytest.mark.parametrize(
    "sentence",
    [
        "Norland demonstrates how trade works.",
        "The life-threatening illness spread in Norland.",
        "You agree to receive letters from Norland.",
        "Politicians feed the wolves in Norland.",
        "Helicopters were heard flying over Norland.",
        "Norland declined to comment.",
        "It was a gift to support the family.",
    ],
)
def test_words_that_often_mean_something_else_tell_no_event(read: Read, sentence: str) -> None:
    assert read(sentence) == []


def test_who_is_committed_or_concerned_is_the_actor(read: Read) -> None:
    assert only(read("Norland is strongly committed to a ceasefire."), "support").actors == ("Norland",)
    assert only(read("Norland is deeply concerned."), "warning").actors == ("Norland",)


def test_what_is_warned_of_is_told_once(read: Read) -> None:
    found = read("Norland warned the rebels that they could face penalties if they stayed.")
    assert [s.event for s in found].count("threaten") <= 1


def test_who_somebody_is_said_to_oppose_in_passing_is_no_event(read: Read) -> None:
    assert not any(s.event == "reject" for s in read("The clerk met villagers who oppose the dam."))


# -- what is no news of its own -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "The mayor said that the parade resembled the riot.",
        "The rule would apply to those convicted of theft.",
        "The landmark law prevents discrimination against tenants.",
        "Norland filed its request that the court declare the strike unlawful.",
        "The clerk was aware of the lawsuit.",
        "Villagers said that the guard had dug up old cases in order to justify the arrest of nobody.",
        "People briefed on the plan said it was thin.",
        "He was treated for substance abuse.",
    ],
)
def test_likenings_descriptions_laws_and_papers_are_no_events(read: Read, body: str) -> None:
    told = {s.event for s in read(body)}

    assert told.isdisjoint({"protest", "concede", "accuse", "consult"}), [s.text for s in read(body)]
    assert not any(s.event == "coerce" and "nobody" not in s.text for s in read(body))


def test_a_lawsuit_told_by_verb_and_by_noun_is_one_line(read: Read) -> None:
    found = read(
        "Norland sued Sudmark on Monday.\n\nNorland's lawsuit against Sudmark follows a quarrel over a dam."
    )

    assert len(only(found, "coerce").quotes) == 2


def test_what_somebody_warns_of_is_no_second_line(read: Read) -> None:
    found = read("Mira Holt warned that the ministry could reject the plan.")

    assert [s.event for s in found] == ["warning"]


def test_standing_by_a_threat_calms_nothing(read: Read) -> None:
    found = read("Norland stood by its threat to bomb Sudmark.")

    assert [(s.event, s.polarity) for s in found] == [("threaten", "escalatory")]


def test_of_two_verbs_with_one_subject_each_line_tells_its_own(read: Read) -> None:
    found = read("Norland sued Sudmark on Monday, and accused the ministry of fraud.")

    assert only(found, "coerce").text == "Norland sued Sudmark on Monday"
    assert only(found, "accuse").text == "Norland accused the ministry of fraud"


def test_what_goes_on_with_a_story_of_the_past_by_a_participle_is_past(read: Read) -> None:
    found = read(
        "Three years ago, Norland jailed hundreds of protesters. "
        "The rebels fought on, but the army crushed them by cutting off the internet."
    )

    assert {s.tense for s in found if "cutting" in s.text} == {"past_background"}


@pytest.mark.parametrize(
    "body",
    [
        "The plan helps those facing eviction.",
        "Had Sudmark shot down the missile, people would have cheered.",
        "In the decision released on Monday the judge quoted a poem.",
        "Officials did not reply to a request for comment on the allegations.",
        "The state wants to watch the network for threats.",
        "Doctors said when he would be released from the hospital.",
        "She returned to work on Tuesday after a holiday.",
        "The council met the panel's recommendation.",
        "The fund would yield $20 million a year.",
        "It could not be ruled out that more were in the area.",
        "The committee will begin budget hearings in two weeks.",
    ],
)
def test_ordinary_doings_in_words_of_dispute_are_no_events(read: Read, body: str) -> None:
    assert not read(body), [(s.event, s.text) for s in read(body)]
