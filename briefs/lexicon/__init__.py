"""Word lists of the embedded reader: what a state, an office, a group or a report of speech is called.

Each list is a tab-separated file beside this module: comment lines (`#`) that tell its origin, a line of column names,
then rows. A field that holds several forms separates them by semicolons. A team may add rows of its own: a directory
with files of the same names and columns, whose rows come after the shipped ones and win where a key is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from briefs.errors import CommuniqueError
from briefs.lexicon.gazetteer import Entry, Gazetteer, entry
from briefs.models import PartyType

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).parent
_STATE_NOUNS = {
    "government",
    "administration",
    "regime",
    "authorities",
    "officials",
    "leadership",
    "country",
    "side",
}
_MAX_BYTES = 2_000_000  # a word list is read whole; a larger file is a mistake


class LexiconError(CommuniqueError):
    """A team's word list cannot be read."""

    kind = "lexicon"


@dataclass(frozen=True)
class Table:
    """One list: `rows` in file order, each as long as `columns`."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> tuple[str, ...]:
        """The values of one column in file order. Raises ValueError for a column that the list does not have."""
        at = self.columns.index(name)
        return tuple(row[at] for row in self.rows)

    def mapping(self, key: str, value: str) -> dict[str, str]:
        """One column by another; each form of a key that holds several is an entry; later rows win."""
        k, v = self.columns.index(key), self.columns.index(value)
        return {form: row[v] for row in self.rows for form in forms(row[k])}


@dataclass(frozen=True)
class State:
    """A state and how it is called. `seats` stand for it only where they act."""

    name: str
    forms: tuple[str, ...]
    demonyms: tuple[str, ...]
    seats: tuple[str, ...]


@dataclass(frozen=True)
class Body:
    """An organisation that is known by name. `member_of` is the name of a state or body it speaks for, or empty."""

    name: str
    forms: tuple[str, ...]
    type: PartyType
    member_of: str


@dataclass(frozen=True)
class Lexicon:
    """All lists, read once and handed to whoever reads an article."""

    tables: Mapping[str, Table]

    def table(self, name: str) -> Table:
        """A list by the stem of its file name. Raises KeyError for a list that is not shipped."""
        return self.tables[name]

    @cached_property
    def states(self) -> tuple[State, ...]:
        rows = self.table("states").rows
        return tuple(State(name, forms(f), forms(d), forms(s)) for name, f, d, s in rows)

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        rows = self.table("bodies").rows
        return tuple(Body(name, forms(f), cast("PartyType", kind), of) for name, f, kind, of in rows)

    @cached_property
    def media(self) -> frozenset[str]:
        """Names of outlets, case-folded."""
        return frozenset(name.casefold() for name in self.table("media").column("name"))

    @cached_property
    def organisation_words(self) -> dict[str, PartyType]:
        """Party type by a word of a name that tells a body: Ministry, Union, Corp."""
        rows = self.table("organisations").rows
        return {word: cast("PartyType", kind) for word, kind, noun in rows if noun != "only"}

    @cached_property
    def organisation_nouns(self) -> dict[str, PartyType]:
        """Party type by a common noun that stands for a body: the ministry, the union."""
        rows = self.table("organisations").rows
        return {word: cast("PartyType", kind) for word, kind, noun in rows if noun}

    @cached_property
    def thing_words(self) -> dict[str, str]:
        """Kind (thing, media) by a word that makes a capitalised name no party: Agreement, Airport, Herald."""
        return self.table("things").mapping("word", "kind")

    @cached_property
    def group_nouns(self) -> dict[str, PartyType]:
        """Party type by the singular of a noun that names a group in the plural."""
        return cast("dict[str, PartyType]", self.table("groups").mapping("noun", "type"))

    @cached_property
    def given_names(self) -> frozenset[str]:
        """Common given names, lower case."""
        return frozenset(name.lower() for name in self.table("given_names").column("name"))

    @cached_property
    def titles(self) -> dict[str, str]:
        """Kind (office, honorific, role) by title, lower case, possibly of several words."""
        return self.table("titles").mapping("title", "kind")

    @cached_property
    def speech_cues(self) -> dict[str, str]:
        """Kind (strong, weak) by the lemma of a verb that reports speech."""
        return self.table("speech_cues").mapping("verb", "kind")

    @cached_property
    def _forms_by_name(self) -> dict[str, frozenset[str]]:
        known = {state.name: (*state.forms, *state.demonyms, *state.seats) for state in self.states}
        known |= {body.name: body.forms for body in self.bodies}
        known |= {
            name: (*forms(others), *forms(people)) for name, others, _, people in self.table("regions").rows
        }
        return {name: frozenset(found) for name, found in known.items()}

    def forms_of(self, name: str) -> frozenset[str]:
        """Every form that is known to stand for a state or body of that name; empty for any other name."""
        return self._forms_by_name.get(name, frozenset())

    def describes(self, phrase: str, kind: PartyType) -> bool:
        """Whether a lower-case phrase ("the ministry") can stand for a party of that type, by its last word."""
        words = phrase.split()
        last = words[-1] if words else ""
        if last != last.lower():
            return False
        if kind == "state" and last in _STATE_NOUNS:
            return True
        singular = last.removesuffix("s")
        nouns = {last, singular, f"{singular.removesuffix('ie')}y"}
        return any(
            kind == table.get(noun)
            for noun in nouns
            for table in (self.organisation_words, self.organisation_nouns, self.group_nouns)
        )

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """States, bodies, regions and outlets by every form that the lists give them."""
        entries: list[Entry] = []
        for state in self.states:
            entries += [entry(form, state.name, "state", "state") for form in (state.name, *state.forms)]
            entries += [entry(form, state.name, "demonym", "state") for form in state.demonyms]
            entries += [entry(form, state.name, "seat", "state") for form in state.seats]
        for body in self.bodies:
            entries += [
                entry(f, body.name, "body", body.type, body.member_of) for f in (body.name, *body.forms)
            ]
        for name, others, of, people in self.table("regions").rows:
            entries += [entry(form, name, "region", "government_body", of) for form in (name, *forms(others))]
            entries += [entry(form, name, "demonym", "government_body", of) for form in forms(people)]
        entries += [entry(name, name, "media", "media") for name in self.table("media").column("name")]
        return Gazetteer(entries)


def forms(field: str) -> tuple[str, ...]:
    """The forms in a field, in order, without empty ones."""
    return tuple(form for form in (part.strip() for part in field.split(";")) if form)


def load(extra: Path | None = None) -> Lexicon:
    """Read the shipped lists and a team's additions to them.

    `extra` is a directory of .tsv files. Raises LexiconError where it is not, or where a file in it has another name
    or other columns than a shipped list.
    """
    tables = {path.stem: _read(path) for path in sorted(_HERE.glob("*.tsv"))}
    if extra is None:
        return Lexicon(tables)
    if not extra.is_dir():
        raise LexiconError(
            "The directory of your own word lists does not exist: create it or take it out of the config."
        )
    for path in sorted(extra.glob("*.tsv")):
        shipped = tables.get(path.stem)
        if shipped is None:
            raise LexiconError(
                f"Your word list {path.name} has no shipped list of that name: use one of {_known(tables)}."
            )
        added = _read(path)
        if added.columns != shipped.columns:
            wanted = ", ".join(shipped.columns)
            raise LexiconError(f"Your word list {path.name} needs these columns, in this order: {wanted}.")
        tables[path.stem] = Table(shipped.name, shipped.columns, shipped.rows + added.rows)
    return Lexicon(tables)


def _known(tables: Mapping[str, Table]) -> str:
    return ", ".join(f"{name}.tsv" for name in sorted(tables))


def _read(path: Path) -> Table:
    if path.stat().st_size > _MAX_BYTES:
        raise LexiconError(f"The word list {path.name} is larger than 2 MB: split it or shorten it.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LexiconError(f"The word list {path.name} is not UTF-8 text: save it as UTF-8.") from error
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise LexiconError(f"The word list {path.name} is empty: it needs a line of column names.")
    columns = tuple(lines[0].split("\t"))
    rows = []
    for line in lines[1:]:
        fields = tuple(field.strip() for field in line.split("\t"))
        if len(fields) > len(columns):
            raise LexiconError(
                f"The word list {path.name} has a row with more than {len(columns)} columns: “{line[:40]}”."
            )
        rows.append(fields + ("",) * (len(columns) - len(fields)))
    return Table(path.stem, columns, tuple(rows))
