"""How words are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs import lexicon
from briefs.terms import Meanings, Names, derived, stem, terms

NAMES = Names(lexicon.load())
MEANINGS = Meanings([["reply", "answer"], ["pay", "wage"]])


def found(text: str, *, cased: bool = True) -> set[str]:
    return {name for _, _, name in NAMES.found(terms(text), cased=cased)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("demands", "demanded"),
        ("won", "win"),
        ("1,200", "1200"),
        ("three", "3"),
        ("third", "3rd"),
        ("Jan.", "January"),
        ("Solvik’s", "Solvik"),
        ("%", "percent"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert terms(one)[0].stem == terms(other)[0].stem


def test_the_country_is_not_the_pronoun() -> None:
    assert terms("US")[0].stem == terms("U.S.")[0].stem != terms("us")[0].stem


def test_names_of_a_state_come_down_to_one() -> None:
    assert found("American officials") == found("The U.S. said") == {"United States"}


def test_an_abbreviation_is_a_name_in_capitals_alone() -> None:
    assert not found("Who said it?", cased=False)


def test_a_name_without_capitals_is_found_where_case_does_not_count() -> None:
    assert found("what does france want", cased=False) == {"France"}
    assert not found("what does france want")


def test_words_of_like_meaning_share_a_class() -> None:
    assert MEANINGS.classes(stem("replied")) & MEANINGS.classes(stem("answers"))
    assert not MEANINGS.classes(stem("replied")) & MEANINGS.classes(stem("wages"))
    assert MEANINGS.kin(stem("pay")) == {stem("wage")}


def test_families_share_a_long_beginning() -> None:
    assert derived(stem("respond"), stem("response"))
    assert not derived(stem("mine"), stem("minister"))


@given(st.text(max_size=200))
def test_every_term_stands_where_it_says(text: str) -> None:
    for term in terms(text):
        assert term.stem
        assert 0 <= term.start < term.end <= len(text)
