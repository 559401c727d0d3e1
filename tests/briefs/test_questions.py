"""What a question asks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs import lexicon
from briefs.parse import Parser
from briefs.questions import MAX_CHARS, QuestionReader, resolve
from briefs.questions.pieces import parts, pieces
from briefs.questions.sources import outlets, same_outlet
from briefs.terms import Names, stem

LEXICON = lexicon.load()
NAMES = Names(LEXICON)


@pytest.fixture(scope="module")
def reader() -> QuestionReader:
    return QuestionReader(Parser(), LEXICON, NAMES)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who signed the treaty?", "party"),
        ("Who is the director of the dam company?", "person"),
        ("When will the talks resume?", "date"),
        ("On what date did the strike begin?", "date"),
        ("Where were the delegations received?", "place"),
        ("Which country hosts the talks?", "place"),
        ("Which company owns the ferry?", "party"),
        ("Why did the union walk out?", "cause"),
        ("How many workers were dismissed?", "number"),
        ("What percentage of the nurses voted?", "percent"),
        ("What pay rise does the union want?", "quantity"),
        ("How did Ostrany respond to the ultimatum?", "reaction"),
        ("What did Ostrany say in reply to the offer?", "reaction"),
        ("Did Ostrany accept the offer?", "whether"),
        ("After the first report, did the ministry change its mind?", "whether"),
        ("What does Velmark demand?", "any"),
        ("harbour strike date", "date"),
    ],
)
def test_a_question_asks_for_a_kind_of_thing(reader: QuestionReader, text: str, kind: str) -> None:
    assert reader.read(text).asks[0].kind == kind


def test_who_and_when_are_two_things_asked(reader: QuestionReader) -> None:
    assert [ask.kind for ask in reader.read("Who announced the truce, and when?").asks] == ["party", "date"]


def test_what_is_counted_is_the_focus(reader: QuestionReader) -> None:
    assert reader.read("How many interns did the ministry post?").asks[0].focus == ("intern",)


def test_a_number_before_the_noun_is_how_many_are_wanted(reader: QuestionReader) -> None:
    assert reader.read("Which five countries did the envoy visit?").asks[0].count == 5


def test_the_doer_is_the_subject_and_the_deed_a_predicate(reader: QuestionReader) -> None:
    question = reader.read("What did Irena Solvik propose to the farmers?")
    assert [question.units[i].text for i in question.subject] == ["Irena Solvik"]
    assert [question.units[i].text for i in question.predicates] == ["propose"]


def test_names_of_states_are_known_by_any_form(reader: QuestionReader) -> None:
    assert "United States" in {unit.name for unit in reader.read("What do American officials want?").units}


def test_an_outlet_is_a_source_where_words_point_at_it(reader: QuestionReader) -> None:
    held = ["Lindhafen Courier"]
    assert reader.read("Who resigned, according to the Lindhafen Courier?", held).outlets == (
        "Lindhafen Courier",
    )
    assert reader.read("Who bought the Lindhafen Courier?", held).outlets == ()


def test_a_paper_that_nobody_knows_is_an_outlet_by_its_name() -> None:
    assert outlets("Which minister is named in the article by the Aldra Valley Gazette?", []) != []
    assert same_outlet("The Courier", "Courier")
    assert not same_outlet(None, "Courier")


def test_a_question_about_change_says_so(reader: QuestionReader) -> None:
    assert reader.read("How did the ministry's position change between March 2 and April 9?").change
    assert not reader.read("What is the ministry's position?").change


@pytest.mark.parametrize(
    "text", ["", " ", "?", "dam", "¿Qué exige Velmark?", "x" * 10_000, "who " * 3_000, "\x00"]
)
def test_any_text_is_read_as_some_question(reader: QuestionReader, text: str) -> None:
    question = reader.read(text)
    assert question.asks
    assert len(question.text) <= MAX_CHARS


@given(st.text(max_size=60))
@settings(max_examples=30, deadline=None)
def test_units_stand_in_the_question(text: str) -> None:
    question = _READER.read(text)
    assert all(unit.text in question.text and unit.stems for unit in question.units)
    assert all(i < len(question.units) for i in (*question.subject, *question.predicates))


def test_a_follow_up_takes_what_it_leaves_out(reader: QuestionReader) -> None:
    first = reader.read("What does Velmark demand about the dam?")
    resolved = resolve("and what did Ostrany reply?", [first], NAMES)
    assert resolved.startswith("what did Ostrany reply?")
    assert "dam" in resolved


def test_a_pronoun_takes_the_thread_with_it(reader: QuestionReader) -> None:
    assert "Irena Solvik" in resolve(
        "When did she say that?", [reader.read("What did Irena Solvik say?")], NAMES
    )


def test_a_question_that_stands_by_itself_stays_as_it_is(reader: QuestionReader) -> None:
    text = "How many soldiers does Velmark keep at the border?"
    assert resolve(text, [reader.read("Who mediates?")], NAMES) == text
    assert resolve("and when?", [], NAMES) == "and when?"


@pytest.mark.parametrize(
    ("text", "kind", "sides"),
    [
        ("Which came first: the strike or the lockout?", "order", ("the strike", "the lockout")),
        ("Did the vote happen before or after the strike began?", "order", ("the vote happen", "the strike began")),
        ("How does the offer compare with the demand?", "compare", ("the offer", "the demand")),
        ("What did the union say about pay versus pensions?", "compare", ("What did the union say about pay", "pensions")),
    ],
)  # fmt: skip
def test_a_question_with_two_sides_is_cut_in_two(text: str, kind: str, sides: tuple[str, str]) -> None:
    found = pieces(text)
    assert found is not None
    assert (found.kind, found.sides) == (kind, sides)


def test_a_plain_question_has_no_sides() -> None:
    assert pieces("What does the union demand?") is None


def test_questions_in_a_row_are_told_apart() -> None:
    assert len(parts("What did the court order, and did the union comply?")) == 2
    assert len(parts("Who wants bread and water?")) == 1


_READER = QuestionReader(Parser(), LEXICON, NAMES)


@pytest.mark.parametrize(
    ("text", "agent"),
    [("Who opened the hall?", True), ("Whom did the guild elect?", False), ("Which guild struck?", True)],
)
def test_whoever_does_it_is_asked_for_or_not(reader: QuestionReader, text: str, agent: bool) -> None:
    assert reader.read(text).asks[0].agent is agent


def test_the_start_and_end_dates_are_dates(reader: QuestionReader) -> None:
    assert reader.read("What are the start and end dates of the truce?").asks[0].kind == "date"


def test_two_dates_that_share_their_noun_are_both_asked_for(reader: QuestionReader) -> None:
    question = reader.read("What are the start and end dates of the registration?")
    assert question.asks[0].kind == "date"
    assert question.asks[0].focus == tuple(stem(w) for w in ("start", "end", "dates"))
    assert not question.predicates


def test_what_measures_the_time_is_no_matter_of_the_question(reader: QuestionReader) -> None:
    question = reader.read("How long has the strike lasted?")
    assert [u.text for u in question.units if u.role != "frame"] == ["strike"]
