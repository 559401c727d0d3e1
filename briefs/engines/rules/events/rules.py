"""The event word lists as rules: triggers with their conditions, and the words that change an event's meaning."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from briefs.lexicon import Lexicon, forms
from briefs.models import Event, Polarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Plover = Literal[
    "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "YIELD", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST",
    "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip
Reported = Event | Literal["request", "-"]
"""What a trigger reports; "-" is a reading that is worth no line, "request" a demand."""
Operator = Literal[
    "stop",
    "refuse",
    "deny",
    "threat",
    "call",
    "fear",
    "blame",
    "back",
    "plan",
    "hope",
    "agree",
    "fail",
    "do",
    "need",
]

ESCALATORY: frozenset[str] = frozenset(
    {
        "assault",
        "coerce",
        "mobilize",
        "sanction",
        "protest",
        "threaten",
        "reject",
        "accuse",
        "warning",
        "hardship",
    }
)
_FLAGS = frozenset({"hasobj", "pass", "neg", "modal", "opinion", "predicate"})
_PLOVER: dict[str, Plover] = {
    "concede": "YIELD", "retreat": "YIELD", "request": "REQUEST", "warning": "THREATEN", "hardship": "COERCE",
}  # fmt: skip


def polarity(event: str) -> Polarity:
    return "escalatory" if event in ESCALATORY else "de_escalatory"


def plover_class(event: str) -> Plover:
    """The PLOVER class of one of our events; warning and hardship have none and take the nearest."""
    return _PLOVER.get(event) or cast("Plover", event.upper() if event != "-" else "CONSULT")


@dataclass(frozen=True, slots=True)
class Test:
    """One part of a condition: any of the alternatives holds (or none of them, when negated)."""

    negated: bool
    alternatives: tuple[tuple[str, frozenset[str]], ...]
    """(relation, words); no words means that the relation is a flag, {"*"} that anything will do."""


@dataclass(frozen=True, slots=True)
class Rule:
    words: tuple[str, ...]
    """Lemmas of the trigger in order; "_" is a gap."""
    tests: tuple[Test, ...]
    event: Reported
    severity: int
    plover: Plover
    order: int
    parts: frozenset[str] = frozenset()
    """The words of a trigger of several words: where one is missing, the trigger cannot stand."""

    @property
    def name(self) -> str:
        return f"{self.event}: {' '.join(self.words)}"

    @property
    def conditions(self) -> int:
        """How many things its condition asks for; what it only excludes does not make it more particular."""
        return sum(not t.negated for t in self.tests)

    @property
    def wants_negation(self) -> bool:
        return any(not t.negated and ("neg", frozenset()) in t.alternatives for t in self.tests)


@dataclass(frozen=True)
class EventRules:
    """All rules by the first word of their trigger, the most particular first; later rows win over earlier ones."""

    verbs: Mapping[str, tuple[Rule, ...]]
    nouns: Mapping[str, tuple[Rule, ...]]
    adjectives: Mapping[str, tuple[Rule, ...]]
    operators: Mapping[str, frozenset[Operator]]
    topics: Mapping[str, frozenset[str]]
    peace: frozenset[str]
    """What one calls for when one calls for peace: ceasefire, restraint, talks."""

    @classmethod
    def of(cls, lexicon: Lexicon) -> EventRules:
        classes = {name: frozenset(forms(words)) for name, words in lexicon.table("event_words").rows}
        by_part: dict[str, dict[str, list[Rule]]] = {p: defaultdict(list) for p in ("v", "n", "a")}
        for order, row in enumerate(lexicon.table("events").rows):
            part, triggers, condition, event, severity, plover = row
            tests = _tests(condition, classes)
            for trigger in forms(triggers):
                words = tuple(trigger.replace("-", " - ").split())  # the parser cuts at hyphens too
                by_part[part][words[0]].append(
                    Rule(
                        words,
                        tests,
                        cast("Reported", event),
                        int(severity),
                        cast("Plover", plover) if plover else plover_class(event),
                        order,
                        frozenset(words) - {"_"} if len(words) > 1 else frozenset(),
                    )
                )
        operators: dict[str, set[Operator]] = defaultdict(set)
        for kind, field in lexicon.table("event_operators").rows:
            for word in forms(field):
                operators[word].add(cast("Operator", kind))
        return cls(
            _ranked(by_part["v"]),
            _ranked(by_part["n"]),
            _ranked(by_part["a"]),
            {word: frozenset(kinds) for word, kinds in operators.items()},
            {"labour": classes["labour"]},
            classes["peace"],
        )


def _ranked(found: Mapping[str, Iterable[Rule]]) -> dict[str, tuple[Rule, ...]]:
    return {
        word: tuple(sorted(rules, key=lambda r: (-len(r.words), -len(r.tests), -r.order)))
        for word, rules in found.items()
    }


def _tests(condition: str, classes: Mapping[str, frozenset[str]]) -> tuple[Test, ...]:
    return tuple(_test(part.strip(), classes) for part in condition.split("&") if part.strip())


def _test(part: str, classes: Mapping[str, frozenset[str]]) -> Test:
    negated = part.startswith("!")
    alternatives: list[tuple[str, set[str]]] = []
    for piece in part.removeprefix("!").split("|"):
        relation, equals, word = piece.partition("=")
        if equals:
            alternatives.append((relation, set()))
        elif relation in _FLAGS:
            alternatives.append((relation, set()))
            continue
        else:
            word = relation
        if not alternatives:
            raise ValueError(f"An event rule has a condition that says nothing: {part!r}")
        alternatives[-1][1].update(classes[word[1:]] if word.startswith("@") else {word})
    return Test(negated, tuple((relation, frozenset(words)) for relation, words in alternatives))
