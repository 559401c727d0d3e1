"""What the embedded reader says of an article as a whole: bottom line, contradictions, what is left open."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from briefs.build import Briefer
from briefs.errors import UnreadLanguage
from briefs.models import Article, Brief

FERRY = """Harbour Ministry warns visitors to leave as ferry talks open in Dessen

DESSEN - Harbour Minister Ilka Brandt opened talks with the Islanders' Union on Tuesday over the closed ferry line. \
The Harbour Ministry issued a stark warning to foreign visitors to leave the islands. Talks had been held in 2019, \
when gunmen killed nine sailors.

The Harbour Ministry demanded that the Islanders' Union reopen the northern pier by Friday or face a blockade. \
"We will not wait another winter," she said.

The Islanders' Union accused Brandt of lying. Meanwhile the Coast Guard issued a security alert urging foreign \
visitors to leave the islands at once.

Rockets hit the fuel depot at Dessen on Sunday night.
"""


@pytest.fixture(scope="module")
def briefer() -> Briefer:
    return Briefer()


def article(text: str, lang: str | None = "en") -> Article:
    title = text.partition("\n")[0]
    return Article(
        id="a", title=title, lang=lang, text=text, sha256=hashlib.sha256(text.encode()).hexdigest()
    )


@pytest.fixture(scope="module")
def ferry(briefer: Briefer) -> Brief:
    return briefer.brief(article(FERRY), source="ferry.txt")


def test_the_bottom_line_begins_with_the_lead_without_its_dateline(ferry: Brief) -> None:
    assert ferry.bottom_line[0].text.startswith("Harbour Minister Ilka Brandt opened talks")


def test_the_bottom_line_tells_the_ultimatum_and_leaves_history_out(ferry: Brief) -> None:
    told = " ".join(s.text for s in ferry.bottom_line)
    assert "or face a blockade" in told
    assert "2019" not in told


def test_the_bottom_line_does_not_rest_on_a_speaker_without_a_name(ferry: Brief) -> None:
    assert not any("she said" in s.text for s in ferry.bottom_line)


def test_one_act_laid_to_two_parties_is_a_contradiction(ferry: Brief) -> None:
    quotes = {e.id: e.quote for e in ferry.evidence}
    pairs = [(quotes[c.a], quotes[c.b]) for c in ferry.contradictions]
    assert any("Ministry" in a and "Coast Guard" in b for a, b in pairs)


def test_a_demand_without_an_answer_is_named_as_open(ferry: Brief) -> None:
    assert any(a.startswith("Islanders' Union's answer to the demand") for a in ferry.not_stated)


def test_an_attack_that_nobody_is_said_to_have_made_is_named_as_open(ferry: Brief) -> None:
    assert any(a.startswith("who is behind it") and "Rockets" in a for a in ferry.not_stated)


def test_numbers_that_differ_for_one_thing_contradict_each_other(briefer: Briefer) -> None:
    text = """Police arrest 40 marchers in Velm

Police arrested 40 marchers at the Velm bridge on Monday, the mayor said.

By nightfall the square was quiet and shops had opened.

Police arrested 60 marchers at the Velm bridge on Monday, according to the court.
"""
    found = briefer.brief(article(text), source="x").contradictions
    assert {c.kind for c in found} <= {"number", "headline_vs_body"}
    assert found


def test_numbers_that_grew_over_time_do_not_contradict_each_other(briefer: Briefer) -> None:
    text = """Strike at Velm bridge grows

The union expelled 40 members at the Velm depot on Monday.

Earlier it had expelled 25 members at the Velm depot.
"""
    assert briefer.brief(article(text), source="x").contradictions == ()


def test_a_language_that_cannot_be_read_is_said_and_not_guessed(briefer: Briefer) -> None:
    with pytest.raises(UnreadLanguage, match="reads English"):
        briefer.brief(article("Der Minister forderte den Rücktritt.", lang="de"), source="x")


def test_an_empty_article_gives_an_empty_brief(briefer: Briefer) -> None:
    brief = briefer.brief(article(""), source="x")
    assert (brief.parties, brief.demands, brief.risk_signals, brief.bottom_line) == ((), (), (), ())


def test_whoever_demands_or_is_demanded_of_is_a_party_however_vaguely_it_is_called(briefer: Briefer) -> None:
    text = """Ferry crews wait

The Harbour Ministry called on all parties to respect the truce.
"""
    brief = briefer.brief(article(text), source="x")
    names = {p.id: p.name for p in brief.parties}
    (wanted,) = brief.demands
    assert [names[i].split()[-1] for i in wanted.to] == ["parties"]


def test_somebody_from_a_state_is_not_the_state(briefer: Briefer) -> None:
    text = (
        "Norwegian student slaps an officer in Velm\n\nA Norwegian student slapped a police officer in Velm on "
        "Monday, the mayor said. A Norwegian woman demanded an apology from the mayor."
    )
    brief = briefer.brief(article(text), source="a.txt")
    norway = {p.id for p in brief.parties if p.name == "Norway"}
    assert not any(norway & {*s.actors, *s.targets} for s in brief.risk_signals)
    assert not any(norway & {*d.from_, *d.to} for d in brief.demands)


def test_no_line_of_the_bottom_line_points_back_to_a_sentence_that_is_not_shown(briefer: Briefer) -> None:
    text = (
        "Ferry union demands talks\n\nThe Islanders' Union demanded talks with the Harbour Ministry on Monday over two new "
        "fees.\n\nOne bans night crossings except in an emergency and threatens crews with heavy fines for each trip.\n\n"
        "The other forces the union to pay for the pier."
    )
    told = [s.text for s in briefer.brief(article(text), source="a.txt").bottom_line]
    assert not any(line.startswith(("One ", "The other")) for line in told)


def test_a_vow_to_go_on_is_no_refusal(briefer: Briefer) -> None:
    text = 'Row goes on\n\n"We will never stop working for the islands," said Mira Holt, president of the Islanders\' Union.'
    assert not briefer.brief(article(text), source="a.txt").demands


def test_a_brief_is_the_same_in_every_process() -> None:
    text = (
        "GOP senators and union met\n\nRepublican Sen. Rick Holt and U.S. Coast Guard officials met Alabama lawmakers on "
        "Monday. Norway, Sweden and Denmark urged the Islanders' Union to stop."
    )
    code = (
        "import sys, hashlib; from briefs.build import Briefer; from briefs.models import Article; t = sys.stdin.read(); "
        "a = Article(id='a', title='t', lang='en', text=t, sha256=hashlib.sha256(t.encode()).hexdigest()); "
        "print(Briefer().brief(a, source='a').model_dump_json())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1
