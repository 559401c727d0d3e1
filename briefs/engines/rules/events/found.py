"""One event as a sentence tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from briefs.engines.rules.events.rules import Plover, Reported

if TYPE_CHECKING:
    from spacy.tokens import Token

Outlook = Literal["asserted", "future", "conditional"]


@dataclass(frozen=True, slots=True)
class Found:
    """One event as a sentence tells it.

    `trigger` is the word that names it, `anchor` the verb (or noun) whose clause carries it: the governing one where an
    operator changed the meaning ("[refused] to talk"). `weight` orders readings of the same words, the larger first.
    """

    trigger: Token
    anchor: Token
    event: Reported
    plover: Plover
    severity: int
    rule: str
    weight: int
    outlook: Outlook = "asserted"
    governed_by: tuple[str, ...] = ()
    denied: bool = False
    conditions: int = 0
    """How many conditions its rule had: such a rule has read the verb's objects too."""
    hypothetical: bool = False
    """It stands under "if", "unless" or "whether"."""
