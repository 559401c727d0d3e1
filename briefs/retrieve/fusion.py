"""One ranking out of several, by reciprocal rank."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

_K = (
    60  # Cormack, Clarke and Büttcher 2009: large enough that one ranking's first place does not decide alone
)

Key = TypeVar("Key", bound=Hashable)


def fuse(
    rankings: Sequence[Iterable[Key]], weights: Sequence[float] | None = None
) -> list[tuple[Key, float]]:
    """Keys of all rankings, best first, with their fused scores; ties keep the order of the earlier ranking.

    Scores do not enter, so rankings by words and by vectors need no common scale. `weights` is one for each ranking.
    Raises ValueError where there are not as many weights as rankings.
    """
    scores: dict[Key, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for place, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (_K + place)
    return sorted(scores.items(), key=lambda item: -item[1])
