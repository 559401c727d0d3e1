from __future__ import annotations

from itertools import permutations

import pytest

from briefs import lexicon
from briefs.models import Article
from briefs.situations import Ledger, Ledgers, Placer, Report, facets, published
from briefs.situations.models import LedgerDemand
from tests import ferries
from tests.told import Telling


@pytest.fixture(scope="module")
def ledgers() -> Ledgers:
    return Ledgers.of(lexicon.load())


@pytest.fixture(scope="module")
def week(ledgers: Ledgers) -> Ledger:
    return ledgers.ledger("ferries", None, ferries.week())


def demand(ledger: Ledger, words: str) -> LedgerDemand:
    return next(d for d in ledger.demands if words in d.text)


def course(it: LedgerDemand) -> list[tuple[str, str]]:
    return [(e.article, e.status) for e in it.history]


def test_a_demand_is_one_line_over_all_articles(week: Ledger) -> None:
    pay = demand(week, "12%")
    assert course(pay) == [
        ("mon", "stated"), ("tue", "reiterated"), ("wed", "rejected"), ("thu", "met"),
    ]  # fmt: skip
    assert pay.from_ == ("Seafarers' League",)
    assert pay.status == "met"
    assert not pay.open


def test_every_entry_stands_in_its_article(week: Ledger) -> None:
    texts = {"mon": ferries.MONDAY, "tue": ferries.TUESDAY, "wed": ferries.WEDNESDAY, "thu": ferries.THURSDAY}
    sources = [e.source for d in week.demands for e in d.history]
    sources += [s.source for s in week.signals] + [t.source for t in week.trends if t.source]
    sources += [v.source for f in week.figures for v in f.values]
    assert sources
    for source in sources:
        assert texts[source.article][source.start : source.end] == source.quote


def test_the_ledger_does_not_depend_on_the_order_in_which_reports_are_given(
    ledgers: Ledgers, week: Ledger
) -> None:
    for order in permutations(ferries.week()):
        assert ledgers.ledger("ferries", None, order) == week


def test_a_demand_keeps_its_id_when_articles_are_added(ledgers: Ledgers, week: Ledger) -> None:
    early = ledgers.ledger("ferries", None, ferries.week()[:2])
    assert demand(early, "12%").id == demand(week, "12%").id


def test_a_copy_adds_no_entries(ledgers: Ledgers) -> None:
    copy = ferries.monday()
    copy = type(copy)(
        copy.brief.model_copy(update={"article": copy.brief.article.model_copy(update={"id": "copy"})}),
        copy.seen_at,
        copy_of="mon",
    )
    ledger = ledgers.ledger("ferries", None, [ferries.monday(), copy])
    assert [a.id for a in ledger.articles] == ["copy", "mon"]
    assert {e.article for d in ledger.demands for e in d.history} == {"mon"}


def test_each_article_says_where_the_matter_went(week: Ledger) -> None:
    assert [(t.article, t.trend) for t in week.trends] == [
        ("mon", "new"), ("tue", "deteriorated"), ("wed", "deteriorated"), ("thu", "improved"),
    ]  # fmt: skip
    assert week.trend == "improved"
    assert all(t.why and t.source for t in week.trends)


def test_figures_that_change_are_followed(week: Ledger) -> None:
    passengers = next(f for f in week.figures if "passengers" in f.subject)
    assert [(v.text, v.date) for v in passengers.values] == [
        ("4,000", "2031-05-05"), ("5,200", "2031-05-06"),
    ]  # fmt: skip


def test_what_is_published_holds_the_main_demands_with_their_quotes(week: Ledger) -> None:
    it = published([week])[0].model_dump(by_alias=True)
    assert it["id"] == "ferries"
    assert it["demands"]
    assert all(h["quote"] for d in it["demands"] for h in d["history"])
    assert [r["article"] for r in it["risk_by_article"]] == ["mon", "tue", "wed", "thu"]


# what became of a demand


def told(ledgers: Ledgers, *tellings: Telling) -> Ledger:
    reports = [it.report(f"{it.article.published}T18:00:00+00:00") for it in tellings]
    return ledgers.ledger("x", None, reports)


def quarry(day: int, *sentences: str) -> Telling:
    text = f"Quarry workers at Varn stay out, day {day}\n\n" + "\n\n".join(sentences) + "\n"
    telling = Telling(f"q{day}", f"2031-06-{day:02d}", text)
    for name, kind in (
        ("Stonecutters' Union", "union"),
        ("Varn Granite", "company"),
        ("the labour court", "government_body"),
        ("the drivers", "civilian_group"),
    ):
        if name in text:
            telling.party(name, kind)
    return telling


ASKED = "The Stonecutters' Union demanded safer lifts from Varn Granite"


def asked() -> Telling:
    return quarry(1, f"{ASKED}.").demand(
        "demand", ["Stonecutters' Union"], ["Varn Granite"], "safer lifts", ASKED
    )


def test_a_deal_of_others_settles_nothing(ledgers: Ledgers) -> None:
    quote = "Varn Granite reached a deal with the drivers on safer lifts"
    later = quarry(2, f"{quote}.").signal("agree", 3, quote, ["Varn Granite"], targets=("p2",))
    assert course(told(ledgers, asked(), later).demands[0]) == [("q1", "stated")]


def test_a_deal_of_the_two_sides_is_a_yes(ledgers: Ledgers) -> None:
    quote = "Varn Granite agreed with the Stonecutters' Union on safer lifts"
    later = quarry(2, f"{quote}.").signal("agree", 3, quote, ["Varn Granite", "Stonecutters' Union"])
    assert course(told(ledgers, asked(), later).demands[0]) == [("q1", "stated"), ("q2", "accepted")]


def test_an_offer_of_the_party_that_is_asked_is_an_answer_with_conditions(ledgers: Ledgers) -> None:
    quote = "Varn Granite is willing to build safer lifts"
    later = quarry(2, f"{quote}.").demand("offer", ["Varn Granite"], [], "build safer lifts", quote)
    assert course(told(ledgers, asked(), later).demands[0]) == [("q1", "stated"), ("q2", "conditional")]


def test_who_asks_for_less_softens(ledgers: Ledgers) -> None:
    quote = "The Stonecutters' Union is ready to settle for safer lifts in one pit"
    later = quarry(2, f"{quote}.").demand(
        "offer", ["Stonecutters' Union"], [], "settle for safer lifts in one pit", quote
    )
    assert course(told(ledgers, asked(), later).demands[0]) == [("q1", "stated"), ("q2", "softened")]


def test_an_ultimatum_hardens(ledgers: Ledgers) -> None:
    quote = "The Stonecutters' Union demanded safer lifts by Friday, or it will shut the pit"
    later = quarry(2, f"{quote}.").demand(
        "ultimatum", ["Stonecutters' Union"], [], "safer lifts by Friday", quote
    )
    assert course(told(ledgers, asked(), later).demands[0]) == [("q1", "stated"), ("q2", "hardened")]


def test_an_order_that_is_defied_is_rejected(ledgers: Ledgers) -> None:
    order = "An order of the labour court asks the Stonecutters' Union to suspend the strike"
    first = quarry(1, f"{order}.").demand(
        "demand", ["the labour court"], ["Stonecutters' Union"], "suspend the strike", order
    )
    quote = "They stayed out despite the court order to suspend the strike"
    later = quarry(2, f"{quote}.").signal("protest", 3, quote)
    assert course(told(ledgers, first, later).demands[0]) == [("q1", "stated"), ("q2", "rejected")]


def test_a_deadline_that_was_missed_lapses(ledgers: Ledgers) -> None:
    quote = "Varn Granite failed to meet the deadline for safer lifts"
    later = quarry(2, f"{quote}.").signal("reject", 2, quote, ["Varn Granite"])
    assert course(told(ledgers, asked(), later).demands[0]) == [("q1", "stated"), ("q2", "lapsed")]


def test_a_refusal_by_its_own_maker_is_no_answer(ledgers: Ledgers) -> None:
    quote = "The Stonecutters' Union refused to work without safer lifts"
    later = quarry(2, f"{quote}.").signal("reject", 2, quote, ["Stonecutters' Union"])
    assert told(ledgers, asked(), later).demands[0].status == "stated"


def test_a_complaint_of_a_broken_promise_is_a_demand(ledgers: Ledgers) -> None:
    quote = "The Stonecutters' Union accused Varn Granite of failing to build the promised lifts"
    first = quarry(1, f"{quote}.").signal("accuse", 2, quote, ["Stonecutters' Union"], targets=("p2",))
    it = told(ledgers, first).demands[0]
    assert (it.text, it.from_, it.to) == (
        "build the promised lifts", ("Stonecutters' Union",), ("Varn Granite",),
    )  # fmt: skip


def test_what_one_article_reports_and_another_denies_is_contested(ledgers: Ledgers) -> None:
    claim = "Varn Granite hired armed guards for the northern pit"
    first = quarry(1, f"{claim}.").signal("coerce", 3, claim, ["Varn Granite"])
    quote = "A manager denied hiring armed guards for the pit"
    later = quarry(2, f"{quote}.").signal("reject", 2, quote)
    contest = told(ledgers, first, later).contests[0]
    assert contest.kind == "denial"
    assert [s.quote for s in contest.sources] == [claim, quote]


def test_two_papers_of_one_day_with_two_figures_are_contested(ledgers: Ledgers) -> None:
    first, later = "The company counted 700 strikers", "The union counted 900 strikers"
    one = Telling("one", "2031-06-03", f"Strike at Varn\n\n{first}.\n", outlet="Varn Post")
    two = Telling("two", "2031-06-03", f"Varn strike grows\n\n{later}.\n", outlet="Arlen Courier")
    ledger = told(ledgers, one.signal("protest", 3, first), two.signal("protest", 3, later))
    assert [c.text for c in ledger.contests] == ["strikers: 700 or 900"]


def test_a_figure_that_grew_by_the_next_day_is_not_contested(week: Ledger) -> None:
    assert week.contests == ()


@pytest.mark.parametrize("published", [None, "2031-13-45", "May 2031", "2031", "2099-01-01"])
def test_an_article_without_a_usable_date_is_of_the_day_it_was_seen(published: str | None) -> None:
    brief = ferries.monday().brief
    undated = brief.model_copy(update={"article": brief.article.model_copy(update={"published": published})})
    assert Report(undated, ferries.monday().seen_at).day.isoformat() == "2031-05-05"


def test_a_situation_without_articles_is_an_empty_ledger(ledgers: Ledgers) -> None:
    ledger = ledgers.ledger("none", None, [])
    assert (ledger.title, ledger.trend, ledger.demands, ledger.opened) == ("", "unchanged", (), None)


def test_an_article_in_which_nothing_was_found_leaves_the_matter_unchanged(ledgers: Ledgers) -> None:
    ledger = told(ledgers, asked(), quarry(2, "Rain fell on the pits."))
    assert [t.trend for t in ledger.trends] == ["new", "unchanged"]


def test_a_situation_is_called_by_its_sides_once_two_articles_tell_of_them(ledgers: Ledgers) -> None:
    assert told(ledgers, asked()).title == "Quarry workers at Varn stay out, day 1"
    again = quarry(2, f"{ASKED}.").demand(
        "demand", ["Stonecutters' Union"], ["Varn Granite"], "safer lifts", ASKED
    )
    assert told(ledgers, asked(), again).title == "Safer lifts: Stonecutters' Union ↔ Varn Granite"


# placing


def _article(at: str, day: str, text: str) -> Article:
    return Article(id=at, title=text.splitlines()[0], published=day, text=text, sha256="0" * 64)


_OTHER = """Museum in Lindhafen shows bronze masks

The city museum of Lindhafen opened an exhibition of bronze masks from the delta on Monday. Curators borrowed them from
three collections and will show them until autumn.
"""


def _placed() -> Placer:
    placer = Placer()
    for at, day, text, situation in (
        ("mon", "2031-05-05", ferries.MONDAY, "ferries"),
        ("mask", "2031-05-05", _OTHER, "masks"),
    ):
        placer.add(facets(_article(at, day, text)), situation)
    return placer


def test_an_article_goes_to_the_situation_that_it_is_about() -> None:
    placed = _placed().place(facets(_article("tue", "2031-05-06", ferries.TUESDAY)))
    assert placed.situation == "ferries"


def test_an_article_on_something_else_opens_a_situation() -> None:
    text = "Drought empties reservoirs in the uplands\n\nFarmers in the uplands sold cattle as wells ran dry."
    assert _placed().place(facets(_article("dry", "2031-05-06", text))).situation is None


def test_a_copy_goes_where_its_original_is() -> None:
    text = "Drought empties reservoirs in the uplands\n\nFarmers in the uplands sold cattle as wells ran dry."
    placed = _placed().place(facets(_article("dry", "2031-05-06", text)), copy_of="mask")
    assert placed.situation == "masks"


def test_a_merge_by_hand_holds_for_articles_to_come() -> None:
    placer = _placed()
    placer.merge("masks", into="ferries")
    assert set(placer.members("ferries")) == {"mon", "mask"}
    assert placer.members("masks") == ()


def test_a_split_is_suggested_where_members_have_nothing_in_common() -> None:
    placer = _placed()
    placer.add(facets(_article("tue", "2031-05-06", ferries.TUESDAY)), "ferries")
    placer.merge("masks", into="ferries")
    assert sorted(map(sorted, placer.parts("ferries"))) == [["mask"], ["mon", "tue"]]


def test_what_was_removed_is_forgotten() -> None:
    placer = _placed()
    before = _placed()
    before.add(facets(_article("tue", "2031-05-06", ferries.TUESDAY)), "ferries")
    before.remove("tue")
    new = facets(_article("wed", "2031-05-07", ferries.WEDNESDAY))
    assert before.place(new) == placer.place(new)
