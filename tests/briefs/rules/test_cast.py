"""Who takes part and by which names, one rule a test; states of the world, everybody else made up."""

from __future__ import annotations

import pytest

from briefs import lexicon, speech
from briefs.engines.rules import casting, parties
from briefs.engines.rules.cast import Cast, Member
from briefs.parse import Parser
from briefs.proposals import ProposedParty


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


@pytest.fixture(scope="module")
def words() -> lexicon.Lexicon:
    return lexicon.load()


@pytest.fixture
def cast(parser: Parser, words: lexicon.Lexicon):
    def read(text: str) -> Cast:
        parsed = parser.parse(text)
        return casting.build(parsed, speech.utterances(parsed, words), words)

    return read


@pytest.fixture
def settled(parser: Parser, words: lexicon.Lexicon):
    def read(text: str) -> dict[str, ProposedParty]:
        parsed = parser.parse(text)
        said = speech.utterances(parsed, words)
        found = casting.build(parsed, said, words)
        return {p.name: p for p in parties.settle(found, parsed, said, (), ())}

    return read


def member(found: Cast, name: str) -> Member:
    return next(m for m in found.members.values() if name in {m.name, *m.aliases})


def party_at(found: Cast, text: str, words: str, nth: int = 0) -> str | None:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    key = found.at(start, start + len(words))
    return found.members[key].name if key else None


def test_a_seat_that_acts_stands_for_its_state(cast) -> None:
    text = "Norway and Sweden met on Monday. Oslo rejected the plan, and Sweden accepted it."
    assert party_at(cast(text), text, "Oslo") == "Norway"


def test_a_seat_where_something_happens_is_a_place(cast) -> None:
    text = "Norway and Sweden met on Monday. Ministers walked through Oslo and then sat down in Stockholm."
    assert party_at(cast(text), text, "Stockholm") is None


def test_a_demonym_is_a_mention_of_its_state(cast) -> None:
    text = "Norway closed the strait. Norwegian officials said it would stay closed."
    assert party_at(cast(text), text, "Norwegian officials") == "Norway"


def test_a_surname_is_its_full_names_alias(cast) -> None:
    found = cast("Mira Holt closed the gates. Holt said they would stay closed.")
    assert "Holt" in member(found, "Mira Holt").aliases


def test_spelling_variants_are_one_person(cast) -> None:
    found = cast(
        "Omar bin Said al-Rashidi spoke on Monday. On Tuesday Omar Alrashidi said the talks had failed again."
    )
    assert len([m for m in found.members.values() if m.type == "person"]) == 1


def test_a_title_before_a_name_gives_title_and_state(cast) -> None:
    found = member(cast("Norwegian Foreign Minister Mira Holt rejected the plan."), "Mira Holt")
    assert (found.title, found.member_of) == ("Foreign Minister", "norway")
    assert "Norwegian Foreign Minister" in found.aliases


def test_a_title_in_apposition_gives_title_and_state(cast) -> None:
    found = member(cast("Norway’s foreign minister, Mira Holt, rejected the plan on Monday."), "Mira Holt")
    assert (found.title, found.member_of) == ("foreign minister", "norway")


def test_a_title_alone_means_the_person_who_bears_it(cast) -> None:
    text = "Foreign Secretary Mira Holt met the dockers. The Foreign Secretary said the port would open."
    assert party_at(cast(text), text, "Foreign Secretary", nth=1) == "Mira Holt"


def test_an_abbreviation_in_brackets_is_an_alias(cast) -> None:
    text = "The Northern Dockers Association (NDA) called a strike. The NDA said it would last a week."
    found = cast(text)
    assert party_at(found, text, "NDA", nth=1) == "Northern Dockers Association"


def test_a_definite_noun_means_the_only_body_of_its_kind(cast) -> None:
    text = "The United Harbour Union called a strike on Monday. The union said it would last a week."
    assert party_at(cast(text), text, "The union") == "United Harbour Union"


def test_the_government_means_the_only_state(cast) -> None:
    text = "Norway closed the strait on Monday. The government said it would stay closed."
    assert party_at(cast(text), text, "The government") == "Norway"


def test_a_body_may_be_called_by_its_name_and_its_kind(cast) -> None:
    text = "Kestrel Shipping closed the yard. The Kestrel Shipping group said that it would not open again."
    assert party_at(cast(text), text, "The Kestrel Shipping group") == "Kestrel Shipping"


def test_the_south_is_no_state_where_none_is_named(cast) -> None:
    text = "Mira Holt moved to the South. The South has long winters."
    assert party_at(cast(text), text, "South", nth=1) is None


def test_the_south_is_the_state_that_is_named(cast) -> None:
    text = "South Korea closed the strait. The South said it would stay closed."
    assert party_at(cast(text), text, "The South") == "South Korea"


def test_he_and_she_stand_for_who_acted_last(cast) -> None:
    text = "Mira Holt closed the gates on Monday. She said they would stay closed."
    assert party_at(cast(text), text, "She") == "Mira Holt"


def test_i_in_a_quotation_is_its_speaker(cast) -> None:
    text = "“I will not open the gates,” Mira Holt said."
    assert party_at(cast(text), text, "I ") == "Mira Holt"


def test_a_group_that_acts_is_a_party(settled) -> None:
    found = settled("Dockers walk out\n\nThousands of striking dockers blocked the port on Monday.")
    assert any(p.type == "civilian_group" and "dockers" in {p.name, *p.aliases} for p in found.values())


def test_a_photographers_credit_is_no_party(settled) -> None:
    found = settled("Mira Holt closed the gates on Monday.\n\nMira Holt at the gates REUTERS/Jon Birk")
    assert "Jon Birk" not in found


def test_an_outlet_as_source_is_no_party(settled) -> None:
    assert "Reuters" not in settled("Mira Holt told Reuters that the gates would stay closed.")


def test_a_place_in_passing_is_no_party(settled) -> None:
    assert "Chicago" not in settled("Mira Holt closed the gates near Chicago on Monday.")


def test_a_vague_group_is_no_party(settled) -> None:
    assert set(settled("Both countries agreed to meet again on Monday.")) == set()


def test_every_party_is_quoted_with_its_name(settled) -> None:
    found = settled(
        "Norway closes strait\n\nNorwegian Foreign Minister Mira Holt rejected the plan. Holt said the strait would stay"
        " closed. Sweden protested, and fishermen blocked the ferry."
    )
    assert set(found) >= {"Norway", "Mira Holt", "Sweden"}
    assert "Mira Holt" in " ".join(q.text for q in found["Mira Holt"].quotes)


def test_a_title_may_tell_the_body_that_a_person_speaks_for(cast) -> None:
    text = "The Harbour Workers' Union called a strike. “We are ready,” said Mira Holt, the union's general secretary."
    found = cast(text)
    person = member(found, "Mira Holt")
    assert person.member_of is not None
    assert found.members[person.member_of].name == "Harbour Workers' Union"


def test_a_company_is_known_by_its_first_word(cast) -> None:
    text = "Kestrel Terminals raised its offer. Kestrel's shares fell. Analysts said Kestrel was right."
    found = cast(text)
    assert {party_at(found, text, "Kestrel", nth) for nth in range(3)} == {"Kestrel Terminals"}
    assert member(found, "Kestrel Terminals").type == "company"


def test_they_are_the_only_group_that_acted_before(cast) -> None:
    text = "Dockers blocked the port on Monday. They are seeking higher pay."
    assert party_at(cast(text), text, "They") == "Dockers"


def test_it_is_a_body_only_where_it_speaks(cast) -> None:
    text = "The Harbour Workers' Union rejected the offer. It said the strike would go on. It rained all day."
    found = cast(text)
    assert party_at(found, text, "It said") == "Harbour Workers' Union"
    assert party_at(found, text, "It rained") is None


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("The ferry was run by Tarn Air, a subsidiary of Corvane Holdings.", "Tarn Air", "company"),
        ("Her father Bassan said she was upset.", "Bassan", "person"),
        ("The plan drew anger from Floridians, who wrote letters.", "Floridians", "civilian_group"),
        ("The bill passed the House before the break.", "House", "government_body"),
        ("Plaintiffs rejected the offer on Monday.", "Plaintiffs", "civilian_group"),
        ("Quorvane's board rejected the bid. Quorvane said profits rose.", "Quorvane", "company"),
    ],
)
def test_words_beside_a_name_tell_what_it_names(cast, text: str, name: str, kind: str) -> None:
    assert member(cast(text), name).type == kind


def test_a_body_called_by_what_it_is_and_its_name_is_one_party(cast) -> None:
    text = "The court rejected an appeal by the ferry rights group Quays Without Tolls on Monday."
    found = cast(text)
    assert party_at(found, text, "the ferry rights group") == party_at(found, text, "Quays Without Tolls")


def test_a_number_is_no_part_of_a_groups_name(cast) -> None:
    found = cast("Gunmen killed at least six fishermen, officials said.")
    assert member(found, "fishermen").name == "fishermen"


def test_a_court_does_not_make_its_state_a_party(settled) -> None:
    found = settled(
        "A Norwegian court rejected the suit of the dockers on Monday. The dockers said they would appeal."
    )
    assert "Norway" not in found


def test_the_state_means_the_region_that_the_article_is_about(cast) -> None:
    text = "Vermont banned the fee in May. Vermont had tried before. The state also closed two harbours."
    assert party_at(cast(text), text, "The state") == "Vermont"


def test_a_company_with_a_demonym_in_its_name_may_be_called_by_it(cast) -> None:
    text = "American Harbour Lines apologised on Monday. American pledged to train its crews."
    assert party_at(cast(text), text, "American", 1) == "American Harbour Lines"


def test_those_who_are_thanked_for_a_report_are_no_parties(cast) -> None:
    found = cast(
        "Norway closed the strait.\n\nAssociated Press writers Ole Berg in Bergen and Ida Holm in Tromso "
        "contributed to this report."
    )
    assert not any(m.type == "person" for m in found.members.values())


def test_an_office_without_a_name_may_be_a_party(settled) -> None:
    found = settled("The mayor rejected the plan on Monday. The dockers asked a judge to stop it.")
    assert found["the mayor"].type == "person"


def test_who_speaks_is_the_person_and_not_those_spoken_for(parser: Parser, words: lexicon.Lexicon) -> None:
    text = 'The dockers lost. "We will appeal," said Mira Holt, a lawyer for the dockers.'
    parsed = parser.parse(text)
    said = speech.utterances(parsed, words)
    found = casting.build(parsed, said, words)
    assert {found.members[k].name for u in said if (k := found.speaker(u))} == {"Mira Holt"}


# -- one entry for one party --------------------------------------------------------------------------------------------


def test_citizens_of_a_state_are_its_people(cast) -> None:
    found = cast("Iran warns Americans\n\nIran told American citizens to leave. Americans left.")

    assert member(found, "American citizens") is member(found, "Americans")


def test_dockers_and_dockworkers_are_one_group(cast) -> None:
    found = cast("Dockers reject offer\n\nDockworkers at Port Calder rejected the offer on Friday.")

    assert member(found, "Dockers") is member(found, "Dockworkers")


def test_those_who_speak_for_the_union_and_the_company_are_these(cast) -> None:
    found = cast(
        "Talks\n\nThe Quay Workers' Union and Marenza Terminals met. The union and the company argued.\n\n"
        "Union officials said they would meet company negotiators on Monday."
    )

    assert member(found, "Union officials").name == "Quay Workers' Union"
    assert not any("negotiator" in m.name for m in found.members.values())


def test_a_noun_for_a_body_before_a_name_tells_that_it_is_one(cast) -> None:
    found = cast(
        "Owners\n\nPension fund Sorrel Mutual, the third-largest shareholder, said it would not sell its shares."
    )

    assert member(found, "Sorrel Mutual").type == "company"


def test_a_country_named_between_commas_is_no_person(cast) -> None:
    found = cast("Bid\n\nIn the bidder's home country, Halvmark, regulators cleared the bid on Monday.")

    assert not any(m.name == "Halvmark" and m.type == "person" for m in found.members.values())


def test_a_quotation_mark_inside_a_name_has_its_other_half(cast) -> None:
    found = cast("Alert\n\nThe U.S. ‘virtual embassy’ in Tehran issued an alert urging Americans to leave.")

    assert any(m.name.endswith("‘virtual embassy’") for m in found.members.values())


def test_an_adjective_before_a_name_is_no_part_of_it(cast) -> None:
    found = cast(
        "Secretive Kestrel app removed from store\n\nKestrel said on Monday that it had been removed. "
        "Kestrel's founder denied the charge."
    )

    assert not any(m.name.startswith("Secretive") for m in found.members.values())
