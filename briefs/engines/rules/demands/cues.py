"""The cue words of the demand rules, read from the lexicon once for an article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from briefs.lexicon import Lexicon, forms
from briefs.models import DemandKind


@dataclass(frozen=True, slots=True)
class VerbCue:
    frames: frozenset[str]
    kind: DemandKind
    weak: bool
    """The one who wants must be a known party."""
    aimed: bool
    """The one of whom it is wanted must be a known party."""


@dataclass(frozen=True, slots=True)
class NounCue:
    links: frozenset[str]
    kind: DemandKind


@dataclass(frozen=True, slots=True)
class Cues:
    verbs: dict[str, VerbCue]
    nouns: dict[str, NounCue]
    adjectives: dict[str, DemandKind]
    giving: frozenset[str]
    refusing: frozenset[str]
    defying: frozenset[str]
    things: frozenset[str]
    """Nouns for what sides of a dispute want ("access", "an apology")."""
    idle: frozenset[str]
    """Nouns that are never what a demand is about ("offered condolences", "declined comment")."""


def read(lexicon: Lexicon) -> Cues:
    verbs = {
        verb: VerbCue(
            frozenset(forms(frames)), cast("DemandKind", kind), weak in {"1", "3"}, weak in {"2", "3"}
        )
        for verb, frames, kind, weak in lexicon.table("demand_verbs").rows
    }
    nouns = {
        noun: NounCue(frozenset(forms(links)), cast("DemandKind", kind))
        for noun, links, kind in lexicon.table("demand_nouns").rows
    }
    adjectives = cast(
        "dict[str, DemandKind]", lexicon.table("demand_adjectives").mapping("adjective", "kind")
    )
    acts = lexicon.table("demand_acts")
    giving, refusing, defying = (
        frozenset(v for v, yes in acts.mapping("verb", column).items() if yes == "1")
        for column in ("giving", "refusing", "defying")
    )
    idle = frozenset(lexicon.table("demand_idle").column("word"))
    things = frozenset(lexicon.table("demand_things").column("noun"))
    return Cues(verbs, nouns, adjectives, giving, refusing, defying, things, idle)
