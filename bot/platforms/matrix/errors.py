"""What can go wrong on the way to a homeserver.

HomeserverError
├── Unreachable     no answer, or none that can be understood: it may or may not have been carried out
└── Refused         an answer that says no; `retry_after_s` where it says when to come back
"""

from __future__ import annotations


class HomeserverError(Exception):
    pass


class Unreachable(HomeserverError):
    """`begun`: the request may have reached the homeserver."""

    def __init__(self, reason: str, *, begun: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.begun = begun


class Refused(HomeserverError):
    """`code` is Matrix's ("M_FORBIDDEN"), "" where there is none. `body` is the whole answer."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        retry_after_s: float | None = None,
        body: dict[str, object] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s
        self.body = body or {}

    @property
    def logged_out(self) -> bool:
        return self.code in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"}
