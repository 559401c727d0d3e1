"""What can go wrong while an article is read, as values that a person can be told.

    CommuniqueError
    ├── Unreadable        the bytes hold no article that can be read
    │   ├── NotAnArticle      a page without an article in it
    │   ├── Paywalled         only the stub before a paywall is there
    │   ├── UnsupportedType   neither HTML, plain text, Markdown nor PDF with a text layer
    │   └── TooComplex        reading it was given up (time, size)
    └── UnreadLanguage    an article in a language that the chosen engine does not read

Every error carries `kind` (a stable word for programs) and a `message` (one sentence for a person: what happened
and what to do). A message never holds article text, tokens or paths of the server.
"""

from __future__ import annotations


class CommuniqueError(Exception):
    """Root of all errors that a person is told about."""

    kind: str = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unreadable(CommuniqueError):
    kind = "unreadable"


class NotAnArticle(Unreadable):
    kind = "not_an_article"


class Paywalled(Unreadable):
    kind = "paywall"


class UnsupportedType(Unreadable):
    kind = "unsupported_type"


class TooComplex(Unreadable):
    kind = "too_complex"


class UnreadLanguage(CommuniqueError):
    kind = "language"
