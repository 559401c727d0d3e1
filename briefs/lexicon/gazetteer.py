"""Names that the word lists know, found in a text by their first word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from briefs.models import PartyType

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[^\W_][\w.&'’-]*")
EntryKind = Literal["state", "demonym", "seat", "body", "region", "media"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A form that the lexicon knows: `name` is the canonical name of what it stands for."""

    form: str
    name: str
    kind: EntryKind
    type: PartyType
    member_of: str
    needs_article: bool


class Gazetteer:
    """The lexicon's names by their first word."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_first: dict[str, list[Entry]] = {}
        for entry in entries:
            first = _WORD.match(entry.form)
            if first is not None:
                self._by_first.setdefault(_key(first.group()), []).append(entry)
        for same in self._by_first.values():
            same.sort(key=lambda e: -len(e.form))

    def at(self, text: str, start: int, word: str) -> Entry | None:
        """The longest known form that begins at `start`, where `word` stands."""
        for entry in self._by_first.get(_key(word), ()):
            end = start + len(entry.form)
            if text.startswith(entry.form, start) and not (text[end : end + 1].isalnum()):
                if entry.needs_article and text[max(0, start - 4) : start].lower() != "the ":
                    continue
                return entry
        return None


def entry(form: str, name: str, kind: EntryKind, party: PartyType, member_of: str = "") -> Entry:
    """An entry for a form as a word list writes it; a form with "the" before it stands only with its article."""
    bare = form.removeprefix("the ").removeprefix("The ")
    return Entry(bare, name, kind, party, member_of, needs_article=form.casefold().startswith("the "))


def _key(word: str) -> str:
    return word.rstrip(".").split("'")[0].split("’")[0].split("-")[0]
