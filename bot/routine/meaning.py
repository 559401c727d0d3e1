"""Passages are given their vectors in the background, as articles arrive; until then they are found by their words."""

from __future__ import annotations

import structlog

from bot.clock import Clock
from bot.log import cause
from bot.ports import Embedder, Vectors

_BATCH = 32  # passages: half a second of a worker's time, so that a question's own vector does not wait long
_POLL_S = 5.0


class Meaning:
    def __init__(self, *, vectors: Vectors, embedder: Embedder, clock: Clock) -> None:
        self._vectors = vectors
        self._embedder = embedder
        self._clock = clock
        self._log = structlog.get_logger(__name__)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            done = 0
            try:
                done = await self.step()
            except Exception as error:  # noqa: BLE001 - the store is busy, a worker died: what is missing stays missing for now
                self._log.error("vectors failed", **cause(error))
            if not done:
                await self._clock.sleep(_POLL_S)

    async def step(self) -> int:
        """Some passages more; returns how many."""
        missing = await self._vectors.missing(self._embedder.model, limit=_BATCH)
        if missing:
            made = await self._embedder.embed([passage.text for passage in missing])
            pairs = zip((passage.passage for passage in missing), made, strict=True)
            await self._vectors.put(self._embedder.model, list(pairs))
        return len(missing)
