"""Who is who over several articles: one actor for "doctors", "Kenyan doctors" and "striking doctors".

Names agree where the words of one are all among the other's, as long as that leaves a single candidate: "doctors" may
be either of "junior doctors" and "senior doctors", and is then the one that was spoken of most.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from briefs.models import Brief, Party, PartyType
from briefs.situations.models import Actor
from briefs.terms import STOPWORDS, stem

_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
_FREE = frozenset(
    "striking protesting thousands hundreds dozens tens many some most other new former local all both two three more "
    "mr mrs ms dr sir public national"
    # an adjective of what a group does just now or how many it is does not make it another group
    .split()
)
_AUTHORITY: frozenset[PartyType] = frozenset({"state", "government_body"})
_OFFICE = re.compile(
    r"\b(?:minister|secretary(?!.general)|president|premier|chancellor|governor|mayor|envoy|ambassador|king|prince|"
    r"commissioner|lawmaker|senator|general|admiral|colonel|judge|prosecutor)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?:union|association|federation|committee|company|corp|inc|airline|group)\b", re.IGNORECASE
)
_GENERIC = frozenset(
    "government govern union offici leader author ministri compani parti presid minist spokesman spokeswoman side worker "
    "staff patient people person man woman member student employe spokesperson court hospital".split()
)


@dataclass(slots=True)
class Known:
    """An actor while articles are read. `keys` are the sets of words that its names come down to."""

    id: str
    type: PartyType
    names: Counter[str] = field(default_factory=Counter)
    keys: set[frozenset[str]] = field(default_factory=set)
    articles: list[str] = field(default_factory=list)
    authority: bool | None = None
    """Whether it is one that governs; None where that cannot be told."""
    member_of: set[str] = field(default_factory=set)

    government: Counter[str] = field(default_factory=Counter)
    """How its government is called: "the government" and "British government" where a state governs its own."""

    shown: str | None = None
    """Its name, once it was asked for and until it is heard of again."""

    @property
    def name(self) -> str:
        if self.shown is None:
            self.shown = self._most_used()
        return self.shown

    def _most_used(self) -> str:
        """The name that is used most; of equals the longest. A state that is mostly "the government" is called so."""
        named = Counter({n: c for n, c in self.government.items() if n[0].isupper() and len(n.split()) > 1})
        if named and 2 * self.government["government"] >= len(self.articles):
            return max(named, key=lambda n: (named[n], -len(n), n))
        return max(self.names, key=lambda n: (self.names[n], len(n)))


class Roster:
    """All actors of a situation. Articles are taken up in order."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._by_key: dict[frozenset[str], str] = {}
        self._by_word: dict[str, dict[str, None]] = {}
        self._states = 0

    def take(self, brief: Brief) -> dict[str, str]:
        """Actor ids by party ids of a brief."""
        ids: dict[str, str] = {}
        taken: set[str] = set()
        for party in brief.parties:
            known = self._find(party, taken) or self._new(party)
            taken.add(known.id)
            ids[party.id] = known.id
            known.names[party.name] += 1
            known.shown = None
            if party.type == "state":
                forms = (a.removeprefix("the ").removeprefix("The ") for a in party.aliases)
                known.government.update({f for f in forms if f.endswith("government")})
            for name in (party.name, *_proper(party)):
                key = words(name)
                if key:
                    known.keys.add(key)
                    self._by_key.setdefault(key, known.id)
                    for word in key:
                        self._by_word.setdefault(word, {})[known.id] = None
            if brief.article.id not in known.articles:
                known.articles.append(brief.article.id)
            if known.authority is None:
                known.authority = _governs(party)
        for party in brief.parties:
            if party.member_of in ids and ids[party.member_of] != ids[party.id]:
                self._known[ids[party.id]].member_of.add(ids[party.member_of])
        return ids

    def name(self, actor: str) -> str:
        return self._known[actor].name

    def keys(self, actor: str) -> set[frozenset[str]]:
        return self._known[actor].keys

    def same(self, a: str, b: str) -> bool:
        """Whether two actors speak for one: the same, one a member of the other, or names that agree."""
        if a == b:
            return True
        one, two = self._known[a], self._known[b]
        if self._speaks_for(one, two) or self._speaks_for(two, one):
            return True
        return b in one.member_of or a in two.member_of or bool(one.member_of & two.member_of)

    def _speaks_for(self, person: Known, state: Known) -> bool:
        """Whether a person in office speaks for a state: where there is one state alone, it is that one."""
        if person.type != "person" or not person.authority or state.type != "state" or person.member_of:
            return False
        return self._states == 1

    def sides(self, a: str, b: str) -> bool:
        """Whether two actors, by name, can be the two sides of a matter: a union and its members cannot."""
        kinds = [next((k.type for k in self._known.values() if k.name == name), None) for name in (a, b)]
        return a != b and not set(kinds) <= {"union", "civilian_group"}

    def akin(self, a: str, b: str) -> bool:
        """Whether two names have a word in common that is no word of many names: "senior doctors", "senior physicians"."""
        one = {w for key in self._known[a].keys for w in key}
        two = {w for key in self._known[b].keys for w in key}
        return bool((one & two) - _GENERIC)

    def opposed(self, a: str, b: str) -> bool:
        """Whether two actors stand on different sides for sure: one governs and the other does not, or two states."""
        if self.same(a, b):
            return False
        one, two = self._known[a], self._known[b]
        if one.authority is None or two.authority is None:
            return False
        return one.authority != two.authority or (one.type == "state" and two.type == "state")

    def actors(self) -> tuple[Actor, ...]:
        """Those that more than one article names, or all where there is one article; most often named first."""
        most = sorted(self._known.values(), key=lambda k: (-len(k.articles), int(k.id[1:])))
        return tuple(
            Actor(
                id=k.id,
                name=k.name,
                aliases=tuple(n for n in k.names if n != k.name),
                articles=tuple(k.articles),
            )
            for k in most
        )

    def _find(self, party: Party, taken: set[str]) -> Known | None:
        # "doctors" says less than the "junior doctors" that it is short for in its article
        for name in sorted((party.name, *_proper(party)), key=lambda n: -len(words(n))):
            found = self._by_key.get(words(name))
            if found and found not in taken and (len(words(name)) > 1 or name == party.name):
                return self._known[found]
        key = words(party.name)
        if not key or key <= _GENERIC:
            return None
        close = dict.fromkeys(i for word in key for i in self._by_word.get(word, ()))
        near = [
            k
            for k in (self._known[i] for i in close)
            if k.id not in taken
            and _compatible(k.type, party.type)
            and any((key <= other or other <= key) and not other <= _GENERIC for other in k.keys)
        ]
        return max(near, key=lambda k: (len(k.articles), -int(k.id[1:])), default=None)

    def _new(self, party: Party) -> Known:
        known = Known(f"a{len(self._known) + 1}", party.type)
        self._known[known.id] = known
        self._states += party.type == "state"
        return known


@lru_cache(maxsize=20_000)
def words(name: str) -> frozenset[str]:
    """The words of a name as they are compared, without those that only count or describe."""
    found = [w for w in _WORD.findall(name) if w.casefold() not in STOPWORDS]
    kept = [stem(w) for w in found if w.casefold() not in _FREE and not w[0].isdigit()]
    return frozenset(kept or (stem(w) for w in found))


def agree(a: str, b: str) -> bool:
    """Whether two names may be one party's: the words of one are all among the other's."""
    one, two = words(a), words(b)
    return bool(one and two) and (one <= two or two <= one)


def _proper(party: Party) -> Iterable[str]:
    """Aliases that name the party by themselves: "the union" and "government" do so in their own article alone."""
    if party.type == "state":
        return ()
    group = party.type == "civilian_group"
    return (
        a
        for a in party.aliases
        if (len(words(a)) > 1 if group else a[:1].isupper())
        and not words(a) <= _GENERIC
        and len(a.split()) <= 8
    )


def _compatible(a: PartyType, b: PartyType) -> bool:
    return a == b or {a, b} <= {"union", "ngo", "civilian_group", "company"} or {a, b} <= _AUTHORITY


def _governs(party: Party) -> bool | None:
    if party.type == "person":
        title = " ".join((party.title or "", *party.aliases))
        if _BODY.search(title):
            return False
        return True if _OFFICE.search(title) else None
    if party.type in _AUTHORITY:
        return None if words(party.name) & {"union", "hospit", "court", "offici", "leader"} else True
    return False if party.type != "media" else None
