"""What passages mean, as vectors: kept as BLOBs beside them, compared in memory with numpy.

Vectors go with their passage, however it goes. Memory: 1,536 bytes a passage of those that some process has searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Unembedded
from bot.store import schema
from bot.store.database import Database, to_the_end

_LEAST = 0.3  # cosine: below it two texts have nothing to do with each other
_STALE = 1.2  # times as many rows in memory as are kept: then they are read anew
_ROWS = 5_000  # read at once

_a, _v, _p, _pv = schema.article, schema.article_version, schema.passage, schema.passage_vector


class StoredVectors:
    """`bot.ports.Vectors`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def missing(self, model: str, *, limit: int) -> list[Unembedded]:
        has = exists().where(_pv.c.passage == _p.c.pk, _pv.c.model == model)
        text = func.substr(_v.c.text, _p.c.start + 1, _p.c.end - _p.c.start)
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(_p.c.pk, text.label("text"))
                .join(_a, _a.c.pk == _p.c.article)
                .join(_v, (_v.c.article == _a.c.pk) & (_v.c.version == _a.c.version))
                .where(~has)
                .order_by(_p.c.pk.desc())  # what came last is asked about first
                .limit(limit)
            )
            return [Unembedded(row.pk, row.text) for row in rows]

    @to_the_end
    async def put(self, model: str, vectors: Sequence[tuple[int, bytes]]) -> None:
        async with self._database.write() as connection:
            for passage, vector in vectors:
                library = (
                    await connection.execute(
                        select(_a.c.library)
                        .join(_p, _p.c.article == _a.c.pk)
                        .where(
                            _p.c.pk == passage,
                            ~exists().where(_pv.c.passage == passage, _pv.c.model == model),
                        )
                    )
                ).scalar_one_or_none()
                if library is not None:  # else it was forgotten meanwhile, or another process was faster
                    await connection.execute(
                        insert(_pv).values(passage=passage, model=model, library=library, vector=vector)
                    )


class Nearest:
    """The vectors of one model, held in memory as far as they were read."""

    def __init__(self) -> None:
        self._model: str | None = None
        self._last = 0
        self._passages: Any = None
        self._libraries: Any = None
        self._matrix: Any = None
        self._codes: dict[str, int] = {}

    async def find(
        self, connection: AsyncConnection, libraries: Sequence[str], model: str, vector: bytes, limit: int
    ) -> list[int]:
        """Numbers of the passages of these libraries that mean most nearly the same, nearest first."""
        import numpy as np

        await self._read(connection, model)
        wanted = [self._codes[library] for library in libraries if library in self._codes]
        if self._matrix is None or not wanted:
            return []
        scores = self._matrix @ np.frombuffer(vector, "<f4")
        scores[~np.isin(self._libraries, wanted)] = -1.0
        best = np.argsort(-scores)[:limit] if len(scores) <= limit else self._top(scores, limit)
        return [int(self._passages[n]) for n in best if scores[n] >= _LEAST]

    @staticmethod
    def _top(scores: Any, limit: int) -> Any:
        import numpy as np

        some = np.argpartition(-scores, limit)[:limit]
        return some[np.argsort(-scores[some])]

    async def _read(self, connection: AsyncConnection, model: str) -> None:
        import numpy as np

        kept = (
            await connection.execute(select(func.count()).select_from(_pv).where(_pv.c.model == model))
        ).scalar_one()
        held = 0 if self._matrix is None else len(self._matrix)
        if model != self._model or held > kept * _STALE:
            self._model, self._last, self._matrix, held = model, 0, None, 0
        while True:
            rows = (
                await connection.execute(
                    select(_pv.c.pk, _pv.c.passage, _pv.c.library, _pv.c.vector)
                    .where(_pv.c.model == model, _pv.c.pk > self._last)
                    .order_by(_pv.c.pk)
                    .limit(_ROWS)
                )
            ).all()
            if not rows:
                return
            self._last = rows[-1].pk
            passages = np.array([row.passage for row in rows], dtype=np.int64)
            codes = np.array(
                [self._codes.setdefault(row.library, len(self._codes)) for row in rows], dtype=np.int32
            )
            matrix = np.frombuffer(b"".join(row.vector for row in rows), "<f4").reshape(len(rows), -1)
            if self._matrix is None:
                self._passages, self._libraries, self._matrix = passages, codes, matrix
            else:
                self._passages = np.concatenate([self._passages, passages])
                self._libraries = np.concatenate([self._libraries, codes])
                self._matrix = np.concatenate([self._matrix, matrix])
