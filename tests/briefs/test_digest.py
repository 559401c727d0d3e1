from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import resources
from briefs import lexicon
from briefs.digest import (
    Digest,
    FailedFeed,
    Happenings,
    Revision,
    Window,
    alert,
    amendments,
    compose,
    conditions,
    tripped,
)
from briefs.digest.compose import worth_a_line
from briefs.render import Renderer
from briefs.situations import Ledger, Ledgers, standing
from briefs.situations.concepts import Aboutness
from briefs.terms import Meanings
from tests import ferries
from tests.golden import same
from tests.told import Telling

ZONE = ZoneInfo("Europe/Berlin")
_LEDGERS = Ledgers.of(lexicon.load())


@pytest.fixture(scope="module")
def ledgers() -> Ledgers:
    return Ledgers.of(lexicon.load())


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer([resources.templates()])


def window(since: str | None, until: str, **more: object) -> Window:
    start = datetime.fromisoformat(since).replace(tzinfo=ZONE) if since else None
    return Window(
        room="#harbour-desk",
        since=start,
        until=datetime.fromisoformat(until).replace(tzinfo=ZONE),
        zone=ZONE,
        timezone="Europe/Berlin",
        frequency="daily",
        **more,  # type: ignore[arg-type]
    )


def ledger(ledgers: Ledgers, days: int) -> Ledger:
    return ledgers.ledger("ferries", "Ferry strike", ferries.week()[:days])


def changes(digest: Digest) -> list[tuple[str, str, str | None, str]]:
    return [(line.change, line.text, line.before, line.status) for s in digest.situations for line in s.lines]


def test_only_what_came_since_the_last_digest_is_news(ledgers: Ledgers) -> None:
    digest = compose([ledger(ledgers, 3)], window("2031-05-07T08:00", "2031-05-08T08:00"))
    told = changes(digest)
    assert ("changed", "a pay rise of 12% for all crews", "reiterated", "rejected") in told
    assert not [line for line in told if line[0] == "new"]
    assert digest.counts.articles == 1


def test_a_first_digest_takes_everything_as_new(ledgers: Ledgers) -> None:
    digest = compose([ledger(ledgers, 1)], window(None, "2031-05-06T08:00"))
    assert {line[0] for line in changes(digest)} == {"new"}
    assert digest.situations[0].trend == "new"


def test_every_line_cites_a_source_that_is_there(ledgers: Ledgers) -> None:
    digest = compose([ledger(ledgers, 4)], window("2031-05-06T08:00", "2031-05-09T08:00"))
    known = {s.id for s in digest.sources}
    cited = [line.evidence for s in digest.situations for line in s.lines]
    cited += [s.evidence for s in digest.situations if s.why]
    assert cited
    assert all(ids and set(ids) <= known for ids in cited)


def test_a_day_without_change_is_one_line(ledgers: Ledgers, renderer: Renderer) -> None:
    digest = compose([ledger(ledgers, 3)], window("2031-05-08T08:00", "2031-05-09T08:00"))
    assert digest.empty
    assert digest.counts.unchanged == 1
    same("digest-empty.md", renderer.digest(digest).main.markdown)


def test_a_digest_reads_as_it_should(ledgers: Ledgers, renderer: Renderer) -> None:
    digest = compose(
        [ledger(ledgers, 2)],
        window("2031-05-06T08:00", "2031-05-07T08:00"),
        Happenings(
            dropped_lines=3,
            engines=["rules"],
            failed_feeds=[FailedFeed(name="Arlen Wire", since="2031-05-07T06:10:00+02:00")],
        ),
    )
    rendered = renderer.digest(digest)
    same("digest.md", "\n\n".join([rendered.main.markdown, *(d.markdown for d in rendered.follow_ups)]))


def test_a_late_digest_says_so_and_what_it_covers(ledgers: Ledgers, renderer: Renderer) -> None:
    due = datetime.fromisoformat("2031-05-06T08:00").replace(tzinfo=ZONE)
    digest = compose([ledger(ledgers, 4)], window("2031-05-05T08:00", "2031-05-09T10:30", late=True, due=due))
    text = renderer.digest(digest).main.markdown
    assert "late: due Tue 6 May, 08:00; covers everything since Mon 5 May, 08:00" in text


def test_situations_read_as_they_should(ledgers: Ledgers, renderer: Renderer) -> None:
    same("situations.md", renderer.situations([ledger(ledgers, 4)]).markdown)


def test_a_long_list_of_situations_names_the_later_ones_only(ledgers: Ledgers, renderer: Renderer) -> None:
    many = [ledger(ledgers, 1).model_copy(update={"id": f"f{n}", "title": f"Strike {n}"}) for n in range(12)]
    text = renderer.situations(many).markdown
    assert text.count("a pay rise of 12%") == 8
    assert "Further: 9. Strike 8 (f8) · 10. Strike 9 (f9)" in text


def test_a_line_whose_source_changed_is_corrected(ledgers: Ledgers, renderer: Renderer) -> None:
    first = compose([ledger(ledgers, 1)], window(None, "2031-05-06T08:00"))
    after = ferries.MONDAY.replace("hire 60 deckhands", "hire 50 deckhands")
    found = amendments([first], [Revision("mon", ferries.MONDAY, after)])
    assert [(a.before, a.after.quote if a.after else None) for a in found] == [
        ("It has asked Arlen Lines to hire 60 deckhands", "It has asked Arlen Lines to hire 50 deckhands.")
    ]
    digest = compose([], window("2031-05-06T08:00", "2031-05-07T08:00"), Happenings(corrections=found))
    assert digest.counts.corrections == 1
    same("digest-correction.md", renderer.digest(digest).main.markdown)


def test_a_line_that_only_moved_is_not_corrected(ledgers: Ledgers) -> None:
    first = compose([ledger(ledgers, 1)], window(None, "2031-05-06T08:00"))
    after = ferries.MONDAY.replace("Ferry crews at Port Arlen walk out over pay", "Crews walk out")
    moved = after.replace("walked out on Monday", "walked out on Monday")
    assert amendments([first], [Revision("mon", ferries.MONDAY, moved)]) == ()


@given(st.lists(st.integers(0, 96), min_size=1, max_size=6, unique=True))
def test_over_all_windows_each_article_counts_once_and_each_demand_is_new_once(hours: list[int]) -> None:
    ledger = _LEDGERS.ledger("ferries", None, ferries.week())
    start = datetime.fromisoformat("2031-05-05T00:00").replace(tzinfo=ZONE)
    cuts: list[datetime | None] = [None, *(start + timedelta(hours=h) for h in sorted(hours))]
    end = start + timedelta(hours=120)
    digests = [
        compose([ledger], Window("#x", since, until or end, ZONE, "Europe/Berlin"))
        for since, until in zip(cuts, [*cuts[1:], end], strict=True)
    ]
    assert sum(d.counts.articles for d in digests) == 4
    new = [line.demand for d in digests for s in d.situations for line in s.lines if line.change == "new"]
    assert sorted(new) == sorted(d.id for d in ledger.demands if worth_a_line(d))


def test_what_stands_deep_in_an_article_is_no_news_to_alert_about() -> None:
    text = "Harbour talks go on\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n\nTroops stormed the quay.\n"
    deep = Telling("deep", "2031-05-09", text).signal("assault", 5, "Troops stormed the quay")
    assert alert(deep.brief()) is None


def test_a_grave_signal_alerts_and_a_condition_does_not() -> None:
    found = alert(ferries.wednesday().brief)
    assert found is not None
    assert [s.text for s in found.signals] == ["the crews blocked the harbour"]
    assert alert(ferries.tuesday().brief, level=4) is None
    assert alert(ferries.thursday().brief, level=1) is None


def test_a_condition_that_a_party_stated_trips_when_it_is_met() -> None:
    about = Aboutness(Meanings.of(lexicon.load()))
    stated = conditions(ferries.tuesday())
    assert [(c.party, c.trigger) for c in stated] == [
        ("Seafarers' League", "the company hires strike-breakers")
    ]
    wires = tripped(stated, ferries.wednesday(), about)
    assert [w.met_by.quote for w in wires] == ["Arlen Lines hired 40 strike-breakers on Wednesday"]
    assert tripped(stated, ferries.thursday(), about) == ()


# what is worth a line


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("be back on board by Friday or lose their jobs", True),
        ("a pay rise of 12% for all crews", True),
        ("be hit", False),
        ("if the company hires strike-breakers", False),
        ("That is a red line for us", False),
        ('He could block it "if the harbour closed', False),
    ],
)
def test_a_demand_is_a_line_of_its_own_only_where_its_words_stand_alone(words: str, shown: bool) -> None:
    assert standing.asks(words) is shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Arlen Lines accepted the mediator's offer", True),
        ("The League agreed to meet the company on Monday", True),
        ("The League and Arlen Lines reached a pay deal", True),
        ("the union failed to give the ten days' notice", False),
        ("Arlen Lines withdrew the lawsuit against its pilots", False),
        ("Arlen Lines rejected the offer", False),
        ("The League had agreed to talks last year", False),
        ("Arlen Lines will talk if the crews return", False),
        ("Talks broke down after the League offered to talk", False),
    ],
)
def test_a_way_out_is_an_offer_or_a_yes_of_today(words: str, shown: bool) -> None:
    assert standing.way_out(words) is shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("A retired pilot died of pneumonia", True),
        ("Two hikers were killed in an avalanche", True),
        ("Soldiers attacked the hospital in which the flu patients lay", False),
        ("Seven pickets were hurt", False),
    ],
)
def test_illness_and_accidents_are_no_signals_of_a_dispute(words: str, told: bool) -> None:
    assert standing.misfortune(words) is told


def test_a_roundup_adds_nothing_to_a_matter(ledgers: Ledgers) -> None:
    text = "The Seafarers' League threatened to block the harbour"
    roundup = Telling("all", "2031-05-06", f"News roundup: Arlen\n\n{text}.\n")
    roundup.party("Seafarers' League", "union").signal("threaten", 4, text, ["Seafarers' League"])
    made = ledgers.ledger("f", None, [*ferries.week()[:1], roundup.report("2031-05-06T09:00:00+00:00")])
    assert len(made.articles) == 2
    assert "all" not in {s.article for s in made.signals}


def test_what_one_article_told_is_dormant_after_a_week_and_not_counted(ledgers: Ledgers) -> None:
    once = ledger(ledgers, 1)
    assert compose([once], window("2031-05-09T08:00", "2031-05-10T08:00")).counts.unchanged == 1
    assert compose([once], window("2031-05-19T08:00", "2031-05-20T08:00")).counts.unchanged == 0
