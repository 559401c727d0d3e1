from __future__ import annotations

import asyncio
import random
import shutil
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from bot.store import Likeness, Store, open_store

_RANDOM = random.Random(7)
_FACTORS = np.array([_RANDOM.randrange(1, 2**31) for _ in range(128)], dtype=np.uint64)
_TERMS = np.array([_RANDOM.randrange(2**31) for _ in range(128)], dtype=np.uint64)


def signature(text: str) -> bytes:
    """128 min-hashes of the runs of three words, four bytes each."""
    words = text.split()
    runs = {zlib.crc32(" ".join(words[i : i + 3]).encode()) for i in range(max(1, len(words) - 2))}
    hashes = np.outer(np.array(sorted(runs), dtype=np.uint64), _FACTORS) + _TERMS
    return (hashes % np.uint64(4_294_967_291)).min(axis=0).astype("<u4").tobytes()


def similarity(one: bytes, other: bytes) -> float:
    return float((np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")).mean())


LIKENESS = Likeness(signature, similarity, duplicate_from=0.5)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the schema in it, to be copied: running the migrations for each test takes long."""
    folder = tmp_path_factory.mktemp("empty")

    async def make() -> None:
        async with open_store(folder, likeness=LIKENESS):
            pass

    asyncio.run(make())
    return folder


@pytest.fixture
def data_dir(empty_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(empty_store, tmp_path / "data"))


@pytest.fixture
async def store(data_dir: Path) -> AsyncIterator[Store]:
    async with open_store(data_dir, likeness=LIKENESS) as opened:
        yield opened
