"""Who demands what of whom, one rule a test; parties and articles are made up."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from briefs import lexicon, speech
from briefs.engines.rules import demands
from briefs.engines.rules.cast import Cast, Member, Mention
from briefs.parse import Parser
from briefs.proposals import ProposedDemand

Read = Callable[..., list[ProposedDemand]]

PARTIES = {
    "Norland": "state", "Sudmark": "state", "Ostania": "state", "Mira Holt": "person", "Holt": "person",
    "the harbour union": "union", "the port authority": "government_body", "Kestrel": "company", "Tern": "company",
    "the court": "government_body", "the ministry": "government_body", "residents": "civilian_group",
    "the council": "government_body", "nurses": "civilian_group", "the rebels": "armed_group",
}  # fmt: skip
SAME = {"Holt": "Mira Holt"}


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


def cast_of(text: str) -> Cast:
    """A cast of the made-up parties that the text names."""
    members: dict[str, Member] = {}
    mentions: list[Mention] = []
    for name in sorted(PARTIES, key=len, reverse=True):
        key = SAME.get(name, name)
        for m in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
            if any(o.start < m.end() and m.start() < o.end for o in mentions):
                continue
            acts = m.start() == 0 or text[m.start() - 1] == "\n"
            mentions.append(Mention(m.start(), m.end(), key, "name", "agent" if acts else "other"))
            members.setdefault(key, Member(key, key, PARTIES[key]))
    if "Mira Holt" in members and "Sudmark" in members:
        members["Mira Holt"].member_of = "Sudmark"
    mentions.sort(key=lambda m: m.start)
    return Cast(members, tuple(mentions))


@pytest.fixture(scope="module")
def read(parser: Parser) -> Read:
    words = lexicon.load()

    def _read(body: str, *, title: str = "Dispute goes on") -> list[ProposedDemand]:
        text = f"{title}\n\n{body}"
        parsed = parser.parse(text)
        found = demands.find(parsed, speech.utterances(parsed, words), cast_of(text), words)
        for demand in found:
            for quote in demand.quotes:
                assert text[quote.start : quote.end] == quote.text
        return found

    return _read


def only(found: list[ProposedDemand]) -> ProposedDemand:
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("sentence", "kind", "sides", "wanted"),
    [
        ("Norland urged Sudmark to open the border.", "appeal", ("Norland", "Sudmark"), "open the border"),
        ("Norland called on Sudmark to withdraw its troops.", "demand", ("Norland", "Sudmark"), "withdraw its troops"),
        ("Norland has called for Sudmark to reduce its fleet.", "demand", ("Norland", "Sudmark"), "reduce its fleet"),
        ("The harbour union wants the port authority to raise wages.", "demand", ("the harbour union", "the port authority"), "raise wages"),
        ("Norland demanded that Sudmark release the sailors.", "demand", ("Norland", "Sudmark"), "release the sailors"),
        ("Norland warned Sudmark against military action.", "appeal", ("Norland", "Sudmark"), "military action"),
        ("Norland pressed Sudmark for an answer.", "demand", ("Norland", "Sudmark"), "an answer"),
        ("The harbour union asked the court to lift the ban.", "appeal", ("the harbour union", "the court"), "lift the ban"),
    ],
)  # fmt: skip
def test_a_verb_of_wanting_gives_who_whom_and_what(
    read: Read, sentence: str, kind: str, sides: tuple[str, str], wanted: str
) -> None:
    demand = only(read(sentence))
    assert demand.kind == kind
    assert (demand.from_[0], demand.to[0]) == sides
    assert wanted in demand.text


def test_what_is_demanded_without_addressee_leaves_it_empty(read: Read) -> None:
    demand = only(read("Norland called for an immediate ceasefire."))
    assert (demand.from_, demand.to) == (("Norland",), ())
    assert demand.text == "an immediate ceasefire"


def test_a_passive_turns_the_sides_round(read: Read) -> None:
    demand = only(read("Kestrel was asked by the ministry to publish the figures."))
    assert (demand.from_, demand.to) == (("the ministry",), ("Kestrel",))


def test_a_passive_without_agent_names_nobody_who_wants(read: Read) -> None:
    demand = only(read("Residents were told to leave the valley."))
    assert (demand.from_, demand.to) == ((), ("residents",))


def test_two_things_demanded_are_two_demands_with_the_same_sides(read: Read) -> None:
    found = read("The ministry called for Kestrel to reduce its debt and cut payments to its owners.")
    assert [d.text for d in found] == ["reduce its debt", "cut payments to its owners"]
    assert all((d.from_, d.to) == (("the ministry",), ("Kestrel",)) for d in found)
    assert any(q.role == "antecedent" and "ministry" in q.text for q in found[1].quotes)


@pytest.mark.parametrize(
    "sentence",
    [
        "Norland did not demand that Sudmark release the sailors.",
        "If Norland demanded an apology, Sudmark would leave.",
        "Norland denied that it had asked Sudmark to leave the valley.",
        "Will Norland demand an apology?",
    ],
)
def test_denials_questions_and_suppositions_are_no_demands(read: Read, sentence: str) -> None:
    assert read(sentence) == []


def test_a_modal_under_a_reporting_verb_is_the_speakers_demand(read: Read) -> None:
    demand = only(read("Mira Holt said Norland must return the ships."))
    assert (demand.from_, demand.to) == (("Mira Holt",), ("Norland",))
    assert demand.text == "return the ships"


def test_a_modal_that_nobody_says_is_no_demand(read: Read) -> None:
    assert read("The bridge must carry heavy trucks every day.") == []


def test_what_should_have_been_done_is_no_demand(read: Read) -> None:
    assert read("Mira Holt said Norland should have returned the ships.") == []


def test_a_command_in_quotation_marks_is_an_appeal_of_its_speaker(read: Read) -> None:
    demand = only(read('"Stop the shelling of our towns," Mira Holt said.'))
    assert demand.kind == "appeal"
    assert demand.from_ == ("Mira Holt",)
    assert demand.text == "Stop the shelling of our towns"


def test_it_is_vital_that_is_an_appeal_of_its_speaker(read: Read) -> None:
    demand = only(read("Mira Holt said it is vital that Norland open the port."))
    assert (demand.kind, demand.from_, demand.to) == ("appeal", ("Mira Holt",), ("Norland",))


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("Norland said it will not negotiate unless Sudmark leaves the valley.", "Norland"),
        ("Kestrel will only sign if Sudmark lifts the tariff.", "Kestrel"),
        ("Mira Holt said the strike will continue until Sudmark pays the wages.", "Mira Holt"),
        ("Mira Holt said further talks would depend on Sudmark lifting the tariff.", "Mira Holt"),
    ],
)
def test_a_condition_is_a_precondition_of_the_one_who_sets_it(read: Read, sentence: str, who: str) -> None:
    found = [d for d in read(sentence) if d.kind == "precondition"]
    demand = only(found)
    assert demand.from_ == (who,)
    assert demand.to == ("Sudmark",) or who == "Mira Holt"


def test_what_an_agreement_must_be_is_a_precondition(read: Read) -> None:
    demand = only(read("Norland has made it clear that any agreement must include the islands."))
    assert (demand.kind, demand.from_) == ("precondition", ("Norland",))


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Kestrel rejected the offer.", "refusal"),
        ("Kestrel refused to publish the figures.", "refusal"),
        ("Norland ruled out direct talks.", "refusal"),
        ("The court denied the request.", "refusal"),
        ("Kestrel offered to pay half of the costs.", "offer"),
        ("Kestrel raised its offer to 40 crowns a share.", "offer"),
        ("Norland is ready to reopen the talks.", "offer"),
        ("Norland agreed to free the sailors.", "concession"),
        ("Norland proposed a joint commission.", "offer"),
    ],
)
def test_refusals_offers_and_concessions_are_told_apart(read: Read, sentence: str, kind: str) -> None:
    assert only(read(sentence)).kind == kind


def test_a_refusal_keeps_its_refusing_word(read: Read) -> None:
    assert only(read("Kestrel refused to publish the figures.")).text == "refused to publish the figures"


def test_declining_to_comment_is_no_refusal_of_the_dispute(read: Read) -> None:
    assert read("Kestrel declined to comment on the report.") == []


def test_or_else_makes_an_ultimatum(read: Read) -> None:
    demand = only(read("The ministry ordered nurses to return by Friday or lose their licences."))
    assert demand.kind == "ultimatum"
    assert "or lose their licences" in demand.quotes[0].text


def test_a_threat_that_hangs_on_an_if_is_an_ultimatum(read: Read) -> None:
    demand = only(read("Norland threatened to close the strait if Sudmark refuses to leave."))
    assert (demand.kind, demand.from_, demand.to) == ("ultimatum", ("Norland",), ("Sudmark",))


@pytest.mark.parametrize(
    ("sentence", "who", "wanted"),
    [
        ("Norland reiterated its demand for free passage.", ("Norland",), "free passage"),
        ("Sudmark rejected calls for an inquiry.", (), "an inquiry"),
        ("Mira Holt stressed the need for a lasting truce.", ("Mira Holt",), "a lasting truce"),
        ("The harbour union's demands include shorter shifts.", ("the harbour union",), "shorter shifts"),
    ],
)
def test_a_noun_tells_a_demand_too(read: Read, sentence: str, who: tuple[str, ...], wanted: str) -> None:
    found = [d for d in read(sentence) if d.kind != "refusal" and wanted in d.text]
    assert only(found).from_ == who


def test_a_repeated_demand_is_reiterated(read: Read) -> None:
    assert only(read("Norland reiterated its demand for free passage.")).status == "reiterated"


def test_the_same_demand_in_two_places_is_one_entry_with_both_quotes(read: Read) -> None:
    found = read(
        "Norland urged Sudmark to open the border.\nHours later Norland again urged Sudmark to open the border."
    )
    demand = only(found)
    assert len([q for q in demand.quotes if q.role == "support"]) == 2


def test_an_official_is_followed_by_the_state_that_the_text_puts_beside(read: Read) -> None:
    found = read("Sudmark's minister Mira Holt arrived on Monday.\nHolt said Norland must return the ships.")
    demand = only(found)
    assert demand.from_ == ("Mira Holt", "Sudmark")
    assert any(q.role == "antecedent" and "Sudmark" in q.text for q in demand.quotes)


def test_a_speaker_outside_the_quote_is_tied_by_an_antecedent(read: Read) -> None:
    demand = only(read('"Norland must return the ships at once," Mira Holt said on Monday.'))
    assert demand.from_ == ("Mira Holt",)
    assert any(q.role == "antecedent" and "Mira Holt" in q.text for q in demand.quotes)


def test_we_is_the_one_who_speaks(read: Read) -> None:
    demand = only(read('"We call on Norland to free the sailors," Mira Holt said.'))
    assert demand.from_ == ("Mira Holt",)


def test_last_years_demand_is_background(read: Read) -> None:
    assert only(read("In 2019 Norland had demanded an apology.")).tense == "past_background"


def test_a_text_without_wishes_gives_none(read: Read) -> None:
    assert read("The ferry crossed the sound in two hours and the weather was fine.") == []


def test_the_wanted_words_are_few(read: Read) -> None:
    long = ", ".join(
        f"the {w} fund" for w in ("coal", "steel", "grain", "harbour", "school", "road", "rail", "water")
    )
    demand = only(read(f"Norland urged Sudmark to publish the accounts of {long}."))
    assert len(demand.text.split()) <= 14


def test_they_after_a_sentence_about_a_group_is_that_group(read: Read) -> None:
    found = read("Nurses walked out on Monday. They are seeking a higher wage.")
    demand = only([d for d in found if "wage" in d.text])
    assert demand.from_ == ("nurses",)


def test_a_pronoun_under_the_report_is_the_speaker(read: Read) -> None:
    demand = only(read("Norland said it would not sign the treaty."))
    assert (demand.kind, demand.from_) == ("refusal", ("Norland",))


def test_we_outside_any_speech_is_the_body_that_states(read: Read) -> None:
    found = read("Norland condemns the attack.\nWe urge Sudmark to open the border.")
    demand = only(found)
    assert (demand.from_, demand.to) == (("Norland",), ("Sudmark",))


def test_a_statement_without_quotation_marks_belongs_to_who_is_said_to_make_it(read: Read) -> None:
    found = read("Mira Holt said:\nIt is vital that Norland open the port.")
    assert only(found).from_ == ("Mira Holt",)


def test_a_letter_urges_for_those_who_sent_it(read: Read) -> None:
    demand = only(read("Nurses sent a letter to the council urging the ministry to raise wages."))
    assert (demand.from_, demand.to) == (("nurses",), ("the ministry",))


def test_none_of_the_requests_granted_is_a_refusal(read: Read) -> None:
    demand = only(read("None of the requests were granted."))
    assert (demand.kind, demand.status) == ("refusal", "rejected")


def test_an_offer_that_is_not_enough_is_refused_by_the_speaker(read: Read) -> None:
    demand = only(read("The harbour union said the offer is not enough."))
    assert (demand.kind, demand.from_) == ("refusal", ("the harbour union",))


def test_whose_doing_is_to_end_is_addressed(read: Read) -> None:
    demand = only(read("Norland called for an end to Sudmark's raids."))
    assert (demand.from_, demand.to) == (("Norland",), ("Sudmark",))


def test_whom_sanctions_shall_hit_is_not_addressed(read: Read) -> None:
    demand = only(read("Norland called for sanctions on Sudmark."))
    assert demand.to == ()


def test_a_denied_subject_keeps_its_no(read: Read) -> None:
    demand = only(read("Mira Holt said no ship should leave the harbour."))
    assert demand.text.startswith("no ship")


@pytest.mark.parametrize(
    "sentence",
    [
        "The scheme offers coverage to farmers.",
        "Demand for steel rose in Norland.",
        "Mira Holt said it must be hard for the crews.",
        "Rather than ask Sudmark to leave, Norland waited.",
        "The conditions for a harvest were poor.",
        "Norland sought to reassure its people.",
        "How Norland urged Sudmark to leave remains a secret.",
        "Norland offered no new terms.",
        "Every town that wants a bridge is able to build one.",
        "Mira Holt said that should make the crossing easier.",
        "The idea that Norland must leave is an old one.",
    ],
)
def test_habits_markets_guesses_and_aims_are_no_demands(read: Read, sentence: str) -> None:
    assert read(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("The ministry gave Kestrel two days to publish the figures.", ("the ministry",)),
        ("Kestrel has until Friday to publish the figures.", ()),
    ],
)
def test_a_term_to_act_in_is_an_ultimatum(read: Read, sentence: str, who: tuple[str, ...]) -> None:
    demand = only(read(sentence))
    assert (demand.kind, demand.from_, demand.to) == ("ultimatum", who, ("Kestrel",))
    assert demand.text == "publish the figures"


def test_agreeing_to_a_thing_is_a_concession(read: Read) -> None:
    assert only(read("The harbour union agreed to a smaller raise.")).kind == "concession"


def test_both_sides_agreeing_is_nobodys_concession(read: Read) -> None:
    assert read("Norland and Sudmark agreed to a truce.") == []


def test_what_must_not_be_keeps_its_not(read: Read) -> None:
    demand = only(read("Mira Holt said Norland must not cross the river."))
    assert demand.text == "must not cross the river"


def test_an_answer_by_the_other_side_is_its_response(read: Read) -> None:
    found = read("Norland urged Sudmark to open the border. Sudmark rejected the demand.")
    demand = next(d for d in found if d.kind == "appeal")
    assert demand.response == "Sudmark rejected the demand"
    assert demand.status == "rejected"
    assert any(q.text == demand.response for q in demand.quotes)


def test_a_denial_is_a_response_without_a_change_of_status(read: Read) -> None:
    found = read("Norland urged Sudmark to open the border. Sudmark denied that these issues were discussed.")
    demand = next(d for d in found if d.kind == "appeal")
    assert demand.response is not None
    assert demand.status == "stated"


def test_an_answer_of_somebody_else_is_no_response(read: Read) -> None:
    found = read("Norland urged Sudmark to open the border. Ostania rejected the demand.")
    assert next(d for d in found if d.kind == "appeal").response is None


def test_their_own_words_name_the_demand(read: Read) -> None:
    demand = only(
        read('Mira Holt called for "free, fair and early elections" following the talks of last week.')
    )
    assert demand.text == "free, fair and early elections"


def test_a_headline_of_two_clauses_blames_the_nearer_party(read: Read) -> None:
    found = read(
        "The ferry waited.", title="Norland and Sudmark Hold Talks as Ostania Warns Residents to Leave"
    )
    demand = only(found)
    assert (demand.from_, demand.to) == (("Ostania",), ("residents",))


@pytest.mark.parametrize(
    ("sentence", "kind", "who", "wanted"),
    [
        ("Mira Holt said it is time for Norland to leave the valley.", "appeal", "Mira Holt", "leave the valley"),
        ('"All we are asking for is a fair wage," Mira Holt said.', "demand", "Mira Holt", "a fair wage"),
        ('"We are not going to negotiate with them," Mira Holt said.', "refusal", "Mira Holt", "negotiate"),
        ("Norland threatened to cut the cable unless Sudmark pays its debt.", "ultimatum", "Norland", "pays its debt"),
        ("Norland invited Sudmark to talks next week.", "offer", "Norland", "talks"),
        ("Mira Holt said nurses who do not return by Monday will lose their licences.", "ultimatum", "Mira Holt",
         "return by Monday"),
        ("The harbour union has given Kestrel an ultimatum: raise wages or face a strike.", "ultimatum",
         "the harbour union", "raise wages"),
        ("The harbour union wants access to the accounts.", "demand", "the harbour union", "access to the accounts"),
        ("The harbour union stood firm.", "refusal", "the harbour union", "stood firm"),
        ("The port authority backed down.", "concession", "the port authority", "backed down"),
        ("Norland's red line is the use of gas.", "red_line", "Norland", "the use of gas"),
        ("Kestrel's offer is contingent on Tern dropping its suit.", "precondition", "Kestrel", "dropping its suit"),
        ("Nurses are striking for higher wages.", "demand", "nurses", "higher wages"),
        ("Residents want the plan scrapped.", "demand", "residents", "the plan scrapped"),
        ("The harbour union would accept nothing less than a raise.", "demand", "the harbour union", "a raise"),
    ],
)  # fmt: skip
def test_the_ways_of_the_trade_to_say_it(read: Read, sentence: str, kind: str, who: str, wanted: str) -> None:
    demand = next(d for d in read(sentence) if wanted in d.text)
    assert demand.kind == kind
    assert demand.from_ == (who,)


@pytest.mark.parametrize(
    ("verb", "status"), [("lifted", "withdrawn"), ("softened", "softened"), ("hardened", "hardened")]
)
def test_what_becomes_of_a_demand_is_its_status(read: Read, verb: str, status: str) -> None:
    demand = only(read(f"Norland {verb} its demand for an apology."))
    assert (demand.status, demand.from_) == (status, ("Norland",))


def test_what_one_side_of_a_dispute_demands_it_demands_of_the_other(read: Read) -> None:
    found = read("Nurses began a strike in their dispute with the ministry.\nNurses demanded a higher wage.")
    demand = next(d for d in found if "wage" in d.text)
    assert demand.to == ("the ministry",)
    assert any(q.role == "antecedent" and "dispute with the ministry" in q.text for q in demand.quotes)


def test_without_a_told_dispute_the_addressee_stays_empty(read: Read) -> None:
    found = read("The ministry opened a clinic.\nNurses demanded a higher wage.")
    assert only(found).to == ()


def test_whom_a_vow_would_stop_is_addressed(read: Read) -> None:
    demand = only(read("Norland vowed not to let Sudmark build the dam."))
    assert (demand.kind, demand.to) == ("red_line", ("Sudmark",))


def test_a_place_in_an_offer_is_not_offered_to(read: Read) -> None:
    demand = only(read("Norland offered to build a school in Sudmark."))
    assert (demand.kind, demand.to) == ("offer", ())


def test_a_condition_told_by_a_subordinate_clause_is_no_concession(read: Read) -> None:
    found = read("Mira Holt said the strike will go on until all the demands are met.")
    assert [d.kind for d in found] == ["precondition"]


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Norland hopes Sudmark will return to the table.", "return to the table"),
        ("Norland hoped that Sudmark would sign.", "sign"),
        ("The council asked that residents avoid the bridge.", "avoid the bridge"),
        ("Norland wants to ban the trade.", "ban the trade"),
        ("Kestrel must submit the report within 24 hours.", "submit the report within 24 hours"),
        ("The ministry said Kestrel could face a fine if it fails to answer.", "if it fails to answer"),
        ("Norland threatened more raids if the strikes continue.", "if the strikes continue"),
        ("Mira Holt said the council would scrap the fee.", "scrap the fee"),
        ("The council urged the ministry to step in.", "step in"),
    ],
)
def test_what_is_wanted_reads_whole(read: Read, sentence: str, wanted: str) -> None:
    assert any(d.text.endswith(wanted) for d in read(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "Mira Holt said it is vital that Norland open the port, and that Ostania send the ships.",
        "Mira Holt demanded that Norland open the port and that Ostania send the ships.",
    ],
)
def test_two_that_clauses_are_two_demands(read: Read, sentence: str) -> None:
    found = sorted(read(sentence), key=lambda d: d.quotes[0].start)
    assert [d.to for d in found] == [("Norland",), ("Ostania",)]
    assert all(d.from_ == ("Mira Holt",) for d in found)
    assert "Ostania" not in found[0].text


@pytest.mark.parametrize(
    ("sentence", "kind", "wanted"),
    [
        ("Norland proposed last month that Sudmark and Ostania postpone their drills.", "offer", "postpone their drills"),
        ("The release of all prisoners was demanded by Norland.", "demand", "The release of all prisoners"),
        ("Norland submitted a peace offer to Sudmark after weeks of talks.", "offer", "a peace offer to Sudmark"),
        ("Norland called the demand unacceptable.", "refusal", "called the demand unacceptable"),
        ("Norland would lift the blockade if Sudmark withdrew its troops.", "offer", "lift the blockade"),
        ("Norland warned that it would expel the envoy unless Sudmark apologised.", "ultimatum", "Sudmark apologised"),
        ("Norland had the backing of Ostania in urging Sudmark to withdraw.", "appeal", "withdraw"),
    ],
)  # fmt: skip
def test_demands_in_other_forms_are_found(read: Read, sentence: str, kind: str, wanted: str) -> None:
    demand = only(read(sentence))
    assert (demand.kind, demand.from_[0]) == (kind, "Norland")
    assert wanted in demand.text


def test_what_one_hopes_of_another_is_an_appeal_and_not_the_others_refusal(read: Read) -> None:
    demand = only(read('"We hope that Sudmark rejects the request," Norland said.'))
    assert (demand.kind, demand.from_, demand.to) == ("appeal", ("Norland",), ("Sudmark",))


def test_a_paper_speaks_for_those_who_signed_it(read: Read) -> None:
    demand = only(read("The petition, signed by Norland, demands that Sudmark withdraw."))
    assert (demand.from_, demand.to) == (("Norland",), ("Sudmark",))
