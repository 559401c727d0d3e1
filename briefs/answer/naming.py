"""The name that a question about a "who" or "which" is after: what the lines chosen share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from briefs.answer.judging import Judged
from briefs.questions import Question
from briefs.terms import stems

_KINDS = {
    "person": {"PERSON"},
    "party": {"PERSON", "ORG", "NORP", "GPE"},
    "name": {"PERSON", "ORG", "GPE", "PRODUCT", "WORK_OF_ART", "EVENT", "FAC", "NORP"},
    "place": {"GPE", "LOC", "FAC"},
    "any": {"PERSON", "ORG", "GPE", "PRODUCT", "WORK_OF_ART", "EVENT", "FAC", "NORP"},
}


@dataclass(slots=True)
class _Name:
    form: str
    words: frozenset[str]
    weight: float = 0.0
    articles: set[int] = field(default_factory=set)


def shared_name(question: Question, chosen: Sequence[Judged]) -> str | None:
    """The name of the kind asked for that most of the lines' articles have, as one of the lines writes it.

    None where no two articles share one that is not in the question.
    """
    kinds = _KINDS.get(question.asks[0].kind)
    if kinds is None:
        return None
    asked = frozenset(s for unit in question.units for s in unit.stems) | frozenset(
        s for outlet in question.outlets for s in stems(outlet)
    )
    names: list[_Name] = []
    for judged in chosen:
        for entity in judged.part.doc.ents:
            words = frozenset(stems(entity.text))
            if entity.label_ not in kinds or not words or words & asked:
                continue
            name = next((n for n in names if n.words <= words or words <= n.words), None)
            if name is None:
                name = _Name(entity.text, words)
                names.append(name)
            elif len(words) > len(name.words):
                name.form, name.words = entity.text, words
            name.weight += judged.covered
            name.articles.add(judged.line.of)
    names = [n for n in names if len(n.articles) > 1]
    best = max(names, key=lambda n: (len(n.articles), n.weight), default=None)
    return best.form.removesuffix("'s").strip() if best is not None else None
