"""One to three sentences that a busy reader could act on: what happened, who wants what, what answers or threatens it.

Each is a whole clause of the article, cut where a side remark begins, so that it reads as it stood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefs.models import Label
from briefs.parse import Parsed, ParsedBlock
from briefs.proposals import ProposedDemand, ProposedSignal, ProposedStatement, Quote
from briefs.speech import Utterance
from briefs.text import after_dateline

_MOST = 3
_LEAD = 3.0  # what the second sentence must tell more than the first to take its place
_OPENING = 2  # the lead is the first sentence, or the second where the first only sets the scene
_MOST_WORDS = 34  # about three lines of a chat window
_EASY_WORDS = 28  # longer sentences are read twice
_FEWEST_WORDS = 6
_ENOUGH = 2.5  # a further sentence must bring at least an appeal or a grave signal that is not told yet
_SIDE_REMARK = re.compile(
    r", (?:which|who|whose|where|when|while|as|after|before|with|citing|adding|despite|following|amid|even as|though|"
    r"although|according to|in what|a move|a step|including|because|since)\b|; | – | — "
)
_JOINING = re.compile(
    r"^(but|and|so|yet|or|also|meanwhile|however|instead|then|still|there|for now|in addition|separately|furthermore|"
    r"moreover|later|afterwards?|earlier)\b",
    re.IGNORECASE,
)
_POINTING_BACK = re.compile(
    r"^((but|and|so|yet|instead|meanwhile|however),? )?(he|she|it|they|this|that|these|those|such|we|i|his|her|their|its|one|another|"
    r"both|some of|neither|similar(ly)?|the (other|others|latter|former|same|two|pair)|in (one|that|this|another|each) case|"
    r"for (his|her|its|their) part)\b(?! of the\b)",
    re.IGNORECASE,
)
_NAMELESS = re.compile(
    r"\b(he|she|they|it) (said|says|added|told|wrote|noted|warned|argued)\b|\b(said|says|added) (he|she|they)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"\bhad (been|already|[a-z]+ed)\b|\b(earlier this|last) (year|month)\b|\bin (19|20)\d\d\b|\byears ago\b"
)
_DEMAND_WEIGHT = {"ultimatum": 4.0, "demand": 3.0, "precondition": 3.0, "red_line": 3.0, "refusal": 2.5, "offer": 2.5,
                  "concession": 2.5, "appeal": 2.0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    paragraph: int
    demands: frozenset[int]
    signals: frozenset[int]
    weight: float


def compose(
    parsed: Parsed,
    said: Sequence[Utterance],
    demands: Sequence[ProposedDemand],
    signals: Sequence[ProposedSignal],
) -> tuple[ProposedStatement, ...]:
    """The lead, then what adds most of the demands and signals that it does not tell; in the article's order."""
    candidates = [
        c for part, sent in parsed.sentences() if (c := _candidate(parsed, part, sent, demands, signals))
    ]
    if not candidates:
        return ()
    opening = [c for c in candidates if c.paragraph == candidates[0].paragraph][:_OPENING]
    chosen = [
        max(opening, key=lambda c: _gain(c, demands, signals, []) + (_LEAD if c is opening[0] else 0.0))
    ]
    while len(chosen) < _MOST:
        rest = [c for c in candidates if c not in chosen]
        best = max(rest, key=lambda c: _gain(c, demands, signals, chosen), default=None)
        if best is None or _gain(best, demands, signals, chosen) < _ENOUGH:
            break
        chosen.append(best)
    return tuple(_statement(parsed, said, c) for c in sorted(chosen, key=lambda c: c.start))


def _candidate(
    parsed: Parsed,
    part: ParsedBlock,
    sentence: object,
    demands: Sequence[ProposedDemand],
    signals: Sequence[ProposedSignal],
) -> _Candidate | None:
    if part.block.kind != "paragraph":
        return None
    start, end = part.start(sentence), part.end(sentence)  # type: ignore[arg-type]
    start, end = _trim(parsed.text, start, end)
    line = parsed.text[start:end]
    if len(line.split()) < _FEWEST_WORDS or not _balanced(line) or _POINTING_BACK.match(line):
        return None
    ds = frozenset(i for i, d in enumerate(demands) if _tells(d.quotes, start, end))
    ss = frozenset(i for i, s in enumerate(signals) if _tells(s.quotes, start, end))
    place = 1.0 if part.block.paragraph <= 3 else 0.0
    dangling = 2.5 if _JOINING.match(line) or _NAMELESS.search(line) else 0.0
    history = 3.0 if _HISTORY.search(line) else 0.0
    length = max(0, len(line.split()) - _EASY_WORDS) * 0.15
    return _Candidate(start, end, part.block.paragraph, ds, ss, place - dangling - history - length)


def _balanced(line: str) -> bool:
    """Whether every quotation that begins in the line ends in it."""
    return line.count('"') % 2 == 0 and line.count("“") == line.count("”")


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out a dateline at the beginning and side remarks at the end of a long sentence."""
    start += after_dateline(text[start:end])
    line = text[start:end]
    if len(line.split()) <= _MOST_WORDS:
        return start, end
    for remark in reversed(list(_SIDE_REMARK.finditer(line))):
        if len(line[: remark.start()].split()) >= _FEWEST_WORDS * 2:
            end = start + remark.start()
            if len(line[: remark.start()].split()) <= _MOST_WORDS:
                break
    return start, end


def _tells(quotes: Sequence[Quote], start: int, end: int) -> bool:
    return any(
        min(q.end, end) - max(q.start, start) > (q.end - q.start) / 2 for q in quotes if q.role == "support"
    )


def _gain(
    candidate: _Candidate,
    demands: Sequence[ProposedDemand],
    signals: Sequence[ProposedSignal],
    chosen: Sequence[_Candidate],
) -> float:
    """What a sentence adds to those chosen: the demands and signals that none of them tells."""
    others = [c for c in chosen if c is not candidate]
    value = candidate.weight
    for i in candidate.demands - {i for c in others for i in c.demands}:
        if demands[i].tense != "past_background":
            value += _DEMAND_WEIGHT[demands[i].kind] * (1.0 if demands[i].from_ else 0.6)
    severities = [
        signals[i].severity
        for i in candidate.signals - {i for c in others for i in c.signals}
        if signals[i].tense != "past_background"
    ]
    # The gravest tells most; a sentence is not better for being cut into many signals.
    return value + 0.8 * max(severities, default=0) + 0.2 * min(sum(severities), 10)


def _statement(parsed: Parsed, said: Sequence[Utterance], candidate: _Candidate) -> ProposedStatement:
    words = parsed.text[candidate.start : candidate.end]
    quote = Quote(candidate.start, candidate.end, words)
    spoken = sum(
        max(0, min(u.content[1], candidate.end) - max(u.content[0], candidate.start))
        for u in said
        if u.speaker is not None
    )
    label: Label = "attributed" if spoken * 2 > len(words) else "reported"
    text = words if words[-1] in ".!?\"”’'" else f"{words}."
    return ProposedStatement(
        text[0].upper() + text[1:], label, (quote,), rule="bottom line: lead and strongest claims"
    )
