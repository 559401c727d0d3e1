"""Near-duplicates within one library: which held texts a new one resembles.

A signature is a row of min-hashes as bytes. Slices of it ("bands") are indexed, so that only texts that share a slice
are compared in full. The slices are hashed together with the library's name: texts of different libraries never meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import schema

_BAND_BYTES = 12  # 3 min-hashes: of 128, texts of likeness .5 share a slice with p .996, of .2 with p .29


@dataclass(frozen=True, slots=True)
class Likeness:
    """How texts are compared; given by the caller, because it belongs to reading and not to storing."""

    signature: Callable[[str], bytes]
    """A text's min-hashes, four bytes each; nothing but 0xff where there is nothing to compare."""
    similarity: Callable[[bytes, bytes], float]
    """Of two signatures, 0 to 1."""
    duplicate_from: float
    """Similarity from which on two texts count as copies."""


@dataclass(frozen=True, slots=True)
class Twin:
    pk: int
    id: str


def bands(library: str, signature: bytes) -> set[int]:
    """The signature's slices as signed 64-bit numbers that differ from library to library."""
    name = library.encode()
    slices = (signature[at : at + _BAND_BYTES] for at in range(0, len(signature), _BAND_BYTES))
    return {
        int.from_bytes(
            blake2b(number.to_bytes(2, "big") + part + name, digest_size=8).digest(), "big", signed=True
        )
        for number, part in enumerate(slices)
        if part.strip(b"\xff")
    }


async def twin(
    connection: AsyncConnection, likeness: Likeness, library: str, signature: bytes, *, before: int | None
) -> Twin | None:
    """The article of that library which the text most resembles (its original, if it is a copy itself).

    Only articles that came in before number `before` count: the first one is the original, the later ones its copies.
    """
    article, version, band = schema.article, schema.article_version, schema.likeness_band
    sharing = select(band.c.article).where(band.c.band.in_(bands(library, signature))).distinct()
    rows = await connection.execute(
        select(article.c.pk, article.c.id, article.c.near_duplicate_of, version.c.signature)
        .join(version, (version.c.article == article.c.pk) & (version.c.version == article.c.version))
        .where(article.c.pk.in_(sharing), article.c.library == library)
    )
    scored = [
        (likeness.similarity(row.signature, signature), -row.pk, row)
        for row in rows
        if before is None or row.pk < before
    ]
    if not scored:
        return None
    score, _, best = max(scored, key=lambda entry: entry[:2])
    if score < likeness.duplicate_from:
        return None
    if best.near_duplicate_of is None:
        return Twin(best.pk, best.id)
    original = await connection.execute(
        select(article.c.pk, article.c.id).where(article.c.pk == best.near_duplicate_of)
    )
    row = original.one()
    return Twin(row.pk, row.id)


async def put_in(connection: AsyncConnection, library: str, article: int, signature: bytes) -> None:
    """Make an article findable by the text that has this signature."""
    rows = [{"band": band, "article": article} for band in sorted(bands(library, signature))]
    if rows:
        await connection.execute(insert(schema.likeness_band), rows)


async def take_out(connection: AsyncConnection, article: int) -> None:
    """An article whose text has changed is no longer found by the old one."""
    table = schema.likeness_band
    await connection.execute(delete(table).where(table.c.article == article))
