"""Follow-ups: what a short question takes from the ones before it in its thread."""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefs.questions.models import Question
from briefs.terms import Names, terms

_OPENS = re.compile(r"^\s*(and|but|so|also|then|what about|how about)\b[\s,]*", re.IGNORECASE)
_REFERS = re.compile(
    r"\b(he|she|they|them|it|him|her|his|their|its|this|that|these|those|there|then|both|the (former|latter|same))\b",
    re.IGNORECASE,
)
_SHORT = 3  # content words: "and when exactly?" says too little to be searched for by itself


def resolve(text: str, earlier: Sequence[Question], names: Names) -> str:
    """The question with what it left to the thread: the names and words of the question before it, set in brackets.

    A question that stands by itself comes back as it is. `earlier` are the thread's questions, oldest first, resolved
    themselves. "and what did Seoul reply?" after "What does Pyongyang demand?" keeps Seoul, its own name, and takes
    what the other was about.
    """
    if not earlier:
        return text
    bare = _OPENS.sub("", text)
    words = [t for t in terms(bare) if t.content]
    follows = bare != text or _REFERS.search(bare) is not None or len(words) < _SHORT
    if not follows:
        return text
    own = {t.stem for t in words}
    own_names = {name for _, _, name in names.found(terms(bare), cased=False)}
    last = earlier[-1]
    taken = [
        unit.text
        for number, unit in enumerate(last.units)
        if unit.role in {"name", "content", "predicate", "date", "focus"}
        and not own.intersection(unit.stems)
        and (unit.name is None or unit.name not in own_names)
        and not (number in last.subject and own_names)
    ]
    return f"{bare.strip()} ({' '.join(taken)})" if taken else bare.strip()
