"""A question as it was understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from briefs.retrieve.dates import Period

AskKind = Literal[
    "number",  # how many of something
    "money",
    "percent",
    "quantity",  # a number of any unit: a pay rise may be told in per cent or in pounds
    "date",
    "duration",
    "place",
    "person",
    "party",  # who: a person, an organisation, a state, a group
    "name",  # anything that has a name
    "cause",
    "manner",
    "reaction",  # how somebody answered or responded
    "whether",
    "any",
]
UnitRole = Literal["name", "focus", "predicate", "content", "date", "frame"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked for. `focus` holds the stems of the noun asked for ("users" of "how many users")."""

    kind: AskKind
    focus: tuple[str, ...] = ()
    agent: bool = False
    """The answer is whoever does it: "who fired the rockets"."""
    count: int = 0
    """How many it wants, where it says so: "which five countries"."""
    measure: bool = False
    """The noun asked for is a measure ("what level"), so the number does not stand before it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Something in the question that an answer should speak of: a name of several words, a verb, a noun, a date."""

    text: str
    stems: tuple[str, ...]
    role: UnitRole
    name: str | None = None
    """What a state or body is called, whatever it is called here."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    """With what a follow-up left out, one line."""
    asks: tuple[Ask, ...]
    """In order, at least one."""
    units: tuple[Unit, ...]
    subject: tuple[int, ...] = ()
    """Units that name who does or says it, as far as the question tells."""
    predicates: tuple[int, ...] = ()
    """Units that are its verbs, light ones aside."""
    outlets: tuple[str, ...] = ()
    """Outlets that it names as its sources: "as reported by The Courier"."""
    periods: tuple[Period, ...] = ()
    negated: bool = False
    change: bool = False
    """It asks how something changed over time."""
    claimed_by: tuple[int, ...] = ()
    """Units of whoever it asks to speak: "what did Haley say …", "according to the board"."""

    @property
    def whether(self) -> bool:
        return self.asks[0].kind == "whether"
