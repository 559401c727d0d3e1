"""Article + engine → Brief: the only place where a Brief is made, and everything in it has passed the gate."""

from __future__ import annotations

from collections.abc import Callable

from briefs import evidence, speech
from briefs.engines.rules.engine import RulesEngine
from briefs.errors import UnreadLanguage
from briefs.lexicon import Lexicon, load
from briefs.models import Article, ArticleRecord, Brief
from briefs.parse import MAX_CHARS, Parser
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

    def brief(self, article: Article, source: str) -> Brief:
        """Read an article; `source` is what the person gave (a URL, a file name).

        Of a text longer than MAX_CHARS only the beginning is read. Raises UnreadLanguage where the text is known to
        be in another language than English.
        """
        if article.lang not in {None, "en"}:
            raise UnreadLanguage(
                f"This article is in a language ({article.lang}) that the embedded reader does not read: "
                "it reads English. Configure a language model to read others."
            )
        started = self._timer()
        parsed = self._parser.parse(article.text[:MAX_CHARS])
        said = speech.utterances(parsed, self._lexicon)
        proposal = self._engine.propose(article, parsed, said)
        checked = evidence.check(article.text, proposal, said, self._lexicon)
        return Brief(
            source=source,
            article=record(article),
            engine=self._engine.info.model_copy(update={"seconds": round(self._timer() - started, 3)}),
            bottom_line=checked.bottom_line,
            parties=checked.parties,
            demands=checked.demands,
            risk_signals=checked.signals,
            contradictions=checked.contradictions,
            not_stated=checked.not_stated,
            evidence=checked.evidence,
            verification=checked.verification,
        )


def record(article: Article) -> ArticleRecord:
    """The Article without its text."""
    return ArticleRecord(**article.model_dump(exclude={"text"}), chars=len(article.text))
