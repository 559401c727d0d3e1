"""What can go wrong while an article is read, as values that a person can be told.

    CommuniqueError
    ├── Unreadable        the bytes hold no article that can be read
    │   ├── NotAnArticle      a page without an article in it
    │   ├── Paywalled         only the stub before a paywall is there
    │   ├── NotAFeed          neither RSS, Atom nor JSON Feed
    │   ├── UnsupportedType   neither HTML, plain text, Markdown nor PDF with a text layer
    │   └── TooComplex        reading it was given up (time, size)
    ├── UnreadLanguage    an article in a language that the chosen engine does not read
    └── ModelFailed       the language model gave no answer; what it was asked for is done without it

Every error carries `kind` (a stable word for programs) and a `message` (one sentence for a person: what happened
and what to do). A message never holds article text, tokens or paths of the server.
"""

from __future__ import annotations

from typing import Literal


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


class NotAFeed(Unreadable):
    kind = "not_a_feed"


class UnsupportedType(Unreadable):
    kind = "unsupported_type"


class TooComplex(Unreadable):
    kind = "too_complex"


class UnreadLanguage(CommuniqueError):
    kind = "language"


ModelFault = Literal[
    "key", "missing", "refused", "too_long", "busy", "down", "unreachable", "slow", "garbled", "filtered", "resting",
    "spent",
]  # fmt: skip
"""Why a model gave no answer.

key          it does not accept the key              missing    no such model or path
refused      it does not take such requests          too_long   the text does not fit its context
busy         too many requests (429)                 down       5xx
unreachable  no connection, or it broke off          slow       not within the deadline
garbled      no proper answer, or half of one        filtered   its content filter stopped it
resting      failed often, so it is left alone for a while      spent   the day's budget is used up
"""

_FAULTS: dict[ModelFault, str] = {
    "key": "the model endpoint does not accept the key",
    "missing": "the model endpoint does not know that model",
    "refused": "the model endpoint refuses such requests",
    "too_long": "the text does not fit the model",
    "busy": "the model endpoint has too many requests",
    "down": "the model endpoint has a fault of its own",
    "unreachable": "the model endpoint cannot be reached",
    "slow": "the language model did not answer in time",
    "garbled": "the language model gave no proper answer",
    "filtered": "the content filter of the model endpoint stopped it",
    "resting": "the model endpoint failed several times and is left alone for a while",
    "spent": "the budget for the language model is spent for today",
}


class ModelFailed(CommuniqueError):
    """`message` is a clause without a capital and full stop: it stands inside a note about what was done instead."""

    kind = "model"

    def __init__(self, why: ModelFault, message: str | None = None) -> None:
        super().__init__(message or _FAULTS[why])
        self.why = why
