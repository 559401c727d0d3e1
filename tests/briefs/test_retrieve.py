"""Finding passages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs import lexicon
from briefs.models import Article
from briefs.retrieve import WordIndex, cut, expand, fuse, periods, weigh
from briefs.retrieve.dates import same_time, spelled
from briefs.terms import Meanings, Names, stems
from tests import shown

LEXICON = lexicon.load()
NAMES = Names(LEXICON)


def index(**documents: str) -> WordIndex[str]:
    made: WordIndex[str] = WordIndex()
    for key, text in documents.items():
        made.add(key, stems(text))
    return made


def keys(made: WordIndex[str], query: str) -> list[str]:
    return [key for key, _ in made.search(expand(query, NAMES).weights, 5)]


def test_the_document_with_the_rare_word_comes_first() -> None:
    made = index(a="the dam the talks", b="the talks the border", c="the talks the price")
    assert keys(made, "talks about the dam")[0] == "a"


def test_a_document_without_a_common_word_is_not_found() -> None:
    assert keys(index(a="harbour strike"), "electricity price") == []


def test_an_empty_index_finds_nothing() -> None:
    assert keys(index(), "anything") == []


def test_a_document_is_taken_up_once() -> None:
    made = index(a="dam")
    with pytest.raises(ValueError, match="already"):
        made.add("a", ["dam"])


def test_a_party_is_found_by_its_other_names() -> None:
    assert keys(index(a="Washington rejected the offer", b="the harbour"), "What does America want?") == ["a"]


def test_a_party_is_found_by_the_names_that_a_brief_gave_it() -> None:
    query = expand(
        "What does the upstream republic want?", NAMES, aliases=[["Ostrany", "the upstream republic"]]
    )
    assert "ostrani" in query.weights


def test_words_of_like_meaning_weigh_less_than_the_question_s_own() -> None:
    query = expand("wage talks", NAMES, Meanings([["wage", "salary"]]))
    assert 0 < query.weights["salari"] < query.weights["wage"]


def test_a_question_of_ten_thousand_characters_makes_a_bounded_query() -> None:
    assert len(expand(" ".join(f"word{n}" for n in range(2000)), NAMES).weights) <= 64


def test_passages_hold_every_paragraph_once_and_in_order() -> None:
    article = shown.article()
    passages = cut(article)
    assert all(article.text[p.start : p.end] == p.text for p in passages)
    assert "".join("".join(p.text.split()) for p in passages) == "".join(article.text.split())


def test_a_long_article_is_cut_at_paragraphs() -> None:
    text = "Headline here\n\n" + "\n\n".join(f"{'word ' * 60}end {n}." for n in range(5))
    passages = cut(Article(id="x", title="Headline here", text=text, sha256=""))
    assert len(passages) > 2
    assert all(len(p.text.split()) <= 130 for p in passages)
    assert [p.number for p in passages] == list(range(len(passages)))


def test_what_two_rankings_agree_on_comes_first() -> None:
    assert next(key for key, _ in fuse([["a", "b", "c"], ["b", "c", "d"]])) == "b"


def test_a_ranking_with_more_weight_decides() -> None:
    assert fuse([["a"], ["b"]], [1.0, 2.0])[0][0] == "b"
    with pytest.raises(ValueError, match="zip"):
        fuse([["a"], ["b"]], [1.0])


@given(st.lists(st.lists(st.integers(), unique=True), max_size=4))
def test_a_fused_ranking_holds_every_key_once(rankings: list[list[int]]) -> None:
    fused = [key for key, _ in fuse(rankings)]
    assert sorted(fused) == sorted({key for ranking in rankings for key in ranking})


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 5 March 2031", date(2031, 3, 5), date(2031, 3, 5)),
        ("on Mar. 5, 2031", date(2031, 3, 5), date(2031, 3, 5)),
        ("2031-03-05", date(2031, 3, 5), date(2031, 3, 5)),
        ("in March 2031", date(2031, 3, 1), date(2031, 3, 31)),
        ("in 2031", date(2031, 1, 1), date(2031, 12, 31)),
    ],
)
def test_a_date_is_as_precise_as_it_is_named(text: str, first: date, last: date) -> None:
    (period,) = periods(text)
    assert (period.first, period.last) == (first, last)


def test_a_date_that_does_not_exist_is_none() -> None:
    assert periods("31 February 2031")[0].days > 1 or not periods("31 February 2031")


def test_an_article_of_the_time_asked_for_weighs_more() -> None:
    asked = periods("in March 2031")
    assert weigh("2031-03-20", asked) > weigh("2031-07-20", asked) == 1.0


def test_the_newer_of_equal_articles_weighs_more() -> None:
    newest = date(2031, 3, 20)
    assert weigh("2031-03-20", (), newest=newest) > weigh("2030-03-20", (), newest=newest) >= 1.0
    assert weigh(None, (), newest=newest) == 1.0


@pytest.mark.parametrize(
    ("named", "published", "same"),
    [
        ("March 5", "2031-03-06T10:00:00Z", True),
        ("5 March 2030", "2031-03-06", False),
        ("March 5", "2031-03-20", False),
        ("January", "2031-01-20", True),
        ("January", None, False),
        ("31 February", "2031-03-01", False),
    ],
)
def test_a_date_without_a_year_may_be_an_article_s_own(named: str, published: str | None, same: bool) -> None:
    assert same_time(named, published) is same


def test_a_single_day_is_spelled_in_full() -> None:
    assert spelled("stopped on Aug. 24, 2031, by police") == "24 August 2031"
    assert spelled("on 22 Dec., he said") == "22 December"
    assert spelled("between May 3 and May 5") is None
    assert spelled("on Monday") is None
