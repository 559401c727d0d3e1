"""An answer as it is shown: its verdict word, its sentences, where each quote stands and how much was searched."""

from __future__ import annotations

from dataclasses import dataclass

from briefs.answers import Answer, Citation, Verdict
from briefs.markdown import date
from briefs.models import Mode

WORDS: dict[Verdict, str] = {
    "yes": "Yes",
    "no": "No",
    "stated": "Stated",
    "disputed": "Disputed",
    "claimed": "Claimed, not confirmed",
    "not_stated": "Not stated",
    "outdated": "Outdated",
}
_MODES: dict[Mode, str] = {
    "direct_quote": "direct quote",
    "indirect_quote": "reported speech",
    "narration": "the article's own words",
    "headline": "headline",
    "caption": "caption",
}
_ABSENT = "Not stated"


@dataclass(frozen=True, slots=True)
class Source:
    """One citation. `quote` is empty where the answer's text has its words already."""

    quote: str
    place: str
    """Who says it, how, and in which paragraph."""
    article: str


@dataclass(frozen=True, slots=True)
class AnswerOutline:
    word: str
    text: str
    closest: bool
    """The sources do not answer; they are what comes nearest."""
    sources: tuple[Source, ...]
    footer: str

    @classmethod
    def of(cls, answer: Answer) -> AnswerOutline:
        text = answer.text.removeprefix(_ABSENT).lstrip(" :") if answer.abstained else answer.text
        return cls(
            word=WORDS[answer.verdict],
            text=text,
            closest=answer.abstained,
            sources=tuple(_source(c, answer) for c in answer.citations),
            footer=_footer(answer),
        )


def _source(citation: Citation, answer: Answer) -> Source:
    spoken = citation.mode in {"direct_quote", "indirect_quote"}
    who = citation.speaker or ("speaker not confirmed" if spoken else None)
    paragraph = f"paragraph {citation.paragraph}" if citation.paragraph else None
    shown = citation.quote in answer.text
    day = date(citation.published) if citation.published else "no date"
    return Source(
        quote="" if shown else citation.quote,
        place=", ".join(part for part in (who, _MODES[citation.mode], paragraph) if part),
        article=f"{citation.title or citation.article_id}, {day}",
    )


def _footer(answer: Answer) -> str:
    if answer.abstained:
        return ""
    used, held = len(answer.articles_used), answer.articles_held
    newest = max((c for c in answer.citations if c.published), key=lambda c: c.published or "", default=None)
    parts = [f"{used} of {held} {'article' if held == 1 else 'articles'} used"]
    if newest is not None and newest.published:
        basis = f" ({newest.published_basis})" if newest.published_basis in {"text", "caption"} else ""
        parts.append(f"newest {date(newest.published)}{basis}")
    if used == 1:
        parts.append("single source")
    return " · ".join(parts)
