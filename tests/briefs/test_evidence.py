"""The gate: what an article does not bear out never comes out, whoever proposed it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs import evidence
from briefs.evidence import wording
from briefs.lexicon import load
from briefs.proposals import (
    Proposal,
    ProposedAbsence,
    ProposedContradiction,
    ProposedDemand,
    ProposedParty,
    ProposedSignal,
    ProposedStatement,
    Quote,
)
from briefs.speech import Utterance

ARTICLE = """Ostrava Rail and its drivers fail to agree

The Drivers' Guild demanded 14 rest days a year from Ostrava Rail on Monday. Its chair, Marta Veskova, said the guild \
will not accept fewer than 12. "We walked out once and we can do it again," she said.

Ostrava Rail said the demand would cost 3.5 million crowns. The company rejected it.

Sign up for our newsletter
"""
LEXICON = load()


def quoted(words: str, **fields: object) -> Quote:
    start = ARTICLE.index(words)
    return replace(Quote(start, start + len(words), words), **fields)  # type: ignore[arg-type]


GUILD = ProposedParty(
    "guild", "Drivers' Guild", "union", "principal", (quoted("The Drivers' Guild demanded"),)
)
RAIL = ProposedParty("rail", "Ostrava Rail", "company", "principal", (quoted("Ostrava Rail said"),))
CHAIR = ProposedParty(
    "chair",
    "Marta Veskova",
    "person",
    "representative",
    (quoted("Its chair, Marta Veskova, said"),),
    title="chair",
)
CAST = (GUILD, RAIL, CHAIR)
ASKS = quoted("The Drivers' Guild demanded 14 rest days a year from Ostrava Rail")


def checked(*demands: ProposedDemand, said: tuple[Utterance, ...] = (), **more: object) -> evidence.Checked:
    return evidence.check(ARTICLE, Proposal(parties=CAST, demands=demands, **more), said, LEXICON)  # type: ignore[arg-type]


def demand(text: str, *quotes: Quote, **fields: object) -> ProposedDemand:
    return replace(ProposedDemand("demand", text, quotes or (ASKS,), ("guild",), ("rail",)), **fields)  # type: ignore[arg-type]


def test_a_claim_on_its_quote_is_kept_with_both_sides() -> None:
    found = checked(demand("14 rest days a year"))
    (kept,) = found.demands
    assert kept.from_ == ("p1",)
    assert kept.to == ("p2",)
    assert found.verification.dropped == ()


@pytest.mark.parametrize(
    "quote",
    [
        replace(ASKS, text=ASKS.text.replace("14", "15")),
        replace(ASKS, start=ASKS.start + 1),
        replace(ASKS, start=-5),
        replace(ASKS, end=len(ARTICLE) + 10),
        Quote(0, 4, "Ostr"),
        quoted("fail to agree\n\nThe Drivers"),
        quoted("Sign up for our newsletter"),
        quoted(" demanded"),
    ],
)
def test_a_quote_that_does_not_stand_as_it_is_given_is_no_evidence(quote: Quote) -> None:
    found = checked(demand("14 rest days a year", quote))
    assert found.demands == ()
    assert found.verification.dropped


def test_a_number_that_is_in_no_quote_drops_the_line() -> None:
    found = checked(demand("15 rest days a year"))
    assert found.demands == ()
    assert "number" in found.verification.dropped[0].reason


def test_a_number_written_as_a_word_is_the_same_number() -> None:
    assert wording.foreign_numbers("twelve days", ["12 days"]) == set()
    assert wording.foreign_numbers("two million", ["20,000 of them"]) == {"2", "million"}


def test_a_name_tied_to_nothing_leaves_the_words_of_the_quote() -> None:
    found = checked(demand("rest days, says Brno Union"))
    assert found.demands[0].text == ASKS.text


def test_a_party_that_no_quote_mentions_is_left_out() -> None:
    found = checked(demand("fewer than 12", quoted("will not accept fewer than 12"), kind="refusal"))
    assert found.demands[0].from_ == ()
    assert found.demands[0].to == ()


def test_an_antecedent_ties_a_party_to_a_quote_that_does_not_name_it() -> None:
    lines = (
        quoted("The company rejected it"),
        quoted("Ostrava Rail said the demand", role="antecedent"),
    )
    found = checked(demand("rejected it", *lines, kind="refusal", from_=("rail",), to=()))
    assert found.demands[0].from_ == ("p2",)


def test_a_dropped_negation_drops_the_line() -> None:
    found = checked(demand("accept fewer than 12", quoted("the guild will not accept fewer than 12")))
    assert found.demands == ()
    assert "opposite" in found.verification.dropped[0].reason


@pytest.mark.parametrize(
    ("text", "quote", "agrees"),
    [
        ("will accept fewer days", "the guild will not accept fewer days", False),
        ("will not accept fewer days", "the guild will accept fewer days", False),
        ("will not accept fewer days", "the guild will not accept fewer days", True),
        ("refused to pay and will talk", "the board refused to pay and will not talk", False),
        ("order one if the board refused", "the court would order one if the board refused", True),
        ("leave the pier", "no ship sank, but all crews must leave the pier", True),
        ("pay", "the board will not pay", True),  # one shared word tells nothing
    ],
)
def test_a_line_must_be_as_negative_as_its_quote(text: str, quote: str, agrees: bool) -> None:
    assert wording.negation_agrees(text, quote) is agrees


def test_a_refusal_needs_no_negation_in_its_words() -> None:
    found = checked(
        demand("accept fewer than 12", quoted("the guild will not accept fewer than 12"), kind="refusal")
    )
    assert found.demands


def said_by(content: str, speaker: str) -> Utterance:
    start, voice = ARTICLE.index(content), ARTICLE.index(speaker)
    return Utterance((start, start + len(content)), "direct_quote", (voice, voice + len(speaker)), None)


WALKOUT = "We walked out once and we can do it again"


def test_a_speaker_is_kept_where_the_words_beside_the_quote_name_it() -> None:
    start = ARTICLE.index("she said")
    said = (replace(said_by(WALKOUT, "she said"), speaker=(start, start + 3)),)
    found = checked(demand("do it again", quoted(WALKOUT, speaker="chair")), said=said)
    evidence_item = next(e for e in found.evidence if e.quote == WALKOUT)
    assert evidence_item.speaker == "p3"
    assert evidence_item.mode == "direct_quote"


def test_a_speaker_whom_the_text_does_not_name_is_left_out() -> None:
    start = ARTICLE.index("she said")
    said = (replace(said_by(WALKOUT, "she said"), speaker=(start, start + 3)),)
    found = checked(demand("do it again", quoted(WALKOUT, speaker="rail")), said=said)
    assert next(e for e in found.evidence if e.quote == WALKOUT).speaker is None


def test_an_alias_that_the_text_does_not_equate_is_not_taken() -> None:
    liar = replace(GUILD, aliases=("Marta Veskova", "Ostrava Rail", "the guild"))
    found = evidence.check(ARTICLE, Proposal(parties=(liar,)), (), LEXICON)
    assert found.parties[0].aliases in {(), ("the guild",)}


def test_what_is_missing_is_worded_by_the_gate_from_checked_words() -> None:
    found = checked(
        demand("14 rest days a year"),
        demand("99 rest days a year"),
        absences=(ProposedAbsence("answer", "rail", 0), ProposedAbsence("answer", "rail", 1)),
    )
    assert found.not_stated == ("Ostrava Rail's answer to the demand “14 rest days a year”",)


positions = st.integers(-20, len(ARTICLE) + 20)
slices = st.tuples(positions, positions).map(
    lambda p: Quote(min(p), max(p), ARTICLE[max(0, min(p)) : max(0, *p)])
)
lies = st.builds(Quote, positions, positions, st.text(max_size=40))
paired = st.builds(
    lambda q, who, role: replace(q, speaker=who, role=role),
    st.one_of(slices, lies),
    st.one_of(st.none(), st.sampled_from(["guild", "rail", "chair", "nobody"])),
    st.sampled_from(["support", "antecedent"]),
)
quotes = st.lists(paired, max_size=3).map(tuple)
keys = st.lists(st.sampled_from(["guild", "rail", "chair", "nobody"]), max_size=3).map(tuple)
claims = st.one_of(
    st.text(max_size=60), st.sampled_from([ARTICLE[50:90], "Zorvia threatens 300 strikes", "not"])
)
anything = st.builds(
    Proposal,
    parties=st.lists(
        st.builds(
            ProposedParty,
            st.sampled_from(["guild", "rail", "chair"]),
            claims,
            st.sampled_from(["union", "person", "state"]),
            st.sampled_from(["principal", "other"]),
            quotes,
            aliases=st.lists(claims, max_size=2).map(tuple),
            member_of=st.one_of(st.none(), st.sampled_from(["guild", "rail"])),
            title=st.one_of(st.none(), claims),
        ),
        max_size=3,
    ).map(lambda drawn: (*CAST, *drawn)),
    demands=st.lists(
        st.builds(ProposedDemand, st.just("demand"), claims, quotes, keys, keys), max_size=3
    ).map(tuple),
    signals=st.lists(
        st.builds(
            ProposedSignal,
            st.just("threaten"),
            st.just("escalatory"),
            st.integers(-3, 9),
            claims,
            quotes,
            keys,
        ),
        max_size=3,
    ).map(tuple),
    bottom_line=st.lists(st.builds(ProposedStatement, claims, st.just("reported"), quotes), max_size=5).map(
        tuple
    ),
    contradictions=st.lists(
        st.builds(ProposedContradiction, paired, paired, st.just("number"), claims), max_size=2
    ).map(tuple),
    absences=st.lists(
        st.builds(ProposedAbsence, st.sampled_from(["answer", "offer"]), st.just("rail"), st.integers(0, 4)),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_whatever_an_engine_proposes_every_line_that_comes_out_stands_on_the_article(
    proposal: Proposal,
) -> None:
    found = evidence.check(ARTICLE, proposal, (), LEXICON)
    by_id = {e.id: e for e in found.evidence}
    for item in found.evidence:
        assert ARTICLE[item.start : item.end] == item.quote
        assert item.quote.strip()
    party_ids = {p.id for p in found.parties}
    for line in (*found.parties, *found.demands, *found.signals, *found.bottom_line):
        assert line.evidence
        assert set(line.evidence) <= set(by_id)
    for line in (*found.demands, *found.signals, *found.bottom_line):
        support = [by_id[i].quote for i in line.evidence if by_id[i].role == "support"]
        assert support
        assert not wording.foreign_numbers(line.text, support)
    for wanted in found.demands:
        assert {*wanted.from_, *wanted.to} <= party_ids
    assert found.verification.proposed == found.verification.kept + len(found.verification.dropped)
    assert len(found.bottom_line) <= 3
