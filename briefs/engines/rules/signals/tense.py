"""When an event lies: now, ahead, hanging on a condition, or told as background."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from briefs.engines.rules.events import grammar

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from briefs.engines.rules.events.reading import Found
    from briefs.models import Tense

_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_BACKGROUND = re.compile(
    rf"""\b(?:
        in\s+(?:early\s+|late\s+|mid-?)?(?:(?:1[89]|20)\d\d)s?\b
      | (?:since|until|from|between|during|by|before|after|of)\s+(?:{_MONTH}\s+)?(?:1[89]|20)\d\d\b
      | {_MONTH}\s+(?:of\s+)?(?:1[89]|20)\d\d\b
      | in\s+(?:early\s+|late\s+|mid-?)?{_MONTH}(?!\s+\d)
      | last\s+(?:year|month|decade|century|{_MONTH}|{_SEASON})
      | (?:a|two|three|four|five|six|seven|eight|nine|ten|several|many|few|\d+)\s+(?:years?|months?|decades?)\s+(?:ago|earlier|before|later)
      | (?:years|months|decades)\s+(?:ago|earlier|before)
      | earlier\s+(?:this|that|in\s+the)\s+year | over\s+the\s+(?:summer|years|decades)
      | the\s+(?:previous|preceding)\s+(?:year|month|{_SEASON}) | the\s+(?:year|month)\s+before
      | in\s+the\s+(?:past|1[89]\d\ds|20\d\ds) | previously | historically | formerly | originally | long\s+ago
      | in\s+recent\s+(?:years|months) | for\s+(?:years|decades) | at\s+the\s+time | back\s+then | once
      | (?:days|weeks)\s+earlier | (?:the\s+)?(?:late\s+)?(?:19|20)\d0s | the\s+1\d\dth\s+century
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NOW = re.compile(
    r"""\b(?:today|yesterday|tonight|now|currently|this\s+(?:week|month|morning|afternoon|evening)|still|ongoing|on\s+\w+day
      | (?:mon|tues|wednes|thurs|fri|satur|sun)day | last\s+(?:week|night) | earlier\s+this\s+(?:month|week)
      | recent(?:ly)? | latest | in\s+recent\s+(?:days|weeks) | over\s+the\s+past\s+week | just | earlier\s+today
      | continues? | again | so\s+far | (?:days|hours|minutes|weeks?|week)\s+ago)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AHEAD = re.compile(
    r"\b(?:tomorrow|next\s+(?:week|month|year|round|\w+day)|later\s+(?:this|in)|in\s+the\s+coming|upcoming|"
    r"forthcoming|early\s+next|due\s+to|scheduled|soon|planned)\b",
    re.IGNORECASE,
)


def of(found: Found, clause: Span, sentence: Span) -> Tense:
    """The tense of an event by its verb, the modals above it and the dates in its clause."""
    words = clause.text
    verb = _verb(found.anchor)
    background = _told_as_background(found, verb, clause, sentence)
    if background:
        return "past_background"
    if found.outlook == "conditional":
        return "future" if verb is not None and _future_in_the_past(verb) else "conditional"
    if found.outlook == "future":
        return "future"
    if verb is not None and _AHEAD.search(words) and verb.tag_ != "VBD" and not _NOW.search(words):
        return "future"
    return "current"


def _verb(token: Token) -> Token | None:
    if token.pos_ in {"VERB", "AUX"}:
        return token
    return next((a for a in token.ancestors if a.pos_ in {"VERB", "AUX"}), None)


def _future_in_the_past(verb: Token) -> bool:
    """In "said it would withdraw", would is will, told later."""
    return grammar.modal(verb) == "would" and verb.dep_ == "ccomp" and verb.head.tag_ in {"VBD", "VBN"}


def _told_as_background(found: Found, verb: Token | None, clause: Span, sentence: Span) -> bool:
    if verb is None:
        return _BACKGROUND.search(sentence.text) is not None and _NOW.search(sentence.text) is None
    if (
        found.outlook == "future"
        and found.governed_by[-1:] != ("plan",)
        and grammar.modal(verb) in {"will", "shall"}
    ):
        return False
    marked = _nearest_mark(found, clause)
    past = _is_past(verb)
    if marked == "background":
        return past or (verb.tag_ in {"VBG", "VBN", "VB"} and not _is_present(verb))
    if marked == "now":
        return False
    return _is_pluperfect(verb) and not _reported_now(verb)


def _nearest_mark(found: Found, clause: Span) -> str | None:
    """Which time words stand in the clause; where both kinds do, those nearer to the trigger."""
    at = found.trigger.idx - clause.start_char
    hits = [(abs((m.start() + m.end()) // 2 - at), "background") for m in _BACKGROUND.finditer(clause.text)]
    hits += [(abs((m.start() + m.end()) // 2 - at), "now") for m in _NOW.finditer(clause.text)]
    return min(hits)[1] if hits else None


def _is_past(verb: Token) -> bool:
    if verb.tag_ == "VBD":
        return True
    if any(
        c.dep_ in {"aux", "auxpass"}
        and c.tag_ in {"VBD", "VBN", "VBZ", "VBP"}
        and c.lower_ not in {"is", "are", "am"}
        for c in verb.children
    ):
        return True
    if verb.dep_ in {"xcomp", "conj", "acl", "advcl", "pcomp", "relcl"} and verb.head.pos_ in {"VERB", "AUX"}:
        return _is_past(verb.head)
    return verb.tag_ == "VBN"


def _is_present(verb: Token) -> bool:
    if verb.tag_ in {"VBZ", "VBP"} or any(
        c.dep_ in {"aux", "auxpass"} and c.lower_ in {"is", "are", "am", "'s", "'re", "will"}
        for c in verb.children
    ):
        return True
    if verb.dep_ in {"xcomp", "conj", "pcomp", "advcl"} and verb.head.pos_ in {"VERB", "AUX"}:
        return _is_present(verb.head)
    return False


def _is_pluperfect(verb: Token) -> bool:
    auxes = {c.lower_ for c in verb.children if c.dep_ in {"aux", "auxpass"}}
    return "had" in auxes and verb.tag_ == "VBN"


def _reported_now(verb: Token) -> bool:
    """In "said it had tested", the pluperfect of reported speech is today's perfect."""
    return verb.dep_ in {"ccomp", "conj"} and verb.head.tag_ in {"VBD", "VBN", "VBG"}
