"""What can come of fetching a page, as values that a person can be told.

    CommuniqueError
    └── FetchError            root of all below; `url` is the hop that failed
        ├── InvalidUrl            not a link to a web page
        ├── Blocked               an address or port that is not open to the bot
        ├── Unreachable           no such host, no connection, no valid certificate, or it broke off
        ├── TimedOut              not done within the time for a page
        ├── TooManyRedirects      sent on and on
        ├── NotFound              404, 410
        ├── Denied                401, 402, 403, 407, 451: the site wants a login or turns the bot away
        ├── ServerError           any other status that is not a page (5xx, 429, 400, …)
        ├── Disallowed            the site's robots.txt keeps programs out
        ├── Garbled               an answer that is not proper HTTP, or packed in a way that cannot be unpacked
        ├── TooLarge              more bytes than a page may have
        └── UnsupportedMedia      neither HTML, plain text, Markdown nor PDF

Each leaf is one thing that a reader can do something about. A message names the host at most: never an address that a
name resolved to, never a path, which may carry a token.
"""

from __future__ import annotations

from briefs.errors import CommuniqueError


class FetchError(CommuniqueError):
    """`url` may carry a token: it is for the program, not for a log or a message."""

    kind = "fetch"

    def __init__(self, message: str, *, url: str = "") -> None:
        super().__init__(message)
        self.url = url


class InvalidUrl(FetchError):
    kind = "invalid_url"


class Blocked(FetchError):
    kind = "blocked"


class Unreachable(FetchError):
    kind = "unreachable"


class TimedOut(FetchError):
    kind = "timed_out"


class TooManyRedirects(FetchError):
    kind = "too_many_redirects"


class NotFound(FetchError):
    kind = "not_found"


class Denied(FetchError):
    kind = "denied"


class ServerError(FetchError):
    """`status` is the HTTP status that came."""

    kind = "server_error"

    def __init__(self, message: str, *, url: str = "", status: int) -> None:
        super().__init__(message, url=url)
        self.status = status


class Disallowed(FetchError):
    kind = "robots"


class Garbled(FetchError):
    kind = "garbled"


class TooLarge(FetchError):
    kind = "too_large"


class UnsupportedMedia(FetchError):
    kind = "unsupported_type"
