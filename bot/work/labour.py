"""What runs inside a worker process. It imports little, so that a new worker is there soon.

A task returns its result or a Refusal, and raises nothing: errors do not always survive the way between processes.
"""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from briefs import errors
from briefs.models import Article, Brief

if TYPE_CHECKING:
    from bot.ports import Inquiry
    from bot.routine.feeds import FetchedFeed, ParsedFeed
    from briefs.answer import Answerer, Candidate
    from briefs.answers import Answer
    from briefs.build import Briefer
    from briefs.engines.llm.heard import Heard
    from briefs.lexicon import Lexicon
    from briefs.parse import Parser
    from briefs.questions import Question
    from briefs.terms import Names


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An outcome that is no result, on its way out of a worker: the error's class name and its sentence.

    `cause` names an error that nobody expected and where it rose, for the log; never its text.
    """

    name: str
    message: str
    cause: str | None = None

    def error(self) -> errors.CommuniqueError:
        kind = getattr(errors, self.name, errors.CommuniqueError)
        found: errors.CommuniqueError = kind(self.message)
        return found


def begin(memory_bytes: int, warm_up: Callable[[], object]) -> None:
    """Prepare a new worker: end on request, bound its memory, load what its tasks need."""
    # The pool's own handler runs between two steps of Python: a worker deep in a C library would not hear it, and all
    # others would wait until it is killed.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        import resource
    except ImportError:  # no such bound on Windows
        pass
    else:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        bound = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    warm_up()


def load_extractors() -> None:
    """Import what reading HTML needs, so that the first page does not wait for it."""
    import trafilatura

    from briefs import read

    del trafilatura, read


@cache
def parser() -> Parser:
    """One for each worker process: the language model takes 1 s and 150 MB."""
    from briefs.parse import Parser

    return Parser()


@cache
def lexicon(words: Path | None) -> Lexicon:
    """`words` is a folder of word lists of a team's own."""
    from briefs.lexicon import load

    return load(words)


@cache
def briefer(words: Path | None) -> Briefer:
    """One for each worker process."""
    from briefs.build import Briefer

    return Briefer(lexicon=lexicon(words), timer=time.perf_counter, parser=parser())


@cache
def answerer(words: Path | None) -> tuple[Answerer, Names]:
    """One for each worker process, with the names that searches are widened by."""
    from briefs.answer import Answerer
    from briefs.terms import Names

    return Answerer(parser(), lexicon(words)), Names(lexicon(words))


def read(
    content: bytes,
    media_type: str,
    charset: str | None,
    *,
    source: str,
    url: str | None,
    retrieved: str | None,
    thorough: bool,
) -> Article | Refusal:
    """`briefs.read.article`. A page that a library stumbles over is read without that library."""
    from briefs.read import article

    for carefully in (True, False) if thorough else (False,):
        try:
            return article(
                content,
                source=source,
                media_type=media_type,
                charset=charset,
                url=url,
                retrieved=retrieved,
                thorough=carefully,
            )
        except errors.CommuniqueError as refused:
            return Refusal(type(refused).__name__, refused.message)
        except Exception as error:  # noqa: BLE001 - whatever a page does to a library, it must not take the worker along
            cause = _cause(error)
    return Refusal(
        errors.TooComplex.__name__,
        "This page is put together so unusually that it cannot be read; please paste the article's text.",
        cause,
    )


def parse_feed(fetched: FetchedFeed) -> ParsedFeed | Refusal:
    """`bot.work.feed_formats.parse`."""
    from bot.work.feed_formats import parse

    try:
        return parse(fetched)
    except errors.NotAFeed as refused:
        return Refusal(type(refused).__name__, refused.message)
    except Exception as error:  # noqa: BLE001 - whatever a feed does to a library, it must not take the worker along
        return Refusal(
            errors.TooComplex.__name__,
            "That feed is put together so unusually that it cannot be read; give another feed of the site.",
            _cause(error),
        )


def discover_feeds(fetched: FetchedFeed) -> tuple[str, ...]:
    """`bot.work.feed_formats.discover`; nothing where the page cannot be taken apart."""
    from bot.work.feed_formats import discover

    try:
        return discover(fetched)
    except Exception:  # noqa: BLE001 - as above
        return ()


def brief(article: Article, source: str, heard: Heard | None, words: Path | None) -> Brief | Refusal:
    """`briefs.build.Briefer.brief`; `words` is a folder of word lists of a team's own."""
    try:
        return briefer(words).brief(article, source, heard)
    except errors.CommuniqueError as refused:
        return Refusal(type(refused).__name__, refused.message)
    except Exception as error:  # noqa: BLE001 - one article must not take the worker along
        return Refusal(
            errors.CommuniqueError.__name__,
            "This article could not be briefed because of a fault in the program; the operator finds it in the log.",
            cause=_cause(error),
        )


def load_vectors(folder: Path) -> None:
    """Load the sentence model, so that the first text does not wait for it."""
    from bot.work import minilm

    minilm.model(folder)


def embed(texts: Sequence[str], folder: Path) -> list[bytes] | Refusal:
    """`bot.work.minilm.SentenceModel.embed`."""
    from bot.work import minilm

    try:
        return minilm.model(folder).embed(texts)
    except Exception as error:  # noqa: BLE001 - one text must not take the worker along
        return Refusal(
            errors.CommuniqueError.__name__, "What this means could not be computed.", _cause(error)
        )


def inquire(
    question: str, outlets: Sequence[str], earlier: Sequence[str], words: Path | None
) -> Inquiry | Refusal:
    """Understand a question: what to search for, and in which of the outlets held."""
    from bot.ports import Inquiry, Sought
    from briefs.questions.sources import same_outlet
    from briefs.read.languages import language
    from briefs.retrieve import expand, periods

    try:
        respondent, names = answerer(words)
        before: list[Question] = []
        for each in earlier:
            before.append(respondent.plan(each, outlets, before).question)
        plan = respondent.plan(question, outlets, before)
        searches = tuple(
            Sought(
                expand(search.text, names),
                None
                if search.outlet is None
                else tuple(held for held in outlets if same_outlet(held, search.outlet)),
            )
            for search in plan.searches
        )
        return Inquiry(plan, searches, tuple(periods(plan.question.text)), language(question))
    except Exception as error:  # noqa: BLE001 - one question must not take the worker along
        return _fault(error)


def answer(
    inquiry: Inquiry, found: Sequence[Sequence[Candidate]], held: int, words: Path | None
) -> Answer | Refusal:
    """`briefs.answer.Answerer.answer`."""
    try:
        return answerer(words)[0].answer(inquiry.plan, found, held=held)
    except Exception as error:  # noqa: BLE001 - one question must not take the worker along
        return _fault(error)


def compiled(task: Callable[..., T], *args: object) -> T | Refusal:
    """One of `bot.work.compilation`'s functions."""
    try:
        return task(*args)
    except Exception as error:  # noqa: BLE001 - one situation must not take the worker along
        return Refusal(
            errors.CommuniqueError.__name__,
            "The situations could not be put together because of a fault in the program; the operator finds it in the log.",
            cause=_cause(error),
        )


def _fault(error: Exception) -> Refusal:
    return Refusal(
        errors.CommuniqueError.__name__,
        "This question could not be answered because of a fault in the program; the operator finds it in the log.",
        cause=_cause(error),
    )


def _cause(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno} {frames[-1].name}"
