"""The words of an answer as types; JSON of these is the `answer/1` document.

Positions count code points in the text of the article cited, half-open, [start, end).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from briefs.models import Mode, Model, PublishedBasis

Verdict = Literal["yes", "no", "stated", "disputed", "claimed", "not_stated", "outdated"]


class Citation(Model):
    """Words of an article that an answer stands on."""

    article_id: str
    quote: str
    start: int
    end: int
    speaker: str | None = None
    """Name or words for whoever says it; None where nobody speaks or it is not certain who does."""
    title: str
    published: str | None
    """ISO 8601, as precise as the source is."""
    published_basis: PublishedBasis = "none"
    mode: Mode = "narration"
    paragraph: int = 0
    """Counted from 1; the headline is 0."""


class Answer(Model):
    """What a library says to a question. Made by `briefs.answer` alone, which passes every sentence through the gate.

    `citations` are best first. Of an abstained answer they are the closest passages, which do not answer it.
    """

    schema_: Literal["answer/1"] = Field(default="answer/1", alias="schema")
    question: str
    verdict: Verdict
    text: str
    citations: tuple[Citation, ...] = ()
    abstained: bool
    articles_used: tuple[str, ...] = ()
    """Ids of the articles cited, best first."""
    articles_held: int = Field(default=0, ge=0)
    """How many articles were searched."""
    engine: str

    @model_validator(mode="after")
    def _abstains_in_one_way(self) -> Answer:
        if self.abstained != (self.verdict == "not_stated"):
            raise ValueError("abstained is true exactly where the verdict is not_stated")
        return self
