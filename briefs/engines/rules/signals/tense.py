"""When an event lies: now, ahead, hanging on a condition, or told as background."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from briefs.engines.rules.events import grammar

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from briefs.engines.rules.events.found import Found
    from briefs.models import Tense

_Mark = Literal["background", "lasting", "now"]
Marks = tuple[tuple["Token", _Mark], ...]

_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_MANY = r"(?:a|one|two|three|four|five|six|seven|eight|nine|ten|several|many|few|some|\d+)"
_BACKGROUND = re.compile(
    rf"""\b(?:
        in\s+(?:early\s+|late\s+|mid-?)?(?:(?:1[89]|20)\d\d)s?\b
      | (?:until|from|between|during|by|before|after|of)\s+(?:{_MONTH}\s+)?(?:1[89]|20)\d\d\b
      | {_MONTH}\s+(?:of\s+)?(?:1[89]|20)\d\d\b
      | in\s+(?:early\s+|late\s+|mid-?)?{_MONTH}(?!\s+\d)
      | last\s+(?:year|month|decade|century|{_MONTH}|{_SEASON})
      | {_MANY}\s+(?:years?|months?|decades?)\s+(?:ago|earlier|before|later)
      | (?:years|months|decades)\s+(?:ago|earlier|before)
      | earlier\s+(?:this|that|in\s+the)\s+year | over\s+the\s+(?:summer|years|decades)
      | the\s+(?:previous|preceding)\s+(?:year|month|{_SEASON}) | the\s+(?:year|month)\s+before
      | in\s+the\s+(?:past|1[89]\d\ds|20\d\ds) | previously | historically | formerly | originally | long\s+ago
      | back\s+then | once | (?:days|weeks)\s+earlier | (?:the\s+)?(?:late\s+|early\s+)?(?:19|20)\d0s
      | the\s+1\d\dth\s+century
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LASTING = re.compile(
    rf"\b(?:since\s+(?:{_MONTH}\s+)?(?:1[89]|20)\d\d|since\s+{_MONTH}|for\s+(?:{_MANY}\s+)?(?:years|decades|months)|"
    r"in\s+recent\s+(?:years|months)|over\s+the\s+(?:past|last)\s+(?:\w+\s+)?(?:years?|decades?|months?))\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"""\b(?:today|yesterday|tonight|now|currently|this\s+(?:week|month|morning|afternoon|evening)|still|ongoing
      | (?:mon|tues|wednes|thurs|fri|satur|sun)day | last\s+(?:week|night) | earlier\s+this\s+(?:month|week)
      | recent(?:ly)? | latest | in\s+recent\s+(?:days|weeks) | over\s+the\s+past\s+week | just | earlier\s+today
      | continues? | so\s+far | (?:days|hours|minutes|weeks?|week)\s+ago)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AHEAD = re.compile(
    r"\b(?:tomorrow|next\s+(?:week|month|year|round|\w+day)|later\s+(?:this|in)|in\s+the\s+coming|upcoming|"
    r"forthcoming|early\s+next|due\s+to|scheduled|soon(?!\s+after)|planned)\b",
    re.IGNORECASE,
)


def of(found: Found, clause: Span, dated: Marks, *, in_history: bool = False) -> Tense:
    """The tense of an event by its verb, the modals above it and the dates that govern it.

    `dated` holds the time words of its sentence; `in_history` says that the sentence before, in the same paragraph, told background.
    """
    verb = _verb(found.anchor)
    mark = _mark(found.trigger, dated)
    ahead = found.outlook == "future" and verb is not None and grammar.modal(verb) in {"will", "shall"}
    if not ahead and _is_background(found, verb, mark, in_history=in_history):
        return "past_background"
    if found.outlook == "conditional":
        return "future" if verb is not None and _future_in_the_past(verb) else "conditional"
    if found.outlook == "future":
        return "future"
    if verb is not None and mark != "now" and verb.tag_ != "VBD" and _AHEAD.search(clause.text):
        return "future"
    return "current"


def tells_history(sentence: Span, dated: Marks) -> bool:
    """Whether a sentence as a whole is background: its main verb is past and dated to earlier years or months."""
    root = sentence.root
    return root.pos_ in {"VERB", "AUX"} and _is_past(root) and _mark(root, dated) == "background"


def continues(sentence: Span, dated: Marks) -> bool:
    """Whether a sentence goes on with a story told in the past, without a time of its own."""
    root = sentence.root
    return (
        root.pos_ in {"VERB", "AUX"}
        and _is_past(root)
        and not _is_perfect(root)
        and _mark(root, dated) is None
    )


def _verb(token: Token) -> Token | None:
    if token.pos_ in {"VERB", "AUX"}:
        return token
    return next((a for a in token.ancestors if a.pos_ in {"VERB", "AUX"}), None)


def _future_in_the_past(verb: Token) -> bool:
    """In "said it would withdraw", would is will, told later."""
    return grammar.modal(verb) == "would" and verb.dep_ == "ccomp" and verb.head.tag_ in {"VBD", "VBN"}


def _is_background(found: Found, verb: Token | None, mark: _Mark | None, *, in_history: bool) -> bool:
    if verb is None:
        return mark == "background"
    past = _is_past(verb)
    if mark == "background":
        return (
            past
            or found.trigger.pos_ == "NOUN"
            or (verb.tag_ in {"VBG", "VBN", "VB"} and not _is_present(verb))
        )
    if mark == "lasting":
        return past and not _is_perfect(verb)
    if mark == "now":
        return False
    if in_history and past and not _is_perfect(verb):
        return True
    return _is_pluperfect(verb) and not _reported_now(verb)


def marks(sentence: Span) -> Marks:
    """The time words of a sentence: the heads of the phrases, and what each says."""
    out = []
    text = sentence.text
    kinds: tuple[tuple[re.Pattern[str], _Mark], ...] = (
        (_BACKGROUND, "background"), (_LASTING, "lasting"), (_NOW, "now"),
    )  # fmt: skip
    for pattern, kind in kinds:
        for match in pattern.finditer(text):
            start = sentence.start_char + match.start()
            words = sentence.doc.char_span(start, start + len(match.group()), alignment_mode="expand")
            if words is not None:
                out.append((words.root, kind))
    return tuple(out)


def _mark(trigger: Token, dated: Marks) -> _Mark | None:
    """The time words that date an event: of its own clause first, then of the clauses above it."""
    if not dated:
        return None
    chain = [trigger.i, *(a.i for a in trigger.ancestors)]
    best: tuple[int, int, _Mark] | None = None
    for word, kind in dated:
        level = _level(word, chain)
        if level is not None and (best is None or (level, abs(word.i - trigger.i), kind) < best):
            best = (level, abs(word.i - trigger.i), kind)
    return best[2] if best else None


def _level(word: Token, chain: list[int]) -> int | None:
    """How far a time word stands from a trigger, in clauses; None if it dates something else.

    It dates the clauses below its own; out of a clause without a tense of its own it reaches one clause up.
    """
    far = 0
    for owner in (word, *word.ancestors):
        if owner.i in chain:
            between = chain[: chain.index(owner.i)]
            return far + sum(word.doc[i].pos_ in {"VERB", "AUX"} for i in between)
        if owner.pos_ in {"VERB", "AUX"} and owner.dep_ in _CLAUSES:
            if owner.tag_ != "VBG" or far or any(c.dep_ == "aux" for c in owner.children):
                return None
            far += 3  # farther than any time word of the trigger's own
    return None


_CLAUSES = frozenset({"relcl", "acl", "advcl", "ccomp", "conj", "pcomp"})


def _is_past(verb: Token) -> bool:
    if verb.tag_ == "VBD":
        return True
    if any(
        c.dep_ in {"aux", "auxpass"}
        and c.tag_ in {"VBD", "VBN", "VBZ", "VBP"}
        and c.lower_ not in {"is", "are", "am", "'s", "'re"}
        for c in verb.children
    ):
        return True
    if verb.dep_ in {"xcomp", "conj", "acl", "advcl", "pcomp", "relcl"} and verb.head.pos_ in {"VERB", "AUX"}:
        return _is_past(verb.head)
    if verb.dep_ == "pcomp" and verb.tag_ == "VBG" and verb.head.dep_ in {"prep", "conj"}:
        above = next((a for a in verb.ancestors if a.pos_ in {"VERB", "AUX"}), None)
        return above is not None and _is_past(above)  # "by cutting off the telephones"
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


def _is_perfect(verb: Token) -> bool:
    """Present perfect: what began then and lasts."""
    return any(c.dep_ in {"aux", "auxpass"} and c.lower_ in {"has", "have", "'ve"} for c in verb.children)


def _is_pluperfect(verb: Token) -> bool:
    auxes = {c.lower_ for c in verb.children if c.dep_ in {"aux", "auxpass"}}
    return "had" in auxes and verb.tag_ in {"VBN", "VBG"}


def _reported_now(verb: Token) -> bool:
    """In "said it had tested", the pluperfect of reported speech is today's perfect."""
    return verb.dep_ in {"ccomp", "conj"} and verb.head.tag_ in {"VBD", "VBN", "VBG"}
