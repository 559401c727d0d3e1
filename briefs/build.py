"""Article + engine → Brief: the only place where a Brief is made, and everything in it has passed the gate."""

from __future__ import annotations

from collections.abc import Callable

from briefs import evidence, speech
from briefs.engines.llm.engine import ModelEngine
from briefs.engines.llm.heard import Heard
from briefs.engines.rules.engine import RulesEngine
from briefs.errors import UnreadLanguage
from briefs.lexicon import Lexicon, load
from briefs.models import Article, ArticleRecord, Brief
from briefs.parse import MAX_CHARS, Parsed, Parser
from briefs.ports import Engine


class Briefer:
    """Reads articles with the embedded reader. Holds the language model, so one for each process.

    `timer` returns seconds from an arbitrary start; `engine` replaces the embedded reader; `parser` is one that is
    loaded already.
    """

    def __init__(
        self,
        *,
        lexicon: Lexicon | None = None,
        timer: Callable[[], float] = lambda: 0.0,
        engine: Engine | None = None,
        parser: Parser | None = None,
    ) -> None:
        self._parser = parser or Parser()
        self._lexicon = lexicon or load()
        self._engine = engine or RulesEngine(self._parser.model, self._lexicon)
        self._timer = timer

    def brief(self, article: Article, source: str, heard: Heard | None = None) -> Brief:
        """Read an article; `source` is what the person gave (a URL, a file name).

        `heard` is what a language model said of it; where it said nothing the embedded reader reads alone, and the
        brief says so. Of a text longer than MAX_CHARS only the beginning is read. Raises UnreadLanguage where the
        text is known to be in another language than English and no model has read it.
        """
        english = article.lang in {None, "en"}
        engine = self._engine_for(heard, article) if heard is not None and heard.replies else self._engine
        if not english and engine is self._engine:
            raise UnreadLanguage(_unread(article, heard))
        started = self._timer()
        text = article.text[:MAX_CHARS]
        # The grammar is English: of another language only the layout is known, so no speaker is ever confirmed.
        parsed = self._parser.parse(text) if english else Parsed(text, ())
        said = speech.utterances(parsed, self._lexicon) if english else ()
        proposal = engine.propose(article, parsed, said)
        checked = evidence.check(article.text, proposal, said, self._lexicon)
        info = engine.info
        if heard is not None and not heard.replies:
            info = info.model_copy(update={"note": _alone(heard)})
        return Brief(
            source=source,
            article=record(article),
            engine=info.model_copy(update={"seconds": round(self._timer() - started, 3)}),
            bottom_line=checked.bottom_line,
            parties=checked.parties,
            demands=checked.demands,
            risk_signals=checked.signals,
            contradictions=checked.contradictions,
            not_stated=checked.not_stated,
            evidence=checked.evidence,
            verification=checked.verification,
        )

    def _engine_for(self, heard: Heard, article: Article) -> Engine:
        english = article.lang in {None, "en"}
        beside = self._engine if heard.mode == "both" and english else None
        return ModelEngine(heard, self._lexicon, beside=beside)


def _unread(article: Article, heard: Heard | None) -> str:
    said = f"This article is in a language ({article.lang}) that the embedded reader does not read: it reads English. "
    if heard is None:
        return said + "Configure a language model to read others."
    return (
        said
        + f"The language model that would read it failed: {heard.failure or 'it said nothing'}. Try again later."
    )


def _alone(heard: Heard) -> str:
    return f"Read by the embedded reader alone: {heard.failure or 'the language model said nothing'}."


def record(article: Article) -> ArticleRecord:
    """The Article without its text."""
    return ArticleRecord(**article.model_dump(exclude={"text"}), chars=len(article.text))
