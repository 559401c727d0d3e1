"""A brief made by hand, with one of everything, for tests of what a person reads."""

from __future__ import annotations

import hashlib

from briefs.models import (
    Article,
    ArticleRecord,
    Brief,
    Contradiction,
    Demand,
    Dropped,
    EngineInfo,
    Evidence,
    LineRecord,
    Party,
    RiskSignal,
    SourceGrade,
    Statement,
    Verification,
)

TITLE = "Velmark and Ostrany meet in Lindhafen over the Aldra dam"
TEXT = f"""{TITLE}

Velmark told its citizens to leave Ostrany on Monday, hours after talks in neutral Lindhafen.

Ostrany's water minister, Irena Solvik, called the meeting "a fair beginning" and said the delegations would meet again.

Velmark wants the gates of the Aldra dam opened by 1 July, its envoy Tomas Brandt said. "No water, no treaty," he said.

Ostrany will not open the gates while Velmark keeps 4,000 soldiers at the border, Solvik said.

Solvik denied that the price of electricity was discussed.

Farmers on both banks have asked for compensation since the drought of last year, when 212 of them marched on the dam.

The advice to leave was issued by Ostrany's foreign ministry, officials in Lindhafen said.
"""


def article(text: str = TEXT, *, id: str = "aldra-dam", url: str | None = None) -> Article:  # noqa: A002
    return Article(
        id=id,
        url=url,
        title=text.splitlines()[0],
        outlet="Lindhafen Courier",
        published="2031-05-06",
        published_basis="caption",
        lang="en",
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        source_grade=SourceGrade(reliability="C", credibility=3, basis="regional daily"),
    )


def brief(of: Article | None = None, source: str = "aldra-dam.txt") -> Brief:
    it = of or article()
    e = [
        _evidence(1, "“a fair beginning”".strip("“”"), "p4", "direct_quote", 2),
        _evidence(2, "the delegations would meet again", "p4", "indirect_quote", 2),
        _evidence(3, "Velmark wants the gates of the Aldra dam opened by 1 July", "p3", "indirect_quote", 3),
        _evidence(4, "No water, no treaty", "p3", "direct_quote", 3),
        _evidence(5, "Ostrany will not open the gates while Velmark keeps 4,000 soldiers at the border", "p4",
                  "indirect_quote", 4),
        _evidence(6, "Solvik denied that the price of electricity was discussed", None, "indirect_quote", 5),
        _evidence(7, "Farmers on both banks have asked for compensation", None, "narration", 6),
        _evidence(8, "Velmark told its citizens to leave Ostrany", None, "narration", 1),
        _evidence(9, "The advice to leave was issued by Ostrany's foreign ministry", None, "indirect_quote", 7),
        _evidence(10, "212 of them marched on the dam", None, "narration", 6),
        _evidence(11, "neutral Lindhafen", None, "narration", 1),
    ]  # fmt: skip
    return Brief(
        source=source,
        article=ArticleRecord(**it.model_dump(exclude={"text"}), chars=len(it.text)),
        engine=EngineInfo(name="rules", model="en_core_web_sm 3.8.0", version="1", seconds=0.2),
        bottom_line=(
            Statement(text='Ostrany calls the talks "a fair beginning".', label="attributed", evidence=("e1", "e2")),
            Statement(text="Velmark still wants the gates opened by 1 July.", label="reported", evidence=("e3",)),
            Statement(text="Another meeting is likely.", label="assessment", evidence=("e2",)),
        ),
        parties=(
            Party(id="p1", name="Velmark", type="state", role="principal", evidence=("e3",)),
            Party(id="p2", name="Ostrany", aliases=("the upstream republic",), type="state", role="principal",
                  evidence=("e5",)),
            Party(id="p3", name="Tomas Brandt", type="person", role="representative", member_of="p1",
                  title="envoy", evidence=("e4",)),
            Party(id="p4", name="Irena Solvik", type="person", role="representative", member_of="p2",
                  title="water minister", evidence=("e1",)),
            Party(id="p5", name="Lindhafen", type="state", role="mediator", evidence=("e11",)),
            Party(id="p6", name="farmers on both banks", type="civilian_group", role="affected", evidence=("e7",)),
        ),
        demands=(
            Demand(id="d1", kind="ultimatum", from_=("p1",), to=("p2",), text="open the gates of the Aldra dam by 1 July",
                   status="reiterated", evidence=("e3", "e4")),
            Demand(id="d2", kind="precondition", from_=("p2",), to=("p1",),
                   text="withdraw 4,000 soldiers from the border first", status="stated", evidence=("e5",)),
            Demand(id="d3", kind="demand", from_=(), to=("p2",), text="lower the price of electricity",
                   status="stated", response="Ostrany: denies it was discussed", evidence=("e6",)),
            Demand(id="d4", kind="appeal", from_=("p6",), to=(), text="compensation for the drought",
                   tense="past_background", evidence=("e7",)),
        ),
        risk_signals=(
            RiskSignal(id="s1", event="consult", polarity="de_escalatory", severity=3, text="talks are to continue",
                       claim_status="attributed", tense="future", evidence=("e2",)),
            RiskSignal(id="s2", event="warning", polarity="escalatory", severity=4,
                       text="citizens are told to leave Ostrany", claim_status="contested", evidence=("e8", "e9")),
            RiskSignal(id="s3", event="mobilize", polarity="escalatory", severity=4,
                       text="4,000 soldiers stand at the border", claim_status="attributed", evidence=("e5",)),
            RiskSignal(id="s4", event="protest", polarity="escalatory", severity=2, text="212 farmers marched on the dam",
                       tense="past_background", evidence=("e10",)),
        ),
        contradictions=(
            Contradiction(a="e8", b="e9", kind="actor",
                          note="Who advised people to leave? First paragraph: Velmark. Seventh: Ostrany's foreign ministry."),
        ),
        not_stated=("date of the next round", "any offer from either side"),
        evidence=tuple(e),
        verification=Verification(
            proposed=23,
            kept=21,
            dropped=(
                Dropped(claim="Velmark has closed the border", reason="no quote bears it out"),
                Dropped(claim="5,000 soldiers stand at the border", reason="the number 5,000 is in none of its quotes"),
            ),
            lines=(
                LineRecord(item="d1", rule="wants-to-be-done", checks=("quote", "numbers", "names", "speaker")),
                LineRecord(item="s3", rule="keeps-soldiers", checks=("quote", "numbers")),
                LineRecord(item="d2", rule="not-while", checks=("quote", "names")),
            ),
        ),
    )  # fmt: skip


def _evidence(n: int, quote: str, speaker: str | None, mode: str, paragraph: int) -> Evidence:
    start = TEXT.index(quote)
    return Evidence(id=f"e{n}", quote=quote, start=start, end=start + len(quote), paragraph=paragraph,
                    speaker=speaker, mode=mode)  # fmt: skip
