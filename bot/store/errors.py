"""What can go wrong with the store as a whole.

StoreError
├── StoreUnusable     the directory or the file in it cannot be used: somebody has to act
├── StoreBusy         another program held the write lock for too long: it passes
└── StoreTooNew       a later version of the program has written it
"""

from __future__ import annotations

from briefs.errors import CommuniqueError


class StoreError(CommuniqueError):
    """Root; `message` is one sentence: what happened and what to do."""

    kind = "store"


class StoreBusy(StoreError):
    kind = "store_busy"


class StoreUnusable(StoreError):
    pass


class StoreTooNew(StoreError):
    pass
