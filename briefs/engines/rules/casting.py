"""Builds the cast: one entry for each possible party with all its forms, from names, noun phrases and pronouns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from briefs.engines.rules.cast import Cast, Function, Member, Mention, MentionKind, key_of, ordered
from briefs.engines.rules.functions import Functions, head_of
from briefs.engines.rules.name_kinds import NameKinds
from briefs.engines.rules.names import Finder, Name
from briefs.engines.rules.nominals import Nominal, NominalFinder
from briefs.engines.rules.offices import Offices
from briefs.engines.rules.pronouns import Pronouns
from briefs.lexicon import Lexicon
from briefs.models import PartyType
from briefs.parse import Parsed
from briefs.speech import Utterance

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
_SPEAKS_FOR_BODY = _STANDS_FOR_BODY | {"negotiator", "representative", "executive", "leader", "lawyer"}
_BODY_BEFORE = {"union": "union", "company": "company", "party": "political_party"}
_OTHER_GOVERNMENTS = {"local", "regional", "provincial", "municipal", "state", "city", "shadow", "foreign", "opposition",
                      "previous", "former", "own", "interim", "transitional", "rival", "unity"}  # fmt: skip
_HELD_BY_ONE = {"judge", "magistrate", "arbitrator", "prosecutor", "president", "mayor", "governor", "minister", "premier",
                "chancellor", "king", "queen", "emir", "sultan", "pope", "ambassador", "envoy", "commissioner",
                "ombudsman", "sheriff", "chairman", "chairwoman", "ceo", "mediator"}  # fmt: skip
_SAME_GROUP = {"soldier": "troop", "serviceman": "troop", "physician": "doctor", "medic": "doctor", "demonstrator": "protester",
               "legislator": "lawmaker", "attorney": "lawyer", "stockholder": "shareholder", "insurgent": "militant",
               "docker": "dockworker", "longshoreman": "dockworker", "stevedore": "dockworker"}  # fmt: skip
_PEOPLE = {"person", "civilian_group"}
_LIKE_UNION = {"association", "society", "college", "alliance", "congress", "makers"}
_ORG_SUFFIX = re.compile(
    r",? (Inc|Corp|Co|Ltd|LLC|PLC|plc|AG|SA|GmbH|Group|Holdings|Corporation|Company|Limited)\.?$"
)
_COMPANY_NOUNS = {"company", "firm", "carmaker", "automaker", "manufacturer", "group", "airline", "bank", "chipmaker",
                  "giant", "maker", "retailer", "business", "insurer", "lender", "publisher", "platform", "app",
                  "developer", "startup", "operator", "studio", "drugmaker", "employer", "corporation"}  # fmt: skip


def build(parsed: Parsed, said: Sequence[Utterance], lexicon: Lexicon) -> Cast:
    """Find the parties of an article and group the forms that each is called by."""
    return _Builder(parsed, said, lexicon).build()


_DESCRIBING = ("ive", "ous", "ful", "less")
"""Ends of words that describe; the parser takes any capital for a name."""


def _without_description(names: list[Name]) -> None:
    """Cut an adjective off a name that begins a sentence with it and stands without it elsewhere: "Secretive Telegram"."""
    known = {n.text for n in names}
    for name in names:
        first = name.part.doc[name.first]
        rest = name.text.removeprefix(first.text).lstrip()
        begins = first.is_sent_start or name.first == 0
        describes = first.pos_ == "ADJ" or first.lower_.endswith(_DESCRIBING)
        if begins and describes and name.entry is None and rest in known and name.last > name.first:
            name.first += 1
            name.start += len(name.text) - len(rest)
            name.text = rest


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
        self._speakers = sorted(u.speaker for u in said if u.speaker is not None)
        self._functions = Functions(self._speakers, lexicon.speech_cues)
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

    def build(self) -> Cast:
        names = Finder(self._parsed, self._lexicon).names
        _without_description(names)
        Offices(self._parsed, self._lexicon).tell(names)
        NameKinds(self._parsed, self._lexicon, self._speakers).settle(names)
        self._group_names(names)
        covered: dict[int, set[int]] = {}
        for name in names:
            covered.setdefault(id(name.part), set()).update(range(name.first, name.last + 1))
        self._group_nominals(names, covered)
        self._belong(names)
        self._mentions = Pronouns(
            self._parsed,
            self._said,
            Cast(self._members, tuple(self._mentions)),
            self._functions,
            self._lexicon.speech_cues,
        ).resolve()
        self._finish()
        people = frozenset(n for n, kind in self._lexicon.group_nouns.items() if kind in _PEOPLE)
        return Cast(self._members, tuple(self._mentions), people)

    def _text(self, start: int, end: int) -> str:
        return " ".join(self._parsed.text[start:end].split())

    # -- names --

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
            head = head_of(name.part, name.first, name.last)
            function = self._functions.of(name.part, head)
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
                head = head_of(name.part, name.first, name.last)
                if (
                    self._functions.of(name.part, head) in {"place", "modifier", "other"}
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
        self._mentions = ordered(self._mentions)
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
            self._mention(nominal.start, nominal.end, key, "nominal", self._functions.of(nominal.part, token))
            if not self._members[key].named:
                told = [n for n in groups.setdefault(key, []) if not n]
                groups[key].append(nominal.vague)
                self._members[key].vague = nominal.vague and not told
            for form in nominal.forms:
                self._alias(key, form)
        self._mentions = ordered(self._mentions)

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
        if noun in _SPEAKS_FOR_BODY and nominal.modifiers and nominal.modifiers[-1] in _BODY_BEFORE:
            kind = nominal.modifiers[-1]
            bodies = [k for k, m in self._members.items() if m.named and m.type == _BODY_BEFORE[kind]]
            bodies = [k for k in bodies if kind in k.split()] or bodies
            if len(bodies) == 1:
                return bodies[0]  # union officials
        if noun in {"citizen", "national"} and owner is not None and not former:
            people = [
                k
                for k, m in self._members.items()
                if m.named and m.type == "civilian_group" and m.member_of == owner
            ]
            if len(people) == 1:
                return people[0]  # American citizens are the Americans
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
        name = nominal.title if nominal.determiner == "owner" else nominal.title.removeprefix("the ")
        key = self._ensure(name, type_, named=False)
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
