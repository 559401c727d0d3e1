"""Whether words look like what a model takes them for.

A demand has a word that demands, an attack one that attacks, and the words name somebody whom the line names. Weak
models point at sentences at random, and good ones sometimes do; where rules and model are joined, a line that only the
model has must look like one.
"""

from __future__ import annotations

from collections.abc import Iterable

from briefs.engines.rules.events.rules import polarity
from briefs.evidence.wording import mentions
from briefs.lexicon import Lexicon, forms
from briefs.proposals import ProposedDemand, ProposedParty, ProposedSignal, Quote
from briefs.terms import stem, terms

_DUTY = frozenset(
    stem(w)
    for w in "must should shall ought need needs needed have-to require required obliged necessary essential vital want "
    "wants wanted let lets please condition unless until deadline ultimatum never cannot no not won't will would ready "
    "willing prepared agree".split()
)


class Plausible:
    """`parties` are those that the lines name by key."""

    def __init__(self, lexicon: Lexicon, parties: Iterable[ProposedParty]) -> None:
        self._forms = {p.key: {p.name, *p.aliases, *lexicon.forms_of(p.name)} for p in parties}
        demanding = {
            *lexicon.table("demand_verbs").column("verb"),
            *lexicon.table("demand_nouns").column("noun"),
            *lexicon.table("demand_adjectives").column("adjective"),
        }
        self._demanding = {stem(w) for word in demanding for w in word.split()[:1]} | _DUTY
        self._telling: dict[str, set[str]] = {"escalatory": set(), "de_escalatory": set()}
        table = lexicon.table("events")
        for triggers, event in zip(table.column("triggers"), table.column("event"), strict=True):
            if event in {"-", "request"}:
                continue
            for trigger in forms(triggers):
                self._telling[polarity(event)].update(stem(w) for w in trigger.split()[:1] if w != "_")

    def __call__(self, line: ProposedDemand | ProposedSignal) -> bool:
        words = _stems(line.quotes)
        if isinstance(line, ProposedDemand):
            return bool(words & self._demanding) and self._names((*line.from_, *line.to), line.quotes)
        return bool(words & self._telling[line.polarity]) and self._names(
            (*line.actors, *line.targets), line.quotes
        )

    def _names(self, keys: Iterable[str], quotes: Iterable[Quote]) -> bool:
        """Whether one of the parties is named in the quotes or speaks them."""
        wanted = tuple(keys)
        return any(
            q.speaker == key or any(mentions(form, q.text) for form in self._forms.get(key, ()))
            for q in quotes
            for key in wanted
        )


def _stems(quotes: Iterable[Quote]) -> set[str]:
    return {t.stem for q in quotes if q.role == "support" for t in terms(q.text)}
