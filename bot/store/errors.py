"""What can go wrong with the store as a whole.

StoreError
├── StoreUnusable     the directory or the file in it cannot be used: somebody has to act
└── StoreTooNew       a later version of the program has written it
"""

from __future__ import annotations


class StoreError(Exception):
    """Root; `message` is one sentence for the operator: what happened and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StoreUnusable(StoreError):
    pass


class StoreTooNew(StoreError):
    pass
