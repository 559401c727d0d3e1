"""The verdict word: whether what the surest lines say is settled, one side's claim, disputed or overtaken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefs.answer.judging import Judged
from briefs.answer.lines import Line, Material
from briefs.answer.polarity import affirms
from briefs.answers import Verdict
from briefs.questions import Question
from briefs.retrieve.dates import published_on

_CLAIM = re.compile(
    r"\b(claim(s|ed|ing)?|alleg(e|es|ed|edly|ing|ation|ations)|purport\w*|reportedly|unconfirmed|suspect(s|ed)?|"
    r"rumou?red|boast(s|ed)?|contend(s|ed)?|accus(e|es|ed|ing))\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(den(y|ies|ied|ying|ial)|disput(e|es|ed|ing)|refut(e|es|ed|ing))\b", re.IGNORECASE)
_RIVAL = 0.6  # of the best line's confidence: another line that speaks to the question as well
_EXACT = 0.8  # figures are compared only between lines that both say what was asked
_AMOUNTS = frozenset({"number", "money", "percent", "quantity"})


def judge(question: Question, judged: Sequence[Judged], of: Material) -> tuple[Verdict, list[Judged]]:
    """The verdict on the lines judged (best first, at least one), and the lines that it must show, best first."""
    best = judged[0]
    rivals = [j for j in judged[1:] if j.confidence >= _RIVAL * best.confidence]
    clash = _contradicted(best, rivals, of)
    if clash is not None:
        return "disputed", [best, clash]
    if question.asks[0].kind in _AMOUNTS and best.fit.told:
        other = next((j for j in rivals if _another_figure(best, j)), None)
        if other is not None:
            return _overtaken(best, other, of)
    asked = _DENIAL.search(question.text) or _CLAIM.search(question.text) or question.claimed_by
    if question.whether:
        if _DENIAL.search(best.line.text) and not asked:
            against = [j for j in rivals if not _DENIAL.search(j.line.text)]
            return ("disputed", [best, against[0]]) if against else ("claimed", [best])
        return ("yes" if affirms(question, best.line.text) else "no"), [best]
    if not asked and question.asks[0].kind != "reaction" and _CLAIM.search(best.line.text):
        return "claimed", [best]
    return "stated", [best]


def _contradicted(best: Judged, rivals: Sequence[Judged], of: Material) -> Judged | None:
    """The line that a brief found to contradict the best one, if it speaks to the question too."""
    brief = of.candidates[best.line.of].brief
    if brief is None:
        return None
    evidence = {e.id: (e.start, e.end) for e in brief.evidence}
    for clash in brief.contradictions:
        for mine, other in ((clash.a, clash.b), (clash.b, clash.a)):
            if mine in evidence and other in evidence and _on(best.line, evidence[mine]):
                for rival in rivals:
                    if rival.line.of == best.line.of and _on(rival.line, evidence[other]):
                        return rival
    return None


def _on(line: Line, span: tuple[int, int]) -> bool:
    return line.start < span[1] and span[0] < line.end


def _another_figure(one: Judged, other: Judged) -> bool:
    return (
        one.line.of != other.line.of
        and bool(other.fit.told)
        and not one.fit.told & other.fit.told
        and min(max(one.fit.kinds), max(other.fit.kinds)) >= _EXACT
        and min(one.here, other.here) >= _EXACT
    )


def _overtaken(one: Judged, other: Judged, of: Material) -> tuple[Verdict, list[Judged]]:
    """Two articles with two figures: the newer overtakes the older; of the same day they disagree."""
    days = [published_on(of.candidates[j.line.of].article.published) for j in (one, other)]
    if days[0] is None or days[1] is None or days[0] == days[1]:
        return "disputed", [one, other]
    return "outdated", [one, other] if days[0] > days[1] else [other, one]
