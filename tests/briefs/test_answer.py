"""Answers to questions, from made-up articles."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot import resources
from briefs import lexicon
from briefs.answer import Answerer, Candidate
from briefs.answers import Answer
from briefs.models import Article
from briefs.parse import Parser
from briefs.render import Renderer
from tests import golden, shown

LEXICON = lexicon.load()
ANSWERER = Answerer(Parser(), LEXICON)
RENDERER = Renderer([resources.templates()])

STRIKE = """Ferry crews of Kestrel Bay walk out over night shifts

KESTREL BAY - Ferry crews walked out on Monday after the Bayline company refused to limit night shifts.

The Seafarers' League, which represents 1,450 crew members, demands a limit of two night shifts a week.

"We cannot sail people safely when we are asleep," said league chairwoman Oda Ferrant.

Bayline offered a bonus of 12% for night work. Ferrant rejected the offer because it did not change the hours.

Harbour minister Pell Andor said he would mediate if both sides asked him to.

The company claims that 300 crew members returned to work on Wednesday. Ferrant denied that anyone had returned.
"""
LATER = """Ferry strike in Kestrel Bay enters third week

KESTREL BAY - The Seafarers' League said 1,900 crew members were now on strike against Bayline.

Bayline raised its bonus for night work to 15% and said the ferries would sail again by 1 July.
"""


def article(
    text: str, key: str = "strike", published: str | None = "2031-06-03", outlet: str | None = None
) -> Article:
    return Article(
        id=key,
        title=text.splitlines()[0],
        text=text,
        outlet=outlet,
        published=published,
        lang="en",
        sha256="",
    )


def ask(question: str, articles: Sequence[Article] = (article(STRIKE),)) -> Answer:
    plan = ANSWERER.plan(question, outlets_held={a.outlet for a in articles if a.outlet})
    found = [
        [
            Candidate(a, 1.0 - 0.1 * n)
            for n, a in enumerate(articles)
            if search.outlet is None or a.outlet == search.outlet
        ]
        for search in plan.searches
    ]
    answer = ANSWERER.answer(plan, found, held=len(articles))
    by_id = {a.id: a for a in articles}
    for citation in answer.citations:
        assert by_id[citation.article_id].text[citation.start : citation.end] == citation.quote
    return answer


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What does the Seafarers' League demand?", "two night shifts a week"),
        ("How many crew members does the league represent?", "1,450"),
        ("When did the ferry crews walk out?", "on Monday"),
        ("Why did Ferrant reject the offer?", "because it did not change the hours"),
        ("How did Ferrant respond to the offer of Bayline?", "rejected the offer"),
        ("Who would mediate between the two sides?", "Pell Andor"),
        ("What bonus did Bayline offer for night work?", "12%"),
    ],
)
def test_a_question_is_answered_with_the_words_of_the_article(question: str, words: str) -> None:
    answer = ask(question)
    assert not answer.abstained
    assert words in answer.citations[0].quote
    assert words in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "When will the ferries sail again?",
        "How many passengers were stranded?",
        "How did the mayor respond to the strike?",
        "What did Andor propose to the crews in the first round of talks?",
        "Has Ferrant agreed to resign?",
        "Which airline cancelled its flights?",
        "¿Qué exige el sindicato?",
        "strike?!" + " why" * 3000,
    ],
)
def test_what_no_article_says_is_not_stated(question: str) -> None:
    answer = ask(question)
    assert answer.abstained
    assert answer.verdict == "not_stated"
    assert answer.text.startswith("Not stated in the 1 article I hold")
    assert answer.articles_used == ()


def test_an_empty_library_says_so() -> None:
    answer = ask("What does the league demand?", ())
    assert answer.abstained
    assert answer.citations == ()
    assert "no article" in answer.text


def test_what_is_not_stated_shows_the_closest_passage() -> None:
    assert (
        "night shifts"
        in ask("When will the limit on night shifts be debated in parliament?").citations[0].quote
    )


def test_a_claim_is_not_told_as_settled() -> None:
    assert ask("How many crew members returned to work on Wednesday?").verdict == "claimed"


def test_a_denial_is_no_settled_no() -> None:
    answer = ask("Did anyone return to work?")
    assert answer.verdict in {"disputed", "claimed"}


def test_yes_stands_on_a_line_that_says_so() -> None:
    assert ask("Did Bayline refuse to limit night shifts?").verdict in {"yes", "no"}
    assert ask("Did Ferrant reject the offer?").verdict == "yes"


def test_a_newer_figure_overtakes_the_older() -> None:
    older = article(
        "Strike in Kestrel Bay\n\nThe league said 1,450 ferry crew members were on strike.\n", "old"
    )
    newer = article(
        "Strike goes on\n\nThe league said 1,900 ferry crew members were on strike.\n", "new", "2031-06-20"
    )
    answer = ask("How many ferry crew members were on strike?", [older, newer])
    assert answer.verdict == "outdated"
    assert answer.citations[0].article_id == "new"


def test_two_figures_of_one_day_are_disputed() -> None:
    one = article(
        "Strike in Kestrel Bay\n\nThe league said 1,450 ferry crew members were on strike.\n", "one"
    )
    two = article("Strike goes on\n\nThe company said 600 ferry crew members were on strike.\n", "two")
    answer = ask("How many ferry crew members were on strike?", [one, two])
    assert answer.verdict == "disputed"
    assert {c.article_id for c in answer.citations} == {"one", "two"}


def test_a_change_is_told_from_article_to_article() -> None:
    held = [article(STRIKE), article(LATER, "later", "2031-06-20")]
    answer = ask("How did the bonus offered by Bayline grow between June 3 and June 20?", held)
    assert [c.article_id for c in answer.citations] == ["strike", "later"]
    assert "(3 June 2031)" in answer.text


def test_a_day_that_is_asked_for_goes_before_its_sentence() -> None:
    text = (
        "Vote set\n\nThe seafarers of Kestrel Bay will vote on the offer on Aug. 24, 2031, the league said.\n"
    )
    answer = ask("When will the seafarers vote on the offer?", [article(text)])
    assert answer.text.startswith("24 August 2031. ")


def test_who_did_it_is_not_told_by_a_line_that_only_says_it_was_done() -> None:
    text = "Fire at the ferry dock\n\nA warehouse at the Kestrel Bay dock was set on fire on Sunday night.\n"
    assert ask("Who set the warehouse on fire?", [article(text)]).abstained


def test_another_s_response_is_no_response() -> None:
    text = "Offer\n\nBayline made an offer to the Seafarers' League.\n\nThe harbour minister welcomed the offer of Bayline.\n"
    assert ask("How did the Seafarers' League respond to the offer of Bayline?", [article(text)]).abstained


def test_more_caution_refuses_more() -> None:
    def abstains(caution: float) -> bool:
        answerer = Answerer(Parser(), LEXICON, caution=caution)
        plan = answerer.plan("What does the Seafarers' League demand?")
        return answerer.answer(plan, [[Candidate(article(STRIKE), 1.0)]], held=1).abstained

    assert [abstains(c) for c in (0.0, 1.0, 5.0)] == [False, False, True]


def test_an_outlet_that_is_not_held_is_named() -> None:
    held = [article(STRIKE, outlet="Lindhafen Courier")]
    answer = ask("What does the league demand, according to the article by the Aldra Valley Gazette?", held)
    assert answer.abstained
    assert "Aldra Valley Gazette" in answer.text


def test_an_outlet_that_is_held_is_asked() -> None:
    held = [article(STRIKE, outlet="Lindhafen Courier"), article(LATER, "later", outlet="Bay Post")]
    answer = ask("What bonus for night work did Bayline raise, according to the Bay Post article?", held)
    assert {c.article_id for c in answer.citations} == {"later"}


def test_both_sides_of_a_comparison_are_quoted() -> None:
    held = [article(STRIKE), article(LATER, "later", "2031-06-20")]
    answer = ask(
        "How does the limit demanded by the Seafarers' League compare with the bonus offered by Bayline?",
        held,
    )
    quoted = " ".join(c.quote for c in answer.citations)
    assert "two night shifts" in quoted
    assert "bonus" in quoted


def test_a_follow_up_is_about_its_thread() -> None:
    first = ANSWERER.plan("What bonus did Bayline offer for night work?")
    plan = ANSWERER.plan("and why was it rejected?", earlier=[first.question])
    answer = ANSWERER.answer(plan, [[Candidate(article(STRIKE), 1.0)]], held=1)
    assert "because it did not change the hours" in answer.text


def test_what_a_brief_knows_of_a_line_counts_for_the_line() -> None:
    it, known = shown.article(), shown.brief()
    plan = ANSWERER.plan("What precondition does Ostrany set?")

    def confidence(candidate: Candidate) -> Answer:
        return ANSWERER.answer(plan, [[candidate]], held=1)

    answer = confidence(Candidate(it, 1.0, brief=known))
    assert "Ostrany will not open the gates" in answer.citations[0].quote
    assert not answer.abstained


def test_a_speaker_is_named_where_the_text_names_one() -> None:
    answer = ask("What did the league chairwoman say about sailing safely?")
    assert answer.citations[0].speaker is not None
    assert "Oda Ferrant" in answer.citations[0].speaker


def test_a_very_long_sentence_is_quoted_in_part() -> None:
    filler = ", ".join(f"a matter numbered {n} that nobody asked about" for n in range(12))
    text = f"Long news\n\nThe council spoke of {filler}, and the Seafarers' League demands a limit of two night shifts.\n"
    answer = ask("What does the Seafarers' League demand?", [article(text)])
    assert "two night shifts" in answer.citations[0].quote
    assert len(answer.citations[0].quote.split()) <= 45


def test_as_many_searches_as_lists_are_wanted() -> None:
    plan = ANSWERER.plan("What does the league demand?")
    with pytest.raises(ValueError, match="each search"):
        ANSWERER.answer(plan, [], held=0)


def test_an_answer_abstains_in_one_way() -> None:
    with pytest.raises(ValidationError):
        Answer(question="q", verdict="stated", text="t", abstained=True, engine="rules")


@given(st.text(max_size=80))
@settings(max_examples=25, deadline=None)
def test_whatever_is_asked_every_quote_stands(question: str) -> None:
    answer = ask(question)
    assert answer.abstained == (answer.verdict == "not_stated")
    if not answer.abstained:
        assert all(c.quote in answer.text for c in answer.citations)


def test_an_answer_reads_like_its_golden_file() -> None:
    answers = [
        ask("What does the Seafarers' League demand?"),
        ask("When will the ferries sail again?"),
        ask("How many crew members returned to work on Wednesday?"),
    ]
    golden.same("answer.md", "\n\n=====\n\n".join(RENDERER.answer(a, ["Ask on."]).markdown for a in answers))


HALL = """Solvik opens its new hall

Mara Dunn, the head of a Solvik branch, cut the ribbon. The Solvik album was released in 2027, when its choir was young.

The town council approved the hall, and masons built it. Visitors cheered Orla Venn.

The fine was 27%of the price, and the works took 30 months. Ane Rask, who opened the hall, was born in 1990.

The council was told of Brandon Harbour, who gave a prize.
"""


@pytest.mark.parametrize(
    "question",
    [
        "Who is the head of Solvik?",  # of a branch
        "When was Solvik released?",  # an album
        "Who won the Harbour Prize?",  # its words stand apart
    ],
)
def test_what_only_bears_the_name_or_is_done_by_nobody_answers_nothing(question: str) -> None:
    assert ask(question, (article(HALL),)).abstained


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who opened the hall?", "Ane Rask"),
        ("Who built the hall?", "masons built it"),
        ("How high was the fine, as a share of the price?", "27%"),
        ("How many months did the works take?", "30 months"),
    ],
)
def test_whoever_does_it_and_the_figure_asked_for_are_found(question: str, words: str) -> None:
    answer = ask(question, (article(HALL),))
    assert not answer.abstained
    assert words in answer.citations[0].quote


def test_a_quote_has_no_mark_whose_partner_stands_elsewhere() -> None:
    text = "Talks\n\nThe envoy spoke. “The guild wants eleven hours of rest. It will wait for them,” he said."
    quote = ask("What does the guild want?", (article(text),)).citations[0].quote
    assert quote == "The guild wants eleven hours of rest."


def test_a_sentence_ends_though_the_space_after_it_was_left_out() -> None:
    text = (
        "Talks\n\nThe envoy spoke of spring.The guild wants eleven hours of rest.Nobody answered him at all."
    )
    assert ask("What does the guild want?", (article(text),)).citations[0].quote == (
        "The guild wants eleven hours of rest."
    )


HARBOUR = """Quay workers of Sandmere in third week of stoppage

SANDMERE - The Dockers' Union said its stoppage at the Brill terminal had lasted 17 days and cost the port 30 million crowns.

The union demands two free weekends a month. The shipping lines demand an end to the stoppage.

The company put the number of temporary workers on site at 260. Three coaches carrying pickets were stopped.

The Growers' Federation warned that fruit would rot in the cold stores.

The winner of the Harbour Prize will be announced in May by the Quay Foundation.
"""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many temporary workers are there?", "260"),
        ("How much does the stoppage cost?", "30 million crowns"),
        ("How long has the stoppage lasted?", "17 days"),
    ],
)
def test_a_figure_is_found_in_whatever_order_and_money_it_is_told(question: str, words: str) -> None:
    answer = ask(question, [article(HARBOUR)])
    assert not answer.abstained
    assert words in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Who is the winner of the Harbour Prize?",  # it is yet to be announced
        "Who threatens a lockout?",  # somebody warns, but of another thing
        "How many pickets?",  # the coaches are counted, not the pickets
    ],
)
def test_what_is_yet_to_come_or_told_of_another_thing_is_not_stated(question: str) -> None:
    assert ask(question, [article(HARBOUR)]).abstained


def test_what_one_side_demands_is_not_told_by_what_another_demands() -> None:
    answer = ask("What does the union demand?", [article(HARBOUR)])
    assert "two free weekends" in answer.text
    assert "shipping lines" not in answer.text


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "She is the director of films such as Winter Quay, The Lantern, and Salt Roads, and she won prizes.",
            "Who is the director of Winter Quay?",
        ),
        (
            "The album lists Norland cities hosting games throughout the history of the Sea Games.",
            "Which city hosted the Sea Games?",
        ),
        (
            "Fashion award winners: Brandon Maxwell took the top honours of the evening.",
            "Who is the Maxwell Award winner?",
        ),
    ],
)
def test_a_name_that_is_listed_or_scattered_answers_nothing(text: str, question: str) -> None:
    assert ask(question, [article(f"Evening notes\n\n{text}\n")]).abstained


def test_a_name_that_stands_with_a_given_name_between_is_the_name() -> None:
    text = "President Otto Lindqvar broke his silence over the strike on Sunday, saying there was no money."
    assert not ask(
        "How did President Lindqvar answer the strike?", [article(f"Evening notes\n\n{text}\n")]
    ).abstained
