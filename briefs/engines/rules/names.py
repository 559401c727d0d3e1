"""Proper names of an article: where they stand, what they seem to name, with titles and membership beside them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from briefs.lexicon import Lexicon
from briefs.lexicon.gazetteer import Entry
from briefs.models import PartyType
from briefs.parse import Parsed, ParsedBlock
from briefs.text import after_dateline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

NameKind = Literal[
    "state", "demonym", "seat", "body", "region", "media", "person", "org", "place", "title", "unknown"
]

_CREDIT_LINE = re.compile(
    r"^\W*(additional )?(reporting|writing|editing|edited|written|compiled|photographs?|photos?) by\b"
    r"|^.{0,900}\bcontributed (to (this|the) (report|story|article|post|piece)|reporting)\b"
    r"|^.{3,60} is a (corps member|staff writer|reporter|correspondent|contributor|freelance \w+) (for|at|with)\b"
    r"|^(AP|Associated Press|Reuters|AFP|Bloomberg) (\w+ ){0,2}(writers?|reporters?|correspondents?|journalists?) [A-Z]"
    r"|^by ([A-Z][\w.'-]+ ?){1,4}(,|$| and).{0,60}$|^follow .{0,80}\b(on|at)\b",
    re.IGNORECASE,
)
_CREDITS = re.compile(r"\((additional )?(reporting|writing|editing) by\b", re.IGNORECASE)
_INSIDE = {"of", "for", "and", "&", "de", "del", "da", "do", "dos", "van", "von", "der", "den", "bin", "ibn", "al", "el", "bint",
           "ben", "la", "le", "the", "to", "-", "'", "'s", "on", "e"}  # fmt: skip
_JOINS_PERSON = {
    "de",
    "del",
    "da",
    "do",
    "dos",
    "van",
    "von",
    "der",
    "den",
    "bin",
    "ibn",
    "al",
    "el",
    "bint",
    "ben",
    "la",
    "le",
    "-",
    "'",
    "e",
}
_NOT_NAMES = {"i", "mr", "mrs", "ms", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january",
              "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
              "december", "christmas", "easter", "ramadan", "brexit", "covid", "covid-19", "internet", "god", "twitter", "x"}  # fmt: skip
_WITH_A_PURPOSE = {"committee", "campaign", "coalition", "alliance", "fund", "commission"}
_OWN_BODIES = {
    "children",
    "people",
    "women",
    "workers",
    "teachers",
    "nurses",
    "veterans",
    "farmers",
    "students",
    "men",
}
_FORMS_OF_STATE = {
    "state",
    "commonwealth",
    "republic",
    "kingdom",
    "government",
    "city",
    "county",
    "province",
    "town",
}
_LEANINGS = {"republican", "democratic", "democrat", "conservative", "labour", "tory", "liberal"}
_PARTY_LABELS = {"PERSON", "ORG", "NORP", "GPE"}


@dataclass(slots=True)
class Name:
    """A name at one place. Token numbers are of its block's doc, `last` inclusive; positions are article positions."""

    part: ParsedBlock
    first: int
    last: int
    start: int
    end: int
    text: str
    kind: NameKind
    entry: Entry | None = None
    label: str = ""
    title: str | None = None
    title_forms: tuple[str, ...] = ()
    of: str | None = None
    """Canonical name of the state or body that the words beside the name attach it to."""
    of_text: str | None = None
    type: PartyType | None = None
    title_span: tuple[int, int] | None = None
    """Article positions of the noun phrase beside the name that tells the title, with what it belongs to."""
    whole: tuple[int, int] | None = None
    """Article positions of name and title together."""


class Finder:
    """Finds the names of one article."""

    def __init__(self, parsed: Parsed, lexicon: Lexicon) -> None:
        self._parsed = parsed
        self._lexicon = lexicon
        self._gazetteer = lexicon.gazetteer
        self._organisation_words = lexicon.organisation_words
        self._titles = lexicon.titles
        self._media = lexicon.media
        self._things = lexicon.thing_words
        self._groups = lexicon.group_nouns

    @cached_property
    def names(self) -> list[Name]:
        """All names in order; words of a title-case headline count only where the lexicon knows them."""
        found: list[Name] = []
        for part in self._parsed.blocks:
            if part.block.kind != "boilerplate" and len(part.doc):
                found += self._block(part)
        return found

    def _block(self, part: ParsedBlock) -> Iterator[Name]:
        doc = part.doc
        text = doc.text
        skip = after_dateline(text)
        tokens = list(doc)
        stop = credits_from(text)
        tokens = [t for t in tokens if t.idx < stop]
        known: dict[int, tuple[int, Entry]] = {}
        taken = -1
        for token in tokens:
            if token.i <= taken or token.idx < skip or not token.text[0].isupper():
                continue
            entry = self._gazetteer.at(text, token.idx, token.text)
            if entry is None and "-" in token.text:
                continue
            if entry is not None:
                end = token.idx + len(entry.form)
                last = token.i
                while last + 1 < len(tokens) and tokens[last + 1].idx < end:
                    last += 1
                known[token.i] = (last, entry)
                taken = last
        shouting = _title_case(part)
        i = 0
        while i < len(tokens):
            token = tokens[i]
            if token.idx < skip:
                i += 1
                continue
            run_end = i if shouting else self._run(tokens, i, known)
            if run_end is None or shouting:
                if i in known:
                    last, entry = known[i]
                    yield self._name(part, i, last, entry.kind, entry)
                    i = last + 1
                else:
                    i += 1
                continue
            if i and tokens[i - 1].text == "/":
                i = run_end + 1  # a photographer's credit: AGENCY/Name
                continue
            yield from self._parse_run(part, tokens, i, run_end, known)
            i = run_end + 1

    def _name(
        self, part: ParsedBlock, first: int, last: int, kind: NameKind, entry: Entry | None = None
    ) -> Name:
        doc = part.doc
        start = part.block.start + doc[first].idx
        end = part.block.start + doc[last].idx + len(doc[last])
        text = " ".join(self._parsed.text[start:end].split())
        labels = Counter(t.ent_type_ for t in doc[first : last + 1] if t.ent_type_)
        label = labels.most_common(1)[0][0] if labels else ""
        name = Name(part, first, last, start, end, text, kind, entry, label)
        if entry is not None:
            name.type = entry.type
            name.of = entry.member_of or None
        return name

    # -- runs of capitalised words --

    def _run(self, tokens: list[Token], i: int, known: dict[int, tuple[int, Entry]]) -> int | None:
        """Last token of the run of name words that begins at token i, or None."""
        if i in known:
            last = known[i][0]
        elif self._starts(tokens[i]):
            last = i
        else:
            return None
        while last + 1 < len(tokens):
            nxt = tokens[last + 1]
            if last + 1 in known and nxt.lower_ != "the":
                last = known[last + 1][0]
                continue
            if self._continues(nxt) or (nxt.text == "." and f"{tokens[last].lower_}." in self._titles):
                last += 1
                continue
            if nxt.is_digit and tokens[last].lower_ in self._organisation_words and len(nxt.text) <= 4:
                last += 1  # Local 54
                continue
            if nxt.lower_ in _INSIDE and last + 2 < len(tokens):
                after = tokens[last + 2]
                if (
                    nxt.lower_ in _JOINS_PERSON
                    and after.text == "-"
                    and last + 3 < len(tokens)
                    and tokens[last + 3].text[0].isupper()
                ):
                    last += 3  # Badr al-Busaidi
                    continue
                if nxt.lower_ == "to" and tokens[last].lower_ in {"ambassador", "envoy", "representative"}:
                    step = 3 if after.lower_ == "the" else 2
                    if last + step < len(tokens) and tokens[last + step].text[0].isupper():
                        last += step
                        continue
                if nxt.lower_ == "to" and tokens[last].lower_ in _WITH_A_PURPOSE and after.text[0].isupper():
                    last += 2  # Committee to Protect …
                    continue
                if nxt.lower_ == "to":
                    break
                if nxt.lower_ in {"of", "for", "on", "and", "&", "the"}:
                    if not self._joined(tokens, i, last, last + 1, known):
                        break
                    if (
                        after.lower_ == "the"
                        and last + 3 < len(tokens)
                        and tokens[last + 3].text[0].isupper()
                    ):
                        last += 3
                        continue
                own = tokens[last].lower_ in _OWN_BODIES or tokens[last].tag_ in {"NNPS", "NNS"}
                if nxt.tag_ == "POS" and own and after.text[0].isupper():
                    last += 2  # Children's Hospital
                    continue
                if nxt.tag_ == "POS":
                    break
                joined = not nxt.whitespace_ and not tokens[last].whitespace_
                if nxt.text == "-" and joined and after.is_lower and len(after) <= 4 and last > i:
                    last += 2  # Kim Jong-un
                    continue
                if nxt.text in {"-", "'"} and (nxt.whitespace_ or tokens[last].whitespace_):
                    break
                if after.text[0].isupper() and (after.pos_ in {"PROPN", "NOUN", "ADJ"} or after.ent_type_):
                    last += 2
                    continue
            break
        return last

    def _starts(self, token: Token) -> bool:
        text = token.text
        if (
            not text[0].isupper()
            or text.lower() in _NOT_NAMES
            or token.ent_type_ in {"DATE", "TIME", "LANGUAGE", "MONEY"}
        ):
            return False
        if token.pos_ == "PROPN":
            return True
        if token.lower_ in self._titles and token.pos_ == "NOUN":
            return token.i + 1 < len(token.doc) and (
                token.nbor(1).text[0].isupper() or token.nbor(1).lower_ in {"of", "to"}
            )
        if token.pos_ in {"ADJ", "NOUN", "VERB"} and any(
            token.doc[token.i : token.i + length].text.lower() in self._titles for length in (2, 3)
        ):
            return token.i + 1 < len(token.doc) and token.nbor(1).text[0].isupper()  # Foreign Secretary
        if token.is_sent_start or token.i == 0 or token.nbor(-1).text in {'"', "'", ":"}:
            return token.ent_type_ in _PARTY_LABELS and token.pos_ in {"NOUN", "ADJ", "X"}
        if token.pos_ in {"VERB", "ADV", "INTJ", "NUM"} and token.i + 1 < len(token.doc):
            after = token.nbor(1)  # Wellspring Medical: no sentence begins here, so the capital is the name's
            return text.istitle() and after.pos_ == "PROPN" and after.text[0].isupper()
        return token.pos_ in {"NOUN", "ADJ", "X"} and len(text) > 1

    def _continues(self, token: Token) -> bool:
        if token.text.lower() in _NOT_NAMES and token.ent_type_ == "PERSON" and token.ent_iob_ == "I":
            return True  # Theresa May
        if not token.text[0].isupper() or token.text.lower() in _NOT_NAMES:
            return token.tag_ == "CD" and token.is_digit and len(token.text) <= 3 and token.ent_type_ == "ORG"
        return token.pos_ in {"PROPN", "NOUN", "ADJ", "X", "NUM", "VERB"} and token.ent_type_ not in {
            "DATE",
            "TIME",
        }

    def _joined(
        self, tokens: list[Token], first: int, last: int, at: int, known: dict[int, tuple[int, Entry]]
    ) -> bool:
        """Whether "of", "for" or "and" at a token belongs to the name: one entity, or after a word for a body."""
        before, joint, after = tokens[last], tokens[at], tokens[min(at + 1, len(tokens) - 1)]
        same = (
            joint.ent_type_ == "ORG"
            and joint.ent_iob_ == "I"
            and after.ent_iob_ == "I"
            and not (
                joint.lower_ == "and" and len(tokens[first : last + 1]) == 1 and after.ent_type_ == "GPE"
            )
        )
        if same and joint.lower_ != "the":
            return True
        if joint.lower_ in {"of", "for"} and before.lower_ in self._titles and after.text[0].isupper():
            return True
        if joint.lower_ in {"of", "for"}:
            return (
                before.lower_ in self._organisation_words
                or before.lower_.rstrip("s") in self._organisation_words
            )
        if joint.lower_ == "and" and last == first and first and tokens[first - 1].lower_ == "the":
            end = at + 1  # the Harbour and Quay Workers' Union
            while end < len(tokens) and (tokens[end].text[0].isupper() or tokens[end].tag_ == "POS"):
                end += 1
            if end - at > 2 and tokens[end - 1].lower_ in self._organisation_words:
                return True
        if joint.lower_ == "and" and after.i not in known and after.text[0].isupper():
            words = [t.lower_ for t in tokens[first : last + 1]]
            return any(w in {"of", "for"} for w in words) and self._organisation_type(words) is not None
        if joint.lower_ == "on":
            return before.lower_ in {"committee", "council", "commission"}
        return bool(joint.text == "&")

    def _parse_run(
        self,
        part: ParsedBlock,
        tokens: list[Token],
        first: int,
        last: int,
        known: dict[int, tuple[int, Entry]],
    ) -> Iterator[Name]:
        """Take a run apart: state or body in front, title, then the person or organisation."""
        whole_start = first
        lead: Entry | None = None
        if first in known:
            lead_last, entry = known[first]
            if lead_last == last:
                yield self._name(part, first, last, entry.kind, entry)
                return
            lead = entry
            body_from = lead_last + 1
        else:
            body_from = first
        if (
            first == last
            and first not in known
            and (self._names_a_group(tokens[first]) or tokens[first].lower_ in _LEANINGS)
        ):
            return
        words = [t.lower_ for t in tokens[first : last + 1]]
        words = [
            f"{w}." if f"{w}." in self._titles and n == "." else w
            for w, n in zip(words, [*words[1:], ""], strict=True)
        ]
        # a title inside the run: what follows it is a person
        cut = self._title_end(words)
        if cut is not None and first + cut <= last and words[cut] in {"of", "for", "to"}:
            body_first = first + cut + 1
            cut = self._person_start(tokens, first + cut, last, known, first)
            if cut is None and body_first <= last and lead is None:
                rest_words = words[body_first - first :]  # Head of Riverside Clinics
                body = self._name(part, body_first, last, "org")
                body.type = self._organisation_type(rest_words)
                if body_first in known and known[body_first][0] == last:
                    body = self._name(part, body_first, last, known[body_first][1].kind, known[body_first][1])
                elif body.type is None:
                    body.kind = "unknown"
                yield body
                return
        if cut is not None and first + cut <= last:
            person_from = first + cut
            rest = words[cut:]
            one_body = tokens[first].ent_iob_ == "B" and all(
                t.ent_type_ == "ORG" and (t.i == first or t.ent_iob_ == "I") for t in tokens[first : last + 1]
            )  # General Electric
            if (
                not any(w in self._organisation_words for w in rest)
                and rest[0] not in {"of", "for", "and", "&"}
                and not (one_body and cut == 1 and not words[0].endswith("."))
            ):
                name = self._name(part, person_from, last, "person")
                title_from = (
                    body_from
                    if lead is not None and lead.kind in {"state", "demonym", "body", "region"}
                    else first
                )
                self._set_title(name, tokens, whole_start, title_from, person_from, lead=lead)
                if lead is not None:
                    yield self._name(part, first, lead_last, lead.kind, lead)
                inner = next((known[k] for k in range(body_from, person_from) if k in known), None)
                if inner is not None and name.of is None:
                    name.of = inner[1].name
                yield name
                return
        if cut is not None and first + cut > last:
            title = self._name(part, first, last, "title")
            self._set_title(title, tokens, whole_start, body_from, last + 1, lead=lead)
            if lead is not None:
                yield self._name(part, first, lead_last, lead.kind, lead)
            yield title
            return
        if (
            lead is None
            and last > first
            and words[0] in _LEANINGS
            and self._organisation_type(words[1:]) == "government_body"
        ):
            first, words = first + 1, words[1:]  # the Republican Senate
        type_ = self._organisation_type(words)
        thing = self._thing(words, tokens[last].ent_type_)
        if thing is not None and (type_ is None or words[-1].rstrip(".") in self._things):
            name = self._name(part, first, last, "media" if thing == "media" else "place")
            if lead is not None:
                yield self._name(part, first, lead_last, lead.kind, lead)
            name.label = ""
            yield name
            return
        if type_ is not None:
            name = self._name(part, first, last, "org")
            name.type = type_
            own_name = tokens[first].ent_type_ == "ORG" and type_ in {
                "company",
                "ngo",
                "union",
            }  # American Airlines
            if lead is not None and lead.kind in {"state", "demonym", "region", "body"} and not own_name:
                name.of = lead.name
                yield self._name(part, first, lead_last, lead.kind, lead)
            yield name
            return
        if lead is not None:
            rest_first = body_from
            while rest_first <= last and tokens[rest_first].lower_ in _INSIDE:
                rest_first += 1
            whole = all(
                t.ent_type_ == "ORG" and (t.i == first or t.ent_iob_ == "I") for t in tokens[first : last + 1]
            )
            if whole and last - first > 1 and any(t.lower_ in {"of", "for"} for t in tokens[first:last]):
                yield self._plain(part, first, last)  # American Board of …: a name of its own
                return
            if lead.kind in {"demonym", "state"} and (
                tokens[last].pos_ in {"NOUN", "ADJ"} or lead.kind == "demonym"
            ):
                yield self._name(part, first, lead_last, lead.kind, lead)
                if rest_first <= last:
                    after = self._plain(part, rest_first, last)
                    after.of = lead.name
                    yield from self._outer_title(after, tokens, known)
                return
            name = self._plain(part, first, last)
            yield name
            return
        inner_at = next((k for k in range(first, last + 1) if k in known), None)
        if (
            inner_at is not None
            and known[inner_at][1].kind == "demonym"
            and tokens[inner_at].tag_ in {"NNPS", "NNP"}
        ):
            inner_at = None  # a team or a club: the Riverside Indians
        if inner_at is not None and known[inner_at][0] == last and inner_at > first:
            before = inner_at - 1
            while before >= first and tokens[before].lower_ in _INSIDE:
                before -= 1
            if before >= first and not (before == first and tokens[first].lower_ in _FORMS_OF_STATE):
                yield from self._outer_title(self._plain(part, first, before), tokens, known)
            yield self._name(part, inner_at, last, known[inner_at][1].kind, known[inner_at][1])
            return
        yield from self._outer_title(self._plain(part, first, last), tokens, known)

    def _names_a_group(self, token: Token) -> bool:
        """A common noun in capitals ("Plaintiffs", "Lawmakers"): a noun phrase, no name."""
        return (
            token.lower_.endswith("s")
            and token.lower_[:-1] in self._groups
            and token.ent_type_ in {"", "NORP", "ORG"}
        )

    def _thing(self, words: list[str], alone: str) -> str | None:
        """Whether the head of a name is a word for a thing or an outlet."""
        if len(words) < 2 and alone == "PERSON":
            return None
        at = next((i for i, w in enumerate(words) if w in {"of", "for", "on"} and i), len(words))
        head = words[at - 1]
        return self._things.get(head) or self._things.get(head.removesuffix("s"))

    @staticmethod
    def _person_start(
        tokens: list[Token], at: int, last: int, known: dict[int, tuple[int, Entry]], first: int
    ) -> int | None:
        """Number of words before the person in `Ambassador to the United Nations Nikki Haley`."""
        for i in range(at, last):
            if i in known and known[i][0] < last:
                return known[i][0] + 1 - first
        start = last
        while start > at and tokens[start].ent_type_ == "PERSON" and tokens[start].ent_iob_ == "I":
            start -= 1
        return start - first if tokens[start].ent_type_ == "PERSON" and start < last else None

    def _plain(self, part: ParsedBlock, first: int, last: int) -> Name:
        while last > first and part.doc[last].lower_ in _INSIDE:
            last -= 1
        name = self._name(part, first, last, "unknown")
        text = name.text.casefold()
        if text in self._media or any(t.text.casefold() in self._media for t in part.doc[first : last + 1]):
            name.kind = "media"
        return name

    def _outer_title(
        self, name: Name, tokens: list[Token], known: dict[int, tuple[int, Entry]]
    ) -> Iterator[Name]:
        """A title in small letters before the name: `marketing chief Phil Schiller`."""
        at = name.first
        if at > 0 and name.label not in {"GPE", "LOC"}:
            words = [t.lower_ for t in tokens[max(0, at - 3) : at]]
            for length in range(len(words), 0, -1):
                phrase = " ".join(words[-length:])
                if phrase in self._titles and tokens[at - 1].pos_ in {"NOUN", "PROPN"}:
                    name.kind = "person"
                    start = at - length
                    outer = _np_start(tokens, start)
                    lead = next((known[k][1] for k in range(outer, start) if k in known), None)
                    self._set_title(name, tokens, outer, start, at, lead=lead)
                    break
        yield name

    def _set_title(
        self,
        name: Name,
        tokens: list[Token],
        whole: int,
        title_from: int,
        title_to: int,
        *,
        lead: Entry | None,
    ) -> None:
        part = name.part
        office_to = title_to
        while office_to - 1 > title_from and self._titles.get(tokens[office_to - 1].lower_) == "honorific":
            office_to -= 1  # Foreign Minister Sayyid Omar …: Sayyid is no part of the office
        if office_to < title_to and title_from < office_to:
            name.title_forms = tuple(
                _cut(self._parsed.text, part, tokens, start, office_to - 1)
                for start in dict.fromkeys((whole, title_from))
            )
        if title_from < title_to:
            name.title = _cut(self._parsed.text, part, tokens, title_from, office_to - 1)
        starts = [start for start in (whole, title_from) if start < title_to]
        shapes = [_cut(self._parsed.text, part, tokens, start, title_to - 1) for start in starts]
        if name.kind == "person" and whole < name.first:
            shapes.append(_cut(self._parsed.text, part, tokens, whole, name.last))
            if title_from != whole:
                shapes.append(_cut(self._parsed.text, part, tokens, title_from, name.last))
            name.whole = (part.block.start + tokens[whole].idx, name.end)
        name.title_forms = tuple(
            dict.fromkeys(s for s in shapes if self._titles.get(s.lower()) != "honorific")
        )
        if name.title is not None and self._titles.get(name.title.lower()) == "honorific":
            name.title = None
        if lead is not None and lead.kind != "media":
            name.of = lead.name

    def _title_end(self, words: list[str]) -> int | None:
        """Number of words up to the end of the last title in a run, None without a title."""
        best = None
        for i in range(len(words)):
            for length in (4, 3, 2, 1):
                phrase = " ".join(words[i : i + length])
                plural = length == 1 and i == 0 and phrase.removesuffix("s") in self._titles
                if i + length <= len(words) and (phrase in self._titles or plural):
                    end = i + length
                    best = max(best or 0, end + (end < len(words) and words[end] == "."))
                    break
        return best

    def _organisation_type(self, words: list[str]) -> PartyType | None:
        """Type by the last word for a body in the head of a name (the part before "of", "for")."""
        if words == ["house"]:
            return "government_body"  # a chamber; as part of a name the word tells nothing
        for i, word in enumerate(words):
            if word in {"of", "for", "on"} and i:
                head = words[:i]
                found = self._organisation_type(head)
                if found is not None:
                    return found
        for word in reversed(words):
            bare = word.rstrip(".")
            found = self._organisation_words.get(bare)
            if found is None and bare.endswith("s"):
                found = self._organisation_words.get(bare[:-1])
            if found is not None:
                return found
        return None


def credits_from(text: str) -> int:
    """Where a block begins to name those who made the report; its length if it does not."""
    if _CREDIT_LINE.match(text):
        return 0
    found = _CREDITS.search(text)
    return found.start() if found else len(text)


def _np_start(tokens: list[Token], at: int) -> int:
    """First token of the modifiers before a title: `Iran's deputy`, `Apple's marketing`."""
    while at > 0:
        token = tokens[at - 1]
        if token.pos_ in {"ADJ", "NOUN", "PROPN"} or token.tag_ == "POS":
            at -= 1
        else:
            break
    return at


def _cut(text: str, part: ParsedBlock, tokens: list[Token], first: int, last: int) -> str:
    start = part.block.start + tokens[first].idx
    end = part.block.start + tokens[last].idx + len(tokens[last])
    return " ".join(text[start:end].split())


def _title_case(part: ParsedBlock) -> bool:
    """Whether a headline (or caption) writes most of its words with capitals."""
    if part.block.kind != "headline":
        return False
    words = [t for t in part.doc if t.is_alpha and len(t.text) > 3]
    return len(words) >= 4 and sum(t.text[0].isupper() for t in words) >= 0.75 * len(words)
