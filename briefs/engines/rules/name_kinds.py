"""What a name of unknown kind names (a person, a body, a place, a people), by all places where it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from briefs.engines.rules.cast import Span, key_of
from briefs.engines.rules.functions import head_of
from briefs.engines.rules.names import Name
from briefs.lexicon import Lexicon
from briefs.parse import Parsed

if TYPE_CHECKING:
    from spacy.tokens import Token

_COMPANY_THINGS = {"shares", "share", "shareholders", "stock", "board", "bid", "offer", "headquarters", "chairman", "chairwoman",
                   "chief", "ceo", "customers", "products", "plant", "plants", "factory", "factories", "employees", "workers", "investors", "revenue", "profit", "sales", "subsidiary", "brand", "spokesman",
                   "spokeswoman", "spokesperson", "members", "management", "directors", "executives", "website", "app", "apps",
                   "platform", "services", "users", "merger", "acquisition", "takeover", "earnings", "profits", "unit",
                   "flights", "jets", "founder", "founders", "co-founder", "debt", "assets", "business"}  # fmt: skip
_BODIES_BEFORE = {"fund", "charity", "firm", "bank", "airline", "carmaker", "automaker", "insurer", "lender", "retailer", "drugmaker",
                  "chipmaker", "union", "company", "group", "nonprofit", "organisation", "organization", "supermarket",
                  "consultancy", "broker", "manufacturer", "utility", "conglomerate", "startup", "investor"}  # fmt: skip
"""Right before a name these tell what bears it: "pension fund Sorrel Mutual"."""
_SIGNS_ENOUGH = 2  # one possessive with a thing that companies have
_SURE = 4  # votes of one title: a titled name is a person
_BODY_NOUNS = {"subsidiary", "unit", "affiliate", "division", "nonprofit", "non-profit", "charity", "consortium", "supplier",
               "contractor", "provider", "chain", "brand", "vendor", "outlet", "website", "magazine", "organization",
               "organisation", "coalition", "alliance", "ngo", "think-tank", "militia", "faction", "clinic", "hospital",
               "university", "school", "village", "town", "city", "suburb", "neighborhood", "port"}  # fmt: skip
_PLACE_NOUNS = {"village", "town", "city", "neighborhood", "neighbourhood", "suburb", "district", "province", "region", "county",
                "island", "hometown", "capital", "port", "home", "country", "homeland", "nation", "republic", "kingdom"}  # fmt: skip
_HIS_OR_HER = re.compile(r"'?s? (?!said|says)[^.,;]{0,60}\b(?:his|her|himself|herself)\b")
_KIN = {"father", "mother", "husband", "wife", "brother", "sister", "son", "daughter", "uncle", "aunt", "cousin", "nephew",
        "niece", "grandfather", "grandmother", "girlfriend", "boyfriend", "fiance", "fiancee", "widow", "stepfather",
        "colleague", "classmate", "neighbor", "neighbour"}  # fmt: skip
_COMPANY_NOUNS = {"company", "firm", "carmaker", "automaker", "manufacturer", "group", "airline", "bank", "chipmaker",
                  "giant", "maker", "retailer", "business", "insurer", "lender", "publisher", "platform", "app",
                  "developer", "startup", "operator", "studio", "drugmaker", "employer", "corporation"}  # fmt: skip
_PERSON_ASIDE = re.compile(
    r"^, (\d{2}|who|whose|a|an|the|his|her|head|chair|president|director|chief|leader|spokes)\b"
)


class NameKinds:
    """Counts the signs for each name of one article; `speakers` are the places of the words that name who speaks."""

    def __init__(self, parsed: Parsed, lexicon: Lexicon, speakers: Sequence[Span]) -> None:
        self._parsed = parsed
        self._lexicon = lexicon
        self._speakers = speakers
        self._lower = {
            t.text
            for p in parsed.blocks
            for t in p.doc
            if t.is_lower and t.pos_ in {"NOUN", "ADJ", "VERB", "ADV"}
        }

    def settle(self, names: list[Name]) -> None:
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
            head = head_of(name.part, name.first, name.last)
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
            elif self._stands_between(name):
                tally["place"] += 4  # in his home country, Eastland, judges …
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
                t.lower_ in {"who", "whose"} and t.head.head.i == head.i
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
            head = head_of(name.part, name.first, name.last)
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
    def _stands_between(name: Name) -> bool:
        """Whether the name stands between commas right after a word for a place."""
        doc = name.part.doc
        return (
            name.first >= 2
            and doc[name.first - 1].text == ","
            and doc[name.first - 2].lower_ in _PLACE_NOUNS
            and name.last + 1 < len(doc)
            and doc[name.last + 1].text == ","
        )

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
        if before in _BODIES_BEFORE and doc[name.first - 1].tag_ == "NN":
            tally["org"] += 6  # outweighs what goes with any name that speaks
        if before == "the" and last.dep_ not in {"compound", "nmod", "amod"}:
            tally["org"] += 2
        if (
            before == "in"
            and name.first > 1
            and doc[name.first - 2].lower_ in {"shares", "stake", "investment"}
        ):
            tally["org"] += 3
