"""Whether an article is on the matter that a brief or a question is about: by their names and words, no grammar."""

from __future__ import annotations

from collections.abc import Iterable

from briefs.models import Article, Brief, Party
from briefs.terms import stems, terms

_SIDES = 2  # of a dispute: an article that names one of them alone is seldom about what is between them
_TITLE = 1 / 3  # of a headline's words: another paper words its own
_ASKED = 1 / 3  # of a question's words: its names may be called by others, its verbs be other ones


def same_matter(brief: Brief, article: Article) -> bool:
    """Whether the article speaks of both sides of the brief's dispute; where it has none, of what its headline says."""
    words = _words(article)
    sides = [party for party in brief.parties if party.role == "principal"]
    if not sides:
        return _share(stems(brief.article.title), words) >= _TITLE
    text = f" {' '.join(term.stem for term in terms(article.text))} "
    return sum(_named(party, text) for party in sides) >= min(_SIDES, len(sides))


def touches(question: str, article: Article) -> bool:
    """Whether the article has enough of a question's words to be worth reading for it."""
    return _share(stems(question), _words(article)) >= _ASKED


def _named(party: Party, text: str) -> bool:
    forms = (" ".join(term.stem for term in terms(form)) for form in (party.name, *party.aliases))
    return any(form and f" {form} " in text for form in forms)


def _words(article: Article) -> frozenset[str]:
    return frozenset(stems(f"{article.title}\n{article.text}"))


def _share(wanted: Iterable[str], words: frozenset[str]) -> float:
    asked = frozenset(wanted)
    return len(asked & words) / len(asked) if asked else 0.0
