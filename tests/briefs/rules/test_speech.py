"""Who says what, one rule a test; people and articles are made up."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefs import lexicon, speech
from briefs.parse import Parser

Said = tuple[str, str, str | None]


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


@pytest.fixture(scope="module")
def words() -> lexicon.Lexicon:
    return lexicon.load()


@pytest.fixture
def said(parser: Parser, words: lexicon.Lexicon):
    """Reads a text into (mode, content, speaker words)."""

    def read(text: str) -> list[Said]:
        found = speech.utterances(parser.parse(text), words)
        return [
            (
                u.mode.removesuffix("_quote"),
                text[slice(*u.content)],
                text[slice(*u.speaker)] if u.speaker else None,
            )
            for u in found
        ]

    return read


@pytest.fixture
def direct(said):
    def read(text: str) -> list[tuple[str, str | None]]:
        return [(content, speaker) for mode, content, speaker in said(text) if mode == "direct"]

    return read


def test_a_cue_after_the_quotation_names_its_speaker(direct) -> None:
    assert direct("“We will not pay for this,” said Mira Holt, head of the harbour union.") == [
        ("We will not pay for this,", "Mira Holt, head of the harbour union")
    ]


def test_a_cue_before_the_quotation_names_its_speaker(direct) -> None:
    assert direct("The ministry said: “Nobody will lose a licence over this.”") == [
        ("Nobody will lose a licence over this.", "The ministry")
    ]


def test_a_cue_between_two_parts_names_the_speaker_of_both(direct) -> None:
    found = direct("“We waited for a year,” Holt said. “We will not wait for another.”")
    assert [speaker for _, speaker in found] == ["Holt", "Holt"]


def test_a_quotation_goes_on_over_paragraphs(direct) -> None:
    found = direct(
        "Holt spoke to dockers on Monday.\n\n“We waited for a year,” Holt said. “They never wrote to us.\n\n"
        "“Now we close the gates and keep them closed until they do.”"
    )
    assert [speaker for _, speaker in found] == ["Holt", "Holt", "Holt"]


def test_words_in_scare_quotes_are_nobodys_speech(direct) -> None:
    assert direct("The so-called “peace tax” was raised again in spring and nobody paid it.") == []


def test_a_part_of_a_reported_clause_is_its_speakers(direct) -> None:
    assert direct("Holt said the offer was “an insult” to every docker.") == [("an insult", "Holt")]


def test_according_to_names_a_speaker(direct) -> None:
    assert direct("According to Holt, “the gates stay closed” until Friday.") == [
        ("the gates stay closed", "Holt")
    ]


def test_a_credit_after_a_dash_names_the_speaker(direct) -> None:
    assert direct("“I have never seen such a winter in this town.” — Mira Holt") == [
        ("I have never seen such a winter in this town.", "Mira Holt")
    ]


def test_apostrophes_are_no_quotation_marks(direct) -> None:
    assert (
        direct("The dockers' union rejected the owners' plan, and Norland's ministers didn't object.") == []
    )


def test_single_marks_enclose_a_quotation_with_apostrophes_in_it(direct) -> None:
    assert direct("Holt said: ‘We don’t trust the owners’ promises any more.’") == [
        ("We don’t trust the owners’ promises any more.", "Holt")
    ]


def test_reported_clauses_are_indirect_speech(said) -> None:
    assert ("indirect", "the port would open on Friday", "The ministry") in said(
        "The ministry said that the port would open on Friday."
    )


def test_a_clause_before_its_report_is_indirect_speech(said) -> None:
    found = said("The port will open on Friday, officials said.")
    assert [(mode, speaker) for mode, _, speaker in found] == [("indirect", "officials")]


def test_a_statement_after_its_introduction_is_the_speakers(said) -> None:
    text = "Note on the port\n\nThe Harbour Secretary said:\n\nI welcome the end of the closure. Ships may sail again."
    assert (
        "indirect",
        "I welcome the end of the closure. Ships may sail again.",
        "The Harbour Secretary",
    ) in said(text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="ab X.,?\"'“”‘’\n—", max_size=80))
def test_every_span_lies_in_the_text(parser: Parser, words: lexicon.Lexicon, text: str) -> None:
    for found in speech.utterances(parser.parse(text), words):
        for start, end in (found.content, found.speaker or found.content, found.cue or found.content):
            assert 0 <= start < end <= len(text)
