"""Blocks of a text and their kinds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs import text as texts


def kinds(text: str) -> list[str]:
    return [block.kind for block in texts.blocks(text)]


@given(st.text())
def test_blocks_are_the_lines_without_the_blanks_around_them(text: str) -> None:
    found = texts.blocks(text)
    assert [text[b.start : b.end] for b in found] == [
        line.strip() for line in text.split("\n") if line.strip()
    ]
    assert [b.paragraph for b in found] == sorted({b.paragraph for b in found})


@pytest.mark.parametrize(
    "headline",
    [
        "Dockers at Port Arlen stay out",
        "Who will run the harbour?",
        "“We will not go back”",
        "Union: “We will not go back.”",
        "Brenholt Lines sells its ships in the U.S.",
    ],
)
def test_the_first_line_is_a_headline(headline: str) -> None:
    assert kinds(f"{headline}\n\nThe dockers said so.")[0] == "headline"


@pytest.mark.parametrize(
    "text", ["The dockers stay out.\n\nThey said so.", "Who will run it?\nNobody knows."]
)
def test_a_sentence_at_the_top_is_no_headline(text: str) -> None:
    assert kinds(text)[0] == "paragraph"


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for our newsletter",
        "Read more: Ferry runs again",
        "ADVERTISEMENT",
        "Related: harbour tax to rise",
        "© 2026 Arlen Herald",
        "Subscribe to the Herald for full access",
        "Most read",
        "Comments",
    ],
)
def test_a_sites_own_words_are_boilerplate(line: str) -> None:
    assert kinds(f"Headline\n\n{line}\n\nThe dockers said so.")[1] == "boilerplate"


@pytest.mark.parametrize(
    "line",
    [
        "Donated cranes arrived in Port Arlen on Monday.",
        "Subscribers of the paper protested against the new owner.",
        "Copyright holders sued Brenholt Lines on Monday.",
        "Registered dockers voted to stay out until Friday.",
        "Recommended by the mediator, the deal was refused by the union.",
        "Comments by the minister angered the dockers.",
        "Related companies of Brenholt Lines were not named.",
    ],
)
def test_sentences_that_begin_like_boilerplate_are_read(line: str) -> None:
    assert kinds(f"Headline\n\n{line}")[1] == "paragraph"


@given(st.text())
def test_plain_marks_keep_every_place(text: str) -> None:
    assert len(texts.plain_marks(text)) == len(text)


@pytest.mark.parametrize(
    "opening",
    [
        "GENEVA (AP) - ",
        "SAN ARLO, Porto Verde (AP) — ",
        "PORT ARLEN, Ost. (AP) — ",
        "LINDHAFEN — ",
        "(Reuters) - ",
        "Port Arlen, Feb. 6 (Agency) – ",
        "",
    ],
)
def test_the_story_begins_after_place_and_agency(opening: str) -> None:
    story = "The Harbour Union said on Monday - as expected - that it would strike."
    assert (opening + story)[texts.after_dateline(opening + story) :] == story


def test_a_name_in_capitals_is_no_dateline() -> None:
    assert texts.after_dateline("NATO said on Monday that it would hold talks.") == 0


def test_a_low_quotation_mark_in_a_commas_place_is_a_comma() -> None:
    assert texts.plain_marks("In Norburg‚ they wait‚ ‚still’") == "In Norburg, they wait, 'still'"
