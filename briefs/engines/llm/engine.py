"""A model's replies as an engine, alone or beside the rules."""

from __future__ import annotations

from collections.abc import Sequence

from briefs.engines.llm.heard import Heard
from briefs.engines.llm.joining import join
from briefs.engines.llm.plausible import Plausible
from briefs.engines.llm.proposing import propose
from briefs.lexicon import Lexicon
from briefs.models import Article, EngineInfo
from briefs.parse import Parsed
from briefs.ports import Engine
from briefs.proposals import Proposal
from briefs.speech import Utterance

VERSION = "1"


class ModelEngine:
    """Proposes what a model said of one article; with `beside`, joined with what that engine proposes."""

    def __init__(self, heard: Heard, lexicon: Lexicon, *, beside: Engine | None = None) -> None:
        self._heard = heard
        self._lexicon = lexicon
        self._beside = beside
        self.info = EngineInfo(
            name="both" if beside is not None else "model",
            model=f"{beside.info.model} + {heard.model}" if beside is not None else heard.model,
            version=f"{beside.info.version}+{VERSION}" if beside is not None else VERSION,
            note=_note(heard),
        )

    def propose(self, article: Article, parsed: Parsed, said: Sequence[Utterance]) -> Proposal:
        foreign = article.lang not in {None, "en"}
        model = propose(parsed.text, self._heard, said, self._lexicon, foreign=foreign)
        if self._beside is None:
            return model
        plausible = Plausible(self._lexicon, model.parties)
        return join(self._beside.propose(article, parsed, said), model, self._lexicon, plausible)


def _note(heard: Heard) -> str | None:
    """What a reader should know of how the model read."""
    missing = heard.windows - len(heard.replies)
    if missing and heard.failure:
        return (
            f"The language model read {len(heard.replies)} of {heard.windows} parts of it: {heard.failure}."
        )
    if heard.unread:
        return "The language model read the beginning of it: the article is too long to be shown whole."
    return None
