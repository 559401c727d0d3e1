"""Who takes part: the parties of an article and every place where one of them is mentioned."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from briefs.engines.rules.names import Finder, Name
from briefs.engines.rules.nominals import Nominal, NominalFinder
from briefs.lexicon import Lexicon
from briefs.models import PartyType
from briefs.parse import Parsed, ParsedBlock
from briefs.speech import Utterance

if TYPE_CHECKING:
    from spacy.tokens import Token

Span = tuple[int, int]
MentionKind = Literal["name", "alias", "nominal", "pronoun"]
Function = Literal[
    "speaker", "agent", "patient", "counterpart", "oblique", "owner", "place", "modifier", "other"
]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of the article that stand for a party. Pronouns are in here only where they are safe to resolve."""

    start: int
    end: int
    party: str
    kind: MentionKind
    function: Function = "other"
    """What the words do in their clause: speak, act, are acted on, are dealt with ("with", "between", "against"), stand
    after another preposition, own something, tell a place."""


@dataclass(slots=True)
class Member:
    """A possible party: one entry for all its forms. Its role is settled when demands and signals are known."""

    key: str
    name: str
    type: PartyType
    aliases: tuple[str, ...] = ()
    member_of: str | None = None
    title: str | None = None
    mentions: list[Mention] = field(default_factory=list)
    named: bool = True
    """False for a group or body that the article calls by a common noun only."""
    vague: bool = False
    """True where no mention tells which group is meant: "both countries", "people"."""
    place: bool = False
    """True for a town or region, which is a party only where it acts itself."""


@dataclass
class Cast:
    """Everyone who may be a party, by key, and their mentions in order of `start`."""

    members: dict[str, Member]
    mentions: tuple[Mention, ...]
    people: frozenset[str] = frozenset()
    """Singular nouns for people who act for themselves: "a Norlander student" is not Norland."""

    @cached_property
    def _starts(self) -> list[int]:
        return [m.start for m in self.mentions]

    def at(self, start: int, end: int) -> str | None:
        """Key of the party whose mention lies in (or covers) the span: the longest, then the first; else None."""
        inside = self.within(start, end)
        if not inside:
            return None
        return max(inside, key=lambda m: (m.end - m.start, -m.start)).party

    def within(self, start: int, end: int) -> list[Mention]:
        """Mentions that share a character with the span, in order of `start`."""
        found = []
        for i in range(bisect_left(self._starts, end) - 1, -1, -1):
            mention = self.mentions[i]
            if mention.start < start - 300:  # no mention is that long
                break
            if mention.end > start:
                found.append(mention)
        return found[::-1]

    def speaker(self, utterance: Utterance) -> str | None:
        """Key of the party that the utterance's speaker words stand for.

        A person who is named is meant before those whom the words beside the name speak of: "Mira Holt, a lawyer for
        the nurses".
        """
        if utterance.speaker is None:
            return None
        named = [
            m
            for m in self.within(*utterance.speaker)
            if m.kind != "nominal" and m.function == "speaker" and self.members[m.party].type == "person"
        ]
        return named[0].party if named else self.at(*utterance.speaker)


def build(parsed: Parsed, said: Sequence[Utterance], lexicon: Lexicon) -> Cast:
    """Find the parties of an article and group the forms that each is called by."""
    return _Builder(parsed, said, lexicon).build()


_STANDS_FOR_STATE = {"government", "administration", "regime", "authority", "authorities", "official", "officials",
                     "leadership", "side", "state", "cabinet", "leaders", "leader"}  # fmt: skip
_STANDS_FOR_BODY = {"spokesman", "spokeswoman", "spokesperson", "official", "management", "spokespeople"}
_CRIMINAL = {
    "trafficking",
    "criminal",
    "terrorist",
    "terror",
    "armed",
    "rebel",
    "militant",
    "insurgent",
    "jihadist",
}
_BODY_BEFORE = {"union": "union", "company": "company", "party": "political_party"}
_OTHER_GOVERNMENTS = {"local", "regional", "provincial", "municipal", "state", "city", "shadow", "foreign", "opposition",
                      "previous", "former", "own", "interim", "transitional", "rival", "unity"}  # fmt: skip
_COMPANY_THINGS = {"shares", "share", "shareholders", "stock", "board", "bid", "offer", "headquarters", "chairman", "chairwoman",
                   "chief", "ceo", "customers", "products", "plant", "plants", "factory", "factories", "employees", "workers", "investors", "revenue", "profit", "sales", "subsidiary", "brand", "spokesman",
                   "spokeswoman", "spokesperson", "members", "management", "directors", "executives", "website", "app", "apps",
                   "platform", "services", "users", "merger", "acquisition", "takeover", "earnings", "profits", "unit",
                   "flights", "jets", "founder", "founders", "co-founder", "debt", "assets", "business"}  # fmt: skip
_SIGNS_ENOUGH = 2  # one possessive with a thing that companies have
_SURE = 4  # votes of one title: a titled name is a person
_HELD_BY_ONE = {"judge", "magistrate", "arbitrator", "prosecutor", "president", "mayor", "governor", "minister", "premier",
                "chancellor", "king", "queen", "emir", "sultan", "pope", "ambassador", "envoy", "commissioner",
                "ombudsman", "sheriff", "chairman", "chairwoman", "ceo", "mediator"}  # fmt: skip
_SAME_GROUP = {"soldier": "troop", "serviceman": "troop", "physician": "doctor", "medic": "doctor", "demonstrator": "protester",
               "legislator": "lawmaker", "attorney": "lawyer", "stockholder": "shareholder", "insurgent": "militant"}  # fmt: skip
_PEOPLE = {"person", "civilian_group"}
_PRONOUNS = {"he", "she", "his", "her", "him", "they", "it"}
_FIRST_PERSON = {"i", "me", "my", "we", "our", "us"}
_LIKE_UNION = {"association", "society", "college", "alliance", "congress", "makers"}
_ORG_SUFFIX = re.compile(
    r",? (Inc|Corp|Co|Ltd|LLC|PLC|plc|AG|SA|GmbH|Group|Holdings|Corporation|Company|Limited)\.?$"
)
_BODY_NOUNS = {"subsidiary", "unit", "affiliate", "division", "nonprofit", "non-profit", "charity", "consortium", "supplier",
               "contractor", "provider", "chain", "brand", "vendor", "outlet", "website", "magazine", "organization",
               "organisation", "coalition", "alliance", "ngo", "think-tank", "militia", "faction", "clinic", "hospital",
               "university", "school", "village", "town", "city", "suburb", "neighborhood", "port"}  # fmt: skip
_PLACE_NOUNS = {"village", "town", "city", "neighborhood", "neighbourhood", "suburb", "district", "province", "region", "county",
                "island", "hometown", "capital", "port", "home"}  # fmt: skip
_HIS_OR_HER = re.compile(r"'?s? (?!said|says)[^.,;]{0,60}\b(?:his|her|himself|herself)\b")
_KIN = {"father", "mother", "husband", "wife", "brother", "sister", "son", "daughter", "uncle", "aunt", "cousin", "nephew",
        "niece", "grandfather", "grandmother", "girlfriend", "boyfriend", "fiance", "fiancee", "widow", "stepfather",
        "colleague", "classmate", "neighbor", "neighbour"}  # fmt: skip
_COMPANY_NOUNS = {"company", "firm", "carmaker", "automaker", "manufacturer", "group", "airline", "bank", "chipmaker",
                  "giant", "maker", "retailer", "business", "insurer", "lender", "publisher", "platform", "app",
                  "developer", "startup", "operator", "studio", "drugmaker", "employer", "corporation"}  # fmt: skip
_MALE = {
    "mr",
    "sir",
    "lord",
    "king",
    "prince",
    "he",
    "his",
    "him",
    "himself",
    "father",
    "brother",
    "husband",
    "son",
}
_FEMALE = {
    "mrs",
    "ms",
    "miss",
    "dame",
    "lady",
    "queen",
    "princess",
    "baroness",
    "she",
    "her",
    "hers",
    "herself",
}
_PERSON_ASIDE = re.compile(
    r"^, (\d{2}|who|whose|a|an|the|his|her|head|chair|president|director|chief|leader|spokes)\b"
)


def key_of(name: str) -> str:
    """A name without what varies: case, accents, marks, article, possessive."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’]s?\b", "", plain)
    plain = re.sub(r"[^\w& ]", "", plain.replace("-", " "))
    return re.sub(r"^(the|a|an) ", "", " ".join(plain.split()))


class _Builder:
    def __init__(self, parsed: Parsed, said: Sequence[Utterance], lexicon: Lexicon) -> None:
        self._parsed = parsed
        self._said = said
        self._lexicon = lexicon
        self._members: dict[str, Member] = {}
        self._mentions: list[Mention] = []
        self._aliases: dict[str, Counter[str]] = {}
        self._words: dict[str, list[str]] = {}  # key of a named member → words of its normalised full name
        self._titles: dict[str, list[str]] = {}  # normalised title form → keys of those who bear it
        self._sentences: list[tuple[int, int]] = [
            (p.start(s), p.end(s))
            for p in parsed.blocks
            if p.block.kind != "boilerplate"
            for s in p.sentences
        ]
        self._speakers = sorted(u.speaker for u in said if u.speaker is not None)
        self._gender: dict[str, str] = {}
        self._governed: set[str] = set()  # states of which the article says "the … government"
        self._inside: dict[int, list[Name]] = {}  # id of a Nominal → names before its head
        self._name_at: dict[tuple[int, int], Name] = {}  # (id of a block, number of its first token) → name
        self._name_ends: dict[tuple[int, int], Name] = {}  # the same by the number of its last token
        self._by_text: dict[str, str] = {}  # normalised form of a name → key of its party
        self._contrasts: dict[str, Counter[str]] = {}  # noun → words that set groups of it apart
        self._short: dict[
            str, str
        ] = {}  # normalised abbreviation → key of the party that it is introduced for
        self._key_of: dict[int, str] = {}  # id of a Name → key of its party
        self._lower = {
            t.text
            for p in parsed.blocks
            for t in p.doc
            if t.is_lower and t.pos_ in {"NOUN", "ADJ", "VERB", "ADV"}
        }

    def build(self) -> Cast:
        names = Finder(self._parsed, self._lexicon).names
        self._appositions(names)
        self._vote(names)
        self._group_names(names)
        covered: dict[int, set[int]] = {}
        for name in names:
            covered.setdefault(id(name.part), set()).update(range(name.first, name.last + 1))
        self._group_nominals(names, covered)
        self._belong(names)
        self._pronouns()
        self._finish()
        people = frozenset(n for n, kind in self._lexicon.group_nouns.items() if kind in _PEOPLE)
        return Cast(self._members, tuple(self._mentions), people)

    # -- places in the text --

    def _text(self, start: int, end: int) -> str:
        return " ".join(self._parsed.text[start:end].split())

    def _function(self, part: ParsedBlock, head: Token) -> Function:
        if part.block.kind == "caption":
            return "other"
        token = head
        for _ in range(6):
            dep = token.dep_
            if dep in {"conj", "appos", "flat", "nmod"} and token.head is not token:
                token = token.head
                if dep == "nmod":
                    return "modifier"
                continue
            if dep in {"compound", "amod"}:
                return "modifier"
            if (
                dep == "pobj"
                and token.head.lower_ in {"like", "including", "as", "among"}
                and token.head.head.pos_ == "NOUN"
            ):
                token = token.head.head  # "countries like Qatar have cautioned"
                continue
            break
        dep, governor = token.dep_, token.head
        start = part.block.start + token.idx
        outer = part.block.start + governor.idx
        if any(a <= start < b and not (a <= outer < b and governor is not token) for a, b in self._speakers):
            return "speaker"
        if dep == "nsubj":
            before = next((t for t in (*token.lefts, token) if t.i <= token.i), token)
            if before.i > 0 and part.doc[before.i - 1].lower_ in {"in", "at", "near", "inside", "outside"}:
                return "place"  # "filmed in the Marches slapping a guard": nobody's doing
            if governor.lemma_.lower() in self._lexicon.speech_cues:
                return "speaker"
            return "other" if governor.pos_ == "NOUN" else "agent"
        if dep == "csubj":
            return "agent"
        if dep in {"nsubjpass", "dobj", "dative", "obj", "iobj"}:
            return "patient"
        if dep == "poss":
            return "owner"
        if dep == "pobj":
            if governor.dep_ == "agent":
                return "agent"
            if governor.lower_ in {
                "in",
                "at",
                "near",
                "across",
                "around",
                "inside",
                "outside",
                "into",
                "within",
                "off",
            }:
                return "place"
            if governor.lower_ in {"with", "between", "against", "among", "alongside", "versus"}:
                return "counterpart"
            return "oblique"
        return "other"

    def _head(self, part: ParsedBlock, first: int, last: int) -> Token:
        for token in part.doc[first : last + 1]:
            if token.head.i < first or token.head.i > last or token.head is token:
                return token
        return part.doc[last]

    # -- names --

    def _appositions(self, names: list[Name]) -> None:
        """`Iran's foreign minister, Abbas Araghchi,` and `Abbas Araghchi, Iran's foreign minister,` and `X is head of Y`."""
        for name in names:
            if name.kind not in {"unknown", "person"}:
                continue
            head = self._head(name.part, name.first, name.last)
            if head.dep_ == "appos" and head.head.pos_ == "NOUN":
                self._bear(name, head.head, names)
            for child in head.children:
                if child.dep_ == "appos" and child.pos_ in {"NOUN", "PROPN"} and child.i > name.last:
                    self._bear(name, child, names)
            if head.dep_ == "nsubj" and head.head.lemma_ == "be":
                for child in head.head.children:
                    if child.dep_ == "attr" and child.pos_ == "NOUN":
                        self._bear(name, child, names)

    def _bear(self, name: Name, noun: Token, names: list[Name]) -> None:
        """Give a name the title that a noun phrase beside it tells, if it tells one."""
        part = name.part
        doc = part.doc
        best: tuple[int, int] | None = None
        titles = self._lexicon.titles
        for length in (4, 3, 2, 1):
            first = noun.i - length + 1
            if first >= 0 and " ".join(t.lower_ for t in doc[first : noun.i + 1]) in titles:
                best = (first, noun.i)
                break
        if best is None:
            return
        name.kind = "person"
        left = min((t.left_edge.i for t in noun.lefts if t.dep_ not in {"cc", "conj"}), default=noun.i)
        if left <= name.last < noun.i:
            left = name.last + 1
        while left < noun.i and doc[left].pos_ in {"PUNCT", "DET", "PRON"}:
            left += 1
        right = noun.i
        for child in noun.rights:
            if child.dep_ == "prep" and child.lower_ in {"of", "for", "at", "in"} and child.i == noun.i + 1:
                inner = next((c for c in child.children if c.dep_ == "pobj"), None)
                if inner is not None and inner.i - noun.i < 10:
                    right = inner.i
        base = part.block.start
        name.title_span = (base + doc[left].idx, base + doc[right].idx + len(doc[right]))
        whole = self._text(base + doc[left].idx, base + noun.idx + len(noun))
        bare = self._text(base + doc[best[0]].idx, base + noun.idx + len(noun))
        name.title = name.title or bare
        shapes = [whole, bare]
        if right > noun.i:
            end = base + doc[right].idx + len(doc[right])
            shapes.append(self._text(base + doc[left].idx, end))
        name.title_forms = tuple(dict.fromkeys([*name.title_forms, *shapes]))
        if name.of is None:
            owner = next(
                (
                    n
                    for n in names
                    if n.part is part and left <= n.first <= right and n is not name and n.kind != "person"
                ),
                None,
            )
            if owner is not None:
                name.of = owner.entry.name if owner.entry is not None else owner.text
                name.of_text = owner.text

    def _vote(self, names: list[Name]) -> None:
        """Settle what the names of unknown kind are by all places where they stand."""
        votes: dict[str, Counter[str]] = {}
        where: Counter[str] = Counter()  # how often a name tells a place, less what it does itself
        text = self._parsed.text
        for name in names:
            if name.kind not in {"unknown", "person"}:
                continue
            tally = votes.setdefault(key_of(name.text), Counter())
            if name.kind == "person":
                tally["person"] += 4
            elif name.label:
                tally[
                    {"PERSON": "person", "ORG": "org", "GPE": "place", "LOC": "place", "NORP": "group"}.get(
                        name.label, "none"
                    )
                ] += 1
            words = name.last - name.first + 1
            head = self._head(name.part, name.first, name.last)
            if any(a <= name.start < b for a, b in self._speakers):
                tally["person"] += 1 + (words > 1)
                tally["org"] += 1
            aside = self._aside_noun(name)
            if aside is not None and self._tells_body(aside):
                tally["org"] += 4  # Envoy Air, a subsidiary of …
            elif words >= 2 and _PERSON_ASIDE.match(text[name.end : name.end + 14]):
                tally["person"] += 2
            if head.dep_ == "appos" and head.head.lemma_.lower() in _PLACE_NOUNS:
                tally["place"] += 4  # his village, Eastbrook
            if (
                words == 1
                and name.label == "GPE"
                and head.dep_ == "nsubj"
                and _HIS_OR_HER.match(text, name.end)
            ):
                tally["person"] += 3  # Shakira thanked her mother
                where[key_of(name.text)] -= 2
            if name.first and name.part.doc[name.first - 1].lower_ in _KIN:
                tally["person"] += 4  # her father Bassam
            if words >= 2 and name.part.doc[name.first].lower_ in self._lexicon.given_names:
                tally["person"] += 2
            if any(
                t.lower_ in {"who", "whose"} and t.head.head is head
                for t in name.part.doc[name.last + 1 : name.last + 4]
            ):
                tally["person"] += 2
            self._company_signs(name, tally)
            follows = name.part.doc[name.last + 1].lower_ if name.last + 1 < len(name.part.doc) else ""
            if follows in _COMPANY_NOUNS or follows in {
                "union",
                "party",
                "association",
                "movement",
                "cartel",
            }:
                tally["org"] += 3
            if name.first and re.search(
                r"-year-old $|\bMrs?\. $", text[max(0, name.start - 12) : name.start]
            ):
                tally["person"] += 3
            if head.dep_ == "pobj" and head.head.lower_ in {"in", "at", "near"}:
                tally["place"] += not tally["person"]
                where[key_of(name.text)] += 1
            elif head.dep_ in {"nsubj", "nsubjpass", "agent"} or name.title:
                where[key_of(name.text)] -= 2
            if 2 <= words <= 3 and re.match(r"[^.]{0,160}\. (He|She)\b", text[name.end : name.end + 180]):
                tally["person"] += 1 + (head.dep_ == "nsubj")
        for key, tally in votes.items():
            parts = key.split()
            if 2 <= len(parts) <= 3 and tally["person"] + tally["org"] + tally["place"]:
                if parts[-1] in votes and parts[0] not in votes:
                    tally["person"] += 2  # called by the last word later on: a surname
                elif parts[0] in votes and parts[-1] not in votes and tally["person"] < _SURE:
                    tally["org"] += 2  # called by the first word: a company more often than a person
        for key, tally in votes.items():
            if " " not in key and tally["signs"] >= _SIGNS_ENOUGH and tally["person"] < 2 * tally["signs"]:
                tally["org"] += tally["person"]  # a surname comes with a first name or an honorific somewhere
            del tally["signs"]
        surnames: dict[str, str] = {}
        for key, tally in votes.items():
            parts = key.split()
            if (
                len(parts) >= 2
                and tally["person"]
                and tally["person"] >= max(tally["org"], tally["place"], 1)
            ):
                surnames.setdefault(parts[-1], key)
        fronts = {
            key_of(n.text).split()[0]
            for n in names
            if n.kind == "org" and n.entry is None and n.last > n.first
        }
        fronts -= {key_of(n.text) for n in names if n.entry is not None}
        for name in sorted(names, key=lambda n: n.first - n.last):
            if name.kind != "unknown":
                continue
            key = key_of(name.text)
            tally = votes[key]
            if name.label == "NORP" and name.part.doc[name.last].tag_ in {"NNPS", "NNS"}:
                name.kind, name.type = "org", "civilian_group"  # a people, a faith
                continue
            if key in surnames:
                name.kind = "person"
                continue
            if key in fronts:
                name.kind, name.type = "org", name.type or "company"
                continue
            best = tally.most_common(1)[0][0] if tally else "none"
            top = tally[best] if tally else 0
            head = self._head(name.part, name.first, name.last)
            if any(c.lower_ in {"a", "an"} and c.dep_ == "det" for c in head.children):
                name.kind, name.label = "place", ""  # a Riverside Republican
            elif name.first == name.last and name.text.lower() in self._lower and name.text.istitle():
                name.kind = "place"  # a common noun at the start of a sentence or a heading
                name.label = ""
            elif where[key] > 0 and key not in surnames:
                name.kind = "place"
            elif tally["person"] == top and top and not (name.text.isupper() and len(name.text) < 6):
                name.kind = "person"
            elif best == "org":
                name.kind = "org"
                name.type = name.type or "company"
                if name.last > name.first:
                    fronts.add(key.split()[0])
            elif best == "place":
                name.kind = "place"
            elif best == "group":
                name.kind = "org"
                name.type = name.type or "civilian_group"

    @staticmethod
    def _aside_noun(name: Name) -> Token | None:
        """Head of `a subsidiary of …` right after the name and a comma."""
        doc = name.part.doc
        at = name.last + 1
        if at + 2 >= len(doc) or doc[at].text != "," or doc[at + 1].lower_ not in {"a", "an", "the"}:
            return None
        return (
            doc[at + 1].head
            if doc[at + 1].dep_ == "det" and doc[at + 1].head.pos_ in {"NOUN", "PROPN"}
            else None
        )

    def _tells_body(self, noun: Token) -> bool:
        word = noun.lower_
        return word in _BODY_NOUNS or word in _COMPANY_NOUNS or word in self._lexicon.organisation_nouns

    def _company_signs(self, name: Name, tally: Counter[str]) -> None:
        """Words beside a name that go with a body and not with a person."""
        doc = name.part.doc
        last, after = doc[name.last], doc[name.last + 1 : name.last + 4]
        if name.kind == "person":
            return
        if last.tag_ == "NNPS" or (last.text.endswith("ers") and name.last > name.first):
            tally["org"] += 3  # Marenza Terminals, Amalgamated Makers
        words = [t.lower_ for t in after]
        if words[:1] == [","] and words[1:2] == ["which"]:
            tally["org"] += 3
        if words[:1] in (["'s"], ["'"]) and any(w in _COMPANY_THINGS for w in words[1:]):
            tally["org"] += 2
            tally["signs"] += 2
        if words[:1] and words[0] in _COMPANY_THINGS:
            tally["org"] += 1
        before = doc[name.first - 1].lower_ if name.first else ""
        if before == "the" and last.dep_ not in {"compound", "nmod", "amod"}:
            tally["org"] += 2
        if (
            before == "in"
            and name.first > 1
            and doc[name.first - 2].lower_ in {"shares", "stake", "investment"}
        ):
            tally["org"] += 3

    def _group_names(self, names: list[Name]) -> None:
        persons = sorted((n for n in names if n.kind == "person"), key=lambda n: -len(key_of(n.text).split()))
        for name in persons:
            self._person_key(name)
        orgs = sorted((n for n in names if n.kind == "org"), key=lambda n: -len(key_of(n.text)))
        org_keys = {key_of(n.text): (n.text, n.type or "company") for n in reversed(orgs)}
        anchored = {
            n.entry.name
            for n in names
            if n.entry is not None and not n.entry.needs_article and n.kind != "seat"
        }
        self._georgia(names)
        for name in names:
            if name.entry is not None and name.entry.needs_article and name.entry.name not in anchored:
                continue  # "the South" where no southern state is named
            key = self._member_for(name, org_keys)
            if key is None:
                continue
            self._key_of[id(name)] = key
            self._by_text.setdefault(key_of(name.text), key)
            member = self._members[key]
            head = self._head(name.part, name.first, name.last)
            function = self._function(name.part, head)
            if name.kind == "seat" and function in {"place", "modifier"}:
                function = "place"
            kind: MentionKind = "name" if name.text == member.name else "alias"
            self._mention(name.start, name.end, key, kind, function)
            if name.kind != "demonym":
                self._alias(key, name.text)
            if name.whole is not None:
                self._mention(name.whole[0], name.whole[1], key, "alias", function)
            for form in name.title_forms:
                self._alias(key, form)
                self._bears(form, key)
            if name.title and (member.title is None or len(name.title) > len(member.title)):
                member.title = name.title
            if name.of and member.member_of is None and name.kind in {"person", "org"}:
                member.member_of = self._known(name.of)
            self._abbreviation(name, key)

    def _georgia(self, names: list[Name]) -> None:
        """Among American states Georgia is one of them."""
        regions = {n.text for n in names if n.entry is not None and n.entry.member_of == "United States"}
        caucasus = any(
            n.kind in {"demonym", "seat"} and n.entry is not None and n.entry.name == "Georgia" for n in names
        )
        for name in names:
            if name.text == "Georgia" and name.kind == "state" and len(regions) >= 2 and not caucasus:
                name.kind, name.entry, name.label = "place", None, "GPE"

    def _bears(self, form: str, key: str) -> None:
        bearers = self._titles.setdefault(key_of(form), [])
        if key not in bearers:
            bearers.append(key)

    def _bearer(self, form: str, at: int) -> str | None:
        """The person who bears a title: of several, the one named last before the place."""
        bearers = self._titles.get(key_of(form), [])
        if len(bearers) < 2:
            return bearers[0] if bearers else None
        before = [m for m in self._mentions if m.party in bearers and m.start < at]
        return max(before, key=lambda m: m.start).party if before else bearers[0]

    @staticmethod
    def _means_people(name: Name) -> bool:
        """Whether "Norwegians" means people rather than "the Norwegians", the state."""
        token = name.part.doc[name.last]
        before = name.part.doc[name.first - 1].lower_ if name.first else ""
        return (
            token.text.endswith("s")
            and token.tag_ in {"NNPS", "NNS", "NNP"}
            and before != "the"
            and token.dep_ not in {"compound", "amod"}
        )

    def _known(self, of: str) -> str:
        """Key of a state or body by its canonical name or by a form of the text."""
        return key_of(of)

    def _member_for(self, name: Name, orgs: dict[str, tuple[str, PartyType]]) -> str | None:
        if name.kind == "place" and name.label == "GPE":
            place = self._ensure(name.text, "government_body")
            self._members[place].place = True
            return place
        if name.kind in {"media", "unknown", "place"}:
            return None
        if name.kind == "title":
            return self._bearer(name.text, name.start) or self._bearer(name.title or "", name.start)
        if name.kind == "demonym" and name.entry is not None and self._means_people(name):
            people = self._ensure(name.text, "civilian_group", of=name.entry.name)
            self._members[self._ensure(name.entry.name, name.entry.type)].place |= name.entry.type != "state"
            return people
        if name.entry is not None:
            if name.kind == "seat":
                head = self._head(name.part, name.first, name.last)
                if (
                    self._function(name.part, head) in {"place", "modifier", "other"}
                    and " " not in name.entry.form
                ):
                    return None
            own = self._own_name(name, orgs) if name.kind == "demonym" else None
            if own is not None:
                return own
            key = self._ensure(name.entry.name, name.entry.type, of=name.entry.member_of or None)
            self._members[key].place = name.entry.type != "state" and name.entry.kind in {"region", "demonym"}
            return key
        if name.kind == "person":
            return self._person_key(name)
        key = key_of(_ORG_SUFFIX.sub("", name.text))
        key = self._short.get(key, key)
        if key in self._members:
            return key
        wider = [k for k in self._members if self._members[k].type != "person" and self._within(key, k)]
        if len(wider) == 1:
            return wider[0]
        longer = [k for k in orgs if k != key and self._within(key, k)]
        if len(longer) == 1:
            whole, type_ = orgs[longer[0]]
            return self._ensure(_ORG_SUFFIX.sub("", whole), type_)
        return self._ensure(_ORG_SUFFIX.sub("", name.text), name.type or "company")

    def _own_name(self, name: Name, orgs: dict[str, tuple[str, PartyType]]) -> str | None:
        """The company for which "American" alone stands where American Airlines is named."""
        head = name.part.doc[name.last]
        if name.text.endswith("s") or head.dep_ not in {"nsubj", "dobj", "pobj", "nsubjpass", "poss"}:
            return None
        if name.first and name.part.doc[name.first - 1].dep_ == "det":
            return None
        key = key_of(name.text)
        longer = [k for k, (_, type_) in orgs.items() if type_ == "company" and k.startswith(f"{key} ")]
        shortest = min(longer, key=len, default=None)
        if shortest is None or any(not k.startswith(shortest) for k in longer):
            return None
        return self._ensure(_ORG_SUFFIX.sub("", orgs[shortest][0]), "company")

    @staticmethod
    def _within(short: str, long: str) -> bool:
        """Whether a shorter name is the beginning or end of a longer one, or its initials."""
        a, b = short.split(), long.split()
        if not a or len(a) >= len(b) or short == long:
            return False
        if b[: len(a)] == a or b[-len(a) :] == a:
            return len(a) > 1 or len(a[0]) > 3
        if len(a) > 1 or len(short) < 2:
            return False
        small = {"of", "for", "and", "the", "&", "in", "on"}
        initials = "".join(w[0] for w in b if w not in small)
        front = b[: b.index("of")] if "of" in b else b
        head = "".join(w[0] for w in front if w not in small)
        return short in {initials, "".join(w[0] for w in b), re.sub(r"(.)\1", r"\1", initials)} or (
            short == head and len(short) >= 3
        )

    def _ensure(self, name: str, type_: PartyType, *, of: str | None = None, named: bool = True) -> str:
        key = key_of(name)
        if key not in self._members:
            self._members[key] = Member(key, name, type_, member_of=key_of(of) if of else None, named=named)
            self._aliases[key] = Counter()
        return key

    def _person_key(self, name: Name) -> str:
        """The person of that full name, surname or spelling variant; a new one if there is none."""
        normal = key_of(name.text)
        if normal in self._members:
            return normal
        words = normal.split()
        persons = [k for k, m in self._members.items() if m.type == "person"]
        if len(words) == 1:
            same = [k for k in persons if normal in k.split()]
            last = [k for k in same if k.split()[-1] == normal]
            pool = last or same
            if pool:
                before = [m for m in self._mentions if m.party in pool and m.start < name.start]
                return before[-1].party if before else pool[0]
        for k in persons:
            if self._same_person(words, k.split()):
                return k
        return self._ensure(name.text, "person")

    @staticmethod
    def _same_person(a: list[str], b: list[str]) -> bool:
        if not a or not b:
            return False
        if set(a) <= set(b) and a[-1] == b[-1]:
            return True
        if (
            len(a) >= 2
            and len(b) >= 2
            and a[-1] == b[-1]
            and a[0][0] == b[0][0]
            and (len(a[0]) == 1 or len(b[0]) == 1)
        ):
            return True
        pairs = [
            (x, y) for x in (a[-1], "".join(a[-2:])) for y in (b[-1], "".join(b[-2:])) if len(x) > 4 < len(y)
        ]
        close = max((SequenceMatcher(None, x, y).ratio() for x, y in pairs), default=0.0)
        first = SequenceMatcher(None, a[0], b[0]).ratio() if len(a) > 1 and len(b) > 1 else 1.0
        return close >= 0.85 and (first >= 0.75 or a[0] in b or b[0] in a)

    def _abbreviation(self, name: Name, key: str) -> None:
        """`British Medical Association (BMA)`."""
        after = self._parsed.text[name.end : name.end + 14]
        match = re.match(r" \(([A-Z][A-Za-z.&-]{1,9})\)", after)
        if match is None or name.kind == "person":
            return
        short = match.group(1)
        self._alias(key, short)
        other = key_of(short)
        self._short[other] = key
        if other != key and other in self._members:
            self._merge(other, key)

    def _merge(self, old: str, new: str) -> None:
        gone = self._members.pop(old)
        self._aliases[new].update(self._aliases.pop(old))
        self._alias(new, gone.name)
        self._mentions = [
            Mention(m.start, m.end, new, m.kind, m.function) if m.party == old else m for m in self._mentions
        ]

    def _alias(self, key: str, form: str) -> None:
        self._aliases[key][re.sub(r"['’]s$", "", form)] += 1

    def _mention(self, start: int, end: int, key: str, kind: MentionKind, function: Function) -> None:
        self._mentions.append(Mention(start, end, key, kind, function))

    # -- noun phrases --

    def _group_nominals(self, names: list[Name], covered: dict[int, set[int]]) -> None:
        finder = NominalFinder(self._parsed, self._lexicon)
        by_part: dict[int, list[Name]] = {}
        for name in names:
            by_part.setdefault(id(name.part), []).append(name)
            self._name_at[id(name.part), name.first] = name
            self._name_ends[id(name.part), name.last] = name
        found: list[Nominal] = []
        for part in self._parsed.blocks:
            if part.block.kind != "boilerplate":
                found += finder.find(part, covered.get(id(part), set()))
        self._order()
        owners = {id(n): self._owner(n, by_part.get(id(n.part), [])) for n in found}
        for nominal in found:
            if nominal.kind == "group" and nominal.contrast is not None:
                self._contrasts.setdefault(nominal.noun, Counter())[nominal.contrast] += 1
        heads: dict[str, str] = {}
        groups: dict[str, list[bool]] = {}
        for nominal in sorted(
            found, key=lambda n: (n.determiner in {"the", "this"} and not n.modifiers, n.start)
        ):
            key = self._nominal_key(nominal, owners[id(nominal)], heads)
            if key is None:
                continue
            token = nominal.part.doc[nominal.head]
            self._mention(nominal.start, nominal.end, key, "nominal", self._function(nominal.part, token))
            if not self._members[key].named:
                told = [n for n in groups.setdefault(key, []) if not n]
                groups[key].append(nominal.vague)
                self._members[key].vague = nominal.vague and not told
            for form in nominal.forms:
                self._alias(key, form)
        self._order()

    def _belong(self, names: list[Name]) -> None:
        """Who a person speaks for where the title's own words tell it: `the union's general secretary`."""
        found = Cast(self._members, tuple(self._mentions))
        for name in names:
            key = self._key_of.get(id(name))
            if key is None or name.title_span is None or self._members[key].member_of is not None:
                continue
            bodies = [
                m.party for m in found.within(*name.title_span) if self._members[m.party].type not in _PEOPLE
            ]
            if bodies:
                self._members[key].member_of = bodies[0]

    def _owner(self, nominal: Nominal, names: list[Name]) -> str | None:
        """Key of the state or body whose name or demonym stands inside the phrase."""
        inside = [
            n for n in names if nominal.first <= n.first and n.last < nominal.head and n.kind != "person"
        ]
        self._inside[id(nominal)] = inside
        if nominal.complement is not None and not inside:
            first, last = nominal.complement
            inside = [n for n in names if first < n.first <= last + 2 and n.kind != "person"]
        return next((self._key_of[id(n)] for n in inside if id(n) in self._key_of), None)

    def _nominal_key(self, nominal: Nominal, owner: str | None, heads: dict[str, str]) -> str | None:
        noun = nominal.noun
        if any(word in self._lexicon.media for word in nominal.modifiers) or "media" in nominal.modifiers:
            return None
        if nominal.part.doc[nominal.first].lower_ in {"any", "no", "every", "each"}:
            return None
        former = {"former", "retired", "ex"} & set(nominal.modifiers)
        if noun in _STANDS_FOR_BODY and owner is not None and not former:
            return owner
        if noun in _STANDS_FOR_BODY and nominal.modifiers and nominal.modifiers[-1] in _BODY_BEFORE:
            bodies = [
                k
                for k, m in self._members.items()
                if m.named and m.type == _BODY_BEFORE[nominal.modifiers[-1]]
            ]
            if len(bodies) == 1:
                return bodies[0]  # union officials
        if nominal.kind == "office":
            for form in nominal.forms:
                key = self._bearer(form, nominal.start)
                if key is not None:
                    return key
            return self._nameless_office(nominal, owner, heads)
        if (
            owner is not None
            and owner in self._members
            and self._members[owner].type == "state"
            and noun in _STANDS_FOR_STATE
            and not former
        ):
            self._governed.add(owner)
            return owner
        if (
            noun in _COMPANY_NOUNS
            and owner is not None
            and self._members[owner].type == "company"
            and not nominal.plural
        ):
            return owner  # the Tern group
        if noun in {"country", "nation"} and not nominal.plural:
            return self._country() if nominal.determiner in {"the", "this"} else None
        if noun == "state" and not nominal.plural:
            region = self._region()
            if region is not None:
                return region if nominal.determiner in {"the", "this"} and not nominal.modifiers else None
        if noun == "party" and nominal.plural and nominal.determiner == "the" and not nominal.modifiers:
            return None  # "the parties" to a suit or a contract, named elsewhere if at all
        if noun in {"group", "organisation", "organization"} and _CRIMINAL & set(nominal.modifiers):
            armed = [k for k, m in self._members.items() if m.named and m.type == "armed_group"]
            if len(armed) == 1 and nominal.determiner in {"the", "this"}:
                return armed[0]
        if self._is_aside(nominal):
            return None  # Envoy Air, a subsidiary of …
        named = self._only_name(nominal) or self._called(nominal)
        if named is not None:
            return named
        if noun == "government" and not nominal.plural and not _OTHER_GOVERNMENTS & set(nominal.modifiers):
            return self._definite(nominal) or self._new_body(nominal, owner, heads)
        if noun == "management" and nominal.determiner == "none":
            return None
        if nominal.kind == "body" and noun == "administration" and nominal.determiner == "owner":
            form = re.sub(r"['’]s\b", "", re.sub(r"^(the|The) ", "", nominal.text))
            known = self._lexicon.gazetteer.at(form, 0, form.split()[0])
            if known is not None and known.form == form:
                return self._ensure(known.name, known.type)
        if nominal.kind == "body" and nominal.determiner in {"the", "this"} and not nominal.modifiers:
            return self._definite(nominal) or heads.get(noun) or self._new_body(nominal, owner, heads)
        if nominal.kind == "body":
            if (
                nominal.determiner == "none"
                and not nominal.modifiers
                and noun not in {"parliament", "congress", "police", "government"}
            ):
                return None
            return self._new_body(nominal, owner, heads)
        return self._group_key(nominal, owner, heads)

    def _nameless_office(self, nominal: Nominal, owner: str | None, heads: dict[str, str]) -> str | None:
        """An office whose holder the article does not name: "the mayor", "a judge"."""
        if nominal.noun not in _HELD_BY_ONE or {"former", "retired", "ex", "would-be"} & set(
            nominal.modifiers
        ):
            return None
        if nominal.noun in heads:
            return heads[nominal.noun]
        key = self._ensure(nominal.title, "person", named=False)
        member = self._members[key]
        if owner is not None and owner != key:
            member.member_of = member.member_of or owner
        heads[nominal.noun] = key
        return key

    def _only_name(self, nominal: Nominal) -> str | None:
        """Whom "the Riverside Here union" means: a body whose name is all that stands before the noun."""
        inside = self._inside.get(id(nominal), [])
        if len(inside) != 1 or inside[0].kind not in {"org", "body"} or nominal.plural:
            return None
        name = inside[0]
        key = self._key_of.get(id(name))
        outside = [
            t for t in nominal.part.doc[nominal.first : nominal.head] if not name.first <= t.i <= name.last
        ]
        if key is None or any(t.pos_ in {"NOUN", "PROPN", "ADJ", "PART"} for t in outside):
            return None
        if nominal.kind == "body" and self._members[key].type == "company":
            self._members[key].type = nominal.type
        return key

    def _is_aside(self, nominal: Nominal) -> bool:
        """Whether the phrase tells what a body named just before it is."""
        head = nominal.part.doc[nominal.head]
        if head.dep_ != "appos" or nominal.determiner != "a" or nominal.first < 2:
            return False
        name = self._name_ends.get((id(nominal.part), nominal.first - 2))
        return (
            name is not None
            and name.kind in {"org", "body"}
            and nominal.part.doc[nominal.first - 1].text == ","
        )

    def _called(self, nominal: Nominal) -> str | None:
        """Whom "the gun rights group Arms Without Fear" means: the body whose name follows."""
        if nominal.plural:
            return None
        name = self._name_at.get((id(nominal.part), nominal.head + 1))
        key = self._key_of.get(id(name)) if name is not None else None
        if key is None or name is None or name.kind not in {"org", "body"}:
            return None
        if self._members[key].type == "company" and name.entry is None:
            self._members[key].type = nominal.type
        return key

    def _new_body(self, nominal: Nominal, owner: str | None, heads: dict[str, str]) -> str:
        key = self._ensure(nominal.title, nominal.type, named=False)
        member = self._members[key]
        if owner is not None and owner != key:
            member.member_of = member.member_of or owner
        heads.setdefault(nominal.noun, key)
        return key

    def _is_state(self, key: str) -> bool:
        return self._members[key].named and self._members[key].type == "state"

    def _country(self) -> str | None:
        """The state that the article is about, where one is named far more often than any other."""
        ranked = Counter(m.party for m in self._mentions if self._is_state(m.party)).most_common(2)
        clear = len(ranked) == 1 or (len(ranked) == 2 and ranked[0][1] >= 2 * ranked[1][1])
        return ranked[0][0] if clear else None

    def _region(self) -> str | None:
        """The part of a state that the article is about, where one is named far more often than any other."""
        ranked = Counter(
            m.party
            for m in self._mentions
            if self._members[m.party].place and self._members[m.party].member_of
        ).most_common(2)
        clear = len(ranked) == 1 or (len(ranked) == 2 and ranked[0][1] >= 2 * ranked[1][1])
        return ranked[0][0] if clear else None

    def _definite(self, nominal: Nominal) -> str | None:
        """Whom "the ministry", "the company", "the union", "the government" means, where only one can be meant."""
        noun = nominal.noun
        if noun in {"government", "regime", "administration", "authorities"}:
            states = [m for m in self._mentions if self._is_state(m.party)]
            ranked = Counter(m.party for m in states).most_common(2)
            if ranked and (len(ranked) == 1 or ranked[0][1] >= 2 * ranked[1][1]):
                return ranked[0][0]
            block = nominal.part.block
            here = [m for m in states if block.start <= m.start < nominal.start and m.function != "place"]
            governing = {k for k in self._governed if any(m.party == k for m in here)}
            if len(governing) == 1:
                return governing.pop()
            return here[-1].party if here and len({m.party for m in here}) == 1 else None
        named = {
            k: m
            for k, m in self._members.items()
            if m.named and m.type not in {"person", "state"} and noun in k.split()
        }
        if len(named) != 1 and noun in _COMPANY_NOUNS:
            named = {k: m for k, m in self._members.items() if m.named and m.type == "company"}
        if len(named) != 1 and noun in {"union", "association", "group", "party"}:
            wanted = {
                "union": {"union"},
                "association": {"union", "ngo"},
                "group": {"ngo", "armed_group", "company"},
                "party": {"political_party"},
            }[noun]
            named = {k: m for k, m in self._members.items() if m.named and m.type in wanted}
        if not named and noun == "union":
            named = {k: m for k, m in self._members.items() if m.named and _LIKE_UNION & set(k.split())}
            if len(named) == 1:
                next(iter(named.values())).type = "union"  # an association that the article calls a union
        if len(named) == 1:
            return next(iter(named))
        if named:
            before = [m for m in self._mentions if m.party in named and m.start < nominal.start]
            near = {m.party for m in before if m.start > nominal.start - 600}
            if len(near) == 1:
                return near.pop()
            subjects = [
                m for m in before if m.function in {"speaker", "agent"} and m.start > nominal.start - 600
            ]
            if subjects:
                return subjects[-1].party
        return None

    def _group_key(self, nominal: Nominal, owner: str | None, heads: dict[str, str]) -> str | None:
        apart = self._contrasts.get(nominal.noun, Counter())
        noun = nominal.noun
        if (
            len(apart) > 1
        ):  # junior doctors and senior doctors are two groups; "the doctors" are the more frequent
            noun = f"{noun}: {nominal.contrast or apart.most_common(1)[0][0]}"
        noun = _SAME_GROUP.get(noun, noun)
        if nominal.type == "company" and nominal.plural:
            noun = f"{noun}s"  # "the companies" are others than "the company"
        if noun in heads:
            self._better_name(heads[noun], nominal, owner)
            return heads[noun]
        type_ = nominal.type
        if _CRIMINAL & set(nominal.modifiers):
            type_ = "armed_group"
        elif "opposition" in nominal.modifiers:
            type_ = "political_party"
        key = self._ensure(nominal.title.removeprefix("the "), type_, named=False)
        if owner is not None and owner != key:
            self._members[key].member_of = self._members[key].member_of or owner
        heads[noun] = key
        return key

    def _better_name(self, key: str, nominal: Nominal, owner: str | None) -> None:
        """A group that was first called by the bare noun takes the name that tells whose it is."""
        member = self._members[key]
        if owner is None or owner == key or member.member_of is not None or " " in member.name:
            return
        member.member_of = owner
        member.name = nominal.title.removeprefix("the ")

    # -- pronouns --

    def _order(self) -> None:
        self._mentions = sorted(dict.fromkeys(self._mentions), key=lambda m: (m.start, -m.end))

    def _pronouns(self) -> None:
        """He and she stand for the one person who acts or speaks last before them; I and we for whoever is quoted."""
        quoted = [u for u in self._said if u.mode == "direct_quote"]
        persons = [
            m for m in self._mentions if m.party in self._members and self._members[m.party].type == "person"
        ]
        added: list[Mention] = []
        for part in self._parsed.blocks:
            if part.block.kind == "boilerplate":
                continue
            for token in part.doc:
                lower = token.lower_
                if token.pos_ != "PRON" or lower not in _PRONOUNS:
                    continue
                start = part.block.start + token.idx
                if any(u.content[0] <= start < u.content[1] for u in quoted):
                    continue
                if lower in {"they", "it"}:
                    party = self._subject_before(token, start)
                else:
                    party = self._antecedent(start, lower, persons, added)
                if party is not None:
                    added.append(
                        Mention(start, start + len(token), party, "pronoun", self._function(part, token))
                    )
        self._mentions += added
        self._order()
        first: list[Mention] = []
        cast = Cast(self._members, tuple(self._mentions))
        for utterance in quoted:
            speaker = cast.speaker(utterance)
            if speaker is None:
                continue
            for part in self._parsed.blocks:
                if not part.block.start <= utterance.content[0] < part.block.end:
                    continue
                inside = part.doc.char_span(
                    utterance.content[0] - part.block.start,
                    min(utterance.content[1], part.block.end) - part.block.start,
                    alignment_mode="expand",
                )
                for token in inside or ():
                    start = part.block.start + token.idx
                    if utterance.content[0] <= start and token.lower_ in _FIRST_PERSON:
                        first.append(
                            Mention(
                                start, start + len(token), speaker, "pronoun", self._function(part, token)
                            )
                        )
        self._mentions += first
        self._order()

    def _subject_before(self, token: Token, at: int) -> str | None:
        """Whom "they" or a speaking "it" means: the one group or body that acts in the sentence before.

        "It" counts only where it says or demands something, which no thing does.
        """
        if token.dep_ != "nsubj" or (
            token.lower_ == "it" and token.head.lemma_.lower() not in self._lexicon.speech_cues
        ):
            return None
        here = bisect_left(self._sentences, (at + 1, 0)) - 1
        before = self._sentences[here - 1] if here > 0 else None
        if before is None or any(t.dep_ == "nsubj" and t.idx < token.idx for t in token.sent):
            return None
        acting = [
            m
            for m in self._mentions
            if before[0] <= m.start < before[1] and m.function in {"speaker", "agent"} and m.kind != "pronoun"
        ]
        fitting = {m.party for m in acting if self._fits(self._members[m.party], token.lower_)}
        return fitting.pop() if len(fitting) == 1 else None

    @staticmethod
    def _fits(member: Member, word: str) -> bool:
        if word == "they":
            return member.type in {"civilian_group", "armed_group", "union"} or not member.named
        return member.type not in {"person", "civilian_group"} and not member.place

    def _antecedent(self, at: int, word: str, persons: list[Mention], resolved: list[Mention]) -> str | None:
        wanted = "m" if word in _MALE else "f"
        near = [m for m in [*persons, *resolved] if at - 500 < m.start < at and m.end <= at]
        near.sort(key=lambda m: m.start)
        near = [m for m in near if self._gender.get(m.party, wanted) == wanted]
        if not near:
            return None
        leading = [m for m in near if m.function in {"speaker", "agent"}]
        party = (leading or near)[-1].party
        last = near[-1].party
        if party != last and len({m.party for m in near}) > 2:
            return None
        self._gender.setdefault(party, wanted)
        return party

    # -- the end --

    def _finish(self) -> None:
        for key, member in self._members.items():
            forms = self._aliases[key]
            ranked = [form for form, _ in forms.most_common() if form and form != member.name]
            member.aliases = tuple(dict.fromkeys(ranked))
            member.mentions = [m for m in self._mentions if m.party == key]
            above = member.member_of
            if above is not None and above not in self._members:
                above = self._by_text.get(above)
            member.member_of = above if above != key and above in self._members else None
        self._mentions = [m for m in self._mentions if m.party in self._members]
